"""What the rows of `distributions` refer to: a system library, a compiler or a program, and its Debian packages.

Sources: the package indexes of Debian 11 (bullseye, for patch releases of Python that newer ones have no image of), 12
(bookworm) and 13 (trixie), main component; the run package of a library is the one that its -dev package depends on. A
Docker test checks that every name is in the index of its release. Where one name stands for all releases it is written
once; where they differ (the 64-bit time_t renames, a new major version) all are written, bullseye only where it is not
as bookworm. A release that is missing from a mapping does not have the library at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

#: The Debian releases of the tables, oldest first.
SUITES = ("bullseye", "bookworm", "trixie")


@dataclass(frozen=True, kw_only=True, slots=True)
class Library:
    """Debian packages of one library, compiler or program, by release; a release without an entry lacks it."""

    #: To compile against it: headers, compilers, build programs.
    build: Mapping[str, tuple[str, ...]]
    #: To run with it: shared libraries, programs, data.
    run: Mapping[str, tuple[str, ...]]

    def is_in(self, suite: str) -> bool:
        """Whether that Debian release has it."""
        return suite in self.build and suite in self.run


def _by_suite(names: str | Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    if isinstance(names, str):
        names = dict.fromkeys(SUITES, names)
    return MappingProxyType({suite: tuple(text.split()) for suite, text in names.items()})


def _library(build: str | Mapping[str, str] = "", run: str | Mapping[str, str] = "") -> Library:
    return Library(build=_by_suite(build), run=_by_suite(run))


def _only(names: str, *suites: str) -> Mapping[str, str]:
    return dict.fromkeys(suites, names)


def _either(bookworm: str, trixie: str, *, bullseye: str = "") -> Mapping[str, str]:
    return {"bullseye": bullseye or bookworm, "bookworm": bookworm, "trixie": trixie}


def _t64(names: str, *, bullseye: str = "") -> Mapping[str, str]:
    """Packages that trixie renamed for 64-bit time_t."""
    return _either(names, " ".join(f"{name}t64" for name in names.split()), bullseye=bullseye)


#: Logical name → packages. `c` to `swig` build; the others are alphabetical.
LIBRARIES: Mapping[str, Library] = {
    # Compilers and build programs. The official Python images bring Python's own headers.
    "c": _library("gcc libc6-dev"),
    "c++": _library("g++ libc6-dev"),
    "fortran": _library("gfortran", "libgfortran5"),
    # bookworm's own rustc is 1.63, too old for most crates of today; rustc-web is the newer one it keeps for browsers.
    "rust": _library(_either("cargo-web rustc-web gcc libc6-dev", "cargo rustc gcc libc6-dev")),
    "autotools": _library("autoconf automake libtool make"),
    "cmake": _library("cmake make"),
    "make": _library("make"),
    "nasm": _library("nasm"),
    "pkg-config": _library("pkg-config"),
    "swig": _library("swig"),
    # Libraries.
    "acl": _library("libacl1-dev", "libacl1"),
    "aio": _library("libaio-dev", _t64("libaio1")),
    "alsa": _library("libasound2-dev", _t64("libasound2")),
    # The server and its modules; mod_wsgi brings its own settings, and reads the MIME types.
    "apache": _library("apache2-dev", "apache2-bin media-types"),
    "archive": _library("libarchive-dev", _t64("libarchive13")),
    "aspell": _library("libaspell-dev", "libaspell15 aspell-en"),
    "attr": _library("libattr1-dev", "libattr1"),
    "augeas": _library("libaugeas-dev", "libaugeas0"),
    "avif": _library("libavif-dev", _either("libavif15", "libavif16", bullseye="libavif9")),
    "blas": _library("libopenblas-dev", "libopenblas0"),
    "blosc": _library("libblosc-dev", "libblosc1"),
    "bluetooth": _library("libbluetooth-dev", "libbluetooth3"),
    "bz2": _library("libbz2-dev", "libbz2-1.0"),
    "cairo": _library("libcairo2-dev", "libcairo2"),
    "cap": _library("libcap-dev", "libcap2"),
    "cfitsio": _library("libcfitsio-dev", _t64("libcfitsio10", bullseye="libcfitsio9")),
    "cups": _library("libcups2-dev", _t64("libcups2")),
    "curl": _library("libcurl4-openssl-dev", _t64("libcurl4")),
    "dbus": _library("libdbus-1-dev", "libdbus-1-3"),
    "discid": _library("libdiscid-dev", "libdiscid0"),
    "dmtx": _library("libdmtx-dev", _either("libdmtx0b", "libdmtx0t64")),
    "eccodes": _library("libeccodes-dev", "libeccodes0"),
    "egl": _library("", "libegl1 libgl1"),
    "enchant": _library("libenchant-2-dev", "libenchant-2-2"),
    "ev": _library("libev-dev", _t64("libev4")),
    "expat": _library("libexpat1-dev", "libexpat1"),
    "ffi": _library("libffi-dev", _either("libffi8", "libffi8", bullseye="libffi7")),
    "ffmpeg-libraries": _library(
        "libavcodec-dev libavdevice-dev libavfilter-dev libavformat-dev libavutil-dev libswresample-dev libswscale-dev",
        _either(
            "libavcodec59 libavdevice59 libavfilter8 libavformat59 libavutil57 libswresample4 libswscale6",
            "libavcodec61 libavdevice61 libavfilter10 libavformat61 libavutil59 libswresample5 libswscale8",
            bullseye="libavcodec58 libavdevice58 libavfilter7 libavformat58 libavutil56 libswresample3 libswscale5",
        ),
    ),
    "fftw": _library("libfftw3-dev", "libfftw3-double3 libfftw3-long3 libfftw3-single3"),
    "firebird": _library("firebird-dev", "libfbclient2"),
    "fluidsynth": _library("libfluidsynth-dev", _either("libfluidsynth3", "libfluidsynth3", bullseye="libfluidsynth2")),
    "freetds": _library("freetds-dev", "libct4 libsybdb5"),
    "freetype": _library("libfreetype-dev", "libfreetype6"),
    "fuse2": _library("libfuse-dev", _t64("libfuse2")),
    "fuse3": _library("libfuse3-dev", _either("libfuse3-3", "libfuse3-4")),
    "fuzzy": _library("libfuzzy-dev", "libfuzzy2"),
    "gammu": _library(_only("libgammu-dev", "bookworm", "trixie"), {"bookworm": "libgammu8", "trixie": "libgammu8t64"}),
    "gdal": _library("libgdal-dev", _either("libgdal32", "libgdal36", bullseye="libgdal28")),
    "gdk-pixbuf": _library("libgdk-pixbuf-2.0-dev", "libgdk-pixbuf-2.0-0"),
    "geos": _library("libgeos-dev", _either("libgeos-c1v5", "libgeos-c1t64")),
    "git2": _library("libgit2-dev", _either("libgit2-1.5", "libgit2-1.9", bullseye="libgit2-1.1")),
    "gl": _library("libgl1-mesa-dev", "libgl1"),
    "gles": _library("libgles-dev", "libgles2"),
    "glib": _library("libglib2.0-dev", _t64("libglib2.0-0")),
    "glu": _library("libglu1-mesa-dev", "libglu1-mesa"),
    "gmp": _library("libgmp-dev", "libgmp10"),
    "gobject-introspection": _library("libgirepository1.0-dev", "libgirepository-1.0-1"),
    "gobject-introspection-2": _library(
        _only("libgirepository-2.0-dev", "trixie"), _only("libgirepository-2.0-0", "trixie")
    ),
    "gpgme": _library("libgpgme-dev", _t64("libgpgme11")),
    "gphoto2": _library("libgphoto2-dev", _t64("libgphoto2-6")),
    "graphviz-libraries": _library("libgraphviz-dev", "libcgraph6 libgvc6"),
    "gtk3": _library("libgtk-3-dev", _t64("libgtk-3-0")),
    "harfbuzz-subset": _library(
        "libharfbuzz-dev", _either("libharfbuzz-subset0", "libharfbuzz-subset0", bullseye="libharfbuzz0b")
    ),
    "hdf5": _library("libhdf5-dev", _either("libhdf5-103-1 libhdf5-hl-100", "libhdf5-310 libhdf5-hl-310")),
    "heif": _library("libheif-dev", "libheif1"),
    "hts": _library("libhts-dev", _t64("libhts3")),
    "hunspell": _library("libhunspell-dev", "libhunspell-1.7-0"),
    "hyperscan": _library("libhyperscan-dev", "libhyperscan5"),
    "icu": _library("libicu-dev", _either("libicu72", "libicu76", bullseye="libicu67")),
    "jack": _library("libjack-jackd2-dev", "libjack-jackd2-0"),
    "jpeg": _library("libjpeg62-turbo-dev", "libjpeg62-turbo"),
    "krb5": _library("libkrb5-dev", "libgssapi-krb5-2 libkrb5-3"),
    "lapack": _library("liblapack-dev", "liblapack3"),
    "lcms2": _library("liblcms2-dev", "liblcms2-2"),
    "ldap": _library(
        _either("libldap-dev", "libldap-dev", bullseye="libldap2-dev"),
        _either("libldap-2.5-0", "libldap2", bullseye="libldap-2.4-2"),
    ),
    "leptonica": _library("libleptonica-dev", _either("liblept5", "libleptonica6")),
    "leveldb": _library("libleveldb-dev", "libleveldb1d"),
    "llvm-15": _library(_only("llvm-15-dev", "bookworm"), _only("libllvm15", "bookworm")),
    "lz4": _library("liblz4-dev", "liblz4-1"),
    "lzma": _library("liblzma-dev", "liblzma5"),
    "lzo": _library("liblzo2-dev", "liblzo2-2"),
    "magic": _library("libmagic-dev", _t64("libmagic1")),
    "magickwand": _library("libmagickwand-dev", _either("libmagickwand-6.q16-6", "libmagickwand-7.q16-10")),
    "mariadb": _library("libmariadb-dev", "libmariadb3"),
    "maxminddb": _library("libmaxminddb-dev", "libmaxminddb0"),
    "mecab": _library("libmecab-dev mecab", "libmecab2 mecab-ipadic-utf8"),
    "mediainfo": _library("libmediainfo-dev", "libmediainfo0v5"),
    "memcached": _library("libmemcached-dev", _t64("libmemcached11")),
    "mpc": _library("libmpc-dev", "libmpc3"),
    "mpfr": _library("libmpfr-dev", "libmpfr6"),
    "mpi": _library("libopenmpi-dev", _either("libopenmpi3 openmpi-bin", "libopenmpi40 openmpi-bin")),
    "mpv": _library("libmpv-dev", _either("libmpv2", "libmpv2", bullseye="libmpv1")),
    "mysql": _library("default-libmysqlclient-dev", "libmariadb3"),
    "ncurses": _library("libncurses-dev", "libncursesw6"),
    "netcdf": _library("libnetcdf-dev", _either("libnetcdf19", "libnetcdf22", bullseye="libnetcdf18")),
    "netfilter-queue": _library("libnetfilter-queue-dev", "libnetfilter-queue1"),
    "odbc": _library("unixodbc-dev", "unixodbc"),
    "olm": _library("libolm-dev", "libolm3"),
    "openexr": _library("libopenexr-dev", _either("libopenexr-3-1-30", "libopenexr-3-1-30", bullseye="libopenexr25")),
    "openjpeg": _library("libopenjp2-7-dev", "libopenjp2-7"),
    "openmp": _library("", "libgomp1"),
    "opus": _library("libopus-dev", "libopus0"),
    "openslide": _library("libopenslide-dev", "libopenslide0"),
    "osmesa": _library("libosmesa6-dev", "libosmesa6"),
    "pam": _library("libpam0g-dev", "libpam0g"),
    "pango": _library("libpango1.0-dev", "libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0"),
    "pcap": _library("libpcap0.8-dev", _t64("libpcap0.8")),
    "pcre": _library(_only("libpcre3-dev", "bullseye", "bookworm"), _only("libpcre3", "bullseye", "bookworm")),
    "pcsc": _library("libpcsclite-dev", "libpcsclite1"),
    "png": _library("libpng-dev", _t64("libpng16-16")),
    "poppler-cpp": _library("libpoppler-cpp-dev", _either("libpoppler-cpp0v5", "libpoppler-cpp2")),
    "portaudio": _library("portaudio19-dev", "libportaudio2"),
    "portmidi": _library("libportmidi-dev", "libportmidi0"),
    "pq": _library("libpq-dev", "libpq5"),
    "proj": _library("libproj-dev proj-bin", _either("libproj25", "libproj25", bullseye="libproj19")),
    "pulse": _library("libpulse-dev", "libpulse0"),
    "qpdf": _library("libqpdf-dev", _either("libqpdf29", "libqpdf30", bullseye="libqpdf28")),
    "rdkafka": _library("librdkafka-dev", "librdkafka1"),
    "re2": _library("libre2-dev", _either("libre2-9", "libre2-11")),
    "sasl": _library("libsasl2-dev", "libsasl2-2"),
    "sdl2": _library(
        "libsdl2-dev libsdl2-image-dev libsdl2-mixer-dev libsdl2-ttf-dev",
        "libsdl2-2.0-0 libsdl2-image-2.0-0 libsdl2-mixer-2.0-0 libsdl2-ttf-2.0-0",
    ),
    "secp256k1": _library("libsecp256k1-dev", _either("libsecp256k1-1", "libsecp256k1-2", bullseye="libsecp256k1-0")),
    "snappy": _library("libsnappy-dev", "libsnappy1v5"),
    "sndfile": _library("libsndfile1-dev", "libsndfile1"),
    "snmp": _library("libsnmp-dev", _t64("libsnmp40")),
    "sodium": _library("libsodium-dev", "libsodium23"),
    "spatialindex": _library("libspatialindex-dev", _either("libspatialindex-c6", "libspatialindex-c8")),
    "sqlcipher": _library("libsqlcipher-dev", _either("libsqlcipher0", "libsqlcipher1")),
    "sqlite": _library("libsqlite3-dev", "libsqlite3-0"),
    "ssh2": _library("libssh2-1-dev", _t64("libssh2-1")),
    "ssl": _library("libssl-dev", _t64("libssl3", bullseye="libssl1.1")),
    "suitesparse": _library(
        "libsuitesparse-dev",
        _either(
            "libamd2 libcholmod3 libcolamd2 libklu1 libsuitesparseconfig5 libumfpack5",
            "libamd3 libcholmod5 libcolamd3 libklu2 libsuitesparseconfig7 libumfpack6",
        ),
    ),
    "systemd": _library("libsystemd-dev", "libsystemd0"),
    "taglib": _library("libtag1-dev", _either("libtag1v5", "libtag2")),
    "tesseract-libraries": _library(
        "libtesseract-dev",
        _either(
            "libtesseract5 tesseract-ocr-eng",
            "libtesseract5 tesseract-ocr-eng",
            bullseye="libtesseract4 tesseract-ocr-eng",
        ),
    ),
    "tiff": _library("libtiff-dev", _either("libtiff6", "libtiff6", bullseye="libtiff5")),
    "tk": _library("tk-dev", "libtk8.6"),
    "udev": _library("libudev-dev", "libudev1"),
    "usb": _library("libusb-1.0-0-dev", "libusb-1.0-0"),
    "vips": _library("libvips-dev", _t64("libvips42")),
    "virt": _library("libvirt-dev", "libvirt0"),
    "vlc": _library("libvlc-dev", "libvlc5 vlc-plugin-base"),
    "webp": _library(
        "libwebp-dev",
        _either(
            "libwebp7 libwebpdemux2 libwebpmux3",
            "libwebp7 libwebpdemux2 libwebpmux3",
            bullseye="libwebp6 libwebpdemux2 libwebpmux3",
        ),
    ),
    "x11": _library("libx11-dev", "libx11-6"),
    "xml2": _library("libxml2-dev", "libxml2"),
    "xmlsec": _library(
        "libxmlsec1-dev", _either("libxmlsec1 libxmlsec1-openssl", "libxmlsec1t64 libxmlsec1t64-openssl")
    ),
    "xrender": _library("libxrender-dev libxext-dev", "libxext6 libxrender1"),
    "xslt": _library("libxslt1-dev", "libxslt1.1"),
    "xxhash": _library("libxxhash-dev", "libxxhash0"),
    "yaml": _library("libyaml-dev", "libyaml-0-2"),
    "zbar": _library("libzbar-dev", _t64("libzbar0")),
    "zlib": _library("zlib1g-dev", "zlib1g"),
    "zmq": _library("libzmq3-dev", "libzmq5"),
    "zstd": _library("libzstd-dev", "libzstd1"),
    # Programs and data that code calls by name.
    "antiword": _library("", "antiword"),
    "bedtools": _library("", "bedtools"),
    "binutils": _library("", "binutils"),
    "browser-libraries": _library(
        "",
        _either(
            "fonts-liberation libasound2 libatk-bridge2.0-0 libatk1.0-0 libatspi2.0-0 libcairo2 libcups2 libdbus-1-3"
            " libdrm2 libgbm1 libglib2.0-0 libnspr4 libnss3 libpango-1.0-0 libx11-6 libxcb1 libxcomposite1 libxdamage1"
            " libxext6 libxfixes3 libxkbcommon0 libxrandr2",
            "fonts-liberation libasound2t64 libatk-bridge2.0-0t64 libatk1.0-0t64 libatspi2.0-0t64 libcairo2"
            " libcups2t64 libdbus-1-3 libdrm2 libgbm1 libglib2.0-0t64 libnspr4 libnss3 libpango-1.0-0 libx11-6 libxcb1"
            " libxcomposite1 libxdamage1 libxext6 libxfixes3 libxkbcommon0 libxrandr2",
        ),
    ),
    "chromium": _library("", "chromium fonts-liberation"),
    "chromium-driver": _library("", "chromium chromium-driver fonts-liberation"),
    "compiler": _library("", "g++ make"),
    "espeak": _library("", "espeak-ng libespeak1"),
    "exiftool": _library("", "libimage-exiftool-perl"),
    "ffmpeg": _library("", "ffmpeg"),
    "flac": _library("", "flac"),
    "fonts": _library("", "fontconfig fonts-dejavu-core"),
    "ghostscript": _library("", "ghostscript"),
    "git": _library("git", "git"),
    "gpg": _library("", "gpg gpg-agent"),
    "graphviz": _library("graphviz", "graphviz"),
    "imagemagick": _library("", "imagemagick"),
    "java": _library("default-jdk-headless", "default-jre-headless"),
    "latex": _library("", "dvipng dvisvgm texlive-latex-base texlive-latex-extra"),
    "libreoffice": _library("", "libreoffice-calc-nogui libreoffice-impress-nogui libreoffice-writer-nogui"),
    "nmap": _library("", "nmap"),
    "nodejs": _library("", "nodejs"),
    "openssh": _library("", "openssh-client"),
    "p7zip": _library("", "p7zip-full"),
    "pandoc": _library("", "pandoc"),
    "poppler": _library("", "poppler-utils"),
    "pngquant": _library("", "pngquant"),
    "procps": _library("", "procps"),
    "qt": _library(
        "",
        "libdbus-1-3 libegl1 libfontconfig1 libgl1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1"
        " libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libxcb-xkb1 libxkbcommon-x11-0"
        " libxkbcommon0",
    ),
    "sasl-modules": _library("", "libsasl2-modules libsasl2-modules-gssapi-mit"),
    "scrot": _library("", "scrot"),
    "sox": _library("", "libsox-fmt-mp3 sox"),
    "tcpdump": _library("", "tcpdump"),
    "tesseract": _library("", "tesseract-ocr"),
    "tshark": _library("", "tshark"),
    "unar": _library("", "unar"),
    "unpaper": _library("", "unpaper"),
    # Removed from Debian after bookworm: its upstream is archived.
    "wkhtmltopdf": _library(_only("", "bullseye", "bookworm"), _only("wkhtmltopdf", "bullseye", "bookworm")),
    "x11-cursor": _library("", "libgl1 libxcursor1 libxfixes3 libxft2 libxinerama1 libxrender1"),
    "x11-session": _library("", "libx11-6 libxext6 libxi6 libxtst6"),
    "xmlsec1": _library("", "xmlsec1"),
    "xvfb": _library("", "xauth xvfb"),
}
