"""Checking: what must hold of a whole frozen site before it is published."""

from __future__ import annotations

import unicodedata
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from .errors import Problem
from .library import Library
from .links import suggest_anchor
from .state import PageRecord

ATOM = "{http://www.w3.org/2005/Atom}"


class Site:
    """All pages and files of a site, by their addresses below a base URL."""

    def __init__(self, pages: Iterable[PageRecord], files: Collection[str], base_url: str) -> None:
        parts = urlsplit(base_url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.prefix = parts.path
        self.pages = {page.file: page for page in pages}
        self.files = files
        self._ids = {page.file: frozenset(page.ids) for page in self.pages.values()}

    def locate(self, target: str) -> tuple[str, str] | None:
        """Give file and anchor that an address within the site leads to; None if it leads elsewhere."""
        address = target.removeprefix(self.origin) if target.startswith(self.origin + "/") else target
        if not address.startswith("/") or address.startswith("//"):
            return None
        path, _, anchor = address.partition("#")
        if not path.startswith(self.prefix):
            return path, anchor
        path = unquote(path.partition("?")[0]).removeprefix(self.prefix)
        return (path + "index.html" if path.endswith("/") or not path else path), unquote(anchor)

    def complaint(self, page: PageRecord, target: str) -> str:
        """Say what is wrong with an address that a page names, if anything is."""
        if target.startswith("#"):
            ids = self._ids[page.file]
            return "" if unquote(target[1:]) in ids or target == "#" else suggest_anchor(target[1:], ids)
        place = self.locate(target)
        if place is None:
            return ""
        file, anchor = place
        if file not in self.files:
            return "nothing was published there"
        ids = self._ids.get(file, frozenset())
        return suggest_anchor(anchor, ids) if anchor and anchor not in ids else ""


def check_links(site: Site, library: Library, pages: Iterable[PageRecord]) -> Iterator[Problem]:
    """Report addresses in pages that lead nowhere; where a tip names one, at its line."""
    fine: set[str] = set()
    for page in pages:
        named = _named_in(page, library)
        for target in page.targets:
            if target in fine:
                continue
            complaint = site.complaint(page, target)
            if not complaint and not target.startswith("#"):
                fine.add(target)
            elif complaint:
                yield _dead_link(page, target, complaint, named)


def _named_in(page: PageRecord, library: Library) -> Mapping[str, tuple[str, str, int, int]]:
    """Map the end of an address, anchor included, to the place in the Markdown that names it."""
    places = {}
    source = next((item.path for item in library.items if page.anchors and _is_page_of(page, item.slug)), "")
    for path, anchor, line, column in page.anchors:
        places[anchor] = (source, path, line, column)
    return places


def _is_page_of(page: PageRecord, slug: str) -> bool:
    return page.file.endswith(f"/{slug}/index.html") or page.file == f"{slug}/index.html"


def _dead_link(
    page: PageRecord, target: str, complaint: str, named: Mapping[str, tuple[str, str, int, int]]
) -> Problem:
    anchor = unquote(target.partition("#")[2])
    if anchor in named:
        source, path, line, column = named[anchor]
        return Problem(source, line, column, f"there is no anchor “#{anchor}” in {path}: {complaint}")
    return Problem(page.file, 0, 0, f"the page links to {target}: {complaint}")


def check_reachable(site: Site, library: Library) -> Iterator[Problem]:
    """Report tips that no way of links leads to from the home page."""
    reached = {"index.html"}
    queue = deque(reached)
    while queue:
        page = site.pages.get(queue.popleft())
        for target in page.targets if page else ():
            place = site.locate(target)
            if place and place[0] not in reached:
                reached.add(place[0])
                queue.append(place[0])
    for tip in library.tips:
        if f"tips/{tip.slug}/index.html" not in reached:
            message = "no way of links leads from the home page to this tip: a template has lost its links"
            yield Problem(tip.path, 1, 0, message)


def check_names(files: Iterable[str]) -> Iterator[Problem]:
    """Report files whose names differ only in case or in how their characters are composed."""
    seen: dict[str, str] = {}
    for file in sorted(files):
        other = seen.setdefault(unicodedata.normalize("NFC", file).casefold(), file)
        if other != file:
            yield Problem(file, 0, 0, f"differs from {other} only in case, and many systems hold them for one")


def check_weight(pages: Iterable[PageRecord], shared: int, budget: int) -> Iterator[Problem]:
    """Report pages that weigh more than `budget` bytes, compressed, with `shared` bytes of style and script."""
    for page in pages:
        if page.compressed + shared > budget:
            message = (
                f"a reader loads {page.compressed + shared:,} bytes before this page can be read, and the budget "
                f"is {budget:,}: shorten it, or raise “budget” in site.toml"
            )
            yield Problem(page.file, 0, 0, message)


def check_feeds(folder: Path, files: Iterable[str]) -> Iterator[Problem]:
    """Report XML files that are not well-formed, and Atom feeds that lack what RFC 4287 requires."""
    for file in files:
        if file.endswith(".xml"):
            try:
                root = ElementTree.parse(folder / file).getroot()
            except ElementTree.ParseError as error:
                yield Problem(file, error.position[0], error.position[1] + 1, f"is not well-formed XML: {error}")
                continue
            if root.tag == f"{ATOM}feed":
                yield from _check_atom(file, root)


def _check_atom(file: str, root: ElementTree.Element) -> Iterator[Problem]:
    for element in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            if not (element.findtext(f"{ATOM}{name}") or "").strip():
                yield Problem(file, 0, 0, f"the feed has an element {element.tag.removeprefix(ATOM)} without {name}")
