"""How a file writes its lines: byte order mark, line endings, final newline. Merges see none of it."""

from __future__ import annotations

from dataclasses import dataclass

from scaffolder.merge.lines import matches, split

_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Convention:
    """A file's own way of writing; `returns` has one entry per line, True where it ends in CR LF."""

    mark: bool
    ended: bool
    lines: tuple[str, ...]
    returns: tuple[bool, ...]

    def write(self, text: str) -> str:
        """A plain text in this convention: a line that was there ends as it did, a new one as most lines do."""
        lines = split(text)
        if all(self.returns) and self.returns:
            lines = [line.replace("\n", "\r\n") for line in lines]
        elif any(self.returns):
            most = sum(self.returns) * 2 > len(self.returns)
            before = {new: self.returns[old] for old, new in matches(self.lines, lines) if old < len(self.returns)}
            lines = [line.replace("\n", "\r\n") if before.get(i, most) else line for i, line in enumerate(lines)]
        written = "".join(lines)
        if not self.ended:
            written = written.removesuffix("\n").removesuffix("\r")
        return f"{_MARK}{written}" if self.mark else written


def plain(text: str) -> str:
    r"""The text without byte order mark, with `\n` after every line and after the last."""
    text = text.removeprefix(_MARK).replace("\r\n", "\n")
    return text if not text or text.endswith("\n") else f"{text}\n"


def convention_of(text: str) -> Convention:
    """The convention that a text is written in."""
    lines = split(text.removeprefix(_MARK))
    return Convention(
        mark=text.startswith(_MARK),
        ended=not lines or lines[-1].endswith("\n"),
        lines=tuple(split(plain(text))),
        returns=tuple(line.endswith("\r\n") for line in lines if line.endswith("\n")),
    )
