"""The backing services in Compose."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from posixpath import normpath

from scaffolder.answers.quoting import uninterpolated, yaml_quoted, yaml_text
from scaffolder.knowledge.services import SERVICES as SERVICE_TABLE
from scaffolder.knowledge.services import Authentication
from scaffolder.model.answers import Answers
from scaffolder.model.container import InitScript
from scaffolder.model.decision import Decisions
from scaffolder.rules.services import filled, is_closed


def service_answers(
    name: str,
    image: str,
    decisions: Decisions,
    scripts: Sequence[InitScript] = (),
    folder: str = ".",
    *,
    aliases: Sequence[str] = (),
) -> Answers:
    """A backing service that runs `image`, and when its volume is new, `scripts` of the project in `folder`; `aliases`
    are further names of its host."""
    service = SERVICE_TABLE[name]
    authentication = _closed_by(name, decisions)
    arguments = [filled(name, word, decisions) for word in authentication.arguments] if authentication else []
    data = service.data_in(image)
    return {
        "name": name,
        "prefix": name.upper(),
        "image": yaml_quoted(image),
        "platform": "linux/amd64" if "linux/arm64" in service.missing_platforms(image) else "",
        "command": yaml_text([*map(uninterpolated, service.command), *arguments]) if service.command else "",
        "aliases": list(aliases),
        "hostname": name if service.fixed_hostname else "",
        "environment": [
            {"name": key, "value": json.dumps(value)}
            for key, value in sorted(_service_environment(name, decisions).items())
        ],
        "volume_name": f"{name}-data" if data else "",
        "volume": json.dumps(f"{name}-data:{data}") if data else "",
        "scripts": [json.dumps(f"./{normpath(f'{folder}/{script.path}')}:{script.target}:ro") for script in scripts],
        "health": json.dumps([service.health[0], *map(uninterpolated, service.health[1:])], ensure_ascii=False),
        "start_period": f"{service.start_period}s",
        "capabilities": list(service.cap_add),
        "read_only": service.read_only,
        "tmpfs": list(service.tmpfs),
        "memory": service.memory,
    }


def _closed_by(name: str, decisions: Decisions) -> Authentication | None:
    return SERVICE_TABLE[name].authentication if is_closed(name, decisions) else None


def _service_environment(name: str, decisions: Decisions) -> dict[str, str]:
    """The container's environment; credentials come from `.env`."""
    fixed = {key: uninterpolated(value) for key, value in SERVICE_TABLE[name].environment.items()}
    authentication = _closed_by(name, decisions)
    given = authentication.environment.items() if authentication else ()
    return fixed | {key: filled(name, value, decisions) for key, value in given}


def credential_answers(name: str, decisions: Decisions) -> Iterator[Answers]:
    """The lines of `.env.example` for a service that is closed."""
    authentication = _closed_by(name, decisions)
    for credential in authentication.credentials if authentication else ():
        yield {"name": credential.variable, "value": credential.default, "secret": credential.secret}
