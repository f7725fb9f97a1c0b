"""Inputs: a key for each page that changes whenever anything changes that the page is made from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from .library import PER_PAGE, Library
from .tip import Page, Tip, digest


def make_ref(endpoint: str, values: Mapping[str, Any]) -> str:
    """Name a page by its endpoint and values."""
    return f"{endpoint} {json.dumps(values, sort_keys=True, ensure_ascii=False)}"


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
        endpoint, values = parse_ref(ref)
        rule = self._rules.get(endpoint)
        try:
            parts = [self.everything] if rule is None else rule(**values)
        except KeyError:
            return ""
        return digest(" ".join((ref, self.common, *parts, *map(self.library.identify, paths))))

    @cached_property
    def everything(self) -> str:
        """Stand for the whole library."""
        return digest(" ".join([item.digest + self._evidence(item) for item in self.library.items]))

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
        return [tip.digest, self._evidence(tip), tried, *(other.card for other in near)]

    def _markdown(self, slug: str) -> Iterable[str]:
        tip = self.library.by_slug[slug]
        return [tip.digest, self._evidence(tip)]

    def _card(self, slug: str) -> Iterable[str]:
        tip = self.library.by_slug[slug]
        return [tip.card, self._evidence(tip)]

    def _page(self, slug: str) -> Iterable[str]:
        page = self.library.page_by_slug[slug]
        return [page.digest]

    def _tips(self, number: int = 1) -> Iterable[str]:
        found = self.library.tips
        shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
        return [str(len(found)), *(tip.card for tip in shown)]

    def _topic(self, slug: str) -> Iterable[str]:
        self.library.topics[slug]
        return [*self.library.topics, *(tip.card for tip in self.library.by_topic[slug])]

    def _texts(self, number: int) -> Iterable[str]:
        portions = self.library.portions
        return [tip.digest for tip in portions[number]] if number < len(portions) else []

    def _tag(self, name: str) -> Iterable[str]:
        return [tip.card for tip in self.library.by_tag[name]]

    def _tags(self) -> Iterable[str]:
        return [f"{tag} {len(tips)}" for tag, tips in self.library.by_tag.items()]

    def _moved(self, address: str) -> Iterable[str]:
        return [self.library.by_alias[f"/{address}"].card]

    def _aliases(self) -> Iterable[str]:
        return self.library.by_alias

    def _feed(self) -> Iterable[str]:
        return [tip.digest for tip in self.library.newest]

    def _topic_feed(self, slug: str) -> Iterable[str]:
        return [tip.digest for tip in self.library.newest_of(slug)]
