"""The programs that serve an application, and how each is started.

In a command, `{target}` is the application, `{port}` the port, `{script}` the path of a script. The comment above each
row names the page that states its options.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class FactoryStyle(Enum):
    """How a server is told to call a factory."""

    #: The target ends in `()`.
    CALL = "call"
    #: A flag stands before the bare target.
    FLAG = "flag"
    #: It cannot call one.
    NONE = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """One way to serve."""

    #: Frameworks' interfaces that it serves: `wsgi`, `asgi`, `aiohttp`, or the name of a self-serving framework.
    interfaces: tuple[str, ...]
    #: Distributions that must all be locked.
    needs: tuple[str, ...]
    command: tuple[str, ...]
    factory_style: FactoryStyle = FactoryStyle.NONE
    factory_flag: str = ""
    #: gunicorn's `worker_class`; "" for other servers.
    worker_class: str = ""
    #: Threads per worker in gunicorn.conf.py.
    threads: int = 1
    #: It forks worker processes by itself: the `workers` decision applies.
    forks: bool = False
    #: Environment that the server or framework needs in a container; `{port}` is replaced.
    environment: tuple[tuple[str, str], ...] = ()

    @property
    def is_gunicorn(self) -> bool:
        """Whether it reads gunicorn.conf.py."""
        return bool(self.worker_class)


#: How gunicorn is started with the generated settings.
GUNICORN = ("gunicorn", "--config", "gunicorn.conf.py", "{target}")

#: Name → server, in order of preference for an interface when several are locked.
SERVERS: Mapping[str, Server] = {
    # https://docs.gunicorn.org/en/stable/settings.html#worker-class
    "gunicorn": Server(
        interfaces=("wsgi",),
        needs=("gunicorn",),
        command=GUNICORN,
        factory_style=FactoryStyle.CALL,
        worker_class="gthread",
        threads=4,
        forks=True,
    ),
    # https://www.uvicorn.org/deployment/#gunicorn: the maintained home of the worker is the package uvicorn-worker
    "gunicorn-uvicorn-worker": Server(
        interfaces=("asgi",),
        needs=("gunicorn", "uvicorn", "uvicorn-worker"),
        command=GUNICORN,
        factory_style=FactoryStyle.CALL,
        worker_class="uvicorn_worker.UvicornWorker",
        forks=True,
    ),
    "gunicorn-uvicorn": Server(
        interfaces=("asgi",),
        needs=("gunicorn", "uvicorn"),
        command=GUNICORN,
        factory_style=FactoryStyle.CALL,
        worker_class="uvicorn.workers.UvicornWorker",
        forks=True,
    ),
    # https://docs.aiohttp.org/en/stable/deployment.html#nginx-gunicorn
    "gunicorn-aiohttp": Server(
        interfaces=("aiohttp",),
        needs=("gunicorn", "aiohttp"),
        command=GUNICORN,
        # The worker awaits a coroutine function by itself and refuses a call: the bare name serves both.
        factory_style=FactoryStyle.FLAG,
        worker_class="aiohttp.GunicornWebWorker",
        forks=True,
    ),
    # https://docs.pylonsproject.org/projects/waitress/en/stable/runner.html
    "waitress": Server(
        interfaces=("wsgi",),
        needs=("waitress",),
        command=("waitress-serve", "--listen=0.0.0.0:{port}", "{target}"),
        factory_style=FactoryStyle.FLAG,
        factory_flag="--call",
    ),
    # https://uwsgi-docs.readthedocs.io/en/latest/Options.html
    "uwsgi": Server(
        interfaces=("wsgi",),
        needs=("uwsgi",),
        command=(
            "uwsgi",
            "--http=0.0.0.0:{port}",
            "--module={target}",
            "--master",
            "--die-on-term",
            "--need-app",
            "--enable-threads",
        ),
        factory_style=FactoryStyle.CALL,
    ),
    # https://www.uvicorn.org/settings/
    "uvicorn": Server(
        interfaces=("asgi",),
        needs=("uvicorn",),
        command=("uvicorn", "{target}", "--host=0.0.0.0", "--port={port}"),
        factory_style=FactoryStyle.FLAG,
        factory_flag="--factory",
    ),
    # https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html
    "hypercorn": Server(
        interfaces=("asgi",),
        needs=("hypercorn",),
        command=("hypercorn", "--bind=0.0.0.0:{port}", "--access-logfile=-", "{target}"),
        factory_style=FactoryStyle.CALL,
    ),
    # https://github.com/emmett-framework/granian#options
    "granian": Server(
        interfaces=("asgi",),
        needs=("granian",),
        command=("granian", "--interface=asgi", "--host=0.0.0.0", "--port={port}", "{target}"),
        factory_style=FactoryStyle.FLAG,
        factory_flag="--factory",
    ),
    # https://github.com/django/daphne#running
    "daphne": Server(
        interfaces=("asgi",),
        needs=("daphne",),
        command=("daphne", "--bind=0.0.0.0", "--port={port}", "{target}"),
    ),
    # https://sanic.dev/en/guide/running/running.html
    "sanic": Server(
        interfaces=("sanic",),
        needs=("sanic",),
        command=("sanic", "{target}", "--host=0.0.0.0", "--port={port}"),
        factory_style=FactoryStyle.FLAG,
        factory_flag="--factory",
    ),
    # https://docs.streamlit.io/develop/api-reference/configuration/config.toml
    "streamlit": Server(
        interfaces=("streamlit",),
        needs=("streamlit",),
        command=(
            "streamlit",
            "run",
            "{script}",
            "--server.address=0.0.0.0",
            "--server.port={port}",
            "--server.headless=true",
        ),
        environment=(("STREAMLIT_BROWSER_GATHER_USAGE_STATS", "false"),),
    ),
    # https://panel.holoviz.org/how_to/server/commandline.html
    "panel": Server(
        interfaces=("panel",),
        needs=("panel",),
        command=("panel", "serve", "{script}", "--address=0.0.0.0", "--port={port}", "--allow-websocket-origin=*"),
    ),
    # https://docs.chainlit.io/backend/command-line
    "chainlit": Server(
        interfaces=("chainlit",),
        needs=("chainlit",),
        command=("chainlit", "run", "{script}", "--host=0.0.0.0", "--port={port}", "--headless"),
    ),
    # https://www.gradio.app/guides/environment-variables
    "gradio": Server(
        interfaces=("gradio",),
        needs=("gradio",),
        command=("python", "{script}"),
        environment=(
            ("GRADIO_SERVER_NAME", "0.0.0.0"),  # noqa: S104 - only published ports are reached from outside
            ("GRADIO_SERVER_PORT", "{port}"),
            ("GRADIO_ANALYTICS_ENABLED", "False"),
        ),
    ),
    # https://nicegui.io/documentation/section_configuration_deployment: listens on 0.0.0.0 unless it opens a window
    "nicegui": Server(interfaces=("nicegui",), needs=("nicegui",), command=("python", "{script}")),
    # https://docs.celeryq.dev/en/stable/reference/cli.html#celery-worker
    "celery": Server(
        interfaces=("celery",),
        needs=("celery",),
        command=("celery", "--app={target}", "worker", "--loglevel=INFO"),
    ),
    # https://dramatiq.io/guide.html#workers
    "dramatiq": Server(interfaces=("dramatiq",), needs=("dramatiq",), command=("dramatiq", "{module}")),
    # https://arq-docs.helpmanual.io/#simple-usage
    "arq": Server(interfaces=("arq",), needs=("arq",), command=("arq", "{dotted}")),
    # https://huey.readthedocs.io/en/latest/consumer.html
    "huey": Server(interfaces=("huey",), needs=("huey",), command=("huey_consumer", "{dotted}")),
    # https://taskiq-python.github.io/guide/cli.html
    "taskiq": Server(interfaces=("taskiq",), needs=("taskiq",), command=("taskiq", "worker", "{target}")),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Pin:
    """A release of a server, with what it depends on, for Pythons from `python` on."""

    server: str
    #: (major, minor) of the oldest Python that every requirement here supports.
    python: tuple[int, int]
    requirements: tuple[str, ...]


#: Installed beside the lock when no production server is locked: interface → pins, newest Python first. The versions
#: and their `Requires-Python` are those of the package index; tests/docker installs every row.
FALLBACKS: Mapping[str, tuple[Pin, ...]] = {
    "wsgi": (Pin(server="gunicorn", python=(3, 7), requirements=("gunicorn==23.0.0", "packaging==24.0")),),
    "aiohttp": (Pin(server="gunicorn-aiohttp", python=(3, 7), requirements=("gunicorn==23.0.0", "packaging==24.0")),),
    "asgi": (
        Pin(
            server="uvicorn",
            python=(3, 9),
            requirements=("uvicorn==0.34.3", "click==8.1.8", "h11==0.16.0", "typing-extensions==4.12.2"),
        ),
        Pin(
            server="uvicorn",
            python=(3, 8),
            requirements=("uvicorn==0.33.0", "click==8.1.8", "h11==0.14.0", "typing-extensions==4.12.2"),
        ),
        Pin(
            server="uvicorn",
            python=(3, 7),
            requirements=("uvicorn==0.22.0", "click==8.1.8", "h11==0.14.0", "typing-extensions==4.7.1"),
        ),
    ),
}
