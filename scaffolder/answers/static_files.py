"""Where the static files of Django are collected."""

from __future__ import annotations

from collections.abc import Iterator

from scaffolder.answers.layout import in_image
from scaffolder.decisions import COLLECT_STATIC
from scaffolder.model.decision import Decisions
from scaffolder.rules.context import Context
from scaffolder.rules.static_files import django_project


def static_root(context: Context, decisions: Decisions, home: str) -> Iterator[str]:
    """STATIC_ROOT where it lies outside of the project, and so has to be made for whoever collects."""
    django = django_project(context, decisions)
    if django is not None and decisions[COLLECT_STATIC] and django.static_folder:
        folder = in_image(home, django.static_folder)
        if not folder.startswith(f"{home}/"):
            yield folder
