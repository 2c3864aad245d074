"""Everything in the project that could be run as its main process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scaffolder.knowledge.frameworks import FRAMEWORKS
from scaffolder.knowledge.servers import SERVERS
from scaffolder.model.code import Application, Django, Script
from scaffolder.model.project import Project
from scaffolder.rules.install_project import obstacle_to_install
from scaffolder.source.ranking import rank_applications

#: Rank of the first worker: what serves comes before.
WORKER_RANK = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Runnable:
    """Something that can run, in the notation of the `application` decision."""

    text: str
    #: Key of FRAMEWORKS, or `none`.
    framework: str
    evidence: str
    #: The folder that must be on sys.path, relative to the project, "" for the project itself.
    root: str = ""
    #: The file that it stands in.
    path: str = ""
    #: Runnables of equal rank cannot be told apart.
    rank: int = 0


def runnables(project: Project) -> tuple[Runnable, ...]:
    """Every candidate, best first: web applications, workers, console scripts, then plain scripts.

    Candidates that cannot be told apart share a rank.
    """
    ordered = [
        *_django(project),
        *_served(project, worker=False),
        *_framework_scripts(project),
        *_self_serving(project),
        *_served(project, worker=True),
        *_console_scripts(project),
        *_scripts(project),
    ]
    seen: set[str] = set()
    unique = []
    for runnable in ordered:
        if runnable.text not in seen:
            seen.add(runnable.text)
            unique.append(runnable)
    return tuple(sorted(unique, key=lambda runnable: runnable.rank))


def find_runnable(project: Project, text: str) -> Runnable | None:
    """The candidate of that notation, None when the user named something that was not found."""
    return next((runnable for runnable in runnables(project) if runnable.text == text), None)


def procfile_application(project: Project) -> Runnable | None:
    """The candidate that the `web` line of the Procfile names, None when there is none."""
    for entry in project.procfile:
        if entry.name != "web":
            continue
        found = named_runnable(project, entry.words)
        if found is not None:
            return replace(found, evidence=f"Procfile:{entry.line} web: {entry.command}", rank=0)
    return None


def named_runnable(project: Project, words: Sequence[str]) -> Runnable | None:
    """The best candidate that the words of a command name, None when there is none."""
    for runnable in runnables(project):
        bare = runnable.text.removesuffix("()")
        names = {runnable.text, bare, bare.partition(":")[0]} if ":" in bare else {runnable.text}
        if runnable.text.startswith("-m "):
            names = {runnable.text.removeprefix("-m ")}
        if any(word in names for word in words[1:]) or next(iter(words), "") == runnable.text:
            return runnable
    return None


def _django(project: Project) -> Iterator[Runnable]:
    found = [django for django in project.code.django if django.wsgi or django.asgi]
    depth = min((django.manage.count("/") for django in found), default=0)
    for django in found:
        yield Runnable(
            text=f"{_django_module(project, django)}:application",
            framework="django",
            evidence=f"{django.manage}: Django, settings {django.settings or 'unknown'}",
            root=django.root,
            path=django.manage,
            rank=0 if django.manage.count("/") == depth else 1,
        )


def _django_module(project: Project, django: Django) -> str:
    """ASGI where something locked needs it, WSGI otherwise."""
    asgi_only = next((name for name in ("channels", "daphne") if project.lock.version_of(name)), "")
    return django.asgi if django.asgi and (asgi_only or not django.wsgi) else django.wsgi


def _served(project: Project, *, worker: bool) -> Iterator[Runnable]:
    """Application objects and factories that a server can import."""
    locked = frozenset(package.name for package in project.lock.packages)
    ranking = rank_applications(
        (
            item
            for item in project.code.applications
            if _is_importable(item, worker=worker) and FRAMEWORKS[item.framework].distribution in locked
        ),
        entrypoint=project.manifest.fastapi_entrypoint,
    )
    for index, application in enumerate(ranking.applications):
        place = 0 if index < ranking.ties else index
        yield Runnable(
            text=_application_text(application),
            framework=application.framework,
            evidence=f"{application.place}: {_described(application)}",
            root=application.root,
            path=application.place.path,
            rank=(WORKER_RANK if worker else 10) + place,
        )


def _is_importable(application: Application, *, worker: bool) -> bool:
    """Whether a server can import and call it; frameworks that serve themselves run as scripts instead."""
    framework = FRAMEWORKS[application.framework]
    if application.guarded or application.required_parameters or (framework.interface == "worker") is not worker:
        return False
    own_server = any(framework.name in server.interfaces for server in SERVERS.values())
    by_object = framework.interface != "self" or (
        own_server and framework.constructors and not _by_script(framework.name)
    )
    return bool(by_object)


def _by_script(framework: str) -> bool:
    """Whether the framework's server is given a file instead of an object."""
    return any("{script}" in word for word in SERVERS[framework].command)


def _application_text(application: Application) -> str:
    """The notation of an application: `module:name`, or `module:name()` for a factory."""
    return f"{application.module}:{application.name}{'()' if application.factory else ''}"


def _described(application: Application) -> str:
    if application.factory:
        return f"{application.name}() makes a {application.framework} application"
    return f"{application.name} is a {application.framework} application"


_SCRIPT_NAMES = ("main.py", "app.py", "run.py", "server.py", "bot.py", "__main__.py")


def _script_rank(script: Script) -> tuple[int, int]:
    """Shallow before deep, well-known names before others."""
    name = script.path.rpartition("/")[2]
    known = _SCRIPT_NAMES.index(name) if name in _SCRIPT_NAMES else len(_SCRIPT_NAMES)
    if script.framework == "streamlit" and name.lower().startswith(("streamlit_app", "home")):
        known = 0
    return (script.path.count("/"), known)


def _framework_scripts(project: Project) -> Iterator[Runnable]:
    """Scripts of a framework that runs a file: Streamlit, Gradio, NiceGUI, Panel, Chainlit."""
    found = [script for script in project.code.scripts if script.framework]
    order = sorted({_script_rank(script) for script in found})
    for script in sorted(found, key=lambda script: (_script_rank(script), script.path)):
        yield Runnable(
            text=script.path,
            framework=script.framework,
            evidence=f"{script.path}: a {script.framework} script",
            root=script.root,
            path=script.path,
            rank=100 + order.index(_script_rank(script)),
        )


def _self_serving(project: Project) -> Iterator[Runnable]:
    """Scripts that start a web server of their own, where no server can import the application."""
    serving = {use.place.path: use for use in project.code.ports}
    found = [script for script in project.code.scripts if script.path in serving and not script.framework]
    order = sorted({_script_rank(script) for script in found})
    for script in sorted(found, key=lambda script: (_script_rank(script), script.path)):
        use = serving[script.path]
        yield Runnable(
            text=script.path,
            framework="none",
            evidence=f"{use.place}: {use.via} on port {use.port}",
            root=script.root,
            path=script.path,
            # Deep in the tree it is more likely a part than the whole.
            rank=(350 if "/" in script.path else 150) + order.index(_script_rank(script)),
        )


def _console_scripts(project: Project) -> Iterator[Runnable]:
    """Console scripts, where the project can be installed; the one named like the project first."""
    if obstacle_to_install(project):
        return
    manifest = project.manifest
    for script in manifest.scripts:
        own = script.name.replace("_", "-").lower() == manifest.name.replace("_", "-").lower()
        yield Runnable(
            text=script.name,
            framework="none",
            evidence=f"pyproject.toml {script.table}: {script.name} = {script.module}:{script.function}",
            path=f"{script.module.replace('.', '/')}.py",
            rank=300 if own else 301,
        )


def _scripts(project: Project) -> Iterator[Runnable]:
    """Plain scripts: those at the top with a well-known name first."""
    found = [script for script in project.code.scripts if not script.framework]
    order = sorted({_script_rank(script) for script in found})
    for script in sorted(found, key=lambda script: (_script_rank(script), script.path)):
        package_main = script.path.endswith("/__main__.py") and script.module.endswith(".__main__")
        yield Runnable(
            text=f"-m {script.module.removesuffix('.__main__')}" if package_main else script.path,
            framework="none",
            evidence=f"{script.path}:{script.line}: runs as a script"
            if script.line
            else f"{script.path}: runs as a script",
            root=script.root,
            path=script.path,
            rank=400 + order.index(_script_rank(script)),
        )
