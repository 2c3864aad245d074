"""What the user sees of a repository of several projects, as text and as JSON. Prints nothing."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from scaffolder.answers.names import all_processes
from scaffolder.answers.workspace import Member, places
from scaffolder.decisions import ENVIRONMENT, HEALTH_CHECK, SERVICES
from scaffolder.model.decision import Decision, Json
from scaffolder.report import decision_json, decisions_json, printable
from scaffolder.rules import Inference
from scaffolder.rules.workspace import Offer


def project_lines(offers: Iterable[Offer], decided: Decision[tuple[str, ...]]) -> str:
    """Every project, whether it runs, and what it is, one a line."""
    rows = list(offers)
    width = max((len(offer.folder) for offer in rows), default=0)
    lines = [
        f"  {'runs' if offer.folder in decided.value else 'left out'!s:<8}  {offer.folder:<{width}}  {offer.text}"
        for offer in rows
    ]
    return printable("\n".join(["Projects", *lines]))


def heading(folder: str) -> str:
    """The line above what is told about one project."""
    return printable(f"\n{folder}")


def decided_json(decided: Decision[tuple[str, ...]]) -> Json:
    """The decision about the projects, as one of `decisions`."""
    return [decision_json(decided)]


def projects_json(projects: Mapping[str, tuple[str, Inference]]) -> list[dict[str, Json]]:
    """`[{folder, name, decisions}]`, in the order of the decision about them; `projects` has names and decisions."""
    return [
        {"folder": folder, "name": name, "decisions": decisions_json(inference)}
        for folder, (name, inference) in projects.items()
    ]


def next_steps(members: Iterable[Member], path: Path) -> str:
    """What to type next."""
    members = list(members)
    steps = [] if path == Path() else [f"cd {shlex.quote(path.as_posix())}"]
    if any(member.decisions[ENVIRONMENT] or member.decisions[SERVICES] for member in members):
        steps.append("scaffold env")
    addresses = list(_addresses(members))
    steps.append(f"docker compose up --build{' --wait' if addresses else ''}")
    return "\n".join(["Next:", *(f"  {step}" for step in (*steps, *addresses))])


def _addresses(members: list[Member]) -> Iterator[str]:
    for member, place in zip(members, places(members), strict=True):
        main = all_processes(member.decisions, place)[0]
        if main.port and main.publish != "none":
            health = member.decisions[HEALTH_CHECK]
            yield f"curl http://127.0.0.1:{main.host_port}{health if health.startswith('/') else '/'}"
