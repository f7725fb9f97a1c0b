"""The site's settings, as `content/site.toml` has them."""

from __future__ import annotations

from dataclasses import dataclass

FILE = "site.toml"


@dataclass(frozen=True)
class Topic:
    """A topic: a folder below `tips/`. `tips` may name the slugs that come first, in their order."""

    slug: str
    title: str
    introduction: str = ""
    tips: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings:
    """What holds for the whole site.

    `budget` is the most that a page may weigh, in bytes: its HTML, style and script, compressed.
    """

    title: str
    description: str
    base_url: str
    author: str
    tagline: str = ""
    repository: str | None = None
    language: str = "en"
    examples: bool = True
    budget: int = 14_000
    topics: tuple[Topic, ...] = ()
