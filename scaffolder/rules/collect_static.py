"""Whether the build collects the static files of Django."""

from __future__ import annotations

from scaffolder.decisions import COLLECT_STATIC, FRAMEWORK
from scaffolder.model.decision import Decision, Decisions
from scaffolder.rules.context import Context, default, inferred, locked
from scaffolder.source.django import REMOTE_STORAGE, STATIC_FILES, WHITENOISE


def decide_collect_static(context: Context, decisions: Decisions) -> Decision[bool]:
    """True where WhiteNoise serves what lies in STATIC_ROOT: https://whitenoise.readthedocs.io/en/stable/django.html"""
    projects = context.project.code.django
    if decisions[FRAMEWORK] != "django" or not projects:
        return default(COLLECT_STATIC, False, "no Django project")
    django = projects[0]
    whitenoise = context.installed(decisions).get("whitenoise")
    if STATIC_FILES not in django.names:
        return default(COLLECT_STATIC, False, f"{django.settings} does not name {STATIC_FILES}")
    if REMOTE_STORAGE in django.names:
        return inferred(COLLECT_STATIC, False, f"{django.settings}: static files are stored elsewhere")
    if not django.static_root:
        return inferred(COLLECT_STATIC, False, f"{django.settings} sets no STATIC_ROOT")
    if whitenoise is None or WHITENOISE not in django.names:
        return inferred(COLLECT_STATIC, False, f"{django.settings}: nothing serves STATIC_ROOT, as WhiteNoise would")
    return inferred(COLLECT_STATIC, True, f"{django.settings}: STATIC_ROOT and WhiteNoise", locked(whitenoise))
