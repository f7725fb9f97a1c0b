"""The files of a folder, each with a stamp that changes whenever the file does."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from .errors import ContentError, Problem

Stamp = tuple[int, int, int]  # times of the last change of content and of inode in ns, and size in bytes


def walk(root: Path, folder: str = "") -> Iterator[tuple[str, Stamp]]:
    """Yield each file below a folder, sorted by path."""
    try:
        entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
    except OSError as error:
        raise ContentError([Problem(folder, 0, 0, f"cannot be listed: {error.strerror}")]) from None
    for entry in entries:
        path = f"{folder}{entry.name}"
        if entry.name.startswith((".", "#", "~")) or entry.name.endswith(("~", ".swp", ".tmp")):
            continue  # what editors and systems leave beside the author's files
        if entry.is_dir():
            yield from walk(root, f"{path}/")
        elif entry.is_file():
            yield path, _stamp(entry.stat())
        else:
            raise ContentError([Problem(path, 0, 0, "this is no file, or a link to nothing: remove it")])


def find_stamp(path: Path) -> Stamp | None:
    """Give the stamp of a file; None if it is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return _stamp(status) if stat.S_ISREG(status.st_mode) else None


def find_published(path: str) -> Stamp | None:
    """Give the stamp of a published file, whose inode may have been linked since; None if it is no file."""
    try:
        return stamp_published(os.lstat(path))
    except OSError:
        return None


def stamp_published(status: os.stat_result) -> Stamp | None:
    """Give the stamp of a published file; None if it is no file."""
    return (status.st_mtime_ns, 0, status.st_size) if stat.S_ISREG(status.st_mode) else None


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size
