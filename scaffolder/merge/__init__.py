"""Three-way merge of one generated file: what the user made of it, and what scaffold would write now.

Pure: text in, text out. A file is cut into parts where its kind is known, and merged part by part; else by line.
"""

from __future__ import annotations

from scaffolder.merge.files import merge, unresolved
from scaffolder.merge.result import Conflict, Merged

__all__ = ["Conflict", "Merged", "merge", "unresolved"]
