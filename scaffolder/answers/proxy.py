"""The proxy in front of the web process."""

from __future__ import annotations

from scaffolder.answers.copies import copy_operands
from scaffolder.answers.layout import in_image, project_home
from scaffolder.answers.names import all_processes, published_ports, tagged, variable_prefix
from scaffolder.answers.place import ALONE, Place
from scaffolder.answers.processes import wait_condition
from scaffolder.answers.quoting import yaml_quoted, yaml_text
from scaffolder.decisions import IMAGE, PROXY, SERVICES
from scaffolder.knowledge.proxies import PROXIES
from scaffolder.model.answers import Answers
from scaffolder.model.decision import Decisions
from scaffolder.rules.beside import unique
from scaffolder.rules.build_context import build_context
from scaffolder.rules.context import Context
from scaffolder.rules.static_files import proxied_files


def proxy_answers(context: Context, decisions: Decisions, place: Place = ALONE) -> Answers:
    """The proxy's stage, settings and container; nothing where there is none."""
    proxy = PROXIES.get(decisions[PROXY])
    if proxy is None:
        return {}
    folder = build_context(context.project, decisions)
    main = all_processes(decisions, place)[0]
    name = proxy_name(decisions, place)
    files = proxied_files(context, decisions)
    return {
        "name": name,
        "from": proxy.image,
        "image": yaml_quoted(tagged(place.image or decisions[IMAGE], proxy_name(decisions))),
        "user": proxy.user,
        "settings": copy_operands([folder.below("docker/nginx.conf")], "/etc/nginx/nginx.conf"),
        "files": [
            copy_operands([in_image(project_home(folder), static)], f"{proxy.root}{path}") for path, static in files
        ],
        "paths": [path for path, _ in files],
        "root": proxy.root,
        "listens": proxy.port,
        "health_path": proxy.health_path,
        "health_command": yaml_text(
            ["curl", "--fail", "--silent", f"http://127.0.0.1:{proxy.port}{proxy.health_path}"]
        ),
        "process": main.name,
        "condition": wait_condition(main),
        "port": published_ports(decisions, place).get(main.name, ""),
        "networks": ["front"] if decisions[SERVICES] else [],
        "prefix": variable_prefix(name),
        "memory": proxy.memory,
    }


def proxy_name(decisions: Decisions, place: Place = ALONE) -> str:
    """The name of the proxy's service."""
    taken = {*decisions[SERVICES], *(process.name for process in all_processes(decisions))}
    return place.proxy or unique("proxy", taken)
