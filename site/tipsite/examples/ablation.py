"""A file without its key lines: what is left when the lines that a tip is about are taken out."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ..fence import Fence
from .subject import is_python


@dataclass(frozen=True)
class Ablated:
    """The source that is left, and statements that are marked in part (first and last line, from 1)."""

    source: str
    partial: tuple[tuple[int, int], ...] = ()


def remove_key_lines(fence: Fence) -> Ablated:
    """Take the marked lines out of a file; in Python, whole statements only."""
    marked = set(fence.hl_lines)
    if not is_python(fence):
        return Ablated("\n".join(_without(fence.lines, marked, {})))
    removal = _Removal(fence.lines, marked)
    removal.visit(ast.parse(fence.source))
    rest = removal.unexplained()
    partial = tuple(sorted({removal.enclosing(line) for line in rest}))
    removed = removal.removed | {line for line in marked if removal.is_bare(line)}
    return Ablated("\n".join(_without(fence.lines, removed - set(removal.passes), removal.passes)), partial)


def _without(lines: Sequence[str], removed: Iterable[int], replaced: dict[int, str]) -> list[str]:
    removed = set(removed)
    return [replaced.get(n, line) for n, line in enumerate(lines, start=1) if n not in removed]


@dataclass
class _Removal:
    """Walks the statements of a file and collects the lines to remove and those that become `pass`."""

    lines: Sequence[str]
    marked: set[int]
    removed: set[int] = field(default_factory=set)
    passes: dict[int, str] = field(default_factory=dict)
    spans: list[tuple[int, int]] = field(default_factory=list)

    def visit(self, node: ast.AST) -> None:
        """Remove what is marked inside a node."""
        for suite in _suites(node):
            self._visit_suite(node, suite)

    def _visit_suite(self, owner: ast.AST, suite: Sequence[ast.AST]) -> None:
        gone = [child for child in suite if self._remove(child)]
        for child in suite:
            if child not in gone:
                self.visit(child)
        if len(gone) == len(suite) and isinstance(gone[0], ast.stmt) and not isinstance(owner, ast.Module):
            self._leave_pass(gone[0])

    def _remove(self, child: ast.AST) -> bool:
        """Remove a statement or a clause that is wholly marked; else the decorators that are."""
        span = _span(child)
        self.spans.append(span)
        if self._is_marked(span):
            self.removed |= set(range(span[0], span[1] + 1))
            return True
        for decorator in getattr(child, "decorator_list", []):
            lines = (decorator.lineno, decorator.end_lineno)
            if self._is_marked(lines):
                self.removed |= set(range(lines[0], lines[1] + 1))
        return False

    def _leave_pass(self, first: ast.AST) -> None:
        line = _span(first)[0]
        text = self.lines[line - 1]
        if text.lstrip().startswith(("elif ", "elif(")):
            return
        self.passes[line] = text[: len(text) - len(text.lstrip())] + "pass"

    def _is_marked(self, span: tuple[int, int]) -> bool:
        lines = [line for line in range(span[0], span[1] + 1) if not self.is_bare(line)]
        return bool(lines) and self.marked.issuperset(lines)

    def is_bare(self, line: int) -> bool:
        """Tell whether a line is empty or a comment."""
        text = self.lines[line - 1].strip()
        return not text or text.startswith("#")

    def unexplained(self) -> list[int]:
        """Give the marked lines that belong to no wholly marked statement."""
        return [line for line in sorted(self.marked - self.removed) if not self.is_bare(line)]

    def enclosing(self, line: int) -> tuple[int, int]:
        """Give first and last line of the smallest statement around a line."""
        around = [span for span in self.spans if span[0] <= line <= span[1]]
        return min(around, key=lambda span: span[1] - span[0], default=(line, line))


def _suites(node: ast.AST) -> Iterator[Sequence[ast.AST]]:
    for name in ("body", "handlers", "orelse", "finalbody", "cases"):
        suite = getattr(node, name, None)
        if isinstance(suite, list) and suite:
            yield suite


def _span(node: ast.AST) -> tuple[int, int]:
    """Give first and last line of a statement with its decorators, or of an `except` or `case` clause."""
    if isinstance(node, ast.match_case):
        return node.pattern.lineno, _span(node.body[-1])[1]
    assert isinstance(node, ast.stmt | ast.ExceptHandler)
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    return first, node.end_lineno or first
