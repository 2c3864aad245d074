"""Names of dependency groups that no production image needs."""

from __future__ import annotations

#: Groups that serve development, by the names people give them; the code of a test may import anything from them.
DEVELOPMENT_GROUPS = frozenset(
    (
        *("build", "ci", "debug", "debugging", "dev", "devel", "develop", "development", "ide", "local", "profiling"),
        *("release", "tool", "tooling", "tools"),
        *("doc", "docs", "documentation", "jupyter", "notebook", "notebooks"),
        *("format", "formatting", "lint", "linter", "linters", "linting", "pre-commit", "precommit", "quality"),
        *("mypy", "static", "type", "typecheck", "types", "typing"),
        *("coverage", "test", "testing", "tests"),
    )
)
