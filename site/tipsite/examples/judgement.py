"""What an author has to mend after a run: outputs that differ, exit statuses, lines that never ran."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..errors import Problem
from .coverage import unexecuted
from .plan import File, Plan
from .record import Exchange, Record
from .screen import last_own_line
from .statements import Statement
from .transcript import Expected, expected_turns, sessions


def judge(path: str, plan: Plan, record: Record) -> list[Problem]:
    """Find everything that is wrong with a run."""
    problems = [
        Problem(path, report.line, 0, report.message, report.detail.rstrip()) for report in record.reports
    ]
    reported = {report.line for report in record.reports}
    files: dict[str, File] = {}
    complete = True
    for step in plan.steps:
        if isinstance(step, File):
            files[step.title] = step
            continue
        for turn in expected_turns(step):
            exchange = record.exchanges.get(turn.line)
            complete = complete and exchange is not None
            if exchange and turn.line not in reported:
                problems += _turn_problems(path, turn, exchange, files)
    return problems + (list(_unexecuted_problems(path, plan, record)) if complete else [])


def _turn_problems(
    path: str, turn: Expected, exchange: Exchange, files: Mapping[str, File]
) -> Iterator[Problem]:
    difference = turn.difference(exchange)
    if exchange.status != turn.status:
        yield _status_problem(path, turn, exchange, files)
    elif difference:
        lines = turn.turn.expectation.lines
        offset = min(difference.expected, max(len(lines) - 1, 0))
        line = turn.turn.expectation.line + offset if lines else turn.line
        message = "this prints something else" if lines else "this prints something that the page does not show"
        detail = turn.diff(exchange)
        if "Traceback" in exchange.log:
            detail += f"\n\n{_own_place(exchange.log, files)}the server says:\n{exchange.log.rstrip()}"
        yield Problem(path, line, 0, message, detail)


def _status_problem(path: str, turn: Expected, exchange: Exchange, files: Mapping[str, File]) -> Problem:
    line, place = turn.line, ""
    if own := _own_line(exchange.output, files):
        line, place = own, f" (in what line {turn.line} runs)"
    message = f"this ends with exit status {exchange.status}{place}, and {turn.status} is expected: "
    if turn.status:
        message += f"mend it, or write exit={exchange.status} on the block"
    else:
        message += f"mend it, or make it the last command of its block and write exit={exchange.status} there"
    return Problem(path, line, 0, message, turn.diff(exchange) or exchange.output.rstrip())


def _own_line(output: str, files: Mapping[str, File]) -> int | None:
    """Give the line of the text at which a traceback's innermost line of the tip's own code stands."""
    found = last_own_line(output)
    if found is None or found[0] not in files:
        return None
    return files[found[0]].line + found[1]


def _own_place(log: str, files: Mapping[str, File]) -> str:
    line = _own_line(log, files)
    return f"at line {line} of this page " if line else ""


def _unexecuted_problems(path: str, plan: Plan, record: Record) -> Iterator[Problem]:
    for step in plan.steps:
        if isinstance(step, File) and step.is_python:
            hits = record.hits[step.slot :]
            for first, last in _join(unexecuted(step.source, hits)):
                yield _never_executed(path, step.line, f" of “{step.title}”", first, last)
    for session in sessions(plan):
        for turn in expected_turns(session):
            if isinstance(turn.turn, Statement):
                yield from _unexecuted_in(path, turn.turn, record)


def _unexecuted_in(path: str, statement: Statement, record: Record) -> Iterator[Problem]:
    try:
        missing = unexecuted(statement.source, record.hits[statement.slot :])
    except SyntaxError:  # the session shows it
        return
    for first, last in _join(missing):
        yield _never_executed(path, statement.line - 1, "", first, last)


def _never_executed(path: str, line: int, where: str, first: int, last: int) -> Problem:
    lines = f"line {first}" if first == last else f"lines {first} to {last}"
    are = "is" if first == last else "are"
    message = f"{lines}{where} {are} never executed: show a session that reaches it, or leave it out"
    return Problem(path, line + first, 0, message)


def _join(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans of lines that follow one another."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


