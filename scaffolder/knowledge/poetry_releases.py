"""Releases of Poetry: which Python each runs on, which locks it reads, how it hashes pyproject.toml.

Sources, read or run in November 2026:
- `first_release`: CHANGELOG.md of github.com/python-poetry/poetry; of 2.5 only the date of 2.5.1 is known here;
- `requires_python`: the metadata of each release;
- `verified`: the release was installed on that Python and installed packages there; 1.1.15 fails on 3.12 and later
  (`ModuleNotFoundError: No module named 'six.moves'`);
- `formats`: `poetry install --dry-run` of each release against a lock of each format. Poetry 2 reads format 1.0 too,
  but ignores the marker that 1.0 writes on a package (`Locker._get_locked_package`), and so installs packages for
  Windows on Linux: 1.0 is not listed for it. Poetry 1.3 to 1.8 warn about 2.1 and install it rightly;
- `content_hash`: `Locker._get_content_hash`, letters as in `poetry/content_hash.py`. From 1.8 on a lock that does not
  match is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class PoetrySeries:
    """A minor series of Poetry."""

    #: `2.1`.
    series: str
    #: Newest patch release.
    newest: str
    first_release: date
    #: Poetry constraint, as in its metadata.
    requires_python: str
    #: Newest minor release of Python on which it was seen to work.
    verified_until: str
    #: Lock formats that it installs rightly.
    formats: tuple[str, ...]
    #: Algorithm of the content hash.
    content_hash: str


_FORMATS_UP_TO_1_0 = ("0.12", "1.0")
_FORMATS_UP_TO_1_1 = (*_FORMATS_UP_TO_1_0, "1.1")
_FORMATS_UP_TO_2_0 = (*_FORMATS_UP_TO_1_1, "2.0")
_FORMATS_UP_TO_2_1 = (*_FORMATS_UP_TO_2_0, "2.1")
_PYTHONS_OF_1_1 = ">=2.7,!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*,!=3.4.*"
_FORMATS_OF_2 = ("1.1", "2.0", "2.1")


#: Oldest first.
POETRY_SERIES: tuple[PoetrySeries, ...] = tuple(
    PoetrySeries(
        series=newest.rpartition(".")[0],
        newest=newest,
        first_release=date.fromisoformat(first_release),
        requires_python=requires_python,
        verified_until=verified_until,
        formats=formats,
        content_hash=content_hash,
    )
    for newest, first_release, requires_python, verified_until, formats, content_hash in (
        ("1.0.10", "2019-12-12", _PYTHONS_OF_1_1, "3.11", _FORMATS_UP_TO_1_1, "A"),
        ("1.1.15", "2020-10-01", _PYTHONS_OF_1_1, "3.11", _FORMATS_UP_TO_1_1, "A"),
        ("1.2.2", "2022-08-31", ">=3.7", "3.14", _FORMATS_UP_TO_2_0, "B"),
        ("1.3.2", "2022-12-09", ">=3.7", "3.13", _FORMATS_UP_TO_2_1, "B"),
        ("1.4.2", "2023-02-27", ">=3.7", "3.13", _FORMATS_UP_TO_2_1, "B"),
        ("1.5.1", "2023-05-19", ">=3.7", "3.14", _FORMATS_UP_TO_2_1, "B"),
        ("1.6.1", "2023-08-20", ">=3.8", "3.13", _FORMATS_UP_TO_2_1, "B"),
        ("1.7.1", "2023-11-03", ">=3.8", "3.14", _FORMATS_UP_TO_2_1, "B"),
        ("1.8.5", "2024-02-25", ">=3.8", "3.14", _FORMATS_UP_TO_2_1, "B"),
        ("2.0.1", "2025-01-05", ">=3.9", "3.14", _FORMATS_OF_2, "C"),
        ("2.1.4", "2025-02-15", ">=3.9", "3.14", _FORMATS_OF_2, "C"),
        ("2.2.1", "2025-09-14", ">=3.9", "3.14", _FORMATS_OF_2, "C"),
        ("2.3.4", "2026-01-18", ">=3.10", "3.14", _FORMATS_OF_2, "D"),
        ("2.4.3", "2026-05-03", ">=3.10", "3.14", _FORMATS_OF_2, "D"),
        ("2.5.1", "2026-09-20", ">=3.10", "3.14", _FORMATS_OF_2, "D"),
    )
)

#: Oldest release with every option that the Dockerfile uses: `--no-directory` came with 1.5, `--compile` with 1.4,
#: `--only` and an environment without pip with 1.2. Source: `poetry install --help` of each series.
OLDEST_USABLE = "1.5"
#: Oldest release that is chosen where its writer was older still: a lock that is out of step is an error from here on.
OLDEST_WANTED = "1.8"

#: Lock format → the day from which on it was written, for locks whose header names no Poetry. 0.12.0 had the format
#: without a version; 1.0.0, 1.1.0, 1.3.0 and 2.0.0 introduced the others.
WRITTEN_SINCE: Mapping[str, date] = {
    "0.12": date(2018, 10, 17),
    "1.0": date(2019, 12, 12),
    "1.1": date(2020, 10, 1),
    "2.0": date(2022, 12, 9),
    "2.1": date(2025, 1, 5),
}
