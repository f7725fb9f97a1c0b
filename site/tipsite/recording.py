"""Recording: how all tips fare with the Python and the Flask that are installed here, as a cell of the matrix."""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from .examples import Outcome, check, code_hash, missing_service
from .matrix import Cell, Result
from .proving import subject_of
from .tip import Tip

ERROR = re.compile(r"\+?(?P<error>[A-Za-z_][\w.]*(?:Error|Exception|Exit|Warning)\b.*)")
LONGEST = 80  # characters of what was run or printed


def here() -> Cell:
    """Give the cell of the Python and the Flask that are installed here, without a tip."""
    return Cell(
        python=".".join(platform.python_version_tuple()[:2]),
        flask=".".join(version("flask").split(".")[:2]),
        versions={"Python": platform.python_version(), "Flask": version("flask")},
    )


def record(
    tips: Iterable[Tip],
    *,
    cache: Path | None,
    jobs: int,
    progress: Callable[[Outcome], None] = lambda outcome: None,
) -> tuple[Cell, dict[str, str]]:
    """Run all tips; give the cell, and by path what is missing here for those that could not be run.

    A tip that fails is run once more, alone, so that a busy machine is no reason to fail.
    """
    missing = {tip.path: found for tip in tips if (found := missing_service(tip.needs))}
    subjects = [subject_of(tip) for tip in tips if tip.path not in missing]
    outcomes = check(subjects, cache=cache, jobs=jobs, progress=progress)
    outcomes = [each if each.passed else check([subject])[0] for subject, each in zip(subjects, outcomes, strict=True)]
    versions = {name: found for outcome in outcomes for name, found in outcome.versions.items()}
    results = {
        subject.path: _result(code_hash(subject), outcome) for subject, outcome in zip(subjects, outcomes, strict=True)
    }
    cell = here()
    return replace(cell, versions={**cell.versions, **versions}, tips=results), missing


def _result(code: str, outcome: Outcome) -> Result:
    if outcome.passed:
        return Result(hash=code, result="passed")
    return Result(hash=code, result="failed", why=explain(outcome))


def explain(outcome: Outcome) -> str:
    """Say in a line what went wrong first, as a reader without the file can understand it."""
    problem = next((problem for problem in outcome.problems if problem.detail), outcome.problems[0])
    entries = [entry for transcript in outcome.transcripts for entry in transcript.entries]
    before = [entry for entry in entries if entry.line <= problem.line]
    what = _difference(problem.detail)
    if not before or not what:
        return problem.message.split(": ")[0]
    source = max(before, key=lambda entry: entry.line).source
    return f"{_quote(source)} {what}"


def _difference(detail: str) -> str:
    """Say what a diff or the output of a program comes to."""
    lines = detail.split("\n")
    errors = [found["error"] for line in lines if (found := ERROR.fullmatch(line))]
    if errors:
        return f"ends with {_quote(errors[-1])}"
    shown = [line[1:] for line in lines if line.startswith("-") and not line.startswith("--- ")]
    printed = [line[1:] for line in lines if line.startswith("+") and not line.startswith("+++ ")]
    if shown and printed:
        return f"prints {_quote(printed[0])} instead of {_quote(shown[0])}"
    if shown:
        return f"prints no {_quote(shown[0])}"
    return f"also prints {_quote(printed[0])}" if printed else ""


def _quote(text: str) -> str:
    line = text.split("\n")[0].strip()
    short = line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
    return short if short.startswith(("'", '"')) else f"“{short}”"
