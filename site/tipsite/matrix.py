"""The matrix: how each tip fared with each Python and Flask, as `content/matrix.json` records it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

FILE = "matrix.json"


@dataclass(frozen=True)
class Result:
    """How one tip fared: `hash` stands for what was run; `why` says briefly what went wrong."""

    hash: str
    result: str  # "passed" or "failed"
    why: str = ""

    @property
    def passed(self) -> bool:
        """Tell whether nothing went wrong."""
        return self.result == "passed"


@dataclass(frozen=True)
class Cell:
    """A Python and a Flask, as in 3.12 and 3.1; `versions` are the real ones, and without tips it was never run."""

    python: str
    flask: str
    versions: Mapping[str, str] = field(default_factory=dict)
    tips: Mapping[str, Result] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name the cell as the command line does: `3.12/3.1`."""
        return f"{self.python}/{self.flask}"


@dataclass(frozen=True)
class Matrix:
    """All cells, by Python and then Flask, the oldest first."""

    cells: tuple[Cell, ...] = ()

    def __post_init__(self) -> None:
        ordered = sorted(self.cells, key=lambda cell: (numbers(cell.python), numbers(cell.flask)))
        object.__setattr__(self, "cells", tuple(ordered))

    def results(self, path: str) -> list[tuple[Cell, Result]]:
        """Give all results of a tip, of its code as it is or as it was."""
        return self._by_path.get(path, [])

    @cached_property
    def _by_path(self) -> Mapping[str, list[tuple[Cell, Result]]]:
        found: dict[str, list[tuple[Cell, Result]]] = {}
        for cell in self.cells:
            for path, result in cell.tips.items():
                found.setdefault(path, []).append((cell, result))
        return found

    def about(self, path: str) -> str:
        """Give a text that changes whenever anything does that is known of a tip."""
        results = [(cell.name, cell.versions, result) for cell, result in self.results(path)]
        return repr(([cell.name for cell in self.cells], results)) if results else ""

    def expects(self, cell: Cell) -> bool:
        """Tell whether every tip that failed in a cell is known to fail there as it is."""
        known = next((other.tips for other in self.cells if other.name == cell.name), {})
        failed = {path: result for path, result in cell.tips.items() if not result.passed}
        return all(
            path in known and (known[path].hash, known[path].passed) == (result.hash, False)
            for path, result in failed.items()
        )

    def with_cell(self, cell: Cell) -> Matrix:
        """Give the matrix with a cell put in, in place of the one with its name."""
        return Matrix(cells=(*(other for other in self.cells if other.name != cell.name), cell))

    def limited_to(self, names: Iterable[str]) -> Matrix:
        """Give the matrix with these cells and no others; those that are new were never run."""
        known = {cell.name: cell for cell in self.cells}
        series = [name.split("/") for name in names]
        cells = [known.get(f"{python}/{flask}", Cell(python=python, flask=flask)) for python, flask in series]
        return Matrix(cells=tuple(cells))

    def to_text(self) -> str:
        """Give the file: a line for each result, so that a difference can be read."""
        return '{"cells": [\n' + ",\n".join(map(_cell_text, self.cells)) + "\n]}\n"


NO_MATRIX = Matrix()


def _cell_text(cell: Cell) -> str:
    head = _json({"python": cell.python, "flask": cell.flask, "versions": dict(sorted(cell.versions.items()))})
    tips = sorted((path, _result(result)) for path, result in cell.tips.items())
    lines = ",\n".join(f"  {_json(path)}: {_json(result)}" for path, result in tips)
    return f'{head[:-1]}, "tips": {{\n{lines}}}}}' if lines else head


def _result(result: Result) -> dict[str, str]:
    reason = {"why": result.why} if result.why else {}
    return {"hash": result.hash, "result": result.result, **reason}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def numbers(series: str) -> tuple[int, ...]:
    """Give what series sort by: 3.9 comes before 3.10."""
    return tuple(map(int, series.split(".")))
