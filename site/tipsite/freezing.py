"""Freezing: Frozen-Flask walks the links that `url_for` makes and writes the pages into a folder."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask_frozen import Freezer, FrozenFlaskWarning, MissingURLGeneratorWarning

from .errors import FreezingError
from .library import Library
from .publishing import MARKER, check_output, staging

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Report:
    """What a build wrote: pages (HTML), all files, and their size in bytes."""

    pages: int
    files: int
    bytes: int


class LinkRecorder:
    """Records the endpoints and values that `url_for` is called with, each once.

    Frozen-Flask's own log keeps every call, which at 10,000 pages is 381,673 entries. What is copied as a
    file, without a request, is kept apart from what is frozen.
    """

    FILES = ("static", "site.attachment")

    def __init__(self, app: Flask) -> None:
        self._seen: set[tuple[str, tuple[tuple[str, Any], ...]]] = set()
        self._waiting: list[tuple[str, dict[str, Any]]] = []
        self.files: list[tuple[str, dict[str, Any]]] = []
        app.url_defaults(self.record)

    def record(self, endpoint: str, values: dict[str, Any]) -> None:
        """Note a call of `url_for`; Flask calls this as one of `url_default_functions`."""
        key = endpoint, tuple(sorted(values.items()))
        if key not in self._seen:
            self._seen.add(key)
            place = self.files if endpoint in self.FILES else self._waiting
            place.append((endpoint, dict(values)))

    def urls(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield what waits to be frozen, and what is recorded while that is done; a URL generator."""
        while self._waiting:
            yield self._waiting.pop()


def freeze(app: Flask, destination: Path, progress: Progress) -> None:
    """Write every page of an app and every file it links to into a folder.

    A page is frozen because another links to it, because its route takes no arguments, or because it is
    the page of an old address. Raises FreezingError where a tip, topic, tag or page is linked from nowhere.
    """
    library: Library = app.extensions["library"]()
    recorder = LinkRecorder(app)
    app.config.update(
        FREEZER_BASE_URL=app.config["BASE_URL"] or library.settings.base_url,
        FREEZER_DESTINATION=str(destination.resolve()),
        FREEZER_REDIRECT_POLICY="error",
        PROPAGATE_EXCEPTIONS=True,
    )
    freezer = Freezer(app, with_static_files=False, log_url_for=False)
    freezer.register_generator(recorder.urls)
    freezer.register_generator(lambda: _moved(library))
    freezer.register_generator(recorder.urls)
    frozen = set()
    with _warnings_as_errors():
        for page in freezer.freeze_yield():
            frozen.add(page.url)
            progress(page.url)
    _refuse_orphans(library, frozen)
    _copy_files(app, library, recorder, destination)


def _moved(library: Library) -> Iterator[tuple[str, dict[str, Any]]]:
    for alias in library.by_alias:
        yield "site.moved", {"address": alias.removeprefix("/")}


@contextmanager
def _warnings_as_errors() -> Iterator[None]:
    """Make every warning of Frozen-Flask an error, but for endpoints without pages.

    A site without tags rightly freezes nothing for the endpoint of a tag; `_refuse_orphans` says by name
    what is missing.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", FrozenFlaskWarning)
        warnings.simplefilter("ignore", MissingURLGeneratorWarning)
        try:
            yield
        except FrozenFlaskWarning as warning:
            raise FreezingError(str(warning)) from warning


def _refuse_orphans(library: Library, frozen: set[str]) -> None:
    wanted = [f"/tips/{tip.slug}/" for tip in library.tips]
    wanted += [f"/topics/{slug}/" for slug in library.topics]
    wanted += [f"/tags/{tag}/" for tag in library.by_tag]
    wanted += [f"/{page.slug}/" for page in library.pages]
    missing = [url for url in wanted if url not in frozen]
    if missing:
        raise FreezingError(f"no page links to {', '.join(missing)}: a template has lost its links")


def _copy_files(app: Flask, library: Library, recorder: LinkRecorder, destination: Path) -> None:
    assets = app.extensions["assets"]
    copies = [(assets.folder / name, Path("static", assets.published_name(name))) for name in assets]
    for endpoint, values in recorder.files:
        if endpoint == "site.attachment":
            copies.append((library.root / values["path"], Path("files", values["path"])))
    for source, path in copies:
        (destination / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, destination / path)


def measure(files: Iterable[Path]) -> Report:
    """Count pages, files and bytes of a frozen site."""
    sizes = {path: path.stat().st_size for path in files if path.is_file() and path.name != MARKER}
    return Report(sum(path.suffix == ".html" for path in sizes), len(sizes), sum(sizes.values()))


def build(app: Flask, content: Path, output: Path, progress: Progress) -> Report:
    """Check, freeze and publish a site; raise TipsiteError and leave the output alone if that fails."""
    check_output(output, content)
    with staging(output) as folder:
        freeze(app, folder, progress)
        return measure(folder.rglob("*"))
