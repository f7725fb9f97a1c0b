"""Mending: how the preview shows an author what is wrong, and what to do about it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from flask import current_app
from markupsafe import Markup

from .errors import Problem
from .excerpt import take_excerpt
from .fence import Fence
from .highlighting import highlight
from .tip import Tip
from .trials import Trial, traceback_line


def findings(tip: Tip, fences: Iterable[Fence], tried: Trial, fence: Fence | None = None) -> Markup:
    """Show what is wrong within one of a tip's blocks; without one, what is wrong anywhere else."""

    def place(problem: Problem) -> Fence | None:
        line = problem.line - tip.lines_above
        return next((block for block in fences if block.line <= line <= block.end_line), None)

    here = [problem for problem in tried.problems if place(problem) == fence]
    here.sort(key=lambda problem: (problem.warning, problem.line))
    return Markup("").join(
        show_problem(problem, tip, _update_command(here) if problem == here[-1] else "") for problem in here
    )


def show_problem(problem: Problem, tip: Tip | None = None, command: str = "") -> Markup:
    """Show what is wrong, the lines around it, and a command that mends it.

    `tip` is the one whose code was run; a traceback leads to its line.
    """
    content: Path = current_app.config["CONTENT"]
    path = content / problem.path
    macro = current_app.jinja_env.get_template("problem.html").module.problem_note  # type: ignore[attr-defined]
    note = macro(
        problem.under(content),
        excerpt=take_excerpt(path, 0 if problem.detail or problem.warning else problem.line),
        failing=take_excerpt(path, traceback_line(problem, tip) if tip else 0),
        diff=Markup("\n".join(highlight(problem.detail, "diff"))),
        command=command,
    )
    return Markup(note)


def _update_command(problems: Sequence[Problem]) -> str:
    """Give the command that brings expected output up to date; none where nobody wants what was printed."""
    outputs = [problem for problem in problems if problem.detail.startswith("--- expected")]
    if not outputs or any("Traceback" in problem.detail for problem in outputs):
        return ""
    return f"{_flask()} tips check --update {current_app.config['CONTENT'] / outputs[0].path}"


@cache
def _flask() -> str:
    """Give the command of this environment as an author types it: with its folder where the path leads elsewhere."""
    own = Path(sys.executable).with_name("flask")
    if shutil.which("flask") == str(own):
        return "flask"
    return str(own.relative_to(Path.cwd()) if own.is_relative_to(Path.cwd()) else own)
