"""Loading: a content folder becomes a Library, or one error that names everything wrong in its files."""

from __future__ import annotations

import datetime
import functools
import threading
from collections.abc import Callable, Mapping, Set
from pathlib import Path
from typing import TypeVar

from .addresses import check_addresses, check_topics
from .errors import ContentError, Problem
from .files import Stamp, find_stamp, walk
from .library import Library
from .matrix import NO_MATRIX, Matrix
from .parsing import kind_of, parse, read_bytes
from .rendering import Document, render
from .schedule import today
from .settings import FILE as SETTINGS_FILE
from .settings import Settings
from .tip import Page, Tip, with_text

Parsed = TypeVar("Parsed")
render_once = functools.lru_cache(maxsize=512)(render)  # a preview shows some tips again and again


class Loader:
    """Loads a content folder again and again, and parses only what has changed since the last time."""

    def __init__(
        self, root: Path, *, drafts: bool = False, render: Callable[[str, bool], Document] = render_once
    ) -> None:
        self.root = root
        self.drafts = drafts
        self.render = render
        self.parsed: dict[str, tuple[Stamp, object]] = {}
        self.stamps: dict[str, Stamp] = {}
        self.listed: dict[str, Stamp] | None = None  # all files, if somebody has listed them just now
        self._loaded: tuple[Mapping[str, Stamp], datetime.date, Library] | None = None
        self._lock = threading.RLock()

    def load(self) -> Library:
        """Load the folder; raise ContentError with all that is wrong in any of its files."""
        with self._lock:
            listed, self.listed = self.listed, None
            return self._load(listed or dict(walk(self.root)))

    def last_loaded(self) -> Library:
        """Give the folder as it was last loaded, without looking whether it has changed."""
        with self._lock:
            return self._loaded[2] if self._loaded else self.load()

    def load_changed(self, paths: Set[str]) -> Library:
        """Load the folder of which only the files at some paths can have changed since it was last loaded."""
        with self._lock:
            known = paths & self.stamps.keys()
            stamps = {path: stamp for path in known if (stamp := find_stamp(self.root / path))}
            if len(stamps) < len(paths):  # a file has come or gone, or a folder
                return self.load()
            return self._load(self.stamps | stamps)

    def _load(self, files: dict[str, Stamp]) -> Library:
        day, before = today(), self._loaded
        self.stamps, self._loaded = files, None
        library = self._reload(files, day, before) if before else None
        if library is None:
            library, problems = self._read(files, day)
            if library is None or problems:
                raise ContentError(problems)
        self._loaded = files, day, library
        return library

    def _reload(
        self, files: Mapping[str, Stamp], day: datetime.date, before: tuple[Mapping[str, Stamp], datetime.date, Library]
    ) -> Library | None:
        """Load what is as it was, but for the body of one tip at most; None if more has changed."""
        stamps, last_day, library = before
        changed = [path for path, stamp in files.items() if stamps.get(path) != stamp]
        if day != last_day or len(files) != len(stamps) or len(changed) > 1:
            return None
        if not changed:
            return library
        known = library.by_path.get(changed[0])
        if not isinstance(known, Tip):
            return None
        try:
            tip = self._parse(known.path, files[known.path], Tip)
        except ContentError:
            return None
        return library.with_body_of(tip) if tip.card == known.card else None

    def load_thoroughly(self) -> Library:
        """Load the folder; where anything is wrong, render all of it to say at once what else is.

        Bodies are not looked at where the settings, which say how to read them, cannot be read.
        """
        try:
            return self.load()
        except ContentError:
            library, problems = self._read(dict(walk(self.root)), today())
            if library is not None:
                problems += [problem for item in library.items for problem in library.check(item)]
            raise ContentError(problems) from None

    def _read(self, files: Mapping[str, Stamp], day: datetime.date) -> tuple[Library | None, list[Problem]]:
        """Read all files; give the library of those that can be parsed, and what is wrong with any."""
        problems: list[Problem] = []
        settings = self._parse_all(files, "settings", Settings, problems)
        tips = self._parse_all(files, "tip", Tip, problems)
        pages = self._parse_all(files, "page", Page, problems)
        matrices = self._parse_all(files, "matrix", Matrix, problems)
        problems += [Problem(path, 1, 0, _STRAY) for path in files if kind_of(path) == "stray"]
        if SETTINGS_FILE not in files:
            problems.append(Problem(SETTINGS_FILE, 0, 0, _NO_SETTINGS))
        if settings:
            problems += check_topics(tips, settings[0], self.root)
        problems += check_addresses(tips, pages, self.root)
        if not settings:
            return None, problems
        return self._assemble(files, day, settings[0], tips, pages, *matrices), problems

    def _parse_all(
        self, files: Mapping[str, Stamp], kind: str, wanted: type[Parsed], problems: list[Problem]
    ) -> list[Parsed]:
        parsed: list[Parsed] = []
        for path in files:
            if kind_of(path) == kind:
                try:
                    parsed.append(self._parse(path, files[path], wanted))
                except ContentError as error:
                    problems += error.problems
        return parsed

    def _parse(self, path: str, stamp: Stamp, wanted: type[Parsed]) -> Parsed:
        last, known = self.parsed.get(path, (None, None))
        if not isinstance(known, wanted) or last != stamp:
            data = read_bytes(self.root, path)
            again = with_text(known, data) if isinstance(known, Tip | Page) else None
            known = again or parse(path, data)
            assert isinstance(known, wanted)
            self.parsed[path] = (stamp, known)
        return known

    def _assemble(
        self,
        files: Mapping[str, Stamp],
        day: datetime.date,
        settings: Settings,
        tips: list[Tip],
        pages: list[Page],
        matrix: Matrix = NO_MATRIX,
    ) -> Library:
        kept_back = [tip for tip in tips if not self.drafts and (tip.draft or tip.date > day)]
        unpublished = {tip.path: tip for tip in kept_back}
        shown = [tip for tip in tips if tip.path not in unpublished]
        topics = {topic.slug: number for number, topic in enumerate(settings.topics)}
        listed = {slug: place for topic in settings.topics for place, slug in enumerate(topic.tips)}
        shown.sort(key=lambda tip: (topics.get(tip.topic, 0), listed.get(tip.slug, len(listed)), tip.slug))
        shown.sort(key=lambda tip: tip.date, reverse=True)
        return Library(
            root=self.root,
            settings=settings,
            tips=tuple(shown),
            pages=tuple(pages),
            attachments=frozenset(path for path in files if kind_of(path) == "attachment"),
            render=self.render,
            unpublished=unpublished,
            today=day,
            matrix=matrix,
            unparsed=frozenset(path for path in files if kind_of(path) in ("tip", "page", "stray"))
            - {tip.path for tip in tips}
            - {page.path for page in pages},
        )


_STRAY = "a tip lies in the folder of its topic: move this file to tips/<topic>/"
_NO_SETTINGS = "this file is missing: it holds the title, base_url, author, description and topics of the site"
