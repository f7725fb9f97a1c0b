"""Walking: over all pages of a site, along the links that each makes with `url_for`; or over a few that changed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Protocol

from .inputs import ANYTHING, Inputs, endpoint_of
from .state import PageRecord, StateFile

FILES = ("static", "site.attachment")  # copied as they are, without a request
FEEDS = ("machines.feed", "machines.json_feed", "machines.topic_feed")  # made of whole tips, which pages show too


class Way(Protocol):
    """A way over pages of a site.

    `pages` are the pages met so far, and `unchanged` those that were not frozen again.
    """

    pages: dict[str, PageRecord]
    unchanged: set[str]

    @property
    def known(self) -> Mapping[str, PageRecord]:
        """The pages of the last build."""
        ...

    def changed(self) -> Iterator[str]:
        """Yield the refs of the pages to freeze that are known of now; each must then be `record`ed."""
        ...

    def take_feeds(self) -> list[str]:
        """Give the refs of changed feeds, which `changed` holds back: they are frozen when their tips have been."""
        ...

    def record(self, page: PageRecord) -> None:
        """Note a page that has been frozen."""
        ...


class Walk:
    """A walk over all pages of a site, breadth first.

    A page whose key is that of the last build is not frozen again: the walk goes on along the links that
    it had. `known` are the pages of the last build, and `files` the files that pages link to.
    """

    def __init__(self, roots: Iterable[str], known: Mapping[str, PageRecord], inputs: Inputs) -> None:
        self.pages: dict[str, PageRecord] = {}
        self.unchanged: set[str] = set()
        self.files: set[str] = set()
        self.known = known
        self._feeds: list[str] = []
        self._inputs = inputs
        self._queue = deque(roots)
        self._seen = set(self._queue)

    def changed(self) -> Iterator[str]:
        """Yield the refs of the pages to freeze that are known of now."""
        while self._queue:
            ref = self._queue.popleft()
            known = self.known.get(ref)
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
        """Give the refs of changed feeds."""
        feeds, self._feeds = self._feeds, []
        return feeds

    def record(self, page: PageRecord) -> None:
        """Note a page that has been frozen; go on along its links."""
        self._add(page.interned())

    def _add(self, page: PageRecord) -> None:
        self.pages[page.ref] = page
        for link in page.links:
            if link not in self._seen:
                self._seen.add(link)
                self._queue.append(link)

    def kept_files(self, known: Iterable[str]) -> set[str]:
        """Give the files of pages that were not frozen again."""
        return {self.pages[ref].file for ref in self.unchanged}

    def page_of(self, file: str) -> PageRecord | None:
        """Give the page that is written to a file; ask when the walk has ended."""
        return self._by_file.get(file)

    @cached_property
    def _by_file(self) -> Mapping[str, PageRecord]:
        return {page.file: page for page in self.pages.values()}

    def anchored_pages(self) -> list[PageRecord]:
        """Give the pages that name places within others."""
        return [page for page in self.pages.values() if page.anchored]


class Revisit:
    """A visit to the pages that were made from some texts, when these are all that has changed since the last build.

    As long as each leads wherever it led, and to no page that is new, all other pages are as they were, and a walk
    would find the same ones; `leads_elsewhere` tells whether that is not so.
    """

    def __init__(self, edited: Iterable[str], state_file: StateFile, inputs: Inputs, base_url: str) -> None:
        found = state_file.pages_showing((*edited, ANYTHING))
        self.known = {ref: page for ref, page in found.items() if page.key != inputs.key(ref, page.paths)}
        self.pages: dict[str, PageRecord] = {}
        self.unchanged: set[str] = set()
        self.leads_elsewhere = False
        self._state_file = state_file
        self._inside = ("/", base_url)
        self._feeds = [ref for ref in self.known if endpoint_of(ref) in FEEDS]
        self._changed = [ref for ref in self.known if endpoint_of(ref) not in FEEDS]

    def changed(self) -> Iterator[str]:
        """Yield the refs of the pages to freeze."""
        while self._changed:
            yield self._changed.pop(0)

    def take_feeds(self) -> list[str]:
        """Give the refs of changed feeds."""
        feeds, self._feeds = self._feeds, []
        return feeds

    def record(self, page: PageRecord) -> None:
        """Note a page that has been frozen."""
        known = self.known[page.ref]
        lost = {target for target in set(known.targets).difference(page.targets) if target.startswith(self._inside)}
        new = set(page.links).difference(known.links)
        if lost or not set(known.links).issubset(page.links) or not all(map(self._state_file.has_page, new)):
            self.leads_elsewhere = True
        self.pages[page.ref] = page.interned()

    def kept_files(self, known: Iterable[str]) -> set[str]:
        """Give all files of the last build but those of the pages that were frozen again."""
        return set(known).difference(page.file for page in self.pages.values())

    def page_of(self, file: str) -> PageRecord | None:
        """Give the page that is written to a file."""
        known = self._state_file.page_of(file)
        return self.pages.get(known.ref, known) if known else None

    def anchored_pages(self) -> list[PageRecord]:
        """Give the pages that name places within others."""
        return [self.pages.get(page.ref, page) for page in self._state_file.anchored_pages()]
