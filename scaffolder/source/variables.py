"""Environment variables that the code reads."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scaffolder.model.code import Place, Variable
from scaffolder.source import settings
from scaffolder.source.module import Function, Module, Scope, addends, chain, keyword, literal, positional
from scaffolder.source.paths import is_history, is_sample, is_test, is_tool
from scaffolder.source.settings import SettingsField
from scaffolder.source.tree import Tree, is_parameter
from scaffolder.source.values import Data, Value, Values, environment_reader

#: Set by the system, a shell, a CI system or a cloud: nobody configures an application with them.
_FOREIGN = re.compile(
    r"^(?:PATH|HOME|PWD|OLDPWD|USER|USERNAME|LOGNAME|SHELL|TERM|COLORTERM|LANG|LC_\w+|TMPDIR|TEMP|TMP|EDITOR|DISPLAY"
    r"|HOSTNAME|COMPUTERNAME|APPDATA|LOCALAPPDATA|XDG_\w+|VIRTUAL_ENV|CONDA_\w+|PYTHON[A-Z]*|PYTEST_\w+|WERKZEUG_\w+"
    r"|NO_COLOR|FORCE_COLOR|COLUMNS|LINES|CI|GITHUB_(?:ACTIONS|WORKSPACE|SHA|REF|RUN_ID|OUTPUT|ENV)|GITLAB_CI|CI_\w+"
    r"|TRAVIS\w*|TOX_\w+|AWS_LAMBDA_\w+|LAMBDA_\w+|AWS_EXECUTION_ENV|KUBERNETES_\w+|DYNO|PROGRAMFILES|SYSTEMROOT|WINDIR"
    r"|DJANGO_SETTINGS_MODULE|CUDA_VISIBLE_DEVICES|OMP_NUM_THREADS|TOKENIZERS_PARALLELISM|WEB_CONCURRENCY|_)$"
)

_SECRET = re.compile(
    r"(?:^|_)(?:SECRETS?|PASSWORD|PASSWD|PASS|PWD|PASSPHRASE|TOKEN|APIKEY|KEY|CREDENTIALS?|DSN|SALT)(?:$|_)"
    r"|SECRET|PASSWORD|APIKEY|PRIVATEKEY|TOKEN$"
)

_HARMLESS = re.compile(
    r"(?:_(?:EXPIRE\w*|EXPIRY|EXPIRATION|MINUTES|SECONDS|HOURS|DAYS|TTL|LENGTH|URL|URI|URLS|ENDPOINT|ALGORITHMS?|NAME|LIFETIME"
    r"|AGE|TYPE|HEADER|ENABLED|LIMITS?|PREFIX|TIMEOUT|COUNT|SIZE|ISSUER|AUDIENCE|VERSION|REGEX|POLICY|DURATION|HASHER|FIELD"
    r"|FILE|PATH|DIR|ID))$"
    r"|MIN_LENGTH|MAX_LENGTH|^PUBLIC_KEY|_PUBLIC_KEY$|CACHE_KEY|KEY_PREFIX|PRIMARY_KEY"
)

_TYPES = {
    "int": "int",
    "float": "float",
    "Decimal": "float",
    "bool": "bool",
    "strtobool": "bool",
    "str": "str",
    "list": "list",
    "List": "list",
    "tuple": "list",
    "Tuple": "list",
    "Set": "list",
    "frozenset": "list",
    "Sequence": "list",
    "set": "list",
    "Csv": "list",
    "CommaSeparatedStrings": "list",
    "dict": "json",
    "Dict": "json",
    "json": "json",
    "Json": "json",
    "loads": "json",
    "url": "url",
    "URL": "url",
    "db": "url",
    "db_url": "url",
    "cache": "url",
    "cache_url": "url",
    "email_url": "url",
    "dj_db_url": "url",
    "dj_cache_url": "url",
    "PositiveInt": "int",
    "NonNegativeInt": "int",
}

_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")


@dataclass(frozen=True, slots=True)
class _Read:
    """One read of a variable, before reads of the same name are merged."""

    name: str
    place: Place
    default: str | None
    has_default: bool
    required: bool
    type: str
    via: str
    secret: bool


def find_variables(tree: Tree, values: Values, modules: Iterable[Module]) -> tuple[Variable, ...]:
    """The variables that these modules read, sorted by name; reads of the same name are one variable."""
    files = [
        module
        for module in modules
        if not (is_test(module.path) or is_history(module.path) or is_tool(module.path) or is_sample(module.path))
    ]
    reads: list[_Read] = []
    helpers: dict[Function, Function] = {}
    for module in files:
        reads.extend(_items(tree, module))
        reads.extend(_calls(tree, values, module, helpers))
        reads.extend(_options(tree, module))
    for module in files:
        reads.extend(_helped(tree, values, module, helpers))
    reads.extend(_settings(tree, values, files))
    return _merged(read for read in reads if _NAME.match(read.name) and not _FOREIGN.match(read.name))


def is_secret(name: str) -> bool:
    """Whether the name of a variable says that its value must stay secret."""
    upper = name.upper()
    return _SECRET.search(upper) is not None and _HARMLESS.search(upper) is None


def _items(tree: Tree, module: Module) -> Iterator[_Read]:
    for item, _ in module.items:
        name = literal(item.slice)
        if name and isinstance(item.ctx, ast.Load) and tree.foreign(item.value, module) == "os.environ":
            yield _read(name, module.place(item), None, required=True, type_="str", via="os.environ")


def _calls(tree: Tree, values: Values, module: Module, helpers: dict[Function, Function]) -> Iterator[_Read]:
    casts = _casts(module)
    prefixes = _prefixes(module)
    schemes: dict[str, dict[str, tuple[str, Value | None]]] = {}
    for site in module.calls:
        call, scope = site.call, site.scope
        first = positional(call, 0) or keyword(call, "key", "name", "var")
        name = site.name
        if name in ("os.getenv", "os.environ.get", "os.environb.get", "os.environ.pop"):
            if isinstance(first, ast.Name) and is_parameter(first.id, scope) and scope.function is not None:
                helpers[scope.function] = scope.function
                continue
            variable = values.read(first, module, scope)
            if variable is None or not variable.text:
                continue
            default = positional(call, 1) or keyword(call, "default")
            value = values.read(default, module, scope)
            kind = casts.get(call) or _type_of(value)
            yield _read(
                variable.text,
                module.place(call),
                value,
                required=False,
                type_=kind,
                via="os.environ",
                has_default=default is not None,
            )
            continue
        text = literal(first)
        if text is None:
            continue
        via = environment_reader(tree, call, module, scope)
        if not via:
            continue
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if method in ("read_env", "prefixed", "parser_for", "add_parser"):
            continue
        second = positional(call, 1)
        default = keyword(call, "default") or (second if via != "starlette" else positional(call, 2))
        cast = keyword(call, "cast", "subcast") or (second if via == "starlette" else None)
        kind = _TYPES.get(method) or _cast_type(cast) or casts.get(call) or ""
        value = values.read(default, module, scope)
        if via == "django-environ" and default is None:
            holder = call.func.value if isinstance(call.func, ast.Attribute) else call.func
            key = ".".join(chain(holder))
            if key not in schemes:
                schemes[key] = _scheme(tree, values, holder, module, scope)
            kind, value = schemes[key].get(text, (kind, value))
        prefix = next((p for begin, end, p in prefixes if begin <= call.lineno <= end), "") if via == "environs" else ""
        has_default = default is not None or value is not None
        yield _read(
            prefix + text,
            module.place(call),
            value,
            required=not has_default,
            type_=kind or _type_of(value),
            via=via,
            has_default=has_default,
        )


def _scheme(
    tree: Tree, values: Values, holder: ast.expr, module: Module, scope: Scope
) -> dict[str, tuple[str, Value | None]]:
    """`environ.Env(DEBUG=(bool, False))`: name → type and default."""
    found = tree.define(holder, module, scope)
    made = found.binding.value if found and found.binding else None
    if found is None or not isinstance(made, ast.Call):
        return {}
    scheme: dict[str, tuple[str, Value | None]] = {}
    for item in made.keywords:
        if item.arg and isinstance(item.value, ast.Tuple) and len(item.value.elts) == 2:
            kind, default = item.value.elts
            scheme[item.arg] = (_cast_type(kind), values.read(default, found.module, found.scope))
        elif item.arg:
            scheme[item.arg] = (_cast_type(item.value), None)
    return scheme


def _prefixes(module: Module) -> list[tuple[int, int, str]]:
    """First line, last line and prefix of every `with env.prefixed("X_"):`; nested prefixes add up."""
    if not any(site.last == "prefixed" for site in module.calls):
        return []
    found: list[tuple[int, int, str]] = []
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.With):
            continue
        for item in node.items:
            call = item.context_expr
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "prefixed":
                text = literal(positional(call, 0)) or ""
                outer = next((p for begin, end, p in found if begin <= node.lineno <= end), "")
                found.insert(0, (node.lineno, node.end_lineno or node.lineno, outer + text))
    return found


def _options(tree: Tree, module: Module) -> Iterator[_Read]:
    """`envvar=` of Click and Typer."""
    for site in module.calls:
        value = keyword(site.call, "envvar")
        if value is None or site.parts[-1:] not in (("option",), ("Option",), ("argument",), ("Argument",)):
            continue
        if isinstance(value, (ast.List, ast.Tuple)) and value.elts:
            value = value.elts[0]
        name = literal(value)
        if name:
            default = keyword(site.call, "default")
            known = default.value if isinstance(default, ast.Constant) else None
            text = _text(known) if isinstance(known, (str, int, float, bool)) else None
            yield _Read(
                name,
                module.place(site.call),
                text,
                text is not None,
                required=False,
                type="str",
                via="cli",
                secret=is_secret(name),
            )


def _helped(tree: Tree, values: Values, module: Module, helpers: dict[Function, Function]) -> Iterator[_Read]:
    """Calls of the project's own `get_env(name, default)`."""
    if not helpers:
        return
    for site in module.calls:
        name = literal(positional(site.call, 0))
        if not name or not name.isupper():
            continue
        found = tree.define(site.call.func, module, site.scope)
        if found is None or found.function not in helpers:
            continue
        default = positional(site.call, 1) or keyword(site.call, "default", "default_value", "fallback")
        value = values.read(default, module, site.scope)
        yield _read(
            name,
            module.place(site.call),
            value,
            required=False,
            type_=_type_of(value),
            via="os.environ",
            has_default=default is not None,
        )


def _settings(tree: Tree, values: Values, modules: list[Module]) -> Iterator[_Read]:
    """Fields of settings classes: of those that nothing derives from, and of those that are made somewhere."""
    classes = [
        (class_, module)
        for module in modules
        for class_, scope in module.declared
        if scope.is_module and settings.is_settings(tree, class_, module)
    ]
    extended: set[ast.ClassDef] = set()
    for class_, module in classes:
        for base in class_.bases:
            found = settings.base_class(tree, base, module)
            if found and found.class_:
                extended.add(found.class_)
    made: set[ast.ClassDef] = set()
    if extended:
        for module in modules:
            for site in module.calls:
                found = tree.define(site.call.func, module, site.scope) if not site.call.args else None
                if found and found.class_ in extended:
                    made.add(found.class_)
    for class_, module in classes:
        if class_ in extended and class_ not in made:
            continue
        if class_.name.startswith("Test"):
            continue
        separator = settings.delimiter(tree, class_, module)
        for item in settings.fields(tree, class_, module):
            yield from _field(tree, values, item, separator)


def _field(tree: Tree, values: Values, item: SettingsField, separator: str) -> Iterator[_Read]:
    inner = settings.nested(tree, item)
    if inner and inner.class_:
        # A nested settings class reads its own variables; a nested model is read through the delimiter.
        if separator and item.variable and not settings.is_settings(tree, inner.class_, inner.module):
            below = settings.fields(tree, inner.class_, inner.module, prefix=f"{item.variable}{separator}")
            for part in below:
                if settings.nested(tree, part) is None:
                    yield _field_read(values, part)
        if _is_model(tree, inner.class_, inner.module):
            return
    yield _field_read(values, item)


def _is_model(tree: Tree, class_: ast.ClassDef, module: Module) -> bool:
    names = {chain(base)[-1:] for base in class_.bases}
    return ("BaseModel",) in names or settings.is_settings(tree, class_, module)


def _field_read(values: Values, item: SettingsField) -> _Read:
    value = values.read(item.default, item.module, item.scope)
    kind = _annotation_type(item.annotation) or _type_of(value)
    annotated_secret = item.annotation is not None and "Secret" in ast.dump(item.annotation)
    place = Place(path=item.module.path, line=item.line)
    read = _read(
        item.variable,
        place,
        value,
        required=item.required,
        type_=kind,
        via="pydantic-settings",
        has_default=not item.required,
    )
    if annotated_secret and not read.secret:
        return _Read(
            read.name, read.place, read.default, read.has_default, read.required, read.type, read.via, secret=True
        )
    return read


def _annotation_type(annotation: ast.expr | None) -> str:
    match annotation:
        case None:
            return ""
        case ast.Constant(value=str() as text):
            return _TYPES.get(text, "str")
        case ast.BinOp():
            return next((_annotation_type(part) for part in addends(annotation) if not _is_none(part)), "")
        case ast.Subscript(value=outer, slice=inner):
            name = chain(outer)[-1:]
            if name in (("Optional",), ("Annotated",), ("Union",)):
                parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                return next((_annotation_type(part) for part in parts if not _is_none(part)), "")
            return _TYPES.get(name[0], "str") if name else "str"
        case _:
            return _named_type(chain(annotation)[-1:])


def _named_type(name: tuple[str, ...]) -> str:
    if name and (name[0].endswith(("Dsn", "Url")) or name[0] in ("URL", "DSN")):
        return "url"
    return _TYPES.get(name[0], "str") if name else "str"


def _is_none(expression: ast.expr) -> bool:
    return isinstance(expression, ast.Constant) and expression.value is None


def _cast_type(expression: ast.expr | None) -> str:
    if expression is None:
        return ""
    if isinstance(expression, ast.Call):
        expression = expression.func
    name = chain(expression)[-1:]
    if isinstance(expression, ast.List):
        return "list"
    return _TYPES.get(name[0], "") if name else ""


def _casts(module: Module) -> dict[ast.expr, str]:
    """Argument → type, for `int(os.environ[...])` and the like."""
    found: dict[ast.expr, str] = {}
    for site in module.calls:
        name = site.parts[-1:]
        if name and name[0] in ("int", "float", "bool", "strtobool", "loads") and len(site.call.args) == 1:
            inner = site.call.args[0]
            options = inner.values if isinstance(inner, ast.BoolOp) else [inner]
            for option in options:
                found[option] = _TYPES[name[0]]
    return found


def _type_of(value: Value | None) -> str:
    match value.data if value else None:
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "float"
        case tuple():
            return "list"
        case _:
            return "str"


def _read(
    name: str,
    place: Place,
    value: Value | None,
    *,
    required: bool,
    type_: str,
    via: str,
    has_default: bool = False,
) -> _Read:
    text = _text(value.data) if value is not None and value.data is not None else None
    secret = is_secret(name) and type_ not in ("int", "float", "bool")
    return _Read(name, place, text, has_default, required, type_ or "str", via, secret)


def _text(data: Data) -> str:
    """The text that a `.env` file would hold."""
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, tuple):
        return json.dumps(data)
    return str(data)


def _merged(reads: Iterable[_Read]) -> tuple[Variable, ...]:
    groups: dict[str, list[_Read]] = {}
    for read in reads:
        groups.setdefault(read.name, []).append(read)
    found: list[Variable] = []
    for name, group in sorted(groups.items()):
        group.sort(key=lambda read: (read.place.path, read.place.line))
        typed = next((read.type for read in group if read.type != "str"), "str")
        found.append(
            Variable(
                name=name,
                place=group[0].place,
                default=next((read.default for read in group if read.default is not None), None),
                required=any(read.required for read in group),
                type=typed,
                via=group[0].via,
                secret=any(read.secret for read in group) and typed not in ("int", "float", "bool"),
            )
        )
    return tuple(found)
