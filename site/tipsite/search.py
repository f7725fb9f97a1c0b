"""The search index: what of a tip can be found, as the browser's search reads it.

It is made from Markdown and not from HTML, so that an index of all tips needs no page to be rendered.
"""

from __future__ import annotations

import re
from typing import TypedDict

from .settings import Topic
from .tip import Tip

FENCE = re.compile(r"^[ >]*(?:`{3,}|~{3,}).*$", re.MULTILINE)
HEADING = re.compile(r"^#{2,6} +(.*?)(?: *#+)?(?: *\{[^}]*\})?$", re.MULTILINE)
MARKUP = re.compile(
    r"(?P<ticks>`+)(?P<code>.+?)(?P=ticks)"
    r"|!?\[(?P<link>(?:[^\[\]]|\[[^\]]*\])*)\](?:\([^)]*\)|\[[^\]]*\])"
    r"|</?[A-Za-z][^>]*>"
    r"|\*\*|__|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)"
    r"|^(?:[ >]*(?:[-*+]|#{2,6}|!!!|\?\?\?\+?|===) +|[ >]+)",
    re.MULTILINE,
)


class Summary(TypedDict):
    """What a result of the search shows of a tip."""

    slug: str
    title: str
    topic: str
    summary: str
    tags: str


class Text(TypedDict):
    """What else a tip can be found by: `text` is its prose and its code, what sessions printed included."""

    slug: str
    headings: str
    text: str


def summarise(tip: Tip, topic: Topic) -> Summary:
    """Say what a result of the search shows of a tip."""
    tags = " ".join(tip.tags)
    return Summary(slug=tip.slug, title=tip.title, topic=topic.title, summary=tip.summary, tags=tags)


def take_text(tip: Tip) -> Text:
    """Take headings and text out of a tip's Markdown."""
    parts = FENCE.split(tip.body)  # prose and code by turns
    headings = [heading for part in parts[::2] for heading in HEADING.findall(part)]
    plain = [part if place % 2 else _without_markup(part) for place, part in enumerate(parts)]
    return Text(
        slug=tip.slug,
        headings=" · ".join(map(_without_markup, headings)),
        text=" ".join(" ".join(plain).split()),
    )


def _without_markup(prose: str) -> str:
    return MARKUP.sub(_readable, prose)


def _readable(match: re.Match[str]) -> str:
    return match["code"] or (match["link"] or "").replace("`", "")
