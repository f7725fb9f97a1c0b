"""Inputs: a key for each page that changes whenever anything changes that the page is made from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from .library import PER_PAGE, Library
from .tip import Page, Tip, digest

WRITE_VALUES = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode
ANYTHING = "*"  # what a page shows of which it is not known what it shows


def make_ref(endpoint: str, values: Mapping[str, Any]) -> str:
    """Name a page by its endpoint and values."""
    return f"{endpoint} {WRITE_VALUES(values)}"


def endpoint_of(ref: str) -> str:
    """Give the endpoint that a page is named by."""
    return ref.partition(" ")[0]


def parse_ref(ref: str) -> tuple[str, dict[str, Any]]:
    """Give the endpoint and values that a page is named by."""
    endpoint, _, values = ref.partition(" ")
    return endpoint, json.loads(values)


class Inputs:
    """Makes the keys of a library's pages.

    `common` stands for what every page depends on: code, templates, versions and options. `evidence` gives,
    by slug, a digest of what is known of a tip's examples. An endpoint that has no rule here depends on everything.
    """

    def __init__(self, library: Library, common: str, evidence: Mapping[str, str]) -> None:
        self.library = library
        self.evidence = evidence
        self._shown: dict[str, None] = {}
        pages = ((page.slug, page.title) for page in library.pages)
        marked = [tip.slug for tip in library.tips if tip.date > library.today]
        self.common = digest(f"{common} {library.settings!r} {list(pages)} {marked}")
        self._rules: dict[str, Callable[..., Iterable[str]]] = {
            "site.tip": self._tip,
            "site.tips": self._tips,
            "site.topic": self._topic,
            "site.tag": self._tag,
            "site.page": self._page,
            "site.moved": self._moved,
            "site.proof": self._tip,
            "site.home": self._cards,
            "site.search": self._cards,
            "site.search_texts": self._texts,
            "site.slugs": self._cards,
            "site.random": self._nothing,
            "site.speculation_rules": self._nothing,
            "machines.sitemap": self._cards,
            "site.tags": self._tags,
            "machines.feed": self._feed,
            "machines.json_feed": self._feed,
            "machines.topic_feed": self._topic_feed,
            "cards.site": self._nothing,
            "cards.tip": self._card,
            "machines.llms": self._cards,
            "machines.markdown": self._markdown,
            "machines.robots": self._nothing,
            "site.headers": self._aliases,
            "site.not_found": self._topics,
            "site.pygments": self._nothing,
        }

    def key(self, ref: str, paths: Iterable[str]) -> str:
        """Give the key of a page that links to `paths` of the content; nothing if its content has gone."""
        return self.key_and_shown(ref, paths)[0]

    def key_and_shown(self, ref: str, paths: Iterable[str]) -> tuple[str, tuple[str, ...]]:
        """Give the key of a page, and the paths of the tips and pages whose texts or evidence it stands for."""
        endpoint, values = parse_ref(ref)
        rule = self._rules.get(endpoint)
        self._shown = {}
        try:
            parts = " ".join([self.everything] if rule is None else rule(**values))
        except KeyError:
            return "", ()
        shown = tuple(self._shown) if rule else (ANYTHING,)
        return digest(" ".join((ref, self.common, parts, *map(self.library.identify, paths)))), shown

    @cached_property
    def everything(self) -> str:
        """Stand for the whole library."""
        return digest(" ".join(map(self._whole, self.library.items)))

    def _whole(self, item: Tip | Page) -> str:
        """Stand for all of a tip or a page, and note that it was asked for."""
        self._shown[item.path] = None
        return f"{item.digest} {self._evidence(item)}"

    def _evidence(self, item: Tip | Page) -> str:
        return self.evidence.get(item.slug, "") if isinstance(item, Tip) else ""

    @cached_property
    def _all_cards(self) -> str:
        topics = [f"{slug} {[tip.slug for tip in tips]}" for slug, tips in self.library.by_topic.items()]
        return digest(" ".join([tip.card for tip in self.library.tips] + topics))

    def _cards(self) -> Iterable[str]:
        return [self._all_cards]

    def _nothing(self, **values: object) -> Iterable[str]:
        return ()

    def _topics(self) -> Iterable[str]:
        return self.library.topics

    def _tip(self, slug: str) -> Iterable[str]:
        tip = self.library.by_slug[slug]
        near = (*filter(None, self.library.neighbours(tip)), *self.library.related(tip), *self.library.path(tip))
        tried = self.library.matrix.about(tip.path)
        return [self._whole(tip), tried, *(other.card for other in near)]

    def _markdown(self, slug: str) -> Iterable[str]:
        return [self._whole(self.library.by_slug[slug])]

    def _card(self, slug: str) -> Iterable[str]:
        tip = self.library.by_slug[slug]
        self._shown[tip.path] = None  # for its evidence
        return [tip.card, self._evidence(tip)]

    def _page(self, slug: str) -> Iterable[str]:
        return [self._whole(self.library.page_by_slug[slug])]

    def _tips(self, number: int = 1) -> Iterable[str]:
        found = self.library.tips
        shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
        return [str(len(found)), *(tip.card for tip in shown)]

    def _topic(self, slug: str) -> Iterable[str]:
        self.library.topics[slug]
        return [*self.library.topics, *(tip.card for tip in self.library.by_topic[slug])]

    def _texts(self, number: int) -> Iterable[str]:
        portions = self.library.portions
        return map(self._whole, portions[number]) if number < len(portions) else ()

    def _tag(self, name: str) -> Iterable[str]:
        return [tip.card for tip in self.library.by_tag[name]]

    def _tags(self) -> Iterable[str]:
        return [f"{tag} {len(tips)}" for tag, tips in self.library.by_tag.items()]

    def _moved(self, address: str) -> Iterable[str]:
        return [self.library.by_alias[f"/{address}"].card]

    def _aliases(self) -> Iterable[str]:
        return self.library.by_alias

    def _feed(self) -> Iterable[str]:
        return map(self._whole, self.library.newest)

    def _topic_feed(self, slug: str) -> Iterable[str]:
        return map(self._whole, self.library.newest_of(slug))
