"""The authors' commands: `flask tips …`."""

from __future__ import annotations

import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from .cache import MADE, Cache
from .errors import ContentError, did_you_mean
from .examples import Outcome, update
from .library import Library
from .lints import lint_item
from .listing import Listing, as_json, as_table
from .matrix import FILE as MATRIX_FILE
from .matrix import Cell
from .proving import prove, subject_of
from .recording import here, record
from .skeleton import suggest_slug, write_skeleton
from .tip import SLUG, Tip
from .tip_files import parse_tip

SUMMARY = "One sentence, at most 155 characters, that could stand in a search result."
EXAMPLES = """
\b
flask tips new "Redirect after a form post" --topic routing
flask tips list --topic routing
flask tips check content/tips/routing
flask tips check --update content/tips/routing/url-for.md
"""

tips = AppGroup(
    "tips",
    help=f"Begin, list and check the tips of this site.\n{EXAMPLES}",
    short_help="Begin, list and check tips: flask tips new TITLE --topic TOPIC",
)


@tips.command("new", short_help="Begin a tip.")
@click.argument("title")
@click.option("--topic", help="Folder of the tip, one of the topics in site.toml.")
@click.option("--slug", help="Name of the file, and address; made from the title if it is left out.")
@click.option("--summary", default=SUMMARY, help="One sentence; it can be written later.")
@click.option("--tag", "tags", multiple=True, help="May be given again; the topic's commonest tag if left out.")
@click.option("--draft/--no-draft", default=True, show_default=True, help="Keep it out of the published site.")
def new_command(
    title: str, topic: str | None, slug: str | None, summary: str, tags: Sequence[str], draft: bool
) -> None:
    """Begin a tip that builds and passes its check as it stands, to be written over.

    \b
    flask tips new "Redirect after a form post" --topic routing
    flask tips new "Redirect after a form post" --topic routing --slug post-redirect-get --tag forms
    """  # noqa: D301  # click wants the character itself
    library = _load()
    known = [found.slug for found in library.settings.topics]
    if topic not in known:
        said = f"site.toml has no topic “{topic}”" if topic else "--topic is missing"
        raise click.UsageError(f"{said}: {did_you_mean(topic or '', known)}")
    slug = _free_slug(library, slug or suggest_slug(title))
    path = f"tips/{topic}/{slug}.md"
    text = write_skeleton(title, summary, library.today, tags or _commonest_tag(library, topic), draft=draft)
    _write_new(current_app.config["CONTENT"], path, text)


def _free_slug(library: Library, slug: str) -> str:
    """Give a slug back that no tip has; end with a sentence where that cannot be."""
    if not SLUG.fullmatch(slug):
        made = suggest_slug(slug)
        example = f", as in --slug {made}" if made else ""
        raise click.UsageError(f"an address is made of a-z, 0-9 and single hyphens: name one with --slug{example}")
    taken = library.by_slug.get(slug) or library.by_alias.get(f"/tips/{slug}/")
    if taken:
        place = current_app.config["CONTENT"] / taken.path
        raise click.UsageError(f"{place} has the address /tips/{slug}/ already: choose another with --slug")
    return slug


def _commonest_tag(library: Library, topic: str) -> Sequence[str]:
    counted = Counter(tag for tip in library.by_topic.get(topic, ()) for tag in tip.tags)
    return [tag for tag, _ in counted.most_common(1)]


def _write_new(content: Path, path: str, text: str) -> None:
    """Write the file of a new tip, if it is valid, and say what comes next."""
    try:
        tip = parse_tip(path, text.encode())
    except ContentError as error:
        _fail(error, content)
    place = content / path
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        with place.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise click.UsageError(f"{place} exists already: choose another address with --slug") from None
    library = _load()
    for problem in lint_item(library, library.by_slug[tip.slug]):
        click.echo(str(problem.under(content)), err=True)
    click.echo(f"{place} is written{', as a draft' if tip.draft else ''}.")
    click.echo(f"While flask run --debug runs, it is at http://localhost:5000/tips/{tip.slug}/ and follows each save.")


@tips.command("list", short_help="List the tips.")
@click.option("--topic", help="Only the tips of a topic.")
@click.option("--json", is_flag=True, help="For machines: one object a tip, with path, slug and tags too.")
def list_command(topic: str | None, json: bool) -> None:
    """List the tips by topic: title, topic, date, state of the check, words.

    \b
    flask tips list
    flask tips list --topic routing
    flask tips list --json | jq -r '.[] | select(.check == "failed") | .path'
    """  # noqa: D301  # click wants the character itself
    library = _load()
    if topic and topic not in library.topics:
        raise click.UsageError(f"there is no tip of a topic “{topic}”: {did_you_mean(topic, library.topics)}")
    chosen = [tip for slug in ([topic] if topic else library.topics) for tip in library.by_topic[slug]]
    cache: Path = current_app.config["CACHE"]
    rows = Listing(library, cache, Cache(cache.parent / MADE)).rows(chosen)
    click.echo(as_json(rows) if json else as_table(rows))


@tips.command("check", short_help="Run the examples of tips.")
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
    if names and here().name not in names:
        raise click.BadParameter(f"name the cell of this Python and Flask, {here().name}, too")
    return names


@tips.command("record")
@click.option(
    "--cell",
    "cells",
    multiple=True,
    callback=_check_cells,
    metavar="PYTHON/FLASK",
    help="Keep this cell; drop all that are not named.",
)
@click.option("--check", is_flag=True, help="Write nothing; fail if a tip fails that the matrix does not say fails.")
@click.option("--jobs", default=os.cpu_count() or 1, show_default="one a core", help="Tips to run at a time.")
def record_command(cells: Sequence[str], check: bool, jobs: int) -> None:
    """Record how all tips fare here.

    They are run with the Python and the Flask that are installed, and matrix.json keeps that beside what was recorded
    with others. The page of a tip shows it.

    \b
    flask tips record
    flask tips record --cell 3.12/3.0 --cell 3.12/3.1
    """  # noqa: D301  # click wants the character itself
    library = _load()
    cell, missing = record(library.tips, cache=current_app.config["CACHE"], jobs=jobs)
    _tell(cell, missing)
    if check and library.matrix.expects(cell):
        return
    if check:
        click.echo(f"{MATRIX_FILE} does not say so: mend the tip, or record how it fares and commit that.", err=True)
        sys.exit(1)
    matrix = library.matrix.with_cell(cell)
    text = (matrix.limited_to(cells) if cells else matrix).to_text()
    (current_app.config["CONTENT"] / MATRIX_FILE).write_text(text, encoding="utf-8")


def _tell(cell: Cell, missing: Mapping[str, str]) -> None:
    """Say how the tips fared, with the real versions."""
    failed = {path: result for path, result in cell.tips.items() if not result.passed}
    versions = ", ".join(f"{name} {version}" for name, version in sorted(cell.versions.items()))
    click.echo(f"{versions}:")
    click.echo(f"Of the tips {len(cell.tips) - len(failed)} pass, {len(failed)} fail, {len(missing)} are not run")
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
        f"{len(outcomes)} tip{'s' if len(outcomes) > 1 else ''} passed ({len(outcomes) - kept} run, {kept} unchanged) "
        f"in {time.perf_counter() - started:.2f} s"
    )
