"""compose.yaml as a whole."""

from __future__ import annotations

import re

from scaffolder.answers.names import is_mounted, volumes_by_folder
from scaffolder.answers.place import ALONE, Place
from scaffolder.answers.processes import process_answers
from scaffolder.answers.proxy import proxy_name
from scaffolder.answers.quoting import yaml_quoted, yaml_text
from scaffolder.answers.services import service_answers
from scaffolder.decisions import IMAGE, SERVICE_IMAGES
from scaffolder.model.answers import Answers
from scaffolder.model.decision import Decisions
from scaffolder.rules.context import Context
from scaffolder.rules.endpoints import names_in_the_code
from scaffolder.rules.folders import is_committed
from scaffolder.rules.init_scripts import init_scripts


def compose_answers(context: Context, decisions: Decisions, place: Place = ALONE) -> Answers:
    """The name of the whole, its processes, services, networks and volumes."""
    processes = process_answers(context, decisions, place)
    taken = {*(process["name"] for process in processes), proxy_name(decisions, place)}
    services = [
        service_answers(
            item.service,
            item.image,
            decisions,
            init_scripts(item.service, context.project, decisions),
            aliases=[name for name in names_in_the_code(item.service, context, decisions) if name not in taken],
        )
        for item in decisions[SERVICE_IMAGES]
    ]
    volumes = {service["volume_name"] for service in services if service["volume_name"]}
    folders = {
        name: folder for folder, name in volumes_by_folder(decisions, place).items() if is_mounted(decisions, folder)
    }
    return {
        "compose_name": yaml_quoted(re.sub(r"[^a-z0-9_-]", "-", decisions[IMAGE].partition(":")[0].rpartition("/")[2])),
        "processes": processes,
        "services": services,
        "networks": [{"name": "front", "internal": False}, {"name": "back", "internal": True}] if services else [],
        "volumes": [
            {
                "name": name,
                "hides": yaml_text(place.below(folder)) if folder and is_committed(context.project, folder) else "",
            }
            for name, folder in sorted({**dict.fromkeys(volumes, ""), **folders}.items())
        ],
        "build_secrets": processes[0]["build"]["secrets"],
    }
