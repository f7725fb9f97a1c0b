"""Reloading: in `flask run --debug` a page that is open in a browser follows the files it is made from.

A thread watches the files and publishes a new version; each page hears of it over one stream of server-sent events, and
fetches itself again. No page of a build, and none of `flask run` without `--debug`, knows of any of this.
"""

from __future__ import annotations

import atexit
import hashlib
import logging
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path

import watchfiles
from flask import Blueprint, Flask, Response, current_app, g, has_request_context, request, send_from_directory, url_for

from .errors import TipsiteError
from .library import Library
from .loading import Loader
from .trials import Trials

STEP = 10  # milliseconds without a further change, after which changes are published
HEARTBEAT = 5.0  # seconds between signs of life, without which a closed stream is not noticed
RETRY = 200  # milliseconds after which a browser calls again when the server has gone
SCRIPTS = re.compile(r"<script\b[^>]*>")
MAIN = re.compile(r"<main\b.*</main>", re.DOTALL)

blueprint = Blueprint("preview", __name__, url_prefix="/_preview")
logger = logging.getLogger("tipsite")


class Bulletin:
    """The version of what the preview shows: a name of this process, and a number that grows with each change."""

    def __init__(self) -> None:
        self._process = secrets.token_hex(4)
        self._number = 0
        self._news = threading.Condition()

    @property
    def version(self) -> str:
        """Give the version of now."""
        return f"{self._process}.{self._number}"

    def publish(self) -> None:
        """Say that something has changed."""
        with self._news:
            self._number += 1
            self._news.notify_all()

    def follow(self) -> Iterator[str]:
        """Yield the version of now, and then each newer one; nothing from time to time, as a sign of life."""
        known = ""
        while True:
            with self._news:
                if self.version == known:
                    self._news.wait(HEARTBEAT)
                told, known = known, self.version
            yield known if known != told else ""


class Reloading:
    """What the preview of one app needs: its loader, the watch over its files, and the trials of its tips."""

    def __init__(self, app: Flask, loader: Loader) -> None:
        self.loader = loader
        self.bulletin = Bulletin()
        self.trials = Trials(loader.last_loaded, app.config["CACHE"], self.bulletin.publish)
        self._content = loader.root.resolve()
        self._folders = [self._content, *(Path(app.root_path) / name for name in ("static", "templates", "preview"))]
        self._watcher: threading.Thread | None = None
        self._end = threading.Event()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to watch the files, once, and look what has changed before; a process without pages never does."""
        with self._lock:
            if self._watcher is None:
                self._watcher = threading.Thread(target=self._watch, daemon=True)
                self._watcher.start()
                atexit.register(self._stop)
                with suppress(TipsiteError):  # the page tells
                    self.loader.load()
                self.bulletin.publish()

    def _stop(self) -> None:
        self._end.set()
        if self._watcher:
            self._watcher.join(timeout=1)

    def _watch(self) -> None:
        try:
            for changes in watchfiles.watch(*self._folders, step=STEP, stop_event=self._end, raise_interrupt=False):
                self._take({Path(path) for _, path in changes})
        except (OSError, RuntimeError) as error:
            logger.warning("Pages do not reload by themselves: the files cannot be watched (%s).", error)

    def _take(self, paths: set[Path]) -> None:
        edited = {path.relative_to(self._content).as_posix() for path in paths if path.is_relative_to(self._content)}
        with suppress(TipsiteError):  # the page tells
            self.loader.load_changed(edited)
        self.bulletin.publish()
        self.trials.look_again()

    def library(self) -> Library:
        """Give the library; a page that follows a change gets what the watch has loaded, and others look again."""
        follows = has_request_context() and "Preview-Version" in request.headers
        return self.loader.last_loaded() if follows else self.loader.load()


def register(app: Flask, loader: Loader) -> None:
    """Have the pages of an app follow their files."""
    reloading = Reloading(app, loader)
    app.extensions |= {"reloading": reloading, "library": reloading.library, "trials": reloading.trials.find}
    app.register_blueprint(blueprint)
    app.before_request(_note_version)
    app.after_request(_equip)


@blueprint.get("/stream")
def stream() -> Response:
    """Tell a page of each new version, and run its tip for as long as it is open."""
    reloading: Reloading = current_app.extensions["reloading"]
    reloading.start()
    slug = request.args.get("tip")

    def events() -> Iterator[str]:
        yield f"retry: {RETRY}\n\n"
        with reloading.trials.watch(slug) if slug else nullcontext():
            for version in reloading.bulletin.follow():
                yield f"data: {version}\n\n" if version else ":\n\n"

    return Response(events(), mimetype="text/event-stream", headers={"Cache-Control": "no-store"})


@blueprint.get("/<any('reload.js', 'notes.js', 'preview.css'):name>")
def asset(name: str) -> Response:
    """Give a script or the style sheet of the preview."""
    return send_from_directory(Path(blueprint.root_path) / "preview", name)


def _note_version() -> None:
    """Note what a page shows at least: what changes while it is made is told once more."""
    g.version = current_app.extensions["reloading"].bulletin.version


def _equip(response: Response) -> Response:
    """Add the preview's scripts and style sheet to a page."""
    if response.mimetype == "text/html" and not response.is_streamed:
        response.set_data(response.get_data(as_text=True).replace("</head>", f"{_head(response)}</head>", 1))
    return response


def _head(response: Response) -> str:
    """Say in data attributes which version a page is, and what stands for its main part and for the rest."""
    text = response.get_data(as_text=True)
    main = MAIN.search(text)
    around = [*SCRIPTS.findall(text), *MAIN.split(text.partition("</head>")[2]), _attachments()]
    tip = (request.view_args or {}).get("slug", "") if request.endpoint == "site.tip" else ""
    data = {
        "version": g.version,
        "main": _digest(main[0] if main else ""),
        "around": _digest("".join(around)) if response.status_code != 500 else "",
        "stream": url_for("preview.stream", tip=tip or None),
    }
    attributes = " ".join(f'data-{name}="{value}"' for name, value in data.items())
    return (
        f'<link rel="stylesheet" href="{url_for("preview.asset", name="preview.css")}">\n'
        f'<script type="module" src="{url_for("preview.asset", name="reload.js")}" {attributes}></script>\n'
        f'<script type="module" src="{url_for("preview.asset", name="notes.js")}"></script>\n'
    )


def _attachments() -> str:
    """Stand for the files beside the tips, which have the same address when they have changed."""
    loader = current_app.extensions["reloading"].loader
    return repr([item for item in loader.stamps.items() if not item[0].endswith((".md", ".toml"))])


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
