"""Parsing: what each file of the content is, and what it says."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Mapping
from functools import lru_cache, partial
from pathlib import Path

from .elsewhere import Elsewhere
from .errors import ContentError, Problem
from .files import Stamp
from .matrix import FILE as MATRIX_FILE
from .matrix import Matrix
from .settings import FILE as SETTINGS_FILE
from .settings import Settings
from .tip import Page, Tip, pack, unpack


@lru_cache(maxsize=1 << 16)
def kind_of(path: str) -> str:
    """Tell what a file is by where it lies: settings, matrix, tip, page, stray (a tip out of place) or attachment."""
    parts = path.split("/")
    if path == SETTINGS_FILE:
        return "settings"
    if path == MATRIX_FILE:
        return "matrix"
    if not path.endswith(".md") or parts[0] not in ("tips", "pages"):
        return "attachment"
    if parts[0] == "tips":
        return "tip" if len(parts) == 3 else "stray"
    return "page" if len(parts) == 2 else "attachment"


def read_bytes(root: Path, path: str) -> bytes:
    """Read a file; raise ContentError if the system does not let it be read."""
    try:
        with open(f"{root}/{path}", "rb") as file:  # noqa: PTH123  # in half the time
            return file.read()
    except OSError as error:
        raise ContentError([Problem(path, 0, 0, f"cannot be read: {error.strerror}")]) from error


def parse(path: str, data: bytes) -> Settings | Tip | Page | Matrix:
    """Parse a file with what is imported now, because a build has mostly nothing to parse but the text of a tip."""
    kind = kind_of(path)
    if kind == "settings":
        from .settings_file import parse_settings

        return parse_settings(data)
    if kind == "matrix":
        from .matrix_file import parse_matrix

        return parse_matrix(data)
    from .tip_files import parse_page, parse_tip

    return parse_tip(path, data) if kind == "tip" else parse_page(path, data)


class ParsingAhead:
    """Another process that parses files, while this one imports what a build needs."""

    def __init__(self, root: Path, stamps: Mapping[str, Stamp]) -> None:
        self._stamps = stamps
        paths = [path for path in stamps if kind_of(path) not in ("stray", "attachment")]
        self._answer = Elsewhere(partial(_parse_all, root, paths), "parses tips")

    @property
    def ended(self) -> bool:
        """Tell whether `result` need not wait."""
        return self._answer.ended

    def result(self) -> dict[str, tuple[Stamp, object]]:
        """Wait for what the files were parsed to, by path; those with errors are left out."""
        packed, others = self._answer.result()
        parsed: list[object] = [*map(unpack, marshal.loads(packed)), *others.values()]
        paths = [item.path for item in parsed if isinstance(item, Tip | Page)] + list(others)
        return {path: (self._stamps[path], item) for path, item in zip(paths, parsed, strict=True)}

    def forget(self) -> None:
        """End the process, of a build that came to nothing before."""
        self._answer.forget()


def _parse_all(root: Path, paths: Iterable[str]) -> tuple[bytes, dict[str, object]]:
    """Give what files are parsed to: packed tips and pages, and all else by path."""
    packed = []
    others: dict[str, object] = {}
    for path in paths:
        try:
            item = parse(path, read_bytes(root, path))
        except ContentError:
            continue  # loading says what is wrong
        if isinstance(item, Tip | Page):
            packed.append(pack(item))
        else:
            others[path] = item
    return marshal.dumps(packed), others
