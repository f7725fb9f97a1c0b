"""What a build remembers for the next one: an SQLite file that lies beside the output."""

from __future__ import annotations

import json
import marshal
import os
import pickle
import sqlite3
import stat
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .files import Stamp
from .publishing import generation_of

VERSION = "2 on Python {}.{}".format(*sys.version_info)  # whose marshal need not be another's
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE sources (path TEXT PRIMARY KEY, stamp TEXT, parsed BLOB);
CREATE TABLE pages (ref TEXT PRIMARY KEY, data BLOB);
CREATE TABLE files (path TEXT PRIMARY KEY, stamp TEXT, digest TEXT);
"""


@dataclass(frozen=True, slots=True)
class PageRecord:
    """A page as it was last frozen, and all that its checks need to know of it.

    `ref` names endpoint and values, `key` stands for everything the page was made from, `links` are the
    refs that `url_for` was called with, `targets` the addresses in its HTML, `ids` what can be linked to, each
    as often as it occurs.
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


@dataclass
class BuildState:
    """What the last complete build wrote; empty where there was none.

    `generation` stands for all files of the output, `spare_generation` for those of the folder that the
    next build will turn into the output; `pending` are the paths in which the two differ. `days` are the first and
    the last day (ISO) for which the same tips are published.
    """

    fingerprint: str = ""
    generation: str = ""
    spare_generation: str = ""
    pending: tuple[str, ...] = ()
    summary: Mapping[str, int] = field(default_factory=dict)
    files: dict[str, tuple[Stamp, str]] = field(default_factory=dict)
    pages: dict[str, PageRecord] = field(default_factory=dict)
    days: tuple[str, str] = ("", "")


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
        connection.execute("PRAGMA synchronous = OFF")  # a lost state costs a full build and nothing else
        connection.executescript(SCHEMA)
        connection.execute("INSERT INTO meta VALUES ('version', ?)", (VERSION,))
        return connection

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def stamps(self) -> dict[str, Stamp]:
        """Give the stamps of the content's files at the last build."""
        rows = self._connection.execute("SELECT path, stamp FROM sources")
        return {path: tuple(map(int, stamp.split())) for path, stamp in rows}  # type: ignore[misc]

    def parsed(self) -> dict[str, tuple[Stamp, object]]:
        """Give what the content's files were parsed to, by path, with their stamps."""
        rows = self._connection.execute("SELECT path, stamp, parsed FROM sources WHERE parsed IS NOT NULL")
        return {
            path: (tuple(map(int, stamp.split())), pickle.loads(parsed))  # type: ignore[misc]
            for path, stamp, parsed in rows
        }

    def load(self, *, pages: bool = True) -> BuildState:
        """Give the state of the last build; without `pages`, only what tells whether anything changed."""
        meta = dict(self._connection.execute("SELECT key, value FROM meta"))
        rows = self._connection.execute("SELECT path, stamp, digest FROM files")
        files = {path: (tuple(map(int, stamp.split())), digest) for path, stamp, digest in rows}
        records = self._connection.execute("SELECT data FROM pages") if pages else ()
        return BuildState(
            fingerprint=meta.get("fingerprint", ""),
            generation=meta.get("generation", ""),
            spare_generation=meta.get("spare_generation", ""),
            pending=tuple(json.loads(meta.get("pending", "[]"))),
            summary=json.loads(meta.get("summary", "{}")),
            days=tuple(json.loads(meta.get("days", '["", ""]'))),
            files=files,  # type: ignore[arg-type]
            pages={record.ref: record for record in (PageRecord(*marshal.loads(data)) for (data,) in records)},
        )

    def forget_spare(self) -> None:
        """Note that the spare folder is about to change; until `save`, nothing is known of it."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES ('spare_generation', '')")

    def save(
        self,
        old: BuildState,
        new: BuildState,
        sources: Mapping[str, tuple[Stamp, object | None]],
    ) -> None:
        """Replace the old state by the new one, writing only what differs."""
        known = self.stamps()
        with self._connection:
            self._connection.execute("BEGIN")
            self._write_meta(new)
            self._replace(
                "sources",
                known.keys() - sources.keys(),
                (
                    (path, " ".join(map(str, stamp)), pickle.dumps(parsed, 5) if parsed is not None else None)
                    for path, (stamp, parsed) in sources.items()
                    if known.get(path) != stamp
                ),
            )
            self._replace(
                "pages",
                old.pages.keys() - new.pages.keys(),
                (
                    (ref, marshal.dumps(_values(page)))
                    for ref, page in new.pages.items()
                    if old.pages.get(ref) is not page
                ),
            )
            self._replace(
                "files",
                old.files.keys() - new.files.keys(),
                (
                    (path, " ".join(map(str, stamp)), digest)
                    for path, (stamp, digest) in new.files.items()
                    if old.files.get(path) != (stamp, digest)
                ),
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
        }
        self._connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def _replace(self, table: str, gone: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> None:
        column = "ref" if table == "pages" else "path"
        self._connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", ((key,) for key in gone))
        for row in rows:
            marks = ", ".join("?" * len(row))
            self._connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", row)


def _values(page: PageRecord) -> tuple[Any, ...]:
    return (
        page.ref, page.url, page.file, page.key, page.links, page.targets, page.ids, page.anchors,
        page.paths, page.compressed,
    )  # fmt: skip


def usable(state: BuildState, output: Path) -> BuildState:
    """Give a state if the output is what it describes, file by file; an empty one otherwise."""
    if not state.generation or generation_of(output) != state.generation:
        return BuildState()
    same = all(stamp == stamp_of(f"{output}/{path}") for path, (stamp, _) in state.files.items())
    return state if same else BuildState()


def stamp_of(path: str) -> Stamp | None:
    """Give the stamp of a published file, whose inode may have been linked since; None if it is no file."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return (status.st_mtime_ns, 0, status.st_size) if stat.S_ISREG(status.st_mode) else None
