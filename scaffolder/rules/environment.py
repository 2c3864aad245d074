"""The environment variables that the code reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from scaffolder.decisions import ENVIRONMENT, FRAMEWORK, EnvironmentVariable
from scaffolder.env_file import assignments
from scaffolder.knowledge.example_files import EXAMPLE_FILES
from scaffolder.knowledge.secret_names import is_secret, looks_secret, without_password
from scaffolder.model.change import is_generated
from scaffolder.model.code import Variable
from scaffolder.model.decision import Decision, Decisions
from scaffolder.model.project import Project
from scaffolder.rules.context import Context, default, inferred

#: What stands in an example file where everybody must write a value of their own.
_PLACEHOLDER = re.compile(
    r"^(?:<.*>|\.{2,}|\*+|x{3,})$"
    r"|(?:^|[^a-z])(?:your|change[-_ ]?(?:me|this|it)|replace|placeholder|insert|todo)(?:[^a-z]|$)",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\0-\x08\n-\x1f\x7f]")

_HOSTS = re.compile(r"(^|_)ALLOWED_HOSTS$")
_HERE = re.compile(r"\*|localhost|127\.0\.0\.1")
_LOCAL = ("localhost", "127.0.0.1")

#: Heading in `.env.example` above the variables that only the project's own example file names.
DOCUMENTED = "Documented by the project"

#: How the heading begins above variables that the code reads, in a generated example file.
_READ_IN = "# Read in "

#: Variables of a container file that are about Python, Poetry, the shell or the making of the image.
_OF_THE_IMAGE = re.compile(
    r"(PYTHON|PIP|POETRY|PYSETUP|UV|APT|NODE|NPM|YARN|DEBIAN|LC|VIRTUAL_?ENV|VENV|XDG|FLASK_RUN|GUNICORN|UVICORN)(_.*)?"
    r"|PYTHON[A-Z]+|.*_(HOME|VERSION|VENV)|PATH|HOME|LANG|LANGUAGE|USER|SHELL|TERM|TZ|PWD|HOSTNAME|HOST|WORKDIR"
    r"|(APP|USER|GROUP|WORK|PROJECT)_?(DIR|HOME|USER|GROUP|ROOT|PATH|PORT|UID|GID)|UID|GID|.*_(UID|GID)"
    r"|(CONTAINER|DOCKER)_.*|.*_DEPS"
    r"|GIT_SHA|WORKERS|LD_LIBRARY_PATH|DISPLAY|.*_BIN|GOPATH|GOROOT"
)

#: The generated files set these themselves.
OWN_VARIABLES = frozenset({"PORT", "WEB_CONCURRENCY"})


def decide_environment(context: Context, decisions: Decisions) -> Decision[tuple[EnvironmentVariable, ...]]:
    """Every variable, by name; then those that only an example file or a container file of the project names.

    A value in an example file stands in for a default that the code does not have. A secret never carries a value: one
    in the code or in an example is a placeholder at best, and a leak at worst.
    """
    project = context.project
    documented: dict[str, tuple[str, str]] = {}
    for path, name, value in _documented(project):
        documented.setdefault(name, (path, value))
    values = {**dict(_generated(project)), **{name: value for name, (_, value) in documented.items() if value}}
    found = {
        variable.name: _answering(_from_code(variable, values.get(variable.name, "")), variable, decisions)
        for variable in project.code.variables
        if variable.name not in OWN_VARIABLES
    }
    known = {name.upper() for name in found} | OWN_VARIABLES  # pydantic reads `shop_port` and `SHOP_PORT` alike
    for name, (path, value) in documented.items():
        if name.upper() not in known:
            secret = is_secret(name)
            found[name] = EnvironmentVariable(
                name=name, default="" if secret else _public(value), secret=secret, evidence=path
            )
    if not found:
        return default(ENVIRONMENT, (), "the code reads no variable")
    files = sorted({variable.evidence.partition(":")[0] for variable in found.values()})
    shown = ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
    return inferred(ENVIRONMENT, tuple(found.values()), f"read in {shown}")


def _from_code(variable: Variable, documented: str) -> EnvironmentVariable:
    value = documented if variable.default is None else variable.default
    return EnvironmentVariable(
        name=variable.name,
        default="" if variable.secret else _public(value),
        required=variable.required,
        at_start=variable.at_start,
        secret=variable.secret,
        type=variable.type,
        evidence=str(variable.place),
    )


def _answering(decided: EnvironmentVariable, variable: Variable, decisions: Decisions) -> EnvironmentVariable:
    """The hosts that Django answers to: without this machine among them it refuses whoever tries it.

    https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts
    """
    if decisions[FRAMEWORK] != "django" or not _HOSTS.search(variable.name) or _HERE.search(decided.default):
        return decided
    hosts = json.dumps(_LOCAL) if variable.via == "pydantic-settings" else ",".join(_LOCAL)
    return replace(decided, default=" ".join(_LOCAL) if variable.type == "words" else hosts, required=True)


def _public(value: str) -> str:
    """A value that may stand in a file that everybody reads: on one line, and no secret."""
    if _CONTROL.search(value) or looks_secret(value):
        return ""
    return without_password(value)


def _documented(project: Project) -> Iterator[tuple[str, str, str]]:
    """Evidence, name and value of each variable in the project's own example files, then in its container files.

    Of a generated file only the part that came from the project counts, and last: the rest follows from the code. What
    holds a path of the container, or another variable, is not the same in another image.
    """
    texts = {path: (project.texts or {}).get(path, "") for path in EXAMPLE_FILES}
    for path, text in texts.items():
        yield from _assigned(path, "" if is_generated(text) else text)
    for said in project.container.variables:
        value = "" if said.value.endswith("://") else said.value
        if not _OF_THE_IMAGE.fullmatch(said.name) and "/" not in value and "$" not in value:
            yield str(said.place), said.name, value
    for path, text in texts.items():
        if is_generated(text):
            yield from _assigned(path, text.partition(f"# {DOCUMENTED}\n")[2].partition("\n\n")[0])


def _generated(project: Project) -> Iterator[tuple[str, str]]:
    """Name and value of what stands in a generated example file: it took the place of one that was written by hand.

    Where the code has a default, that counts; what names a service follows from the services.
    """
    for path in EXAMPLE_FILES:
        text = (project.texts or {}).get(path, "")
        if is_generated(text):
            for block in text.split("\n\n"):
                if block.startswith(_READ_IN):
                    yield from ((item.name, item.value) for item in assignments(block))


def _assigned(path: str, text: str) -> Iterator[tuple[str, str, str]]:
    for item in assignments(text):
        yield path, item.name, "" if _PLACEHOLDER.search(item.value) else item.value
