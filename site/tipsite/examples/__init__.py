"""Executable tips: what a page shows was run, and printed what the page says it prints.

Knows nothing of the site: hand `check` the fenced blocks of each text.
"""

from .checker import check
from .evidence import Ablation, Outcome, code_hash
from .runner import Runner
from .services import missing_service
from .subject import Subject
from .transcript import Entry, Transcript
from .update import update

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
