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
    #: It forks worker processes by itself, as many as its limits allow: `workers` may be `auto`.
    forks: bool = False
    #: The option behind which a fixed number of worker processes stands, "" where there is none.
    workers_option: str = ""
    #: It is chosen only where the project's own dependencies name one of these, () for no such condition.
    asked_for_by: tuple[str, ...] = ()
    #: False for what only `--set server=` chooses.
    is_inferred: bool = True
    #: The generated file below docker/ that it starts from, "" for none.
    entry_file: str = ""
    #: The lines of a shell command that the image runs once, when it is built; () for none.
    setup: tuple[str, ...] = ()
    #: The signal at which it finishes the requests under way, "" for SIGTERM.
    stop_signal: str = ""
    #: It takes up edited source by itself, so that development does not start it again.
    follows_edits: bool = False
    #: Environment that the server or framework needs in a container; `{port}` is replaced.
    environment: tuple[tuple[str, str], ...] = ()

    #: Words of its command, or of its setup, with which it believes the headers of a proxy.
    behind_proxy: tuple[str, ...] = ()
    #: The environment with which it does.
    behind_proxy_environment: tuple[tuple[str, str], ...] = ()

    @property
    def believes_proxies(self) -> bool:
        """Whether it can be told to take the client's address and scheme from X-Forwarded-*."""
        return bool(self.behind_proxy or self.behind_proxy_environment)

    @property
    def is_gunicorn(self) -> bool:
        """Whether it reads gunicorn.conf.py."""
        return bool(self.worker_class)


#: Seconds in which the requests under way are answered; Compose here and Kubernetes by default kill after 30.
GRACE_SECONDS = 25

#: Any address is believed: nothing but the proxy reaches the server. The variable of gunicorn and uvicorn.
#: https://docs.gunicorn.org/en/stable/settings.html#forwarded-allow-ips
#: https://www.uvicorn.org/settings/#http
_BELIEVE_ANY = (("FORWARDED_ALLOW_IPS", "*"),)

#: A worker of granian that has answered its last request may hang, and granian waits for it forever unless told (an
#: option since 1.7; a variable, because a version before that refuses the option and ignores the variable).
#: https://github.com/emmett-framework/granian/issues/875
_KILL_STUCK_WORKERS = (("GRANIAN_WORKERS_KILL_TIMEOUT", str(GRACE_SECONDS)),)

#: How gunicorn is started with the generated settings.
GUNICORN = ("gunicorn", "--config", "gunicorn.conf.py", "{target}")

#: Name → server, in order of preference for an interface when several are locked.
SERVERS: Mapping[str, Server] = {
    # https://docs.gunicorn.org/en/stable/settings.html#worker-class: gevent patches the standard library, so that
    # an application must have been written or tried for it.
    "gunicorn-gevent": Server(
        interfaces=("wsgi",),
        needs=("gunicorn", "gevent"),
        asked_for_by=("gevent",),
        command=GUNICORN,
        factory_style=FactoryStyle.CALL,
        worker_class="gevent",
        forks=True,
        behind_proxy_environment=_BELIEVE_ANY,
    ),
    "gunicorn": Server(
        interfaces=("wsgi",),
        needs=("gunicorn",),
        command=GUNICORN,
        factory_style=FactoryStyle.CALL,
        worker_class="gthread",
        threads=4,
        forks=True,
        behind_proxy_environment=_BELIEVE_ANY,
    ),
    "gunicorn-sync": Server(
        interfaces=("wsgi",),
        needs=("gunicorn",),
        is_inferred=False,
        command=GUNICORN,
        factory_style=FactoryStyle.CALL,
        worker_class="sync",
        forks=True,
        behind_proxy_environment=_BELIEVE_ANY,
    ),
    # https://www.uvicorn.org/deployment/#gunicorn: the maintained home of the worker is the package uvicorn-worker
    "gunicorn-uvicorn-worker": Server(
        interfaces=("asgi",),
        needs=("gunicorn", "uvicorn", "uvicorn-worker"),
        command=GUNICORN,
        factory_style=FactoryStyle.CALL,
        worker_class="uvicorn_worker.UvicornWorker",
        forks=True,
        behind_proxy_environment=_BELIEVE_ANY,
    ),
    "gunicorn-uvicorn": Server(
        interfaces=("asgi",),
        needs=("gunicorn", "uvicorn"),
        command=GUNICORN,
        factory_style=FactoryStyle.CALL,
        worker_class="uvicorn.workers.UvicornWorker",
        forks=True,
        behind_proxy_environment=_BELIEVE_ANY,
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
    # https://docs.pylonsproject.org/projects/waitress/en/stable/api.html: `waitress-serve` dies at SIGTERM at once
    "waitress": Server(
        interfaces=("wsgi",),
        needs=("waitress",),
        command=("python", "docker/waitress_server.py"),
        factory_style=FactoryStyle.CALL,
        entry_file="waitress_server.py",
        behind_proxy_environment=_BELIEVE_ANY,
    ),
    # https://uwsgi-docs.readthedocs.io/en/latest/Options.html
    # https://uwsgi-docs.readthedocs.io/en/latest/Management.html#signals-for-controlling-uwsgi: SIGTERM reloads
    "uwsgi": Server(
        interfaces=("wsgi",),
        needs=("uwsgi",),
        command=(
            "uwsgi",
            "--http-socket=0.0.0.0:{port}",
            "--module={target}",
            "--master",
            "--need-app",
            "--enable-threads",
            "--hook-master-start=unix_signal:15 gracefully_kill_them_all",
            f"--worker-reload-mercy={GRACE_SECONDS}",
        ),
        factory_style=FactoryStyle.CALL,
        workers_option="--processes",
    ),
    # https://modwsgi.readthedocs.io/en/master/user-guides/quick-installation-guide.html
    # https://httpd.apache.org/docs/2.4/stopping.html: at SIGTERM Apache drops what is under way
    "mod-wsgi": Server(
        interfaces=("wsgi",),
        needs=("mod-wsgi",),
        setup=(
            "mod_wsgi-express setup-server docker/application.wsgi",
            "--server-root=/opt/mod_wsgi",
            "--port={port}",
            "--user=app",
            "--group=app",
            '--working-directory="$PWD"',
            # What Apache writes as it runs: these two files, so that all else may be read-only.
            "--pid-file=/tmp/httpd.pid",
            "--socket-prefix=/tmp",
            "--log-to-terminal",
            "--access-log",
            # 0 is no limit, as in the other servers; the default answers 413 above 10 MB.
            "--limit-request-body=0",
            f"--graceful-timeout={GRACE_SECONDS}",
            f"--shutdown-timeout={GRACE_SECONDS}",
        ),
        command=("/opt/mod_wsgi/apachectl", "start", "-DFOREGROUND"),
        factory_style=FactoryStyle.CALL,
        entry_file="application.wsgi",
        stop_signal="SIGWINCH",
        workers_option="--processes",
        behind_proxy=tuple(f"--trust-proxy-header=X-Forwarded-{name}" for name in ("For", "Host", "Proto")),
    ),
    # https://github.com/emmett-framework/granian#options
    "granian-wsgi": Server(
        interfaces=("wsgi",),
        needs=("granian",),
        command=("granian", "--interface=wsgi", "--host=0.0.0.0", "--port={port}", "{target}"),
        factory_style=FactoryStyle.FLAG,
        factory_flag="--factory",
        workers_option="--workers",
        environment=_KILL_STUCK_WORKERS,
    ),
    # https://hypercorn.readthedocs.io/en/latest/how_to_guides/wsgi_apps.html
    "hypercorn-wsgi": Server(
        interfaces=("wsgi",),
        needs=("hypercorn",),
        command=(
            "hypercorn",
            "--bind=0.0.0.0:{port}",
            "--access-logfile=-",
            f"--graceful-timeout={GRACE_SECONDS}",
            "wsgi:{target}",
        ),
        factory_style=FactoryStyle.CALL,
        workers_option="--workers",
    ),
    # https://www.uvicorn.org/settings/
    "uvicorn": Server(
        interfaces=("asgi",),
        needs=("uvicorn",),
        command=("uvicorn", "{target}", "--host=0.0.0.0", "--port={port}"),
        factory_style=FactoryStyle.FLAG,
        factory_flag="--factory",
        workers_option="--workers",
        behind_proxy_environment=_BELIEVE_ANY,
    ),
    # https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html
    "hypercorn": Server(
        interfaces=("asgi",),
        needs=("hypercorn",),
        command=(
            "hypercorn",
            "--bind=0.0.0.0:{port}",
            "--access-logfile=-",
            f"--graceful-timeout={GRACE_SECONDS}",
            "{target}",
        ),
        factory_style=FactoryStyle.CALL,
        workers_option="--workers",
    ),
    # https://github.com/emmett-framework/granian#options
    "granian": Server(
        interfaces=("asgi",),
        needs=("granian",),
        command=("granian", "--interface=asgi", "--host=0.0.0.0", "--port={port}", "{target}"),
        factory_style=FactoryStyle.FLAG,
        factory_flag="--factory",
        workers_option="--workers",
        environment=_KILL_STUCK_WORKERS,
    ),
    # https://github.com/django/daphne#running: `daphne` kills the requests under way at SIGTERM
    "daphne": Server(
        interfaces=("asgi",),
        needs=("daphne",),
        command=("python", "docker/daphne_server.py", "--bind=0.0.0.0", "--port={port}", "{target}"),
        entry_file="daphne_server.py",
        behind_proxy=("--proxy-headers",),
    ),
    # https://sanic.dev/en/guide/running/running.html
    "sanic": Server(
        interfaces=("sanic",),
        needs=("sanic",),
        command=("sanic", "{target}", "--host=0.0.0.0", "--port={port}"),
        factory_style=FactoryStyle.FLAG,
        factory_flag="--factory",
        workers_option="--workers",
        # https://sanic.dev/en/guide/advanced/proxy-headers.html
        behind_proxy_environment=(("SANIC_PROXIES_COUNT", "1"),),
    ),
    # https://docs.streamlit.io/develop/api-reference/configuration/config.toml (server.fileWatcherType)
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
        follows_edits=True,
        environment=(("STREAMLIT_BROWSER_GATHER_USAGE_STATS", "false"),),
    ),
    # https://panel.holoviz.org/how_to/server/commandline.html
    "panel": Server(
        interfaces=("panel",),
        needs=("panel",),
        command=("panel", "serve", "{script}", "--address=0.0.0.0", "--port={port}", "--allow-websocket-origin=*"),
        behind_proxy=("--use-xheaders",),
    ),
    # https://docs.chainlit.io/backend/command-line
    "chainlit": Server(
        interfaces=("chainlit",),
        needs=("chainlit",),
        command=("chainlit", "run", "{script}", "--host=0.0.0.0", "--port={port}", "--headless"),
        behind_proxy_environment=_BELIEVE_ANY,
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
        behind_proxy_environment=_BELIEVE_ANY,
    ),
    # https://nicegui.io/documentation/section_configuration_deployment: listens on 0.0.0.0 unless it opens a window
    "nicegui": Server(
        interfaces=("nicegui",),
        needs=("nicegui",),
        command=("python", "{script}"),
        behind_proxy_environment=_BELIEVE_ANY,
    ),
    # https://docs.celeryq.dev/en/stable/reference/cli.html#celery-worker
    "celery": Server(
        interfaces=("celery",),
        needs=("celery",),
        command=("celery", "--app={target}", "worker", "--loglevel=INFO"),
        workers_option="--concurrency",
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
