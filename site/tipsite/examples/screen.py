"""What a session prints: the bytes on a terminal, and the text that a page shows for them."""

from __future__ import annotations

import os
import re
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

LIMIT = 1_000_000  # bytes that a command may print


@dataclass
class Screen:
    """A pipe that processes print into, and what came out of it since it was last cleared."""

    reader: int
    writer: int
    printed: bytearray = field(default_factory=bytearray)
    overflowed: bool = False

    def read(self) -> None:
        """Take what is there, up to the limit."""
        while not self.overflowed:
            try:
                part = os.read(self.reader, 65536)
            except BlockingIOError:
                return
            if not part:
                return
            self.printed += part[: LIMIT - len(self.printed)]
            self.overflowed = len(self.printed) >= LIMIT

    def show(self, output: bytes) -> None:
        """Print what comes from no process."""
        self.read()
        self.printed += output[: LIMIT - len(self.printed)]
        self.overflowed = len(self.printed) >= LIMIT

    def take(self) -> bytes:
        """Return what was printed, and clear."""
        self.read()
        printed = bytes(self.printed)
        self.printed.clear()
        self.overflowed = False
        return printed


def open_screen() -> Screen:
    """Make a screen; only its reader does not block."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    return Screen(reader, writer)


@dataclass(frozen=True)
class Places:
    """Folders of this machine, and what a page shows instead, the longest first."""

    shown: tuple[tuple[str, str], ...]

    def show(self, output: bytes) -> str:
        """Decode what was printed: bytes that are not UTF-8 as `\\xNN`, paths as a reader has them."""
        text = output.decode(errors="backslashreplace").replace("\r\n", "\n")
        for path, shown in self.shown:
            text = text.replace(path, shown)
        return text


def places_of(root: Path) -> Places:
    """Give the places that the output of a run at `root` may name."""
    shown = [
        (f"{root}/home/you", "/home/you"),
        (f"{root}/bin", "/home/you/project/.venv/bin"),
        (f"{root}/tmp", "/tmp"),
        *installed_places(),
    ]
    return Places(tuple(sorted(shown, key=lambda pair: -len(pair[0]))))


@cache
def installed_places() -> Sequence[tuple[str, str]]:
    """Give the folders of installed code, and where a reader has them."""
    standard = sysconfig.get_path("stdlib")
    places = [(sys.prefix, "/home/you/project/.venv"), (standard, f"/usr/lib/{os.path.basename(standard)}")]
    return [*places, *((os.path.realpath(path), shown) for path, shown in places)]


TRACE_LINE = re.compile(r'File "/home/you/project/([^"]+)", line (\d+)')


def last_own_line(output: str) -> tuple[str, int] | None:
    """Give file and line of the innermost frame of the tip's own code in a traceback, if there is one."""
    found = TRACE_LINE.findall(output)
    own = [(name, int(line)) for name, line in found if not name.startswith(".venv/")]
    return own[-1] if own else None
