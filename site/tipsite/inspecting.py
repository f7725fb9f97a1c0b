"""Inspecting: what a page of HTML links to, what can be linked to in it, and how heavy it is."""

from __future__ import annotations

import html
import re
import zlib
from dataclasses import dataclass

LIGHT = 8_000  # bytes

# In HTML that Jinja and Python-Markdown write, text and attributes have no bare "<" or ">".
TAG = re.compile(r"<(?!span class=)[a-zA-Z][^<>]*>")  # but for those of coloured code, which name nothing
TARGET = re.compile(
    r"<(?:a|link|img|script|source|video|audio|iframe)\b[^>]*?\s(?:href|src|poster)=(?:\"([^\"]*)\"|'([^']*)')"
    r"|<meta property=\"og:(?:image|url)\" content=\"([^\"]*)\"",
    re.IGNORECASE,
)
ID = re.compile(r"<[a-zA-Z][^<>]*?\sid=(?:\"([^\"]*)\"|'([^']*)')")


@dataclass(frozen=True)
class Inspection:
    """What a page holds: addresses it names, ids as often as they occur (both sorted), and bytes when compressed."""

    targets: tuple[str, ...]
    ids: tuple[str, ...]
    compressed: int


def inspect(page: bytes) -> Inspection:
    """Inspect a page of HTML in UTF-8."""
    tags = "".join(TAG.findall(page.decode()))
    ids = (html.unescape(one or other) for one, other in ID.findall(tags))
    targets = {html.unescape("".join(values)) for values in TARGET.findall(tags)}
    return Inspection(
        targets=tuple(sorted(targets)),
        ids=tuple(sorted(ids)),
        compressed=compressed_size(page),
    )


def compressed_size(data: bytes) -> int:
    """Count the bytes that travel to a reader: gzip's, at the level that servers use; of a light page, at the most.

    A page that is light at the quickest level already is not compressed a second time.
    """
    quickly = zlib.compress(data, 1)
    return len(quickly if len(quickly) < LIGHT else zlib.compress(data, 6)) + 12
