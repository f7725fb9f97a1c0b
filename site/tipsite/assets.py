"""Static assets, published under names that carry a fingerprint of their content."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

FINGERPRINTED = re.compile(r"(?P<stem>.+)\.(?P<fingerprint>[0-9a-f]{10})(?P<suffix>\.\w+)")


def fingerprint(content: bytes) -> str:
    """Give the first ten hexadecimal digits of a content's SHA-256."""
    return hashlib.sha256(content).hexdigest()[:10]


class Assets:
    """The files of a static folder. If it is `edited`, a fingerprint is computed again when its file has changed."""

    def __init__(self, folder: Path, *, edited: bool = True) -> None:
        self.folder = folder
        self.edited = edited
        self._names: dict[str, tuple[int, str]] = {}

    def published_name(self, name: str) -> str:
        """Give the name under which an asset is published: `site.css` is `site.0123456789.css`."""
        if not self.edited and name in self._names:
            return self._names[name][1]
        path = self.folder / name
        changed = path.stat().st_mtime_ns
        if name not in self._names or self._names[name][0] != changed:
            stem, dot, suffix = name.rpartition(".")
            self._names[name] = changed, f"{stem}.{fingerprint(path.read_bytes())}{dot}{suffix}"
        return self._names[name][1]

    def find(self, published: str) -> str | None:
        """Give the asset's own name; None if there is no such asset, or not with this fingerprint."""
        match = FINGERPRINTED.fullmatch(published)
        name = match["stem"] + match["suffix"] if match else ""
        path = self.folder / name
        if not match or not path.is_file() or ".." in name or self.published_name(name) != published:
            return None
        return name

    def __iter__(self) -> Iterator[str]:
        """Yield the name of each asset, sorted."""
        paths = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return (path.relative_to(self.folder).as_posix() for path in paths)
