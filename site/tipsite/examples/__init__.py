"""Executable tips: what a page shows was run, and printed what the page says it prints.

Knows nothing of the site: hand `check` the fenced blocks of each text.
"""

from .checker import check
from .evidence import Ablation, Outcome
from .subject import Subject
from .transcript import Entry, Transcript

__all__ = ["Ablation", "Entry", "Outcome", "Subject", "Transcript", "check"]
