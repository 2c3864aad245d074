"""Decisions in, the blueprint's variables out: plain data, in which every list is sorted and every string is quoted.

Templates decide layout; what a line says is decided here.
"""

from __future__ import annotations

import itertools
import json
import posixpath
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from scaffolder.decisions import (
    ADDED_PACKAGES,
    APPLICATION,
    BASE_IMAGE,
    BUILD_PACKAGES,
    COMMAND,
    CONNECTIONS,
    CONTEXT,
    ENVIRONMENT,
    EXTRAS,
    GROUPS,
    HEALTH_CHECK,
    IMAGE,
    INSTALL_PROJECT,
    PLATFORMS,
    POETRY,
    PORT,
    PRIVATE_GIT_HOSTS,
    PROCESSES,
    PYTHON,
    PYTHON_PATH,
    RUNTIME_PACKAGES,
    SERVER,
    SERVICE_IMAGES,
    SERVICES,
    VOLUMES,
    WORKERS,
    Connection,
    EnvironmentVariable,
)
from scaffolder.env_file import quoted as quoted_value
from scaffolder.knowledge.example_files import EXAMPLE_FILES
from scaffolder.knowledge.secret_names import is_invented
from scaffolder.knowledge.servers import GUNICORN, SERVERS
from scaffolder.knowledge.services import SERVICES as SERVICE_TABLE
from scaffolder.knowledge.services import Service
from scaffolder.knowledge.ssh_hosts import SSH_HOST_KEYS
from scaffolder.model.decision import Decisions, Source
from scaffolder.model.project import Project
from scaffolder.poetry.versions import has_x_wildcards
from scaffolder.rules.build_context import BuildContext, build_argument, build_context, is_reachable
from scaffolder.rules.build_inputs import build_options, build_secrets, only_platform, ssh_hosts
from scaffolder.rules.command import entry_point, has_own_gunicorn_config
from scaffolder.rules.context import Context
from scaffolder.rules.environment import DOCUMENTED
from scaffolder.rules.git_dependencies import clones
from scaffolder.rules.install_project import package_stubs
from scaffolder.rules.path_dependencies import is_library, path_dependencies
from scaffolder.rules.poetry_stage import is_pinned, poetry_requirements
from scaffolder.rules.processes import main_process_name
from scaffolder.rules.services import credential_reference, filled
from scaffolder.rules.system_packages import needed_elsewhere

#: Where the project lies in the image.
HOME = "/app"

#: Seconds; the shutdown of a server must fit in Compose's `stop_grace_period`.
_PROBE_SECONDS = 3

Answers = dict[str, Any]


def answers(project: Project, decisions: Decisions) -> Answers:
    """One value for each variable of the built-in blueprint (`copier.yml` lists them)."""
    return {
        **_image(project, decisions),
        **_copies(project, decisions),
        **_server(project, decisions),
        **_compose(project, decisions),
        **_environment(decisions),
        **_ignored(project, decisions),
    }


def _image(project: Project, decisions: Decisions) -> Answers:
    context = Context(project)
    platforms: tuple[str, ...] = decisions[PLATFORMS]
    groups: tuple[str, ...] = decisions[GROUPS]
    extras: tuple[str, ...] = decisions[EXTRAS]
    added_packages: tuple[str, ...] = decisions[ADDED_PACKAGES]
    python = ".".join(decisions[PYTHON].split(".")[:2])
    suite = decisions[BASE_IMAGE].rpartition("-")[2]
    home = _home(build_context(project, decisions))
    return {
        "base_image": decisions[BASE_IMAGE],
        "image_tag": decisions[IMAGE],
        "platforms": ",".join(platforms),
        "build": _build(context, decisions),
        "build_options": "".join(f"{option} " for option in build_options(decisions)),
        "cache_id": re.sub(r"[^a-z0-9.]+", "-", f"{suite}-py{python}"),
        "poetry_version": decisions[POETRY],
        "poetry_requirements": list(poetry_requirements(project, decisions)),
        "poetry_pinned": is_pinned(project, decisions),
        "keyring_off": _KEYRING_OFF if _number(decisions[POETRY]) >= (1, 8) else _KEYRING_OFF_BEFORE_1_8,
        "uv_version": "" if _number(python) < (3, 8) else UV_VERSION,
        "groups": list(groups),
        "group_set": _python_set(groups),
        "extra_set": _python_set(extras),
        "bare_hashes": project.lock.format == "0.12",
        "x_wildcards": has_x_wildcards(project.lock),
        "poetry_settings": project.has_file("poetry.toml"),
        "added_packages": list(added_packages),
        **_debian_packages(context, decisions),
        "install_project": decisions[INSTALL_PROJECT],
        "without_plugins": bool(project.manifest.requires_plugins),
        "dynamic_version": _dynamic_version(project) if decisions[INSTALL_PROJECT] else "",
        "package_stubs": [_shell(stub) for stub in package_stubs(project)] if decisions[INSTALL_PROJECT] else [],
        "python_path": _bare_or_quoted(":".join(_in_image(home, folder) for folder in _import_folders(decisions))),
        "image_environment": [
            {"name": name, "value": quoted(value.replace("{port}", str(decisions[PORT])))}
            for name, value in _framework_environment(decisions)
        ],
        "labels": [{"name": name, "value": quoted(value)} for name, value in _labels(project)],
        "home": _bare_or_quoted(home),
        "owned_folders": [
            _shell(folder)
            for folder in dict.fromkeys((HOME, home, *(_in_image(home, folder) for folder in decisions[VOLUMES])))
        ],
        "port": decisions[PORT],
        "health_command": json.dumps(_health_command(decisions)),
        "has_health_check": decisions[HEALTH_CHECK] != "none",
        "command": json.dumps(decisions[COMMAND], ensure_ascii=False),
    }


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


def _debian_packages(context: Context, decisions: Decisions) -> Answers:
    """The packages of the builder and of the final image; apart, those that linux/amd64 can do without."""
    lists: Answers = {}
    for name, key in (("build_packages", BUILD_PACKAGES), ("runtime_packages", RUNTIME_PACKAGES)):
        elsewhere = needed_elsewhere(context, decisions, key)
        packages: tuple[str, ...] = decisions[key]
        lists[name] = [package for package in packages if package not in elsewhere]
        lists[f"elsewhere_{name}"] = sorted(elsewhere)
    return lists


def _import_folders(decisions: Decisions) -> tuple[str, ...]:
    """The folders on sys.path, with that of the generated entry point where there is one."""
    generated = any(entry_point(decisions[SERVER], decisions[APPLICATION]))
    return (*decisions[PYTHON_PATH], *(("docker",) if generated else ()))


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


def _copies(project: Project, decisions: Decisions) -> Answers:
    """What each COPY takes from the build context, and how what was copied is installed.

    Directory dependencies come after everything else, so that a change in one of them installs nothing but it.
    """
    context = build_context(project, decisions)
    packages = path_dependencies(Context(project), decisions)
    found = {path: package for path, package in packages.items() if is_reachable(project, path)}
    can_wait = _number(decisions[POETRY]) >= _NO_DIRECTORY
    libraries = [path for path, package in found.items() if can_wait and is_library(package)]
    first = [path for path in found if path not in libraries]
    linked = [context.below(path) for path in libraries if found[path].develop]
    groups, extras, installs = decisions[GROUPS], decisions[EXTRAS], decisions[INSTALL_PROJECT]
    options = [f"--only {','.join(groups)}"] if groups else []
    options += [f"--extras {extra}" for extra in extras]
    manifest = ("pyproject.toml", "poetry.lock")
    readmes = project.manifest.readmes if installs else ()
    root = ["--no-plugins"] if project.manifest.requires_plugins else []
    return {
        "copies": {
            name: _copied(map(context.below, paths), target)
            for name, paths, target in (
                ("requirements", ("docker/poetry.txt",), "/poetry.txt"),
                ("reduction", ("docker/manifest.py",), "/manifest.py"),
                ("manifest", manifest, "./"),
                ("settings", ("poetry.toml",), "./"),
                ("project", (*manifest, *readmes), "./"),
            )
        },
        "path_dependencies": [_copied_in_place(context, path) for path in first],
        "libraries": [_copied_in_place(context, path) for path in libraries],
        "linked_libraries": [_shell(_in_image(HOME, path)) for path in linked],
        "install_options": [*options, "--no-root", *(["--no-directory"] if libraries else [])],
        "library_options": [*options, *(root if installs else ["--no-root"])],
        "sources": list(_sources(context, decisions, {path for path in found if not found[path].develop})),
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
    entry_module, entry_object, entry_attribute = entry_point(name, decisions[APPLICATION])
    return {
        "gunicorn": server is not None and server.is_gunicorn and not has_own_gunicorn_config(project),
        "worker_class": server.worker_class if server is not None else "",
        "threads": server.threads if server is not None else 1,
        "workers": decisions[WORKERS],
        "entry_module": entry_module,
        "entry_object": entry_object,
        "entry_attribute": entry_attribute,
    }


def _compose(project: Project, decisions: Decisions) -> Answers:
    services = [_service(item.service, item.image) for item in decisions[SERVICE_IMAGES]]
    volumes = {volume_name(folder) for folder in decisions[VOLUMES]}
    volumes |= {service["volume_name"] for service in services if service["volume_name"]}
    return {
        "compose_name": _quote(re.sub(r"[^a-z0-9_-]", "-", decisions[IMAGE].partition(":")[0].rpartition("/")[2])),
        "image": _quote(decisions[IMAGE]),
        "processes": _processes(project, decisions),
        "services": services,
        "networks": [{"name": "front", "internal": False}, {"name": "back", "internal": True}] if services else [],
        "volumes": sorted(volumes),
    }


def _processes(project: Project, decisions: Decisions) -> list[Answers]:
    name = main_process_name(decisions)
    shared = _shared(project, decisions)
    main = {
        "name": name,
        "command": "",
        "port": decisions[PORT],
        "port_variable": f"{name.upper()}_PORT",
        "restart": "on-failure" if name == "app" else "unless-stopped",
        "has_health": True,
        **shared,
    }
    taken = {name, *decisions[SERVICES]}
    others = [
        {
            "name": _free(process.name, taken),
            "command": _command(process.command),
            "port": 0,
            "port_variable": "",
            "restart": "unless-stopped",
            "has_health": decisions[HEALTH_CHECK] == "none",
            **shared,
        }
        for process in decisions[PROCESSES]
    ]
    return [main, *others]


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number behind it when it is taken; it is taken afterwards."""
    numbered = (f"{name}-{number}" for number in itertools.count(2))
    free = next(item for item in itertools.chain((name,), numbered) if item not in taken)
    taken.add(free)
    return free


def _shared(project: Project, decisions: Decisions) -> Answers:
    """What every process of the image has in common."""
    home = _home(build_context(project, decisions))
    services = decisions[SERVICES]
    environment = {connection.variable: _overridable(connection) for connection in decisions[CONNECTIONS]}
    credentials = {variable["name"] for name in services for variable in _credentials(name)}
    for variable in decisions[ENVIRONMENT]:
        if variable.at_start and variable.name not in credentials:
            environment.setdefault(variable.name, _yaml(_asked_for(variable)))
    if decisions[PORT] and any(variable.name == "PORT" and variable.required for variable in project.code.variables):
        environment["PORT"] = _yaml(str(decisions[PORT]))
    return {
        "environment": [{"name": key, "value": value} for key, value in environment.items()],
        "volumes": [_quote(f"{volume_name(folder)}:{_in_image(home, folder)}") for folder in decisions[VOLUMES]],
        "depends_on": list(services),
        # A process needs the way out as well: the back network has none.
        "networks": ["front", "back"] if services else [],
    }


def _asked_for(variable: EnvironmentVariable) -> str:
    """How Compose refers to a variable without which the application does not start."""
    if variable.secret and is_invented(variable.name):
        return credential_reference(variable.name, "")
    return f"${{{variable.name}:?set it in .env}}"


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
    if path in EXAMPLE_FILES:
        return DOCUMENTED
    return f"Read in {path}" if path else "Set by you"


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
        "optional": not variable.required and not invented and variable.evidence not in EXAMPLE_FILES,
    }


def _health_command(decisions: Decisions) -> list[str]:
    """The exec-form words of HEALTHCHECK: Python alone, as a slim image has no curl.

    gunicorn.conf.py binds to PORT, so there the check follows PORT too.
    """
    health_check, port = decisions[HEALTH_CHECK], decisions[PORT]
    if health_check == "none":
        return []
    follows = decisions[COMMAND][: len(GUNICORN) - 1] == GUNICORN[:-1]
    if health_check == "tcp":
        where = f"int(os.environ.get('PORT', {port}))" if follows else str(port)
        code = f"socket.create_connection(('127.0.0.1', {where}), {_PROBE_SECONDS}).close()"
        return ["python", "-c", f"import {'os, ' if follows else ''}socket; {code}"]
    where = f"' + os.environ.get('PORT', '{port}') + '" if follows else str(port)
    code = f"urllib.request.urlopen('http://127.0.0.1:{where}{health_check}', timeout={_PROBE_SECONDS})"
    return ["python", "-c", f"import {'os, ' if follows else ''}urllib.request; {code}"]


#: Folders of development by their usual names, left out of the image unless the code imports or installs from them.
#: Not `docs`: what answers questions about documents may keep them there.
_DEVELOPMENT_FOLDERS = ("test", "tests", "notebooks", ".devcontainer")


def _ignored(project: Project, decisions: Decisions) -> Answers:
    """The ignore file. One beside the Dockerfile counts for it alone, wherever the context is.

    https://docs.docker.com/build/concepts/context/#filename-and-location
    """
    context = build_context(project, decisions)
    paths: tuple[str, ...] = decisions[CONTEXT]
    is_whole = context.is_project or context.folder in paths
    return {
        "ignore_file": ".dockerignore" if context.is_project else "Dockerfile.dockerignore",
        "kept_paths": [] if is_whole else sorted({_pattern(context.below(path)) for path in (".", *paths)}),
        "project_pattern": f"{_pattern(context.project)}/" if context.project else "",
        "ignored_folders": _ignored_folders(project, decisions),
    }


def _ignored_folders(project: Project, decisions: Decisions) -> list[str]:
    used = {name for name, _ in project.code.imports}
    used |= {path.partition("/")[0] for path in path_dependencies(Context(project), decisions)}
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
