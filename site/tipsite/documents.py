"""Documents that were rendered before, kept on disk by the hash of everything they were made from."""

from __future__ import annotations

import hashlib
import inspect
import os
import pickle
import sqlite3
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

from . import fence, highlighting, lexing, links, rendering
from .rendering import Document, render

Entry = tuple[str, bytes]
IN_MEMORY = 512  # documents


class DocumentCache:
    """Renders Markdown texts, and keeps the results in an SQLite file; without a path, in nothing.

    It may be used in forked processes: these read the file and hand what they made to the process that
    writes it (`take_made`, `keep`).
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._made: list[Entry] = []
        self._connections: dict[int, sqlite3.Connection] = {}
        self.render = lru_cache(IN_MEMORY)(self._render) if path else render

    def _render(self, text: str, examples: bool) -> Document:
        """Render a text, or find what it was rendered to before."""
        key = hashlib.blake2b(f"{_fingerprint()} {examples} {text}".encode(), digest_size=20).hexdigest()
        found = self._connection().execute("SELECT data FROM documents WHERE key = ?", (key,)).fetchone()
        if found:
            document: Document = pickle.loads(found[0])
            return document
        document = render(text, examples)
        self._made.append((key, pickle.dumps(document, 5)))
        return document

    def take_made(self) -> list[Entry]:
        """Give what was rendered since the last call."""
        made, self._made = self._made, []
        return made

    def keep(self, entries: Iterable[Entry]) -> None:
        """Write what was rendered; a file that cannot be written costs time and nothing else."""
        if self.path is not None:
            self._connection().executemany("INSERT OR REPLACE INTO documents VALUES (?, ?)", entries)

    def commit(self) -> None:
        """End the writing."""
        for connection in self._connections.values():
            connection.commit()

    def _connection(self) -> sqlite3.Connection:
        process = os.getpid()
        if process not in self._connections:
            self._connections = {process: self._open()}
        return self._connections[process]

    def _open(self) -> sqlite3.Connection:
        assert self.path
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=60)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("CREATE TABLE IF NOT EXISTS documents (key TEXT PRIMARY KEY, data BLOB)")
        except sqlite3.DatabaseError:  # damaged, or no database: begin anew
            connection.close()
            self.path.unlink()
            return self._open()
        return connection


@cache
def _fingerprint() -> str:
    """Stand for all code that rendering depends on: ours, and the versions of the libraries."""
    sources = [inspect.getsource(module) for module in (fence, highlighting, lexing, links, rendering)]
    versions = [version(name) for name in ("Markdown", "pymdown-extensions", "Pygments")]
    return hashlib.blake2b("".join(sources + versions).encode(), digest_size=20).hexdigest()
