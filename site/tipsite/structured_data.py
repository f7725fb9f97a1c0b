"""Structured data: what a page is about, in the words of https://schema.org, for search engines."""

from __future__ import annotations

import json
from typing import Any

from flask import current_app
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from .settings import Settings, Topic
from .templating import canonical, library
from .tip import Tip


def describe(tip: Tip, topic: Topic) -> Markup:
    """Describe a tip and where it stands, as JSON-LD that can stand in a page."""
    site, url = library().settings, canonical("site.tip", slug=tip.slug)
    graph = [_article(tip, topic, site, url), _breadcrumbs(tip, topic, site, url)]
    value = {"@context": "https://schema.org", "@graph": graph}
    return htmlsafe_json_dumps(value, json.dumps, ensure_ascii=False, separators=(",", ":"))


def _article(tip: Tip, topic: Topic, site: Settings, url: str) -> dict[str, Any]:
    picture = {"image": canonical("cards.tip", slug=tip.slug)} if current_app.config["CARDS"] else {}
    return {
        "@type": "TechArticle",
        "url": url,
        "headline": tip.title,
        "description": tip.summary,
        **picture,
        "articleSection": topic.title,
        "keywords": tip.tags,
        "datePublished": tip.date.isoformat(),
        "dateModified": tip.changed.isoformat(),
        "inLanguage": site.language,
        "author": {"@type": "Organization", "name": site.author},
    }


def _breadcrumbs(tip: Tip, topic: Topic, site: Settings, url: str) -> dict[str, Any]:
    above = [
        (site.title, canonical("site.home")),
        (topic.title, canonical("site.topic", slug=topic.slug)),
        (tip.title, url),
    ]
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": address}
        for place, (name, address) in enumerate(above, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}
