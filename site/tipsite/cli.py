"""The authors' commands: `flask tips …`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from .errors import ContentError
from .examples import Outcome
from .library import Library
from .proving import prove
from .tip import Tip

tips = AppGroup("tips", help="Check the tips of this site.")


@tips.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--jobs", default=os.cpu_count() or 1, show_default="one a core", help="Tips to run at a time.")
@click.option("--no-cache", is_flag=True, help="Run tips again that have passed as they are.")
def check_command(paths: Sequence[Path], jobs: int, no_cache: bool) -> None:
    """Run the examples of all tips, or of those at PATHS (files or folders).

    \b
    flask tips check
    flask tips check content/tips/routing
    """  # noqa: D301  # click wants the character itself
    content: Path = current_app.config["CONTENT"]
    library = _load()
    chosen = [tip for tip in library.tips if _is_chosen(content / tip.path, paths)]
    if not chosen:
        raise click.UsageError(f"there is no tip at {', '.join(map(str, paths)) or content}")
    _check(content, chosen, None if no_cache else current_app.config["CACHE"], jobs)


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
