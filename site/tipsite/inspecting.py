"""Inspecting: what a page of HTML links to, what can be linked to in it, and how heavy it is."""

from __future__ import annotations

import html
import re
import zlib
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase

LIGHT = 8_000  # bytes

# `re` finds a space faster than one of several characters, and small letters faster than small and large ones.
PLAIN = bytes.maketrans(b"\t\n\f\r" + ascii_uppercase.encode(), b"    " + ascii_lowercase.encode())
ATTRIBUTE = re.compile(rb" (id|href|src|poster|content)=(?:\"([^\"<>]*)\"|'([^'<>]*)')")
NAMING = re.compile(rb"<(?:a|link|img|script|source|video|audio|iframe)\b")
# The start of an element in which an attribute says what `inspect` takes from it.
ELEMENTS = {
    b"id": re.compile(rb"<[a-z]"),
    b"href": NAMING,
    b"src": NAMING,
    b"poster": NAMING,
    b"content": re.compile(rb"<meta property=\"og:(?:image|url)\""),
}


@dataclass(frozen=True)
class Inspection:
    """What a page holds: addresses it names, ids as often as they occur (both sorted), and bytes when compressed."""

    targets: tuple[str, ...]
    ids: tuple[str, ...]
    compressed: int


def inspect(page: bytes) -> Inspection:
    """Inspect a page of HTML in UTF-8.

    In HTML that Jinja and Python-Markdown write, text and attributes have no bare "<" or ">".
    """
    plain = page.translate(PLAIN)
    ids: list[str] = []
    targets: set[str] = set()
    for found in ATTRIBUTE.finditer(plain):
        name, start = found[1], found.start()
        tag = plain.rfind(b"<", 0, start)
        if plain.rfind(b">", 0, start) >= tag or not ELEMENTS[name].match(plain, tag):
            continue  # it stands in a text, or in another element
        first, last = found.span(found.lastindex or 0)
        value = html.unescape(page[first:last].decode())
        if name == b"id":
            ids.append(value)
        else:
            targets.add(value)
    return Inspection(targets=tuple(sorted(targets)), ids=tuple(sorted(ids)), compressed=compressed_size(page))


def compressed_size(data: bytes) -> int:
    """Count the bytes that travel to a reader: gzip's, at the level that servers use; of a light page, at the most.

    A page that is light at the quickest level already is not compressed a second time.
    """
    quickly = zlib.compress(data, 1)
    return len(quickly if len(quickly) < LIGHT else zlib.compress(data, 6)) + 12
