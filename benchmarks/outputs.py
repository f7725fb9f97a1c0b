"""Whether the sites that the generators wrote can be compared: the same pages and files, and links that lead."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

from corpus import TOPICS, CorpusTip
from tip_pages import HOST, TipPages

PER_PAGE = 20
IN_FEED = 20
ADDRESS = re.compile(rf'\s(?:href|src)="?(?:{HOST})?(/[^"#>\s]*)')
MARKDOWN_ADDRESS = re.compile(rf"\]\((?:{HOST})?(/[^)#\s]*)")
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def expected_pages(tips: list[CorpusTip]) -> set[str]:
    """Name the pages that every site has."""
    lists = range(2, -(-len(tips) // PER_PAGE) + 1)
    folders = {"about", "random", "tips", "tags", *(f"tips/page/{number}" for number in lists)}
    folders |= {f"tips/{tip.slug}" for tip in tips} | {f"topics/{tip.topic}" for tip in tips}
    folders |= {f"tags/{tag}" for tip in tips for tag in tip.tags}
    return {"index.html", "404.html", *(f"{folder}/index.html" for folder in folders)}


def expected_files(tips: list[CorpusTip]) -> set[str]:
    """Name the files that every site has beside its pages."""
    feeds = {f"topics/{tip.topic}/feed.xml" for tip in tips}
    return {"feed.xml", "feed.json", "sitemap.xml", "search.json", "slugs.json", "llms.txt", *feeds}


def pages_of(out: Path) -> set[str]:
    """Name the pages of a site."""
    return {path.relative_to(out).as_posix() for path in out.rglob("*.html")}


def complaints(out: Path, tips: list[CorpusTip]) -> Iterator[str]:
    """Say what a site lacks."""
    missing = expected_pages(tips) - pages_of(out)
    if missing:
        yield f"there are no pages {', '.join(sorted(missing)[:3])} and {len(missing)} in all"
        return
    missing = {name for name in expected_files(tips) if not (out / name).is_file()}
    if missing:
        yield f"there is no {', no '.join(sorted(missing)[:3])}"
        return
    yield from TipPages(out, tips).complaints()
    yield from _dead_links(out)
    yield from _complain_of_feeds(out, tips)
    yield from _complain_of_search(out, tips)
    yield from _complain_of_lists(out, tips)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _dead_links(out: Path) -> Iterator[str]:
    seen: set[str] = set()
    for suffix, pattern in ((".html", ADDRESS), (".md", MARKDOWN_ADDRESS), (".txt", MARKDOWN_ADDRESS)):
        for path in out.rglob(f"*{suffix}"):
            for address in set(pattern.findall(_read(path))) - seen:
                seen.add(address)
                file = unquote(address.lstrip("/")) + ("index.html" if address.endswith("/") else "")
                if not (out / file).is_file():
                    yield f"{path.relative_to(out)} links to {address}, where nothing is"


def _complain_of_feeds(out: Path, tips: list[CorpusTip]) -> Iterator[str]:
    topics = [tip.topic for tip in tips]
    feeds = {"feed.xml": len(tips)} | {f"topics/{topic}/feed.xml": topics.count(topic) for topic in set(topics)}
    for name, count in feeds.items():
        entries = ElementTree.parse(out / name).getroot().findall(f"{ATOM}entry")
        texts = [entry.findtext(f"{ATOM}content") for entry in entries]
        yield from _complain_of_texts(name, texts, min(IN_FEED, count))
    items = json.loads(_read(out / "feed.json")).get("items", [])
    yield from _complain_of_texts("feed.json", [item.get("content_html") for item in items], min(IN_FEED, len(tips)))
    listed = ElementTree.parse(out / "sitemap.xml").getroot().findall(f"{SITEMAP}url")
    if len(listed) < len(tips):
        yield f"the sitemap has {len(listed)} addresses"


def _complain_of_texts(name: str, texts: list[str | None], wanted: int) -> Iterator[str]:
    if len(texts) != wanted or not all(texts):
        yield f"{name} has {len(texts)} entries instead of {wanted}, or one without text"


def _complain_of_search(out: Path, tips: list[CorpusTip]) -> Iterator[str]:
    """Look for what is shown of each tip in the index, and for its text, code included, in the files that it names."""
    index = json.loads(_read(out / "search.json"))
    shown = {tip["slug"]: tip for tip in index["tips"]}
    texts: dict[str, str] = {
        tip["slug"]: tip["text"] for address in index["texts"] for tip in json.loads(_read(out / address.lstrip("/")))
    }
    for tip in tips:
        if shown.get(tip.slug) != _shown(tip):
            yield f"the search index does not have {tip.slug} as it is"
        code = {word for block in tip.blocks for word in re.findall(r"\w+", block.code)}
        missing = code - set(re.findall(r"\w+", texts.get(tip.slug, "")))
        if missing:
            yield f"the search index lacks text of {tip.slug}, such as {min(missing)}"


def _shown(tip: CorpusTip) -> dict[str, Any]:
    topic, tags = TOPICS[tip.topic], " ".join(tip.tags)
    return {"slug": tip.slug, "title": tip.title, "topic": topic, "summary": tip.summary, "tags": tags}


def _complain_of_lists(out: Path, tips: list[CorpusTip]) -> Iterator[str]:
    slugs = json.loads(_read(out / "slugs.json"))
    if sorted(slugs) != sorted(tip.slug for tip in tips):
        yield f"slugs.json has {len(slugs)} slugs, and not those of all tips"
    if 'data-slugs="/slugs.json"' not in _read(out / "random/index.html"):
        yield "the page of the random tip does not draw from slugs.json"
    lines = _read(out / "llms.txt").splitlines()
    topics = {TOPICS[tip.topic] for tip in tips}
    if not topics <= {line.removeprefix("## ") for line in lines}:
        yield "llms.txt does not have all topics"
    listed = sum(line.startswith("- [") and "](" + HOST + "/tips/" in line and ".md): " in line for line in lines)
    if listed != len(tips):
        yield f"llms.txt lists the Markdown of {listed} tips instead of {len(tips)}"


def describe(out: Path) -> dict[str, int]:
    """Count the pages, files and bytes of a site."""
    files = [path for path in out.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    return {"pages": len(pages_of(out)), "files": len(files), "bytes": size}
