"""What came out of one run: each exchange with a session, what went wrong, and which lines were executed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Exchange:
    """A command or statement at a line of the text, and what it printed. `log` is the server's."""

    line: int
    output: str
    status: int = 0
    log: str = ""


@dataclass(frozen=True)
class Report:
    """Something that went wrong at a line of the text, beyond an output that differs."""

    line: int
    message: str
    detail: str = ""


@dataclass(frozen=True)
class Record:
    """A run. `exchanges` are by line; `hits` is the map of coverage; `seconds` is wall time."""

    exchanges: Mapping[int, Exchange]
    reports: tuple[Report, ...]
    hits: bytes
    seconds: float
