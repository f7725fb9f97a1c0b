"""Excerpts: the lines of a file around a place, for an author who has to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

AROUND = 2  # lines on each side


@dataclass(frozen=True)
class Excerpt:
    """Lines of a file with their numbers; `line` is the one that is meant."""

    path: Path
    line: int
    lines: tuple[tuple[int, str], ...]


def take_excerpt(path: Path, line: int) -> Excerpt | None:
    """Read the lines around one of a file; None if the file has no such line (any more)."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    if not 1 <= line <= len(lines):
        return None
    first, last = max(1, line - AROUND), min(len(lines), line + AROUND)
    return Excerpt(path, line, tuple((number, lines[number - 1]) for number in range(first, last + 1)))
