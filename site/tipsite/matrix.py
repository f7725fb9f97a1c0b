"""The matrix: how each tip fared with each Python and Flask, as `content/matrix.json` records it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from .errors import ContentError, Problem
from .front_matter import InvalidFileError, decode

FILE = "matrix.json"
REMEDY = "correct it, or delete the file and let “flask tips record” write it anew"

Series = Annotated[str, Field(pattern=r"^\d+\.\d+$")]


class Result(BaseModel):
    """How one tip fared: `hash` stands for what was run; `why` says briefly what went wrong."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    hash: str = Field(min_length=1)
    result: Literal["passed", "failed"]
    why: str = ""

    @property
    def passed(self) -> bool:
        """Tell whether nothing went wrong."""
        return self.result == "passed"

    @model_validator(mode="after")
    def _failed_for_a_reason(self) -> Result:
        if self.passed == bool(self.why):
            raise ValueError("“why” says what went wrong with a tip that failed, and with no other")
        return self


class Cell(BaseModel):
    """A Python and a Flask, as in 3.12 and 3.1; `versions` are the real ones, and without tips it was never run."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    python: Series
    flask: Series
    versions: dict[str, str] = {}
    tips: dict[str, Result] = {}

    @property
    def name(self) -> str:
        """Name the cell as the command line does: `3.12/3.1`."""
        return f"{self.python}/{self.flask}"


class Matrix(BaseModel):
    """All cells, by Python and then Flask, the oldest first."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    cells: tuple[Cell, ...] = ()

    @field_validator("cells")
    @classmethod
    def _in_order(cls, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        names = [cell.name for cell in cells]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"the cell {name} is there twice: keep one of the two")
        return tuple(sorted(cells, key=lambda cell: (numbers(cell.python), numbers(cell.flask))))

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


NO_MATRIX = Matrix.model_construct()  # which builds no validator


def _cell_text(cell: Cell) -> str:
    head = _json({"python": cell.python, "flask": cell.flask, "versions": dict(sorted(cell.versions.items()))})
    tips = sorted((path, result.model_dump(exclude_defaults=True)) for path, result in cell.tips.items())
    lines = ",\n".join(f"  {_json(path)}: {_json(result)}" for path, result in tips)
    return f'{head[:-1]}, "tips": {{\n{lines}}}}}' if lines else head


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def numbers(series: str) -> tuple[int, ...]:
    """Give what series sort by: 3.9 comes before 3.10."""
    return tuple(map(int, series.split(".")))


def parse_matrix(data: bytes) -> Matrix:
    """Turn the bytes of `matrix.json` into a Matrix; raise ContentError with all that is wrong with them."""
    try:
        text = decode(data)
        return Matrix.model_validate(json.loads(text))
    except InvalidFileError as error:
        raise ContentError(problem.at(FILE) for problem in error.problems) from error
    except json.JSONDecodeError as error:
        message = f"this is not valid JSON ({error.msg}): {REMEDY}"
        raise ContentError([Problem(FILE, error.lineno, error.colno, message)]) from error
    except ValidationError as error:
        root = _compose(text)
        raise ContentError(_explain(details, root) for details in error.errors(include_url=False)) from error


def _compose(text: str) -> yaml.Node | None:
    """Read JSON as YAML, whose nodes know their places; some JSON, as with tabs, is none."""
    with suppress(yaml.YAMLError):
        return yaml.compose(text, Loader=yaml.SafeLoader)
    return None


def _explain(details: ErrorDetails, root: yaml.Node | None) -> Problem:
    where = "".join(f"“{part}”: " for part in details["loc"][-1:])
    cause = str(details["ctx"]["error"]) if details["type"] == "value_error" else re.sub("^Input", "it", details["msg"])
    message = f"{where}{cause}; {REMEDY}"
    if root is None:
        return Problem(FILE, 0, 0, message)
    mark = _find(root, details["loc"]).start_mark
    return Problem(FILE, mark.line + 1, mark.column + 1, message)


def _find(node: yaml.Node, location: tuple[Any, ...]) -> yaml.Node:
    """Find the node at a location, or the nearest one around it."""
    for part in location:
        children = {}
        if isinstance(node, yaml.MappingNode):
            children = {key.value: value for key, value in node.value}
        elif isinstance(node, yaml.SequenceNode):
            children = dict(enumerate(node.value))
        if part not in children:
            break
        node = children[part]
    return node
