"""Measure the search in Chromium: from a keystroke to the results on the screen.

Usage: python benchmarks/search.py [--sizes 40 1000 10000] [--queries 20]

A corpus of each size is built and served as a host serves it. What is typed are words of titles in it and names in
its code, every third with a typo. A keystroke is measured from when the browser got it to the frame that shows its
results. *Ready* is from the opening of the search to all texts being indexed; what is typed earlier is answered from
titles and summaries. A *long task* is one that kept the page from anything else for more than 50 ms.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

import corpus

PROJECT = Path(__file__).parent.parent
sys.path.append(str(PROJECT / "tests"))

from hosting import Host, serving  # noqa: E402  # from the folder of tests

# Notes for each keystroke when the frame with its results was shown, and each long task of the page.
OBSERVE = """() => {
    const status = document.querySelector(".search-status");
    window.times = [];
    window.tasks = [];
    let pressed;
    document.querySelector(".search-field").addEventListener("keydown", (event) => (pressed = event.timeStamp));
    new MutationObserver(() => {
        if (pressed === undefined) return;
        const start = pressed;
        pressed = undefined;
        requestAnimationFrame(() => setTimeout(() => times.push(performance.now() - start)));
    }).observe(status, { childList: true });
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)))
        .observe({ type: "longtask" });
}"""
# Opens the search and waits until the worker says that it is complete.
READY = """() => new Promise((resolve) => {
    const { Worker } = window;
    const start = performance.now();
    window.Worker = class extends Worker {
        constructor(...values) {
            super(...values);
            this.addEventListener("message", ({ data }) => data.complete && resolve(performance.now() - start));
        }
    };
    document.querySelector("[data-search]").click();
})"""
# Waits until the results of a further keystroke are shown.
SHOWN = """(count) => new Promise((resolve) => {
    const look = () => (times.length > count ? resolve() : setTimeout(look, 10));
    look();
})"""


@dataclass(frozen=True)
class Measured:
    """What was measured at one size: milliseconds, long tasks of the page, and bytes as they travel."""

    ready: float
    keystrokes: list[float]
    tasks: list[float]
    bytes: int


def main() -> None:
    """Measure as the command line says, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=[40, 1000, 10000], metavar="TIPS")
    parser.add_argument("--queries", type=int, default=20, metavar="N")
    arguments = parser.parse_args()
    load = f"Load before {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores"
    print(f"{load}, {arguments.queries} queries each, milliseconds.\n")
    print("| tips | keystroke to results: median | 95 % | most | ready | long tasks of the page | index, compressed |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for size in arguments.sizes:
        print(_row(size, measure(size, arguments.queries)), flush=True)
    print(f"\nLoad of the machine afterwards: {os.getloadavg()[0]:.1f}.")


def measure(size: int, count: int) -> Measured:
    """Build a corpus, and type into its search."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus.write_corpus(folder / "content", size)
        host = Host(folder / "build")
        options = ["--content", folder / "content", "--output", host.folder, "--no-cards"]
        command = [sys.executable, "freeze.py", *map(str, options)]
        subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
        with serving(host), opened(host.url) as page:
            page.evaluate(OBSERVE)
            ready = page.evaluate(READY)
            for query in queries(size, count):
                type_in(page, query)
            return Measured(ready, page.evaluate("times"), page.evaluate("tasks"), index_size(host.folder))


def queries(size: int, count: int) -> Iterator[str]:
    """Yield words of titles and names in code, by turns, of tips all over a corpus; every third with a typo."""
    for number in range(count):
        tip = corpus.make_tip(number * size // count)
        names = re.findall(r"[a-z]+_[a-z_]+", " ".join(block.code for block in tip.blocks)) or [tip.title]
        query = names[0] if number % 2 else " ".join(tip.title.split()[-2:])
        yield query[:3] + query[4:] if number % 3 == 2 else query


def type_in(page: Page, query: str) -> None:
    """Type a query into the empty field, each key when the results of the one before are there."""
    page.locator(".search-field").fill("")
    for key in query:
        count = page.evaluate("times.length")
        page.keyboard.press("Space" if key == " " else key)
        page.evaluate(SHOWN, count)


@contextmanager
def opened(url: str) -> Iterator[Page]:
    """Open a page in Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(f"{url}/about/")
        yield page
        browser.close()


def index_size(folder: Path) -> int:
    """Count the bytes of the index, compressed as a host does it."""
    listing = json.loads((folder / "search.json").read_text())
    files = [folder / "search.json", *(folder / text.lstrip("/") for text in listing["texts"])]
    return sum(len(gzip.compress(file.read_bytes(), 6)) for file in files)


def _row(size: int, found: Measured) -> str:
    times: Sequence[float] = found.keystrokes
    late = statistics.quantiles(times, n=20, method="inclusive")[-1]
    tasks = f"{len(found.tasks)} (most {max(found.tasks):.0f})" if found.tasks else "none"
    cells = [f"{size:,}", f"{statistics.median(times):.0f}", f"{late:.0f}", f"{max(times):.0f}", f"{found.ready:.0f}"]
    return f"| {' | '.join([*cells, tasks, f'{found.bytes / 1000:,.0f} kB'])} |"


if __name__ == "__main__":
    main()
