"""The file of the settings: `content/site.toml` is parsed and validated."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from .errors import ContentError, Problem, did_you_mean
from .settings import FILE, Settings, Topic
from .source import InvalidFileError, decode


def check_base_url(url: str) -> str:
    """Return a base URL that ends in a slash; raise ValueError if it is not an absolute http(s) address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"an address must be like https://example.org/ or https://example.org/tips/, not “{url}”")
    return url.rstrip("/") + "/"


def _slug(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", value):
        raise ValueError(f"“{value}” becomes an address: use a-z, 0-9 and single hyphens")
    return value


class _Topic(BaseModel):
    """What a topic of `site.toml` may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: Annotated[str, AfterValidator(_slug)]
    title: str = Field(min_length=1)
    introduction: str = ""
    tips: tuple[str, ...] = ()


class _Settings(BaseModel):
    """What `site.toml` may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=1)
    tagline: str = ""
    description: str = Field(min_length=1)
    base_url: Annotated[str, AfterValidator(check_base_url)]
    author: str = Field(min_length=1)
    repository: Annotated[str, AfterValidator(check_base_url)] | None = None
    language: str = "en"
    examples: bool = True
    budget: int = Field(default=14_000, gt=0)
    topics: tuple[_Topic, ...] = ()


def parse_settings(data: bytes) -> Settings:
    """Turn the bytes of `site.toml` into Settings; raise ContentError with all that is wrong with them."""
    try:
        text = decode(data)
        values = tomllib.loads(text)
        settings = _to_settings(_Settings.model_validate(values))
        _refuse_repeated_topics(settings, text)
    except InvalidFileError as error:
        raise ContentError(problem.at(FILE) for problem in error.problems) from error
    except tomllib.TOMLDecodeError as error:
        raise ContentError([_explain_syntax(error)]) from error
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise ContentError(_explain(detail, text, values) for detail in details) from error
    return settings


def _to_settings(model: _Settings) -> Settings:
    return Settings(**{**dict(model), "topics": tuple(Topic(**dict(topic)) for topic in model.topics)})


def _refuse_repeated_topics(settings: Settings, text: str) -> None:
    slugs = [topic.slug for topic in settings.topics]
    for index, slug in enumerate(slugs):
        if slug in slugs[:index]:
            line = _line_of(text, ("topics", index, "slug"))
            raise InvalidFileError(Problem("", line, 0, f"the topic “{slug}” is listed twice: keep one of the two"))


def _explain_syntax(error: tomllib.TOMLDecodeError) -> Problem:
    place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    line, column = (int(place[1]), int(place[2])) if place else (1, 0)
    message = re.sub(r" \(at .*\)$", "", str(error))
    return Problem(FILE, line, column, f"this is not valid TOML: {message[:1].lower()}{message[1:]}")


def _explain(details: ErrorDetails, text: str, values: dict[str, Any]) -> Problem:
    location = details["loc"]
    line = _line_of(text, location)
    key = str(location[-1]) if location else ""
    model: type[BaseModel] = _Topic if len(location) > 1 else _Settings
    where = f"topic {int(location[1]) + 1}: " if len(location) > 1 and location[0] == "topics" else ""
    return Problem(FILE, line, 0, where + _message(details, key, model))


def _message(details: ErrorDetails, key: str, model: type[BaseModel]) -> str:
    kind = details["type"]
    if kind == "missing":
        return f'“{key}” is missing: add a line {key} = "…"'
    if kind == "extra_forbidden":
        return f"there is no setting “{key}”: {did_you_mean(key, model.model_fields)}"
    if kind == "value_error":
        return str(details["ctx"]["error"])
    return f"“{key}”: {re.sub('^Input', 'it', details['msg'])}"


def _line_of(text: str, location: tuple[str | int, ...]) -> int:
    """Find the line of a key at the top, or of one in the n-th `[[topics]]` table, for a message."""
    lines = list(enumerate(text.split("\n"), start=1))
    start, end = 1, next((number for number, line in lines if line.startswith("[")), len(lines))
    if len(location) > 1 and isinstance(location[1], int):
        starts = [number for number, line in lines if line.strip() == f"[[{location[0]}]]"]
        start = starts[location[1]] if location[1] < len(starts) else 1
        end = next((number for number in starts if number > start), len(lines))
    key = str(location[2] if len(location) > 2 else location[0]) if location else ""
    return next(_lines_with(key, lines[start - 1 : end]), start)


def _lines_with(key: str, lines: list[tuple[int, str]]) -> Iterator[int]:
    for number, line in lines:
        if re.match(rf"\s*(\[\[)?{re.escape(key)}\s*(=|\]\])", line):
            yield number
