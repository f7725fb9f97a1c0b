"""The authors' commands: `flask tips …`."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from .errors import ContentError
from .examples import Outcome, update
from .library import Library
from .matrix import FILE as MATRIX_FILE
from .matrix import Cell
from .proving import prove, subject_of
from .recording import record
from .tip import Tip

tips = AppGroup("tips", help="Check the tips of this site.")


@tips.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--update", "rewrite", is_flag=True, help="First rewrite the expected output where it differs.")
@click.option("--jobs", default=os.cpu_count() or 1, show_default="one a core", help="Tips to run at a time.")
@click.option("--no-cache", is_flag=True, help="Run tips again that have passed as they are.")
def check_command(paths: Sequence[Path], rewrite: bool, jobs: int, no_cache: bool) -> None:
    """Run the examples of all tips, or of those at PATHS (files or folders).

    \b
    flask tips check
    flask tips check content/tips/routing
    flask tips check --update content/tips/routing/url-for.md
    """  # noqa: D301  # click wants the character itself
    content: Path = current_app.config["CONTENT"]
    library = _load()
    chosen = [tip for tip in library.tips if _is_chosen(content / tip.path, paths)]
    if not chosen:
        raise click.UsageError(f"there is no tip at {', '.join(map(str, paths)) or content}")
    if rewrite:
        _rewrite(content, chosen)
        chosen = [tip for tip in _load().tips if _is_chosen(content / tip.path, paths)]
    _check(content, chosen, None if no_cache else current_app.config["CACHE"], jobs)


def _check_cells(_: click.Context, __: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if not re.fullmatch(r"\d+\.\d+/\d+\.\d+", name):
            raise click.BadParameter(f"write a Python and a Flask, as in 3.12/3.1, not “{name}”")
    return names


@tips.command("record")
@click.option("--cell", "cells", multiple=True, callback=_check_cells, metavar="PYTHON/FLASK", help="Keep only these.")
@click.option("--check", is_flag=True, help="Write nothing; fail if a tip fails that the matrix does not say fails.")
@click.option("--jobs", default=os.cpu_count() or 1, show_default="one a core", help="Tips to run at a time.")
def record_command(cells: Sequence[str], check: bool, jobs: int) -> None:
    """Run all tips with the Python and Flask that are installed here, and record in matrix.json how they fare.

    \b
    flask tips record
    flask tips record --cell 3.12/3.0 --cell 3.12/3.1
    """  # noqa: D301  # click wants the character itself
    library = _load()
    cell, missing = record(library.tips, cache=current_app.config["CACHE"], jobs=jobs)
    _tell(cell, missing)
    if check:
        sys.exit(not library.matrix.expects(cell))
    matrix = library.matrix.with_cell(cell)
    text = (matrix.limited_to(cells) if cells else matrix).to_text()
    (current_app.config["CONTENT"] / MATRIX_FILE).write_text(text, encoding="utf-8")


def _tell(cell: Cell, missing: Mapping[str, str]) -> None:
    """Say how the tips fared, with the real versions."""
    failed = {path: result for path, result in cell.tips.items() if not result.passed}
    versions = ", ".join(f"{name} {version}" for name, version in sorted(cell.versions.items()))
    click.echo(f"{versions}:")
    click.echo(f"{len(cell.tips) - len(failed)} tips pass, {len(failed)} fail, {len(missing)} are not run")
    for path, result in failed.items():
        click.echo(f"{path} fails: {result.why}")
    for path, program in missing.items():
        click.echo(f"{path} is not run: {program} is not installed")


def _load() -> Library:
    load = current_app.extensions["library"]
    try:
        library: Library = load()
    except ContentError as error:
        _fail(error, current_app.config["CONTENT"])
    return library


def _fail(error: ContentError, content: Path) -> None:
    for problem in error.problems:
        click.echo(str(problem.under(content)), err=True)
    click.echo(f"{len(error.problems)} to mend.", err=True)
    sys.exit(1)


def _is_chosen(path: Path, paths: Iterable[Path]) -> bool:
    return not paths or any(path.resolve().is_relative_to(chosen.resolve()) for chosen in paths)


def _rewrite(content: Path, chosen: Iterable[Tip]) -> None:
    """Rewrite what differs; tips that cannot be run are said, and the check tells what else is wrong with them."""
    for tip in chosen:
        try:
            if update(content / tip.path, subject_of(tip)):
                click.echo(f"{content / tip.path}: rewritten")
        except ContentError as error:
            for problem in error.problems:
                click.echo(str(problem.under(content)), err=True)


def _check(content: Path, chosen: Sequence[Tip], cache: Path | None, jobs: int) -> None:
    started = time.perf_counter()
    outcomes: list[Outcome] = []
    with click.progressbar(length=len(chosen), label="Checking", file=sys.stderr) as bar:

        def note(outcome: Outcome) -> None:
            outcomes.append(outcome)
            bar.update(1, None)

        _, problems = prove(chosen, cache=cache, jobs=jobs, progress=note)
    if problems:
        _fail(ContentError(problems), content)
    kept = sum(outcome.cached for outcome in outcomes)
    click.echo(
        f"{len(outcomes)} tips passed ({len(outcomes) - kept} run, {kept} unchanged) "
        f"in {time.perf_counter() - started:.2f} s"
    )
