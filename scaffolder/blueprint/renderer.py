"""One blueprint through one run: what was asked once is not asked again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from scaffolder.blueprint.opening import OpenBlueprint
from scaffolder.errors import ScaffoldError
from scaffolder.model.change import RenderedFile
from scaffolder.model.decision import Json, Source
from scaffolder.render import Rendering, rendering
from scaffolder.rules import Override

#: Has a rendering that asks done where the user can answer.
Asking: TypeAlias = Callable[[Callable[[], Rendering]], Rendering]


class Renderer:
    """A blueprint with the answers to its own questions.

    `own` holds those from the command line and from `[tool.scaffold.blueprint]`. What is missing is asked through
    `asking` when a rendering first needs it; without `asking`, every default is taken.
    """

    def __init__(
        self,
        blueprint: OpenBlueprint,
        own: Mapping[str, Override],
        *,
        asking: Asking | None = None,
        trust: bool = False,
    ) -> None:
        self.blueprint = blueprint
        self._own = dict(own)
        self._asking = asking
        self._trust = trust

    def render(self, variables: Mapping[str, Any]) -> tuple[RenderedFile, ...]:
        """The files, sorted by path. Raises what `rendering` raises."""
        return self._rendered(variables).files

    def to_save(self, variables: Mapping[str, Any]) -> dict[str, Json]:
        """What changes in `[tool.scaffold.blueprint]`: each answer that somebody gave just now, None to take it out.

        An answer that says what the blueprint would take anyway is not saved, and a secret never is.
        """
        new = sorted(name for name, item in self._own.items() if item.source is not Source.SAVED)
        if not new:
            return {}
        given = self._rendered(variables)
        changes: dict[str, Json] = {}
        for name in new:
            if name not in given.own or name in given.secret:
                continue
            others = {key: value for key, value in self._own.items() if key != name}
            is_default = self._default(variables, others, name) == given.own[name]
            changes[name] = None if is_default else given.own[name]
        return changes

    def _rendered(self, variables: Mapping[str, Any]) -> Rendering:
        asking = self._asking
        if asking is None:
            return rendering(self.blueprint.folder, variables, self._own, trust=self._trust)
        done = asking(
            lambda: rendering(self.blueprint.folder, variables, self._own, ask=True, trust=self._trust),
        )
        for name, value in done.own.items():
            self._own.setdefault(name, Override(value=value, source=Source.ANSWER, evidence="your answer"))
        return done

    def _default(self, variables: Mapping[str, Any], own: Mapping[str, Override], name: str) -> Json:
        try:
            return rendering(self.blueprint.folder, variables, own, trust=self._trust).own.get(name)
        except ScaffoldError:
            return None
