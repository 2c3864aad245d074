"""Whether the processes may write outside of their volumes."""

from __future__ import annotations

from scaffolder.decisions import READ_ONLY
from scaffolder.model.decision import Decision, Decisions
from scaffolder.rules.context import Context, default


def decide_read_only(_context: Context, _decisions: Decisions) -> Decision[bool]:
    """False: no reading of the source shows that neither it nor a library of its writes beside itself."""
    return default(READ_ONLY, False, "libraries write caches where they like; try true, and see whether it starts")
