"""Checking: what must hold of a whole frozen site before it is published."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from .errors import Problem
from .inputs import parse_ref
from .library import Library
from .links import suggest_anchor
from .rendering import blank_code
from .state import PageRecord
from .tip import Page, Tip

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


class Site:
    """All pages and files of a site, by their addresses below a base URL; `page_of` gives the page of a file."""

    def __init__(self, page_of: Callable[[str], PageRecord | None], files: Collection[str], base_url: str) -> None:
        parts = urlsplit(base_url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.prefix = parts.path
        self.page_of = page_of
        self.files = files
        self.locate = cache(self._locate)

    def _locate(self, target: str) -> tuple[str, str] | None:
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
            return "" if target == "#" else self._missing(page.file, unquote(target[1:]))
        place = self.locate(target)
        if place is None:
            return ""
        file, anchor = place
        if file not in self.files:
            return "nothing was published there"
        return self._missing(file, anchor) if anchor else ""

    def _missing(self, file: str, anchor: str) -> str:
        """Suggest another anchor if a page does not have this one; its ids are sorted, and a set would be large."""
        page = self.page_of(file)
        ids = page.ids if page else ()
        place = bisect_left(ids, anchor)
        return "" if anchor in ids[place : place + 1] else suggest_anchor(anchor, frozenset(ids))


def check_links(site: Site, library: Library, pages: Iterable[PageRecord]) -> Iterator[Problem]:
    """Report addresses in pages that lead nowhere; where a tip names one, at its line."""
    fine: set[str] = set()
    for page in pages:
        for target in page.targets:
            if target in fine:
                continue
            complaint = site.complaint(page, target)
            if not complaint and not target.startswith("#"):
                fine.add(target)
            elif complaint:
                yield _dead_link(library, page, target, complaint)


def _dead_link(library: Library, page: PageRecord, target: str, complaint: str) -> Problem:
    item, anchor = _item_of(library, page), unquote(target.partition("#")[2])
    for path, named, line, column in page.anchors if item else ():
        if item and named == anchor:
            return Problem(item.path, line, column, f"there is no anchor “#{anchor}” in {path}: {complaint}")
    return _blame(library, page, re.escape(target), f"links to {target}: {complaint}")


def check_ids(library: Library, pages: Iterable[PageRecord]) -> Iterator[Problem]:
    """Report ids that a page has more than once; where a tip writes one, at its line."""
    for page in (page for page in pages if len(set(page.ids)) < len(page.ids)):
        for name in sorted(name for name, count in Counter(page.ids).items() if count > 1):
            written = rf"""(?:(?<=\bid=)|(?<=\bid=["'])|(?<=[{{ ]#)){re.escape(name)}"""
            yield _blame(library, page, written, f"has the id “{name}” more than once: take one of them out")


def _item_of(library: Library, page: PageRecord) -> Tip | Page | None:
    """Give the tip or the page whose text a page shows."""
    endpoint, values = parse_ref(page.ref)
    if endpoint == "site.tip":
        return library.by_slug.get(values["slug"])
    return library.page_by_slug.get(values["slug"]) if endpoint == "site.page" else None


def _blame(library: Library, page: PageRecord, written: str, message: str) -> Problem:
    """Report what a page does at the last place in its Markdown that matches; at the page itself if there is none."""
    item = _item_of(library, page)
    prose = blank_code(item.body, library.document(item).fences) if item else ""
    places = [match.start() for match in re.finditer(written + r"(?![\w/-])", prose)]
    if not item or not places:
        return Problem(page.file, 0, 0, f"the page {message}", site=True)
    line, column = prose.count("\n", 0, places[-1]) + 1, places[-1] - prose.rfind("\n", 0, places[-1])
    return Problem("", line, column, f"the page {page.url} {message}").at(item.path, item.lines_above)


def check_reachable(site: Site, library: Library) -> Iterator[Problem]:
    """Report tips that no way of links leads to from the home page."""
    missing = {f"tips/{tip.slug}/index.html": tip for tip in library.tips}
    reached = {"index.html"}
    queue = deque(reached)
    while queue and missing:
        page = site.page_of(queue.popleft())
        for target in page.targets if page else ():
            place = site.locate(target)
            if place and place[0] not in reached:
                reached.add(place[0])
                queue.append(place[0])
                missing.pop(place[0], None)
    for tip in missing.values():
        message = "no way of links leads from the home page to this tip: a template has lost its links"
        yield Problem(tip.path, 1, 0, message)


def check_names(files: Iterable[str]) -> Iterator[Problem]:
    """Report files whose names differ only in case or in how their characters are composed."""
    seen: dict[str, str] = {}
    for file in sorted(files):
        other = seen.setdefault(unicodedata.normalize("NFC", file).casefold(), file)
        if other != file:
            message = (
                f"differs from {other} only in case or in how its characters are composed, and many systems "
                "hold them for one: rename the file"
            )
            yield Problem(file, 0, 0, message, site=True)


def check_weight(library: Library, pages: Iterable[PageRecord], shared: int) -> Iterator[Problem]:
    """Report pages that weigh more than the budget, in bytes, compressed, with `shared` bytes of style and script."""
    budget = library.settings.budget
    for page in pages:
        if page.compressed + shared > budget:
            message = (
                f"a reader of {page.url} loads {page.compressed + shared:,} bytes before the page can be read, and the "
                f"budget is {budget:,}: shorten it, or raise “budget” in site.toml"
            )
            item = _item_of(library, page)
            yield Problem(item.path, 1, 0, message) if item else Problem(page.file, 0, 0, message, site=True)


def check_feeds(site: Site, folder: Path, files: Iterable[str]) -> Iterator[Problem]:
    """Report XML that is not well-formed, and Atom feeds and sitemaps that lack what their specifications require."""
    for file in files:
        if not file.endswith(".xml"):
            continue
        try:
            root = ElementTree.parse(folder / file).getroot()
        except ElementTree.ParseError as error:
            line, column = error.position
            message = f"is not well-formed XML: {str(error).partition(':')[0]}"
            yield Problem(file, line, column + 1, message, site=True)
            continue
        complaints = _check_atom(root) if root.tag == f"{ATOM}feed" else _check_sitemap(site, root)
        yield from (Problem(file, 0, 0, complaint, site=True) for complaint in complaints)


def _check_atom(root: ElementTree.Element) -> Iterator[str]:
    """Say what a feed lacks (https://www.rfc-editor.org/rfc/rfc4287)."""
    for element in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            if not (element.findtext(f"{ATOM}{name}") or "").strip():
                yield f"the feed has an element {element.tag.removeprefix(ATOM)} without {name}"
    for date in (element.text or "" for name in ("updated", "published") for element in root.iter(f"{ATOM}{name}")):
        if date and not MOMENT.fullmatch(date):
            yield f"the feed has a date “{date}”, which is not like 2026-11-23T00:00:00Z"


def _check_sitemap(site: Site, root: ElementTree.Element) -> Iterator[str]:
    """Say what is wrong with the addresses in a sitemap (https://www.sitemaps.org/protocol.html)."""
    base = f"{site.origin}{site.prefix}"
    for url in root.iter(f"{SITEMAP}url"):
        address = (url.findtext(f"{SITEMAP}loc") or "").strip()
        place = site.locate(address) if address.startswith(base) else None
        if place is None:
            yield f"the sitemap names “{address}”, which is not below {base}"
        elif place[0] not in site.files:
            yield f"the sitemap names {address}: nothing was published there"
