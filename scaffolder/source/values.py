"""What an expression is worth, as far as that can be read without running it."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from scaffolder.source import settings
from scaffolder.source.module import Function, Module, Scope, chain, keyword, literal, positional, returns
from scaffolder.source.paths import folder_of
from scaffolder.source.tree import Definition, Tree, is_parameter

Data: TypeAlias = "str | int | float | bool | tuple[Data, ...] | None"

_DEPTH = 12
_LONGEST = 4000

_CASTS = frozenset({"int", "str", "float", "bool"})
_SAME = frozenset(
    {"resolve", "absolute", "as_posix", "strip", "rstrip", "expanduser", "get_secret_value", "upper", "lower"}
)
_PATHS = frozenset({"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "anyio.Path"})
_KEEPING = frozenset(
    {"os.path.abspath", "os.path.realpath", "os.path.normpath", "os.path.expandvars", "os.fspath", "os.path.expanduser"}
)
_GETTERS = frozenset({"os.getenv", "os.environ.get", "environ.get", "os.environ.setdefault", "os.environ.pop"})


@dataclass(frozen=True, slots=True)
class Value:
    """A value. `variable` is the environment variable that overrides it; then None means that there is no default."""

    data: Data
    variable: str = ""
    #: A path of the file system: `/` and `.parent` mean something.
    is_path: bool = False
    #: The variable is only a part of the value.
    is_part: bool = False

    @property
    def text(self) -> str | None:
        """The value when it is a text."""
        return self.data if isinstance(self.data, str) else None

    @property
    def number(self) -> int | None:
        """The value when it is a whole number, or a text that is one."""
        if isinstance(self.data, bool):
            return None
        if isinstance(self.data, str):
            return int(self.data) if self.data.isascii() and self.data.isdigit() and len(self.data) < 10 else None
        return self.data if isinstance(self.data, int) else None


def _is_short(data: Data) -> bool:
    """Whether a value is of a size that a person would write: expressions can be built to grow without end."""
    if isinstance(data, tuple):
        return len(data) <= _LONGEST and all(_is_short(part) for part in data)
    if isinstance(data, str):
        return len(data) <= _LONGEST
    return not isinstance(data, int) or abs(data) < 10**18


class Values:
    """Reads values. Every method returns None for what cannot be read."""

    def __init__(self, tree: Tree) -> None:
        """Names are followed through `tree`."""
        self._tree = tree
        self._known: dict[ast.expr, Value | None] = {}
        self._instances: dict[ast.expr, Definition | None] = {}
        self._helpers: dict[Function, str] = {}

    def read(self, expression: ast.expr | None, module: Module, scope: Scope, depth: int = 0) -> Value | None:
        """The value of an expression where it is written."""
        if expression is None or depth > _DEPTH:
            return None
        if expression not in self._known:
            # Whoever comes back here while this is being answered runs in a circle.
            self._known[expression] = None
            value = self._evaluated(expression, module, scope, depth + 1)
            self._known[expression] = value if value and _is_short(value.data) else None
        return self._known[expression]

    def beginning(self, expression: ast.expr | None, module: Module, scope: Scope, depth: int = 0) -> Value | None:
        """The folder of a path of which only the first parts can be read: `join(UPLOADS, name)` lies in UPLOADS."""
        if expression is None or depth > _DEPTH:
            return None
        match expression:
            case ast.BinOp(op=ast.Div(), left=left) | ast.Call(func=ast.Attribute(value=left, attr="joinpath")):
                parts = [left]
            case ast.Call(args=[*parts]) if self._tree.foreign(expression.func, module) in ("os.path.join", *_PATHS):
                pass
            case ast.JoinedStr(values=[ast.FormattedValue(value=first), ast.Constant(value=str() as rest), *_]):
                return self.read(first, module, scope, depth) if rest.startswith("/") else None
            case ast.JoinedStr(values=[ast.Constant(value=str() as text), *_]) if "/" in text:
                return Value(posixpath.dirname(text) or "/", is_path=True)
            case ast.Name():
                found = self._tree.define(expression, module, scope, before=expression.lineno)
                if found is None or found.binding is None:
                    return None
                return self.beginning(found.binding.value, found.module, found.scope, depth + 1)
            case _:
                return None
        texts: list[str] = []
        variable = ""
        for part in parts:
            value = self.read(part, module, scope, depth)
            if value is None or value.text is None:
                break
            texts.append(value.text)
            variable = variable or value.variable
        if texts:
            return Value(posixpath.join(*texts), variable, is_path=True)
        return self.beginning(parts[0] if parts else None, module, scope, depth + 1)

    def _evaluated(  # noqa: C901, PLR0912 - one branch per kind of expression
        self, expression: ast.expr, module: Module, scope: Scope, depth: int
    ) -> Value | None:
        match expression:
            case ast.Constant(value=bool() | int() | float() | str() | None):
                return Value(expression.value)  # type: ignore[arg-type]
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                return Value(-number)
            case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
                parts = [self.read(element, module, scope, depth) for element in elements]
                known = [part.data for part in parts if part and not isinstance(part.data, tuple)]
                return Value(tuple(known)) if len(known) == len(elements) else None
            case ast.JoinedStr():
                return self._formatted(expression, module, scope, depth)
            case ast.BinOp():
                return self._operation(expression, module, scope, depth)
            case ast.BoolOp(op=ast.Or()):
                return self._either(expression, module, scope, depth)
            case ast.Name(id="__file__"):
                return Value(module.path, is_path=True)
            case ast.Name():
                return self._name(expression, module, scope, depth)
            case ast.Attribute():
                return self._attribute(expression, module, scope, depth)
            case ast.Subscript():
                return self._item(expression, module, scope, depth)
            case ast.Call():
                return self._call(expression, module, scope, depth)
            case ast.NamedExpr(value=inner) | ast.Await(value=inner):
                return self.read(inner, module, scope, depth)
            case _:
                return None

    def _formatted(self, expression: ast.JoinedStr, module: Module, scope: Scope, depth: int) -> Value | None:
        texts: list[str] = []
        variable = ""
        for part in expression.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            value = self.read(inner, module, scope, depth)
            if value is None or value.data is None or isinstance(value.data, tuple):
                return None
            variable = variable or value.variable
            texts.append(str(value.data))
        return Value("".join(texts), variable, is_part=len(texts) > 1)

    def _operation(self, expression: ast.BinOp, module: Module, scope: Scope, depth: int) -> Value | None:
        left = self.read(expression.left, module, scope, depth)
        right = self.read(expression.right, module, scope, depth)
        if left is None or right is None:
            return None
        variable = left.variable or right.variable
        match expression.op, left.data, right.data:
            case ast.Div(), str() as base, str() as name:
                return Value(posixpath.join(base, name), variable, is_path=True, is_part=True)
            case ast.Add(), str() as first, str() as second:
                return Value(first + second, variable, is_path=left.is_path, is_part=True)
            case ast.Add(), int() as first, int() as second:
                return Value(first + second, variable, is_part=True)
            case ast.Mult(), int() as first, int() as second if abs(first) < 10**6 and abs(second) < 10**6:
                return Value(first * second, variable, is_part=True)
        return None

    def _either(self, expression: ast.BoolOp, module: Module, scope: Scope, depth: int) -> Value | None:
        """`os.getenv("PORT") or 8080`: the variable of the first, the value of the first that has one."""
        variable, is_part = "", False
        for part in expression.values:
            value = self.read(part, module, scope, depth)
            if value is None:
                return Value(None, variable, is_part=is_part) if variable else None
            if not variable:
                variable, is_part = value.variable, value.is_part
            if value.data not in (None, "", 0, False):
                return replace(value, variable=variable, is_part=is_part)
        return Value(None, variable, is_part=is_part)

    def _name(self, expression: ast.Name, module: Module, scope: Scope, depth: int) -> Value | None:
        found = self._tree.define(expression, module, scope, before=expression.lineno)
        found = found or self._tree.define(expression, module, scope)
        if found is None:
            return self._default(expression.id, module, scope, depth)
        if found.binding is None or found.binding.loop:
            return None
        return self.read(found.binding.value, found.module, found.scope, depth)

    def _default(self, name: str, module: Module, scope: Scope, depth: int) -> Value | None:
        """The default of a parameter, also one that Typer or Click give it."""
        if not is_parameter(name, scope):
            return None
        here: Scope | None = scope
        while here is not None and name not in here.parameters:
            here = here.outer
        if here is None or here.function is None or here.outer is None:
            return None
        default = _parameter_default(here.function, name)
        if isinstance(default, ast.Call) and chain(default.func)[-1:] in (("Option",), ("Argument",)):
            default = keyword(default, "default") or positional(default, 0)
        if default is None or (isinstance(default, ast.Constant) and default.value is None):
            default = _click_default(here.function, name) or default
        return self.read(default, module, here.outer, depth)

    def _attribute(self, expression: ast.Attribute, module: Module, scope: Scope, depth: int) -> Value | None:
        found = self._tree.define(expression, module, scope)
        if found and found.binding:
            return self.read(found.binding.value, found.module, found.scope, depth)
        if expression.attr == "parent":
            base = self.read(expression.value, module, scope, depth)
            return Value(_above(base.text), base.variable, is_path=True) if base and base.text is not None else None
        owner = self.instance(expression.value, module, scope, depth)
        if owner is not None:
            return self._member(owner, expression.attr, depth, self._prefix(expression.value, module, scope, depth))
        if isinstance(expression.value, ast.Name):
            return self._argument(expression.attr, module, depth)
        return None

    def _argument(self, name: str, module: Module, depth: int) -> Value | None:
        """`args.port` where the file says `add_argument("--port", default=8080)`."""
        for site in module.calls:
            if isinstance(site.call.func, ast.Attribute) and site.call.func.attr == "add_argument":
                flags = [literal(argument) or "" for argument in site.call.args]
                if any(flag.lstrip("-").replace("-", "_") == name for flag in flags):
                    return self.read(keyword(site.call, "default"), module, site.scope, depth)
        return None

    def instance(self, expression: ast.expr, module: Module, scope: Scope, depth: int = 0) -> Definition | None:
        """The class of the project that an expression is an instance of, or is itself."""
        if expression not in self._instances:
            self._instances[expression] = None
            self._instances[expression] = self._instance(expression, module, scope, depth + 1)
        return self._instances[expression]

    def _instance(self, expression: ast.expr, module: Module, scope: Scope, depth: int) -> Definition | None:
        if depth > _DEPTH:
            return None
        if isinstance(expression, ast.Call):
            found = self._tree.define(expression.func, module, scope)
            if found and found.class_:
                return found
            if found and found.binding:
                # `get_settings = lru_cache(_get_settings)`, `Settings = make_settings_class()`: followed once more.
                inner = found.binding.value
                if isinstance(inner, ast.Call) and inner.args:
                    call = ast.Call(func=inner.args[0], args=[], keywords=[])
                    return self.instance(call, found.module, found.scope, depth)
                return None
            return self._returned(found, depth) if found and found.function else None
        found = self._tree.define(expression, module, scope) or _own_class(expression, module, scope)
        if found and found.class_:
            return found
        if found and found.binding and not found.binding.loop:
            return self.instance(found.binding.value, found.module, found.scope, depth)
        if isinstance(expression, ast.Attribute):
            owner = self.instance(expression.value, module, scope, depth)
            if owner and owner.class_:
                for item in settings.fields(self._tree, owner.class_, owner.module):
                    if item.name == expression.attr:
                        return settings.nested(self._tree, item)
        return None

    def _returned(self, found: Definition, depth: int) -> Definition | None:
        function = found.function
        if function is None:
            return None
        if function.returns is not None:
            annotated = self._tree.define(function.returns, found.module, found.module.scope)
            if annotated and annotated.class_:
                return annotated
        scope = found.module.scopes[function]
        for value in results(function):
            instance = self.instance(value, found.module, scope, depth)
            if instance:
                return instance
        return None

    def _prefix(self, expression: ast.expr, module: Module, scope: Scope, depth: int) -> str | None:
        """What variables of a nested model begin with, where an expression is a field of settings that holds one."""
        if not isinstance(expression, ast.Attribute):
            return None
        outer = self.instance(expression.value, module, scope, depth)
        if outer is None or outer.class_ is None:
            return None
        delimiter = settings.delimiter(self._tree, outer.class_, outer.module)
        fields = settings.fields(self._tree, outer.class_, outer.module) if delimiter else ()
        variable = next((item.variable for item in fields if item.name == expression.attr), "")
        return f"{variable}{delimiter}" if variable else None

    def _member(self, owner: Definition, name: str, depth: int, prefix: str | None = None) -> Value | None:
        if owner.class_ is None:
            return None
        for item in settings.fields(self._tree, owner.class_, owner.module, prefix=prefix):
            if item.name != name:
                continue
            if item.default is None:
                return Value(None, item.variable) if item.variable else None
            value = self.read(item.default, item.module, item.scope, depth)
            if value is None:
                return Value(None, item.variable) if item.variable else None
            # `host: str = os.getenv("RABBIT_HOST", "localhost")` is told by the variable that its default reads.
            if value.variable or not item.variable:
                return value
            return replace(value, variable=item.variable, is_part=False)
        return self._property(owner, name, depth)

    def _property(self, owner: Definition, name: str, depth: int) -> Value | None:
        if owner.class_ is None:
            return None
        for statement in owner.class_.body:
            if isinstance(statement, ast.FunctionDef) and statement.name == name:
                scope = owner.module.scopes[statement]
                values = list(results(statement))
                return self.read(values[0], owner.module, scope, depth) if len(values) == 1 else None
        for store in owner.module.stores:
            target = store.target
            inside = store.scope.outer is not None and store.scope.outer.node is owner.class_
            if inside and isinstance(target, ast.Attribute) and target.attr == name and chain(target) == ("self", name):
                return self.read(store.value, owner.module, store.scope, depth)
        return None

    def _item(self, expression: ast.Subscript, module: Module, scope: Scope, depth: int) -> Value | None:
        name = literal(expression.slice)
        if name is not None:
            is_environ = self._tree.foreign(expression.value, module) in ("os.environ", "environ")
            return Value(None, name) if is_environ else self._entry(expression, name, module, scope, depth)
        if isinstance(expression.value, ast.Attribute) and expression.value.attr == "parents":
            base = self.read(expression.value.value, module, scope, depth)
            index = self.read(expression.slice, module, scope, depth)
            if base and base.text is not None and index and index.number is not None and 0 <= index.number < 20:
                folder = base.text
                for _ in range(index.number + 1):
                    folder = _above(folder)
                return Value(folder, base.variable, is_path=True)
        return None

    def _entry(self, expression: ast.Subscript, name: str, module: Module, scope: Scope, depth: int) -> Value | None:
        """`app.config["X"]` or `config["X"]` where the same file assigns it, and entries of literal dictionaries."""
        for store in module.stores:
            target = store.target
            if not isinstance(target, ast.Subscript) or literal(target.slice) != name:
                continue
            if chain(target.value) and chain(target.value) == chain(expression.value):
                return self.read(store.value, module, store.scope, depth)
        found = self._tree.define(expression.value, module, scope)
        if found and found.binding and isinstance(found.binding.value, ast.Dict):
            table = found.binding.value
            for key, value in zip(table.keys, table.values, strict=True):
                if key is not None and literal(key) == name:
                    return self.read(value, found.module, found.scope, depth)
        return None

    def _call(  # noqa: C901, PLR0912 - one branch per callable
        self, call: ast.Call, module: Module, scope: Scope, depth: int
    ) -> Value | None:
        name = self._tree.foreign(call.func, module)
        names = chain(call.func)
        first = positional(call, 0)
        if names and len(names) == 1 and names[0] in _CASTS and not name:
            return self._cast(names[0], self.read(first, module, scope, depth))
        if name in _GETTERS or name.endswith(".environ.get"):
            return self._environment(first, positional(call, 1) or keyword(call, "default"), module, scope, depth)
        if name in _PATHS:
            return self._joined(call.args, module, scope, depth) if call.args else Value("", is_path=True)
        if name == "os.path.join":
            return self._joined(call.args, module, scope, depth)
        if name == "os.path.dirname":
            base = self.read(first, module, scope, depth)
            return Value(_above(base.text), base.variable, is_path=True) if base and base.text is not None else None
        if name in _KEEPING:
            return self.read(first, module, scope, depth)
        if name in ("os.getcwd", "pathlib.Path.cwd"):
            return Value("", is_path=True)
        if name in ("pathlib.Path.home", "tempfile.gettempdir", "tempfile.mkdtemp"):
            return None
        reader = environment_reader(self._tree, call, module, scope)
        if reader:
            default = keyword(call, "default") or positional(call, 1)
            return self._environment(first, default, module, scope, depth)
        if isinstance(call.func, ast.Attribute):
            if call.func.attr in _SAME:
                return self.read(call.func.value, module, scope, depth)
            if call.func.attr == "joinpath":
                return self._joined([call.func.value, *call.args], module, scope, depth)
        if names and names[-1] == "Field":
            return self.read(keyword(call, "default") or first, module, scope, depth)
        if names and names[-1] in ("SecretStr", "AnyUrl", "AnyHttpUrl", "PostgresDsn", "RedisDsn", "cast"):
            return self.read(call.args[-1] if call.args else None, module, scope, depth)
        return self._result(call, module, scope, depth)

    def _result(self, call: ast.Call, module: Module, scope: Scope, depth: int) -> Value | None:
        """A function of the project that returns one readable value, or reads the variable that it is given."""
        found = self._tree.define(call.func, module, scope) or self._method(call.func, module, scope, depth)
        if found is None or found.function is None:
            return None
        if call.args or call.keywords:
            return self._helped(call, found, module, scope, depth)
        values = list(results(found.function))
        if len(values) != 1:
            return None
        return self.read(values[0], found.module, found.module.scopes[found.function], depth)

    def _method(self, function: ast.expr, module: Module, scope: Scope, depth: int) -> Definition | None:
        """The method of a class of the project that `holder.name` is."""
        if not isinstance(function, ast.Attribute):
            return None
        owner = self.instance(function.value, module, scope, depth)
        if owner is None or owner.class_ is None:
            return None
        methods = (part for part in owner.class_.body if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)))
        method = next((item for item in methods if item.name == function.attr), None)
        return Definition(owner.module, owner.scope, function.attr, function=method) if method is not None else None

    def _helped(self, call: ast.Call, found: Definition, module: Module, scope: Scope, depth: int) -> Value | None:
        """A call of a function that hands its own parameter to `os.environ`: the variable, and the default here."""
        function = found.function
        names = [item.arg for item in (*function.args.posonlyargs, *function.args.args)] if function else []
        names = names[1:] if names[:1] in (["self"], ["cls"]) else names
        if function is None:
            return None
        if function not in self._helpers:
            self._helpers[function] = next((name for name in _asked(found, self._tree) if name in names), "")
        read = self._helpers[function]
        if not read:
            return None
        variable = literal(positional(call, names.index(read)) or keyword(call, read))
        if variable is None:
            return None
        others = names[names.index(read) + 1 :]
        default = keyword(call, *others) or positional(call, names.index(read) + 1)
        value = self.read(default, module, scope, depth) if others else None
        if value is None or isinstance(value.data, tuple):
            return Value(None, variable)
        return replace(value, variable=variable, is_part=False)

    def _cast(self, kind: str, value: Value | None) -> Value | None:
        if value is None or kind in ("str", "bool"):
            return value
        if value.data is None:
            return value
        number = value.number
        return replace(value, data=number) if number is not None else None

    def _environment(
        self, name: ast.expr | None, default: ast.expr | None, module: Module, scope: Scope, depth: int
    ) -> Value | None:
        variable = self.read(name, module, scope, depth)
        if variable is None or variable.text is None:
            return None
        value = self.read(default, module, scope, depth) if default is not None else None
        if value is None:
            return Value(None, variable.text)
        return replace(value, variable=variable.text, is_part=False)

    def _joined(self, parts: list[ast.expr], module: Module, scope: Scope, depth: int) -> Value | None:
        texts: list[str] = []
        variable = ""
        for part in parts:
            value = self.read(part, module, scope, depth)
            if value is None or value.text is None:
                return None
            variable = variable or value.variable
            texts.append(value.text)
        if not texts:
            return None
        return Value(posixpath.join(*texts), variable, is_path=True, is_part=len(texts) > 1)


def environment_reader(tree: Tree, call: ast.Call, module: Module, scope: Scope) -> str:
    """Which library a call like `env("X")`, `env.int("X")` or `config("X")` reads the environment with, "" for none."""
    function = call.func
    holder = function.value if isinstance(function, ast.Attribute) else function
    for candidate in (function, holder):
        name = tree.origin(candidate, module)
        if name in ("decouple.config", "decouple.AutoConfig"):
            return "decouple"
        if name in ("environs.env", "environs.Env"):
            return "environs" if candidate is holder and literal(positional(call, 0)) else ""
        found = tree.define(candidate, module, scope) if chain(candidate) else None
        if found is None or found.binding is None or not isinstance(found.binding.value, ast.Call):
            continue
        made = tree.foreign(found.binding.value.func, found.module)
        if made in _READERS:
            return _READERS[made]
        maker = tree.define(found.binding.value.func, found.module, found.scope)
        for base in maker.class_.bases if maker and maker.class_ else ():
            made = tree.foreign(base, maker.module) if maker else ""
            if made in _READERS:
                return _READERS[made]
    return ""


#: Constructor → how the object it makes reads the environment.
_READERS = {
    "environs.Env": "environs",
    "environs.FileAwareEnv": "environs",
    "environ.Env": "django-environ",
    "environ.FileAwareEnv": "django-environ",
    "environ.environ.Env": "django-environ",
    "decouple.AutoConfig": "decouple",
    "decouple.Config": "decouple",
    "starlette.config.Config": "starlette",
}


def _own_class(expression: ast.expr, module: Module, scope: Scope) -> Definition | None:
    """The class in whose method `self` or `cls` stands."""
    here: Scope | None = scope if isinstance(expression, ast.Name) else None
    while isinstance(expression, ast.Name) and here is not None and expression.id not in here.parameters:
        here = here.outer
    if here is None or here.function is None or here.outer is None or not isinstance(here.outer.node, ast.ClassDef):
        return None
    if [item.arg for item in here.function.args.args[:1]] != list(chain(expression)):
        return None
    return Definition(module, module.scope, here.outer.node.name, class_=here.outer.node)


def _asked(found: Definition, tree: Tree) -> Iterator[str]:
    """The names that a function of the project hands to `os.environ`."""
    for node in ast.walk(found.function) if found.function else ():
        key = None
        if isinstance(node, ast.Subscript) and tree.foreign(node.value, found.module) == "os.environ":
            key = node.slice
        elif isinstance(node, ast.Call) and tree.foreign(node.func, found.module) in _GETTERS:
            key = positional(node, 0) or keyword(node, "key")
        if isinstance(key, ast.Name):
            yield key.id


def results(function: Function) -> tuple[ast.expr, ...]:
    """What a function returns, `None` aside."""
    return tuple(value for value in returns(function) if not (isinstance(value, ast.Constant) and value.value is None))


def _above(path: str) -> str:
    """The folder that holds a path; "" is the project's own, which lies in `..`."""
    return posixpath.join(path, "..") if path in ("", ".") or path.endswith("..") else folder_of(path)


def _parameter_default(function: Function, name: str) -> ast.expr | None:
    positional_names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    if name in positional_names:
        index = positional_names.index(name) - len(positional_names) + len(function.args.defaults)
        return function.args.defaults[index] if index >= 0 else None
    for argument, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
        if argument.arg == name:
            return default
    return None


def _click_default(function: Function, name: str) -> ast.expr | None:
    """`@click.option("--port", default=8000)`."""
    for decorator in function.decorator_list:
        if not isinstance(decorator, ast.Call) or chain(decorator.func)[-1:] not in (("option",), ("argument",)):
            continue
        flags = [literal(argument) or "" for argument in decorator.args]
        if any(flag.lstrip("-").replace("-", "_") == name for flag in flags):
            return keyword(decorator, "default")
    return None
