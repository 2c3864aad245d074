"""What `[external]` of pyproject.toml (PEP 725) may name, and the row of `libraries` that it means.

Sources: https://peps.python.org/pep-0725/ for the form, and the names of the registry that goes with it,
https://github.com/jaimergp/external-metadata-mappings. Both the older scheme, `pkg:generic/openssl` and
`virtual:compiler/c`, and the newer one, `dep:generic/openssl` and `dep:virtual/compiler/c`, are read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Type and name → library, compiler or program.
EXTERNAL: Mapping[str, str] = {
    "virtual/compiler/c": "c",
    "virtual/compiler/c++": "c++",
    "virtual/compiler/cpp": "c++",
    "virtual/compiler/cxx": "c++",
    "virtual/compiler/fortran": "fortran",
    "virtual/compiler/rust": "rust",
    "virtual/interface/blas": "blas",
    "virtual/interface/lapack": "lapack",
    "generic/blas": "blas",
    "generic/bzip2": "bz2",
    "generic/cairo": "cairo",
    "generic/chromium": "chromium",
    "generic/cmake": "cmake",
    "generic/curl": "curl",
    "generic/expat": "expat",
    "generic/ffmpeg": "ffmpeg",
    "generic/fftw": "fftw",
    "generic/freetds": "freetds",
    "generic/freetype": "freetype",
    "generic/gcc": "c",
    "generic/gdal": "gdal",
    "generic/geos": "geos",
    "generic/ghostscript": "ghostscript",
    "generic/git": "git",
    "generic/glib": "glib",
    "generic/gmp": "gmp",
    "generic/gobject-introspection": "gobject-introspection",
    "generic/graphviz": "graphviz",
    "generic/hdf5": "hdf5",
    "generic/imagemagick": "imagemagick",
    "generic/jpeg": "jpeg",
    "generic/kerberos": "krb5",
    "generic/krb5": "krb5",
    "generic/lapack": "lapack",
    "generic/lcms2": "lcms2",
    "generic/libcurl": "curl",
    "generic/libffi": "ffi",
    "generic/libgit2": "git2",
    "generic/libjpeg": "jpeg",
    "generic/libjpeg-turbo": "jpeg",
    "generic/libmagic": "magic",
    "generic/libmemcached": "memcached",
    "generic/libpng": "png",
    "generic/libpq": "pq",
    "generic/librdkafka": "rdkafka",
    "generic/libreoffice": "libreoffice",
    "generic/libsndfile": "sndfile",
    "generic/libsodium": "sodium",
    "generic/libssh2": "ssh2",
    "generic/libtiff": "tiff",
    "generic/libusb": "usb",
    "generic/libvips": "vips",
    "generic/libwebp": "webp",
    "generic/libxml2": "xml2",
    "generic/libxslt": "xslt",
    "generic/libyaml": "yaml",
    "generic/libzmq": "zmq",
    "generic/lz4": "lz4",
    "generic/make": "make",
    "generic/mariadb-connector-c": "mariadb",
    "generic/mpfr": "mpfr",
    "generic/mysql": "mysql",
    "generic/nasm": "nasm",
    "generic/ncurses": "ncurses",
    "generic/netcdf": "netcdf",
    "generic/nodejs": "nodejs",
    "generic/openblas": "blas",
    "generic/openjpeg": "openjpeg",
    "generic/openldap": "ldap",
    "generic/openmp": "openmp",
    "generic/openssl": "ssl",
    "generic/pandoc": "pandoc",
    "generic/pango": "pango",
    "generic/pkg-config": "pkg-config",
    "generic/pkgconf": "pkg-config",
    "generic/poppler": "poppler",
    "generic/portaudio": "portaudio",
    "generic/postgresql": "pq",
    "generic/proj": "proj",
    "generic/pulseaudio": "pulse",
    "generic/re2": "re2",
    "generic/rust": "rust",
    "generic/snappy": "snappy",
    "generic/sqlite": "sqlite",
    "generic/sqlite3": "sqlite",
    "generic/swig": "swig",
    "generic/tesseract": "tesseract",
    "generic/tk": "tk",
    "generic/unixodbc": "odbc",
    "generic/wkhtmltopdf": "wkhtmltopdf",
    "generic/xmlsec1": "xmlsec",
    "generic/xz": "lzma",
    "generic/zeromq": "zmq",
    "generic/zlib": "zlib",
    "generic/zstd": "zstd",
}

_DEPENDENCY = re.compile(r"(?:(?:dep|pkg):|(?=virtual:))(?P<name>[A-Za-z0-9._+:/-]+)(?:[@?;\s].*)?")


def external_library(dependency: str) -> str:
    """The row of `LIBRARIES` that a dependency such as `dep:generic/libffi@>=3` means, "" where none is known."""
    match = _DEPENDENCY.fullmatch(dependency.strip())
    name = match["name"].replace("virtual:", "virtual/").lower() if match else ""
    return EXTERNAL.get(name, "")
