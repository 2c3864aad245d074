"""Decisions in, the blueprint's variables out: plain data, in which every list is sorted and every string is quoted.

Templates decide layout; what a line says is decided here.
"""

from __future__ import annotations

import itertools
import json
import posixpath
import re
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from scaffolder.decisions import (
    ADDED_PACKAGES,
    APPLICATION,
    BASE_IMAGE,
    BUILD_PACKAGES,
    COLLECT_STATIC,
    COMMAND,
    CONNECTIONS,
    CONTEXT,
    DEVELOPMENT,
    ENVIRONMENT,
    HEALTH_CHECK,
    IMAGE,
    INSTALL_PROJECT,
    PLATFORMS,
    POETRY,
    PORT,
    PRIVATE_GIT_HOSTS,
    PROCESSES,
    PROXY,
    PYTHON,
    PYTHON_PATH,
    READ_ONLY,
    RUNTIME_PACKAGES,
    SERVER,
    SERVICE_IMAGES,
    SERVICES,
    VOLUMES,
    WORKERS,
    Connection,
    EnvironmentVariable,
    Process,
)
from scaffolder.env_file import quoted as quoted_value
from scaffolder.knowledge.example_files import EXAMPLE_FILES
from scaffolder.knowledge.proxies import PROXIES
from scaffolder.knowledge.secret_names import is_invented
from scaffolder.knowledge.servers import GRACE_SECONDS, GUNICORN, SERVERS
from scaffolder.knowledge.services import SERVICES as SERVICE_TABLE
from scaffolder.knowledge.services import Service
from scaffolder.knowledge.ssh_hosts import SSH_HOST_KEYS
from scaffolder.model.decision import Decisions, Source
from scaffolder.model.project import Project
from scaffolder.poetry.versions import has_x_wildcards
from scaffolder.rules.beside import unique
from scaffolder.rules.build_context import BuildContext, build_argument, build_context, is_reachable
from scaffolder.rules.build_inputs import build_options, build_secrets, only_platform, ssh_hosts
from scaffolder.rules.code_processes import MLFLOW, celery_application
from scaffolder.rules.command import entry_file, has_own_gunicorn_config
from scaffolder.rules.context import Context
from scaffolder.rules.environment import DOCUMENTED
from scaffolder.rules.git_dependencies import clones
from scaffolder.rules.images import (
    MAIN_BUILDER,
    MAIN_PROJECT,
    MAIN_STAGE,
    Image,
    everything_in,
    everything_shipped,
    images,
)
from scaffolder.rules.install_project import package_stubs
from scaffolder.rules.path_dependencies import is_library, path_dependencies
from scaffolder.rules.poetry_stage import is_pinned, poetry_requirements
from scaffolder.rules.processes import main_process_name
from scaffolder.rules.reach import reached_imports
from scaffolder.rules.server import setup_command
from scaffolder.rules.services import credential_reference, filled
from scaffolder.rules.static_files import django_project, proxied_files
from scaffolder.rules.system_packages import decide_build_packages, needed_elsewhere

#: Where the project lies in the image.
HOME = "/app"

#: Where a container of development sees what lies in HOME as it is on the host.
_SOURCE = "/source"

#: Seconds; the shutdown of a server must fit in Compose's `stop_grace_period`.
_PROBE_SECONDS = 3

Answers = dict[str, Any]


def answers(project: Project, decisions: Decisions) -> Answers:
    """One value for each variable of the built-in blueprint (`copier.yml` lists them)."""
    context = Context(project)
    return {
        **_image(context, decisions),
        **_copies(context, everything_shipped(decisions)),
        **_server(project, decisions),
        **_compose(context, decisions),
        "development": decisions[DEVELOPMENT],
        "developed": _developed(context, decisions),
        "proxy": _proxy(context, decisions),
        **_environment(decisions),
        **_ignored(context, everything_shipped(decisions)),
    }


def _image(context: Context, decisions: Decisions) -> Answers:
    project = context.project
    platforms: tuple[str, ...] = decisions[PLATFORMS]
    shipped = everything_shipped(decisions)
    own_images = images(decisions)[1:]
    builders = {image.builder: image for image in reversed(images(decisions))}
    main = next((process for process in decisions[PROCESSES] if process.main), None)
    runtime_packages = {*decisions[RUNTIME_PACKAGES], *(main.runtime_packages if main is not None else ())}
    elsewhere = needed_elsewhere(context, decisions, RUNTIME_PACKAGES)
    python = ".".join(decisions[PYTHON].split(".")[:2])
    suite = decisions[BASE_IMAGE].rpartition("-")[2]
    home = _home(build_context(project, decisions))
    main_stage = MAIN_STAGE if decisions[PROXY] == "none" else _APPLICATION_STAGE
    return {
        "base_image": decisions[BASE_IMAGE],
        "image_tag": decisions[IMAGE],
        "platforms": ",".join(platforms),
        "build": _build(context, shipped),
        "build_options": "".join(f"{option} " for option in build_options(decisions)),
        "cache_id": re.sub(r"[^a-z0-9.]+", "-", f"{suite}-py{python}"),
        "poetry_version": decisions[POETRY],
        "poetry_requirements": list(poetry_requirements(project, decisions)),
        "poetry_pinned": is_pinned(project, decisions),
        "keyring_off": _KEYRING_OFF if _number(decisions[POETRY]) >= (1, 8) else _KEYRING_OFF_BEFORE_1_8,
        "uv_version": "" if _number(python) < (3, 8) else UV_VERSION,
        "builders": [
            _builder(context, decisions, image, alone=len(builders) == 1) for image in reversed(builders.values())
        ],
        "bare_hashes": project.lock.format == "0.12",
        "x_wildcards": has_x_wildcards(project.lock),
        "poetry_settings": project.has_file("poetry.toml"),
        "runtime_packages": sorted({*runtime_packages} - elsewhere),
        "elsewhere_runtime_packages": sorted(elsewhere),
        "install_project": decisions[INSTALL_PROJECT],
        "without_plugins": bool(project.manifest.requires_plugins),
        "dynamic_version": _dynamic_version(project) if decisions[INSTALL_PROJECT] else "",
        "package_stubs": [_shell(stub) for stub in package_stubs(project)] if decisions[INSTALL_PROJECT] else [],
        "python_path": _bare_or_quoted(":".join(_in_image(home, folder) for folder in _import_folders(decisions))),
        "labels": [{"name": name, "value": quoted(value)} for name, value in _labels(project)],
        "home": _bare_or_quoted(home),
        "owned_folders": [
            _shell(folder)
            for folder in dict.fromkeys(
                (
                    HOME,
                    home,
                    *_static_root(context, decisions, home),
                    *(_in_image(home, folder) for folder in _volume_names(decisions)),
                )
            )
        ],
        "port": decisions[PORT],
        "several_images": len(builders) > 1,
        "system_stage": _SYSTEM_STAGE if own_images else main_stage,
        "main_stage": main_stage,
        "targets": [
            *(_target_stage(context, decisions, image) for image in own_images),
            {**_main_target(context, decisions), "stage": main_stage if own_images else ""},
        ],
    }


def _builder(context: Context, decisions: Decisions, image: Image, *, alone: bool) -> Answers:
    """The stage that installs the groups of one image."""
    own = everything_in(decisions, image)
    build_packages: tuple[str, ...] = decisions[BUILD_PACKAGES]
    added_packages = decisions[ADDED_PACKAGES]
    if image.stage != MAIN_STAGE:
        more = set(decide_build_packages(context, own).value) - set(decide_build_packages(context, decisions).value)
        build_packages = tuple(sorted({*build_packages, *more}))
        own = own.having(replace(own.decision(BUILD_PACKAGES), value=build_packages))
        added_packages = tuple(text for text in added_packages if text.startswith("setuptools=="))
    elsewhere = needed_elsewhere(context, own, BUILD_PACKAGES)
    libraries = _libraries(context, everything_shipped(decisions))
    options = [f"--only {','.join(image.groups)}"] if image.groups else []
    options += [f"--extras {extra}" for extra in image.extras]
    root = ["--no-plugins"] if context.project.manifest.requires_plugins else []
    return {
        "stage": image.builder,
        "name": "" if alone else image.stage,
        "manifest": "/manifest" if alone else f"/manifest-{image.stage}",
        "groups": list(image.groups),
        "group_set": _python_set(image.groups),
        "extra_set": _python_set(image.extras),
        "project_stage": image.project_stage,
        "install_options": [*options, "--no-root", *(["--no-directory"] if libraries else [])],
        "library_options": [*options, *(root if decisions[INSTALL_PROJECT] else ["--no-root"])],
        "sharing": "" if alone else ",sharing=locked",
        "build_packages": [package for package in build_packages if package not in elsewhere],
        "elsewhere_build_packages": sorted(elsewhere),
        "added_packages": list(added_packages),
    }


def _static_command(project: Project, decisions: Decisions) -> str:
    """The shell command that collects static files: settings get a value for each variable that they cannot do
    without, made up here and gone with the command. "" where none is to be collected."""
    if not decisions[COLLECT_STATIC] or not project.code.django:
        return ""
    values = {item.variable: _REFERENCE.sub(_made_up, item.value) for item in decisions[CONNECTIONS]}
    types = {variable.name: variable.type for variable in project.code.variables}
    for variable in decisions[ENVIRONMENT]:
        if variable.required or variable.at_start or (variable.secret and not variable.default):
            values.setdefault(variable.name, variable.default or _MADE_UP.get(types.get(variable.name, ""), _NO_SECRET))
    django = project.code.django[0]
    serving = django.wsgi_settings or django.asgi_settings
    if serving and serving != django.settings:
        values.setdefault("DJANGO_SETTINGS_MODULE", serving)
    words = [f"{name}={_shell(value)}" for name, value in sorted(values.items())]
    return " \\\n    ".join([*words, f"python {_shell(django.manage)} collectstatic --noinput"])


def _made_up(reference: re.Match[str]) -> str:
    return reference[2] if reference[1] == "-" else _NO_SECRET


#: `${NAME:-default}` and `${NAME:?message}` of Compose.
_REFERENCE = re.compile(r"\$\{\w+:?([-?])([^}]*)\}")
_NO_SECRET = "for-collectstatic-only"  # noqa: S105 - made up
_MADE_UP = {"int": "1", "float": "1", "bool": "false", "json": "{}", "url": "http://localhost"}


def _static_root(context: Context, decisions: Decisions, home: str) -> Iterator[str]:
    """STATIC_ROOT where it lies outside of the project, and so has to be made for whoever collects."""
    django = django_project(context, decisions)
    if django is not None and decisions[COLLECT_STATIC] and django.static_folder:
        folder = _in_image(home, django.static_folder)
        if not folder.startswith(f"{home}/"):
            yield folder


def _main_target(context: Context, decisions: Decisions) -> Answers:
    health_check, port = decisions[HEALTH_CHECK], decisions[PORT]
    command: tuple[str, ...] = decisions[COMMAND]
    server = SERVERS.get(decisions[SERVER])
    environment = [(name, value.replace("{port}", str(port))) for name, value in _framework_environment(decisions)]
    environment += _without_git(context, decisions)
    follows = command[: len(GUNICORN) - 1] == GUNICORN[:-1]
    return {
        "builder": MAIN_BUILDER,
        "project_stage": MAIN_PROJECT,
        "runtime_packages": [],
        "server_setup": list(setup_command(server, decisions)) if server is not None else [],
        "static_command": _static_command(context.project, decisions),
        "environment": [{"name": name, "value": quoted(value)} for name, value in environment],
        "port": port,
        "health_command": json.dumps(_health_words(health_check, port, command, follows=follows)),
        "health_timing": " ".join(f"--{name}={value}" for name, value in _health_timing(health_check).items()),
        "has_health_check": health_check != "none",
        "stop_signal": server.stop_signal if server is not None else "",
        "command": json.dumps(decisions[COMMAND], ensure_ascii=False),
    }


def _without_git(context: Context, decisions: Decisions) -> list[tuple[str, str]]:
    """Without git, GitPython cannot be imported unless it is told to say so only when it is used.

    https://gitpython.readthedocs.io/en/stable/reference.html#git.cmd.Git.refresh
    """
    is_there = "gitpython" in context.installed(decisions)
    return [("GIT_PYTHON_REFRESH", "quiet")] if is_there and "git" not in decisions[RUNTIME_PACKAGES] else []


def _target_stage(context: Context, decisions: Decisions, image: Image) -> Answers:
    """The final stage of an image beside the main one; it starts the first process that runs from it."""
    first = image.processes[0]
    environment = [] if "git" in image.runtime_packages else _without_git(context, everything_in(decisions, image))
    return {
        "stage": image.stage,
        "builder": image.builder,
        "project_stage": image.project_stage,
        "runtime_packages": list(image.runtime_packages),
        "environment": [{"name": name, "value": quoted(value)} for name, value in environment],
        "server_setup": [],
        "static_command": "",
        "port": first.port,
        "health_command": "",
        "health_timing": "",
        "has_health_check": False,
        "stop_signal": "",
        "command": json.dumps(first.command, ensure_ascii=False),
    }


#: The stage that the images of all processes share, and the one that the main image and the proxy share.
_SYSTEM_STAGE = "system"
_APPLICATION_STAGE = "application"

#: The uv that installs Poetry and, where no server is locked, the server. https://github.com/astral-sh/uv/releases
UV_VERSION = "0.13.8"


def _build(context: Context, decisions: Decisions) -> Answers:
    """What a build takes. `platform` is "" where the image works on several, `dockerfile` for the usual one."""
    folder = build_context(context.project, decisions)
    decided = decisions.decision(PLATFORMS)
    by_ssh = ssh_hosts(decisions)
    return {
        "context": folder.folder,
        "dockerfile": "" if folder.is_project else _quote(folder.below("Dockerfile")),
        "argument": build_argument(decisions),
        "platform": only_platform(decisions),
        "platform_reason": _comment(decided.evidence[0] if decided.source <= Source.INFERRED else "you decided so"),
        "secrets": [{"name": secret.name, "path": secret.path} for secret in build_secrets(decisions)],
        "ssh": bool(by_ssh),
        "host_keys": [f"{host} {SSH_HOST_KEYS[host]}" for host in by_ssh if host in SSH_HOST_KEYS],
        "git_client": _git_client(decisions),
        "clones": _clones(context, decisions),
    }


def _git_client(decisions: Decisions) -> str:
    """The variable with which that Poetry lets git itself clone: its own client knows neither ~/.netrc nor an agent.

    https://python-poetry.org/docs/configuration/#system-git-client
    """
    if not decisions[PRIVATE_GIT_HOSTS]:
        return ""
    return "POETRY_SYSTEM_GIT_CLIENT" if _number(decisions[POETRY]) >= (2,) else "POETRY_EXPERIMENTAL_SYSTEM_GIT_CLIENT"


def _clones(context: Context, decisions: Decisions) -> str:
    """What Poetry leaves of its clones and no image needs: all of them, or what git keeps in those that are linked."""
    packages = [package for platform in decisions[PLATFORMS] for package, _ in clones(context, decisions, platform)]
    if not packages:
        return ""
    return "/opt/venv/src/*/.git" if any(package.develop for package in packages) else "/opt/venv/src"


def _import_folders(decisions: Decisions) -> tuple[str, ...]:
    """The folders on sys.path, with that of the generated entry point where there is one."""
    file = entry_file(decisions[SERVER], decisions[APPLICATION])
    imported = file is not None and SERVERS[decisions[SERVER]].is_gunicorn
    return (*decisions[PYTHON_PATH], *(("docker",) if imported else ()))


#: Poetry must not wait for a keyring that nobody unlocks. https://python-poetry.org/docs/configuration/#keyringenabled
_KEYRING_OFF = "POETRY_KEYRING_ENABLED=false"
#: The keyring's own switch. https://github.com/jaraco/keyring#disabling-keyring
_KEYRING_OFF_BEFORE_1_8 = "PYTHON_KEYRING_BACKEND=keyring.backends.null.Keyring"


def _dynamic_version(project: Project) -> str:
    """The version that stands in for the one from git, which no build sees; "" where the project states its own."""
    if not project.manifest.has_dynamic_version:
        return ""
    written = project.manifest.version
    return written if re.fullmatch(r"[0-9][0-9a-z.+]{0,60}", written) else "0.0.0"


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


#: The first Poetry that can leave directory dependencies out. https://python-poetry.org/history/#150---2023-05-19
_NO_DIRECTORY = (1, 5)


def _libraries(context: Context, decisions: Decisions) -> list[str]:
    """The directory dependencies that are installed after everything else, so that a change in one of them installs
    nothing but it."""
    packages = path_dependencies(context, decisions)
    can_wait = _number(decisions[POETRY]) >= _NO_DIRECTORY
    return [
        path
        for path, package in packages.items()
        if can_wait and is_library(package) and is_reachable(context.project, path)
    ]


def _copies(context: Context, decisions: Decisions) -> Answers:
    """What each COPY takes from the build context."""
    project = context.project
    folder = build_context(project, decisions)
    packages = path_dependencies(context, decisions)
    found = {path: package for path, package in packages.items() if is_reachable(project, path)}
    libraries = _libraries(context, decisions)
    first = [path for path in found if path not in libraries]
    linked = [folder.below(path) for path in libraries if found[path].develop]
    installs = decisions[INSTALL_PROJECT]
    manifest = ("pyproject.toml", "poetry.lock")
    readmes = project.manifest.readmes if installs else ()
    return {
        "copies": {
            name: _copied(map(folder.below, paths), target)
            for name, paths, target in (
                ("requirements", ("docker/poetry.txt",), "/poetry.txt"),
                ("reduction", ("docker/manifest.py",), "/manifest.py"),
                ("manifest", manifest, "./"),
                ("settings", ("poetry.toml",), "./"),
                ("project", (*manifest, *readmes), "./"),
            )
        },
        "path_dependencies": [_copied_in_place(folder, path) for path in first],
        "libraries": [_copied_in_place(folder, path) for path in libraries],
        "linked_libraries": [_shell(_in_image(HOME, path)) for path in linked],
        "project_alone": installs and not libraries,
        "sources": list(_sources(folder, decisions, {path for path in found if not found[path].develop})),
    }


def _sources(context: BuildContext, decisions: Decisions, installed: Collection[str]) -> Iterator[str]:
    """The code in the image; what is `installed` as a copy is in the environment already."""
    paths: tuple[str, ...] = decisions[CONTEXT]
    if context.is_project:
        yield ". ."
    elif context.folder in paths:
        yield f". {HOME}"
    else:
        yield _copied([context.project], "./")
        yield from (_copied_in_place(context, path) for path in paths if path not in {".", *installed})


def _copied(paths: Iterable[str], target: str) -> str:
    """The operands of COPY: bare where they can be, else as JSON.

    `paths` are relative to the context. https://docs.docker.com/reference/dockerfile/#copy
    """
    words = [*paths, target]
    if all(re.fullmatch(r"[\w@%+=:,./][\w@%+=:,./-]*", word, re.ASCII) for word in words):
        return " ".join(words)
    return f"[{', '.join([*map(_source, words[:-1]), _target(target)])}]"


def _copied_in_place(context: BuildContext, path: str) -> str:
    """The operands of COPY for a path that is relative to the project: it lies in the image as in the context."""
    below = context.below(path)
    return _copied([below], _in_image(HOME, below))


def _home(context: BuildContext) -> str:
    """Where the project lies in the image: as far below HOME as below the context."""
    return _in_image(HOME, context.project or ".")


def _python_set(names: Iterable[str]) -> str:
    """The source of a set of texts."""
    return "{" + ", ".join(json.dumps(name) for name in sorted(names)) + "}" if names else "set()"


def _framework_environment(decisions: Decisions) -> tuple[tuple[str, str], ...]:
    name = decisions[SERVER]
    return SERVERS[name].environment if name != "none" else ()


def _labels(project: Project) -> Iterator[tuple[str, str]]:
    """https://specs.opencontainers.org/image-spec/annotations/#pre-defined-annotation-keys"""
    manifest = project.manifest
    yield "org.opencontainers.image.title", project.name
    if manifest.description:
        yield "org.opencontainers.image.description", manifest.description
    if manifest.license:
        yield "org.opencontainers.image.licenses", manifest.license
    source = next((url for label, url in manifest.urls.items() if label.lower() in ("repository", "source")), "")
    if source:
        yield "org.opencontainers.image.source", source


def _server(project: Project, decisions: Decisions) -> Answers:
    name = decisions[SERVER]
    server = SERVERS.get(name)
    file = entry_file(name, decisions[APPLICATION])
    return {
        "gunicorn": server is not None and server.is_gunicorn and not has_own_gunicorn_config(project),
        "worker_class": server.worker_class if server is not None else "",
        "threads": server.threads if server is not None else 1,
        "workers": decisions[WORKERS],
        "grace_seconds": GRACE_SECONDS,
        "entry_file": file.name if file else "",
        "entry_module": file.module if file else "",
        "entry_object": file.object if file else "",
        "entry_expression": file.expression if file else "",
    }


def _compose(context: Context, decisions: Decisions) -> Answers:
    services = [_service(item.service, item.image) for item in decisions[SERVICE_IMAGES]]
    volumes = {service["volume_name"] for service in services if service["volume_name"]}
    volumes |= {name for folder, name in _volume_names(decisions).items() if _is_mounted(decisions, folder)}
    return {
        "compose_name": _quote(re.sub(r"[^a-z0-9_-]", "-", decisions[IMAGE].partition(":")[0].rpartition("/")[2])),
        "processes": _processes(context, decisions),
        "services": services,
        "networks": [{"name": "front", "internal": False}, {"name": "back", "internal": True}] if services else [],
        "volumes": sorted(volumes),
    }


def _volume_names(decisions: Decisions) -> dict[str, str]:
    """Folder → the name of its volume, one of its own."""
    taken = {f"{name}-data" for name in decisions[SERVICES]}
    everywhere: tuple[str, ...] = decisions[VOLUMES]
    folders = dict.fromkeys(everywhere)
    for process in decisions[PROCESSES]:
        folders.update(dict.fromkeys(process.volumes or ()))
    return {folder: unique(volume_name(folder), taken) for folder in folders}


def _is_mounted(decisions: Decisions, folder: str) -> bool:
    """Whether a process keeps that folder."""
    return any(folder in _volumes_of(decisions, process) for process in _all_processes(decisions))


def _volumes_of(decisions: Decisions, process: Process) -> tuple[str, ...]:
    return decisions[VOLUMES] if process.volumes is None else process.volumes


def _all_processes(decisions: Decisions) -> tuple[Process, ...]:
    """The main process, then the others, each under a name that no service has."""
    name = main_process_name(decisions)
    taken = {*decisions[SERVICES], name}
    main = next((process for process in decisions[PROCESSES] if process.main), None)
    if main is None:
        main = Process(
            name=name,
            kind=name if name in ("web", "worker") else "job",
            command=decisions[COMMAND],
            port=decisions[PORT],
            publish="all" if decisions[PORT] else "none",
            health_check=decisions[HEALTH_CHECK],
            main=True,
        )
    others = [process for process in decisions[PROCESSES] if not process.main]
    return (main, *(replace(process, name=unique(process.name, taken)) for process in others))


def _processes(context: Context, decisions: Decisions) -> list[Answers]:
    home = _home(build_context(context.project, decisions))
    volume_names = _volume_names(decisions)
    processes = _all_processes(decisions)
    by_name = {process.name: process for process in processes}
    owners = {process.name: image for image in images(decisions) for process in image.processes}
    own_images = [None, *(owners.get(process.name) for process in decisions[PROCESSES] if not process.main)]
    awaited = {name for process in processes if process.kind != "job" for name in process.depends_on}
    published = _published(decisions)
    if decisions[PROXY] != "none":
        published.pop(processes[0].name, None)
    listed = []
    for process, image in zip(processes, own_images, strict=True):
        starts_it = process.main or (image is not None and image.processes[0].command == process.command)
        listed.append(
            {
                "name": process.name,
                "image": _quote(_tagged(decisions[IMAGE], image.name if image is not None else "")),
                "target": image.stage if image is not None else "",
                "prefix": _variable_prefix(process.name),
                "read_only": decisions[READ_ONLY],
                "command": "" if starts_it else _command(process.command),
                "profile": "jobs" if process.kind == "job" and not process.main and process.name not in awaited else "",
                "restart": _restart(process),
                "port": published.get(process.name, ""),
                "health": _compose_health(decisions, process, shares=image is None),
                "environment": _process_environment(context, decisions, process),
                "volumes": [
                    _quote(f"{volume_names[folder]}:{_in_image(home, folder)}")
                    for folder in _volumes_of(decisions, process)
                ],
                "depends_on": _dependencies(context, decisions, process, by_name),
                # A process needs the way out as well: the back network has none.
                "networks": ["front", "back"] if decisions[SERVICES] else [],
            }
        )
    return listed


def _variable_prefix(name: str) -> str:
    """What the names of a process's own variables in Compose begin with; such a name begins with no digit."""
    letters = re.sub(r"[^A-Z0-9]", "_", name.upper())
    return f"_{letters}" if letters[0].isdigit() else letters


def _tagged(image: str, name: str) -> str:
    """The image's name with that of a process before its tag."""
    head, slash, tail = image.rpartition("/")
    base, colon, tag = tail.partition(":")
    return f"{head}{slash}{base}{f'-{name}' if name else ''}{colon}{tag}"


def _restart(process: Process) -> str:
    if (process.main and process.name == "app") or (process.kind == "job" and process.main):
        return "on-failure"
    return '"no"' if process.kind in ("job", "release") else "unless-stopped"


def _published(decisions: Decisions) -> dict[str, str]:
    """Process → `"${WEB_PORT:-8000}:8000"`, with a port of the host that no other has.

    Behind that of the main process listens the proxy where there is one.
    """
    proxy = PROXIES.get(decisions[PROXY])
    processes = _all_processes(decisions)
    ports = {process.host_port for process in processes}
    variables: set[str] = set()
    published = {}
    for process in processes:
        if not process.port or process.publish == "none":
            continue
        candidates = itertools.chain(range(process.port, 65536), range(1024, process.port))
        host = process.host_port or next(port for port in candidates if port not in ports)
        ports.add(host)
        variable = unique(f"{_variable_prefix(process.name)}_PORT", variables).replace("-", "_")
        address = "127.0.0.1:" if process.publish.startswith("loopback") else ""
        listens = proxy.port if proxy is not None and process.main else process.port
        published[process.name] = f'"{address}${{{variable}:-{host}}}:{listens}"'
    return published


def _proxy(context: Context, decisions: Decisions) -> Answers:
    """The proxy's stage, settings and container; nothing where there is none."""
    proxy = PROXIES.get(decisions[PROXY])
    if proxy is None:
        return {}
    folder = build_context(context.project, decisions)
    processes = _all_processes(decisions)
    main = processes[0]
    taken = {*decisions[SERVICES], *(process.name for process in processes)}
    name = unique("proxy", taken)
    files = proxied_files(context, decisions)
    return {
        "name": name,
        "from": proxy.image,
        "image": _quote(_tagged(decisions[IMAGE], name)),
        "user": proxy.user,
        "settings": _copied([folder.below("docker/nginx.conf")], "/etc/nginx/nginx.conf"),
        "files": [_copied([_in_image(_home(folder), static)], f"{proxy.root}{path}") for path, static in files],
        "paths": [path for path, _ in files],
        "root": proxy.root,
        "listens": proxy.port,
        "health_path": proxy.health_path,
        "health_command": _yaml(["curl", "--fail", "--silent", f"http://127.0.0.1:{proxy.port}{proxy.health_path}"]),
        "process": main.name,
        "condition": _condition(main, decisions),
        "port": _published(decisions).get(main.name, ""),
        "networks": ["front"] if decisions[SERVICES] else [],
        "prefix": _variable_prefix(name),
        "memory": proxy.memory,
    }


def _compose_health(decisions: Decisions, process: Process, *, shares: bool) -> Answers:
    """The health check of a process beside the main one; `disabled` where the image's would ask the wrong thing."""
    inherits = process.main or (process.health_check == "none" and (not shares or decisions[HEALTH_CHECK] == "none"))
    if inherits:
        return {"disabled": False, "test": ""}
    if process.health_check == "none":
        return {"disabled": True, "test": ""}
    words = _health_words(process.health_check, process.port, process.command, follows=False)
    return {"disabled": False, "test": _command(["CMD", *words]), **_health_timing(process.health_check)}


def _process_environment(context: Context, decisions: Decisions, process: Process) -> list[Answers]:
    variables = context.project.code.variables
    values = {item.variable: _overridable(item) for item in _connections(context, decisions, process)}
    credentials = {variable["name"] for name in decisions[SERVICES] for variable in _credentials(name)}
    for variable in decisions[ENVIRONMENT]:
        if variable.at_start and variable.name not in credentials:
            values.setdefault(variable.name, _yaml(_asked_for(variable)))
    if process.port and any(variable.name == "PORT" and variable.required for variable in variables):
        values["PORT"] = _yaml(str(process.port))
    server = SERVERS.get(decisions[SERVER])
    if process.main and server is not None and decisions[PROXY] != "none":
        values |= {name: _yaml(value) for name, value in server.behind_proxy_environment}
    values |= {name: _yaml(value) for name, value in process.environment}
    return [{"name": name, "value": value} for name, value in values.items()]


def _connections(context: Context, decisions: Decisions, process: Process) -> Iterator[Connection]:
    """What the process connects to: services, and MLflow's server where it imports MLflow, or a library beside the
    project may."""
    reached = reached_imports(context.project, process.command, decisions[PYTHON_PATH])
    logs = reached is None or MLFLOW in dict(reached) or bool(path_dependencies(context, decisions))
    for item in decisions[CONNECTIONS]:
        if item.service in decisions[SERVICES] or (logs and item.service != process.name):
            yield item


def _dependencies(
    context: Context, decisions: Decisions, process: Process, by_name: Mapping[str, Process]
) -> list[Answers]:
    """What a process waits for, each with what has to have happened: services, migrations, what it names itself."""
    releases = [other.name for other in by_name.values() if other.kind == "release" and process.kind != "release"]
    connected = [item.service for item in _connections(context, decisions, process) if item.service in by_name]
    if process.kind == "release" or any(process.name in by_name[name].depends_on for name in connected):
        connected = []
    names = dict.fromkeys((*decisions[SERVICES], *releases, *connected, *process.depends_on))
    return [
        {"name": name, "condition": _condition(by_name.get(name), decisions)}
        for name in names
        if name != process.name and (name in by_name or name in decisions[SERVICES])
    ]


def _condition(process: Process | None, decisions: Decisions) -> str:
    if process is None:
        return "service_healthy"
    if process.kind in ("job", "release"):
        return "service_completed_successfully"
    return "service_healthy" if process.health_check != "none" else "service_started"


def _developed(context: Context, decisions: Decisions) -> Answers:
    """What development adds: to each service and to each process with code of the project, in the order of
    compose.yaml."""
    return {
        "processes": [
            {
                "name": process.name,
                "command": _command(_developing(process.command, restarts=_restarts(process))),
                "read_only": decisions[READ_ONLY],
                "debugged": _command(_debugged(process.command)) if process.main else "",
            }
            for process in _all_processes(decisions)
            if process.command[:1] != (MLFLOW,)
        ],
        "mounts": [_quote(mount) for mount in _source_mounts(context.project, decisions)],
        "proxied": [_quote(mount) for mount in _proxied_mounts(context, decisions)],
        "services": [
            {
                "name": name,
                "port": SERVICE_TABLE[name].port,
                "port_variable": f"{name.upper()}_HOST_PORT",
                # Any free port: where the usual one is taken, nothing would start.
                "published": _yaml(f"127.0.0.1:${{{name.upper()}_HOST_PORT:-}}:{SERVICE_TABLE[name].port}"),
            }
            for name in decisions[SERVICES]
        ],
    }


def _restarts(process: Process) -> bool:
    """Whether an edit starts a process again: not what follows edits by itself, nor what runs once for the others."""
    if process.kind in ("job", "release") and not process.main:
        return False
    return not any(server.follows_edits and process.command[0] == server.command[0] for server in SERVERS.values())


def _developing(command: Iterable[str], *, restarts: bool) -> tuple[str, ...]:
    """The command under docker/develop.py, isolated from modules of the project that hide one of Python's."""
    return ("python", "-I", "docker/develop.py", *(() if restarts else ("--no-restart",)), *command)


def _debugged(command: Sequence[str]) -> tuple[str, ...]:
    """The command under a debugger, () where it is none that Python runs."""
    program, *arguments = command
    if program == "python" and arguments and (arguments[0] == "-m" or arguments[0].endswith(".py")):
        words: Sequence[str] = arguments
    elif re.fullmatch(r"[\w.-]+", program) and program not in ("python", "sh", "bash"):
        words = (f"/opt/venv/bin/{program}", *arguments)
    else:
        return ()
    return _developing(("python", "-m", "debugpy", "--listen", "0.0.0.0:5678", *words), restarts=True)


def _proxied_mounts(context: Context, decisions: Decisions) -> Iterator[str]:
    """The folders of the project that a proxy hands out; what a build collects lies in no folder of the host."""
    proxy = PROXIES.get(decisions[PROXY])
    if proxy is not None and not decisions[COLLECT_STATIC]:
        for path, folder in proxied_files(context, decisions):
            yield f"./{folder}:{proxy.root}{path}:ro,z"


def _source_mounts(project: Project, decisions: Decisions) -> Iterator[str]:
    """What the image's code was copied from, each where it lies in the build context; `z` is for hosts with SELinux."""
    context = build_context(project, decisions)
    paths: tuple[str, ...] = decisions[CONTEXT]
    for path in (context.folder,) if context.folder in paths else dict.fromkeys((".", *paths)):
        yield f"{path}:{_in_image(_SOURCE, context.below(path))}:ro,z"


def _asked_for(variable: EnvironmentVariable) -> str:
    """How Compose refers to a variable without which the application does not start."""
    if variable.secret and is_invented(variable.name):
        return credential_reference(variable.name, "")
    # An empty text starts what reads a text, and nothing that reads a number.
    return f"${{{variable.name}{'' if variable.type == 'str' else ':'}?set it in .env}}"


def _overridable(connection: Connection) -> str:
    """The value for Compose: the user's own variable when it is set, else the address of the service."""
    if connection.value.startswith(f"${{{connection.variable}:"):
        return _yaml(connection.value)
    return _yaml(f"${{{connection.variable}:-{connection.value}}}")


def _service(name: str, image: str) -> Answers:
    service = SERVICE_TABLE[name]
    data = service.data_in(image)
    return {
        "name": name,
        "prefix": name.upper(),
        "image": _quote(image),
        "platform": "linux/amd64" if "linux/arm64" in service.missing_platforms(image) else "",
        "command": _command(service.command),
        "hostname": name if service.fixed_hostname else "",
        "environment": [
            {"name": key, "value": json.dumps(value)}
            for key, value in sorted(_service_environment(name, service).items())
        ],
        "volume_name": f"{name}-data" if data else "",
        "volume": json.dumps(f"{name}-data:{data}") if data else "",
        "health": json.dumps([service.health[0], *map(_escaped, service.health[1:])], ensure_ascii=False),
        "start_period": f"{service.start_period}s",
        "capabilities": list(service.cap_add),
        "read_only": service.read_only,
        "tmpfs": list(service.tmpfs),
        "memory": service.memory,
    }


def _service_environment(name: str, service: Service) -> dict[str, str]:
    """The container's environment; credentials come from `.env`."""
    fixed = {key: _escaped(value) for key, value in service.environment.items()}
    if service.authentication is None or not service.authentication.required:
        return fixed
    return fixed | {key: filled(name, value) for key, value in service.authentication.environment.items()}


def _credentials(name: str) -> Iterator[Answers]:
    """The lines of `.env.example` for a service that is closed."""
    authentication = SERVICE_TABLE[name].authentication
    if authentication is None or not authentication.required:
        return
    for credential in authentication.credentials:
        yield {"name": credential.variable, "value": credential.default, "secret": credential.secret}


def volume_name(folder: str) -> str:
    """The name of the volume of a folder."""
    return re.sub(r"[^a-z0-9]+", "-", folder.lower()).strip("-") or "data"


def _environment(decisions: Decisions) -> Answers:
    credentials = {variable["name"] for name in decisions[SERVICES] for variable in _credentials(name)}
    connected = credentials | {connection.variable for connection in decisions[CONNECTIONS]}
    groups: dict[str, list[EnvironmentVariable]] = {}
    for variable in decisions[ENVIRONMENT]:
        if variable.name not in connected:
            groups.setdefault(_group_title(variable), []).append(variable)
    return {
        "variable_groups": [
            {"title": _comment(title), "variables": [_variable(variable) for variable in variables]}
            for title, variables in groups.items()
        ],
        "service_variables": [variable for name in decisions[SERVICES] for variable in _credentials(name)],
        "connections": [
            {"name": connection.variable, "value": _example(connection.value), "service": connection.service}
            for connection in decisions[CONNECTIONS]
            if connection.variable not in credentials
        ],
    }


def _group_title(variable: EnvironmentVariable) -> str:
    path = variable.evidence.partition(":")[0]
    if _is_documented(variable):
        return DOCUMENTED
    return f"{'Read' if path.endswith('.py') else 'Named'} in {path}" if path else "Set by you"


def _is_documented(variable: EnvironmentVariable) -> bool:
    """Whether the project gives the variable a line of its own: in an example file, or in a container file with the
    value that it always has."""
    path = variable.evidence.partition(":")[0]
    return path in EXAMPLE_FILES or (bool(path and variable.default) and not path.endswith(".py"))


def _variable(variable: EnvironmentVariable) -> Answers:
    notes = [variable.evidence] if ":" in variable.evidence else []
    notes += ["required"] if variable.required else []
    notes += ["secret"] if variable.secret else []
    invented = variable.secret and is_invented(variable.name)
    notes += ["generated by `scaffold env`"] if invented else []
    return {
        "name": variable.name,
        "value": quoted_value(variable.default),
        "comment": _comment(", ".join(notes)),
        # What the code can do without needs no line of its own: an empty one would be a value, and not the default.
        "optional": not variable.required and not invented and not _is_documented(variable),
    }


def _health_words(health_check: str, port: int, command: Sequence[str], *, follows: bool) -> list[str]:
    """The exec-form words of a health check: Python alone, as a slim image has no curl.

    Where the server follows PORT, as gunicorn.conf.py does, so does the check.
    """
    if health_check == "none":
        return []
    if health_check == "ping":
        # https://docs.celeryq.dev/en/stable/reference/cli.html#celery-inspect
        words = shlex.join(["celery", f"--app={celery_application(command)}", "inspect", "ping"])
        return ["sh", "-c", f"{words} --destination celery@$HOSTNAME"]
    if health_check == "tcp":
        where = f"int(os.environ.get('PORT', {port}))" if follows else str(port)
        code = f"socket.create_connection(('127.0.0.1', {where}), {_PROBE_SECONDS}).close()"
        return ["python", "-c", f"import {'os, ' if follows else ''}socket; {code}"]
    where = f"' + os.environ.get('PORT', '{port}') + '" if follows else str(port)
    code = f"urllib.request.urlopen('http://127.0.0.1:{where}{health_check}', timeout={_PROBE_SECONDS})"
    return ["python", "-c", f"import {'os, ' if follows else ''}urllib.request; {code}"]


def _health_timing(health_check: str) -> Answers:
    """How often, and how long it may take; a ping of Celery starts a Python that imports the application."""
    slow = health_check == "ping"
    return {"interval": "30s" if slow else "10s", "timeout": "20s" if slow else "5s"}


#: Folders of development by their usual names, left out of the image unless the code imports or installs from them.
#: Not `docs`: what answers questions about documents may keep them there.
_DEVELOPMENT_FOLDERS = ("test", "tests", "notebooks", ".devcontainer")


def _ignored(context: Context, decisions: Decisions) -> Answers:
    """The ignore file. One beside the Dockerfile counts for it alone, wherever the context is.

    https://docs.docker.com/build/concepts/context/#filename-and-location
    """
    folder = build_context(context.project, decisions)
    paths: tuple[str, ...] = decisions[CONTEXT]
    is_whole = folder.is_project or folder.folder in paths
    return {
        "ignore_file": ".dockerignore" if folder.is_project else "Dockerfile.dockerignore",
        "kept_paths": [] if is_whole else sorted({_pattern(folder.below(path)) for path in (".", *paths)}),
        "project_pattern": f"{_pattern(folder.project)}/" if folder.project else "",
        "ignored_folders": _ignored_folders(context, decisions),
    }


def _ignored_folders(context: Context, decisions: Decisions) -> list[str]:
    project = context.project
    used = {name for name, _ in project.code.imports}
    used |= {path.partition("/")[0] for path in path_dependencies(context, decisions)}
    present = {path.partition("/")[0] for path in project.files if "/" in path}
    return [folder for folder in _DEVELOPMENT_FOLDERS if folder in present and folder not in used]


def _pattern(path: str) -> str:
    """A path as a pattern of an ignore file that matches nothing else."""
    return re.sub(r"[*?\[\\!#]", r"\\\g<0>", path)


def _in_image(folder: str, path: str) -> str:
    """A path that is relative to a folder of the image, absolute."""
    return posixpath.normpath(posixpath.join(folder, path))


def quoted(text: str) -> str:
    """A text as one double-quoted word of a Dockerfile instruction, in which nothing expands."""
    single_line = re.sub(r"[\0-\x1f\x7f]+", " ", text).strip()
    return '"' + re.sub(r'([\\"$])', r"\\\1", single_line) + '"'


def _bare_or_quoted(text: str) -> str:
    return text if re.fullmatch(r"[\w@%+=:,./-]+", text, re.ASCII) else quoted(text)


def _source(path: str) -> str:
    """A path as a source in the JSON form of COPY, in which variables and patterns are expanded all the same.

    https://docs.docker.com/reference/dockerfile/#copy
    """
    return _target(re.sub(r"[\[*?]", lambda match: f"[{match[0]}]", path))


def _target(path: str) -> str:
    """A path as the target in the JSON form of COPY: there, patterns are none, but quotes and variables are."""
    literal = re.sub(r"[\\$'\"]", r"\\\g<0>", path)
    return json.dumps(literal if literal.startswith(("/", "./")) else f"./{literal}", ensure_ascii=False)


def _shell(text: str) -> str:
    """A text as one word of a shell command in a Dockerfile."""
    return text if re.fullmatch(r"[\w@%+=:,./-]+", text) else "'" + text.replace("'", "'\\''") + "'"


def _escaped(text: str) -> str:
    """A text in which Compose interpolates nothing."""
    return text.replace("$", "$$")


def _yaml(value: str | list[str]) -> str:
    """A text or a list of texts as YAML on one line: JSON, in which what YAML takes for a line break is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff]", lambda match: f"\\u{ord(match[0]):04x}", text)


def _quote(text: str) -> str:
    """A text as a double-quoted scalar of YAML, safe from Compose's interpolation."""
    return _yaml(_escaped(text))


def _command(words: Iterable[str]) -> str:
    """A command as a YAML list on one line, "" for none."""
    listed = [_escaped(word) for word in words]
    return _yaml(listed) if listed else ""


def _comment(text: str) -> str:
    return re.sub(r"[\0-\x1f\x7f]+", " ", text)


def _example(value: str) -> str:
    """An address for `.env`, where the variables before it may be named: `${POSTGRES_USER}`."""
    plain = re.sub(r"\$\{(\w+):[-?][^}]*\}", r"${\1}", value)
    return quoted_value(value) if plain == value else f'"{plain}"'
