"""Updating: the expected output of a tip's sessions is rewritten in place with what they print now."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..errors import ContentError
from ..fence import Fence
from .comparison import adopt_patterns, is_any_lines
from .elision import elide
from .judgement import judge
from .plan import find_problems, make_plan
from .record import Record
from .subject import Subject
from .transcript import Expected, expected_turns, sessions


def update(path: Path, subject: Subject) -> bool:
    """Rewrite the expected output of a tip's file where it differs; tell whether anything was rewritten.

    The tip is run twice, and `...` stands where the two runs differ, and for cookies, tokens and hashes. What still
    matches stays as the author wrote it, and so does everything else, byte for byte. Raises ContentError where the tip
    cannot be run, or prints nothing that is the same twice.
    """
    problems = find_problems(subject)
    if problems:
        raise ContentError(problems)
    from .runner import Runner  # here: only what runs programs waits for what runs them

    plan = make_plan(subject)
    with Runner() as runner:
        first, second = runner.run(plan), runner.run(plan)
    if first.reports:
        raise ContentError(judge(subject.path, plan, first))
    replaced = {
        turn.line: _shown(turn, first, second)
        for session in sessions(plan)
        for turn in expected_turns(session)
        if turn.line in first.exchanges and turn.difference(first.exchanges[turn.line]) is not None
    }
    return bool(replaced) and _rewrite(path, subject, plan_turns(subject), replaced)


def plan_turns(subject: Subject) -> dict[int, Expected]:
    """Give every command and statement of a tip by its line."""
    return {turn.line: turn for session in sessions(make_plan(subject)) for turn in expected_turns(session)}


def _shown(turn: Expected, first: Record, second: Record) -> list[str]:
    """Give the lines that the page is to show for a command: what both runs printed, without secrets."""
    expected = turn.turn.expectation.lines
    one, other = (turn.printed(record.exchanges[turn.line]) for record in (first, second))
    lines, again = ([_without_secret(line) for line in adopt_patterns(expected, lines)] for lines in (one, other))
    return _merge(lines, again)


def _without_secret(line: str) -> str:
    return line if "..." in line else elide(line)


def _merge(lines: Sequence[str], again: Sequence[str]) -> list[str]:
    """Put `...` where two outputs differ: within a line where as many lines differ, else for the lines."""
    merged: list[str] = []
    for kind, start, end, other_start, other_end in difflib.SequenceMatcher(None, lines, again, False).get_opcodes():
        if kind == "equal":
            merged += lines[start:end]
        elif end - start == other_end - other_start:
            merged += map(_merge_line, lines[start:end], again[other_start:other_end])
        else:
            merged.append("...")
    return [
        line for index, line in enumerate(merged) if not (is_any_lines(line) and merged[index - 1 : index] == ["..."])
    ]


def _merge_line(line: str, other: str) -> str:
    """Keep the words at the beginning and at the end that two lines share, with `...` between."""
    words, others = line.split(" "), other.split(" ")
    head = 0
    while head < min(len(words), len(others)) and words[head] == others[head]:
        head += 1
    tail = 0
    while tail < min(len(words), len(others)) - head and words[-1 - tail] == others[-1 - tail]:
        tail += 1
    return " ".join([*words[:head], "...", *words[len(words) - tail :]])


def _rewrite(
    path: Path, subject: Subject, turns: Mapping[int, Expected], replaced: Mapping[int, Sequence[str]]
) -> bool:
    text = path.read_bytes().decode()
    end_of_line = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(end_of_line)
    for line in sorted(replaced, reverse=True):
        fence = _fence_around(subject, line)
        expectation = turns[line].turn.expectation
        start, end = expectation.line - 1, expectation.line - 1 + len(expectation.lines)
        lines[start:end] = [(fence.prefix + shown).rstrip() for shown in replaced[line]]
    rewritten = end_of_line.join(lines)
    if rewritten == text:
        return False
    path.write_bytes(rewritten.encode())
    return True


def _fence_around(subject: Subject, line: int) -> Fence:
    return next(fence for fence in subject.fences if fence.line < line < fence.end_line)
