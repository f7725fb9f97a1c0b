"""Whether the page of a tip has all that the page of a tip has on the other sites, and its Markdown beside it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from html import unescape
from pathlib import Path

from corpus import TOPICS, CorpusTip

HOST = "https://notes.example"
ON_PATH = 4  # tips on each side of one that its page lists of its topic
RELATED = 3
BESIDE = 2  # neighbours, which are not named once more as related
CODE = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
HEADING = re.compile(r'<h2 id="([^"]+)"')
META = re.compile(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">')
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
MARKDOWN = re.compile(r'<link rel="alternate" type="text/markdown" href="(/[^"]+)">')
OTHER = re.compile(r'href="/tips/([a-z0-9-]+)/"')
PATH = re.compile(r'<nav class="toc toc-topic".*?</nav>', re.DOTALL)
RELATIONS = re.compile(r'<section class="related">.*?</section>', re.DOTALL)
BREADCRUMB = re.compile(r'aria-label="Breadcrumb">.*?</nav>', re.DOTALL)


class TipPages:
    """The pages of all tips of a site."""

    def __init__(self, out: Path, tips: list[CorpusTip]) -> None:
        self.out = out
        self.tips = {tip.slug: tip for tip in tips}

    @cached_property
    def sizes(self) -> Counter[str]:
        """The number of tips of each topic."""
        return Counter(tip.topic for tip in self.tips.values())

    @cached_property
    def tagged(self) -> dict[str, set[str]]:
        """The slugs of the tips of each tag."""
        tags = {tag for tip in self.tips.values() for tag in tip.tags}
        return {tag: {slug for slug, tip in self.tips.items() if tag in tip.tags} for tag in tags}

    def complaints(self) -> Iterator[str]:
        """Say what the pages lack."""
        neighbours = 0
        for tip in self.tips.values():
            page = (self.out / f"tips/{tip.slug}/index.html").read_text(encoding="utf-8")
            neighbours += "rel=" in page.partition("<main")[2]
            yield from self._complain_of(tip, page)
        if neighbours < len(self.tips) - len(self.sizes):
            yield f"only {neighbours} of {len(self.tips)} tips lead to the one before or the next"

    def _complain_of(self, tip: CorpusTip, page: str) -> Iterator[str]:
        yield from _complain_of_code(tip, page)
        yield from _complain_of_head(tip, page)
        yield from _complain_of_facts(tip, page)
        yield from _complain_of_contents(tip, page)
        yield from self._complain_of_path(tip, page)
        yield from self._complain_of_related(tip, page)
        yield from self._complain_of_markdown(tip, page)

    def _complain_of_path(self, tip: CorpusTip, page: str) -> Iterator[str]:
        """Look for a list of the tip and four on each side of it, where there are as many."""
        listed = _slugs(PATH, page)
        size = self.sizes[tip.topic]
        others = [slug for slug in listed if slug not in self.tips or self.tips[slug].topic != tip.topic]
        fewest, most = min(ON_PATH + 1, size), min(2 * ON_PATH + 1, size)
        if size > 1 and (others or tip.slug not in listed or not fewest <= len(set(listed)) <= most):
            yield f"{tip.slug} lists {len(listed)} tips instead of those around it in its topic"

    def _complain_of_related(self, tip: CorpusTip, page: str) -> Iterator[str]:
        found = set(_slugs(RELATIONS, page))
        sharing = set.union(*(self.tagged[tag] for tag in tip.tags)) - {tip.slug}
        if len(sharing) >= RELATED + BESIDE and len(found) != RELATED:
            yield f"{tip.slug} names {len(found)} related tips, though {len(sharing)} share a tag with it"
        if found - sharing:
            yield f"{tip.slug} names {min(found - sharing)} as related, which shares no tag with it"

    def _complain_of_markdown(self, tip: CorpusTip, page: str) -> Iterator[str]:
        link = MARKDOWN.search(page)
        file = self.out / link[1].lstrip("/") if link else self.out
        if not file.is_file():
            yield f"{tip.slug} is not there as Markdown"
            return
        text = file.read_text(encoding="utf-8")
        wanted = (tip.title, tip.summary, *(block.code for block in tip.blocks))
        if not all(part in text for part in wanted):
            yield f"the Markdown of {tip.slug} lacks its title, its summary or code of its body"


def _slugs(section: re.Pattern[str], page: str) -> list[str]:
    found = section.search(page)
    return OTHER.findall(found[0]) if found else []


def _complain_of_code(tip: CorpusTip, page: str) -> Iterator[str]:
    blocks = CODE.findall(page)
    if len(blocks) != len(tip.blocks):
        yield f"{tip.slug} has {len(blocks)} blocks of code instead of {len(tip.blocks)}"
    for number, (block, written) in enumerate(zip(blocks, tip.blocks, strict=False), start=1):
        if len(re.findall(r"<span[^>]* ?class=", block)) < 3:
            yield f"block {number} of {tip.slug}, {written.language}, is not highlighted"


def _complain_of_head(tip: CorpusTip, page: str) -> Iterator[str]:
    url = f"{HOST}/tips/{tip.slug}/"
    expected = {
        "description": tip.summary,
        "og:url": url,
        "og:title": tip.title,
        "og:description": tip.summary,
        "og:type": "article",
        "article:published_time": tip.date.isoformat(),
        "article:modified_time": (tip.updated or tip.date).isoformat(),
    }
    found = {name: unescape(content) for name, content in META.findall(page)}
    wrong = [name for name, content in expected.items() if found.get(name) != content]
    if f'<link rel="canonical" href="{url}">' not in page:
        wrong.append("canonical")
    if wrong:
        yield f"the head of {tip.slug} does not say what it should as {', '.join(wrong)}"
    if not _is_described(tip, page, url):
        yield f"the head of {tip.slug} does not describe the tip and where it stands as JSON-LD"


def _is_described(tip: CorpusTip, page: str, url: str) -> bool:
    data = DATA.search(page)
    graph = {part["@type"]: part for part in json.loads(data[1])["@graph"]} if data else {}
    if graph.keys() != {"TechArticle", "BreadcrumbList"}:
        return False
    article, steps = graph["TechArticle"], graph["BreadcrumbList"]["itemListElement"]
    dates = (tip.date.isoformat(), (tip.updated or tip.date).isoformat())
    return (
        (article["url"], article["headline"], article["description"]) == (url, tip.title, tip.summary)
        and (article["datePublished"], article["dateModified"]) == dates
        and (article["articleSection"], article["keywords"]) == (TOPICS[tip.topic], list(tip.tags))
        and [step["item"] for step in steps] == [f"{HOST}/", f"{HOST}/topics/{tip.topic}/", url]
    )


def _complain_of_facts(tip: CorpusTip, page: str) -> Iterator[str]:
    breadcrumb = BREADCRUMB.search(page)
    if not breadcrumb or f'href="/topics/{tip.topic}/"' not in breadcrumb[0]:
        yield f"{tip.slug} has no breadcrumb"
    days = [tip.date, tip.updated] if tip.updated else [tip.date]
    if not all(f'<time datetime="{day}">' in page for day in days):
        yield f"{tip.slug} does not say when it was written"
    if not re.search(r"· \d+ min\b", page):
        yield f"{tip.slug} does not say how long it takes to read"


def _complain_of_contents(tip: CorpusTip, page: str) -> Iterator[str]:
    """Look for a link to each heading beside it, and in a table of contents if there are several."""
    written = sum(len(re.findall(r"^## ", part, re.MULTILINE)) for part in tip.parts if isinstance(part, str))
    found = HEADING.findall(page)
    links = [page.count(f'href="#{name}"') for name in found]
    if len(found) != written or not all(links):
        yield f"{tip.slug} has {written} headings, of which one has no id or no permalink"
    if written > 1 and ("On this page" not in page or min(links, default=0) < 2):
        yield f"{tip.slug} has {written} headings and no table of contents"
