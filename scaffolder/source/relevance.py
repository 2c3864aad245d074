"""Which files are worth parsing: a cheap look at the text that may say yes too often, never no wrongly."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scaffolder.knowledge.clients import CLIENTS, LIBRARY_VARIABLES
from scaffolder.knowledge.frameworks import CONSTRUCTORS, FRAMEWORKS
from scaffolder.source.imports import ImportLine
from scaffolder.source.paths import is_history, is_test

#: Files that are entry points by their name.
_ENTRIES = frozenset(
    {
        "wsgi.py",
        "asgi.py",
        "main.py",
        "app.py",
        "application.py",
        "server.py",
        "run.py",
        "__main__.py",
        "bot.py",
        "worker.py",
        "manage.py",
        "index.py",
    }
)

#: Import → texts of which one must follow for the file to matter.
_AFTER_IMPORT: dict[str, tuple[str, ...]] = {
    "os": ("environ", "getenv", "makedirs(", "mkdir(", "listdir(", "scandir(", "walk("),
    "pathlib": ("mkdir(", "write_bytes(", "write_text(", "glob(", "iterdir("),
    "glob": ("glob(",),
    "pydantic": ("BaseSettings",),
    "pydantic_settings": ("",),
    "decouple": ("",),
    "environs": ("",),
    "environ": ("",),
    "configurations": ("",),
    "dj_database_url": ("config(",),
    "dotenv": ("dotenv_values", "get_key"),
    "mitol": (".envs",),
    "click": ("envvar", "port"),
    "typer": ("envvar", "port"),
    "dynaconf": ("",),
    "sqlite3": ("",),
    "aiosqlite": ("",),
    "chromadb": ("",),
    "faiss": ("",),
    "joblib": ("dump(",),
    "mlflow": ("set_tracking_uri", "MLFLOW_TRACKING_URI"),
    "diskcache": ("",),
    "lancedb": ("",),
    "duckdb": ("",),
    "tinydb": ("",),
    "shelve": ("",),
    "uvicorn": ("",),
    "waitress": ("",),
    "wsgiref": ("",),
    "http": ("HTTPServer",),
    "socketserver": ("",),
    "gevent": ("WSGIServer",),
    "werkzeug": ("run_simple", "ProxyFix"),
    "hypercorn": ("",),
    "grpc": ("_port(",),
    "panel": ("servable", "serve("),
    "chainlit": ("@",),
    "nicegui": ("ui.run",),
    "streamlit": ("",),
    "gradio": ("launch", "Blocks", "Interface"),
    "dramatiq": ("actor", "set_broker"),
    "celery": ("task",),
    "huey": ("task",),
    "rq": ("Queue(",),
    "apscheduler": ("BlockingScheduler",),
    "arq": ("WorkerSettings",),
    "starlette": ("Config(", "Starlette(", "Mount(", "Route("),
    "flask": ("from_prefixed_env(",),
}
for _package, _name in CLIENTS:
    _AFTER_IMPORT[_package] = (*_AFTER_IMPORT.get(_package, ()), f"{_name}(")
for _package in LIBRARY_VARIABLES:
    _AFTER_IMPORT[_package] = ("",)

#: Text that matters whatever is imported.
_TEXTS = (
    "__main__",
    "PORT",
    "include_router(",
    "register_blueprint(",
    "add_subapp(",
    "persist_directory",
    "DirectoryLoader(",
    "SimpleDirectoryReader(",
    "UPLOAD_",
    "BaseSettings",
    "SettingsConfigDict",
    "add_insecure_port",
    "WorkerSettings",
    "to_parquet(",
    "add_periodic_task(",
    "autodiscover_tasks(",
    "beat_schedule",
    "BEAT_SCHEDULE",
)

_CONSTRUCTORS = tuple(sorted({f"{name.rpartition('.')[2]}(" for name in CONSTRUCTORS}))

_PACKAGES = frozenset(framework.package for framework in FRAMEWORKS.values())

#: Frameworks whose routes stand beside their handlers; those of Django are followed from its URL configuration.
_ROUTED = frozenset(
    {
        "aiohttp",
        "apiflask",
        "blacksheep",
        "bottle",
        "falcon",
        "fastapi",
        "flask",
        "flask_openapi3",
        "litestar",
        "pyramid",
        "quart",
        "sanic",
        "starlette",
        "starlite",
    }
)

#: Words of paths that answer whether a service is well.
_HINTS = ("health", "live", "ready", "readiness", "ping", "status", "heartbeat", "/up", "alive")
_ROUTES = re.compile(
    r"""["'][^"'\s]{0,60}/_*(?:health|livez?\b|liveness|readyz?\b|readiness|ping\b|status\b|heartbeat|up\b|alive\b)"""
    r"""\w*/?["']"""
)

#: Files that may hold the route "/" of a whole application, and files whose routes get their path where they are hung.
_FRONT = re.compile(
    r"(?:^|/)(?:__init__|routes?|routers?|views?|index|home|root|base|pages|web|core|main\w*)\.py$|health|status|ping"
)

#: Handlers in a file that imports nothing but the application of its own project.
_DECORATED = ("\n@app.", "\n@application.", "\n@bp.", "\n@api.", "\n@router.", ".route(")

_EMPTY = re.compile(r"""(?:route|get|add_api_route|add_url_rule|Route)\(\s*(?:path=)?["']/?["']""")

_URLS = re.compile(
    r"(?:postgres|postgresql|postgis|mysql|mariadb|rediss?|amqps?|pyamqp|mongodb|memcached|kafka|nats|sqlite)"
    r"(?:\+[a-z0-9_]+)?://",
)

_OBJECT = re.compile(
    r"\n(?:app|application|server|api|asgi|wsgi|asgi_app|wsgi_app|celery|celery_app|\w+_app)\s*(?::[^=\n]+)?="
)

#: Tasks in a file that imports nothing but the queue object of its own project.
_TASK = re.compile(r"\n[ \t]*@\w+(?:\.\w+)*\.(?:periodic_)?task\b")

_SETTINGS_CLASS = re.compile(r"\nclass \w+\([^)\n]*(?:Settings|Config)\b")

_READER = re.compile(r"\b(?:env|config|get_?env\w*|env_\w+|get_(?:string|str|bool|int))(?:\.\w+)?\(\s*f?[\"'][A-Z]")


def is_relevant(path: str, text: str, imports: Sequence[ImportLine]) -> bool:
    """Whether the file can hold a fact: an application, a route, a port, a variable, a folder, a script."""
    if is_test(path) or is_history(path):
        return False
    if path.rpartition("/")[2] in _ENTRIES:
        return True
    packages = {line.module.partition(".")[0] for line in imports if not line.level}
    if any(marker in text for package in packages for marker in _AFTER_IMPORT.get(package, ())):
        return True
    if any(marker in text for marker in _TEXTS):
        return True
    return _has_framework(path, text, packages) or _has_names(text)


def _has_framework(path: str, text: str, packages: set[str]) -> bool:
    if not packages.isdisjoint(_PACKAGES) and any(marker in text for marker in _CONSTRUCTORS):
        return True
    if not packages.isdisjoint(_ROUTED) or any(mark in text for mark in _DECORATED):
        if any(hint in text for hint in _HINTS) and _ROUTES.search(text):
            return True
        return _FRONT.search(path) is not None and _EMPTY.search(text) is not None
    return False


def _has_names(text: str) -> bool:
    if "= " in text and _OBJECT.search(text):
        return True
    if "task" in text and _TASK.search(text):
        return True
    if "://" in text and _URLS.search(text):
        return True
    if ("Settings" in text or "Config" in text) and _SETTINGS_CLASS.search(text):
        return True
    return ("env" in text or "config(" in text) and _READER.search(text) is not None
