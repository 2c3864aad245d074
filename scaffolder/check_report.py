"""What `scaffold check` says, as text, as JSON and as annotations of a run on GitHub. Returns text, prints nothing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from scaffolder.model.finding import Finding

if TYPE_CHECKING:
    from scaffolder.model.decision import Json


def finding_lines(findings: Iterable[Finding]) -> str:
    """One line for each finding, and its hint below."""
    lines: list[str] = []
    for finding in findings:
        where = f"{finding.file}:{finding.line}: " if finding.line else ""
        lines.append(f"{finding.severity}: {where}{finding.text}")
        lines += [f"  {finding.hint}"] if finding.hint else []
    return "\n".join(lines)


def finding_json(finding: Finding) -> Json:
    """`{level, code, text, hint, file, line}`; line is 0 where the whole file is meant, file "" for the project."""
    return {
        "level": finding.severity.value,
        "code": finding.code,
        "text": finding.text,
        "hint": finding.hint,
        "file": finding.file,
        "line": finding.line,
    }


def github_commands(findings: Iterable[Finding], folder: Path) -> str:
    """The commands by which a run on GitHub marks lines; `folder` is the project's, relative to the repository.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    return "".join(
        f"::{finding.severity} {','.join(_properties(finding, folder))}::"
        f"{_escaped(f'{finding.text} {finding.hint}'.strip())}\n"
        for finding in findings
    )


def _properties(finding: Finding, folder: Path) -> Iterable[str]:
    if finding.file:
        yield f"file={_property((folder / finding.file).as_posix())}"
    if finding.line:
        yield f"line={finding.line}"
    yield f"title={_property(f'scaffold {finding.code}')}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
