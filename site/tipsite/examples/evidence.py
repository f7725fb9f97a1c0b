"""What is known of a tip once it was checked, and the cache that keeps it for as long as nothing changes."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cache as remember
from pathlib import Path
from typing import Any

from .. import errors, fence
from ..errors import Problem
from .subject import Subject
from .transcript import Entry, Transcript


@dataclass(frozen=True)
class Ablation:
    """What happened without the key lines of a file.

    `line` is that of the file's fence, `removed` the lines of the text that were taken out, `session` the line of
    the first session that came out differently, and `diff` shows how.
    """

    line: int
    removed: tuple[int, ...]
    session: int
    diff: str


@dataclass(frozen=True)
class Outcome:
    """The result of checking a tip; without problems it has passed. `seconds` is wall time."""

    path: str
    digest: str
    versions: Mapping[str, str]
    transcripts: tuple[Transcript, ...] = ()
    ablations: tuple[Ablation, ...] = ()
    problems: tuple[Problem, ...] = ()
    seconds: float = 0.0
    cached: bool = False

    @property
    def passed(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        """Give what JSON can hold."""
        return asdict(self)

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Outcome:
        """Read what `to_json` gave; `KeyError`, `TypeError` or `ValueError` if it is something else."""
        return cls(
            path=str(given["path"]),
            digest=str(given["digest"]),
            versions=dict(given["versions"]),
            transcripts=tuple(_read_transcript(each) for each in given["transcripts"]),
            ablations=tuple(Ablation(**{**each, "removed": tuple(each["removed"])}) for each in given["ablations"]),
            problems=tuple(Problem(**each) for each in given["problems"]),
            seconds=float(given["seconds"]),
            cached=bool(given["cached"]),
        )


def _read_transcript(given: Mapping[str, Any]) -> Transcript:
    entries = tuple(Entry(**entry) for entry in given["entries"])
    return Transcript(given["line"], given["language"], entries)


def digest(subject: Subject) -> str:
    """Hash everything that the outcome depends on: the tip, the checker, Python and what is installed."""
    parts = {
        "fences": [asdict(each) for each in subject.fences],
        "app": subject.app,
        "needs": subject.needs,
        "checker": checker_hash(),
        "installed": installed_hash(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def code_hash(subject: Subject) -> str:
    """Hash what of a tip is run and compared, wherever in the text it stands: prose and versions are no part of it."""
    fences = [{**asdict(each), "line": 0, "end_line": 0} for each in subject.fences]
    parts = {"fences": fences, "app": subject.app, "needs": subject.needs}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


@remember
def checker_hash() -> str:
    """Hash the source of the checker."""
    sources = [*sorted(Path(__file__).parent.rglob("*.py")), Path(fence.__file__), Path(errors.__file__)]
    return hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()


@remember
def installed_hash() -> str:
    """Hash Python's version and that of every installed distribution, which the names of folders tell."""
    versions = sorted(
        found.name
        for folder in map(Path, sys.path)
        if folder.is_dir()
        for found in folder.iterdir()
        if found.suffix in (".dist-info", ".egg-info")
    )
    text = "\n".join([platform.python_implementation(), platform.python_version(), *versions])
    return hashlib.sha256(text.encode()).hexdigest()


def recall(folder: Path | None, subject: Subject, key: str) -> Outcome | None:
    """Find the outcome of a subject that passed before; a file that cannot be read counts as none."""
    if folder is None:
        return None
    try:
        outcome = Outcome.from_json(json.loads((folder / f"{key}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    if outcome.digest != key or outcome.problems:
        return None
    return replace(outcome, path=subject.path, cached=True)


def keep(folder: Path | None, outcome: Outcome) -> None:
    """Keep an outcome that passed, atomically; where nothing can be written, the tip is run again the next time."""
    if folder is None or not outcome.passed:
        return
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(outcome.to_json(), file, ensure_ascii=False, indent=1)
        Path(name).replace(folder / f"{outcome.digest}.json")
