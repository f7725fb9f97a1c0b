"""Walking: from the pages that no link needs to lead to, along the links that each page makes with `url_for`."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from .inputs import Inputs, endpoint_of
from .state import PageRecord

FILES = ("static", "site.attachment")  # copied as they are, without a request
FEEDS = ("machines.feed", "machines.json_feed", "machines.topic_feed")  # made of whole tips, which pages show too


class Walk:
    """A walk over all pages of a site, breadth first.

    A page whose key is that of the last build is not frozen again: the walk goes on along the links that
    it had. `pages` are the pages met so far, `unchanged` those of them that were not frozen, and `files`
    the files that pages link to.
    """

    def __init__(self, roots: Iterable[str], known: Mapping[str, PageRecord], inputs: Inputs) -> None:
        self.pages: dict[str, PageRecord] = {}
        self.unchanged: set[str] = set()
        self.files: set[str] = set()
        self._feeds: list[str] = []
        self._known = known
        self._inputs = inputs
        self._queue = deque(roots)
        self._seen = set(self._queue)

    def changed(self) -> Iterator[str]:
        """Yield the refs of the pages to freeze that are known of now; each must then be `record`ed."""
        while self._queue:
            ref = self._queue.popleft()
            known = self._known.get(ref)
            endpoint = endpoint_of(ref)
            if endpoint in FILES:
                self.files.add(ref)
            elif known is not None and known.key and known.key == self._inputs.key(ref, known.paths):
                self.unchanged.add(ref)
                self._add(known)
            elif endpoint in FEEDS:
                self._feeds.append(ref)
            else:
                yield ref

    def take_feeds(self) -> list[str]:
        """Give the refs of changed feeds, which `changed` holds back: they are frozen when their tips have been."""
        feeds, self._feeds = self._feeds, []
        return feeds

    def record(self, page: PageRecord) -> PageRecord:
        """Note a page that has been frozen, under its key; go on along its links.

        What many pages have in common is kept in memory once.
        """
        keyed = replace(
            page,
            key=self._inputs.key(page.ref, page.paths),  # what it links to is known now
            links=tuple(map(sys.intern, page.links)),
            targets=tuple(map(sys.intern, page.targets)),
            ids=tuple(map(sys.intern, page.ids)),
            paths=tuple(map(sys.intern, page.paths)),
        )
        self._add(keyed)
        return keyed

    def _add(self, page: PageRecord) -> None:
        self.pages[page.ref] = page
        for link in page.links:
            if link not in self._seen:
                self._seen.add(link)
                self._queue.append(link)
