"""Whether the build collects the static files of Django."""

from __future__ import annotations

from scaffolder.decisions import COLLECT_STATIC, PROXY
from scaffolder.model.decision import Decision, Decisions
from scaffolder.rules.context import Context, default, inferred, locked
from scaffolder.rules.static_files import django_project, whitenoise, why_not_collected, why_not_served


def decide_collect_static(context: Context, decisions: Decisions) -> Decision[bool]:
    """True where WhiteNoise or the proxy serves what lies in STATIC_ROOT."""
    django = django_project(context, decisions)
    if django is None:
        return default(COLLECT_STATIC, False, "no Django project")
    why_not = why_not_collected(django)
    if why_not:
        return inferred(COLLECT_STATIC, False, why_not)
    serving = whitenoise(context, decisions, django)
    if serving is not None:
        return inferred(COLLECT_STATIC, True, f"{django.settings}: STATIC_ROOT and WhiteNoise", locked(serving))
    if decisions[PROXY] == "none":
        return inferred(COLLECT_STATIC, False, f"{django.settings}: nothing serves STATIC_ROOT")
    why_not = why_not_served(django)
    if why_not:
        return inferred(COLLECT_STATIC, False, why_not)
    return inferred(COLLECT_STATIC, True, f"{django.settings}: STATIC_ROOT", f"proxy: {decisions[PROXY]} serves it")
