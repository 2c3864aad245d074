"""What runs once before the others start: the migrations of a database."""

from __future__ import annotations

import configparser
from posixpath import dirname, join, normpath

from scaffolder.decisions import APPLICATION, FRAMEWORK, SERVICES, VOLUMES, Process
from scaffolder.knowledge.services import SQL_SERVICES
from scaffolder.model.decision import Decisions
from scaffolder.model.project import Project
from scaffolder.rules.context import Context

_SQLITE = ("sqlite", "sqlite3", "aiosqlite")


def find_release(context: Context, decisions: Decisions) -> Process | None:
    """The migrations of Django, of Flask-Migrate or of Alembic; None where there are none, or `why_not` says why."""
    step = migrations(context, decisions)
    return None if step is None or why_not(context, decisions) else step


def why_not(context: Context, decisions: Decisions) -> str:
    """Why a container of its own cannot migrate the database, "" when it can."""
    if any(name in SQL_SERVICES for name in decisions[SERVICES]):
        return ""
    volumes: tuple[str, ...] = decisions[VOLUMES]
    kept = [folder.path for folder in context.project.code.data_folders if folder.via in _SQLITE]
    if any(path in volumes for path in kept):
        return ""
    return "no database service, and no volume that holds a database file"


def migrations(context: Context, decisions: Decisions) -> Process | None:
    """The command that migrates, whatever the database."""
    framework = decisions[FRAMEWORK]
    if framework == "django":
        return _django(context.project)
    installed = context.installed(decisions)
    if framework == "flask" and "flask-migrate" in installed and _has_versions(context.project, "migrations"):
        return _flask(decisions)
    return _alembic(context.project) if "alembic" in installed else None


def _django(project: Project) -> Process | None:
    """https://docs.djangoproject.com/en/stable/ref/django-admin/#migrate, with the settings that serve."""
    if not project.code.django:
        return None
    django = project.code.django[0]
    serving = django.wsgi_settings or django.asgi_settings
    other = serving and django.settings and serving != django.settings
    return Process(
        name="migrate",
        kind="release",
        command=("python", django.manage, "migrate", "--noinput"),
        environment=(("DJANGO_SETTINGS_MODULE", f"${{DJANGO_SETTINGS_MODULE:-{serving}}}"),) if other else (),
        evidence=f"{django.manage}: Django's migrations",
    )


def _flask(decisions: Decisions) -> Process:
    """https://flask-migrate.readthedocs.io/; FLASK_APP is older than `flask --app`."""
    return Process(
        name="migrate",
        kind="release",
        command=("flask", "db", "upgrade"),
        environment=(("FLASK_APP", decisions[APPLICATION].replace("$", "$$")),),
        evidence="migrations: Flask-Migrate",
    )


def _alembic(project: Project) -> Process | None:
    """https://alembic.sqlalchemy.org/en/latest/tutorial.html; its script_location counts from where it is run."""
    found = [path for path in project.texts or {} if path.rpartition("/")[2] == "alembic.ini"]
    for path in sorted(found, key=lambda path: (path.count("/"), path)):
        location = _script_location((project.texts or {})[path])
        folder = dirname(path)
        here = location.replace("%(here)s", folder or ".").replace("%%", "%")
        for start in dict.fromkeys(("", folder)):
            if location and _has_versions(project, normpath(join("" if "%(here)s" in location else start, here))):
                return Process(
                    name="migrate",
                    kind="release",
                    command=_upgrade(path, start),
                    evidence=f"{path}: Alembic",
                )
    return None


def _upgrade(path: str, start: str) -> tuple[str, ...]:
    if start:
        return ("env", f"--chdir={start}", "alembic", "upgrade", "head")
    config = () if path == "alembic.ini" else (f"--config={path}",)
    return ("alembic", *config, "upgrade", "head")


def _script_location(text: str) -> str:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
        return parser.get("alembic", "script_location", fallback="").replace(":", "/")
    except configparser.Error:
        return ""


def _has_versions(project: Project, folder: str) -> bool:
    """Whether migrations lie there."""
    return any(path.startswith(f"{folder}/versions/") and path.endswith(".py") for path in project.files)
