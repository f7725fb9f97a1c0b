"""freeze.py as CI runs it: its output, its errors and its exit status."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from conftest import SETTINGS, Content, on_linux, wait_for_program
from tipsite.examples.subject import LIMIT_SECONDS
from tipsite.freezing import WORTH_FORKING

SCRIPT = Path(__file__).parent.parent / "freeze.py"


def run(*arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, SCRIPT, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


def test_the_defaults_are_content_and_build(content: Content, tmp_path: Path):
    content.tip("steam/a")

    done = run(folder=tmp_path)

    assert done.returncode == 0
    assert all(": warning: " in line for line in done.stderr.splitlines())
    assert re.fullmatch(
        r"\d+ pages, \d+ files, [\d,]+ bytes in build \(\d+\.\d\d s\)\n\d+ files written, 0 unchanged, 0 removed.\n",
        done.stdout,
    )
    files = [path for path in (tmp_path / "build").rglob("*") if path.is_file() and path.name != ".tipsite"]
    assert done.stdout.startswith(f"{sum(path.suffix == '.html' for path in files)} pages, {len(files)} files, ")


def start_freezing(content: Content, folder: Path) -> subprocess.Popen[str]:
    """Start a build of many tips, and come back when more are frozen than one process would freeze by itself."""
    for number in range(1_000):
        content.tip(f"steam/tip-{number}")
    process = start(folder)
    deadline = time.monotonic() + 60
    while len(list(folder.glob(".out.tipsite/fresh/tips/tip-*"))) <= WORTH_FORKING and time.monotonic() < deadline:
        time.sleep(0.001)
    return process


def start(folder: Path) -> subprocess.Popen[str]:
    """Start a build that is to be stopped, as from a terminal: what runs in the background ignores Ctrl-C."""
    return subprocess.Popen(
        [sys.executable, SCRIPT, "--output", "out", "--jobs", "2"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )


def stop(process: subprocess.Popen[str], folder: Path) -> None:
    """Press Ctrl-C, and see that a build stops long before an example would have to end, and leaves nothing behind."""
    os.killpg(process.pid, signal.SIGINT)

    try:
        output, errors = process.communicate(timeout=LIMIT_SECONDS / 2)
    finally:
        process.kill()
    assert (process.returncode, output) == (130, "")
    assert errors == "Stopped: out is as it was, or the new site, whole.\n"
    assert not (folder / "out").exists()
    assert not (folder / ".out.tipsite/fresh").exists()


def test_ctrl_c_stops_processes_that_freeze(content: Content, tmp_path: Path):
    process = start_freezing(content, tmp_path)

    stop(process, tmp_path)


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_processes_that_freeze_end_in_silence_with_the_one_that_forked_them(
    content: Content, tmp_path: Path, sent: signal.Signals
):
    process = start_freezing(content, tmp_path)

    process.send_signal(sent)

    assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == -sent


@on_linux
def test_ctrl_c_stops_examples(content: Content, tmp_path: Path):
    content.write("site.toml", SETTINGS.replace("examples = false", "examples = true"))
    for number in range(6):
        content.tip(f"steam/tip-{number}", "```console\n$ sleep 60\n```")
    process = start(tmp_path)
    processes = wait_for_program(process.pid, "sleep")

    stop(process, tmp_path)

    assert not any(Path(f"/proc/{one}").exists() for one in processes)


def test_every_option_does_what_it_says(content: Content, tmp_path: Path):
    content.tip("steam/a", draft="true")
    content.root.rename(tmp_path / "texts")

    done = run(
        *("--content", "texts", "--output", "public/site", "--base-url", "https://p.example/x"),
        *("--drafts", "--noindex", "--jobs", "1", "--no-cache", "--no-cards"),
        folder=tmp_path,
    )

    assert done.returncode == 0, done.stderr
    assert "Disallow: /" in (tmp_path / "public/site/robots.txt").read_text()
    assert [path.name for path in (tmp_path / "public/site").rglob("*.png")] == []
    assert 'href="/x/tips/a/"' in (tmp_path / "public/site/index.html").read_text()


def test_a_large_site_is_the_same_from_one_process_and_from_several(content: Content, tmp_path: Path):
    for number in range(60):
        content.tip(f"steam/tip-{number}", f"```python\nvalue = {number}\n```\n")

    for jobs in "12":
        done = run("--output", f"out-{jobs}", "--no-cards", "--no-cache", "--manifest", "--jobs", jobs, folder=tmp_path)
        assert done.returncode == 0, done.stderr

    one, two = ((tmp_path / f"out-{jobs}/manifest.json").read_text() for jobs in "12")
    assert one == two


def test_what_is_wrong_in_a_large_site_is_said_once(content: Content, tmp_path: Path):
    for number in range(60):
        content.tip(f"steam/tip-{number}", date="soon" if number == 30 else "2026-11-01")

    done = run("--no-cards", "--jobs", "2", folder=tmp_path)

    assert done.returncode == 1
    assert done.stderr.splitlines()[0].startswith("content/tips/steam/tip-30.md:4:1: a date must be a day")
    assert done.stderr.count("tip-30.md") == 1
    assert not (tmp_path / "build").exists()


BROKEN = {
    "tips/steam/no-title.md": "---\nsummary: s\ndate: 2026-11-01\n---\n",
    "tips/steam/unknown-key.md": "---\ntitle: t\nsummery: s\nsummary: s\ndate: 2026-11-01\n---\n",
    "tips/steam/bad-date.md": "---\ntitle: t\nsummary: s\ndate: 1.11.2026\n---\n",
    "tips/steam/repeated-key.md": "---\ntitle: t\ntitle: t\nsummary: s\ndate: 2026-11-01\n---\n",
    "tips/steam/same.md": "---\ntitle: t\nsummary: s\ndate: 2026-11-01\n---\n",
    "tips/water/same.md": "---\ntitle: t\nsummary: s\ndate: 2026-11-01\n---\n",
    "tips/staem/lost.md": "---\ntitle: t\nsummary: s\ndate: 2026-11-01\n---\n",
    "tips/steam/Capital.md": "---\ntitle: t\nsummary: s\ndate: 2026-11-01\n---\n",
    "tips/steam/a space.md": "---\ntitle: t\nsummary: s\ndate: 2026-11-01\n---\n",
    "tips/steam/why?.md": "---\ntitle: t\nsummary: s\ndate: 2026-11-01\n---\n",
    "tips/steam/no-front-matter.md": "Text.\n",
    "tips/steam/not-closed.md": "---\ntitle: t\nsummary: s\ndate: 2026-11-01\n\nText.\n",
    "tips/steam/tabs.md": "---\ntitle: t\n\tsummary: s\ndate: 2026-11-01\n---\n",
    "tips/steam/latin-1.md": b"---\ntitle: caf\xe9\nsummary: s\ndate: 2026-11-01\n---\n",
    "tips/steam/empty.md": "",
    "tips/steam/alias.md": "---\ntitle: t\nsummary: s\ndate: 2026-11-01\naliases: /about/\n---\n",
    "tips/steam/links.md": "---\ntitle: t\nsummary: s\ndate: 2026-11-01\n---\n"
    "[a](nope.md)\n[b](../water/fine.md#nope)\n![c](nope.png)\n[d](../../../secret.md)\n[e](alias.md)\n"
    "[f](latin-1.md) [g](#nope)\n",
    "tips/water/fine.md": "---\ntitle: t\nsummary: s\ndate: 2026-11-01\n---\n",
}
ERRORS = """\
content/tips/steam/Capital.md:1: the file's name “Capital” becomes an address
content/tips/steam/a space.md:1: the file's name “a space” becomes an address
content/tips/steam/alias.md:5: the alias gives the address /about/, which is that of pages/about.md
content/tips/steam/bad-date.md:4:1: a date must be a day of the calendar like 2026-11-23, not “1.11.2026”
content/tips/steam/empty.md:1: the file is empty
content/tips/steam/latin-1.md:2:11: byte 0xe9 is not UTF-8
content/tips/steam/links.md:6:5: there is no file “nope.md”:
content/tips/steam/links.md:7:5: there is no anchor “#nope” in tips/water/fine.md
content/tips/steam/links.md:8:6: there is no file “nope.png”
content/tips/steam/links.md:9:5: “../../../secret.md” leaves the content folder
content/tips/steam/links.md:11:21: there is no anchor “#nope” in this file
content/tips/steam/no-front-matter.md:1:1: there is no front matter
content/tips/steam/no-title.md:1: “title” is missing
content/tips/steam/not-closed.md:1:1: the front matter is not closed
content/tips/steam/repeated-key.md:3:1: “title” is given twice, first on line 2
content/tips/steam/tabs.md:3:1: YAML is not indented with tabs
content/tips/steam/unknown-key.md:3:1: there is no key “summery” in front matter: did you mean “summary”?
content/tips/steam/why?.md:1: the file's name “why?” becomes an address
content/tips/staem/lost.md:1: site.toml has no topic “staem”: did you mean “steam”?
content/tips/water/same.md:1: the slug “same” gives the address /tips/same/, which is
"""


def test_everything_wrong_is_said_in_one_run_and_the_output_stays(content: Content, tmp_path: Path):
    run(folder=tmp_path)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "build").rglob("*")}
    for path, text in BROKEN.items():
        content.write(path, text)

    done = run(folder=tmp_path)

    assert done.returncode == 1
    for expected in ERRORS.splitlines():
        assert [line for line in done.stderr.splitlines() if line.startswith(expected)], expected
    assert f"{len(ERRORS.splitlines())} to mend; build is as it was." in done.stderr
    assert "Traceback" not in done.stderr
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "build").rglob("*")} == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--content", "nope"], "nope: cannot be listed: No such file or directory"),
        (["--output", "."], "holds the content or lies in it"),
        (["--output", "/proc/nope"], "nothing can be written beside /proc/nope"),
        (["--base-url", "example.org"], "an address must be like https://example.org/"),
    ],
)
def test_wrong_options_are_said_in_a_sentence(content: Content, tmp_path: Path, arguments: list[str], message: str):
    content.write("site.toml", SETTINGS)

    done = run(*arguments, folder=tmp_path)

    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr
