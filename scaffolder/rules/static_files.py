"""The static files of the application: whether a build can collect them, and which of them a proxy can hand out."""

from __future__ import annotations

from scaffolder.decisions import APPLICATION, COLLECT_STATIC, FRAMEWORK
from scaffolder.model.code import Django, StaticFolder
from scaffolder.model.decision import Decisions
from scaffolder.model.lock import LockedPackage
from scaffolder.model.project import Project
from scaffolder.rules.context import Context
from scaffolder.rules.runnable import find_runnable
from scaffolder.source.django import REMOTE_STORAGE, STATIC_FILES, WHITENOISE


def django_project(context: Context, decisions: Decisions) -> Django | None:
    """The Django project that is served, None for any other application."""
    projects = context.project.code.django
    return projects[0] if decisions[FRAMEWORK] == "django" and projects else None


def why_not_collected(django: Django) -> str:
    """Why `collectstatic` has nothing to do, "" when it has."""
    if STATIC_FILES not in django.names:
        return f"{django.settings} does not name {STATIC_FILES}"
    if REMOTE_STORAGE in django.names:
        return f"{django.settings}: static files are stored elsewhere"
    return "" if django.static_root else f"{django.settings} sets no STATIC_ROOT"


def whitenoise(context: Context, decisions: Decisions, django: Django) -> LockedPackage | None:
    """The WhiteNoise that serves STATIC_ROOT: https://whitenoise.readthedocs.io/en/stable/django.html"""
    return context.installed(decisions).get("whitenoise") if WHITENOISE in django.names else None


def why_not_served(django: Django) -> str:
    """Why no proxy can hand out what is collected, "" when it can; it names the setting to change."""
    if not django.static_folder:
        return f"{django.settings}: STATIC_ROOT cannot be read"
    return "" if django.static_path else f"{django.settings}: STATIC_URL cannot be read, or is no path"


def proxied_files(context: Context, decisions: Decisions) -> tuple[tuple[str, str], ...]:
    """What a proxy hands out by itself: the path of a URL, and the folder, relative to the project or absolute."""
    django = django_project(context, decisions)
    if django is not None:
        is_served = decisions[COLLECT_STATIC] and not why_not_served(django)
        return ((django.static_path, django.static_folder),) if is_served else ()
    found = [item for item in context.project.code.static_folders if _is_filled(context.project, item)]
    runnable = find_runnable(context.project, decisions[APPLICATION])
    own = [item for item in found if runnable is not None and item.place.path == runnable.path] or found
    sites = {(item.path, item.folder) for item in own}
    return tuple(sites) if len(sites) == 1 else ()


def _is_filled(project: Project, static: StaticFolder) -> bool:
    return any(path.startswith(f"{static.folder}/") for path in project.files)
