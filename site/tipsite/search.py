"""The search index: what of a tip can be found, as the browser's search reads it.

It is made from Markdown and not from HTML, so that an index of all tips needs no page to be rendered.
"""

from __future__ import annotations

import re
from typing import TypedDict

from .settings import Topic
from .tip import Tip

# Each alternative begins with a character that is written out: only then does `re` skip quickly over all others. So
# lines are told by the line break before them, and links to pages and to pictures apart.
FENCE = re.compile(r"\n[ >]*(?:`{3,}|~{3,}).*$", re.MULTILINE)
HEADING = re.compile(r"\n#{2,6} +(.*?)(?: *#+)?(?: *\{[^}]*\})?$", re.MULTILINE)
LINK = r"\[(?P<%s>(?:[^\[\]]|\[[^\]]*\])*)\](?:\([^)]*\)|\[[^\]]*\])"
MARKUP = re.compile(
    r"`(?P<ticks>`*)(?P<code>.+?)`(?P=ticks)"
    rf"|{LINK % 'link'}"
    rf"|!{LINK % 'picture'}"
    r"|</?[A-Za-z][^>]*>"
    r"|\*(?:\*|(?<!\w\*)(?=\w)|(?<=\w\*)(?!\w))"
    r"|_(?:_|(?<!\w_)(?=\w)|(?<=\w_)(?!\w))"
    r"|(?P<line>\n)(?:[ >]*(?:[-*+]|#{2,6}|!!!|\?\?\?\+?|===) +|[ >]+)"
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
    parts = FENCE.split(f"\n{tip.body}")  # prose and code by turns
    headings = [heading for part in parts[::2] for heading in HEADING.findall(part)]
    plain = [part if place % 2 else _without_markup(part) for place, part in enumerate(parts)]
    return Text(
        slug=tip.slug,
        headings=" · ".join(_without_markup(f"\n{heading}").removeprefix("\n") for heading in headings),
        text=" ".join(" ".join(plain).split()),
    )


def _without_markup(prose: str) -> str:
    return MARKUP.sub(_readable, prose)


def _readable(match: re.Match[str]) -> str:
    return match["code"] or match["line"] or (match["link"] or match["picture"] or "").replace("`", "")
