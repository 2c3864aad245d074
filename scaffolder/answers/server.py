"""The settings and the entry point of the process's server."""

from __future__ import annotations

from scaffolder.decisions import APPLICATION, SERVER, WORKERS
from scaffolder.knowledge.servers import GRACE_SECONDS, SERVERS
from scaffolder.model.answers import Answers
from scaffolder.model.decision import Decisions
from scaffolder.model.project import Project
from scaffolder.rules.command import entry_file, has_own_gunicorn_config


def server_answers(project: Project, decisions: Decisions) -> Answers:
    """What gunicorn's settings and the generated entry point say; nothing of either where there is none."""
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
