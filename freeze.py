"""Build the site: check the content, freeze every page, and publish the result in one step."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from tipsite import create_app
from tipsite.errors import ContentError, TipsiteError
from tipsite.freezing import build
from tipsite.settings import check_base_url


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="freeze.py", description=__doc__)
    add = parser.add_argument
    add("--content", type=Path, default=Path("content"), metavar="DIR", help="default: content")
    add("--output", type=Path, default=Path("build"), metavar="DIR", help="default: build")
    add("--base-url", type=_base_url, metavar="URL", help="default: base_url of site.toml")
    add("--drafts", action="store_true", help="publish drafts too, and tips of the future")
    add("--noindex", action="store_true", help="ask search engines to stay away")
    add("--jobs", type=int, default=0, metavar="N", help="processes at work; default: one a core")
    add("--no-cache", action="store_true", help="use nothing that an earlier build has kept")
    return parser.parse_args(arguments)


def _base_url(text: str) -> str:
    try:
        return check_base_url(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


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

    def finish(self) -> None:
        """Clear the line."""
        if self.shown:
            print("\r\033[K", end="", flush=True)


def main() -> int:
    """Build the site as the command line says; return the exit status."""
    arguments = parse_arguments()
    started = time.perf_counter()
    progress = Progress()
    try:
        app = create_app(
            arguments.content,
            preview=False,
            drafts=arguments.drafts,
            base_url=arguments.base_url,
            noindex=arguments.noindex,
        )
        report = build(app, arguments.content, arguments.output, progress)
    except ContentError as error:
        progress.finish()
        for problem in error.problems:
            print(problem.under(arguments.content), file=sys.stderr)
        print(f"{len(error.problems)} to mend; {arguments.output} is as it was.", file=sys.stderr)
        return 1
    except TipsiteError as error:
        progress.finish()
        print(f"{error}\n{arguments.output} is as it was.", file=sys.stderr)
        return 1
    progress.finish()
    seconds = time.perf_counter() - started
    print(
        f"{report.pages} pages, {report.files} files, {report.bytes:,} bytes in {arguments.output} "
        f"({seconds:.2f} s)"
    )
    for tip in app.extensions["library"]().scheduled:
        print(f"{arguments.content / tip.path} waits for {tip.date} (UTC)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
