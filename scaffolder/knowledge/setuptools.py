"""setuptools, which environments used to have without asking for it."""

from __future__ import annotations

from collections.abc import Mapping

#: Poetry before 1.2 left setuptools out of every lock (`Provider.UNSAFE_PACKAGES`), and virtualenv put it into every
#: environment below Python 3.12: https://virtualenv.pypa.io/en/latest/changelog.html#v20-23-0-2023-04-27
FORMATS_WITHOUT = ("0.12", "1.0", "1.1")

#: What it provides at run time.
MODULES = frozenset({"pkg_resources", "setuptools"})

#: Distribution that imports pkg_resources and does not declare it → the versions that do; from their own sources.
UNDECLARED: Mapping[str, str] = {
    "django-choices": "*",
    "django-q": "*",
    "djangorestframework-simplejwt": "<5.3.1",
    "drf-yasg": "<1.21.8",
    "face-recognition-models": "*",
    "flask-restful-swagger": "*",
    "flask-restplus": "*",
    "gcloud": "*",
    "pyfcm": "*",
    "pymorphy2": "*",
    "python-louvain": "*",
    "razorpay": "*",
    "sqlalchemy-redshift": "*",
    "tracerite": "*",
    "webrtcvad": "*",
}

#: (oldest minor of Python 3, pin), newest first. From 82 on setuptools has no pkg_resources any more:
#: https://setuptools.pypa.io/en/latest/history.html
PINS = ((9, "setuptools==80.9.0"), (8, "setuptools==75.3.2"), (7, "setuptools==68.0.0"))
