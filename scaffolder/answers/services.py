"""The backing services in Compose."""

from __future__ import annotations

import json
from collections.abc import Iterator

from scaffolder.answers.quoting import uninterpolated, yaml_command, yaml_quoted
from scaffolder.knowledge.services import SERVICES as SERVICE_TABLE
from scaffolder.knowledge.services import Service
from scaffolder.model.answers import Answers
from scaffolder.rules.services import filled


def service_answers(name: str, image: str) -> Answers:
    """A backing service that runs `image`."""
    service = SERVICE_TABLE[name]
    data = service.data_in(image)
    return {
        "name": name,
        "prefix": name.upper(),
        "image": yaml_quoted(image),
        "platform": "linux/amd64" if "linux/arm64" in service.missing_platforms(image) else "",
        "command": yaml_command(service.command),
        "hostname": name if service.fixed_hostname else "",
        "environment": [
            {"name": key, "value": json.dumps(value)}
            for key, value in sorted(_service_environment(name, service).items())
        ],
        "volume_name": f"{name}-data" if data else "",
        "volume": json.dumps(f"{name}-data:{data}") if data else "",
        "health": json.dumps([service.health[0], *map(uninterpolated, service.health[1:])], ensure_ascii=False),
        "start_period": f"{service.start_period}s",
        "capabilities": list(service.cap_add),
        "read_only": service.read_only,
        "tmpfs": list(service.tmpfs),
        "memory": service.memory,
    }


def _service_environment(name: str, service: Service) -> dict[str, str]:
    """The container's environment; credentials come from `.env`."""
    fixed = {key: uninterpolated(value) for key, value in service.environment.items()}
    if service.authentication is None or not service.authentication.required:
        return fixed
    return fixed | {key: filled(name, value) for key, value in service.authentication.environment.items()}


def credential_answers(name: str) -> Iterator[Answers]:
    """The lines of `.env.example` for a service that is closed."""
    authentication = SERVICE_TABLE[name].authentication
    if authentication is None or not authentication.required:
        return
    for credential in authentication.credentials:
        yield {"name": credential.variable, "value": credential.default, "secret": credential.secret}
