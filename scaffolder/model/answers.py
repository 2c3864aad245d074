"""What a blueprint is given."""

from __future__ import annotations

from typing import Any

#: Variable → its value, plain data.
Answers = dict[str, Any]
