"""The pages of the site: each view looks something up, renders one template and returns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from werkzeug.routing import BaseConverter

from .assets import fingerprint
from .errors import ContentError
from .headers import SPECULATION_RULES, Headers
from .highlighting import style_sheet
from .library import PER_PAGE, Library
from .search import summarise, take_text
from .structured_data import describe
from .templating import assets, evidence, library, url_of
from .tip import Page, Tip

LATEST = 6


class NameConverter(BaseConverter):
    """Matches the name of a page, and so no file at the root of the site, such as an old address `/flash.html`."""

    regex = "[a-z0-9-]+"


blueprint = Blueprint("site", __name__)


@blueprint.get("/")
def home() -> str:
    """Show the topics with their tips, and the latest tips."""
    return render_template("home.html", library=library(), latest=library().tips[:LATEST])


@blueprint.get("/tips/", defaults={"number": 1})
@blueprint.get("/tips/page/<int:number>/")
def tips(number: int) -> str:
    """List all tips, the newest first."""
    found = library().tips
    count = max(1, -(-len(found) // PER_PAGE))
    if not 1 <= number <= count:
        abort(404)
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    return render_template("tips.html", tips=shown, number=number, count=count, total=len(found))


@blueprint.get("/tips/<slug>/")
def tip(slug: str) -> str:
    """Show a tip."""
    shown = library()
    found = shown.by_slug.get(slug) or abort(404)
    topic = shown.topics[found.topic]
    previous, following = shown.neighbours(found)
    return render_template(
        "tip.html",
        tip=found,
        topic=topic,
        data=describe(found, topic),
        document=_checked(shown, found),
        previous=previous,
        following=following,
        related=shown.related(found),
        path=shown.path(found),
    )


@blueprint.get("/tips/<slug>/evidence.json")
def proof(slug: str) -> Response:
    """Give what running the examples of a tip has shown."""
    found = evidence(library().by_slug.get(slug) or abort(404)) or abort(404)
    text = json.dumps(found.to_json(), indent=1, ensure_ascii=False)
    return Response(f"{text}\n", mimetype="application/json")


@blueprint.get("/topics/<slug>/")
def topic(slug: str) -> str:
    """Show a topic with its tips."""
    found = library().topics.get(slug) or abort(404)
    return render_template("topic.html", topic=found, tips=library().by_topic[slug])


@blueprint.get("/tags/")
def tags() -> str:
    """List all tags."""
    return render_template("tags.html", tags=library().by_tag)


@blueprint.get("/tags/<name>/")
def tag(name: str) -> str:
    """List the tips of a tag."""
    found = library().by_tag.get(name) or abort(404)
    return render_template("tag.html", tag=name, tips=found)


@blueprint.get("/<name:slug>/")
def page(slug: str) -> str:
    """Show a page such as About."""
    found = library().page_by_slug.get(slug) or abort(404)
    return render_template("page.html", page=found, document=_checked(library(), found))


@blueprint.get("/<path:address>")
def moved(address: str) -> str:
    """Send the reader of an old address on to the tip; static hosts can do so with HTML alone."""
    found = library().by_alias.get(f"/{address}") or abort(404)
    return render_template("moved.html", tip=found)


@blueprint.get("/search.json")
def search() -> Response:
    """Give the search what is shown of each tip, the newest first, and where the texts are."""
    shown = library()
    tips = [summarise(tip, shown.topics[tip.topic]) for tip in shown.tips]
    texts = [url_for("site.search_texts", number=number) for number in range(len(shown.portions))]
    return _json({"tips": tips, "texts": texts})


@blueprint.get("/search/<int:number>.json")
def search_texts(number: int) -> Response:
    """Give the search the texts of a portion of the tips."""
    portions = library().portions
    if number >= len(portions):
        abort(404)
    return _json([take_text(tip) for tip in portions[number]])


@blueprint.get("/random/")
def random() -> str:
    """Send the reader on to a tip that the browser draws."""
    return render_template("random.html")


@blueprint.get("/slugs.json")
def slugs() -> Response:
    """Give the page of the random tip the slugs to draw from."""
    return _json([tip.slug for tip in library().tips])


@blueprint.get("/prefetch.speculationrules")
def speculation_rules() -> Response:
    """Tell browsers to fetch a page of this site as soon as a reader is about to follow a link to it.

    A header names this file, because a strict policy forbids the rules in the page.
    """
    pages = {"href_matches": f"{url_for('site.home')}*"}
    buttons = {"selector_matches": "[data-search]"}  # a link only where there is no JavaScript
    rules = {"prefetch": [{"where": {"and": [pages, {"not": buttons}]}, "eagerness": "moderate"}]}
    return Response(json.dumps(rules), mimetype=SPECULATION_RULES)


@blueprint.get("/_headers")
def headers() -> Response:
    """Tell the host what headers to send with which addresses."""
    return Response(_headers().write(_addresses()), mimetype="text/plain")


def _addresses() -> Iterator[str]:
    """Yield addresses of this site, at least one with each first part that any has."""
    root = url_for("site.home")
    for rule in current_app.url_map.iter_rules():
        first = rule.rule.split("<")[0].removeprefix("/")
        if first or not rule.arguments:
            yield f"{root}{first}"
    yield from map(url_of, library().pages)
    yield from (url_for("site.moved", address=alias.removeprefix("/")) for alias in library().by_alias)


@blueprint.get("/404.html")
def not_found() -> str:
    """Show the page that a static host serves for an unknown address."""
    return render_template("not_found.html")


@blueprint.get("/static/pygments.<digest>.css")
def pygments(digest: str) -> Response:
    """Give Pygments' style sheet."""
    sheet = style_sheet()
    if digest != fingerprint(sheet.encode()):
        abort(404)
    return Response(sheet, mimetype="text/css")


@blueprint.get("/files/<path:path>")
def attachment(path: str) -> Response:
    """Give a file that lies beside a tip or a page."""
    if path not in library().attachments:
        abort(404)
    return send_from_directory(library().root.resolve(), path)


def static(filename: str) -> Response:
    """Give a static asset; `create_app` makes this the app's endpoint `static`."""
    name = assets().find(filename) or abort(404)
    return send_from_directory(assets().folder, name)


def send_headers(response: Response) -> Response:
    """Send the headers of the address that was asked for; of an error, those of the page that says so."""
    path = request.script_root + request.path if response.status_code < 400 else url_for("site.not_found")
    response.headers.update(_headers().of(path))
    return response


def _headers() -> Headers:
    return Headers(url_for("site.home"), noindex=current_app.config["NOINDEX"])


def show_not_found(_: Exception) -> ResponseReturnValue:
    """Answer an unknown address with the page that is published as /404.html; an old one may be like any other."""
    if request.path in library().by_alias:
        return moved(request.path.removeprefix("/"))
    return render_template("not_found.html"), 404


def show_problems(error: ContentError) -> ResponseReturnValue:
    """Show an author in the preview what is wrong with the content."""
    template = current_app.jinja_env.get_template("problems.html")  # what knows the site would fail again
    return template.render(problems=error.problems, reloads="reloading" in current_app.extensions), 500


def _checked(shown: Library, item: Tip | Page) -> object:
    """Give the document of a tip or a page; in the preview, raise ContentError if anything is wrong with it.

    A build checks each body before it asks for the page, and anchors when it has all pages.
    """
    problems = shown.check(item) if current_app.config["PREVIEW"] else []
    if problems:
        raise ContentError(problems)
    return shown.document(item)


def _json(value: Any) -> Response:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(text, mimetype="application/json")
