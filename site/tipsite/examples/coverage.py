"""Which lines of a tip's Python were executed, in whichever of its processes.

Every Python file and every statement of a tip owns a range of slots in one map of bytes that all processes of
a run share, so that a line counts even if its process is killed at once.  Two statements on one line count
as one.
"""

from __future__ import annotations

import ast
import sys
import threading
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field
from mmap import mmap
from types import CodeType, FrameType
from typing import Any

TOOL = "tipsite.examples"
TYPED = "<stdin>"  # the file name of statements that are typed


def code_objects(code: CodeType) -> Iterator[CodeType]:
    """Yield a code object and all that are nested in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from code_objects(constant)


def executable_lines(code: CodeType) -> set[int]:
    """Give the lines, counted from 1, that have something to execute."""
    return {line for nested in code_objects(code) for _, _, line in nested.co_lines() if line}


def unexecuted(source: str, hits: Sequence[int], mode: str = "exec") -> list[tuple[int, int]]:
    """Give first and last line of each statement that has code and was not executed.

    `hits[line]` is true for an executed line; a statement counts as executed if any of its lines was.
    """
    tree = ast.parse(source, mode=mode)
    lines = executable_lines(compile(source, "<tip>", mode, dont_inherit=True))
    found = []
    for region in statement_regions(tree):
        executable = region & lines
        if executable and not any(hits[line] for line in executable):
            found.append((min(executable), max(executable)))
    return found


def statement_regions(tree: ast.AST) -> Iterator[set[int]]:
    """Yield the lines of each statement without those of the statements inside it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            inside = [child for child in ast.walk(node) if isinstance(child, ast.stmt) and child is not node]
            yield _lines(node) - set().union(*map(_lines, inside))


def _lines(statement: ast.stmt) -> set[int]:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    return set(range(first, (statement.end_lineno or first) + 1))


@dataclass
class Recorder:
    """Notes in `hits` each line that is executed of the files and statements it was told about."""

    hits: MutableMapping[int, int] | mmap | bytearray
    files: dict[str, int] = field(default_factory=dict)
    statements: dict[CodeType, int] = field(default_factory=dict)

    def watch_statement(self, code: CodeType, slot: int) -> None:
        """Count the lines of a statement from `slot` on."""
        self.statements.update(dict.fromkeys(code_objects(code), slot))

    def on_event(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Watch code of the tip that is about to be executed, whoever compiled it (`sys.addaudithook`)."""
        if event == "exec" and arguments and self.slot_of(arguments[0]) is not None:
            monitoring = sys.monitoring
            for code in code_objects(arguments[0]):
                monitoring.set_local_events(monitoring.COVERAGE_ID, code, monitoring.events.LINE)

    def slot_of(self, code: CodeType) -> int | None:
        """Give the slot from which the lines of a code object are counted, if it is the tip's."""
        slot = self.files.get(code.co_filename)
        return self.statements.get(code) if slot is None and code.co_filename == TYPED else slot

    def on_line(self, code: CodeType, line: int) -> Any:
        """Note a line of the tip's code; called once for each (`sys.monitoring`)."""
        slot = self.slot_of(code)
        if slot is not None:
            self.hits[slot + line] = 1
        return sys.monitoring.DISABLE

    def on_call(self, frame: FrameType, event: str, argument: object) -> Any:
        """Trace a function of the tip, and no other (`sys.settrace`), which is told of each call in any library."""
        code = frame.f_code
        foreign = code.co_filename not in self.files and code.co_filename != TYPED
        return None if foreign or self.slot_of(code) is None else self.on_step

    def on_step(self, frame: FrameType, event: str, argument: object) -> Any:
        """Note a line of a function of the tip (`sys.settrace`)."""
        slot = self.slot_of(frame.f_code)
        if event == "line" and slot is not None:
            self.hits[slot + frame.f_lineno] = 1
        return self.on_step


def start_recording(recorder: Recorder) -> None:
    """Record in this process and in what is forked from it, in all threads started from now on."""
    if sys.version_info >= (3, 12):
        monitoring = sys.monitoring
        monitoring.use_tool_id(monitoring.COVERAGE_ID, TOOL)
        monitoring.register_callback(monitoring.COVERAGE_ID, monitoring.events.LINE, recorder.on_line)
        sys.addaudithook(recorder.on_event)
    else:
        threading.settrace(recorder.on_call)
        sys.settrace(recorder.on_call)
