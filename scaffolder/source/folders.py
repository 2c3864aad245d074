"""Folders in which the code keeps data, and those whose files it looks through."""

from __future__ import annotations

import ast
import itertools
import posixpath
from collections.abc import Iterable, Iterator

from scaffolder.model.code import DataFolder
from scaffolder.source.module import Module, Scope, Site, keyword, literal, positional
from scaffolder.source.paths import ancestors, folder_of, is_history, is_sample, is_test, is_tool
from scaffolder.source.tree import Tree
from scaffolder.source.values import Value, Values

#: Name of the callable (its last part) → keyword and position of the folder. Sources: the callables' documentation.
_FOLDERS = {
    "PersistentClient": ("path", 0),
    "Chroma": ("persist_directory", -1),
    "makedirs": ("name", 0),
    "FileSystemStorage": ("location", 0),
    "FAISS": ("folder_path", -1),
    "save_local": ("folder_path", 0),
    "QdrantClient": ("path", -1),
}

#: Full dotted name → keyword and position of the folder.
_NAMED_FOLDERS = {
    "os.mkdir": ("path", 0),
    "diskcache.Cache": ("directory", 0),
    "lancedb.connect": ("uri", 0),
    "mlflow.set_tracking_uri": ("uri", 0),
}

#: Full dotted name → keyword and position of a file inside the folder.
_FILES = {
    "sqlite3.connect": ("database", 0),
    "aiosqlite.connect": ("database", 0),
    "duckdb.connect": ("database", 0),
    "shelve.open": ("filename", 0),
    "tinydb.TinyDB": ("path", 0),
    "faiss.write_index": ("fname", 1),
    "joblib.dump": ("filename", 1),
}

_WRITERS = frozenset({"to_parquet", "to_csv", "to_pickle", "write_text", "write_bytes"})

#: Name of the callable (its last part) → keyword and position of a folder whose files it loads. Sources: LlamaIndex,
#: LangChain and Haystack.
_LOADERS = {
    "SimpleDirectoryReader": ("input_dir", 0),
    "DirectoryLoader": ("path", 0),
    "PyPDFDirectoryLoader": ("path", 0),
    "NotebookDirectoryLoader": ("path", 0),
    "convert_files_to_docs": ("dir_path", 0),
}

#: Full dotted name → keyword and position of a folder that is listed, or of a pattern below it.
_LISTINGS = {
    "os.listdir": ("path", 0),
    "os.scandir": ("path", 0),
    "os.walk": ("top", 0),
    "glob.glob": ("pathname", 0),
    "glob.iglob": ("pathname", 0),
}

#: Methods of a path that list a folder.
_LISTERS = frozenset({"glob", "iterdir", "rglob", "walk"})

_UPLOADS = frozenset({"UPLOAD_FOLDER", "UPLOAD_DIR", "UPLOADS_DIR", "UPLOAD_PATH", "MEDIA_ROOT", "UPLOADED_FILES_DEST"})

#: https://docs.djangoproject.com/en/stable/ref/settings/#engine
_DJANGO_SQLITE = "django.db.backends.sqlite3"

_NEVER = ("/tmp", "/dev", "/proc", "/sys", "/etc", "/usr", "/run", "/root", "/home", "/bin", "/var/run", "/var/tmp")  # noqa: S108 - never written

_CACHES = frozenset({"__pycache__", "node_modules", ".git", "tmp", "temp", "dist", "build"})


def find_folders(tree: Tree, values: Values, modules: Iterable[Module]) -> tuple[DataFolder, ...]:
    """The data folders of these modules, each once with its first use, sorted by place.

    A folder that holds source files is code, whatever is written there; temporary folders and system folders are not
    kept. "." is the project folder itself: a database file that lies there.
    """
    folders = (
        folder
        for module in _serving(modules)
        for folder in (
            *_calls(values, module),
            *_urls(values, module),
            *_uploads(values, module),
            *_databases(tree, values, module),
        )
        if folder.path != "." or folder.via in ("sqlite3", "sqlite")
    )
    return _without_code(tree, folders)


def find_inputs(tree: Tree, values: Values, modules: Iterable[Module]) -> tuple[DataFolder, ...]:
    """The folders whose files these modules list or load, in the same way; also those that they fill."""
    folders = (folder for module in _serving(modules) for folder in _listed(values, module) if folder.path != ".")
    return _without_code(tree, folders)


def _serving(modules: Iterable[Module]) -> Iterator[Module]:
    """The files that run in production, by path."""
    for module in sorted(modules, key=lambda item: item.path):
        if is_test(module.path) or is_sample(module.path) or is_history(module.path) or is_tool(module.path):
            continue
        # Commands of Django write into the source tree: fixtures, schemas.
        if "/management/" not in module.path:
            yield module


def _without_code(tree: Tree, folders: Iterable[DataFolder]) -> tuple[DataFolder, ...]:
    code = {folder for path in tree.texts if not is_test(path) for folder in ancestors(folder_of(path))}
    found: dict[str, DataFolder] = {}
    for folder in folders:
        if folder.path not in code:
            found.setdefault(folder.path, folder)
    return tuple(sorted(found.values(), key=lambda folder: (folder.place.path, folder.place.line, folder.path)))


def _calls(values: Values, module: Module) -> Iterator[DataFolder]:
    for site in module.calls:
        call, scope = site.call, site.scope
        name, attribute = site.name, site.last
        if name in _FILES:
            key, position = _FILES[name]
            value = values.read(keyword(call, key) or positional(call, position), module, scope)
            yield from _file(value, module, call, name.partition(".")[0] if name.endswith("connect") else name)
        elif name in _NAMED_FOLDERS or attribute in _FOLDERS:
            key, position = _NAMED_FOLDERS.get(name) or _FOLDERS[attribute]
            argument = keyword(call, key) or (positional(call, position) if position >= 0 else None)
            yield from _folder(values.read(argument, module, scope), module, call, _via(name, attribute))
        elif keyword(call, "persist_directory", "persist_dir") is not None:
            argument = keyword(call, "persist_directory", "persist_dir")
            yield from _folder(values.read(argument, module, scope), module, call, _via(name, attribute))
        elif attribute == "mkdir" and isinstance(call.func, ast.Attribute):
            yield from _folder(values.read(call.func.value, module, scope), module, call, "mkdir")
        elif attribute in ("write_text", "write_bytes") and isinstance(call.func, ast.Attribute):
            yield from _written(values, call.func.value, module, site, attribute)
        elif attribute in _WRITERS:
            yield from _file(
                values.read(positional(call, 0) or keyword(call, "path"), module, scope), module, call, attribute
            )
        elif attribute == "open" and _writes(call, scope):
            target = call.func.value if isinstance(call.func, ast.Attribute) and not name else positional(call, 0)
            yield from _written(values, target, module, site, "open")


def _listed(values: Values, module: Module) -> Iterator[DataFolder]:
    for site in module.calls:
        call, method = site.call, isinstance(site.call.func, ast.Attribute) and not site.name
        if site.last in _LOADERS or site.name in _LISTINGS:
            key, position = _LISTINGS.get(site.name) or _LOADERS[site.last]
            argument = keyword(call, key) or positional(call, position)
        elif method and site.last in _LISTERS and isinstance(call.func, ast.Attribute):
            argument = call.func.value
        else:
            continue
        value = values.read(argument, module, site.scope)
        if value is not None and value.text is not None:
            yield from _folder(Value(_above_pattern(value.text), value.variable), module, call, site.last)


def _above_pattern(path: str) -> str:
    """`docs/**/*.md` → `docs`."""
    parts = path.split("/")
    plain = itertools.takewhile(lambda part: not set("*?[") & set(part), parts)
    return "/".join(plain) or ("/" if path.startswith("/") else ".")


def _writes(call: ast.Call, scope: Scope) -> bool:
    """`open(path, "wb")`; in a function only: what a script writes at top level is not the data of a service."""
    if scope.is_module:
        return False
    mode = keyword(call, "mode")
    modes = [mode] if mode is not None else call.args[:2]
    return any(text[0] in "wax" and len(text) < 4 for item in modes if (text := literal(item) or ""))


def _written(values: Values, path: ast.expr | None, module: Module, site: Site, via: str) -> Iterator[DataFolder]:
    """The folder of a file, also of one whose name is only known when it is written."""
    value = values.read(path, module, site.scope)
    if value is not None:
        yield from _file(value, module, site.call, via)
    else:
        yield from _folder(values.beginning(path, module, site.scope), module, site.call, via)


def _via(name: str, attribute: str) -> str:
    if name.startswith("chromadb"):
        return name
    return "mkdir" if attribute in ("makedirs", "mkdir") else attribute


def _urls(values: Values, module: Module) -> Iterator[DataFolder]:
    """`sqlite:///data/app.db`: three slashes and a relative path, four and an absolute one."""
    for node, scope in module.urls:
        value = values.read(node, module, scope)
        text = value.text if value else None
        if value is None or text is None or not text.startswith("sqlite") or ":///" not in text:
            continue
        path = text.partition(":///")[2].partition("?")[0]
        if path and path != ":memory:":
            yield from _file(Value(path, value.variable), module, node, "sqlite")


def _databases(tree: Tree, values: Values, module: Module) -> Iterator[DataFolder]:
    """The files of SQLite in the DATABASES of Django."""
    if _DJANGO_SQLITE not in tree.texts[module.path]:
        return
    for table in (node for node in ast.walk(module.tree) if isinstance(node, ast.Dict)):
        rows = {literal(key): value for key, value in zip(table.keys, table.values, strict=True) if key is not None}
        if "ENGINE" in rows and literal(rows["ENGINE"]) == _DJANGO_SQLITE and "NAME" in rows:
            yield from _file(values.read(rows["NAME"], module, module.scope), module, rows["NAME"], "sqlite3")


def _uploads(values: Values, module: Module) -> Iterator[DataFolder]:
    for name in sorted(_UPLOADS & module.scope.bindings.keys()):
        for binding in module.scope.bindings[name]:
            yield from _folder(values.read(binding.value, module, module.scope), module, binding.value, name)
    for store in module.stores:
        if isinstance(store.target, ast.Subscript) and (name := literal(store.target.slice) or "") in _UPLOADS:
            yield from _folder(values.read(store.value, module, store.scope), module, store.value, name)


def _file(value: Value | None, module: Module, node: ast.expr, via: str) -> Iterator[DataFolder]:
    if value is None or not value.text or value.text == ":memory:" or value.text.startswith("file:"):
        return
    yield from _folder(Value(posixpath.dirname(value.text) or ".", value.variable), module, node, via)


def _folder(value: Value | None, module: Module, node: ast.expr, via: str) -> Iterator[DataFolder]:
    text = value.text if value else None
    if value is None or text is None or len(text) > 200 or "\n" in text or "://" in text.replace("file://", ""):
        return
    path = posixpath.normpath(text.removeprefix("file://").removeprefix("file:") or ".")
    if not _is_kept(path):
        return
    yield DataFolder(path=path, place=module.place(node), via=via, variable=value.variable)


def _is_kept(path: str) -> bool:
    if path.startswith(("..", "~", "//")) or path == "/" or "*" in path or "%" in path or "{" in path:
        return False
    if any(path == never or path.startswith(f"{never}/") for never in _NEVER):
        return False
    return _CACHES.isdisjoint(path.split("/")) and ":" not in path and "\\" not in path
