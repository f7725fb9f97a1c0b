"""What machines read: feeds, Markdown, pictures of tips, and what leads robots there. Views like any other."""

from __future__ import annotations

import datetime
import json
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, render_template, url_for

from .cards import Card
from .library import PER_PAGE, LinkError
from .links import parse_link
from .standalone import put_targets
from .templating import absolute, canonical, evidence, external_body, library, url_of
from .tip import Tip

blueprint = Blueprint("machines", __name__)
cards = Blueprint("cards", __name__)  # which a build can leave out


@blueprint.get("/feed.xml")
def feed() -> Response:
    """Give the newest tips as an Atom feed."""
    site, tips = library().settings, library().newest
    return _atom(tips, site.title, site.description, canonical("site.home"), canonical("machines.feed"))


@blueprint.get("/topics/<name:slug>/feed.xml")
def topic_feed(slug: str) -> Response:
    """Give the newest tips of a topic as an Atom feed."""
    topic = library().topics.get(slug) or abort(404)
    tips, title = library().newest_of(slug), f"{topic.title} · {library().settings.title}"
    home, address = canonical("site.topic", slug=slug), canonical("machines.topic_feed", slug=slug)
    return _atom(tips, title, topic.introduction, home, address)


@blueprint.get("/feed.json")
def json_feed() -> Response:
    """Give the newest tips as a JSON Feed (https://www.jsonfeed.org/version/1.1/)."""
    site = library().settings
    value = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.title,
        "description": site.description,
        "home_page_url": canonical("site.home"),
        "feed_url": canonical("machines.json_feed"),
        "language": site.language,
        "authors": [{"name": site.author}],
        "items": [_item(tip) for tip in library().newest],
    }
    return Response(json.dumps(value, ensure_ascii=False, indent=1), mimetype="application/json")


@blueprint.get("/tips/<name:slug>.md")
def markdown(slug: str) -> Response:
    """Give a tip as Markdown that can be read anywhere."""
    tip = library().by_slug.get(slug) or abort(404)
    body = put_targets(tip.body, partial(_follow, tip)).strip()
    return Response(f"{render_template('tip.md', tip=tip, body=body)}\n", mimetype="text/markdown")


@blueprint.get("/llms.txt")
def llms() -> Response:
    """Give language models the list of all tips (https://llmstxt.org)."""
    return Response(f"{render_template('llms.txt', tips=library().by_topic)}\n", mimetype="text/plain")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Give search engines the list of all pages."""
    count = -(-len(library().tips) // PER_PAGE)
    text = render_template("sitemap.xml", library=library(), page_numbers=range(2, count + 1))
    return Response(text, mimetype="application/xml")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Tell robots what they may read."""
    return Response(render_template("robots.txt"), mimetype="text/plain")


@cards.get("/card.png")
def site() -> Response:
    """Give the picture that other sites show beside a link to this one."""
    settings = library().settings
    return _draw(Card(settings.tagline or settings.title, _host(), settings.title, _host()))


@cards.get("/tips/<name:slug>/card.png")
def tip(slug: str) -> Response:
    """Give the picture that other sites show beside a link to a tip."""
    found = library().by_slug.get(slug) or abort(404)
    proven = evidence(found)
    return _draw(
        Card(
            title=found.title,
            address=url_for("site.tip", slug=slug),
            site=library().settings.title,
            host=_host(),
            topic=library().topics[found.topic].title,
            checked=proven.summary if proven else "",
        )
    )


def _draw(card: Card) -> Response:
    return Response(current_app.extensions["draw"](card), mimetype="image/png")


def _host() -> str:
    return urlsplit(canonical("site.home")).hostname or ""


def _atom(tips: list[Tip], title: str, subtitle: str, home: str, address: str) -> Response:
    text = render_template("feed.xml", tips=tips, title=title, subtitle=subtitle, home=home, address=address)
    return Response(text, mimetype="application/xml")


def _item(tip: Tip) -> dict[str, Any]:
    url = canonical("site.tip", slug=tip.slug)
    return {
        "id": url,
        "url": url,
        "title": tip.title,
        "summary": tip.summary,
        "content_html": external_body(tip),
        "date_published": _moment(tip.date),
        "date_modified": _moment(tip.changed),
        "tags": tip.tags,
    } | ({"image": canonical("cards.tip", slug=tip.slug)} if current_app.config["CARDS"] else {})


def _follow(tip: Tip, written: str) -> str:
    """Give the absolute URL of what a link in a tip leads to: of a tip its Markdown, of a place in one its page."""
    link = parse_link(written)
    if link is None:
        return canonical("site.tip", slug=tip.slug) + written if written.startswith("#") else written
    try:
        target = library().resolve(tip, link)
    except LinkError:
        return written  # it stands in a comment, or the page of the tip is refused
    if isinstance(target, Tip) and not link.anchor:
        return canonical("machines.markdown", slug=target.slug)
    return absolute(url_of(target, link.anchor))


def _moment(day: datetime.date) -> str:
    """Write the beginning of a day (UTC) as RFC 3339 has it."""
    return f"{day.isoformat()}T00:00:00Z"
