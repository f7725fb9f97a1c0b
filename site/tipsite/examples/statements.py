"""Statements of an interpreter session, as they stand after `>>>` and `...`."""

from __future__ import annotations

import codeop
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from .comparison import Expectation

PROMPT, CONTINUATION = ">>>", "..."


@dataclass(frozen=True)
class Statement:
    """A statement of an interpreter session; line i of its source (from 0) is line `line + i` of the text.

    `slot` is where its coverage is counted, see `coverage`.
    """

    line: int
    source: str
    expectation: Expectation
    slot: int = 0


def is_prompt(line: str) -> bool:
    """Tell whether a line of a session opens a statement."""
    return line.startswith(PROMPT + " ") or line.rstrip() == PROMPT


def parse_statements(lines: Sequence[str], first_line: int) -> list[Statement]:
    """Split a session, whose first line is a prompt, into statements and what each should print."""
    starts = [index for index, line in enumerate(lines) if is_prompt(line)]
    return [
        _parse_statement(lines[start:end], first_line + start)
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)
    ]


def _parse_statement(lines: Sequence[str], line: int) -> Statement:
    source = [lines[0][len(PROMPT) + 1 :]]
    for following in lines[1:]:
        if not _is_continuation(following) or is_complete("\n".join(source)):
            break
        source.append(following[len(CONTINUATION) + 1 :])
    shown = tuple(lines[len(source) :])
    return Statement(line, "\n".join(source), Expectation(shown, line + len(source)))


def _is_continuation(line: str) -> bool:
    return line.startswith(CONTINUATION + " ") or line.rstrip() == CONTINUATION


def is_complete(source: str) -> bool:
    """Tell whether an interpreter would run the statement, rather than ask for another line of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return codeop.compile_command(source, "<stdin>", "single") is not None
        except (SyntaxError, ValueError, OverflowError):
            return True
