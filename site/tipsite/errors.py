"""What can be wrong with content, and the exception that carries it all at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

LISTED = 15  # words that a message lists at the most


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that an author has to mend, and where.

    `line` and `column` count from 1; 0 stands for "the whole file" and "the whole line".
    `detail` is text that belongs below the message, such as a diff. A `warning` is told, and stops nothing.
    If it is of the `site`, `path` is that of a published file, and not of one that an author wrote.
    """

    path: str
    line: int
    column: int
    message: str
    detail: str = ""
    warning: bool = False
    site: bool = False

    @property
    def location(self) -> str:
        """Give `path`, `path:line` or `path:line:column`, as far as it is known."""
        known = [self.path] + [str(number) for number in (self.line, self.column) if number]
        return ":".join(known)

    def __str__(self) -> str:
        text = f"{self.location}: {'warning: ' if self.warning else ''}{self.message}"
        return f"{text}\n{self.detail.rstrip()}" if self.detail else text

    @property
    def annotation(self) -> str:
        """Give the problem as GitHub Actions wants an annotation.

        See https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands.
        """
        message = f"{self.message}\n{self.detail}".rstrip()
        for character, escape in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
            message = message.replace(character, escape)
        kind = "warning" if self.warning else "error"
        if self.site:
            return f"::{kind}::{self.location}: {message}"
        place = f"file={self.path}" + (f",line={self.line}" if self.line else "")
        column = f",col={self.column}" if self.column else ""
        return f"::{kind} {place}{column}::{message}"

    def under(self, folder: Path) -> Problem:
        """Say the same with the path below a folder of content, as an author would type it."""
        return self if self.site else replace(self, path=str(folder / self.path))

    def at(self, path: str, line_offset: int = 0) -> Problem:
        """Say the same of a text that is a part of `path`, `line_offset` lines below its top."""
        return replace(self, path=path, line=self.line and self.line + line_offset)


class TipsiteError(Exception):
    """An error that is told to the user in its own words, without a traceback."""


class FreezingError(TipsiteError):
    """A build that cannot be made or published; the message says why."""


class ContentError(TipsiteError):
    """Everything that was found wrong with the content, in the order of path and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Suggest the known words nearest to a mistyped one, as a clause that ends a sentence.

    Where none is near, all are listed; of many, those that are the least far.
    """
    known = sorted(known)
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"did you mean “{near[0]}”?"
    if len(known) > LISTED:
        return f"it can be one of {len(known)}, such as {', '.join(difflib.get_close_matches(word, known, cutoff=0))}"
    return f"it can be one of: {', '.join(known)}" if known else "there is none to choose from"
