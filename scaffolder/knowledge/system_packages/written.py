"""Debian packages that people write into Dockerfiles: which of them an application may need when it runs.

Source: the `apt-get install` lines of the Dockerfiles of public Poetry projects. A Docker test looks every name of
`PROGRAMS` up in the index of each release.
"""

from __future__ import annotations

import re

from scaffolder.knowledge.system_packages.libraries import LIBRARIES

#: For compiling and for installing: the image has a builder for the one, and needs nothing of the other.
_TO_BUILD = re.compile(
    r".*-dev|build-essential|(gcc|g\+\+|clang|llvm|gfortran|cpp)(-\d+)?|make|cmake|ninja-build|meson|pkg-config|pkgconf"
    r"|auto(conf|make|tools-dev)|libtool|bison|flex|swig|nasm|yasm|rustc|cargo|patch|dpkg-dev|gosu|su-exec|sudo"
    r"|git(-core|-lfs)?|curl|wget|gnupg[12]?|gpg|dirmngr|ca-certificates|apt-(transport-https|utils)"
    r"|software-properties-common|lsb-release|unzip|xz-utils|bzip2"
    # The image has Python, Poetry and an init of its own.
    r"|python3?(\.\d+)?(-.*)?|pipx|tini|dumb-init|supervisor|cron|nginx(-.*)?|openssh-(client|server)|npm|nodejs|yarn"
    # For a person in the container, and for scripts that wait for a port.
    r"|vim(-.*)?|nano|less|htop|procps|net-tools|iproute2|iputils-ping|dnsutils|telnet|netcat(-.*)?|bash(-completion)?"
    r"|xauth|xdg-utils|x11vnc|locales|tzdata|man-db|strace|lsof|tree|tmux|screen|zsh|ssh|postgresql"
)

#: What CPython itself is built against, for those who build it in their image.
_TO_BUILD_PYTHON = frozenset(
    {
        "libbz2-dev",
        "libgdbm-dev",
        "liblzma-dev",
        "libncurses-dev",
        "libncurses5-dev",
        "libncursesw5-dev",
        "libnss3-dev",
        "libreadline-dev",
        "libsqlite3-dev",
        "python3-dev",
        "tk-dev",
        "uuid-dev",
        "zlib1g-dev",
    }
)

#: Programs and data beyond those of `LIBRARIES`, in every release of the tables.
PROGRAMS = frozenset(
    {
        "catdoc",
        "default-mysql-client",
        "fonts-dejavu",
        "fonts-freefont-ttf",
        "fonts-liberation",
        "fonts-noto",
        "fonts-noto-cjk",
        "fonts-noto-color-emoji",
        "fonts-roboto",
        "gettext",
        "gettext-base",
        "gifsicle",
        "gnuplot",
        "gnuplot-nox",
        "inkscape",
        "jpegoptim",
        "jq",
        "ldap-utils",
        "libreoffice",
        "libreoffice-writer",
        "librsvg2-bin",
        "libsm6",
        "lmodern",
        "mariadb-client",
        "media-types",
        "mediainfo",
        "mkvtoolnix",
        "odbc-postgresql",
        "optipng",
        "pdftk-java",
        "postgresql-client",
        "qpdf",
        "r-base",
        "redis-tools",
        "rsync",
        "sqlite3",
        "stockfish",
        "tdsodbc",
        "tesseract-ocr-deu",
        "tesseract-ocr-fra",
        "tesseract-ocr-osd",
        "tesseract-ocr-rus",
        "tesseract-ocr-spa",
        "texlive-fonts-recommended",
        "texlive-latex-extra",
        "texlive-latex-recommended",
        "texlive-plain-generic",
        "texlive-xetex",
        "tidy",
        "webp",
        "whois",
        "zip",
    }
)

#: Name that a release no longer has → what stands in its place in all.
_REPLACED = {
    "libgl1-mesa-glx": "libgl1",
    "mime-support": "media-types",
    "openjdk-17-jre-headless": "default-jre-headless",
}


def is_to_build(package: str) -> bool:
    """Whether a Debian package serves the making of an image, or a person inside the container, and no application."""
    return _TO_BUILD.fullmatch(package) is not None


def is_header(package: str) -> bool:
    """Whether a Debian package is something that a Python package may be compiled against."""
    return package.endswith("-dev") and package not in _TO_BUILD_PYTHON


def named_in(package: str, suite: str, *, run: bool = True) -> tuple[str, ...]:
    """The packages of a release that a name from any release stands for; () where the tables do not know.

    `run` says whether it is to run with, or to compile against.
    """
    package = _REPLACED.get(package, package)
    if run and package in PROGRAMS:
        return (package,)
    for library in LIBRARIES.values():
        names = library.run if run else library.build
        here = names.get(suite, ())
        for there in names.values():
            if package in there and here:
                if package in here:
                    return (package,)
                return (here[there.index(package)],) if len(there) == len(here) else here
    return ()
