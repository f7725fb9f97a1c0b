"""Build the site: check the content, freeze what has changed, and publish the result in one step."""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tipsite.cache import EXAMPLES, FOLDER
from tipsite.errors import ContentError, TipsiteError
from tipsite.fingerprint import build_fingerprint
from tipsite.opening import opened

if TYPE_CHECKING:
    from tipsite.building import Report

INTERRUPTED = 128 + signal.SIGINT  # the exit status that a shell gives for it


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="freeze.py", description=__doc__)
    add = parser.add_argument
    add("--content", type=Path, default=Path("content"), metavar="DIR", help="default: content")
    add("--output", type=Path, default=Path("build"), metavar="DIR", help="default: build")
    add("--base-url", type=_base_url, metavar="URL", help="default: base_url of site.toml")
    add("--drafts", action="store_true", help="publish drafts too, and tips of the future")
    add("--noindex", action="store_true", help="ask search engines to stay away")
    add("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes; default: one a core")
    add("--no-cache", action="store_true", help="use nothing that an earlier build has kept")
    add("--no-cards", action="store_true", help="draw no pictures of tips for other sites to show")
    add("--manifest", action="store_true", help="publish manifest.json, with the SHA-256 of each file")
    add("--summary", type=Path, metavar="FILE", help="add a summary in Markdown to a file")
    add("--verbose", action="store_true", help="name each file that was written or removed")
    return parser.parse_args(arguments)


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        message = f"an address must be like https://example.org/ or https://example.org/tips/, not “{text}”"
        raise argparse.ArgumentTypeError(message)
    return text.rstrip("/") + "/"


class Progress:
    """Counts pages on one line of a terminal; says nothing where the output is a file or a pipe."""

    def __init__(self) -> None:
        self.count = 0
        self.shown = sys.stdout.isatty()

    def __call__(self, url: str) -> None:
        """Note that a page has been frozen."""
        self.count += 1
        if self.shown:
            print(f"\r\033[KFreezing {self.count} {url[:60]}", end="", flush=True)

    def say(self, text: str) -> None:
        """Print a line."""
        self.finish()
        print(text, flush=True)

    def finish(self) -> None:
        """Clear the line."""
        if self.shown:
            print("\r\033[K", end="", flush=True)


def main() -> int:
    """Build the site as the command line says; return the exit status."""
    arguments = parse_arguments()
    started = time.perf_counter()
    options = (arguments.base_url, arguments.drafts, arguments.noindex, arguments.manifest, arguments.no_cards)
    fingerprint = build_fingerprint(str(arguments.content.resolve()), *options)
    progress = Progress()
    try:
        with opened(arguments.content, arguments.output, progress.say) as opening:
            counts = None if arguments.no_cache else opening.summary_if_unchanged(fingerprint)
            if counts is not None:
                print(_totals(counts["pages"], counts["files"], counts["bytes"], arguments.output, started))
                print("Nothing has changed since the last build.")
                return 0
            if arguments.jobs > 1 and (arguments.no_cache or not opening.known_stamps):
                opening.start_parsing()
            if arguments.no_cache or not (FOLDER / EXAMPLES).is_dir():
                opening.start_runner()
            build = importlib.import_module("tipsite.building").build
            report = build(arguments, fingerprint, opening, progress)
    except ContentError as error:
        progress.finish()
        return _fail([str(problem.under(arguments.content)) for problem in error.problems], arguments, error)
    except TipsiteError as error:
        progress.finish()
        return _fail([str(error)], arguments, error)
    except KeyboardInterrupt:
        progress.finish()
        print(f"Stopped: {arguments.output} is as it was, or the new site, whole.", file=sys.stderr)
        return INTERRUPTED
    progress.finish()
    _report(report, arguments, started)
    return 0


def _fail(lines: list[str], arguments: argparse.Namespace, error: TipsiteError) -> int:
    print("\n".join(lines), file=sys.stderr)
    if os.environ.get("GITHUB_ACTIONS") == "true" and isinstance(error, ContentError):
        for problem in error.problems:
            print(problem.under(arguments.content).annotation)
    if isinstance(error, ContentError):
        print(f"{len(lines)} to mend; {arguments.output} is as it was.", file=sys.stderr)
    else:
        print(f"{arguments.output} is as it was.", file=sys.stderr)
    return 1


def _totals(pages: int, files: int, size: int, output: Path, started: float) -> str:
    seconds = time.perf_counter() - started
    return f"{pages} pages, {files} files, {size:,} bytes in {output} ({seconds:.2f} s)"


def _report(report: Report, arguments: argparse.Namespace, started: float) -> None:
    print(_totals(report.pages, report.files, report.bytes, arguments.output, started))
    unchanged = report.files - len(report.written)
    print(f"{len(report.written)} files written, {unchanged} unchanged, {len(report.removed)} removed.")
    for warning in (problem.under(arguments.content) for problem in report.warnings):
        print(warning, file=sys.stderr)
        if os.environ.get("GITHUB_ACTIONS") == "true":
            print(warning.annotation)
    for tip in report.scheduled:
        print(f"{arguments.content / tip.path} waits for {tip.date} (UTC).")
    if arguments.verbose:
        for sign, names in (("+", report.written), ("-", report.removed)):
            print("\n".join(f"{sign} {name}" for name in names))
        print("Slowest: " + ", ".join(f"{name} {took:.2f} s" for name, took in report.slowest))
        print("Heaviest pages, compressed: " + ", ".join(f"{name} {size:,} B" for name, size in report.heaviest))
    if arguments.summary:
        with arguments.summary.open("a", encoding="utf-8") as summary:
            summary.write(_markdown(report, arguments.output, started))


def _markdown(report: Report, output: Path, started: float) -> str:
    rows = [
        ("Pages", f"{report.pages:,}"),
        ("Files", f"{report.files:,}"),
        ("Bytes", f"{report.bytes:,}"),
        ("Written", f"{len(report.written):,}"),
        ("Removed", f"{len(report.removed):,}"),
        ("Seconds", f"{time.perf_counter() - started:.2f}"),
    ]
    table = "".join(f"| {name} | {value} |\n" for name, value in rows)
    return f"### {output}\n\n| | |\n| --- | ---: |\n{table}\n"


if __name__ == "__main__":
    sys.exit(main())
