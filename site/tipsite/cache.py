"""A cache on disk: what was made before, by a hash of everything that it was made from."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = Path(".cache")  # of what a build keeps for the next one
MADE = "made.sqlite"  # in that folder
EXAMPLES = "examples"  # the same, of what the examples of tips came to
MUCH = 64  # things to write at once


class Cache:
    """Keeps what was made in an SQLite file; without a path, in nothing.

    It may be used in forked processes, each of which reads and writes the file.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._made: list[tuple[str, bytes]] = []
        self._connections: dict[int, sqlite3.Connection] = {}

    def find(self, key: str) -> bytes | None:
        """Find what was made before."""
        row = None
        if self.path is not None:
            with self._trying():
                row = self._connection().execute("SELECT data FROM made WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def add(self, key: str, data: bytes) -> None:
        """Note what has been made, to `write` it later, or when there is much of it."""
        if self.path is not None:
            self._made.append((key, data))
            if len(self._made) >= MUCH:
                self.write()

    def write(self) -> None:
        """Write what was made since the last call, for every process to find."""
        made, self._made = self._made, []
        if made and self.path is not None:
            with self._trying():
                connection = self._connection()
                connection.executemany("INSERT OR REPLACE INTO made VALUES (?, ?)", made)
                connection.commit()

    @contextmanager
    def _trying(self) -> Iterator[None]:
        """Go on without the file if the system does not let it be used: that costs time and nothing else."""
        try:
            yield
        except (OSError, sqlite3.OperationalError):
            self.path, self._connections = None, {}

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
            connection.execute("PRAGMA page_size = 32768")  # a document goes into one: a third of the time to write it
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("CREATE TABLE IF NOT EXISTS made (key TEXT PRIMARY KEY, data BLOB)")
        except sqlite3.OperationalError:
            connection.close()
            raise
        except sqlite3.DatabaseError:  # damaged, or no database: begin anew
            connection.close()
            self.path.unlink()
            return self._open()
        return connection


def make_key(*parts: object) -> str:
    """Stand for what something is made from."""
    key = hashlib.blake2b(digest_size=20)
    for part in parts:
        data = (part if isinstance(part, str) else repr(part)).encode()
        key.update(b"%d " % len(data))
        key.update(data)
    return key.hexdigest()
