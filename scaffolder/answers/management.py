"""The management commands of Django that the build runs."""

from __future__ import annotations

import re

from scaffolder.answers.quoting import shell_word
from scaffolder.decisions import COLLECT_STATIC, CONNECTIONS, ENVIRONMENT, MIGRATE_IN_BUILD
from scaffolder.knowledge.secret_names import is_invented
from scaffolder.model.code import Django
from scaffolder.model.decision import Decisions
from scaffolder.model.project import Project

_COMMANDS = ((COLLECT_STATIC, "collectstatic --noinput"), (MIGRATE_IN_BUILD, "migrate --noinput"))
_NEXT_LINE = " \\\n    "

#: `${NAME:-default}` and `${NAME:?message}` of Compose.
_REFERENCE = re.compile(r"\$\{\w+:?([-?])([^}]*)\}")
_NO_SECRET = "for-the-build-only"  # noqa: S105 - made up
_MADE_UP = {"int": "1", "float": "1", "bool": "false", "json": "{}", "url": "http://localhost"}


def management_command(project: Project, decisions: Decisions) -> str:
    """One shell command for all of them, "" for none. Settings get a value for each variable that they cannot do
    without, made up here and gone with the command."""
    wanted = [command for key, command in _COMMANDS if decisions[key]]
    if not project.code.django or not wanted:
        return ""
    django = project.code.django[0]
    words = [f"{name}={shell_word(value)}" for name, value in sorted(_settings(project, django, decisions).items())]
    commands = [f"python {shell_word(django.manage)} {command}" for command in wanted]
    if len(commands) == 1 or not words:
        return _NEXT_LINE.join([*words, f" &&{_NEXT_LINE}".join(commands)])
    return f" &&{_NEXT_LINE}".join([f"export {_NEXT_LINE.join(words)}", *commands])


def _settings(project: Project, django: Django, decisions: Decisions) -> dict[str, str]:
    values = {item.variable: _REFERENCE.sub(_made_up, item.value) for item in decisions[CONNECTIONS]}
    types = {variable.name: variable.type for variable in project.code.variables}
    for variable in decisions[ENVIRONMENT]:
        if variable.required or variable.at_start or (is_invented(variable.name) and not variable.default):
            values.setdefault(variable.name, variable.default or _MADE_UP.get(types.get(variable.name, ""), _NO_SECRET))
    serving = django.wsgi_settings or django.asgi_settings
    if serving and serving != django.settings:
        values.setdefault("DJANGO_SETTINGS_MODULE", serving)
    return values


def _made_up(reference: re.Match[str]) -> str:
    return reference[2] if reference[1] == "-" else _NO_SECRET
