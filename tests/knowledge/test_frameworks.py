from __future__ import annotations

from packaging.utils import canonicalize_name

from scaffolder.knowledge.frameworks import CONSTRUCTORS, FRAMEWORKS, TO_ASGI, WRAPPERS


def test_rows_are_well_formed() -> None:
    for name, framework in FRAMEWORKS.items():
        assert framework.name == name
        assert canonicalize_name(framework.distribution) == framework.distribution
        assert framework.interface in {"wsgi", "asgi", "aiohttp", "self", "worker"}
        assert (framework.port == 0) == (framework.interface == "worker")
        assert framework.package.isidentifier()


def test_a_constructor_belongs_to_one_framework() -> None:
    listed = [constructor for framework in FRAMEWORKS.values() for constructor in framework.constructors]
    assert len(listed) == len(set(listed)) == len(CONSTRUCTORS)
    assert all(
        constructor.startswith(f"{FRAMEWORKS[name].package}.")
        for constructor, name in CONSTRUCTORS.items()
        if FRAMEWORKS[name].distribution not in {"flask", "dash", "fastapi", "quart", "taskiq"}
    )


def test_wrappers_to_asgi_are_wrappers() -> None:
    assert TO_ASGI <= WRAPPERS
