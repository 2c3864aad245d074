"""A Compose file as far as it names what is built. Pure; the only importer of ruamel.yaml in this package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache


class NoYamlError(Exception):
    """A text that is no YAML; `args[0]` says why, as the end of a sentence."""


@lru_cache(maxsize=8)
def load(text: str) -> object:
    """The first document of a YAML text, tags kept as they are, not to be changed. Raises NoYamlError."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - importing it costs as much as all other checks
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    try:
        return next(iter(list(YAML().load_all(text))), None)
    except YAMLError as error:
        raise NoYamlError(getattr(error, "problem", None) or str(error).partition("\n")[0]) from None
    except (ValueError, RecursionError) as error:
        raise NoYamlError("a value that nothing can be made of") from error


def builds(text: str) -> Iterator[tuple[str, str]]:
    """The context, relative to the file, and the Dockerfile, relative to the context, of each service that is built.

    Those with a variable in them, and contexts that are no folder, are left out, as is all of a text that is no YAML.
    """
    try:
        data = load(text)
    except NoYamlError:
        return
    services = data.get("services") if isinstance(data, Mapping) else None
    for service in services.values() if isinstance(services, Mapping) else ():
        build = service.get("build") if isinstance(service, Mapping) else None
        match build:
            case str():
                found = (build, "Dockerfile")
            case Mapping() if "dockerfile_inline" not in build:
                found = (str(build.get("context", ".")), str(build.get("dockerfile", "Dockerfile")))
            case _:
                continue
        if not any("$" in part or "://" in part or part.startswith(("/", "git@")) for part in found):
            yield found
