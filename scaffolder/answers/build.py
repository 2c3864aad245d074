"""What a build takes besides the Dockerfile: its context, platform, secrets and keys."""

from __future__ import annotations

from scaffolder.answers.place import ALONE, Place
from scaffolder.answers.quoting import one_line, yaml_path, yaml_quoted
from scaffolder.decisions import PLATFORMS, POETRY, PRIVATE_GIT_HOSTS
from scaffolder.knowledge.ssh_hosts import SSH_HOST_KEYS
from scaffolder.model.answers import Answers
from scaffolder.model.decision import Decisions, Source
from scaffolder.rules.build_context import build_argument, build_context
from scaffolder.rules.build_inputs import build_secrets, only_platform, ssh_hosts
from scaffolder.rules.context import Context
from scaffolder.rules.git_dependencies import clones


def build_answers(context: Context, decisions: Decisions, place: Place = ALONE) -> Answers:
    """What a build takes. `platform` is "" where the image works on several, `dockerfile` for the usual one."""
    folder = build_context(context.project, decisions)
    decided = decisions.decision(PLATFORMS)
    by_ssh = ssh_hosts(decisions)
    return {
        "context": yaml_path(place.mounted(folder.folder)),
        "dockerfile": "" if folder.is_project else yaml_quoted(folder.below("Dockerfile")),
        "argument": build_argument(decisions),
        "platform": only_platform(decisions),
        "platform_reason": one_line(decided.evidence[0] if decided.source <= Source.INFERRED else "you decided so"),
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
    return (
        "POETRY_SYSTEM_GIT_CLIENT"
        if version_number(decisions[POETRY]) >= (2,)
        else "POETRY_EXPERIMENTAL_SYSTEM_GIT_CLIENT"
    )


def _clones(context: Context, decisions: Decisions) -> str:
    """What Poetry leaves of its clones and no image needs: all of them, or what git keeps in those that are linked."""
    packages = [package for platform in decisions[PLATFORMS] for package, _ in clones(context, decisions, platform)]
    if not packages:
        return ""
    return "/opt/venv/src/*/.git" if any(package.develop for package in packages) else "/opt/venv/src"


def version_number(version: str) -> tuple[int, ...]:
    """A release such as `2.1.4` as numbers, for comparing."""
    return tuple(map(int, version.split(".")))
