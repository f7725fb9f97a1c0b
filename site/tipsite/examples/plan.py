"""The steps of a tip's run, in their order, and everything about its blocks that is wrong before running."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from ..errors import Problem
from ..fence import Fence
from .ablation import remove_key_lines
from .commands import Command, is_command, parse_commands
from .comparison import Expectation
from .statements import Statement, is_prompt, parse_statements
from .subject import Subject, is_python

SHELLS = ("bash", "shell", "sh", "zsh", "console-session", "shell-session", "terminal", "shellsession")
INTERPRETERS = ("python", "py", "python3", "ipython", "pytb")
SERVICES = ("redis",)
WHAT_TO_WRITE = (
    'give a file its name, as in ```python title="app.py"; make a terminal session ```console with lines that '
    "start with “$ ”, or an interpreter session ```pycon with lines that start with “>>> ”; "
    'or say why it is not run, as in unrun="needs a paid account"'
)


@dataclass(frozen=True)
class File:
    """A file to write; `slot` is where the coverage of its lines is counted."""

    line: int
    title: str
    source: str
    is_python: bool
    slot: int = 0


@dataclass(frozen=True)
class Terminal:
    """A ```` ```console ```` block."""

    line: int
    commands: tuple[Command, ...]
    exit: int = 0
    background: int = 0


@dataclass(frozen=True)
class Interpreter:
    """A ```` ```pycon ```` block."""

    line: int
    statements: tuple[Statement, ...]


Step = File | Terminal | Interpreter


@dataclass(frozen=True)
class Plan:
    """What to run, in order; `slots` is the size of the map of coverage."""

    steps: tuple[Step, ...]
    app: str
    needs: tuple[str, ...]
    slots: int

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports that programs in the background listen on."""
        return tuple(
            step.background for step in self.steps if isinstance(step, Terminal) and step.background
        )


def make_plan(subject: Subject) -> Plan:
    """Make the plan of a subject in which `find_problems` found nothing."""
    steps: list[Step] = []
    slots = 0
    for fence in subject.fences:
        if step := _make_step(fence):
            placed, slots = _place(step, slots)
            steps.append(placed)
    return Plan(tuple(steps), subject.app, subject.needs, slots)


def _make_step(fence: Fence) -> Step | None:
    if fence.is_file:
        return File(fence.line, fence.title, fence.source + "\n", is_python(fence))
    if not fence.is_session:
        return None
    if fence.language == "console":
        commands = tuple(parse_commands(fence.lines, fence.line + 1))
        return Terminal(fence.line, commands, fence.exit, fence.background)
    return Interpreter(fence.line, tuple(parse_statements(fence.lines, fence.line + 1)))


def _place(step: Step, slots: int) -> tuple[Step, int]:
    """Give a step its slots of the map of coverage: one a line, and one before the first."""
    if isinstance(step, File):
        return replace(step, slot=slots), slots + step.source.count("\n") + 2
    if isinstance(step, Interpreter):
        statements, slots = _place_statements(step.statements, slots)
        return replace(step, statements=statements), slots
    commands = []
    for command in step.commands:
        statements, slots = _place_statements(command.statements, slots)
        commands.append(replace(command, statements=statements))
    return replace(step, commands=tuple(commands)), slots


def _place_statements(statements: tuple[Statement, ...], slots: int) -> tuple[tuple[Statement, ...], int]:
    placed = []
    for statement in statements:
        placed.append(replace(statement, slot=slots))
        slots += statement.source.count("\n") + 2
    return tuple(placed), slots


def find_problems(subject: Subject) -> list[Problem]:
    """Find everything that is wrong with the blocks of a subject before any is run."""
    found = [problem for fence in subject.fences for problem in _fence_problems(subject, fence)]
    found += _clashes(subject)
    found += [
        Problem(subject.path, 0, 0, f"“{name}” in needs is no service: it can be one of: {', '.join(SERVICES)}")
        for name in subject.needs
        if name not in SERVICES
    ]
    return found or list(_unreached(subject))


def _unreached(subject: Subject) -> Iterator[Problem]:
    """Find Python that no session could have run."""
    if subject.sessions:
        return
    for fence in subject.files:
        if is_python(fence) and fence.source.strip():
            message = (
                f"“{fence.title}” is never run, because no session follows it: add a ```console block with "
                "“$ curl localhost:5000/” or the like, or a ```pycon block"
            )
            yield Problem(subject.path, fence.line, 0, message)


def _fence_problems(subject: Subject, fence: Fence) -> Iterator[Problem]:
    for offset, message in _messages(fence):
        yield Problem(subject.path, fence.line + offset, 0, message)


def _messages(fence: Fence) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with a block: lines below its opening fence, and the message."""
    if fence.unrun:
        yield from _unrun_messages(fence)
        return
    for key, value in (("exit", fence.exit), ("background", fence.background)):
        if value and not (fence.is_session and fence.language == "console"):
            yield 0, f"“{key}” belongs to a ```console block: take it off this one"
    if fence.is_file:
        yield from _file_messages(fence)
    elif fence.is_session:
        yield from _session_messages(fence)
    else:
        yield 0, _neither_message(fence)


def _unrun_messages(fence: Fence) -> Iterator[tuple[int, str]]:
    given = [("title", fence.title), ("exit", fence.exit), ("background", fence.background)]
    for key in [key for key, value in given if value]:
        yield 0, f"a block with “unrun” is not run, so “{key}” says nothing: take one of the two off"


def _neither_message(fence: Fence) -> str:
    lines = [line for line in fence.lines if line.strip()]
    if lines and is_prompt(lines[0]):
        return f"a ```{fence.language} block with “>>> ” is not run: did you mean ```pycon?"
    if lines and is_command(lines[0]):
        return f"a ```{fence.language} block with “$ ” is not run: did you mean ```console?"
    if fence.language in SHELLS:
        return (
            f"a ```{fence.language} block is not run: did you mean ```console, with “$ ” before each command?"
        )
    kind = f"this ```{fence.language} block" if fence.language else "this code block"
    return f"{kind} is neither a file nor a session, so nothing checks it: {WHAT_TO_WRITE}"


def _file_messages(fence: Fence) -> Iterator[tuple[int, str]]:
    title = PurePosixPath(fence.title)
    if title.is_absolute() or ".." in title.parts or "\\" in fence.title or fence.title.startswith("~"):
        yield 0, f"the file “{fence.title}” lies outside the tip's folder: write a relative path without “..”"
    elif fence.title.endswith("/") or not title.parts:
        yield 0, f"“{fence.title}” names a folder: write the name of a file, as in templates/base.html"
    if is_python(fence):
        yield from _python_messages(fence)


def _python_messages(fence: Fence) -> Iterator[tuple[int, str]]:
    try:
        compile(fence.source + "\n", fence.title, "exec", dont_inherit=True)
        yield from _key_line_messages(fence)
    except SyntaxError as error:
        yield error.lineno or 0, f"“{fence.title}” is not Python: {error.msg}"
    except ValueError as error:
        yield 0, f"“{fence.title}” is not Python: {error}"


def _key_line_messages(fence: Fence) -> Iterator[tuple[int, str]]:
    for first, last in remove_key_lines(fence).partial:
        lines = f"lines {first} to {last}" if last > first else f"line {first}"
        yield (
            first,
            f"only a part of the statement on {lines} of “{fence.title}” is marked by hl_lines: mark all of it "
            "or none of it, because the tip is run once without the marked lines",
        )


def _session_messages(fence: Fence) -> Iterator[tuple[int, str]]:
    if fence.title:
        yield 0, f"a session has no title: take title off, or name the language of the file “{fence.title}”"
    prompt, opens = ("$ ", is_command) if fence.language == "console" else (">>> ", is_prompt)
    if not any(map(opens, fence.lines)):
        yield 0, f"this ```{fence.language} block runs nothing: start a line with “{prompt}”"
    elif not opens(fence.lines[0]):
        yield 1, f"a ```{fence.language} block starts with “{prompt}”: what stands here is printed by nothing"
    elif fence.language == "console":
        yield from _terminal_messages(fence)
    else:
        statements = parse_statements(fence.lines, 1)
        for statement in statements:
            yield from _statement_messages(statement)


def _terminal_messages(fence: Fence) -> Iterator[tuple[int, str]]:
    commands = parse_commands(fence.lines, 1)
    for command in commands:
        if not command.source.strip():
            yield command.line, "there is no command behind this “$”: write one, or take the line out"
        if command.statements and command.expectation.lines:
            yield command.expectation.line, "what an interpreter prints before its first “>>> ” is not shown: " + (
                "take these lines out"
            )
        for statement in command.statements:
            yield from _statement_messages(statement)
        yield from _expectation_messages(command.expectation)
    if fence.background:
        yield from _background_messages(fence, commands)


def _background_messages(fence: Fence, commands: list[Command]) -> Iterator[tuple[int, str]]:
    if len(commands) > 1:
        yield commands[1].line, "a block in the background holds one command: put this one into its own block"
    if commands[0].expectation.lines or commands[0].statements:
        yield commands[0].expectation.line, "what a command in the background prints is not compared: " + (
            "take these lines out"
        )
    if fence.exit:
        yield 0, "a command in the background does not end by itself: take “exit” off"


def _statement_messages(statement: Statement) -> Iterator[tuple[int, str]]:
    if not statement.source.strip():
        yield statement.line, "there is no statement behind this “>>>”: write one, or take the line out"
    yield from _expectation_messages(statement.expectation)


def _expectation_messages(expectation: Expectation) -> Iterator[tuple[int, str]]:
    if expectation.is_empty_pattern:
        yield expectation.line, "“...” alone would match any output: show at least a part of a line"


def _clashes(subject: Subject) -> Iterator[Problem]:
    """Find files that need another file to be a folder."""
    titles = {PurePosixPath(fence.title) for fence in subject.files}
    for fence in subject.files:
        for parent in PurePosixPath(fence.title).parents:
            if parent in titles:
                message = f"“{parent}” is a file above, so “{fence.title}” cannot lie in it: rename one of them"
                yield Problem(subject.path, fence.line, 0, message)
