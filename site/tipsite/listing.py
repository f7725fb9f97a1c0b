"""Listing: what is known of each tip, in rows that line up or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .cache import Cache
from .documents import find_document
from .library import Library
from .proving import state_of
from .tip import Tip

COLUMNS = ("title", "topic", "date", "check", "words")

Row = Mapping[str, Any]


class Listing:
    """The tips of a library in rows. `evidence` is the folder with what examples came to, `cache` what was made."""

    def __init__(self, library: Library, evidence: Path, cache: Cache) -> None:
        self.library = library
        self.evidence = evidence
        self.cache = cache

    def rows(self, tips: Iterable[Tip]) -> list[Row]:
        """Give a row for each tip; texts that were rendered to count their words are kept."""
        rows = [self._row(tip) for tip in tips]
        self.cache.write()
        return rows

    def _row(self, tip: Tip) -> Row:
        examples = self.library.settings.examples
        return {
            "title": tip.title,
            "topic": tip.topic,
            "date": tip.date.isoformat(),
            "check": state_of(tip, self.evidence) if examples else "not asked for",
            "words": find_document(tip.body, examples, self.cache).words,
            "status": "draft" if tip.draft else "waiting" if tip.date > self.library.today else "published",
            "slug": tip.slug,
            "path": str(self.library.root / tip.path),
            "tags": tip.tags,
        }


def as_json(rows: Sequence[Row]) -> str:
    """Write rows for machines."""
    return json.dumps(rows, ensure_ascii=False, indent=1)


def as_table(rows: Sequence[Row]) -> str:
    """Write rows for people, the columns aligned; what is not public says so behind its title."""
    lines = [[name.capitalize() for name in COLUMNS], *map(_texts, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(_align(texts, widths)) for texts in lines)


def _texts(row: Row) -> list[str]:
    title = row["title"] if row["status"] == "published" else f"{row['title']} ({row['status']})"
    return [title, *(str(row[name]) for name in COLUMNS[1:])]


def _align(texts: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    for name, text, width in zip(COLUMNS, texts, widths, strict=True):
        yield text.rjust(width) if name == "words" else text.ljust(width)
