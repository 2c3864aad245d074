"""How the static files of Django are collected while the image is built."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffolder.answers.layout import in_image
from scaffolder.answers.quoting import shell_word
from scaffolder.decisions import COLLECT_STATIC, CONNECTIONS, ENVIRONMENT
from scaffolder.knowledge.secret_names import is_invented
from scaffolder.model.decision import Decisions
from scaffolder.model.project import Project
from scaffolder.rules.context import Context
from scaffolder.rules.static_files import django_project

#: `${NAME:-default}` and `${NAME:?message}` of Compose.
_REFERENCE = re.compile(r"\$\{\w+:?([-?])([^}]*)\}")
_NO_SECRET = "for-collectstatic-only"  # noqa: S105 - made up
_MADE_UP = {"int": "1", "float": "1", "bool": "false", "json": "{}", "url": "http://localhost"}


def static_command(project: Project, decisions: Decisions) -> str:
    """The shell command that collects static files: settings get a value for each variable that they cannot do
    without, made up here and gone with the command. "" where none is to be collected."""
    if not decisions[COLLECT_STATIC] or not project.code.django:
        return ""
    values = {item.variable: _REFERENCE.sub(_made_up, item.value) for item in decisions[CONNECTIONS]}
    types = {variable.name: variable.type for variable in project.code.variables}
    for variable in decisions[ENVIRONMENT]:
        if variable.required or variable.at_start or (is_invented(variable.name) and not variable.default):
            values.setdefault(variable.name, variable.default or _MADE_UP.get(types.get(variable.name, ""), _NO_SECRET))
    django = project.code.django[0]
    serving = django.wsgi_settings or django.asgi_settings
    if serving and serving != django.settings:
        values.setdefault("DJANGO_SETTINGS_MODULE", serving)
    words = [f"{name}={shell_word(value)}" for name, value in sorted(values.items())]
    return " \\\n    ".join([*words, f"python {shell_word(django.manage)} collectstatic --noinput"])


def _made_up(reference: re.Match[str]) -> str:
    return reference[2] if reference[1] == "-" else _NO_SECRET


def static_root(context: Context, decisions: Decisions, home: str) -> Iterator[str]:
    """STATIC_ROOT where it lies outside of the project, and so has to be made for whoever collects."""
    django = django_project(context, decisions)
    if django is not None and decisions[COLLECT_STATIC] and django.static_folder:
        folder = in_image(home, django.static_folder)
        if not folder.startswith(f"{home}/"):
            yield folder
