"""Inspecting: what a page of HTML links to, what can be linked to in it, and how heavy it is."""

from __future__ import annotations

import html
import re
import zlib
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase

from isal import isal_zlib

LIGHT = 8_000  # bytes
FRAME = 18  # bytes that gzip puts around what is compressed (RFC 1952)
BARE = -zlib.MAX_WBITS  # compressed without a frame

# `re` finds small letters faster than small and large ones, and a space faster than one of several characters. Each
# expression begins with what is written out: only then does `re` skip quickly over all else.
PLAIN = bytes.maketrans(b"\t\n\f\r" + ascii_uppercase.encode(), b"    " + ascii_lowercase.encode())
VALUE = rb"=(?:\"([^\"<>]*)\"|'([^'<>]*)')"
NAMING = rb"<(?:a|link|img|script|source|video|audio|iframe)\b[^<>]*? "
TARGET = re.compile(NAMING + rb"(?:href|src)" + VALUE)
POSTER = re.compile(NAMING + rb"poster" + VALUE)
SHARED = re.compile(rb"<meta property=\"og:(?:image|url)\" content" + VALUE)
ID = re.compile(rb" id" + VALUE)


@dataclass(frozen=True)
class Inspection:
    """What a page holds: addresses it names, ids as often as they occur (both sorted), and bytes when compressed."""

    targets: tuple[str, ...]
    ids: tuple[str, ...]
    compressed: int


NOTHING = Inspection((), (), 0)


def inspect(page: bytes) -> Inspection:
    """Inspect a page of HTML in UTF-8.

    In HTML that Jinja and Python-Markdown write, text and attributes have no bare "<" or ">".
    """
    plain = page.translate(PLAIN)
    ids = (found for found in ID.finditer(plain) if _stands_in_element(plain, found.start()))
    expressions = (TARGET, SHARED, POSTER) if b" poster=" in plain else (TARGET, SHARED)
    targets = {_value(page, found) for expression in expressions for found in expression.finditer(plain)}
    return Inspection(
        targets=tuple(sorted(map(_read, targets))),
        ids=tuple(sorted(_read(_value(page, found)) for found in ids)),
        compressed=compressed_size(page),
    )


def _stands_in_element(plain: bytes, place: int) -> bool:
    """Tell whether a place is in the tag of an element, and not in a text or a comment."""
    start = plain.rfind(b"<", 0, place)
    return plain.rfind(b">", 0, place) < start and plain[start + 1 : start + 2].isalpha()


def _value(page: bytes, found: re.Match[bytes]) -> bytes:
    first, last = found.span(found.lastindex or 0)
    return page[first:last]


def _read(value: bytes) -> str:
    text = value.decode()
    return html.unescape(text) if "&" in text else text


def compressed_size(data: bytes) -> int:
    """Count the bytes that travel to a reader: gzip's, at the level that servers use; of a light page, at the most.

    A page that a quick compressor makes light is not compressed again; of a tip's HTML it leaves 4 to 16 % more.
    """
    quickly = len(isal_zlib.compress(data, 1, BARE))
    return (quickly if quickly < LIGHT else len(zlib.compress(data, 6, BARE))) + FRAME
