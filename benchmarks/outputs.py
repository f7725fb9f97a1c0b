"""Whether the sites that the generators wrote can be compared: the same pages, highlighted code, links that lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

from corpus import CorpusTip

PER_PAGE = 20
ADDRESS = re.compile(r'\s(?:href|src)="?(?:https://notes\.example)?(/[^"#>\s]*)')
CODE = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def expected_pages(tips: list[CorpusTip]) -> set[str]:
    """Name the pages that every site has."""
    lists = range(2, -(-len(tips) // PER_PAGE) + 1)
    folders = {"about", "tips", "tags", *(f"tips/page/{number}" for number in lists)}
    folders |= {f"tips/{tip.slug}" for tip in tips} | {f"topics/{tip.topic}" for tip in tips}
    folders |= {f"tags/{tag}" for tip in tips for tag in tip.tags}
    return {"index.html", "404.html", *(f"{folder}/index.html" for folder in folders)}


def pages_of(out: Path) -> set[str]:
    """Name the pages of a site."""
    return {path.relative_to(out).as_posix() for path in out.rglob("*.html")}


def complaints(out: Path, tips: list[CorpusTip]) -> Iterator[str]:
    """Say what a site lacks."""
    missing = expected_pages(tips) - pages_of(out)
    if missing:
        yield f"there are no pages {', '.join(sorted(missing)[:3])} and {len(missing)} in all"
        return
    for tip in tips:
        yield from _complain_of_tip(out, tip)
    yield from _dead_links(out)
    yield from _complain_of_feeds(out, tips)
    neighbours = sum("rel=" in _read(out / f"tips/{tip.slug}/index.html") for tip in tips)
    if neighbours < len(tips) - len({tip.topic for tip in tips}):
        yield f"only {neighbours} of {len(tips)} tips lead to the one before or the next"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _complain_of_tip(out: Path, tip: CorpusTip) -> Iterator[str]:
    blocks = CODE.findall(_read(out / f"tips/{tip.slug}/index.html"))
    if len(blocks) != len(tip.blocks):
        yield f"{tip.slug} has {len(blocks)} blocks of code instead of {len(tip.blocks)}"
    for number, block in enumerate(blocks):
        if len(re.findall(r"<span[^>]* ?class=", block)) < 3:
            yield f"block {number + 1} of {tip.slug}, {tip.blocks[number].language}, is not highlighted"


def _dead_links(out: Path) -> Iterator[str]:
    seen: set[str] = set()
    for path in out.rglob("*.html"):
        for address in set(ADDRESS.findall(_read(path))) - seen:
            seen.add(address)
            file = unquote(address.lstrip("/")) + ("index.html" if address.endswith("/") else "")
            if not (out / file).is_file():
                yield f"{path.relative_to(out)} links to {address}, where nothing is"


def _complain_of_feeds(out: Path, tips: list[CorpusTip]) -> Iterator[str]:
    entries = ElementTree.parse(out / "feed.xml").getroot().findall(f"{ATOM}entry")
    if len(entries) != min(20, len(tips)) or not all(entry.findtext(f"{ATOM}content") for entry in entries):
        yield f"the feed has {len(entries)} entries, or one without text"
    listed = ElementTree.parse(out / "sitemap.xml").getroot().findall(f"{SITEMAP}url")
    if len(listed) < len(tips):
        yield f"the sitemap has {len(listed)} addresses"


def describe(out: Path) -> dict[str, int]:
    """Count the pages, files and bytes of a site."""
    files = [path for path in out.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    return {"pages": len(pages_of(out)), "files": len(files), "bytes": size}
