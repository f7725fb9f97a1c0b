"""The library: all tips and pages of a content folder, in order and cross-referenced."""

from __future__ import annotations

import datetime
import os
import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from pathlib import Path, PurePosixPath
from zlib import crc32

from .errors import Problem, did_you_mean
from .links import Link, suggest_anchor
from .matrix import NO_MATRIX, Matrix
from .rendering import Document, render
from .settings import Settings, Topic
from .tip import Page, Tip

RELATED = 3  # tips named at the end of one
PER_PAGE = 20  # tips in one page of the list of all
IN_FEED = 20  # tips in the feed
ON_PATH = 4  # tips on each side of one that its page lists of its topic
PORTION = 256  # tips whose texts the search loads at once, on average
NEAREST = 8  # tips of a tag, on each side, that can be related


@dataclass(frozen=True)
class Attachment:
    """A file beside a tip or a page, published where one links to it. `path` is relative to the content."""

    path: str


Target = Tip | Page | Topic | Attachment


def path_of(target: Target) -> str:
    """Give the path below the content folder of what a link leads to."""
    return f"tips/{target.slug}" if isinstance(target, Topic) else target.path


class LinkError(Exception):
    """A link that leads nowhere; the message says what to write instead."""


@dataclass(frozen=True)
class Library:
    """All content, valid as far as it can be told without rendering. `tips` are newest first.

    `today` is the day it is shown for. `unpublished` are the tips that are left out, by path: drafts, and
    those whose day has not come. `unparsed` are the paths of files with errors. `matrix` says how the tips fared with
    other versions.
    """

    root: Path
    settings: Settings
    tips: tuple[Tip, ...]
    pages: tuple[Page, ...]
    attachments: frozenset[str]
    unpublished: Mapping[str, Tip]
    today: datetime.date
    unparsed: frozenset[str] = frozenset()
    matrix: Matrix = NO_MATRIX
    render: Callable[[str, bool], Document] = render

    @property
    def items(self) -> tuple[Tip | Page, ...]:
        """All tips and pages."""
        return (*self.tips, *self.pages)

    def with_body_of(self, tip: Tip) -> Library:
        """Give the library with a tip of which nothing but the body has changed; listings are not made again."""
        old = self.by_slug[tip.slug]
        library = replace(self, tips=_exchange(self.tips, old, tip))
        kept = {name: value for name, value in vars(self).items() if name in ("topics", "_orders", "_place_on_path")}
        vars(library).update(
            kept,
            by_slug={**self.by_slug, tip.slug: tip},
            by_path={**self.by_path, tip.path: tip},
            by_topic={**self.by_topic, tip.topic: _exchange(self.by_topic[tip.topic], old, tip)},
            by_tag={**self.by_tag, **{tag: _exchange(self.by_tag[tag], old, tip) for tag in tip.tags}},
        )
        return library

    @property
    def scheduled(self) -> tuple[Tip, ...]:
        """Tips that are left out until their day comes, the next one first."""
        waiting = [tip for tip in self.unpublished.values() if not tip.draft]
        return tuple(sorted(waiting, key=lambda tip: (tip.date, tip.path)))

    @property
    def days(self) -> tuple[str, str]:
        """The first and the last day (ISO) for which the library is the same as it is today."""
        dates = [tip.date for tip in (*self.tips, *self.unpublished.values())]
        first = max((date for date in dates if date <= self.today), default=datetime.date.min)
        later = min((date for date in dates if date > self.today), default=datetime.date.max)
        last = later - datetime.timedelta(days=1) if later < datetime.date.max else later
        return first.isoformat(), last.isoformat()

    @cached_property
    def newest(self) -> list[Tip]:
        """The tips that changed last."""
        return _newest(self.tips)

    def newest_of(self, topic: str) -> list[Tip]:
        """Give the tips of a topic that changed last."""
        return _newest(self.by_topic[topic])

    @cached_property
    def by_slug(self) -> Mapping[str, Tip]:
        """Tips by slug."""
        return {tip.slug: tip for tip in self.tips}

    @cached_property
    def page_by_slug(self) -> Mapping[str, Page]:
        """Pages by slug."""
        return {page.slug: page for page in self.pages}

    @cached_property
    def by_path(self) -> Mapping[str, Tip | Page]:
        """Tips and pages by their path below the content folder."""
        return {item.path: item for item in self.items}

    @cached_property
    def by_alias(self) -> Mapping[str, Tip]:
        """Tips by each of their old addresses."""
        return {alias: tip for tip in self.tips for alias in tip.aliases}

    @cached_property
    def topics(self) -> Mapping[str, Topic]:
        """Topics that have a tip, by slug, in the order of the settings."""
        return {topic.slug: topic for topic in self.settings.topics if self.by_topic.get(topic.slug)}

    @cached_property
    def by_topic(self) -> Mapping[str, tuple[Tip, ...]]:
        """The tips of each topic: those that `site.toml` lists, in that order, then the others by age."""
        grouped: dict[str, list[Tip]] = defaultdict(list)
        for tip in self.tips:
            grouped[tip.topic].append(tip)
        for topic in self.settings.topics:
            listed = {slug: place for place, slug in enumerate(topic.tips)}
            grouped[topic.slug].sort(key=partial(_place, listed))
        return {topic: tuple(tips) for topic, tips in grouped.items()}

    @cached_property
    def by_tag(self) -> Mapping[str, tuple[Tip, ...]]:
        """The tips of each tag, newest first; tags in alphabetical order."""
        grouped: dict[str, list[Tip]] = defaultdict(list)
        for tip in self.tips:
            for tag in tip.tags:
                grouped[tag].append(tip)
        return {tag: tuple(grouped[tag]) for tag in sorted(grouped)}

    def path(self, tip: Tip) -> tuple[Tip, ...]:
        """Give the tips of the same topic that lie around one, and the tip itself, in their order."""
        place = self._place_on_path[tip.slug]
        return self.by_topic[tip.topic][max(0, place - ON_PATH) : place + ON_PATH + 1]

    @cached_property
    def _place_on_path(self) -> Mapping[str, int]:
        return {tip.slug: place for tips in self.by_topic.values() for place, tip in enumerate(tips)}

    @cached_property
    def portions(self) -> tuple[tuple[Tip, ...], ...]:
        """All tips in portions, by a hash of the slug: a new tip changes one portion and not all of them."""
        count = 1
        while count * PORTION < len(self.tips):
            count *= 2
        portions: list[list[Tip]] = [[] for _ in range(count)]
        for tip in self.tips:
            portions[crc32(tip.slug.encode()) % count].append(tip)
        return tuple(map(tuple, portions))

    def neighbours(self, tip: Tip) -> tuple[Tip | None, Tip | None]:
        """Give the tips before and after one within its topic."""
        tips, place = self.by_topic[tip.topic], self._place_on_path[tip.slug]
        return (tips[place - 1] if place else None), (tips[place + 1] if place + 1 < len(tips) else None)

    def _order_of(self, tag: str) -> tuple[list[str], Mapping[str, int]]:
        """Give the slugs of the tips of a tag in the order of `by_tag`, and the place of each."""
        if tag not in self._orders:
            slugs = [tip.slug for tip in self.by_tag[tag]]
            self._orders[tag] = slugs, {slug: place for place, slug in enumerate(slugs)}
        return self._orders[tag]

    @cached_property
    def _orders(self) -> dict[str, tuple[list[str], Mapping[str, int]]]:
        return {}

    def related(self, tip: Tip) -> list[Tip]:
        """Give the tips that share the most, and the rarest, tags with one; none that is its neighbour.

        Of a tag with many tips only those nearest in age are looked at, so that this takes as long in a
        large library as in a small one.
        """
        if tip.slug not in self._related:
            self._related[tip.slug] = self._find_related(tip)
        return self._related[tip.slug]

    @cached_property
    def _related(self) -> dict[str, list[Tip]]:
        return {}

    def _find_related(self, tip: Tip) -> list[Tip]:
        scores: dict[str, int] = defaultdict(int)
        for tag in tip.tags:
            slugs, places = self._order_of(tag)
            place, score = places[tip.slug], 1000 // len(slugs)
            for slug in slugs[max(0, place - NEAREST) : place + NEAREST + 1]:
                scores[slug] -= score
        for near in (tip, *filter(None, self.neighbours(tip))):
            scores.pop(near.slug, None)
        best = sorted((score, slug) for slug, score in scores.items())
        return [self.by_slug[slug] for _, slug in best[:RELATED]]

    def document(self, item: Tip | Page) -> Document:
        """Render the body of a tip or a page."""
        return self.render(item.body, self.settings.examples)

    def resolve(self, item: Tip | Page, link: Link) -> Target:
        """Find the file that a link in a tip or a page leads to; raise LinkError if there is none."""
        if link.path.startswith("/"):
            raise LinkError(f"“{link.path}” is an address: write the path of a file, as in {self._example(item)}")
        path = place_of(item, link)
        if path.startswith(".."):
            raise LinkError(f"“{link.path}” leaves the content folder: only files inside it are published")
        if path in self.by_path:
            return self.by_path[path]
        if path in self.attachments or path in self.unparsed:
            return Attachment(path)
        topic = path.removeprefix(f"tips{os.sep}")
        if topic in self.topics and path != topic:
            return self.topics[topic]
        raise LinkError(self._explain_missing(PurePosixPath(item.path).parent, path, link.path))

    def identify(self, path: str) -> str:
        """Stand for what a link to a path of the content leads to; nothing if that does not exist."""
        if path in self.by_path:
            return f"{path} {self.by_path[path].slug}"
        return f"{path} file" if path in self.attachments else f"{path} topic" * (path[5:] in self.topics)

    def _example(self, item: Tip | Page) -> str:
        return relative(PurePosixPath(item.path).parent, next(iter(self.by_path)))

    def _explain_missing(self, folder: PurePosixPath, path: str, written: str) -> str:
        if path in self.unpublished:
            why = _why_unpublished(self.unpublished[path])
            return f"“{written}” {why}: publish it first, or take the link out"
        known = {relative(folder, other) for other in (*self.by_path, *self.attachments)}
        same_name = sorted(name for name in known if PurePosixPath(name).name == PurePosixPath(path).name)
        if same_name:
            return f"there is no file “{written}”: did you mean “{same_name[0]}”?"
        return f"there is no file “{written}”: {did_you_mean(written, known)}"

    def check(self, item: Tip | Page) -> list[Problem]:
        """Find what is wrong with the body of a tip or a page, its links and their anchors included."""
        problems = self.check_files(item)
        for link in self.document(item).links:
            with suppress(LinkError):
                target = self.resolve(item, link)
                if not link.anchor or not isinstance(target, Tip | Page):
                    continue
                problems += self.check_anchor(item, link, target.path, self.document(target).ids)
        return problems

    def check_files(self, item: Tip | Page) -> list[Problem]:
        """Find what is wrong with a body, and links to files that do not exist; anchors are not looked up."""
        document = self.document(item)
        problems = list(document.problems)
        for link in document.links:
            try:
                self.resolve(item, link)
            except LinkError as error:
                problems.append(Problem("", link.line, link.column, str(error)))
        return [problem.at(item.path, item.lines_above) for problem in problems]

    def check_anchor(self, item: Tip | Page, link: Link, path: str, ids: frozenset[str]) -> list[Problem]:
        """Report a link whose anchor is not among those of the file at `path`."""
        if link.anchor in ids:
            return []
        message = f"there is no anchor “#{link.anchor}” in {path}: {suggest_anchor(link.anchor, ids)}"
        return [Problem("", link.line, link.column, message).at(item.path, item.lines_above)]


def _exchange(tips: tuple[Tip, ...], old: Tip, new: Tip) -> tuple[Tip, ...]:
    return tuple([new if tip is old else tip for tip in tips])


def _why_unpublished(tip: Tip) -> str:
    return "is a draft, which is not published" if tip.draft else f"is not published before {tip.date}"


def _newest(tips: Iterable[Tip]) -> list[Tip]:
    return sorted(tips, key=lambda tip: tip.changed, reverse=True)[:IN_FEED]


def _place(listed: Mapping[str, int], tip: Tip) -> tuple[int, datetime.date, str]:
    return listed.get(tip.slug, len(listed)), tip.date, tip.slug


def place_of(item: Tip | Page, link: Link) -> str:
    """Give the path below the content folder that a link in a tip or a page names."""
    return _place_below(posixpath.dirname(item.path), link.path)


@lru_cache(4096)
def _place_below(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, path))


def relative(folder: PurePosixPath, path: str) -> str:
    """Write the path of a file as a link in a file of a folder has it."""
    return os.path.relpath(path, folder)
