"""What a tip's page shows beside its body: tables that are made once for all tips, before any page is written."""

from __future__ import annotations

import html
import json
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from pelican import signals
from pelican.generators import ArticlesGenerator

ON_PATH = 4  # tips on each side of one that its page lists of its topic
NEAREST = 8  # tips of a tag, on each side, that can be related
RELATED = 3
WORDS_A_MINUTE = 213
TAG = re.compile(r"<[^>]*>")
HEADING = re.compile(r'<h([2-6]) id="([^"]*)">(.*?)<a class="permalink"')

Article = Any
Settings = dict[str, Any]


def register() -> None:
    """Ask Pelican to be called when everything is read."""
    signals.all_generators_finalized.connect(prepare)


def prepare(generators: Sequence[Any]) -> None:
    """Give each tip its text, its headings, its description, and what lies around it."""
    for generator in generators:
        if isinstance(generator, ArticlesGenerator):
            for _, newest_first in generator.categories:
                find_paths(newest_first[::-1])
            find_related(generator.articles, generator.tags)
            for article in generator.articles:
                article.text = " ".join(html.unescape(TAG.sub("", article.content)).split())
                article.minutes = max(1, round(article.text.count(" ") / WORDS_A_MINUTE))
                article.headings = HEADING.findall(article.content)
                article.structured_data = describe(article, generator.settings)


def find_paths(articles: list[Article]) -> None:
    """Give each tip those around it in its topic."""
    for place, article in enumerate(articles):
        article.path = articles[max(0, place - ON_PATH) : place + ON_PATH + 1]


def find_related(articles: list[Article], tags: dict[Any, list[Article]]) -> None:
    """Give each tip those next in age that share most tags with it, rare ones first; none is its neighbour."""
    by_path = {article.source_path: article for article in articles}
    scores: dict[str, dict[str, float]] = {path: defaultdict(float) for path in by_path}
    for tagged in tags.values():
        paths = [article.source_path for article in tagged]
        for place, path in enumerate(paths):
            for near in paths[max(0, place - NEAREST) : place + NEAREST + 1]:
                scores[path][near] -= 1 / len(paths)
    for path, article in by_path.items():
        neighbours = (article.prev_article_in_category, article.next_article_in_category)
        apart = {path, *(neighbour.source_path for neighbour in neighbours if neighbour)}
        best = sorted((score, near) for near, score in scores[path].items() if near not in apart)
        article.related = [by_path[near] for _, near in best[:RELATED]]


def describe(article: Article, settings: Settings) -> str:
    """Describe a tip and where it stands, in the words of https://schema.org, as JSON that can stand in a page."""
    site, topic = settings["SITEURL"], settings["TOPICS"][article.category.slug]
    url = f"{site}/{article.url}"
    described = {
        "@type": "TechArticle",
        "url": url,
        "headline": article.title,
        "description": article.summary,
        "articleSection": topic,
        "keywords": [tag.name for tag in article.tags],
        "datePublished": article.date.date().isoformat(),
        "dateModified": getattr(article, "modified", article.date).date().isoformat(),
        "inLanguage": "en",
        "author": {"@type": "Organization", "name": settings["AUTHOR"]},
    }
    above = ((settings["SITENAME"], f"{site}/"), (topic, f"{site}/{article.category.url}"), (article.title, url))
    steps = [
        {"@type": "ListItem", "position": place, "name": name, "item": address}
        for place, (name, address) in enumerate(above, start=1)
    ]
    graph = [described, {"@type": "BreadcrumbList", "itemListElement": steps}]
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")
