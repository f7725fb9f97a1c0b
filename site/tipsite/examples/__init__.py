"""Executable tips: what a page shows was run, and printed what the page says it prints.

Knows nothing of the site: hand `check` the fenced blocks of each text. What runs programs is imported when something
has to be run, because a build whose tips have all passed before has no use for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .checker import check
from .evidence import Ablation, Outcome, code_hash
from .services import missing_service
from .subject import Subject
from .transcript import Entry, Transcript
from .update import update

if TYPE_CHECKING:
    from .runner import Runner

__all__ = [
    "Ablation",
    "Entry",
    "Outcome",
    "Runner",
    "Subject",
    "Transcript",
    "check",
    "code_hash",
    "missing_service",
    "update",
]


def __getattr__(name: str) -> Any:
    if name == "Runner":
        from .runner import Runner

        return Runner
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
