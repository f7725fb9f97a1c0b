"""The file of the matrix: `content/matrix.json` is parsed and validated."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from .errors import ContentError, Problem
from .matrix import FILE, Cell, Matrix, Result
from .source import InvalidFileError, decode

REMEDY = "correct it, or delete the file and let “flask tips record” write it anew"

Series = Annotated[str, Field(pattern=r"^\d+\.\d+$")]


class _Result(BaseModel):
    """What the file may say of how one tip fared."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hash: str = Field(min_length=1)
    result: Literal["passed", "failed"]
    why: str = ""

    @model_validator(mode="after")
    def _failed_for_a_reason(self) -> _Result:
        if (self.result == "passed") == bool(self.why):
            raise ValueError("“why” says what went wrong with a tip that failed, and with no other")
        return self


class _Cell(BaseModel):
    """What the file may say of a Python and a Flask."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    python: Series
    flask: Series
    versions: dict[str, str] = {}
    tips: dict[str, _Result] = {}

    def to_cell(self) -> Cell:
        results = {path: Result(**dict(result)) for path, result in self.tips.items()}
        return Cell(self.python, self.flask, self.versions, results)


class _Matrix(BaseModel):
    """What the file may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cells: tuple[_Cell, ...] = ()

    @field_validator("cells")
    @classmethod
    def _each_once(cls, cells: tuple[_Cell, ...]) -> tuple[_Cell, ...]:
        names = [f"{cell.python}/{cell.flask}" for cell in cells]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"the cell {name} is there twice: keep one of the two")
        return cells


def parse_matrix(data: bytes) -> Matrix:
    """Turn the bytes of `matrix.json` into a Matrix; raise ContentError with all that is wrong with them."""
    try:
        text = decode(data)
        return Matrix(tuple(cell.to_cell() for cell in _Matrix.model_validate(json.loads(text)).cells))
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
