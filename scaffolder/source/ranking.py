"""Which of several applications is the one to serve."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from scaffolder.knowledge.frameworks import FRAMEWORKS
from scaffolder.model.code import Application
from scaffolder.source.paths import is_sample

_SERVER_FILES = frozenset({"wsgi", "asgi"})
_ENTRY_FILES = frozenset(
    {"main", "app", "server", "application", "api", "web", "__init__", "streamlit_app", "home", "index"}
)
_NAMES = frozenset({"app", "application", "server", "api", "app.server", ""})


@dataclass(frozen=True, slots=True)
class Ranking:
    """Applications, the best first. `ties` of them, from the start, cannot be told apart: 1 is a clear winner."""

    applications: tuple[Application, ...]
    ties: int

    @property
    def best(self) -> Application | None:
        """The clear winner, None without candidates or when there is a tie."""
        return self.applications[0] if self.ties == 1 else None


def rank_applications(
    applications: Iterable[Application],
    *,
    locked: Collection[str] | None = None,
    entrypoint: str = "",
) -> Ranking:
    """Orders the applications that can be served, the best first.

    Left out are objects that no server can import (`guarded`) unless their framework serves itself, parts of other
    applications, and factories that cannot be called bare while anything else is left. `locked` are the normalised
    names that a production install brings in: a framework that is not among them cannot run (None: all can).
    `entrypoint` is `[tool.fastapi] entrypoint`, `module:name`, which wins outright.
    """
    usable = [item for item in applications if not item.guarded or _serves_itself(item)]
    if locked is not None:
        usable = [item for item in usable if FRAMEWORKS[item.framework].distribution in locked]
    usable = [item for item in usable if not item.part_of] or usable
    usable = [item for item in usable if not item.required_parameters] or usable
    if not usable:
        return Ranking((), 0)
    keys = {item: _key(item, entrypoint) for item in usable}
    order = sorted(usable, key=lambda item: (keys[item], _depth(item), item.module, item.name))
    return Ranking(tuple(order), _ties(order, keys))


def _ties(order: list[Application], keys: dict[Application, tuple[int, ...]]) -> int:
    equal = [item for item in order if keys[item] == keys[order[0]]]
    if len({item.framework for item in equal}) > 1:
        # Two frameworks are two programs: where they lie says nothing about which one is meant.
        return len(equal)
    return sum(1 for item in equal if _depth(item) == _depth(order[0]))


def _serves_itself(application: Application) -> bool:
    return FRAMEWORKS[application.framework].interface == "self"


def _depth(application: Application) -> int:
    return application.place.path.count("/")


def _key(application: Application, entrypoint: str) -> tuple[int, ...]:
    """Smaller is better."""
    framework = FRAMEWORKS[application.framework]
    stem = application.place.path.rpartition("/")[2].removesuffix(".py").lower()
    file = 0 if stem in _SERVER_FILES else 1 if stem in _ENTRY_FILES else 2
    return (
        int(not entrypoint or _normal(entrypoint) != f"{application.module}:{application.name}"),
        int(framework.interface == "worker"),
        int(is_sample(application.place.path)),
        int(bool(application.required_parameters)),
        int(not application.named),
        int(application.factory),
        file,
        int(application.name not in _NAMES and not application.factory),
    )


def _normal(entrypoint: str) -> str:
    module, _, name = entrypoint.partition(":")
    return f"{module}:{name or 'app'}"
