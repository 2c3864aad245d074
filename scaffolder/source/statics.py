"""Static files: the folders that hold them, and the paths below which they are asked for."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterable, Iterator

from scaffolder.model.code import StaticFolder
from scaffolder.source.module import Module, Site, keyword, positional
from scaffolder.source.paths import folder_of, is_sample, is_test
from scaffolder.source.values import Values

_PATH = re.compile(r"/(?:[\w.~-]+/)+", re.ASCII)


def static_folder(text: str) -> str:
    """A folder as settings name it, normalised; "" for one that no image can hold."""
    path = posixpath.normpath(text) if text and text.isprintable() and len(text) < 200 else ""
    return "" if path in ("", ".", "/") or path.endswith("..") or path.startswith(("~", "//")) else path


def static_path(text: str) -> str:
    """The path of a URL prefix such as `static/` or `/static`; "" for what lies on another host, or everywhere.

    https://docs.djangoproject.com/en/stable/ref/settings/#static-url: without a slash it counts from the root.
    """
    path = "/" + text.removeprefix("/").removesuffix("/") + "/"
    return path if "//" not in path and _PATH.fullmatch(path) and ".." not in path.split("/") else ""


def find_static_folders(values: Values, modules: Iterable[Module]) -> tuple[StaticFolder, ...]:
    """What the Flask applications of these modules hand out, sorted by place."""
    found = {
        item
        for module in modules
        if not is_test(module.path) and not is_sample(module.path)
        for site in module.calls
        if site.name in ("flask.Flask", "quart.Quart")
        for item in _flask(values, module, site)
    }
    return tuple(sorted(found, key=lambda item: (item.place.path, item.place.line)))


def _flask(values: Values, module: Module, site: Site) -> Iterator[StaticFolder]:
    """https://flask.palletsprojects.com/en/stable/api/#flask.Flask: the folder lies beside the module that is named."""
    name = positional(site.call, 0) or keyword(site.call, "import_name")
    if not isinstance(name, ast.Name) or name.id != "__name__" or keyword(site.call, "static_host") is not None:
        return
    folder, path = "static", ""
    written = keyword(site.call, "static_folder") or positional(site.call, 2)
    if written is not None:
        value = values.read(written, module, site.scope)
        folder = value.text or "" if value else ""
    written = keyword(site.call, "static_url_path") or positional(site.call, 1)
    if written is not None:
        value = values.read(written, module, site.scope)
        path = value.text or "" if value else ""
    else:
        path = posixpath.basename(folder.rstrip("/"))
    folder = static_folder(posixpath.join(folder_of(module.path), folder)) if folder else ""
    path = static_path(path)
    if folder and path and not folder.startswith(".."):
        yield StaticFolder(folder=folder, path=path, place=module.place(site.call))
