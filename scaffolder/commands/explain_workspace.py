"""`scaffold explain` at the top of a repository of several projects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffolder.commands.explain import Explanation, packages_of
from scaffolder.model.decision import Decision
from scaffolder.model.message import Message
from scaffolder.rules.workspace import Offer, offers
from scaffolder.settle import read_state
from scaffolder.workspace import Workspace, messages, read_workspace


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkspaceExplanation:
    """What was decided for each project that runs, and what every project is."""

    workspace: Workspace
    decided: Decision[tuple[str, ...]]
    offers: tuple[Offer, ...]
    #: By folder, in the order of the decision.
    projects: Mapping[str, Explanation]
    messages: tuple[Message, ...]


def explain_workspace(root: Path, settings: Iterable[str] = ()) -> WorkspaceExplanation:
    """Read and decide the projects below `root`; `settings` are `--set` arguments. Raises ScaffoldError."""
    workspace = read_workspace(root, settings, read_state(root))
    decided = workspace.decided()
    projects = {}
    for folder in decided.value:
        project, inference = workspace.candidate(folder)
        packages = packages_of(project, inference.decisions)
        projects[folder] = Explanation(project=project, inference=inference, packages=packages)
    inferences = {folder: explanation.inference for folder, explanation in projects.items()}
    return WorkspaceExplanation(
        workspace=workspace,
        decided=decided,
        offers=offers(workspace.candidates),
        projects=projects,
        messages=messages(workspace, decided, inferences),
    )
