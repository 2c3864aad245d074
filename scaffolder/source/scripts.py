"""Files that do something when they are run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from scaffolder.knowledge.frameworks import CONSTRUCTORS, FRAMEWORKS
from scaffolder.model.code import Application, Place, Script
from scaffolder.source.module import Module
from scaffolder.source.paths import is_history, is_sample, is_test, is_tool
from scaffolder.source.tree import Tree

_NAMES = frozenset({"main.py", "app.py", "run.py", "bot.py", "server.py", "worker.py"})

_SERVING = ("streamlit", "gradio", "nicegui", "panel", "chainlit")

#: Calls of Streamlit that configure or cache and draw nothing.
_SILENT = frozenset(
    {"cache", "cache_data", "cache_resource", "experimental_memo", "experimental_singleton", "fragment", "dialog"}
)


def find_scripts(tree: Tree, modules: Iterable[Module]) -> tuple[Script, ...]:
    """Scripts among these modules, sorted by path; pages of a Streamlit application are not scripts of their own."""
    found = [
        _script(tree, module)
        for module in modules
        if not (is_test(module.path) or is_history(module.path) or is_tool(module.path)) and _runs(tree, module)
    ]
    if any(not is_sample(script.path) for script in found):
        found = [script for script in found if not is_sample(script.path)]
    return tuple(sorted(found, key=lambda script: script.path))


def find_trials(tree: Tree, modules: Iterable[Module], applications: Iterable[Application]) -> Mapping[str, int]:
    """The modules that try themselves out when somebody runs them: path → line of `if __name__ == "__main__":`.

    Those of a package, where a server imports the application: nobody runs them in production.
    """
    if all(FRAMEWORKS[application.framework].interface not in ("asgi", "wsgi") for application in applications):
        return {}
    return {
        module.path: module.guard
        for module in modules
        if module.guard
        and module.path.rpartition("/")[2] not in (*_NAMES, "__main__.py")
        and f"{module.path.rpartition('/')[0]}/__init__.py" in tree.texts
    }


def is_tried(place: Place, trials: Mapping[str, int]) -> bool:
    """Whether what stands there only happens when somebody tries its module out."""
    return place.path in trials and place.line >= trials[place.path]


def _script(tree: Tree, module: Module) -> Script:
    root = tree.roots.of(module.path)
    return Script(
        path=module.path,
        module=tree.roots.name_of(module.path),
        root=root,
        line=module.guard,
        framework=script_framework(tree, module)[0],
    )


def _runs(tree: Tree, module: Module) -> bool:
    folder, _, name = module.path.rpartition("/")
    if module.guard or name == "__main__.py":
        return True
    if script_framework(tree, module)[0]:
        return True
    shallow = not folder or folder == "src"
    return shallow and name in _NAMES and any(site.scope.is_module for site in module.calls)


def script_framework(tree: Tree, module: Module) -> tuple[str, int]:
    """The framework that serves the file when it is run, and the line that says so; ("", 0) for none."""
    packages = {
        imported.module.partition(".")[0]
        for imported in (*module.imports.values(), *module.local_imports.values())
        if not imported.level
    }
    for framework in _SERVING:
        if framework in packages and (line := _CHECKS[framework](tree, module)):
            return framework, line
    return "", 0


def _streamlit(tree: Tree, module: Module) -> int:
    if "pages" in module.path.split("/")[:-1]:
        return 0
    configured = drawn = 0
    for site in module.calls:
        name = site.name
        if not name.startswith("streamlit."):
            continue
        part = name.split(".")[1]
        if part == "set_page_config":
            configured = configured or site.call.lineno
        elif site.scope.is_module and part not in _SILENT:
            drawn = drawn or site.call.lineno
    if configured or drawn:
        return configured or drawn
    if not any(site.name.startswith("streamlit.") for site in module.calls):
        return _text_page(tree, module)
    # `main()` at the end of the file, guarded or not, draws what the functions draw.
    called = [site for site in module.calls if site.scope.is_module and site.last in module.functions]
    return called[0].call.lineno if called else 0


def _text_page(tree: Tree, module: Module) -> int:
    """The line that imports Streamlit in a file that only writes text, and has pages beside it.

    https://docs.streamlit.io/develop/api-reference/write-magic/magic
    """
    folder = f"{module.path.rpartition('/')[0]}/pages/".removeprefix("/")
    # What stands first is a docstring, and not shown.
    written = any(isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) for line in module.tree.body[1:])
    if not written or not any(path.startswith(folder) and path.endswith(".py") for path in tree.texts):
        return 0
    return next(item.line for item in module.imports.values() if item.module == "streamlit")


def _gradio(tree: Tree, module: Module) -> int:
    makes = any(CONSTRUCTORS.get(site.name) == "gradio" for site in module.calls)
    launches = [site.call.lineno for site in module.calls if site.parts[-1:] == ("launch",)]
    if launches:
        return launches[0]
    chained = [site.call.lineno for site in module.calls if site.last == "launch"]
    return chained[0] if makes and chained else 0


def _nicegui(tree: Tree, module: Module) -> int:
    return _first_call(module, "nicegui.ui.run")


def _panel(_tree: Tree, module: Module) -> int:
    lines = [site.call.lineno for site in module.calls if site.last == "servable"]
    return lines[0] if lines else 0


def _chainlit(tree: Tree, module: Module) -> int:
    for function, _ in module.defined:
        for decorator in function.decorator_list:
            target = getattr(decorator, "func", decorator)
            if tree.foreign(target, module) in ("chainlit.on_message", "chainlit.on_chat_start"):
                return function.lineno
    return 0


def _first_call(module: Module, name: str) -> int:
    return next((site.call.lineno for site in module.calls if site.name == name), 0)


_CHECKS = {
    "streamlit": _streamlit,
    "gradio": _gradio,
    "nicegui": _nicegui,
    "panel": _panel,
    "chainlit": _chainlit,
}
