"""Expected output, and its comparison with what a session really printed.

Line by line, without the white space at the end of a line, which a reader cannot see.  `...` inside a line
matches any characters (also none); `...` alone on a line matches any lines (also none).  In the header of an
HTTP response `Server`, `Date`, `Connection` and `Content-Length` need not be shown; what is shown must match,
in the order sent.  Empty lines at the end of the output need not be shown either.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

OPTIONAL_HEADERS = ("server", "date", "connection", "content-length")
STATUS_LINE = re.compile(r"HTTP/\d(\.\d)? \d{3}\b")


@dataclass(frozen=True)
class Expectation:
    """The output that a page shows, and the line of the text on which it starts."""

    lines: tuple[str, ...]
    line: int

    @property
    def is_empty_pattern(self) -> bool:
        """Tell whether nothing but `...` is expected, which any output would match."""
        shown = [line for line in self.lines if line.strip()]
        return bool(shown) and all(is_any_lines(line) for line in shown)


@dataclass(frozen=True)
class OutputLine:
    """A line that was printed; an optional one need not be shown."""

    text: str
    optional: bool = False


@dataclass(frozen=True)
class Difference:
    """The first place where the output departs from what is expected: an index into either."""

    expected: int
    actual: int


def is_any_lines(line: str) -> bool:
    """Tell whether an expected line stands for any number of lines."""
    return line.strip() == "..."


@lru_cache(maxsize=4096)
def pattern(line: str) -> re.Pattern[str]:
    """Give the pattern that an expected line with `...` in it stands for."""
    return re.compile(".*".join(map(re.escape, line.rstrip().split("..."))), re.DOTALL)


def line_matches(expected: str, actual: str) -> bool:
    """Tell whether a printed line is what one expected line, which is not `...` alone, asks for."""
    actual = actual.rstrip()
    return expected.rstrip() == actual or ("..." in expected and bool(pattern(expected).fullmatch(actual)))


def split_lines(output: str) -> list[str]:
    """Split output at its newlines only; a missing newline at the end makes no difference."""
    lines = output.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def printed_lines(source: str, output: str) -> list[OutputLine]:
    """Split what the command `source` printed, and mark what a page need not show of it."""
    lines = split_lines(output)
    end = len("\n".join(lines).rstrip("\n").split("\n")) if any(lines) else 0
    headers = set(_optional_headers(lines)) if "curl" in source else set()
    return [
        OutputLine(line, index in headers or (index >= end and not line.strip()))
        for index, line in enumerate(lines)
    ]


def _optional_headers(lines: Sequence[str]) -> Iterable[int]:
    inside = False
    for index, line in enumerate(lines):
        if STATUS_LINE.match(line):
            inside = True
        elif not line.strip():
            inside = False
        elif inside and line.partition(":")[0].lower() in OPTIONAL_HEADERS:
            yield index


def find_difference(expected: Sequence[str], printed: Sequence[OutputLine]) -> Difference | None:
    """Compare; None if the output is as expected."""
    states = _skip_any_lines(expected, {0})
    furthest = Difference(max(states), 0)
    for position, line in enumerate(printed):
        states = _skip_any_lines(expected, _step(expected, states, line))
        if not states:
            return furthest
        if max(states) > furthest.expected:
            furthest = Difference(max(states), position + 1)
    if len(expected) in states:
        return None
    return Difference(max(states), len(printed))


def _step(expected: Sequence[str], states: set[int], line: OutputLine) -> set[int]:
    """Follow every way to read the lines so far by one more printed line."""
    after: set[int] = set()
    for state in states:
        any_lines = state < len(expected) and is_any_lines(expected[state])
        if any_lines or line.optional:
            after.add(state)
        if state < len(expected) and not any_lines and line_matches(expected[state], line.text):
            after.add(state + 1)
    return after


def _skip_any_lines(expected: Sequence[str], states: set[int]) -> set[int]:
    reached = set(states)
    for state in states:
        while state < len(expected) and is_any_lines(expected[state]):
            state += 1
            reached.add(state)
    return reached


def difference_lines(
    expected: Sequence[str], printed: Sequence[OutputLine], difference: Difference
) -> list[str]:
    """Make a unified diff that shows what matched as the page has it, and only then what differs."""
    rest = adopt_patterns(expected[difference.expected :], printed[difference.actual :])
    actual = [*expected[: difference.expected], *rest]
    return unified(expected, actual, "expected", "actual")


def adopt_patterns(expected: Sequence[str], printed: Sequence[OutputLine]) -> list[str]:
    """Write each printed line as the page does where one of the page's patterns matches it."""
    patterns = [line for line in expected if "..." in line and not is_any_lines(line)]
    shown = [line for line in printed if not line.optional or _is_shown(line.text, expected)]
    return [next((p for p in patterns if line_matches(p, line.text)), line.text) for line in shown]


def _is_shown(text: str, expected: Sequence[str]) -> bool:
    """Tell whether the page shows an optional line: the same header, or the same line."""
    name, colon, _ = text.partition(":")
    return bool(colon) and any(line.startswith(f"{name}:") for line in expected)


def unified(before: Sequence[str], after: Sequence[str], before_name: str, after_name: str) -> list[str]:
    """Make a unified diff of two texts, without newlines at the end of its lines."""
    lines = difflib.unified_diff(before, after, before_name, after_name, lineterm="", n=3)
    return [line.rstrip() for line in lines]
