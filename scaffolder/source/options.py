"""Variables of command-line options: `envvar=` of Click and Typer, and `auto_envvar_prefix` of Click."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from scaffolder.source.module import Function, Module, Scope, chain, keyword, literal, positional
from scaffolder.source.reads import Read, cast_type, make_read, type_of
from scaffolder.source.values import Values

_OPTIONS = frozenset({"option", "Option", "argument", "Argument"})
_PREFIX = "auto_envvar_prefix"


def option_reads(values: Values, modules: Iterable[Module]) -> Iterator[Read]:
    """Every variable that an option takes its value from, in these files."""
    for module in modules:
        calls = {site.call: site.scope for site in module.calls if keyword(site.call, "envvar")}
        typed = dict(_typed(module)) if calls or "Annotated" in module.imports else {}
        calls.update((call, module.scope) for call in typed if keyword(call, "envvar"))
        for call, scope in sorted(calls.items(), key=lambda item: (item[0].lineno, item[0].col_offset)):
            value = keyword(call, "envvar")
            if isinstance(value, (ast.List, ast.Tuple)) and value.elts:
                value = value.elts[0]
            name = literal(value)
            if name and chain(call.func)[-1:] and chain(call.func)[-1] in _OPTIONS:
                yield _read(values, name, call, module, scope, typed.get(call, (None, None)))
        for name, call, scope in _prefixed(module):
            yield _read(values, name, call, module, scope, (None, None))


def _read(
    values: Values,
    name: str,
    call: ast.Call,
    module: Module,
    scope: Scope,
    typed: tuple[ast.expr | None, ast.expr | None],
) -> Read:
    annotation, parameter = typed
    default = keyword(call, "default") or parameter
    if default is None and chain(call.func)[-1:] in (("Option",), ("Argument",)):
        default = positional(call, 0)
    is_required = keyword(call, "required")
    required = isinstance(default, ast.Constant) and default.value is Ellipsis
    required = required or (isinstance(is_required, ast.Constant) and is_required.value is True)
    value = None if required else values.read(default, module, scope)
    kind = cast_type(keyword(call, "type")) or cast_type(annotation) or type_of(value)
    return make_read(name, module.place(call), "cli", value=value, kind=kind, required=required)


def _typed(module: Module) -> Iterator[tuple[ast.Call, tuple[ast.expr | None, ast.expr | None]]]:
    """Option of Typer → annotation and default of its parameter; inside `Annotated`, the option has no default."""
    for function, _ in module.defined:
        for annotation, default in _parameters(function):
            if isinstance(default, ast.Call):
                yield default, (annotation, None)
            if isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple):
                kind, *notes = annotation.slice.elts
                for note in notes:
                    if isinstance(note, ast.Call):
                        yield note, (kind, default or ast.Constant(...))


def _parameters(function: Function) -> Iterator[tuple[ast.expr | None, ast.expr | None]]:
    arguments = [*function.args.posonlyargs, *function.args.args]
    defaults = [None] * (len(arguments) - len(function.args.defaults)) + [*function.args.defaults]
    for argument, default in zip(arguments, defaults, strict=True):
        yield argument.annotation, default
    for argument, only in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
        yield argument.annotation, only


def _prefixed(module: Module) -> Iterator[tuple[str, ast.Call, Scope]]:
    """Options of commands with a prefix: `PREFIX_OPTION`, and `PREFIX_COMMAND_OPTION` below a group.

    https://click.palletsprojects.com/en/stable/options/#values-from-environment-variables
    """
    if not any(item.arg == _PREFIX for site in module.calls for item in site.call.keywords) and not any(
        _settings(site.call) for site in module.calls
    ):
        return
    prefixes: dict[str, str] = {}
    for site in module.calls:
        prefix = literal(keyword(site.call, _PREFIX))
        if prefix and site.parts:
            prefixes[site.parts[0]] = prefix
    for function, scope in module.defined:
        calls = [item for item in function.decorator_list if isinstance(item, ast.Call)]
        prefix = next((text for call in calls if (text := _settings(call))), prefixes.get(function.name, ""))
        for call in calls:
            *holder, last = chain(call.func) or ("",)
            if last in ("command", "group") and holder and prefixes.get(holder[0]):
                command = literal(positional(call, 0)) or function.name
                prefix = f"{prefixes[holder[0]]}_{_upper(command)}"
        if not prefix:
            continue
        prefixes[function.name] = prefix
        for call in calls:
            name = _option(call)
            if name and not keyword(call, "envvar"):
                yield f"{prefix}_{name}", call, scope


def _settings(call: ast.Call) -> str:
    """The prefix in `context_settings={"auto_envvar_prefix": "X"}`."""
    table = keyword(call, "context_settings")
    if isinstance(table, ast.Call):
        return literal(keyword(table, _PREFIX)) or ""
    pairs = zip(table.keys, table.values, strict=True) if isinstance(table, ast.Dict) else ()
    return next((literal(value) or "" for key, value in pairs if literal(key) == _PREFIX), "")


def _option(call: ast.Call) -> str:
    """The name that Click gives an option, in capitals: a bare word, else the first long flag, else the first flag."""
    if chain(call.func)[-1:] != ("option",):
        return ""
    flags = [text.partition("/")[0].strip() for item in call.args if (text := literal(item))]
    bare = next((flag for flag in flags if not flag.startswith("-")), "")
    long = next((flag for flag in flags if flag.startswith("--")), flags[0] if flags else "")
    return _upper((bare or long).lstrip("-"))


def _upper(name: str) -> str:
    return name.replace("-", "_").upper()
