"""Variables behind the fields of pydantic's settings classes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scaffolder.model.code import Place
from scaffolder.source import settings
from scaffolder.source.module import Module, Site, addends, chain, keyword
from scaffolder.source.reads import TYPES, Flow, Read, make_read, type_of
from scaffolder.source.settings import SettingsField
from scaffolder.source.tree import Tree
from scaffolder.source.values import Values

_DEEPEST = 6


def field_reads(tree: Tree, values: Values, modules: Sequence[Module]) -> Iterator[Read]:
    """Fields of settings classes: of those that nothing derives from, and of those that are made somewhere."""
    classes = [
        (class_, module)
        for module in modules
        for class_, scope in module.declared
        if scope.is_module and settings.is_settings(tree, class_, module)
    ]
    extended = {
        found.class_
        for class_, module in classes
        for base in class_.bases
        if (found := settings.base_class(tree, base, module)) and found.class_
    }
    made = _made(tree, modules, {class_ for class_, _ in classes})
    for class_, module in classes:
        if (class_ in extended and class_ not in made) or class_.name.startswith("Test"):
            continue
        reading = _Reading(tree, values, settings.delimiter(tree, class_, module), made.get(class_))
        given = settings.computed(tree, class_, module) | (reading.making.given if reading.making else frozenset())
        for item in settings.fields(tree, class_, module):
            yield from reading.of(item, required=item.name not in given)


@dataclass(frozen=True, slots=True)
class _Making:
    """How objects of a class are made: `given` are the fields that the code passes; `certain`, that one is made."""

    given: frozenset[str]
    certain: bool


def _made(tree: Tree, modules: Sequence[Module], classes: set[ast.ClassDef]) -> dict[ast.ClassDef, _Making]:
    """Class → how it is made, for those that are made by their name."""
    names = {class_.name for class_ in classes}
    found: dict[ast.ClassDef, _Making] = {}
    for module in modules if classes else ():
        flow = Flow(module)
        for site in module.calls:
            factory = keyword(site.call, "default_factory")
            if not names.intersection(_called(site, factory, module)):
                continue
            function = site.call.func if factory is None else factory
            definition = tree.define(function, module, site.scope)
            class_ = definition.class_ if definition else None
            if class_ is None or class_ not in classes:
                continue
            arguments = site.call.keywords if factory is None else []
            given = frozenset(item.arg for item in arguments if item.arg and not item.arg.startswith("_"))
            # What is behind `**` cannot be seen.
            certain = flow.is_certain(site.call) and all(item.arg for item in arguments)
            known_making = found.get(class_, _Making(frozenset(), certain=False))
            found[class_] = _Making(given | known_making.given, certain=certain or known_making.certain)
    return found


def _called(site: Site, factory: ast.expr | None, module: Module) -> Iterator[str]:
    """Names that a class may have where this call makes an object: its own, or that of an import under another."""
    yield site.last
    if isinstance(factory, ast.Name):
        yield factory.id
    imported = module.imported(site.last) if site.last else None
    if imported is not None and imported.name is not None:
        yield imported.name


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the fields of one settings class are read."""

    tree: Tree
    values: Values
    separator: str
    making: _Making | None

    def of(self, item: SettingsField, *, required: bool, depth: int = 0) -> Iterator[Read]:
        """The variables of a field; of a nested model those of its fields, when there is a delimiter to reach them."""
        needed = required and item.required
        inner = settings.nested(self.tree, item)
        if inner is None or inner.class_ is None or not _is_model(inner.class_):
            if inner is None or inner.class_ is None or not settings.is_settings(self.tree, inner.class_, inner.module):
                yield from self._own(item, required=needed)
            return
        if not self.separator:
            if needed:
                yield from self._own(item, required=True, kind="json")
            return
        if item.variable and depth < _DEEPEST:
            prefix = f"{item.variable}{self.separator}"
            for part in settings.fields(self.tree, inner.class_, inner.module, prefix=prefix):
                yield from self.of(part, required=needed, depth=depth + 1)

    def _own(self, item: SettingsField, *, required: bool, kind: str = "") -> Iterator[Read]:
        value = self.values.read(item.default, item.module, item.scope)
        if value is not None and value.variable not in ("", item.variable):
            return  # the default is itself read from the environment, under the name that the project uses
        yield make_read(
            item.variable,
            Place(path=item.module.path, line=item.line),
            "pydantic-settings",
            value=value,
            kind=kind or _annotation_type(item.annotation) or type_of(value),
            required=required,
            at_start=required and self.making is not None and self.making.certain,
            secret=item.annotation is not None and "Secret" in ast.dump(item.annotation),
        )


def _is_model(class_: ast.ClassDef) -> bool:
    return ("BaseModel",) in {chain(base)[-1:] for base in class_.bases}


def _annotation_type(annotation: ast.expr | None) -> str:
    match annotation:
        case None:
            return ""
        case ast.Constant(value=str() as text):
            return TYPES.get(text, "str")
        case ast.BinOp():
            return next((_annotation_type(part) for part in addends(annotation) if not _is_none(part)), "")
        case ast.Subscript(value=outer, slice=inner):
            name = chain(outer)[-1:]
            if name in (("Optional",), ("Annotated",), ("Union",)):
                parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                return next((_annotation_type(part) for part in parts if not _is_none(part)), "")
            return TYPES.get(name[0], "str") if name else "str"
        case _:
            return _named_type(chain(annotation)[-1:])


def _named_type(name: tuple[str, ...]) -> str:
    if name and (name[0].endswith(("Dsn", "Url")) or name[0] in ("URL", "DSN")):
        return "url"
    return TYPES.get(name[0], "str") if name else "str"


def _is_none(expression: ast.expr) -> bool:
    return isinstance(expression, ast.Constant) and expression.value is None
