"""Distributions that need something from the system: to be built from their sdist, or to run however installed.

Sources: each row names the project's installation page, or `debian:NAME`, the Debian source package that packages it
and lists its build dependencies. A distribution without a row and outside `PURE_PYTHON_SDISTS` is unknown: whoever has
to build it needs a C compiler at least.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True, slots=True)
class Needs:
    """What one distribution needs from the system; the names are keys of `LIBRARIES`."""

    #: Installation page, or `debian:` and a Debian source package.
    source: str
    #: To build its sdist. What is built needs the run packages of the same libraries.
    build: tuple[str, ...] = ()
    #: To run, even from a wheel: programs that it starts, libraries that it loads by name or does not bundle.
    run: tuple[str, ...] = ()
    #: Library → PEP 440 specifier of the versions that need it; a library that is not named is always needed.
    versions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    #: `run` is not needed when one of these distributions is installed beside it: that one brings the library.
    unless: tuple[str, ...] = ()
    #: `run` is needed only when one of these distributions is installed beside it; (): always.
    when: tuple[str, ...] = ()
    #: `run` is not needed when none but these distributions depend on it: they do without.
    dispensable: tuple[str, ...] = ()
    #: The sdist also installs without compiler and libraries, slower.
    optional: bool = False
    #: What a person must know besides, "" if nothing.
    note: str = ""


def _needs(
    source: str,
    *,
    build: str = "",
    run: str = "",
    versions: Mapping[str, str] | None = None,
    unless: str = "",
    when: str = "",
    dispensable: str = "",
    optional: bool = False,
    note: str = "",
) -> Needs:
    return Needs(
        source=source,
        build=tuple(build.split()),
        run=tuple(run.split()),
        versions=MappingProxyType(dict(versions or {})),
        unless=tuple(unless.split()),
        when=tuple(when.split()),
        dispensable=tuple(dispensable.split()),
        optional=optional,
        note=note,
    )


#: Normalised distribution name → what it needs, by name.
DISTRIBUTIONS: Mapping[str, Needs] = {
    "aiohttp": _needs("debian:python-aiohttp", build="c"),
    "aiokafka": _needs("https://aiokafka.readthedocs.io/en/stable/", build="c zlib"),
    "annoy": _needs("https://github.com/spotify/annoy", build="c++"),
    "ansible-core": _needs(
        "https://docs.ansible.com/ansible/latest/installation_guide/intro_installation.html", run="openssh"
    ),
    "apsw": _needs("debian:python-apsw", build="c sqlite"),
    "argon2-cffi-bindings": _needs("debian:python-argon2", build="c ffi"),
    "aspell-python-py3": _needs("https://github.com/WojciechMula/aspell-python", build="c aspell"),
    "astropy": _needs("debian:astropy", build="c"),
    "asyncpg": _needs("debian:asyncpg", build="c"),
    "audioread": _needs("https://github.com/beetbox/audioread#readme", run="ffmpeg"),
    "av": _needs("debian:python-av", build="c pkg-config ffmpeg-libraries"),
    "backports-lzma": _needs("https://github.com/peterjc/backports.lzma", build="c lzma"),
    "backports-zoneinfo": _needs("https://github.com/pganssle/zoneinfo", build="c"),
    "bcrypt": _needs("https://github.com/pyca/bcrypt#installation", build="rust"),
    "biopython": _needs("debian:python-biopython", build="c"),
    "bitarray": _needs("debian:python-bitarray", build="c"),
    "bjoern": _needs("https://github.com/jonashaag/bjoern/wiki/Installation", build="c ev"),
    "blake3": _needs("https://github.com/oconnor663/blake3-py", build="rust"),
    "blis": _needs("https://github.com/explosion/cython-blis", build="c"),
    "blosc": _needs("debian:python-blosc", build="c++ cmake"),
    "bluepy": _needs("https://github.com/IanHarvey/bluepy#installation", build="c make pkg-config glib"),
    "bonsai": _needs("debian:python-bonsai", build="c ldap sasl"),
    "borgbackup": _needs(
        "https://borgbackup.readthedocs.io/en/stable/installation.html#dependencies",
        build="c pkg-config acl lz4 ssl xxhash zstd",
        run="openssh",
    ),
    "bottleneck": _needs("debian:bottleneck", build="c"),
    "box2d-py": _needs("https://github.com/openai/box2d-py", build="c++ swig"),
    "brotli": _needs("debian:brotli", build="c++"),
    "brotlicffi": _needs("debian:python-brotlicffi", build="c++ ffi"),
    "btrees": _needs("debian:python-btrees", build="c"),
    "cairocffi": _needs("https://doc.courtbouillon.org/cairocffi/stable/overview.html#installing-cffi", run="cairo"),
    "cairosvg": _needs("https://cairosvg.org/documentation/#installation", run="cairo"),
    "camelot-py": _needs("https://camelot-py.readthedocs.io/en/master/user/install-deps.html", run="ghostscript"),
    "capstone": _needs("debian:capstone", build="c cmake"),
    "cartopy": _needs("debian:python-cartopy", build="c++ geos proj"),
    "cassandra-driver": _needs("debian:python-cassandra-driver", build="c ev", optional=True),
    "cbor2": _needs("debian:cbor2", build="c", optional=True),
    "cchardet": _needs("https://github.com/PyYoshi/cChardet", build="c++"),
    "cffi": _needs("debian:python-cffi", build="c ffi pkg-config"),
    "cfgrib": _needs("https://github.com/ecmwf/cfgrib#installation", run="eccodes", unless="eccodeslib"),
    "cftime": _needs("debian:cftime", build="c++"),
    "charset-normalizer": _needs("debian:python-charset-normalizer", build="c", optional=True),
    "chroma-hnswlib": _needs("https://github.com/chroma-core/hnswlib", build="c++"),
    "ciso8601": _needs("debian:python-ciso8601", build="c"),
    "cityhash": _needs("https://github.com/escherba/python-cityhash", build="c++"),
    "clickhouse-driver": _needs("https://clickhouse-driver.readthedocs.io/en/latest/installation.html", build="c"),
    "cmarkgfm": _needs("debian:python-cmarkgfm", build="c ffi"),
    "cmdstanpy": _needs("https://mc-stan.org/cmdstanpy/installation.html", run="compiler"),
    "coincurve": _needs("https://ofek.dev/coincurve/install/", build="c autotools pkg-config ffi"),
    "confluent-kafka": _needs("debian:python-confluent-kafka", build="c rdkafka"),
    "contourpy": _needs("debian:contourpy", build="c++"),
    "coverage": _needs("debian:python-coverage", build="c", optional=True),
    "cramjam": _needs("https://github.com/milesgranger/cramjam", build="rust"),
    "crc32c": _needs("https://github.com/ICRAR/crc32c", build="c"),
    "crcmod": _needs("debian:python-crcmod", build="c", optional=True),
    "cryptography": _needs(
        "https://cryptography.io/en/latest/installation/#building-cryptography-on-linux",
        build="rust ffi pkg-config ssl",
    ),
    "ctranslate2": _needs("https://opennmt.net/CTranslate2/installation.html", build="c++ cmake"),
    "cvxopt": _needs("https://cvxopt.org/install/index.html", build="c blas lapack suitesparse"),
    "cx-oracle": _needs(
        "https://cx-oracle.readthedocs.io/en/latest/user_guide/installation.html",
        build="c",
        run="aio",
        note="Oracle's Instant Client is not in Debian; python-oracledb needs none.",
    ),
    "cyhunspell": _needs("https://github.com/MSeal/cython_hunspell", build="c++ hunspell"),
    "cymem": _needs("debian:python-cymem", build="c++"),
    "cysystemd": _needs("https://github.com/mosquito/cysystemd#installation", build="c systemd"),
    "cyvcf2": _needs("debian:cyvcf2", build="c autotools bz2 curl hts lzma ssl zlib"),
    "datrie": _needs("debian:python-datrie", build="c"),
    "dbus-python": _needs("debian:dbus-python", build="c pkg-config dbus glib"),
    "ddtrace": _needs("https://ddtrace.readthedocs.io/en/stable/contributing.html", build="c++ rust cmake"),
    "dearpygui": _needs("https://dearpygui.readthedocs.io/en/latest/tutorials/first-steps.html", run="gl"),
    "deepspeed": _needs("https://www.deepspeed.ai/tutorials/advanced-install/", build="c++ aio", run="compiler"),
    "deltalake": _needs("https://github.com/delta-io/delta-rs", build="rust"),
    "demucs": _needs("https://github.com/facebookresearch/demucs#requirements", run="ffmpeg"),
    "dependency-injector": _needs(
        "https://python-dependency-injector.ets-labs.org/introduction/installation.html", build="c"
    ),
    "diagrams": _needs("https://diagrams.mingrammer.com/docs/getting-started/installation", run="graphviz"),
    "discid": _needs("https://python-discid.readthedocs.io/en/latest/install/", run="discid"),
    "discord-py": _needs(
        "https://discordpy.readthedocs.io/en/stable/intro.html#installing", run="ffmpeg opus", when="pynacl"
    ),
    "dlib": _needs("https://github.com/davisking/dlib#readme", build="c++ cmake blas lapack x11"),
    "duckdb": _needs("https://github.com/duckdb/duckdb-python", build="c++ cmake"),
    "dulwich": _needs("debian:dulwich", build="rust", optional=True),
    "dvc": _needs("https://dvc.org/doc/install/linux", run="git"),
    "easysnmp": _needs("https://easysnmp.readthedocs.io/en/latest/#installation", build="c snmp"),
    "eccodes": _needs("https://github.com/ecmwf/eccodes-python#installation", run="eccodes", unless="eccodeslib"),
    "ecos": _needs("https://github.com/embotech/ecos-python", build="c"),
    "editdistance": _needs("https://github.com/roy-ht/editdistance", build="c++"),
    "ephem": _needs("debian:pyephem", build="c"),
    "eralchemy": _needs("https://github.com/eralchemy/eralchemy#installation", run="graphviz"),
    "evdev": _needs("debian:python-evdev", build="c"),
    "faiss-cpu": _needs("debian:faiss", build="c++ cmake swig blas"),
    "fastecdsa": _needs("https://github.com/AntonKueltz/fastecdsa#installing", build="c gmp"),
    "fastparquet": _needs("https://fastparquet.readthedocs.io/en/latest/install.html", build="c"),
    "fastrlock": _needs("https://github.com/scoder/fastrlock", build="c"),
    "fasttext": _needs("https://github.com/facebookresearch/fastText/tree/main/python", build="c++"),
    "fastuuid": _needs("https://github.com/fastuuid/fastuuid", build="rust"),
    "faust-cchardet": _needs("https://github.com/faust-streaming/cChardet", build="c++"),
    "fdb": _needs("https://fdb.readthedocs.io/en/latest/getting-started.html", run="firebird"),
    "ffmpeg-python": _needs("https://github.com/kkroening/ffmpeg-python#installing-ffmpeg", run="ffmpeg"),
    "ffmpy": _needs("https://ffmpy.readthedocs.io/en/latest/", run="ffmpeg"),
    "file-magic": _needs("https://github.com/file/file/tree/master/python", run="magic"),
    "fiona": _needs("https://fiona.readthedocs.io/en/stable/README.html#installation", build="c++ gdal"),
    "firebird-driver": _needs("https://firebird-driver.readthedocs.io/en/latest/getting-started.html", run="firebird"),
    "fitsio": _needs("debian:python-fitsio", build="c autotools bz2 zlib"),
    "frozenlist": _needs("debian:frozenlist", build="c"),
    "fugashi": _needs("https://github.com/polm/fugashi#installation-and-use", build="c++ mecab"),
    "fuse-python": _needs("debian:python-fuse", build="c pkg-config fuse2"),
    "fusepy": _needs("https://github.com/fusepy/fusepy", run="fuse2"),
    "gdal": _needs(
        "https://gdal.org/en/stable/api/python/python_bindings.html#installation",
        build="c++ gdal",
        note="The version of GDAL for Python must be that of the library: 3.6.2 in bookworm, 3.10.3 in trixie.",
    ),
    "gevent": _needs("debian:python-gevent", build="c make ffi"),
    "geventhttpclient": _needs("debian:geventhttpclient", build="c"),
    # MLflow and Streamlit ask about the repository of the code, which no image holds: get_git_repo_url(), GitRepo.
    "gitpython": _needs(
        "https://gitpython.readthedocs.io/en/stable/intro.html#requirements",
        run="git",
        dispensable="mlflow mlflow-skinny streamlit",
    ),
    "gmpy2": _needs("https://gmpy2.readthedocs.io/en/latest/install.html", build="c gmp mpc mpfr"),
    "gmsh": _needs("https://gmsh.info/doc/texinfo/gmsh.html", run="glu x11-cursor"),
    "gnureadline": _needs("https://github.com/ludwigschwardt/python-gnureadline", build="c ncurses"),
    "google-crc32c": _needs("https://github.com/googleapis/python-crc32c", build="c++", optional=True),
    "google-re2": _needs("https://github.com/google/re2/tree/main/python", build="c++ re2"),
    "gpg": _needs("debian:gpgme1.0", build="c swig gpgme"),
    "gphoto2": _needs("debian:python-gphoto2", build="c pkg-config gphoto2"),
    "graphviz": _needs("https://graphviz.readthedocs.io/en/stable/manual.html#installation", run="graphviz"),
    "greenlet": _needs("debian:python-greenlet", build="c++"),
    "grpcio": _needs("debian:grpc", build="c++"),
    "grpcio-tools": _needs("https://github.com/grpc/grpc/tree/master/tools/distrib/python/grpcio_tools", build="c++"),
    "gssapi": _needs("https://github.com/pythongssapi/python-gssapi#requirements", build="c krb5"),
    "h2o": _needs("https://docs.h2o.ai/h2o/latest-stable/h2o-docs/downloading.html", run="java"),
    "h3": _needs("https://github.com/uber/h3-py", build="c cmake"),
    "h5py": _needs("https://docs.h5py.org/en/stable/build.html", build="c pkg-config hdf5"),
    "hdbscan": _needs("https://github.com/scikit-learn-contrib/hdbscan", build="c"),
    "healpy": _needs("debian:healpy", build="c++ pkg-config cfitsio"),
    "hf-transfer": _needs("https://github.com/huggingface/hf_transfer", build="rust"),
    "hf-xet": _needs("https://github.com/huggingface/xet-core", build="rust"),
    "hidapi": _needs("debian:python-hidapi", build="c usb udev"),
    "hiredis": _needs("debian:python-hiredis", build="c"),
    "hnswlib": _needs("debian:hnswlib", build="c++"),
    "html2image": _needs("https://github.com/vgalin/html2image#installation", run="chromium"),
    "httptools": _needs("debian:python-httptools", build="c"),
    "hunspell": _needs("debian:pyhunspell", build="c++ hunspell"),
    "hyperscan": _needs("https://python-hyperscan.readthedocs.io/en/latest/", build="c++ cmake hyperscan"),
    "ibm-db": _needs("https://github.com/ibmdb/python-ibmdb#installation", build="c pam xml2", run="pam xml2"),
    "igraph": _needs("debian:python-igraph", build="c++ cmake xml2"),
    "imagecodecs": _needs(
        "https://github.com/cgohlke/imagecodecs#requirements", build="c++ jpeg lcms2 openjpeg png tiff webp zlib"
    ),
    "imageio-ffmpeg": _needs("https://github.com/imageio/imageio-ffmpeg#installation", build="ffmpeg"),
    "imgkit": _needs("https://github.com/jarrekk/imgkit#installation", run="wkhtmltopdf"),
    "immutables": _needs("https://github.com/MagicStack/immutables", build="c"),
    "implicit": _needs("https://github.com/benfred/implicit", build="c++ cmake openmp"),
    "inflate64": _needs("https://codeberg.org/miurahr/inflate64", build="c"),
    "isal": _needs("debian:python-isal", build="c make nasm autotools"),
    "jellyfish": _needs("debian:python-jellyfish", build="rust"),
    "jiter": _needs("https://github.com/pydantic/jiter", build="rust"),
    "jpype1": _needs("https://jpype.readthedocs.io/en/latest/install.html", build="c++ java", run="java"),
    "jq": _needs("debian:python-jq", build="c autotools make"),
    "kaleido": _needs("https://github.com/plotly/Kaleido#readme", run="chromium", versions={"chromium": ">=1"}),
    "kenlm": _needs("https://github.com/kpu/kenlm#python-module", build="c++ cmake zlib bz2 lzma"),
    "kerberos": _needs("debian:pykerberos", build="c krb5"),
    "kivy": _needs(
        "https://kivy.org/doc/stable/installation/installation-linux.html", build="c pkg-config sdl2 gl", run="gl"
    ),
    "kiwisolver": _needs("debian:kiwisolver", build="c++"),
    "konlpy": _needs("https://konlpy.org/en/latest/install/", run="java"),
    "language-tool-python": _needs("https://github.com/jxmorris12/language_tool_python#prerequisites", run="java"),
    "lap": _needs("https://github.com/gatagat/lap", build="c++"),
    "lazy-object-proxy": _needs("debian:lazy-object-proxy", build="c", optional=True),
    "levenshtein": _needs("debian:python-levenshtein", build="c++"),
    "libarchive-c": _needs("https://github.com/Changaco/python-libarchive-c#dependencies", run="archive"),
    "libcst": _needs("debian:python-libcst", build="rust"),
    "libsass": _needs("debian:libsass-python", build="c++"),
    "libusb1": _needs("https://github.com/vpelletier/python-libusb1#dependencies", run="usb"),
    "libvirt-python": _needs("debian:libvirt-python", build="c pkg-config virt"),
    "lightfm": _needs("https://github.com/lyst/lightfm", build="c openmp"),
    "lightgbm": _needs(
        "https://lightgbm.readthedocs.io/en/latest/Installation-Guide.html", build="c++ cmake openmp", run="openmp"
    ),
    "llama-cpp-python": _needs(
        "https://llama-cpp-python.readthedocs.io/en/latest/#installation", build="c++ cmake", run="openmp"
    ),
    "llfuse": _needs("debian:python-llfuse", build="c pkg-config fuse2 attr"),
    "llvmlite": _needs("https://llvmlite.readthedocs.io/en/latest/admin-guide/install.html", build="c++ cmake llvm-15"),
    "lmdb": _needs("debian:py-lmdb", build="c"),
    "logbook": _needs("https://github.com/getlogbook/logbook", build="c"),
    "lupa": _needs("debian:python-lupa", build="c"),
    "lxml": _needs("https://lxml.de/installation.html#requirements", build="c pkg-config xml2 xslt zlib"),
    "lz4": _needs("debian:python-lz4", build="c"),
    "m2crypto": _needs("https://git.sr.ht/~mcepl/m2crypto/tree/master/item/INSTALL.rst", build="c swig ssl"),
    "madmom": _needs("https://github.com/CPJKU/madmom#installation", build="c", run="ffmpeg"),
    "manim": _needs(
        "https://docs.manim.community/en/stable/installation/uv.html",
        build="pkg-config c cairo pango",
        run="ffmpeg latex",
    ),
    "manimpango": _needs("https://github.com/ManimCommunity/ManimPango#linux", build="c pkg-config pango"),
    "mariadb": _needs("https://mariadb.com/docs/connectors/mariadb-connector-python", build="c mariadb"),
    "marisa-trie": _needs("https://github.com/pytries/marisa-trie", build="c++"),
    "markupsafe": _needs("debian:markupsafe", build="c", optional=True),
    "matplotlib": _needs("debian:matplotlib", build="c++ freetype pkg-config"),
    "maxminddb": _needs("https://maxminddb.readthedocs.io/en/latest/#installation", build="c maxminddb", optional=True),
    "mecab-python3": _needs("https://github.com/SamuraiT/mecab-python3#installation", build="c++ swig mecab"),
    "mediapipe": _needs("https://ai.google.dev/edge/mediapipe/solutions/setup_python", run="egl gles"),
    "meinheld": _needs("https://github.com/mopemope/meinheld", build="c"),
    "mercurial": _needs("debian:mercurial", build="c"),
    "misaka": _needs("https://github.com/FSX/misaka", build="c ffi"),
    "mmh3": _needs("https://github.com/hajimes/mmh3", build="c"),
    "mod-wsgi": _needs(
        "https://github.com/GrahamDumpleton/mod_wsgi#installation-into-python", build="c apache", run="apache"
    ),
    "moderngl": _needs("https://moderngl.readthedocs.io/en/latest/install/installation.html", build="c++", run="egl"),
    "moviepy": _needs(
        "https://zulko.github.io/moviepy/getting_started/install.html",
        run="imagemagick",
        versions={"imagemagick": "<2"},
    ),
    "mpi4py": _needs("https://mpi4py.readthedocs.io/en/stable/install.html", build="c mpi"),
    "mpv": _needs("https://github.com/jaseg/python-mpv#requirements", run="mpv"),
    "msgpack": _needs("debian:python-msgpack", build="c"),
    "mss": _needs("https://python-mss.readthedocs.io/installation.html", run="x11-session"),
    "mujoco": _needs("https://mujoco.readthedocs.io/en/stable/python.html", run="gl osmesa"),
    "multidict": _needs("debian:python-multidict", build="c"),
    "murmurhash": _needs("debian:python-murmurhash", build="c++"),
    "mysqlclient": _needs("https://github.com/PyMySQL/mysqlclient#linux", build="c pkg-config mysql"),
    "natto-py": _needs("https://github.com/buruzaemon/natto-py#requirements", run="mecab"),
    "netcdf4": _needs("https://unidata.github.io/netcdf4-python/#developer-installation", build="c hdf5 netcdf"),
    "netfilterqueue": _needs(
        "https://github.com/oremanj/python-netfilterqueue#installation", build="c netfilter-queue"
    ),
    "netifaces": _needs("debian:netifaces", build="c"),
    "newrelic": _needs("https://docs.newrelic.com/install/python/", build="c", optional=True),
    "nh3": _needs("debian:python-nh3", build="rust"),
    "nmslib": _needs("https://github.com/nmslib/nmslib/tree/master/python_bindings", build="c++"),
    "numba": _needs("debian:numba", build="c++"),
    "numcodecs": _needs("debian:numcodecs", build="c++"),
    "numexpr": _needs("debian:numexpr", build="c++"),
    "numpy": _needs("https://numpy.org/doc/stable/building/index.html", build="c++ blas lapack pkg-config"),
    "ocrmypdf": _needs(
        "https://ocrmypdf.readthedocs.io/en/latest/installation.html", run="ghostscript pngquant tesseract unpaper"
    ),
    "open3d": _needs("https://www.open3d.org/docs/release/getting_started.html", run="gl openmp usb x11"),
    "openai-whisper": _needs("https://github.com/openai/whisper#setup", run="ffmpeg"),
    "opencv-contrib-python": _needs(
        "https://github.com/opencv/opencv-python#frequently-asked-questions", build="c++ cmake", run="gl glib"
    ),
    "opencv-contrib-python-headless": _needs(
        "https://github.com/opencv/opencv-python#frequently-asked-questions", build="c++ cmake"
    ),
    "opencv-python": _needs(
        "https://github.com/opencv/opencv-python#frequently-asked-questions", build="c++ cmake", run="gl glib"
    ),
    "opencv-python-headless": _needs(
        "https://github.com/opencv/opencv-python#frequently-asked-questions", build="c++ cmake"
    ),
    "opencv-python-rolling": _needs(
        "https://github.com/opencv/opencv-python#frequently-asked-questions", run="gl glib"
    ),
    "openexr": _needs("debian:openexr", build="c++ cmake openexr"),
    "openslide-python": _needs(
        "https://openslide.org/api/python/#installing", build="c", run="openslide", unless="openslide-bin"
    ),
    "opuslib": _needs("https://github.com/orion-labs/opuslib", run="opus"),
    "orjson": _needs("debian:python-orjson", build="rust"),
    "osmium": _needs("https://docs.osmcode.org/pyosmium/latest/", build="c++ cmake bz2 expat zlib"),
    "pandas": _needs("debian:pandas", build="c++"),
    "patool": _needs("https://wummel.github.io/patool/", run="p7zip"),
    "pcapy": _needs("debian:pcapy", build="c++ pcap"),
    "pcapy-ng": _needs("https://github.com/stamparm/pcapy-ng", build="c++ pcap"),
    "pdf2image": _needs("https://github.com/Belval/pdf2image#how-to-install", run="poppler"),
    "pdfkit": _needs("https://github.com/JazzCore/python-pdfkit#installation", run="wkhtmltopdf"),
    "pdftotext": _needs("https://github.com/jalan/pdftotext#os-dependencies", build="c++ pkg-config poppler-cpp"),
    "peewee": _needs("debian:peewee", build="c sqlite", optional=True),
    "pendulum": _needs("debian:pendulum", build="rust"),
    "persistent": _needs("debian:python-persistent", build="c"),
    "phonemizer": _needs("https://bootphon.github.io/phonemizer/install.html", run="espeak"),
    "pikepdf": _needs(
        "https://pikepdf.readthedocs.io/en/latest/installation.html#building-from-source", build="c++ qpdf"
    ),
    "pillow": _needs(
        "https://pillow.readthedocs.io/en/stable/installation/building-from-source.html",
        build="c pkg-config freetype jpeg lcms2 openjpeg tiff webp zlib",
    ),
    "pillow-avif-plugin": _needs("https://github.com/fdintino/pillow-avif-plugin", build="c avif"),
    "pillow-heif": _needs("https://pillow-heif.readthedocs.io/en/latest/installation.html", build="c heif"),
    "pillow-simd": _needs(
        "https://github.com/uploadcare/pillow-simd", build="c freetype jpeg lcms2 openjpeg tiff webp zlib"
    ),
    "playwright": _needs(
        "https://github.com/microsoft/playwright/blob/main/packages/playwright-core/src/server/registry/nativeDeps.ts",
        run="browser-libraries",
        note="The browser itself comes from `playwright install chromium`.",
    ),
    "plyvel": _needs("https://plyvel.readthedocs.io/en/latest/installation.html", build="c++ leveldb"),
    "polars": _needs("https://docs.pola.rs/development/contributing/", build="rust cmake"),
    "posix-ipc": _needs("https://github.com/osvenskan/posix_ipc", build="c"),
    "pre-commit": _needs("https://pre-commit.com/#install", run="git"),
    "preshed": _needs("debian:python-preshed", build="c++"),
    "propcache": _needs("debian:python-propcache", build="c"),
    "prophet": _needs("https://facebook.github.io/prophet/docs/installation.html", build="c++ make"),
    "protobuf": _needs("debian:protobuf", build="c++"),
    "psutil": _needs("debian:python-psutil", build="c"),
    "psycopg": _needs("https://www.psycopg.org/psycopg3/docs/basic/install.html", run="pq", unless="psycopg-binary"),
    "psycopg-c": _needs("https://www.psycopg.org/psycopg3/docs/basic/install.html#local-installation", build="c pq"),
    "psycopg2": _needs("https://www.psycopg.org/docs/install.html#build-prerequisites", build="c pq"),
    "psycopg2-binary": _needs("https://www.psycopg.org/docs/install.html#psycopg-vs-psycopg-binary", build="c pq"),
    "psycopg2cffi": _needs("debian:python-psycopg2cffi", build="c ffi pq"),
    "pulsectl": _needs("https://github.com/mk-fg/python-pulse-control#requirements", run="pulse"),
    "pyahocorasick": _needs("debian:python-pyahocorasick", build="c"),
    "pyalsaaudio": _needs("debian:pyalsaaudio", build="c alsa"),
    "pyarrow": _needs("debian:python-arrow", build="c++ cmake"),
    "pyaudio": _needs("https://people.csail.mit.edu/hubert/pyaudio/", build="c portaudio"),
    "pyautogui": _needs("https://pyautogui.readthedocs.io/en/latest/install.html", run="scrot x11-session"),
    "pybedtools": _needs("https://daler.github.io/pybedtools/main.html", build="c++ zlib", run="bedtools"),
    "pybluez": _needs("debian:pybluez", build="c bluetooth"),
    "pybullet": _needs("https://github.com/bulletphysics/bullet3", build="c++"),
    "pycairo": _needs("https://pycairo.readthedocs.io/en/latest/getting_started.html", build="c pkg-config cairo"),
    "pycares": _needs("debian:pycares", build="c ffi cmake"),
    "pycld2": _needs("https://github.com/aboSamoor/pycld2", build="c++"),
    "pyclipper": _needs("debian:pyclipper", build="c++"),
    "pycocotools": _needs("https://github.com/ppwwyyxx/cocoapi", build="c"),
    # Where it finds GMP, it compiles a part that no Python since 3.11 can: configure.ac, src/_fastmath.c.
    "pycrypto": _needs("https://github.com/pycrypto/pycrypto", build="c"),
    "pycryptodome": _needs("debian:pycryptodome", build="c"),
    "pycryptodomex": _needs("https://www.pycryptodome.org/src/installation", build="c"),
    "pycups": _needs("debian:python-cups", build="c cups"),
    "pycurl": _needs("http://pycurl.io/docs/latest/install.html", build="c curl ssl"),
    "pydantic-core": _needs("debian:pydantic-core", build="rust"),
    "pydot": _needs("https://github.com/pydot/pydot#installation", run="graphviz"),
    "pydotplus": _needs("https://pydotplus.readthedocs.io/", run="graphviz"),
    "pydub": _needs("https://github.com/jiaaro/pydub#dependencies", run="ffmpeg"),
    "pyenchant": _needs("https://pyenchant.github.io/pyenchant/install.html", run="enchant"),
    "pyexecjs": _needs("https://github.com/doloopwhile/PyExecJS", run="nodejs"),
    "pyexiftool": _needs("https://sylikc.github.io/pyexiftool/installation.html", run="exiftool"),
    "pyfarmhash": _needs("https://github.com/veelion/python-farmhash", build="c++"),
    "pyfftw": _needs("https://pyfftw.readthedocs.io/en/latest/source/installation.html", build="c fftw"),
    "pyfluidsynth": _needs("https://github.com/nwhitehead/pyfluidsynth#requirements", run="fluidsynth"),
    "pyfuse3": _needs("debian:pyfuse3", build="c pkg-config fuse3"),
    "pygame": _needs(
        "https://www.pygame.org/wiki/CompileUbuntu",
        build="c pkg-config freetype jpeg png portmidi sdl2",
        run="glib x11",
    ),
    "pygit2": _needs("https://www.pygit2.org/install.html", build="c ffi git2"),
    "pyglet": _needs("https://pyglet.readthedocs.io/en/latest/programming_guide/installation.html", run="gl glu"),
    "pygobject": _needs(
        "https://pygobject.gnome.org/getting_started.html",
        build="c pkg-config cairo gobject-introspection gobject-introspection-2",
        versions={"gobject-introspection": "<3.51", "gobject-introspection-2": ">=3.51"},
        note="From 3.51 it needs girepository-2.0, which Debian has from trixie on.",
    ),
    "pygraphviz": _needs(
        "https://pygraphviz.github.io/documentation/stable/install.html",
        build="c graphviz graphviz-libraries",
        run="graphviz",
    ),
    "pygrib": _needs("debian:pygrib", build="c eccodes"),
    "pyicu": _needs("https://gitlab.pyicu.org/main/pyicu#building-pyicu", build="c++ pkg-config icu"),
    "pyinstaller": _needs("https://pyinstaller.org/en/stable/requirements.html", run="binutils"),
    "pyjnius": _needs("https://pyjnius.readthedocs.io/en/latest/installation.html", build="c java", run="java"),
    "pykcs11": _needs("debian:pykcs11", build="c++ swig"),
    "pykerberos": _needs("debian:pykerberos", build="c krb5"),
    "pylibacl": _needs("debian:python-pylibacl", build="c acl"),
    "pylibdmtx": _needs("https://github.com/NaturalHistoryMuseum/pylibdmtx#installation", run="dmtx"),
    "pylibmc": _needs("https://sendapatch.se/projects/pylibmc/install.html", build="c memcached sasl zlib"),
    "pymediainfo": _needs("https://pymediainfo.readthedocs.io/en/stable/#requirements", run="mediainfo"),
    "pyminizip": _needs("https://github.com/smihica/pyminizip", build="c zlib"),
    "pymongo": _needs("debian:pymongo", build="c", optional=True),
    "pymssql": _needs("https://pymssql.readthedocs.io/en/stable/intro.html#install", build="c freetds krb5 ssl"),
    "pymupdf": _needs("https://pymupdf.readthedocs.io/en/latest/installation.html", build="c++ make swig"),
    "pynacl": _needs("https://pynacl.readthedocs.io/en/latest/install/#linux-source-build", build="c make ffi sodium"),
    "pynput": _needs("https://pynput.readthedocs.io/en/latest/limitations.html", run="x11-session"),
    "pyodbc": _needs(
        "https://github.com/mkleehammer/pyodbc/wiki/Install#installing-on-linux",
        build="c++ odbc",
        run="odbc",
        note="The driver of the database is apart: tdsodbc, odbc-postgresql, odbc-mariadb, or the vendor's own.",
    ),
    "pyogrio": _needs("https://pyogrio.readthedocs.io/en/latest/install.html", build="c++ gdal"),
    "pyopengl": _needs("https://pyopengl.sourceforge.net/documentation/installation.html", run="gl glu"),
    "pypandoc": _needs(
        "https://github.com/JessicaTegner/pypandoc#installing-pandoc", run="pandoc", unless="pypandoc-binary"
    ),
    "pyppeteer": _needs("https://github.com/pyppeteer/pyppeteer#installation", run="browser-libraries"),
    "pyppmd": _needs("https://codeberg.org/miurahr/pyppmd", build="c"),
    "pyproj": _needs(
        "https://pyproj4.github.io/pyproj/stable/installation.html#installing-from-source", build="c proj"
    ),
    "pyqt5": _needs(
        "https://www.riverbankcomputing.com/static/Docs/PyQt5/installation.html", build="c++", run="qt glib"
    ),
    "pyqt6": _needs("https://doc.qt.io/qt-6/linux-requirements.html", build="c++", run="qt glib"),
    "pyrsistent": _needs("debian:pyrsistent", build="c", optional=True),
    "pysam": _needs(
        "https://pysam.readthedocs.io/en/latest/installation.html", build="c make autotools bz2 curl lzma ssl zlib"
    ),
    "pysaml2": _needs("https://pysaml2.readthedocs.io/en/latest/install.html", run="xmlsec1"),
    "pyscard": _needs("debian:pyscard", build="c swig pcsc"),
    "pyshark": _needs("https://github.com/KimiNewt/pyshark#installation", run="tshark"),
    "pyside2": _needs("https://doc.qt.io/qt-5/linux-requirements.html", run="qt glib"),
    "pyside6": _needs("https://doc.qt.io/qt-6/linux-requirements.html", run="qt glib"),
    "pysimdjson": _needs("https://github.com/TkTech/pysimdjson", build="c++"),
    "pyspark": _needs(
        "https://spark.apache.org/docs/latest/api/python/getting_started/install.html", run="java procps"
    ),
    "pysqlite3": _needs("https://github.com/coleifer/pysqlite3#building-with-system-sqlite", build="c sqlite"),
    "pystemmer": _needs("debian:pystemmer", build="c"),
    "pyswisseph": _needs("https://github.com/astrorigin/pyswisseph", build="c"),
    "pytaglib": _needs("debian:pytaglib", build="c++ taglib"),
    "pytango": _needs("debian:pytango", build="c++ cmake"),
    "pytesseract": _needs("https://github.com/madmaze/pytesseract#installation", run="tesseract"),
    "python-augeas": _needs("debian:python-augeas", run="augeas"),
    "python-bidi": _needs("debian:python-bidi", build="rust"),
    "python-crfsuite": _needs("https://github.com/scrapinghub/python-crfsuite", build="c++"),
    "python-gammu": _needs("debian:python-gammu", build="c gammu pkg-config"),
    "python-geohash": _needs("https://github.com/hkwi/python-geohash", build="c++"),
    "python-gnupg": _needs("https://gnupg.readthedocs.io/en/latest/#deployment-requirements", run="gpg"),
    "python-igraph": _needs("debian:python-igraph", build="c++ cmake xml2"),
    "python-ldap": _needs("https://www.python-ldap.org/en/latest/installing.html#debian", build="c ldap sasl"),
    "python-libnmap": _needs("https://libnmap.readthedocs.io/en/latest/", run="nmap"),
    "python-lzo": _needs("debian:python-lzo", build="c lzo"),
    "python-magic": _needs("https://github.com/ahupp/python-magic#debianubuntu", run="magic"),
    "python-mpv": _needs("https://github.com/jaseg/python-mpv#requirements", run="mpv"),
    "python-nmap": _needs("https://xael.org/pages/python-nmap-en.html", run="nmap"),
    "python-olm": _needs("debian:olm", build="c++ cmake ffi olm"),
    "python-pam": _needs("debian:python-pam", run="pam"),
    "python-pcre": _needs("https://github.com/awahlig/python-pcre", build="c pcre"),
    "python-pkcs11": _needs("debian:python-pkcs11", build="c"),
    "python-poppler": _needs("https://cbrunet.net/python-poppler/installation.html", build="c++ cmake poppler-cpp"),
    "python-prctl": _needs("debian:python-prctl", build="c cap"),
    "python-rapidjson": _needs("debian:python-rapidjson", build="c++"),
    "python-rtmidi": _needs(
        "https://spotlightkid.github.io/python-rtmidi/installation.html", build="c++ pkg-config alsa jack"
    ),
    "python-snappy": _needs("debian:python-snappy", build="c++ snappy"),
    "python-vlc": _needs("https://github.com/oaubert/python-vlc", run="vlc"),
    "pytsk3": _needs("debian:pytsk", build="c++"),
    "pyttsx3": _needs("https://github.com/nateshmbhat/pyttsx3#linux-installation-requirements-", run="espeak"),
    "pyudev": _needs("https://pyudev.readthedocs.io/en/latest/install.html", run="udev"),
    "pyusb": _needs("https://github.com/pyusb/pyusb#requirements-and-platform-support", run="usb"),
    "pyvips": _needs("https://github.com/libvips/pyvips#install", run="vips", unless="pyvips-binary"),
    "pyvirtualdisplay": _needs("https://github.com/ponty/PyVirtualDisplay#installation", run="xvfb"),
    "pyworld": _needs("https://github.com/JeremyCCHsu/Python-Wrapper-for-World-Vocoder", build="c++"),
    "pyxattr": _needs("debian:python-pyxattr", build="c attr"),
    "pyyaml": _needs("https://pyyaml.org/wiki/PyYAMLDocumentation", build="c yaml", optional=True),
    "pyzbar": _needs("https://github.com/NaturalHistoryMuseum/pyzbar#installation", run="zbar"),
    "pyzmq": _needs("https://pyzmq.readthedocs.io/en/latest/howto/build.html", build="c++ cmake zmq"),
    "pyzstd": _needs("https://github.com/Rogdham/pyzstd", build="c"),
    "quickjs": _needs("debian:quickjs", build="c"),
    "rapidfuzz": _needs("debian:rapidfuzz", build="c++ cmake"),
    "rarfile": _needs("https://rarfile.readthedocs.io/faq.html", run="unar"),
    "rasterio": _needs("https://rasterio.readthedocs.io/en/stable/installation.html", build="c++ gdal"),
    "rcssmin": _needs("debian:python-rcssmin", build="c", optional=True),
    "rdkit": _needs("https://www.rdkit.org/docs/Install.html", run="x11 xrender"),
    "regex": _needs("debian:python-regex", build="c"),
    "reportlab": _needs("https://docs.reportlab.com/install/open_source_installation/", build="c freetype"),
    "rjsmin": _needs("debian:python-rjsmin", build="c", optional=True),
    "rpds-py": _needs("debian:rpds-py", build="rust"),
    "rpi-gpio": _needs("https://sourceforge.net/p/raspberry-gpio-python/wiki/install/", build="c"),
    "rtoml": _needs("https://github.com/samuelcolvin/rtoml", build="rust"),
    "rtree": _needs(
        "https://rtree.readthedocs.io/en/latest/install.html", run="spatialindex", versions={"spatialindex": "<0.9.4"}
    ),
    "ruamel-yaml-clib": _needs("debian:ruamel.yaml.clib", build="c"),
    "ruff": _needs("https://docs.astral.sh/ruff/installation/", build="rust"),
    "safetensors": _needs("debian:safetensors", build="rust"),
    "sasl": _needs("https://github.com/cloudera/python-sasl", build="c++ sasl", run="sasl-modules"),
    "scapy": _needs("https://scapy.readthedocs.io/en/latest/installation.html", run="tcpdump pcap"),
    "scikit-image": _needs("debian:skimage", build="c++"),
    "scikit-learn": _needs("https://scikit-learn.org/stable/developers/advanced_installation.html", build="c++ openmp"),
    "scikit-surprise": _needs("https://surpriselib.com/", build="c++"),
    "scipy": _needs("https://docs.scipy.org/doc/scipy/building/index.html", build="c++ fortran blas lapack pkg-config"),
    "scrypt": _needs("debian:python-scrypt", build="c ssl"),
    "scs": _needs("https://www.cvxgrp.org/scs/install/python.html", build="c blas lapack"),
    "secp256k1": _needs(
        "https://github.com/ludbb/secp256k1-py#installation", build="c autotools pkg-config ffi secp256k1"
    ),
    "selenium": _needs(
        "https://www.selenium.dev/documentation/webdriver/browsers/chrome/",
        run="chromium-driver",
        note="Chromium and its driver; not needed when a remote browser is used.",
    ),
    "seleniumbase": _needs("https://seleniumbase.io/help_docs/install/", run="chromium-driver"),
    "sentencepiece": _needs("debian:sentencepiece", build="c++ cmake pkg-config"),
    "setproctitle": _needs("debian:python-setproctitle", build="c"),
    "setuptools-scm": _needs("https://setuptools-scm.readthedocs.io/en/latest/", run="git"),
    "shapely": _needs("https://shapely.readthedocs.io/en/stable/installation.html#build-from-source", build="c geos"),
    "simpleaudio": _needs("https://simpleaudio.readthedocs.io/en/latest/installation.html", build="c alsa"),
    "simplejson": _needs("debian:simplejson", build="c", optional=True),
    "sounddevice": _needs("https://python-sounddevice.readthedocs.io/en/latest/installation.html", run="portaudio"),
    "soundfile": _needs(
        "https://github.com/bastibe/python-soundfile/pull/415", run="sndfile", versions={"sndfile": "<0.13"}
    ),
    "sox": _needs("https://github.com/marl/pysox#install", run="sox"),
    "spacy": _needs("https://spacy.io/usage#source", build="c++"),
    "speechrecognition": _needs("https://github.com/Uberi/speech_recognition#requirements", run="flac"),
    "spidev": _needs("debian:spidev", build="c"),
    "spleeter": _needs("https://github.com/deezer/spleeter#quick-start", run="ffmpeg sndfile"),
    "splinter": _needs("https://splinter.readthedocs.io/en/stable/drivers/chrome.html", run="chromium-driver"),
    "sqlalchemy": _needs("debian:sqlalchemy", build="c", optional=True),
    "sqlcipher3": _needs("https://github.com/coleifer/sqlcipher3#building-with-system-sqlcipher", build="c sqlcipher"),
    "srsly": _needs("debian:python-srsly", build="c++"),
    "ssdeep": _needs("https://python-ssdeep.readthedocs.io/en/latest/installation.html", build="c ffi fuzzy"),
    "ssh2-python": _needs(
        "https://ssh2-python.readthedocs.io/en/latest/installation.html", build="c cmake ssh2 ssl zlib"
    ),
    "statsmodels": _needs("debian:statsmodels", build="c"),
    "stringzilla": _needs("https://github.com/ashvardanian/StringZilla", build="c"),
    "systemd-python": _needs("https://github.com/systemd/python-systemd#installation", build="c pkg-config systemd"),
    "sysv-ipc": _needs("debian:python-sysv-ipc", build="c"),
    "tables": _needs("https://www.pytables.org/usersguide/installation.html", build="c++ blosc bz2 hdf5 lzo"),
    "tabula-py": _needs("https://tabula-py.readthedocs.io/en/latest/getting_started.html", run="java"),
    "tesserocr": _needs(
        "https://github.com/sirfz/tesserocr#requirements",
        build="c++ pkg-config leptonica tesseract-libraries",
        run="tesseract",
    ),
    "textract": _needs(
        "https://textract.readthedocs.io/en/stable/installation.html", run="antiword ffmpeg poppler tesseract"
    ),
    "thinc": _needs("debian:python-thinc", build="c++"),
    "thrift": _needs("debian:thrift", build="c++", optional=True),
    "tika": _needs("https://github.com/chrismattmann/tika-python#requirements", run="java"),
    "tiktoken": _needs("https://github.com/openai/tiktoken", build="rust"),
    "time-machine": _needs("debian:python-time-machine", build="c"),
    "tokenizers": _needs("https://huggingface.co/docs/tokenizers/installation", build="rust pkg-config ssl"),
    "torchcodec": _needs("https://github.com/pytorch/torchcodec#installing-torchcodec", run="ffmpeg-libraries"),
    "tornado": _needs("debian:python-tornado", build="c", optional=True),
    "tree-sitter": _needs("https://github.com/tree-sitter/py-tree-sitter", build="c"),
    "triangle": _needs("https://github.com/drufat/triangle", build="c"),
    "typed-ast": _needs("debian:python3-typed-ast", build="c"),
    "ujson": _needs("debian:ujson", build="c++"),
    "undetected-chromedriver": _needs("https://github.com/ultrafunkamsterdam/undetected-chromedriver", run="chromium"),
    "unicodedata2": _needs("debian:python-unicodedata2", build="c"),
    "unoconv": _needs("https://github.com/unoconv/unoconv#dependencies", run="libreoffice"),
    "unoserver": _needs("https://github.com/unoconv/unoserver#installation", run="libreoffice"),
    "unstructured": _needs("https://docs.unstructured.io/open-source/installation/full-installation", run="magic"),
    "unstructured-inference": _needs(
        "https://docs.unstructured.io/open-source/installation/full-installation", run="poppler"
    ),
    "unstructured-pytesseract": _needs(
        "https://docs.unstructured.io/open-source/installation/full-installation", run="tesseract"
    ),
    "uuid-utils": _needs("https://github.com/aminalaee/uuid-utils", build="rust"),
    "uvloop": _needs("debian:uvloop", build="c autotools"),
    "uwsgi": _needs("https://uwsgi-docs.readthedocs.io/en/latest/Install.html", build="c"),
    "vtk": _needs("https://docs.vtk.org/en/latest/getting_started/index.html", run="gl xrender"),
    "wand": _needs("https://docs.wand-py.org/en/latest/guide/install.html", run="magickwand"),
    "watchfiles": _needs("debian:python-watchfiles", build="rust"),
    "weasyprint": _needs(
        "https://doc.courtbouillon.org/weasyprint/stable/first_steps.html#linux",
        run="fonts harfbuzz-subset pango gdk-pixbuf",
        versions={"gdk-pixbuf": "<53"},
    ),
    "webrtcvad": _needs("https://github.com/wiseman/py-webrtcvad", build="c"),
    "websockets": _needs("debian:python-websockets", build="c", optional=True),
    "whisperx": _needs("https://github.com/m-bain/whisperX#setup-%EF%B8%8F", run="ffmpeg"),
    "wrapt": _needs("debian:python-wrapt", build="c", optional=True),
    "wxpython": _needs(
        "https://wxpython.org/blog/2017-08-17-builds-for-linux-with-pip/index.html", build="c++ gl gtk3 make pkg-config"
    ),
    "xattr": _needs("debian:python-xattr", build="c ffi"),
    "xgboost": _needs("https://xgboost.readthedocs.io/en/stable/build.html", build="c++ cmake openmp"),
    "xmlsec": _needs(
        "https://xmlsec.readthedocs.io/en/stable/install.html",
        build="c pkg-config xml2 xmlsec xslt",
        note="Built from source it uses the system's libxml2; lxml must then be built from source too.",
    ),
    "xvfbwrapper": _needs("https://github.com/cgoldberg/xvfbwrapper#installation", run="xvfb"),
    "xxhash": _needs("debian:python-xxhash", build="c"),
    "y-py": _needs("https://github.com/y-crdt/ypy", build="rust"),
    "yara-python": _needs("https://yara.readthedocs.io/en/stable/gettingstarted.html", build="c ssl"),
    "yarl": _needs("debian:yarl", build="c"),
    "youtube-dl": _needs("https://github.com/ytdl-org/youtube-dl#installation", run="ffmpeg"),
    "yt-dlp": _needs("https://github.com/yt-dlp/yt-dlp#dependencies", run="ffmpeg"),
    "zodbpickle": _needs("debian:zodbpickle", build="c"),
    "zope-interface": _needs("debian:zope.interface", build="c", optional=True),
    "zopfli": _needs("debian:python-zopfli", build="c"),
    "zstandard": _needs("debian:python-zstandard", build="c"),
    "zxing-cpp": _needs("debian:zxing-cpp", build="c++ cmake"),
}

#: Module that a project imports → what it needs, where no distribution says so.
IMPORTS: Mapping[str, Needs] = {
    # GeoDjango finds GDAL, GEOS and PROJ by name; binutils is what Django's pages ask for on Debian.
    "django.contrib.gis": _needs(
        "https://docs.djangoproject.com/en/stable/ref/contrib/gis/install/geolibs/", run="binutils gdal geos proj"
    ),
    "git": _needs("https://gitpython.readthedocs.io/en/stable/intro.html#requirements", run="git"),
    # The slim Python images have the _tkinter module but not the libraries that it is linked with.
    "tkinter": _needs("https://github.com/docker-library/python/blob/master/Dockerfile-linux.template", run="tk"),
    "turtle": _needs("https://github.com/docker-library/python/blob/master/Dockerfile-linux.template", run="tk"),
}

#: What a project's own `[build-system]` may require → the compilers that its build then starts, keys of `LIBRARIES`.
#: Sources: each one's pages about writing extensions. A build without one of these may compile C all the same.
BUILDERS: Mapping[str, tuple[str, ...]] = {
    "cffi": ("c",),  # https://cffi.readthedocs.io/en/stable/cdef.html
    "cython": ("c",),  # https://cython.readthedocs.io/en/latest/src/quickstart/install.html
    "maturin": ("rust",),  # https://www.maturin.rs/
    "meson-python": ("c",),  # https://mesonbuild.com/meson-python/
    "mypy": ("c",),  # https://mypyc.readthedocs.io/en/latest/getting_started.html
    "nanobind": ("c++",),  # https://nanobind.readthedocs.io/en/latest/packaging.html
    "pybind11": ("c++",),  # https://pybind11.readthedocs.io/en/stable/compiling.html
    "scikit-build": ("c++",),  # https://scikit-build.readthedocs.io/en/latest/
    "scikit-build-core": ("c++",),  # https://scikit-build-core.readthedocs.io/en/latest/
    "setuptools-rust": ("rust",),  # https://setuptools-rust.readthedocs.io/en/latest/
}

#: Ending of a source file → the compiler for it.
SOURCE_FILES: Mapping[str, str] = {
    ".c": "c",
    ".cc": "c++",
    ".cpp": "c++",
    ".cxx": "c++",
    ".pyx": "c",
    ".rs": "rust",
}
