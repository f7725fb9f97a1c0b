"""Markdown that stands alone: its links lead on from wherever it is read.

Links are looked for in the Markdown itself, so that no page has to be rendered for them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import lru_cache

# Each alternative begins with a character that is written out: only then does `re` skip quickly over all others.
TARGET = re.compile(
    r"\n(?P<prefix>[ \t>]*)(?P<marker>(?P<tick>[`~])(?P=tick){2,})[^\n]*\n"  # a fenced block: passed over
    r"(?:[^\n]*\n)*?(?P=prefix) {0,3}(?P=marker)(?P=tick)*[ \t]*$"
    r"|`(?P<ticks>`*)(?!`).+?(?<!`)`(?P=ticks)(?!`)"  # code: passed over
    r"|\]\(\s*<?(?P<inline>[^\s<>\"')]+)"  # [text](target)
    r"|\n[ >]*\[(?!\^)[^\]\n]+\]:\s*<?(?P<reference>[^\s<>\"')]+)"  # [name]: target
    r"|<(?:a|img|source|video|audio|iframe)\b[^>]*?\s(?:href|src|poster)\s*=\s*[\"']?"  # <a href="target">
    r"(?P<attribute>[^\s<>\"')]+)",
    re.DOTALL | re.IGNORECASE | re.MULTILINE,
)
TARGETS = ("inline", "reference", "attribute")
SPECIAL = re.compile(r"[\\`*<>\[\]#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=#?\w+;)")


@lru_cache(maxsize=64)  # some pages are made, and then asked what they were made from
def _split(text: str) -> tuple[str, ...]:
    """Split a text into what links and pictures lead to, at odd places, and all else."""
    text = f"\n{text}"
    parts, start = [], 1
    for match in TARGET.finditer(text):
        if match.lastgroup in TARGETS:
            parts += [text[start : match.start(match.lastgroup)], match[match.lastgroup]]
            start = match.end()
    return (*parts, text[start:])


def find_targets(text: str) -> list[str]:
    """Find what the links and pictures in a Markdown text lead to, in their order; none in code."""
    return [html.unescape(written) for written in _split(text)[1::2]]


def put_targets(text: str, url_of: Callable[[str], str]) -> str:
    """Replace what each link leads to by what `url_of` gives for it."""
    parts = list(_split(text))
    parts[1::2] = map(url_of, find_targets(text))
    return "".join(parts)


def escape(text: str) -> str:
    """Write a plain text as Markdown that shows it as it is."""
    return SPECIAL.sub(r"\\\g<0>", text)
