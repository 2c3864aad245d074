"""Ports that the code passes to a server, and the address it binds."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scaffolder.model.code import PortUse
from scaffolder.source import settings
from scaffolder.source.module import Module, Scope, chain, keyword, positional
from scaffolder.source.paths import is_history, is_sample, is_test, is_tool
from scaffolder.source.tree import Tree
from scaffolder.source.values import Value, Values


@dataclass(frozen=True, slots=True)
class _Runner:
    """How a callable takes port and host: keyword names, then positions (-1 for none)."""

    port: tuple[str, ...] = ("port",)
    host: tuple[str, ...] = ("host",)
    port_at: int = -1
    host_at: int = -1


#: Full dotted name → signature. Sources: the documentation of each callable.
_RUNNERS = {
    "uvicorn.run": _Runner(),
    "uvicorn.Config": _Runner(),
    "aiohttp.web.run_app": _Runner(),
    "aiohttp.web.TCPSite": _Runner(port_at=2, host_at=1),
    "waitress.serve": _Runner(),
    "bottle.run": _Runner(port_at=3, host_at=2),
    "nicegui.ui.run": _Runner(),
    "panel.serve": _Runner(host=("address",)),
    "wsgiref.simple_server.make_server": _Runner(port_at=1, host_at=0),
    "werkzeug.serving.run_simple": _Runner(("port",), ("hostname",), 1, 0),
    "asyncio.start_server": _Runner(port_at=2, host_at=1),
    "hypercorn.run": _Runner(),
    "granian.Granian": _Runner(host=("address",)),
    "cherrypy.wsgiserver.CherryPyWSGIServer": _Runner(),
    "flask_socketio.SocketIO.run": _Runner(),
}

#: Full dotted name → position of the `(host, port)` tuple.
_ADDRESSED = {
    "http.server.HTTPServer": 0,
    "http.server.ThreadingHTTPServer": 0,
    "socketserver.TCPServer": 0,
    "socketserver.ThreadingTCPServer": 0,
    "gevent.pywsgi.WSGIServer": 0,
    "eventlet.listen": 0,
}

#: Methods that serve: `app.run(port=...)`. Only a call with a port argument counts.
_METHODS = {
    "run": _Runner(port_at=1, host_at=0),
    "run_server": _Runner(("port",), ("host",)),
    "run_task": _Runner(),
    "launch": _Runner(("server_port",), ("server_name",)),
    "listen": _Runner(("port",), ("address",), 0, 1),
    "create_server": _Runner(("port",), ("host",), 2, 1),
}

#: Receivers whose `.run` runs something else.
_NOT_SERVERS = frozenset({"subprocess", "asyncio", "anyio", "trio", "loop", "runner", "sp"})

#: Names that mean the port of this very program; API_PORT or WEB_PORT may be those of another one that it calls.
_PORT_NAMES = re.compile(r"^(?:(?:APP|SERVER|LISTEN|UVICORN|GUNICORN|FLASK_RUN|BIND)_?)?PORT$")

_BIND = re.compile(r"^(?:\[?([\w.:*-]*?)\]?):(\d{2,5})$")


def find_ports(tree: Tree, values: Values, modules: Iterable[Module]) -> tuple[PortUse, ...]:
    """The ports in these modules, sorted by place; the same use is reported once."""
    found: dict[tuple[str, int, int], PortUse] = {}
    for module in modules:
        if is_test(module.path) or is_sample(module.path) or is_history(module.path) or is_tool(module.path):
            continue
        for use in (*_calls(tree, values, module), *_binds(values, module), *_defaults(tree, values, module)):
            if 0 < use.port < 65536:
                found.setdefault((use.place.path, use.place.line, use.port), use)
    return tuple(found[key] for key in sorted(found))


def _calls(tree: Tree, values: Values, module: Module) -> Iterator[PortUse]:
    for site in module.calls:
        call, scope = site.call, site.scope
        name, parts = site.name, site.parts
        written = ".".join(parts) or getattr(call.func, "attr", "")
        if name in _ADDRESSED:
            address = positional(call, _ADDRESSED[name]) or keyword(call, "server_address")
            if isinstance(address, ast.Name):
                definition = tree.define(address, module, scope)
                address = definition.binding.value if definition and definition.binding else address
            if isinstance(address, ast.Tuple) and len(address.elts) == 2:
                yield from _use(values, module, scope, call, written, address.elts[1], address.elts[0], everywhere=True)
            continue
        listen = keyword(call, "listen", "bind")
        if listen is not None and name == "waitress.serve":
            yield from _bound(values, module, scope, call, written, listen)
            continue
        if written.endswith((".add_insecure_port", ".add_secure_port")):
            yield from _bound(values, module, scope, call, written, positional(call, 0))
            continue
        runner = _RUNNERS.get(name)
        if runner is None and isinstance(call.func, ast.Attribute):
            runner = _method(call, parts, name)
        if runner is None:
            continue
        port = keyword(call, *runner.port) or (positional(call, runner.port_at) if runner.port_at >= 0 else None)
        host = keyword(call, *runner.host) or (positional(call, runner.host_at) if runner.host_at >= 0 else None)
        yield from _use(values, module, scope, call, written, port, host, everywhere=name.startswith("wsgiref"))


def _method(call: ast.Call, parts: tuple[str, ...], name: str) -> _Runner | None:
    runner = _METHODS.get(call.func.attr) if isinstance(call.func, ast.Attribute) else None
    if runner is None or (parts and parts[0] in _NOT_SERVERS) or name.startswith(("subprocess.", "asyncio.")):
        return None
    if keyword(call, *runner.port) is not None:
        return runner
    # Positional arguments only where nothing else is called like this: `app.run("0.0.0.0", 8080)`.
    receiver = parts[-2] if len(parts) > 1 else ""
    return runner if receiver in ("app", "application", "server", "sio", "socketio", "api") else None


def _use(
    values: Values,
    module: Module,
    scope: Scope,
    call: ast.Call,
    via: str,
    port: ast.expr | None,
    host: ast.expr | None,
    *,
    everywhere: bool,
) -> Iterator[PortUse]:
    value = values.read(port, module, scope)
    if value is None or value.number is None:
        return
    address = values.read(host, module, scope)
    yield PortUse(
        port=value.number,
        place=module.place(call),
        via=via,
        variable=value.variable,
        host=_address(address, everywhere=everywhere),
    )


def _address(value: Value | None, *, everywhere: bool) -> str:
    """The bound address; an empty one means every address where `everywhere`."""
    if value is None or value.text is None:
        return ""
    if not value.text:
        return "0.0.0.0" if everywhere else ""  # noqa: S104 - what the standard library makes of ""
    return "127.0.0.1" if value.text == "localhost" else value.text


def _bound(
    values: Values, module: Module, scope: Scope, node: ast.expr, via: str, bind: ast.expr | None
) -> Iterator[PortUse]:
    """`0.0.0.0:8080`, `*:8080`, `[::]:50051`."""
    value = values.read(bind, module, scope)
    texts = value.data if value and isinstance(value.data, tuple) else (value.data,) if value else ()
    for text in texts:
        match = _BIND.match(text) if isinstance(text, str) else None
        if match:
            host = match.group(1)
            address = "0.0.0.0" if host in ("", "*", "::") else "127.0.0.1" if host == "localhost" else host  # noqa: S104
            yield PortUse(
                port=int(match.group(2)),
                place=module.place(node),
                via=via,
                variable=value.variable if value else "",
                host=address,
            )


def _binds(values: Values, module: Module) -> Iterator[PortUse]:
    """`config.bind = ["0.0.0.0:8000"]` of Hypercorn."""
    for store in module.stores:
        if isinstance(store.target, ast.Attribute) and store.target.attr == "bind":
            via = ".".join(chain(store.target)) or "bind"
            yield from _bound(values, module, store.scope, store.target, via, store.value)


def _defaults(tree: Tree, values: Values, module: Module) -> Iterator[PortUse]:
    """Defaults of `PORT` and its like, wherever they are read."""
    for site in module.calls:
        if not any(isinstance(argument, ast.Constant) and _is_port(argument.value) for argument in site.call.args[:1]):
            continue
        value = values.read(site.call, module, site.scope)
        if value and value.number and _PORT_NAMES.match(value.variable):
            yield PortUse(
                port=value.number,
                place=module.place(site.call),
                via=f"{value.variable} default",
                variable=value.variable,
            )
    for class_, scope in module.declared:
        if not scope.is_module or not settings.is_settings(tree, class_, module):
            continue
        for item in settings.fields(tree, class_, module):
            if item.module is not module or not _PORT_NAMES.match(item.variable):
                continue
            value = values.read(item.default, item.module, item.scope)
            if value and value.number and item.default is not None:
                yield PortUse(
                    port=value.number,
                    place=module.place(item.default),
                    via=f"{item.variable} default",
                    variable=item.variable,
                )


def _is_port(value: object) -> bool:
    return isinstance(value, str) and _PORT_NAMES.match(value) is not None
