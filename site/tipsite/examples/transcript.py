"""A session as it was run, beside what the page shows of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .commands import Command
from .comparison import (
    Difference,
    OutputLine,
    adopt_patterns,
    difference_lines,
    find_difference,
    printed_lines,

    unified,
)
from .elision import elide
from .plan import File, Interpreter, Plan, Terminal
from .record import Exchange, Record
from .statements import Statement


@dataclass(frozen=True)
class Entry:
    """A command or a statement as it was run."""

    line: int
    source: str
    output: str
    status: int


@dataclass(frozen=True)
class Transcript:
    """A session as it was run; `line` is that of its fence."""

    line: int
    language: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Expected:
    """A command or statement with what it should print and how it should end."""

    turn: Command | Statement
    status: int

    @property
    def line(self) -> int:
        """The line of the text on which it starts."""
        return self.turn.line

    def difference(self, exchange: Exchange) -> Difference | None:
        """Compare what was printed with what the page shows."""
        return find_difference(self.turn.expectation.lines, self.printed(exchange))

    def printed(self, exchange: Exchange) -> list[OutputLine]:
        """Give the lines that were printed."""
        return printed_lines(self.turn.source, exchange.output)

    def diff(self, exchange: Exchange) -> str:
        """Show how what was printed differs from what the page shows."""
        difference = self.difference(exchange)
        if difference is None:
            return ""
        lines = difference_lines(self.turn.expectation.lines, self.printed(exchange), difference)
        return "\n".join(lines)

    def differs(self, exchange: Exchange | None) -> bool:
        """Tell whether it came out differently, or not at all."""
        return (
            exchange is None
            or exchange.status != self.status
            or self.difference(exchange) is not None
        )


def expected_turns(session: Terminal | Interpreter) -> Iterator[Expected]:
    """Yield what is run in a session, in the order in which it ends."""
    if isinstance(session, Interpreter):
        yield from (Expected(statement, 0) for statement in session.statements)
        return
    for command in session.commands:
        is_last = command is session.commands[-1]
        yield from (Expected(statement, 0) for statement in command.statements)
        yield Expected(command, session.exit if is_last else 0)


def sessions(plan: Plan) -> list[Terminal | Interpreter]:
    """Give the sessions of a plan."""
    return [step for step in plan.steps if not isinstance(step, File)]


def make_transcripts(plan: Plan, record: Record) -> tuple[Transcript, ...]:
    """Write down each session of a run as far as it came."""
    return tuple(
        Transcript(
            session.line,
            "console" if isinstance(session, Terminal) else "pycon",
            tuple(
                Entry(turn.line, turn.turn.source, exchange.output, exchange.status)
                for turn in sorted(expected_turns(session), key=lambda turn: turn.line)
                if (exchange := record.exchanges.get(turn.line))
            ),
        )
        for session in sessions(plan)
    )


def first_change(plan: Plan, record: Record) -> Terminal | Interpreter | None:
    """Find the first session of a run that came out differently from what the page shows."""
    for session in sessions(plan):
        if any(turn.differs(record.exchanges.get(turn.line)) for turn in expected_turns(session)):
            return session
    return None


@dataclass
class Watch:
    """Watches a run for the first session that comes out differently."""

    turns: Mapping[int, tuple[Terminal | Interpreter, Expected]]
    changed: Terminal | Interpreter | None = None
    settled: bool = False

    def begin(self, line: int) -> None:
        """Note that the run has come to a line; once a changed session is over, nothing is left to see."""
        session, _ = self.turns.get(line, (None, None))
        self.settled = self.settled or (self.changed is not None and session is not self.changed)

    def end(self, exchange: Exchange) -> None:
        """Note what was printed."""
        session, turn = self.turns[exchange.line]
        if self.changed is None and turn.differs(exchange):
            self.changed = session


def watch(plan: Plan) -> Watch:
    """Make a watch for a plan."""
    return Watch({t.line: (session, t) for session in sessions(plan) for t in expected_turns(session)})


def diff_session(session: Terminal | Interpreter, record: Record) -> str:
    """Show how a session came out differently, without secrets."""
    before: list[str] = []
    after: list[str] = []
    for turn in sorted(expected_turns(session), key=lambda turn: turn.line):
        prompt = _prompt_lines(turn.turn)
        before += [*prompt, *turn.turn.expectation.lines]
        after += [*prompt, *_shown_lines(turn, record)]
    return "\n".join(unified(before, after, "with these lines", "without these lines"))


def _prompt_lines(turn: Command | Statement) -> list[str]:
    first, more = ("$ ", "> ") if isinstance(turn, Command) else (">>> ", "... ")
    lines = turn.source.split("\n")
    return [first + lines[0], *(more + line for line in lines[1:])]


def _shown_lines(turn: Expected, record: Record) -> Sequence[str]:
    exchange = record.exchanges.get(turn.line)
    if exchange is None:
        messages = [report.message for report in record.reports]
        return [f"({messages[0] if messages else 'this is not reached'})"]
    expected = turn.turn.expectation.lines
    difference = turn.difference(exchange)
    status = [f"(exit status {exchange.status})"] if exchange.status != turn.status else []
    if difference is None:
        return [*expected, *status]
    rest = adopt_patterns(expected[difference.expected :], turn.printed(exchange)[difference.actual :])
    return [*expected[: difference.expected], *map(elide, rest), *status]


