"""Front matter: the YAML between two `---` lines, read as nodes so that each value keeps its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .errors import Problem, did_you_mean
from .source import InvalidFileError, Source

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # PyYAML was built without libyaml
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

Model = TypeVar("Model", bound=BaseModel)
Position = tuple[int, int]


@dataclass(frozen=True)
class Values:
    """What front matter says: plain text and lists of it, with the line and column of each."""

    data: dict[str, Any]
    positions: Mapping[tuple[str | int, ...], Position]

    def position(self, location: tuple[str | int, ...]) -> Position:
        """Find the place of a value, or of the nearest thing around it that has one."""
        while location and location not in self.positions:
            location = location[:-1]
        return self.positions.get(location, (1, 0))


def parse(source: Source, model: type[Model]) -> Model:
    """Validate front matter against a model; raise InvalidFileError with every error in its place."""
    values, problems = _read_values(source.front_matter)
    try:
        validated = model.model_validate(values.data)
    except ValidationError as error:
        problems += [_explain(details, values, model) for details in error.errors(include_url=False)]
    if problems:
        raise InvalidFileError(*problems)
    return validated


def _read_values(text: str) -> tuple[Values, list[Problem]]:
    root = _compose(text)
    if root is None:
        return Values({}, {}), []
    if not isinstance(root, yaml.MappingNode):
        raise InvalidFileError(Problem("", *_position(root), "front matter is lines of “key: value”, and this is not"))
    data: dict[str, Any] = {}
    positions: dict[tuple[str | int, ...], Position] = {}
    problems: list[Problem] = []
    for key_node, node in root.value:
        if not isinstance(key_node, yaml.ScalarNode):
            problems.append(Problem("", *_position(key_node), "a key must be a word, such as title"))
            continue
        key = key_node.value
        if key in data:
            first = positions[key,][0]
            message = f"“{key}” is given twice, first on line {first}: keep one of the two"
            problems.append(Problem("", *_position(key_node), message))
            continue
        data[key] = _plain(node)
        positions[key,] = _position(key_node)
        if isinstance(node, yaml.SequenceNode):
            positions |= {(key, index): _position(item) for index, item in enumerate(node.value)}
    return Values(data, positions), problems


def _compose(text: str) -> yaml.Node | None:
    for number, written in enumerate(text.split("\n"), start=2):
        if "\t" in written[: len(written) - len(written.lstrip())]:
            raise InvalidFileError(Problem("", number, 1, "YAML is not indented with tabs: use spaces"))
    try:
        root: yaml.Node | None = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 2, mark.column + 1) if mark else (2, 0)
        raise InvalidFileError(Problem("", line, column, _explain_syntax(error, text, line))) from error
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 2
        raise InvalidFileError(Problem("", line, 0, f"YAML cannot hold this: {error.reason}")) from error
    return root


def _explain_syntax(error: yaml.MarkedYAMLError, text: str, line: int) -> str:
    written = text.split("\n")[line - 2] if line - 2 < text.count("\n") + 1 else ""
    if "\t" in written:
        return "YAML does not take a tab here: use spaces"
    if "mapping values are not allowed" in str(error.problem):
        return 'a value that contains “: ” must stand in quotes, as in title: "Sessions: an overview"'
    if "could not find expected ':'" in str(error.problem):
        return "a key and its value are separated by “: ”, as in title: Redirect after a form post"
    return f"this is not valid YAML ({error.problem}): put the value in quotes if it has special characters"


def _plain(node: yaml.Node) -> Any:
    """Turn a node into text, a list of texts, or None where nothing is written; types are the model's job."""
    if isinstance(node, yaml.ScalarNode):
        return None if node.style in (None, "") and node.value in ("", "~", "null") else node.value
    if isinstance(node, yaml.SequenceNode):
        return [item.value if isinstance(item, yaml.ScalarNode) else {} for item in node.value]
    return {}


def _position(node: yaml.Node) -> Position:
    return node.start_mark.line + 2, node.start_mark.column + 1


def _explain(details: ErrorDetails, values: Values, model: type[BaseModel]) -> Problem:
    location = details["loc"]
    line, column = values.position(location)
    return Problem("", line, column, _message(details, str(location[0]) if location else "", model))


def _message(details: ErrorDetails, key: str, model: type[BaseModel]) -> str:
    known = list(model.model_fields)
    kind, value = details["type"], details["input"]
    if kind == "missing":
        example = (model.model_fields[key].examples or ["…"])[0]
        return f"“{key}” is missing: add a line “{key}: {example}”"
    if kind == "extra_forbidden":
        return f"there is no key “{key}” in front matter: {did_you_mean(key, known)}"
    if value is None:
        return f"“{key}” is empty: give it a value, or leave the line out"
    if kind in ("string_type", "tuple_type"):
        wanted = "a list such as [one, two]" if kind == "tuple_type" else "plain text on one line"
        return f"“{key}” must be {wanted}"
    if kind == "bool_parsing":
        return f"“{key}” must be true or false, not “{value}”"
    if kind == "value_error":
        return str(details["ctx"]["error"])
    return f"“{key}”: {re.sub('^Input', 'it', details['msg'])}"
