"""What templates can use beyond Flask's own: the site, URLs of content and assets, dates."""

from __future__ import annotations

import datetime
import importlib
import re
from collections.abc import Callable, MutableMapping
from functools import cache as once
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import flask.templating
from flask import Flask, current_app, g
from jinja2.bccache import Bucket, BytecodeCache
from markupsafe import Markup

from . import standalone
from .assets import Assets, fingerprint
from .cache import Cache, make_key
from .compatibility import Compatibility, find_compatibility
from .highlighting import highlight, style_sheet
from .library import Attachment, Library, LinkError, Target
from .links import Link, put_urls
from .rendering import after_block
from .settings import Topic
from .tip import Page, Tip

if TYPE_CHECKING:
    from .proving import Evidence
    from .trials import Trial

WORDS_A_MINUTE = 238  # of prose, silently read (Brysbaert 2019, doi:10.1016/j.jml.2019.104047)
LINES_A_MINUTE = 60  # of code: our guess
BLOCK_END = re.compile(after_block(0).replace("0", r"(\d+)"))
PERMALINK = re.compile(r'<a class="permalink"[^>]*>#</a>')
FRAGMENT = re.compile(r'(<a\b[^>]*?\shref=["\']?)#')


class Environment(flask.templating.Environment):
    """Flask's environment, in which templates have no globals of their own: each uses the environment's."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Give a template its globals; those of Jinja are a ChainMap, which each context copies slowly."""
        return super().make_globals(d) if d else self.globals


class CompiledTemplates(BytecodeCache):
    """Finds the code of templates that were compiled before, by everything that they were compiled from."""

    def __init__(self, cache: Cache) -> None:
        self.cache = cache

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put the code of a template into its bucket, if there is any."""
        found = self.cache.find(self._key(bucket))
        if found:
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Note the code of a template that has been compiled."""
        self.cache.add(self._key(bucket), bucket.bytecode_to_string())

    def _key(self, bucket: Bucket) -> str:
        return make_key("template", _fingerprint(), bucket.key, bucket.checksum)


@once
def _fingerprint() -> str:
    """Stand for what templates are compiled with: Jinja, and filters, which it applies to constants right away."""
    sources = [Path(path).read_bytes() for path in (__file__, standalone.__file__)]
    return make_key(sources, version("jinja2"))


def library() -> Library:
    """Give the library that the app shows; in the preview, as the files are at this request."""
    found: Library | None = g.get("library")
    if found is None:
        found = g.library = current_app.extensions["library"]()
    return found


def assets() -> Assets:
    """Give the app's static assets."""
    found: Assets = current_app.extensions["assets"]
    return found


def url_for(endpoint: str, **values: Any) -> str:
    """Do what Flask's own `url_for` does, without the keywords that it adds to each call: a build remembers calls."""
    return current_app.url_for(endpoint, **values)


def url_of(target: Target, anchor: str = "", url_for: Callable[..., str] = url_for) -> str:
    """Give the URL path of something that a link leads to, as `url_for` writes it."""
    place = {"_anchor": anchor} if anchor else {}
    match target:
        case Tip():
            return url_for("site.tip", slug=target.slug, **place)
        case Page():
            return url_for("site.page", slug=target.slug, **place)
        case Topic():
            return url_for("site.topic", slug=target.slug, **place)
        case Attachment():
            return url_for("site.attachment", path=target.path, **place)


def absolute(path: str) -> str:
    """Make a URL path of this site absolute, on its base URL and not on the host that was asked."""
    return _origin(current_app.config["BASE_URL"] or library().settings.base_url) + path


@once
def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def canonical(endpoint: str, **values: Any) -> str:
    """Give the absolute URL of an endpoint on the site's base URL."""
    return absolute(url_for(endpoint, **values))


def asset_url(name: str) -> str:
    """Give the URL path of a static asset, with its fingerprint."""
    return url_for("static", filename=assets().published_name(name))


def pygments_url() -> str:
    """Give the URL path of Pygments' style sheet, with its fingerprint."""
    return url_for("site.pygments", digest=_style_sheet_fingerprint())


@once
def _style_sheet_fingerprint() -> str:
    return fingerprint(style_sheet().encode())


def body(item: Tip | Page) -> Markup:
    """Give the HTML of a tip's or a page's body, with URLs put in."""
    document = library().document(item)
    text = put_urls(document.html, document.links, lambda link: _follow(item, link))
    found = evidence(item) if isinstance(item, Tip) else None
    without = found.without if found else {}
    tried = trial(item) if isinstance(item, Tip) else None

    def below(block: re.Match[str]) -> str:
        number = int(block[1])
        shown = _disclose(without[number]) if number in without else ""
        if tried and isinstance(item, Tip):
            from .mending import findings  # here: a build has no trials

            shown += str(findings(item, document.fences, tried, document.fences[number]))
        return shown

    return Markup(BLOCK_END.sub(below, text))  # authors are trusted to write HTML


def external_body(tip: Tip) -> Markup:
    """Give the HTML of a tip's body for a feed: every URL is absolute, and headings have no permalinks."""
    document = library().document(tip)
    text = put_urls(document.html, document.links, lambda link: absolute(_follow(tip, link)))
    text = BLOCK_END.sub("", text)
    return Markup(FRAGMENT.sub(f"\\g<1>{canonical('site.tip', slug=tip.slug)}#", PERMALINK.sub("", text)))


def _follow(item: Tip | Page, link: Link) -> str:
    try:
        return url_of(library().resolve(item, link), link.anchor)
    except LinkError:
        return "#"  # in a feed; the page of the tip itself is refused, and says why


def edit_url(item: Tip | Page) -> str:
    """Give the address at which a tip or a page can be edited in the repository; empty if there is none.

    The content folder lies at the root of the repository, on a branch `main`.
    """
    repository = library().settings.repository
    if repository is None:
        return ""
    host = urlsplit(repository).hostname or ""
    edit = "-/edit" if "gitlab" in host else "_edit" if host == "codeberg.org" else "edit"
    return f"{repository}{edit}/main/{_name_of(current_app.config['CONTENT'])}/{quote(item.path)}"


@once  # it asks the system about each folder above
def _name_of(folder: Path) -> str:
    return folder.resolve().name


def _disclose(diff: str) -> str:
    """Show what came out without the key lines of a block, folded away until a reader asks."""
    macro = current_app.jinja_env.get_template("macros.html").module.without_lines  # type: ignore[attr-defined]
    return str(macro(Markup("\n".join(highlight(diff, "diff")))))


def trial(tip: Tip) -> Trial | None:
    """Give what the preview knows of a tip; nothing in a build, which stops at what is wrong."""
    find = current_app.extensions.get("trials")
    return find(tip) if find else None


def evidence(tip: Tip) -> Evidence | None:
    """Give what is known of a tip's examples; None if they have not been run as the tip is now."""
    if not library().settings.examples:
        return None
    found: Evidence | None = current_app.extensions["evidence"](tip)
    return found


def compatibility(tip: Tip) -> Compatibility | None:
    """Give how a tip as it is now fared with each Python and Flask; None if that is not known."""
    shown = library()
    if not shown.settings.examples or not shown.matrix.results(tip.path):
        return None
    from .examples import code_hash  # here: without a record of runs, nothing that runs tips is imported
    from .proving import subject_of

    return find_compatibility(shown.matrix, tip.path, code_hash(subject_of(tip)))


def minutes(tip: Tip) -> int:
    """Estimate how long a tip takes to read, in whole minutes: prose slowly, code line by line."""
    document = library().document(tip)
    lines = sum(len(fence.lines) for fence in document.fences)
    return max(1, round(document.words / WORDS_A_MINUTE + lines / LINES_A_MINUTE))


def status(tip: Tip) -> str:
    """Say why a tip is not public: it is a draft, or its day has not come; nothing, if it is."""
    if tip.draft:
        return "Draft"
    return f"From {long_date(tip.date)}" if tip.date > library().today else ""


def long_date(day: datetime.date) -> str:
    """Write a day as `23 November 2026`, whatever the locale."""
    months = "January February March April May June July August September October November December"
    return f"{day.day} {months.split()[day.month - 1]} {day.year}"


def context() -> dict[str, Any]:
    """Give every template the site's settings and topics."""
    shown = library()
    return {"site": shown.settings, "topics": shown.topics.values(), "pages": shown.pages}


def piece(name: str, /, **values: Any) -> Markup:
    """Render a piece of a page that is the same wherever its values are: it cannot look at the request.

    A build renders each piece once.
    """
    template = current_app.jinja_env.get_template(name)
    return Markup(template.render(context(), request=None, **values))


def register(app: Flask) -> None:
    """Hand these functions to an app's templates."""
    app.jinja_environment = Environment
    app.context_processor(context)
    app.jinja_env.globals |= {
        "asset_url": asset_url,
        "body": body,
        "canonical": canonical,
        "compatibility": compatibility,
        "edit_url": edit_url,
        "evidence": evidence,
        "external_body": external_body,
        "minutes": minutes,
        "piece": piece,
        "pygments_url": pygments_url,
        "trial": trial,
    }
    if app.config["PREVIEW"]:  # only there does a page say what is wrong
        mending = importlib.import_module(".mending", __package__)
        app.jinja_env.globals |= {"findings": mending.findings, "show_problem": mending.show_problem}
    app.jinja_env.filters |= {
        "long_date": long_date,
        "markdown": standalone.escape,
        "status": status,
        "url_of": url_of,
    }
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
