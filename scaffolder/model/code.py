"""What the source code says, found by parsing it. Paths are relative to the project, POSIX, and lines count from 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A line of a file; prints as `shop/main.py:3`."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Application:
    """An application object or a factory that returns one."""

    #: Key of `knowledge.frameworks.FRAMEWORKS`.
    framework: str
    #: Dotted module, importable from `root`.
    module: str
    #: Attribute of the module: the object, or the function when `factory`. `app.server` where a Dash object has no
    #: variable of its own for what servers take (gunicorn refuses a dotted name); "" where a script is served by its
    #: path (`place.path`: Streamlit, NiceGUI, Panel, Chainlit) or a worker by its module (Dramatiq).
    name: str
    place: Place
    factory: bool = False
    #: Names of a factory's parameters that have no default: such a factory cannot be called bare.
    required_parameters: tuple[str, ...] = ()
    #: The folder that must be on `sys.path`, relative to the project; "" is the project folder.
    root: str = ""
    #: Set where the object is a re-export or the result of calling a factory of the project: place of the origin.
    origin: Place | None = None
    #: Made inside `if __name__ == "__main__":` or a function: no server can import it.
    guarded: bool = False
    #: The code itself hands its name to a server: `uvicorn.run("shop.main:app")`.
    named: bool = False
    #: The application that mounts, wraps, re-exports or calls this one, `shop.main:app`; "" for one that stands alone.
    part_of: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PortUse:
    """A port that the code passes to a server: `uvicorn.run(port=8080)`, or the default of `PORT`."""

    port: int
    place: Place
    #: Dotted name of what is called (`uvicorn.run`, `app.run`), or `PORT default`.
    via: str
    #: Environment variable that overrides it, "" if none.
    variable: str = ""
    #: The address that the server binds (`127.0.0.1`, `0.0.0.0`), "" when the code leaves it to the server.
    host: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FolderPackage:
    """The project's folder is imported as a package, so that the folder above must be on `sys.path`."""

    #: The name of the folder.
    name: str
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """A GET route that is reachable under exactly this path on an application: prefixes are resolved."""

    path: str
    place: Place
    #: Module and name of the application that serves it, `shop.main:app`; "" when it could not be traced to one.
    application: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Variable:
    """An environment variable that the code reads."""

    name: str
    place: Place
    #: The default in the code as text, None when there is none or it cannot be read statically.
    default: str | None = None
    #: The code fails when it is missing.
    required: bool = False
    #: It fails as soon as the application starts: the read is not inside a function, and no other has a default.
    at_start: bool = False
    #: `str`, `int`, `float`, `bool`, `list`, `words` (separated by spaces), `json`, `url`.
    type: str = "str"
    #: How it is read: `os.environ`, `pydantic-settings`, `decouple`, `environs`, `django-environ`, `dynaconf`,
    #: `starlette`, `dj-database-url`, `django-configurations`, `flask`, `cli`, `env-file`.
    via: str = "os.environ"
    #: The value names a secret: a password, a token, a key.
    secret: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Django:
    """A Django project."""

    #: Path of `manage.py`.
    manage: str
    #: Module that `manage.py` names in `DJANGO_SETTINGS_MODULE`, "" when it cannot be read.
    settings: str
    #: Dotted modules, "" if the file does not exist.
    wsgi: str
    asgi: str
    #: Settings module that `wsgi.py`/`asgi.py` name, "" when it cannot be read.
    wsgi_settings: str
    asgi_settings: str
    #: The folder that must be on `sys.path`: the folder of `manage.py`.
    root: str
    #: Distribution-like engine names in DATABASES: `postgresql`, `mysql`, `sqlite3`, `postgis`, ...
    engines: tuple[str, ...] = ()
    #: `django.contrib.gis` is used: GDAL, GEOS and PROJ are loaded at run time.
    gis: bool = False
    #: `STATIC_ROOT` is set.
    static_root: bool = False
    #: `STATIC_ROOT`, relative to the project's folder or absolute, "" when it cannot be read.
    static_folder: str = ""
    #: The path below which the URLs of static files lie, such as `/static/`; "" when `STATIC_URL` names none.
    static_path: str = ""
    #: What the settings name in INSTALLED_APPS, MIDDLEWARE and the like, sorted; of interest here, not everything.
    names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class StaticFolder:
    """A folder of files that an application hands out as they are."""

    #: Relative to the project.
    folder: str
    #: The path below which they are asked for, such as `/static/`.
    path: str
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """A file that does something when it is run."""

    path: str
    #: Dotted module below `root`.
    module: str
    root: str
    #: Line of `if __name__ == "__main__":`, 0 when the file runs at top level (`main.py` without a guard).
    line: int
    #: Imports a framework that serves from a script: `streamlit`, `gradio`, `nicegui`, `panel`, `chainlit`; "" if none.
    framework: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DataFolder:
    """A folder in which the code keeps data that must survive the container, or whose files it looks through."""

    #: Relative to the project when relative, absolute otherwise.
    path: str
    place: Place
    #: What writes or looks there: `chromadb.PersistentClient`, `sqlite3`, `mkdir`, `rglob`, ...
    via: str
    #: Environment variable that moves it, "" if none.
    variable: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientUse:
    """The code uses a client of a backing service: an import of it, or a URL scheme in a literal."""

    #: Import name (`redis`, `psycopg`) or URL scheme (`postgresql://`).
    client: str
    place: Place
    #: A literal is this scheme and nothing else: the code looks for it in a URL that it is given.
    looked_for: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """One thing that the code says about where a backing service is: an argument of a client, a part of a URL."""

    #: Names of `knowledge.services` that may be meant; see `knowledge.clients.Client.services`.
    services: tuple[str, ...]
    #: A role of `knowledge.clients`, or `engine`; "" where the client is used and nothing more can be read.
    role: str
    place: Place
    #: What says it, such as `redis.Redis`.
    via: str
    #: The environment variable that holds it, "" where it is written in the code.
    variable: str = ""
    #: The variable's default, or what is written in the code.
    value: str = ""
    #: The scheme that a URL needs, "" for the usual one.
    scheme: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """The code says that something runs beside the application.

    `kind` is one of

    - `celery-task`, `huey-task`, `taskiq-task`: the module registers tasks, so a worker has to import it
    - `celery-discovery`: the Celery application finds or lists its task modules itself
    - `celery-schedule`: tasks run at set times; `name` says how that is written
    - `celery-scheduler`: the code names the scheduler class itself
    - `celery-unanswered`: the address of a broker that carries no questions to a worker
    - `dramatiq-broker`: the module sets the broker
    - `rq-queue`: a queue of RQ; `name` is its name
    - `blocking-scheduler`: the module starts an APScheduler that blocks
    - `mlflow`: runs are logged to a tracking server; `name` is the variable that holds its address
    """

    kind: str
    place: Place
    #: Dotted module below `root`.
    module: str
    root: str
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FileImports:
    """What one file imports."""

    #: Files of the project, the `__init__.py` of their packages included, sorted.
    files: tuple[str, ...]
    #: Top-level names of anything else, with the first line, sorted.
    names: tuple[tuple[str, int], ...]
    #: It imports by names that are made at run time.
    dynamic: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """All facts of the source tree, each tuple sorted by place unless it says otherwise."""

    applications: tuple[Application, ...] = ()
    scripts: tuple[Script, ...] = ()
    ports: tuple[PortUse, ...] = ()
    routes: tuple[Route, ...] = ()
    variables: tuple[Variable, ...] = ()
    data_folders: tuple[DataFolder, ...] = ()
    #: Folders whose files the code lists or loads; it may fill them as well.
    input_folders: tuple[DataFolder, ...] = ()
    clients: tuple[ClientUse, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    django: tuple[Django, ...] = ()
    static_folders: tuple[StaticFolder, ...] = ()
    #: Top-level names (and `importlib.metadata`) imported anywhere outside tests → first place, sorted by name.
    imports: tuple[tuple[str, Place], ...] = ()
    #: Set where the project's folder is itself a package.
    folder_package: FolderPackage | None = None
    #: Every file but those of tests → its imports.
    links: Mapping[str, FileImports] = field(default_factory=dict)
    signs: tuple[Sign, ...] = ()
    #: Files that could not be parsed, with the reason.
    unparsed: tuple[tuple[str, str], ...] = ()
    #: True when the bounds (5,000 files, 1 MiB each) cut something off.
    truncated: bool = False
