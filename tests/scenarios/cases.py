"""What a user does to generated files, and what an update then brings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Edit = Callable[[Path], None]


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """`edit` is the user's; `news` a state of `tests/commands/project.py`, or a decision `name=value`.

    `mine` are the lines of the user's that have to be there afterwards, and `new` the text that the update brings,
    each as (file, text); a file that has to be gone has the text "".
    """

    name: str
    news: str
    edit: Edit
    mine: tuple[tuple[str, str], ...]
    new: tuple[str, str] | None = None
    #: The state of the project at the beginning.
    start: str = "plain"
    is_repository: bool = True
    is_committed: bool = True
    #: The template writes `.env` as well.
    has_env: bool = False
    #: An answer changes, and the template stays at its version.
    same_version: bool = False
    #: News of a second update, which runs while the conflict of the first is open.
    again: str = ""


def _replace(path: str, old: str, new: str) -> Edit:
    def edit(root: Path) -> None:
        text = (root / path).read_bytes().decode()
        assert old in text, f"{path} has no {old!r}"
        (root / path).write_bytes(text.replace(old, new, 1).encode())

    return edit


def _append(path: str, text: str) -> Edit:
    def edit(root: Path) -> None:
        with (root / path).open("a") as file:
            file.write(text)

    return edit


def _rename(old: str, new: str) -> Edit:
    def edit(root: Path) -> None:
        (root / old).rename(root / new)

    return edit


def _crlf(root: Path) -> None:
    path = root / "compose.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def _networks_first(root: Path) -> None:
    path = root / "compose.yaml"
    head, _, rest = path.read_text().partition("services:\n")
    services, networks, block = rest.partition("networks:\n  front:")
    path.write_text(f"{head}{networks}{block}\nservices:\n{services.rstrip()}\n")


def _secret(root: Path) -> None:
    (root / ".gitignore").write_text(".env\n")
    (root / ".env").write_text("PASSWORD=secret-of-mine\n")


_ENVIRONMENT = _replace("compose.yaml", "    env_file:\n", "    environment:\n      MINE: one\n    env_file:\n")
_MINE = (("compose.yaml", "MINE: one"),)
_REDIS = ("compose.yaml", "redis-data:/data")
_WORKER = ("compose.yaml", "  worker:\n")
_PORT = ("Dockerfile", "EXPOSE 9000")
_FROM = _replace("Dockerfile", "FROM python:3.13-slim-trixie AS base", "FROM python:3.13.1-slim-trixie AS base")
_FROM_MINE = (("Dockerfile", "FROM python:3.13.1-slim-trixie AS base"),)

SCENARIOS = (
    Scenario(
        name="`environment:` added in the middle of a service; the update adds a service and variables",
        news="redis",
        edit=_ENVIRONMENT,
        mine=_MINE,
        new=_REDIS,
    ),
    Scenario(
        name="`environment:` added at the end of a service, next to where the update adds one",
        news="redis",
        edit=_replace("compose.yaml", 'max-file: "3"\n', 'max-file: "3"\n    environment:\n      MINE: one\n'),
        mine=_MINE,
        new=_REDIS,
    ),
    Scenario(
        name="`FROM` line edited; the update changes the same line",
        news="python=3.12",
        edit=_FROM,
        mine=_FROM_MINE,
        new=("Dockerfile", "FROM python:3.12-slim-trixie AS base"),
    ),
    Scenario(
        name="`FROM` line edited; the update changes another instruction",
        news="port=9000",
        edit=_FROM,
        mine=_FROM_MINE,
        new=_PORT,
    ),
    Scenario(
        name="line added right above one that the update changes",
        news="port=9000",
        edit=_replace("Dockerfile", "EXPOSE 8000", "LABEL team=mine\nEXPOSE 8000"),
        mine=(("Dockerfile", "LABEL team=mine"),),
        new=_PORT,
    ),
    Scenario(
        name="comment added above a key that the update changes",
        news="port=9000",
        edit=_replace("compose.yaml", "    ports:\n", "    # for the proxy\n    ports:\n"),
        mine=(("compose.yaml", "# for the proxy"),),
        new=("compose.yaml", ":-9000}:9000"),
    ),
    Scenario(
        name="port published in the line below the one that the update changes",
        news="port=9000",
        edit=_replace("compose.yaml", ':-8000}:8000"\n', ':-8000}:8000"\n      - "5678:5678"\n'),
        mine=(("compose.yaml", '"5678:5678"'),),
        new=("compose.yaml", ":-9000}:9000"),
    ),
    Scenario(
        name="comment at the end of a line that the update changes",
        news="port=9000",
        edit=_replace("compose.yaml", ':-8000}:8000"\n', ':-8000}:8000"  # for the proxy\n'),
        mine=(("compose.yaml", "  # for the proxy\n"),),
        new=("compose.yaml", ":-9000}:9000"),
    ),
    Scenario(
        name="block moved: `networks` and `volumes` above `services`; the update adds a service",
        start="redis",
        news="celery",
        edit=_networks_first,
        mine=(("compose.yaml", "redis-data:\n\nservices:"),),
        new=_WORKER,
    ),
    Scenario(
        name="service renamed; the update changes it",
        news="redis",
        edit=_replace("compose.yaml", "  web:\n", "  api:\n"),
        mine=(("compose.yaml", "  api:\n"),),
        new=_REDIS,
    ),
    Scenario(
        name="service added at the end; the update adds one there too",
        start="redis",
        news="celery",
        edit=_replace("compose.yaml", "\nnetworks:\n", "\n  mail:\n    image: mailpit\n\nnetworks:\n"),
        mine=(("compose.yaml", "  mail:\n    image: mailpit\n"),),
        new=_WORKER,
    ),
    Scenario(
        name="variable added at the end of `.env.example`; the update adds one there too",
        news="redis",
        edit=_append(".env.example", "MINE=1\n"),
        mine=((".env.example", "MINE=1\n"),),
        new=(".env.example", "REDIS_URL="),
    ),
    Scenario(
        name="line ends made CRLF; the update adds a service",
        news="redis",
        edit=_crlf,
        mine=(("compose.yaml", "\r\n    init: true\r\n"),),
        new=_REDIS,
    ),
    Scenario(
        name="file deleted; the update changes it",
        news="redis",
        edit=lambda root: (root / "compose.yaml").unlink(),
        mine=(("compose.yaml", ""),),
    ),
    Scenario(
        name="file renamed; the update changes it",
        news="redis",
        edit=_rename("compose.yaml", "compose.prod.yaml"),
        mine=(("compose.yaml", ""), ("compose.prod.yaml", "services:")),
    ),
    Scenario(
        name="`.env` with a password, ignored by git; the template writes `.env` too",
        news="redis",
        edit=_secret,
        mine=((".env", "PASSWORD=secret-of-mine"),),
        has_env=True,
    ),
    Scenario(name="not a git repository", news="redis", edit=_ENVIRONMENT, mine=_MINE, new=_REDIS, is_repository=False),
    Scenario(
        name="edits that are not committed", news="redis", edit=_ENVIRONMENT, mine=_MINE, new=_REDIS, is_committed=False
    ),
    Scenario(
        name="an answer changes, and the template does not",
        news="redis",
        edit=_ENVIRONMENT,
        mine=_MINE,
        new=_REDIS,
        same_version=True,
    ),
    Scenario(
        name="a second update while the conflict of the first is open",
        news="python=3.12",
        edit=_FROM,
        mine=_FROM_MINE,
        again="python=3.11",
    ),
)
