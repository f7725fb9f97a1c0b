"""Compatibility: what a page tells of how its tip fared with each Python and Flask, as the tip is now."""

from __future__ import annotations

from dataclasses import dataclass

from .matrix import Cell, Matrix, Result, numbers


@dataclass(frozen=True)
class Compatibility:
    """The results of a tip's code as it is, at least one, and all cells that there are."""

    cells: tuple[Cell, ...]
    results: tuple[tuple[Cell, Result], ...]

    @property
    def flasks(self) -> list[str]:
        """The series of Flask, the newest first."""
        return _in_order({cell.flask for cell in self.cells})[::-1]

    @property
    def pythons(self) -> list[str]:
        """The series of Python, the oldest first."""
        return _in_order({cell.python for cell in self.cells})

    def state(self, python: str, flask: str) -> str:
        """Say how the tip fared in a cell: it `passes`, `fails`, or was `not run`."""
        for cell, result in self.results:
            if (cell.python, cell.flask) == (python, flask):
                return "passes" if result.passed else "fails"
        return "not run"

    def version(self, name: str, series: str) -> str:
        """Give the real version of Python or Flask where all that ran of a series agree on it, else the series."""
        ran = [cell for cell, _ in self.results if getattr(cell, name.lower()) == series]
        versions = {cell.versions.get(name, series) for cell in ran}
        return versions.pop() if len(versions) == 1 else series

    @property
    def summary(self) -> str:
        """Say in a line how the tip fares."""
        if self.failures:
            return f"Fails with {_join(list(self.failures))}"
        flasks = _in_order({cell.flask for cell, _ in self.results})
        pythons = _in_order({cell.python for cell, _ in self.results})
        return f"Passes with Flask {_join(flasks)} on Python {_join(pythons)}"

    @property
    def failures(self) -> dict[str, str]:
        """Why the tip fails, by where it does, as in `Flask 2.3 and 3.0`."""
        whys = dict.fromkeys(result.why for _, result in self.results if not result.passed)
        return {self._where(why): why for why in whys}

    def _where(self, why: str) -> str:
        """Name a series where all that ran of it failed for this reason; else each cell."""
        failed = [cell for cell, result in self.results if result.why == why]
        for name in ("Flask", "Python"):
            series = {getattr(cell, name.lower()) for cell in failed}
            ran = [cell for cell, _ in self.results if getattr(cell, name.lower()) in series]
            if len(ran) == len(failed):
                return f"{name} {_join(_in_order(series))}"
        return _join([f"Flask {cell.flask} on Python {cell.python}" for cell in failed])


def find_compatibility(matrix: Matrix, path: str, code: str) -> Compatibility | None:
    """Find the results of a tip whose code has this hash; None if there is none of it."""
    results = tuple((cell, result) for cell, result in matrix.results(path) if result.hash == code)
    return Compatibility(matrix.cells, results) if results else None


def _in_order(series: set[str]) -> list[str]:
    return sorted(series, key=numbers)


def _join(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
