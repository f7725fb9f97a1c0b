"""Structured data: what a page is about, in the words of https://schema.org, for search engines."""

from __future__ import annotations

from typing import Any

from flask import current_app

from .settings import Topic
from .templating import canonical, library
from .tip import Tip


def describe(tip: Tip, topic: Topic) -> dict[str, Any]:
    """Describe a tip and where it stands, as JSON-LD."""
    return {"@context": "https://schema.org", "@graph": [_article(tip, topic), _breadcrumbs(tip, topic)]}


def _article(tip: Tip, topic: Topic) -> dict[str, Any]:
    site = library().settings
    return {
        "@type": "TechArticle",
        "url": canonical("site.tip", slug=tip.slug),
        "headline": tip.title,
        "description": tip.summary,
        "articleSection": topic.title,
        "keywords": tip.tags,
        "datePublished": tip.date.isoformat(),
        "dateModified": tip.changed.isoformat(),
        "inLanguage": site.language,
        "author": {"@type": "Organization", "name": site.author},
    } | ({"image": canonical("cards.tip", slug=tip.slug)} if current_app.config["CARDS"] else {})


def _breadcrumbs(tip: Tip, topic: Topic) -> dict[str, Any]:
    above = [
        (library().settings.title, canonical("site.home")),
        (topic.title, canonical("site.topic", slug=topic.slug)),
        (tip.title, canonical("site.tip", slug=tip.slug)),
    ]
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": url}
        for place, (name, url) in enumerate(above, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}
