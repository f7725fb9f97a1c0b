"""Tip files: a Markdown file with front matter is parsed and validated as a whole."""

from __future__ import annotations

import datetime
import re
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from . import front_matter
from .errors import ContentError, Problem, did_you_mean
from .source import InvalidFileError, read
from .tip import SLUG, Page, Tip, slugify

SERVICES = ("redis",)


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("this value is empty: write one, or leave the line out")
    return " ".join(value.split())


def _day(value: Any) -> datetime.date:
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
            raise ValueError
        return datetime.date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"a date must be a day of the calendar like 2026-11-23, not “{value}”") from None


def _tag(value: str) -> str:
    if not SLUG.fullmatch(value):
        raise ValueError(f"the tag “{value}” becomes an address: use a-z, 0-9 and -, as in “{slugify(value)}”")
    return value


def _alias(value: str) -> str:
    pattern = r"/(?:[\w.~-]+/)*(?:[\w.~-]+\.html)?"
    if not re.fullmatch(pattern, value, re.ASCII) or ".." in value or value == "/":
        raise ValueError(
            f"the alias “{value}” must be an old address on this site that begins with / "
            "and ends in / or .html, such as /old/address/"
        )
    return value


def _service(value: str) -> str:
    if value not in SERVICES:
        raise ValueError(f"there is no service “{value}”: {did_you_mean(value, SERVICES)}")
    return value


def _several(value: Any) -> Any:
    """Read `needs: redis` as a list of one, and refuse what is given twice."""
    values = [value] if isinstance(value, str) else value
    if isinstance(values, list):
        for item in values:
            if values.count(item) > 1:
                raise ValueError(f"“{item}” is listed twice: keep one of the two")
    return values


Text = Annotated[str, AfterValidator(_text)]
Day = Annotated[datetime.date, BeforeValidator(_day)]
Tags = Annotated[tuple[Annotated[str, AfterValidator(_tag)], ...], BeforeValidator(_several)]
Aliases = Annotated[tuple[Annotated[str, AfterValidator(_alias)], ...], BeforeValidator(_several)]
Services = Annotated[tuple[Annotated[str, AfterValidator(_service)], ...], BeforeValidator(_several)]


class TipFrontMatter(BaseModel):
    """What front matter of a tip may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Text = Field(examples=["Redirect after a form post"])
    summary: Text = Field(examples=["One sentence that could stand in a search result."])
    date: Day = Field(examples=["2026-11-23"])
    updated: Day | None = None
    tags: Tags = ()
    draft: bool = False
    aliases: Aliases = ()
    needs: Services = ()
    app: Text = "app"

    @model_validator(mode="after")
    def _updated_after_date(self) -> TipFrontMatter:
        if self.updated is not None and self.updated < self.date:
            raise ValueError(f"“updated” ({self.updated}) is earlier than “date” ({self.date}): correct one")
        return self


class PageFrontMatter(BaseModel):
    """What front matter of a page may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Text = Field(examples=["About"])
    summary: Text = ""


def parse_tip(path: str, data: bytes) -> Tip:
    """Turn a file `tips/<topic>/<slug>.md` into a Tip; raise ContentError with all that is wrong with it."""
    return Tip(topic=PurePosixPath(path).parent.name, **_parse(path, data, TipFrontMatter))


def parse_page(path: str, data: bytes) -> Page:
    """Turn a file `pages/<slug>.md` into a Page; raise ContentError with all that is wrong with it."""
    return Page(**_parse(path, data, PageFrontMatter))


def _parse(path: str, data: bytes, model: type[BaseModel]) -> dict[str, Any]:
    place = PurePosixPath(path)
    problems = list(_check_name(place))
    try:
        source = read(data)
        meta = front_matter.parse(source, model)
    except InvalidFileError as error:
        problems += error.problems
    if problems:
        raise ContentError(problem.at(path) for problem in problems)
    return {
        "path": path,
        "slug": place.stem,
        "body": source.body,
        "lines_above": source.lines_above,
        "front_matter": source.front_matter,
        **dict(meta),
    }


def _check_name(place: PurePosixPath) -> list[Problem]:
    if SLUG.fullmatch(place.stem):
        return []
    return [
        Problem(
            "",
            1,
            0,
            f"the file's name “{place.stem}” becomes an address, which is made of a-z, 0-9 and single "
            f"hyphens: rename it to {slugify(place.stem)}.md",
        )
    ]
