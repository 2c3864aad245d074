"""setuptools, which environments used to have without asking for it."""

from __future__ import annotations

#: Poetry before 1.2 left setuptools out of every lock (`Provider.UNSAFE_PACKAGES`), and virtualenv put it into every
#: environment below Python 3.12: https://virtualenv.pypa.io/en/latest/changelog.html#v20-23-0-2023-04-27
FORMATS_WITHOUT = ("0.12", "1.0", "1.1")

#: What it provides at run time.
MODULES = frozenset({"pkg_resources", "setuptools"})

#: Distributions that import pkg_resources and do not declare it; from their own sources.
UNDECLARED = frozenset({"tracerite", "flask-restful-swagger", "pyfcm", "python-louvain"})

#: (oldest minor of Python 3, pin), newest first. From 82 on setuptools has no pkg_resources any more:
#: https://setuptools.pypa.io/en/latest/history.html
PINS = ((9, "setuptools==80.9.0"), (8, "setuptools==75.3.2"), (7, "setuptools==68.0.0"))
