"""The app factory: the one place that wires things together."""

from __future__ import annotations

import importlib
import mimetypes
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from flask.helpers import get_debug_flag

from . import machines, templating, views
from .assets import Assets
from .cache import EXAMPLES
from .cards import draw
from .errors import ContentError
from .headers import MIME_TYPES
from .loading import Loader
from .tip import Tip

if TYPE_CHECKING:
    from .proving import Evidence


def create_app(
    content: str | Path = "content",
    *,
    preview: bool = True,
    drafts: bool = True,
    base_url: str | None = None,
    noindex: bool = False,
    cards: bool = True,
    loader: Loader | None = None,
    cache: str | Path = ".cache",
) -> Flask:
    """Make the app that shows a content folder: as it is at each request, or frozen if it is no preview.

    `base_url` takes the place of that of `site.toml`; `noindex` asks search engines to stay away; `cards` gives tips
    pictures for other sites to show; `loader` is one that has loaded the content before; `cache` is the folder that
    keeps what the examples of tips came to.
    Raises ContentError where the content has errors and this is no preview, which shows them instead.
    """
    for suffix, kind in MIME_TYPES.items():
        mimetypes.add_type(kind, suffix)
    app = Flask(__name__, static_folder=None)
    app.config.update(
        BASE_URL=base_url,
        CACHE=Path(cache) / EXAMPLES,
        CARDS=cards,
        CONTENT=Path(content),
        NOINDEX=noindex,
        PREVIEW=preview,
    )
    loader = loader or Loader(Path(content), drafts=drafts)
    app.extensions["assets"] = Assets(Path(app.root_path) / "static", edited=preview)
    app.extensions["draw"] = draw
    app.extensions["library"] = loader.load
    app.extensions["evidence"] = partial(_find_evidence, cache=app.config["CACHE"])
    if preview:
        app.after_request(views.send_headers)
        app.register_error_handler(ContentError, views.show_problems)
    else:
        library = loader.load_thoroughly()
        app.extensions["library"] = lambda: library
        app.config["BASE_URL"] = base_url or library.settings.base_url
    app.url_map.converters["name"] = views.NameConverter
    app.add_url_rule("/static/<path:filename>", "static", views.static)
    app.register_blueprint(views.blueprint)
    app.register_blueprint(machines.blueprint)
    if cards:
        app.register_blueprint(machines.cards)
    app.register_error_handler(404, views.show_not_found)
    templating.register(app)
    if preview:  # only then are the commands imported, and only where files are watched what watches them
        app.cli.add_command(importlib.import_module(".cli", __package__).tips)
        if get_debug_flag():
            importlib.import_module(".reload", __package__).register(app, loader)
    return app


def _find_evidence(tip: Tip, cache: Path) -> Evidence | None:
    """Do what `proving.find_evidence` does, which is imported when a page first asks for it."""
    from .proving import find_evidence

    return find_evidence(tip, cache)
