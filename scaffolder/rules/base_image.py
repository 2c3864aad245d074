"""The base image: the official Python on a slim Debian release."""

from __future__ import annotations

from scaffolder.decisions import BASE_IMAGE, PYTHON
from scaffolder.knowledge.pythons import MACHINES, suites_of
from scaffolder.knowledge.system_packages import missing_libraries
from scaffolder.model.decision import Decision, Decisions
from scaffolder.rules.context import Context, inferred
from scaffolder.rules.wheels import blocking, compiled


def decide_base_image(context: Context, decisions: Decisions) -> Decision[str]:
    """`python:<version>-slim-<suite>`.

    The suite is the newest that has an official image of that Python, unless a locked package needs something that only
    an older one has, or C code has to be compiled, which the older compiler of bookworm takes without complaint.
    """
    python = decisions[PYTHON]
    suites = suites_of(python) or (DEFAULT_SUITE,)
    newest = decisions.having(
        inferred(
            BASE_IMAGE, _image(python, suites[0]), f"Debian {suites[0]}: the newest with an official Python {python}"
        )
    )
    if "bookworm" not in suites or suites[0] == "bookworm":
        return newest.decision(BASE_IMAGE)
    # A platform on which something cannot be installed at all has no say.
    working = [platform for platform in MACHINES if not blocking(context, newest, platform)]
    sources = [package for platform in working or MACHINES for package in compiled(context, newest, platform)]
    built = {package.name for package in sources}
    for package in context.installed(newest).values():
        missing = missing_libraries(package.name, suites[0], built=package.name in built, version=package.version)
        if missing and not set(missing) & set(
            missing_libraries(package.name, "bookworm", built=package.name in built, version=package.version)
        ):
            reason = f"poetry.lock: {package.name} needs {missing[0]}, which Debian {suites[0]} no longer has"
            return inferred(BASE_IMAGE, _image(python, "bookworm"), reason)
    if sources:
        # https://gcc.gnu.org/gcc-14/porting_to.html: what used to be warnings about old C code are errors
        reason = f"poetry.lock: {sources[0].name} is compiled, and the older compiler of bookworm takes older C code"
        return inferred(BASE_IMAGE, _image(python, "bookworm"), reason)
    return newest.decision(BASE_IMAGE)


#: For a Python that somebody asked for and the table does not know.
DEFAULT_SUITE = "trixie"


def _image(python: str, suite: str) -> str:
    return f"python:{python}-slim-{suite}"
