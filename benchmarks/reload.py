"""Measure how long an author waits: from a save to the changed page in Chromium, and to the page of a checked tip.

Usage: python benchmarks/reload.py [--sizes 40 1000 10000] [--edits 60]

A corpus of each size is previewed with `flask run --debug`, and one more tip, as `flask tips new` writes it, is open in
a browser. Each edit changes a sentence of it and a line of its program, so that it is run every time. Times are those
of the wall clock: from before the file is written until the browser has changed the document.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

import corpus
from tipsite.skeleton import write_skeleton

WARM_UP = 5  # edits that do not count
PATIENCE = 30.0  # seconds
TOPIC = next(iter(corpus.TOPICS))

# Notes when each edit is first seen, and when it is first seen as checked.
OBSERVE = """() => {
    window.seen = {};
    window.checked = {};
    const note = () => {
        const edit = document.querySelector("main").textContent.match(/Edit (\\d+)\\./)?.[1];
        if (!edit) return;
        window.seen[edit] ??= Date.now();
        if (document.querySelector(".checked")?.textContent.startsWith("Checked")) window.checked[edit] ??= Date.now();
    };
    new MutationObserver(note).observe(document.body, { childList: true, subtree: true });
}"""


def main() -> None:
    """Measure as the command line says, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=[40, 1000, 10000], metavar="TIPS")
    parser.add_argument("--edits", type=int, default=60, metavar="N")
    arguments = parser.parse_args()
    print(f"{_machine()}; {arguments.edits} edits each, milliseconds.\n")
    print("| tips | save to changed page: median | 95 % | save to checked page: median | 95 % |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for size in arguments.sizes:
        seen, checked = measure(size, arguments.edits)
        row = [f"{size:,}", *_median_and_most(seen), *_median_and_most(checked)]
        print(f"| {' | '.join(row)} |", flush=True)
    print(f"\nLoad of the machine afterwards: {os.getloadavg()[0]:.1f}.")


def measure(size: int, edits: int) -> tuple[list[float], list[float]]:
    """Give the times in ms from each save to the changed page, and to the page of the checked tip."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus.write_corpus(folder / "content", size)
        settings = folder / "content/site.toml"
        settings.write_text(settings.read_text().replace("examples = false", "examples = true"))
        tip = folder / f"content/tips/{TOPIC}/measured.md"
        tip.write_text(edited(0))
        with previewing(folder) as url, opened(f"{url}/tips/{tip.stem}/") as page:
            return edit_often(page, tip, edits)


def edited(number: int) -> str:
    """Write a tip that differs from edit to edit in a sentence and in a line of its program."""
    text = write_skeleton("Measured", "A tip to measure with.", datetime.date(2026, 1, 1), [], draft=False)
    text = text.replace("Flask(__name__)", f"Flask(__name__)  # {number}")
    return text.replace("\n---\n", f"\n---\n\nEdit {number}.\n", 1)


def edit_often(page: Page, tip: Path, edits: int) -> tuple[list[float], list[float]]:
    """Edit the tip that is open, each time after it was seen as checked."""
    seen, checked = [], []
    for number in range(1, WARM_UP + edits + 1):
        saved = time.time() * 1000
        tip.write_text(edited(number))
        end = wait_for(page, f"window.checked[{number}]")
        if number > WARM_UP:
            seen.append(wait_for(page, f"window.seen[{number}]") - saved)
            checked.append(end - saved)
        time.sleep(0.1)
    return seen, checked


def wait_for(page: Page, expression: str) -> float:
    """Wait for the page to have a number, asking seldom enough not to be what is measured."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := page.evaluate(expression):
            return float(found)
        time.sleep(0.05)
    raise SystemExit(f"{expression} did not come: {page.locator('main').inner_text()[:500]}")


@contextmanager
def previewing(folder: Path) -> Iterator[str]:
    """Run the preview of the content in a folder, and give its address."""
    log = folder / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "tipsite", "run", "--debug", "--port", "0"],
            cwd=folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield wait_for_address(log)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def wait_for_address(log: Path) -> str:
    """Read the address of the preview from what it logs."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text()):
            return found[0]
        time.sleep(0.1)
    raise SystemExit(f"the preview did not start:\n{log.read_text()}")


@contextmanager
def opened(url: str) -> Iterator[Page]:
    """Open a page in Chromium, and wait until its tip is checked."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(url, timeout=PATIENCE * 1000)
        page.get_by_text("Checked with").wait_for(timeout=PATIENCE * 1000)
        page.evaluate(OBSERVE)
        yield page
        browser.close()


def _median_and_most(times: Sequence[float]) -> tuple[str, str]:
    return f"{statistics.median(times):.0f}", f"{statistics.quantiles(times, n=20, method='inclusive')[-1]:.0f}"


def _machine() -> str:
    cpuinfo = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    model = next((line.partition(": ")[2] for line in cpuinfo.splitlines() if line.startswith("model name")), "")
    load = f"load before {os.getloadavg()[0]:.1f}"
    return f"{model or platform.processor()}, {os.cpu_count()} cores, {load}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
