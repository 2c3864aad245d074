"""Frameworks: how an application object is recognised in source, and how it is served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True, slots=True)
class Framework:
    """One framework. `constructors` are the dotted names whose call makes an application object."""

    name: str
    #: Normalised distribution name.
    distribution: str
    #: `wsgi`, `asgi` and `aiohttp` (a protocol of its own) are served by a server, `self` serves itself when its
    #: script runs, `worker` takes jobs.
    interface: str
    #: The port that its own documentation uses, 0 for what listens on none.
    port: int
    #: Dotted names; () where a script is recognised by its import alone.
    constructors: tuple[str, ...] = ()
    #: The address that its own runner binds when the code names none, "" where it has no runner of its own.
    host: str = ""
    #: Top-level import name.
    package: str = ""


_TABLE = (
    # https://fastapi.tiangolo.com/deployment/manually/ (port 8000, uvicorn)
    Framework(
        name="fastapi",
        distribution="fastapi",
        interface="asgi",
        port=8000,
        constructors=("fastapi.FastAPI", "fastapi.applications.FastAPI", "fastapi_offline.FastAPIOffline"),
        package="fastapi",
    ),
    # https://www.starlette.io/applications/
    Framework(
        name="starlette",
        distribution="starlette",
        interface="asgi",
        port=8000,
        constructors=("starlette.applications.Starlette",),
        package="starlette",
    ),
    # https://docs.litestar.dev/latest/usage/applications.html; Starlite is its name before 2.0
    Framework(
        name="litestar",
        distribution="litestar",
        interface="asgi",
        port=8000,
        constructors=("litestar.Litestar", "litestar.app.Litestar"),
        package="litestar",
    ),
    Framework(
        name="starlite",
        distribution="starlite",
        interface="asgi",
        port=8000,
        constructors=("starlite.Starlite", "starlite.app.Starlite"),
        package="starlite",
    ),
    # https://quart.palletsprojects.com/en/latest/tutorials/deployment/ (run() binds 127.0.0.1:5000)
    Framework(
        name="quart",
        distribution="quart",
        interface="asgi",
        port=5000,
        constructors=("quart.Quart", "quart.app.Quart", "quart_trio.QuartTrio"),
        host="127.0.0.1",
        package="quart",
    ),
    # https://sanic.dev/en/guide/running/running.html (run() binds 127.0.0.1:8000; `sanic` serves it)
    Framework(
        name="sanic",
        distribution="sanic",
        interface="self",
        port=8000,
        constructors=("sanic.Sanic", "sanic.app.Sanic"),
        host="127.0.0.1",
        package="sanic",
    ),
    # https://docs.aiohttp.org/en/stable/web_reference.html#aiohttp.web.run_app (0.0.0.0:8080); it is neither WSGI nor
    # ASGI: gunicorn serves it with aiohttp.GunicornWebWorker, https://docs.aiohttp.org/en/stable/deployment.html
    Framework(
        name="aiohttp",
        distribution="aiohttp",
        interface="aiohttp",
        port=8080,
        constructors=("aiohttp.web.Application", "aiohttp.web_app.Application"),
        host="0.0.0.0",  # noqa: S104 - what run_app binds
        package="aiohttp",
    ),
    # https://falcon.readthedocs.io/en/stable/deploy/ (falcon.API is the name before 3.0)
    Framework(
        name="falcon",
        distribution="falcon",
        interface="wsgi",
        port=8000,
        constructors=("falcon.App", "falcon.API", "falcon.app.App"),
        package="falcon",
    ),
    Framework(
        name="falcon-asgi",
        distribution="falcon",
        interface="asgi",
        port=8000,
        constructors=("falcon.asgi.App", "falcon.asgi.app.App"),
        package="falcon",
    ),
    # https://bottlepy.org/docs/dev/api.html#bottle.run (127.0.0.1:8080)
    Framework(
        name="bottle",
        distribution="bottle",
        interface="wsgi",
        port=8080,
        constructors=("bottle.Bottle", "bottle.default_app", "bottle.app"),
        host="127.0.0.1",
        package="bottle",
    ),
    # https://docs.pylonsproject.org/projects/pyramid/en/latest/narr/startup.html (waitress on 6543)
    Framework(
        name="pyramid",
        distribution="pyramid",
        interface="wsgi",
        port=6543,
        constructors=("pyramid.config.Configurator.make_wsgi_app",),
        package="pyramid",
    ),
    # https://flask.palletsprojects.com/en/stable/api/#flask.Flask.run (127.0.0.1:5000); APIFlask, flask-openapi3 and
    # Eve are subclasses of Flask
    Framework(
        name="flask",
        distribution="flask",
        interface="wsgi",
        port=5000,
        constructors=(
            "flask.Flask",
            "flask.app.Flask",
            "apiflask.APIFlask",
            "flask_openapi3.OpenAPI",
            "eve.Eve",
        ),
        host="127.0.0.1",
        package="flask",
    ),
    # https://connexion.readthedocs.io/en/stable/quickstart.html: from 3.0 its applications are ASGI (run() on 8000)
    Framework(
        name="connexion",
        distribution="connexion",
        interface="asgi",
        port=8000,
        constructors=("connexion.App", "connexion.FlaskApp", "connexion.AsyncApp"),
        host="127.0.0.1",
        package="connexion",
    ),
    # https://docs.djangoproject.com/en/stable/howto/deployment/ (runserver on 127.0.0.1:8000)
    Framework(
        name="django",
        distribution="django",
        interface="wsgi",
        port=8000,
        host="127.0.0.1",
        package="django",
    ),
    # https://python-socketio.readthedocs.io/en/stable/server.html
    Framework(
        name="socketio",
        distribution="python-socketio",
        interface="asgi",
        port=8000,
        constructors=("socketio.ASGIApp",),
        package="socketio",
    ),
    # https://www.neoteroi.dev/blacksheep/getting-started/
    Framework(
        name="blacksheep",
        distribution="blacksheep",
        interface="asgi",
        port=8000,
        constructors=("blacksheep.Application", "blacksheep.server.Application"),
        package="blacksheep",
    ),
    # https://www.tornadoweb.org/en/stable/guide/structure.html (listen(8888))
    Framework(
        name="tornado",
        distribution="tornado",
        interface="self",
        port=8888,
        constructors=("tornado.web.Application",),
        host="0.0.0.0",  # noqa: S104 - what listen binds
        package="tornado",
    ),
    # https://dash.plotly.com/deployment (the WSGI object is `.server`; run() binds 127.0.0.1:8050)
    Framework(
        name="dash",
        distribution="dash",
        interface="wsgi",
        port=8050,
        constructors=(
            "dash.Dash",
            "dash.dash.Dash",
            "jupyter_dash.JupyterDash",
            "dash_extensions.enrich.DashProxy",
            "dash_extensions.enrich.Dash",
        ),
        host="127.0.0.1",
        package="dash",
    ),
    # https://www.gradio.app/docs/gradio/blocks#blocks-launch (127.0.0.1:7860)
    Framework(
        name="gradio",
        distribution="gradio",
        interface="self",
        port=7860,
        constructors=("gradio.Blocks", "gradio.Interface", "gradio.ChatInterface", "gradio.TabbedInterface"),
        host="127.0.0.1",
        package="gradio",
    ),
    # https://docs.streamlit.io/develop/api-reference/configuration/config.toml (server.port 8501, every address)
    Framework(
        name="streamlit",
        distribution="streamlit",
        interface="self",
        port=8501,
        host="0.0.0.0",  # noqa: S104 - what `streamlit run` binds
        package="streamlit",
    ),
    # https://nicegui.io/documentation/run (0.0.0.0:8080)
    Framework(
        name="nicegui",
        distribution="nicegui",
        interface="self",
        port=8080,
        host="0.0.0.0",  # noqa: S104 - what ui.run binds
        package="nicegui",
    ),
    # https://panel.holoviz.org/how_to/server/commandline.html (localhost:5006)
    Framework(
        name="panel",
        distribution="panel",
        interface="self",
        port=5006,
        host="127.0.0.1",
        package="panel",
    ),
    # https://docs.chainlit.io/backend/command-line (127.0.0.1:8000)
    Framework(
        name="chainlit",
        distribution="chainlit",
        interface="self",
        port=8000,
        host="127.0.0.1",
        package="chainlit",
    ),
    # https://docs.celeryq.dev/en/stable/userguide/application.html
    Framework(
        name="celery",
        distribution="celery",
        interface="worker",
        port=0,
        constructors=("celery.Celery", "celery.app.Celery", "celery.app.base.Celery"),
        package="celery",
    ),
    # https://huey.readthedocs.io/en/latest/consumer.html
    Framework(
        name="huey",
        distribution="huey",
        interface="worker",
        port=0,
        constructors=(
            "huey.Huey",
            "huey.RedisHuey",
            "huey.PriorityRedisHuey",
            "huey.RedisExpireHuey",
            "huey.SqliteHuey",
            "huey.FileHuey",
        ),
        package="huey",
    ),
    # https://taskiq-python.github.io/available-components/brokers.html; InMemoryBroker needs no worker
    Framework(
        name="taskiq",
        distribution="taskiq",
        interface="worker",
        port=0,
        constructors=(
            "taskiq.ZeroMQBroker",
            "taskiq_redis.ListQueueBroker",
            "taskiq_redis.PubSubBroker",
            "taskiq_redis.RedisStreamBroker",
            "taskiq_aio_pika.AioPikaBroker",
            "taskiq_nats.NatsBroker",
            "taskiq_nats.PullBasedJetStreamBroker",
            "taskiq_nats.PushBasedJetStreamBroker",
            "taskiq_aio_kafka.AioKafkaBroker",
        ),
        package="taskiq",
    ),
    # https://dramatiq.io/guide.html#workers: `dramatiq MODULE` imports the module that defines the actors
    Framework(name="dramatiq", distribution="dramatiq", interface="worker", port=0, package="dramatiq"),
    # https://arq-docs.helpmanual.io/#simple-usage: `arq module.WorkerSettings`
    Framework(name="arq", distribution="arq", interface="worker", port=0, package="arq"),
)

#: By name, in the order of the table.
FRAMEWORKS: Mapping[str, Framework] = MappingProxyType({framework.name: framework for framework in _TABLE})

#: Dotted constructor → framework name.
CONSTRUCTORS: Mapping[str, str] = MappingProxyType(
    {constructor: framework.name for framework in _TABLE for constructor in framework.constructors}
)

#: Callables that take an application and return one that speaks the same interface. Beside these, every project or
#: library class whose name ends in `Middleware` does.
WRAPPERS: frozenset[str] = frozenset(
    {
        # https://python-socketio.readthedocs.io/en/stable/server.html
        "socketio.ASGIApp",
        "socketio.WSGIApp",
        "socketio.Middleware",
        # https://werkzeug.palletsprojects.com/en/stable/middleware/
        "werkzeug.middleware.proxy_fix.ProxyFix",
        "werkzeug.contrib.fixers.ProxyFix",
        # https://whitenoise.readthedocs.io/en/stable/base.html
        "whitenoise.WhiteNoise",
        # https://www.gradio.app/docs/gradio/mount_gradio_app: returns the FastAPI application it is given
        "gradio.mount_gradio_app",
        "gradio.routes.mount_gradio_app",
        # https://asgiref.readthedocs.io/: WSGI to ASGI
        "asgiref.wsgi.WsgiToAsgi",
        "a2wsgi.WSGIMiddleware",
        # https://github.com/florimondmanca/asgi-lifespan and similar keep the interface too
        "asgi_lifespan.LifespanManager",
    }
)

#: Wrappers that turn a WSGI application into an ASGI one.
TO_ASGI: frozenset[str] = frozenset({"asgiref.wsgi.WsgiToAsgi", "a2wsgi.WSGIMiddleware"})
