"""Proving: every tip's examples are run, and what came out is kept as evidence for the page."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import Problem
from .examples import Outcome, Subject, Transcript, check
from .examples.evidence import digest, recall
from .fence import Fence, find_fences
from .tip import Tip

if TYPE_CHECKING:
    from .examples import Runner


@dataclass(frozen=True)
class Evidence:
    """What a page tells of a tip that has passed: the versions it ran with, and what its key lines do."""

    tip: Tip
    outcome: Outcome

    @property
    def summary(self) -> str:
        """Say what the tip was checked with, most important first."""
        versions = self.outcome.versions
        others = [f"{name} {version}" for name, version in versions.items() if name not in ("Flask", "Python")]
        names = [f"Flask {versions['Flask']}", *others]
        return f"Checked with {', '.join(names)} on Python {versions['Python']}"

    @property
    def without(self) -> Mapping[int, str]:
        """What came out without the key lines: a diff by the number of the block (from 0) that marks them."""
        lines = [fence.line for fence in fences_of(self.tip)]
        return {lines.index(ablation.line): condense(ablation.diff) for ablation in self.outcome.ablations}

    @property
    def digest(self) -> str:
        """Stand for everything that a page tells."""
        return hashlib.sha256(repr(self.to_json()).encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Give what `evidence.json` says; where the tip has `...`, what was printed varies and is not said."""
        return {
            "tip": self.tip.path,
            "digest": self.outcome.digest,
            "versions": dict(self.outcome.versions),
            "sessions": [_session(self.tip, transcript) for transcript in self.outcome.transcripts],
            "without_key_lines": [
                {"lines": list(ablation.removed), "session": ablation.session, "diff": condense(ablation.diff)}
                for ablation in self.outcome.ablations
            ],
        }


def _session(tip: Tip, transcript: Transcript) -> dict[str, Any]:
    fence = next(fence for fence in fences_of(tip) if fence.line == transcript.line)
    ends = [*(entry.line for entry in transcript.entries[1:]), fence.end_line]
    return {
        "line": transcript.line,
        "language": transcript.language,
        "entries": [
            {
                "line": entry.line,
                "source": entry.source,
                "output": fence.lines[entry.line + entry.source.count("\n") - fence.line : end - fence.line - 1],
                "status": entry.status,
            }
            for entry, end in zip(transcript.entries, ends, strict=True)
        ],
    }


@lru_cache(maxsize=64)
def fences_of(tip: Tip) -> tuple[Fence, ...]:
    """Give the fenced blocks of a tip with the lines of its file."""
    above = tip.lines_above
    fences = find_fences(tip.body).blocks
    return tuple(replace(fence, line=fence.line + above, end_line=fence.end_line + above) for fence in fences)


FRAME = re.compile(r"""\+\s+File "(?P<path>[^"]+)", line \d+""")
OWN_CODE = re.compile(r"/home/you/project/(?!\.venv/)|<")
TIMESTAMP = re.compile(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\]")


def condense(diff: str) -> str:
    """Leave out of a diff what is no news to a reader or differs from run to run.

    Of a traceback the frames in the tip's own files stay; others, and the marks below code, become `...`. The time in
    a line of a log becomes `[...]`.
    """
    lines: list[str] = []
    foreign = False
    for line in TIMESTAMP.sub("[...]", diff).split("\n"):
        frame = FRAME.match(line)
        if frame:
            foreign = not OWN_CODE.match(frame["path"])
            if foreign and lines[-1:] != ["+  ..."]:
                lines.append("+  ...")
        elif not line.startswith("+    "):
            foreign = False
        if not foreign and not re.fullmatch(r"\+\s+[~^]+\s*", line):
            lines.append(line)
    return re.sub(r"^@@ .* @@$", "@@", "\n".join(lines), flags=re.MULTILINE)


def subject_of(tip: Tip) -> Subject:
    """Give a tip as the checker sees it."""
    return Subject(tip.path, fences_of(tip), tip.app, tip.needs)


def prove(
    tips: Iterable[Tip],
    *,
    cache: Path | None,
    jobs: int,
    progress: Callable[[Outcome], None] = lambda outcome: None,
    runner: Runner | None = None,
) -> tuple[dict[str, Evidence], list[Problem]]:
    """Run the examples of tips; give the evidence of those that passed, by slug, and what is wrong with the others.

    Outcomes that passed are kept in the folder `cache`; a tip is not run again until it, the checker, Python or
    an installed package changes. `runner` is one that has been started already.
    """
    tips = [tip for tip in tips if not find_fences(tip.body).problems]  # rendering reports these
    outcomes = check([subject_of(tip) for tip in tips], cache=cache, jobs=jobs, progress=progress, runner=runner)
    note_failures(outcomes, cache)
    proven = {tip.slug: Evidence(tip, outcome) for tip, outcome in zip(tips, outcomes, strict=True) if outcome.passed}
    return proven, [problem for outcome in outcomes for problem in outcome.problems]


def find_evidence(tip: Tip, cache: Path) -> Evidence | None:
    """Find what an earlier run has kept of a tip as it is now, without running anything."""
    subject = subject_of(tip)
    outcome = recall(cache, subject, digest(subject))
    return Evidence(tip, outcome) if outcome else None


def note_failures(outcomes: Iterable[Outcome], cache: Path | None) -> None:
    """Note which tips did not pass, for as long as they stay as they are."""
    for outcome in outcomes:
        if cache is None or outcome.cached:
            continue
        mark = _failure(cache, outcome.digest)
        with suppress(OSError):  # a read-only or full disk
            if outcome.passed:
                mark.unlink(missing_ok=True)
            else:
                cache.mkdir(parents=True, exist_ok=True)
                mark.touch()


def state_of(tip: Tip, cache: Path) -> str:
    """Say what is known of a tip as it is now, without running anything."""
    if not subject_of(tip).sessions:
        return "no examples"
    if find_evidence(tip, cache):
        return "passed"
    return "failed" if _failure(cache, digest(subject_of(tip))).exists() else "not checked"


def _failure(cache: Path, key: str) -> Path:
    return cache / f"{key}.failed"
