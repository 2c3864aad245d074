"""The stages of the Dockerfile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from scaffolder.answers.build import build_answers, version_number
from scaffolder.answers.copies import late_libraries
from scaffolder.answers.health import health_timing, health_words
from scaffolder.answers.layout import HOME, in_image, project_home
from scaffolder.answers.management import management_command
from scaffolder.answers.names import mounted, volumes_by_folder
from scaffolder.answers.place import ALONE, Place
from scaffolder.answers.quoting import bare_or_quoted, quoted, shell_word
from scaffolder.answers.static_files import static_root
from scaffolder.decisions import (
    ADDED_PACKAGES,
    APPLICATION,
    BASE_IMAGE,
    BUILD_PACKAGES,
    COMMAND,
    HEALTH_CHECK,
    IMAGE,
    INSTALL_PROJECT,
    PLATFORMS,
    POETRY,
    PORT,
    PROCESSES,
    PROXY,
    PYTHON,
    PYTHON_PATH,
    RUNTIME_PACKAGES,
    SERVER,
)
from scaffolder.knowledge.servers import GUNICORN, SERVERS
from scaffolder.model.answers import Answers
from scaffolder.model.decision import Decisions
from scaffolder.model.project import Project
from scaffolder.poetry.versions import has_x_wildcards
from scaffolder.rules.build_context import build_context
from scaffolder.rules.build_inputs import build_options
from scaffolder.rules.command import entry_file
from scaffolder.rules.context import Context
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
from scaffolder.rules.poetry_stage import is_pinned, poetry_requirements
from scaffolder.rules.server import setup_command
from scaffolder.rules.system_packages import decide_build_packages, needed_elsewhere

#: The stage that the images of all processes share, and the one that the main image and the proxy share.
_SYSTEM_STAGE = "system"
_APPLICATION_STAGE = "application"
#: The uv that installs Poetry and, where no server is locked, the server. https://github.com/astral-sh/uv/releases
UV_VERSION = "0.13.8"
#: Poetry must not wait for a keyring that nobody unlocks. https://python-poetry.org/docs/configuration/#keyringenabled
_KEYRING_OFF = "POETRY_KEYRING_ENABLED=false"
#: The keyring's own switch. https://github.com/jaraco/keyring#disabling-keyring
_KEYRING_OFF_BEFORE_1_8 = "PYTHON_KEYRING_BACKEND=keyring.backends.null.Keyring"


def image_answers(context: Context, decisions: Decisions, place: Place = ALONE) -> Answers:
    """What the Dockerfile says, besides what it copies."""
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
    home = project_home(build_context(project, decisions))
    main_stage = MAIN_STAGE if decisions[PROXY] == "none" else _APPLICATION_STAGE
    return {
        "base_image": decisions[BASE_IMAGE],
        "image_tag": decisions[IMAGE],
        "platforms": ",".join(platforms),
        "build": build_answers(context, shipped, place),
        "build_options": "".join(f"{option} " for option in build_options(decisions)),
        "cache_id": re.sub(r"[^a-z0-9.]+", "-", f"{suite}-py{python}"),
        "poetry_version": decisions[POETRY],
        "poetry_requirements": list(poetry_requirements(project, decisions)),
        "poetry_pinned": is_pinned(project, decisions),
        "keyring_off": _KEYRING_OFF if version_number(decisions[POETRY]) >= (1, 8) else _KEYRING_OFF_BEFORE_1_8,
        "uv_version": "" if version_number(python) < (3, 8) else UV_VERSION,
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
        "package_stubs": [shell_word(stub) for stub in package_stubs(project)] if decisions[INSTALL_PROJECT] else [],
        "python_path": bare_or_quoted(":".join(in_image(home, folder) for folder in _import_folders(decisions))),
        "labels": [{"name": name, "value": quoted(value)} for name, value in _labels(project)],
        "home": bare_or_quoted(home),
        "owned_folders": [
            shell_word(folder)
            for folder in dict.fromkeys(
                (
                    HOME,
                    home,
                    *static_root(context, decisions, home),
                    *(in_image(home, folder) for folder in (*mounted(decisions), *volumes_by_folder(decisions))),
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
    libraries = late_libraries(context, everything_shipped(decisions))
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
        "management_command": management_command(context.project, decisions),
        "environment": [{"name": name, "value": quoted(value)} for name, value in environment],
        "port": port,
        "health_command": json.dumps(health_words(health_check, port, command, follows=follows)),
        "health_timing": " ".join(f"--{name}={value}" for name, value in health_timing(health_check).items()),
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
        "management_command": "",
        "port": first.port,
        "health_command": "",
        "health_timing": "",
        "has_health_check": False,
        "stop_signal": "",
        "command": json.dumps(first.command, ensure_ascii=False),
    }


def _import_folders(decisions: Decisions) -> tuple[str, ...]:
    """The folders on sys.path, with that of the generated entry point where there is one."""
    file = entry_file(decisions[SERVER], decisions[APPLICATION])
    imported = file is not None and SERVERS[decisions[SERVER]].is_gunicorn
    return (*decisions[PYTHON_PATH], *(("docker",) if imported else ()))


def _dynamic_version(project: Project) -> str:
    """The version that stands in for the one from git, which no build sees; "" where the project states its own."""
    if not project.manifest.has_dynamic_version:
        return ""
    written = project.manifest.version
    return written if re.fullmatch(r"[0-9][0-9a-z.+]{0,60}", written) else "0.0.0"


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
