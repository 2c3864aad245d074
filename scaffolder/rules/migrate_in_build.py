"""Whether the build makes the tables of a database that no container can make beside the application."""

from __future__ import annotations

from collections.abc import Iterator

from scaffolder.decisions import MIGRATE_IN_BUILD
from scaffolder.model.decision import Decision, Decisions
from scaffolder.model.message import Level, Message
from scaffolder.rules.context import Context, default, inferred
from scaffolder.rules.release import why_not
from scaffolder.rules.static_files import django_project

#: https://docs.djangoproject.com/en/stable/ref/databases/#sqlite-notes
_ENGINE = "sqlite3"
_DATABASE_FILES = (".sqlite3", ".sqlite", ".db")


def decide_migrate_in_build(context: Context, decisions: Decisions) -> Decision[bool]:
    """True where Django's only database is a file of SQLite in the image, which the repository does not bring.

    Without tables, the first page that asks for one fails; a container that runs once has a file of its own.
    """
    django = django_project(context, decisions)
    if django is None:
        return default(MIGRATE_IN_BUILD, False, "no Django project")
    if django.engines != (_ENGINE,) or not why_not(context, decisions):
        return default(MIGRATE_IN_BUILD, False, "the database is none of the image's own")
    brought = next((path for path in context.project.files if path.endswith(_DATABASE_FILES)), "")
    if brought:
        return inferred(MIGRATE_IN_BUILD, False, f"{brought}: the repository brings a database")
    return inferred(MIGRATE_IN_BUILD, True, f"{django.settings}: {_ENGINE}, in no volume")


def migrate_remarks(decisions: Decisions) -> Iterator[Message]:
    """That what is written into such a database does not last."""
    if decisions[MIGRATE_IN_BUILD]:
        yield Message(
            level=Level.WARNING,
            code="database-in-image",
            text="Django's SQLite database lies among the code: the build makes its tables, and what the application"
            " writes there goes with the container.",
            hint='Put it into a folder of its own, such as BASE_DIR / "data" / "db.sqlite3": that becomes a volume.',
        )
