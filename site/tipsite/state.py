"""What a build remembers for the next one: an SQLite file that lies beside the output."""

from __future__ import annotations

import json
import marshal
import pickle
import sqlite3
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from .files import Stamp, find_published
from .tip import Page, Tip, pack, unpack

VERSION = "5 on Python {}.{}".format(*sys.version_info)  # whose marshal need not be another's
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE sources (path TEXT PRIMARY KEY, changed INTEGER, moved INTEGER, size INTEGER, packed INTEGER, parsed BLOB);
CREATE TABLE pages (ref TEXT PRIMARY KEY, file TEXT UNIQUE, compressed INTEGER, anchored INTEGER, data BLOB);
CREATE INDEX weights ON pages (compressed);
CREATE TABLE shown (path TEXT, ref TEXT, PRIMARY KEY (path, ref)) WITHOUT ROWID;
CREATE TABLE files (path TEXT PRIMARY KEY, changed INTEGER, moved INTEGER, size INTEGER, digest TEXT);
"""


class PageRecord(NamedTuple):
    """A page as it was last frozen, and all that its checks need to know of it.

    `ref` names endpoint and values, `key` stands for everything the page was made from, `links` are the
    refs that `url_for` was called with, `targets` the addresses in its HTML, `ids` what can be linked to, each
    as often as it occurs. `shown` are the paths of the tips and pages whose text it was made from.
    Of a tip or a page, `paths` are the files of the content that it links to, and `anchors` those with an
    anchor: path, anchor, line and column. `compressed` is its size in bytes when it travels.
    """

    ref: str
    url: str
    file: str
    key: str
    links: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    anchors: tuple[tuple[str, str, int, int], ...] = ()
    paths: tuple[str, ...] = ()
    compressed: int = 0
    shown: tuple[str, ...] = ()

    @property
    def anchored(self) -> bool:
        """Tell whether it names a place within another page."""
        return any(target.find("#") > 0 for target in self.targets)

    def interned(self) -> PageRecord:
        """Give it with those strings that many pages share kept in memory once."""
        return self._replace(
            links=tuple(map(sys.intern, self.links)),
            targets=tuple(map(sys.intern, self.targets)),
            ids=tuple(map(sys.intern, self.ids)),
            paths=tuple(map(sys.intern, self.paths)),
            shown=tuple(map(sys.intern, self.shown)),
        )


@dataclass
class BuildState:
    """What the last complete build wrote; empty where there was none.

    `generation` stands for all files of the output, `spare_generation` for those of the folder that the
    next build will turn into the output; `pending` are the paths in which the two differ. `days` are the first and
    the last day (ISO) for which the same tips are published. `evidence` has a digest of what is known of the examples
    of each tip, by slug.
    """

    fingerprint: str = ""
    generation: str = ""
    spare_generation: str = ""
    pending: tuple[str, ...] = ()
    summary: Mapping[str, int] = field(default_factory=dict)
    files: dict[str, tuple[Stamp, str]] = field(default_factory=dict)
    days: tuple[str, str] = ("", "")
    evidence: Mapping[str, str] = field(default_factory=dict)


class StateFile:
    """The SQLite file; one that is missing, damaged or of another version is begun anew."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(self.path, isolation_level=None)
            found = connection.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
            if found == (VERSION,):
                return connection
            connection.close()
        except sqlite3.DatabaseError:
            connection.close()
        self.path.unlink(missing_ok=True)
        connection = sqlite3.connect(self.path, isolation_level=None)
        connection.execute("PRAGMA page_size = 32768")  # some rows go into one, and are written faster
        connection.execute("PRAGMA synchronous = OFF")  # a lost state costs a full build and nothing else
        connection.executescript(SCHEMA)
        connection.execute("INSERT INTO meta VALUES ('version', ?)", (VERSION,))
        return connection

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def stamps(self) -> dict[str, Stamp]:
        """Give the stamps of the content's files at the last build."""
        rows = self._connection.execute("SELECT path, changed, moved, size FROM sources")
        return {path: (changed, moved, size) for path, changed, moved, size in rows}

    def parsed(self) -> dict[str, Any]:
        """Give what the content's files were parsed to, by path."""
        rows = self._connection.execute("SELECT path, packed, parsed FROM sources WHERE parsed IS NOT NULL")
        return {
            path: unpack(marshal.loads(parsed)) if packed else pickle.loads(parsed) for path, packed, parsed in rows
        }

    def load(self) -> BuildState:
        """Give the state of the last build, but for its pages."""
        meta = dict(self._connection.execute("SELECT key, value FROM meta"))
        rows = self._connection.execute("SELECT path, changed, moved, size, digest FROM files")
        files = {path: ((changed, moved, size), digest) for path, changed, moved, size, digest in rows}
        return BuildState(
            fingerprint=meta.get("fingerprint", ""),
            generation=meta.get("generation", ""),
            spare_generation=meta.get("spare_generation", ""),
            pending=tuple(json.loads(meta.get("pending", "[]"))),
            summary=json.loads(meta.get("summary", "{}")),
            days=tuple(json.loads(meta.get("days", '["", ""]'))),
            evidence=json.loads(meta.get("evidence", "{}")),
            files=files,
        )

    def pages(self) -> dict[str, PageRecord]:
        """Give all pages of the last build, by ref."""
        return {page.ref: page for page in self._pages("")}

    def pages_showing(self, paths: Iterable[str]) -> dict[str, PageRecord]:
        """Give the pages of the last build that were made from the text of any of some tips and pages, by ref."""
        found: dict[str, PageRecord] = {}
        for path in paths:
            query = "WHERE ref IN (SELECT ref FROM shown WHERE path = ?)"
            found |= {page.ref: page for page in self._pages(query, path)}
        return found

    def anchored_pages(self) -> list[PageRecord]:
        """Give the pages of the last build that name places within others."""
        return list(self._pages("WHERE anchored"))

    def page_of(self, file: str) -> PageRecord | None:
        """Give the page of the last build that was written to a file."""
        return next(self._pages("WHERE file = ?", file), None)

    def has_page(self, ref: str) -> bool:
        """Tell whether the last build had a page."""
        return bool(self._connection.execute("SELECT 1 FROM pages WHERE ref = ?", (ref,)).fetchone())

    def heaviest(self, count: int) -> list[tuple[str, int]]:
        """Give the files of the pages that weigh most, with their bytes when compressed, the heaviest first."""
        query = "SELECT file, compressed FROM pages ORDER BY compressed DESC LIMIT ?"
        return self._connection.execute(query, (count,)).fetchall()

    def _pages(self, condition: str, *values: str) -> Iterator[PageRecord]:
        for (data,) in self._connection.execute(f"SELECT data FROM pages {condition}", values):
            yield PageRecord._make(marshal.loads(data))

    def forget_spare(self) -> None:
        """Note that the spare folder is about to change; until `save`, nothing is known of it."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES ('spare_generation', '')")

    def save(self, state: BuildState, difference: Difference) -> None:
        """Replace the old state by the new one, writing only what differs."""
        with self._connection:
            self._connection.execute("BEGIN")
            if difference.anew:
                for table in ("sources", "pages", "shown", "files"):
                    self._connection.execute(f"DELETE FROM {table}")
            self._write_meta(state)
            self._run("DELETE FROM sources WHERE path = ?", ((path,) for path in difference.sources_gone))
            self._run(
                "INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?, ?)",
                ((path, *stamp, *_parsed(parsed)) for path, (stamp, parsed) in difference.sources.items()),
            )
            self._write_pages(difference)
            self._run("DELETE FROM files WHERE path = ?", ((path,) for path in difference.removed))
            self._run(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)",
                ((path, *state.files[path][0], state.files[path][1]) for path in difference.written),
            )
            self._connection.execute("COMMIT")

    def _write_meta(self, state: BuildState) -> None:
        values = {
            "fingerprint": state.fingerprint,
            "generation": state.generation,
            "spare_generation": state.spare_generation,
            "pending": json.dumps(state.pending),
            "summary": json.dumps(dict(state.summary)),
            "days": json.dumps(state.days),
            "evidence": json.dumps(dict(state.evidence)),
        }
        self._run("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def _write_pages(self, difference: Difference) -> None:
        gone = [(page.ref,) for page in difference.pages_gone]
        self._run("DELETE FROM pages WHERE ref = ?", gone)
        self._run("DELETE FROM shown WHERE path = ? AND ref = ?", _shown(difference.pages_gone))
        self._run(
            "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?)",
            (
                (page.ref, page.file, page.compressed, page.anchored, marshal.dumps(tuple(page)))
                for page in difference.pages
            ),
        )
        self._run("INSERT OR REPLACE INTO shown VALUES (?, ?)", _shown(difference.pages))

    def _run(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self._connection.executemany(statement, rows)


@dataclass(frozen=True)
class Difference:
    """How a state differs from the one before: sources, pages and files that are new or other, and those that are gone.

    Of each source there is what it was parsed to; None if it is not parsed. `anew` says that nothing of the state
    before holds.
    """

    sources: Mapping[str, tuple[Stamp, object | None]]
    sources_gone: Collection[str]
    pages: Collection[PageRecord]
    pages_gone: Collection[PageRecord]
    written: Collection[str]
    removed: Collection[str]
    anew: bool = False


def _parsed(parsed: object) -> tuple[bool, bytes | None]:
    if isinstance(parsed, Tip | Page):
        return True, marshal.dumps(pack(parsed))
    return False, None if parsed is None else pickle.dumps(parsed, 5)


def _shown(pages: Iterable[PageRecord]) -> Iterator[tuple[str, str]]:
    return ((path, page.ref) for page in pages for path in page.shown)


def is_as_described(state: BuildState, output: Path) -> bool:
    """Tell whether each file of the output is what a state says of it."""
    return all(stamp == find_published(f"{output}/{path}") for path, (stamp, _) in state.files.items())
