"""Proving: a tip whose code does not run is not published, and a page tells what was checked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conftest import SETTINGS, Content
from test_freezing import Options, build
from tipsite import create_app, proving
from tipsite.errors import ContentError, Problem
from tipsite.examples import code_hash
from tipsite.loading import Loader
from tipsite.matrix import Cell, Matrix, Result
from tipsite.proving import Evidence, condense, prove, subject_of
from tipsite.tip import Tip

GOOD = """\
Text.

```python title="app.py" hl_lines="8"
from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    app.logger.disabled = True
    return "steam\\n"
```

```console
$ curl localhost:5000/
steam
```

```pycon
>>> from app import app, index
>>> index()
'steam\\n'
>>> app.logger.disabled
True
```
"""


@pytest.fixture
def kettle(content: Content, monkeypatch: pytest.MonkeyPatch) -> Content:
    monkeypatch.chdir(content.root.parent)
    content.write("site.toml", SETTINGS.replace("examples = false", "examples = true"))
    content.tip("steam/a", GOOD)
    return content


def test_a_page_says_what_it_was_checked_with(kettle: Content, tmp_path: Path):
    build(Options(kettle.root, tmp_path / "out", no_cache=False))

    page = (tmp_path / "out/tips/a/index.html").read_text()
    assert 'href="/tips/a/evidence.json">Checked with Flask 3.' in page
    assert page.count("<summary>Without these lines</summary>") == 1
    assert page.index("</figure>") < page.index("<summary>Without") < page.index("Terminal")


def test_what_examples_come_to_now_is_told_though_nothing_was_edited(
    kettle: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def prove_elsewhere(tips: Iterable[Tip], **given: Any) -> tuple[dict[str, Evidence], list[Problem]]:
        evidence, problems = prove(tips, **given)
        outcomes = {
            slug: replace(one.outcome, versions={**one.outcome.versions, "Python": "3.99.0"})
            for slug, one in evidence.items()
        }
        return {slug: replace(one, outcome=outcomes[slug]) for slug, one in evidence.items()}, problems

    options = Options(kettle.root, tmp_path / "out", no_cache=False)
    build(options)
    monkeypatch.setattr(proving, "prove", prove_elsewhere)

    report = build(options)

    assert "on Python 3.99.0<" in (tmp_path / "out/tips/a/index.html").read_text()
    assert {"tips/a/index.html", "tips/a/evidence.json", "tips/a/card.png"} <= set(report.written)
    assert "index.html" not in report.written


def test_evidence_holds_every_session_as_it_was_run(kettle: Content, tmp_path: Path):
    build(Options(kettle.root, tmp_path / "out", no_cache=False))

    evidence = json.loads((tmp_path / "out/tips/a/evidence.json").read_text())
    console, interpreter = evidence["sessions"]
    assert console["entries"] == [{"line": 22, "source": "curl localhost:5000/", "output": ["steam"], "status": 0}]
    assert [entry["output"] for entry in interpreter["entries"]] == [[], ["'steam\\n'"], ["True"]]
    assert "-True" in evidence["without_key_lines"][0]["diff"].splitlines()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("$ curl localhost:5000/\nsteam", "$ curl localhost:5000/\nsteal", "tips/steam/a.md:23: "),
        ('return "steam\\n"', 'return "water\\n"', "tips/steam/a.md:23: "),
        ("    app.logger.disabled = True\n", "    1 / 0\n", "tips/steam/a.md:"),
        ('hl_lines="8"', 'hl_lines="9"', ""),
        ("```pycon", "```python", "tips/steam/a.md:26"),
    ],
)
def test_one_tip_that_does_not_run_stops_the_build(kettle: Content, tmp_path: Path, old: str, new: str, problem: str):
    build(Options(kettle.root, tmp_path / "out"))
    before = sorted(tmp_path.joinpath("out").rglob("*"))
    assert old in GOOD
    kettle.tip("steam/a", GOOD.replace(old, new, 1))
    if not problem:
        build(Options(kettle.root, tmp_path / "out"))
        return

    with pytest.raises(ContentError) as caught:
        build(Options(kettle.root, tmp_path / "out"))

    assert str(caught.value.problems[0]).startswith(problem)
    assert sorted(tmp_path.joinpath("out").rglob("*")) == before


def test_an_unchanged_tip_is_not_run_again(kettle: Content, tmp_path: Path):
    kettle.tip("steam/b", GOOD)
    cache = tmp_path / ".cache/examples"
    build(Options(kettle.root, tmp_path / "out", no_cache=False))
    before = {path: path.stat().st_mtime_ns for path in cache.iterdir()}

    kettle.tip("steam/b", GOOD.replace("Text.", "Prose alone."))
    build(Options(kettle.root, tmp_path / "out", no_cache=False))

    assert {path: path.stat().st_mtime_ns for path in cache.iterdir()} == before


def test_the_preview_shows_what_an_earlier_run_has_kept(kettle: Content, tmp_path: Path):
    client = create_app(kettle.root).test_client()
    assert "Not checked as it is now" in client.get("/tips/a/").text
    assert client.get("/tips/a/evidence.json").status_code == 404

    build(Options(kettle.root, tmp_path / "out", no_cache=False))

    assert client.get("/tips/a/").data == (tmp_path / "out/tips/a/index.html").read_bytes()
    assert client.get("/tips/a/evidence.json").data == (tmp_path / "out/tips/a/evidence.json").read_bytes()


def test_a_site_can_do_without_running(kettle: Content, tmp_path: Path):
    kettle.write("site.toml", SETTINGS)
    kettle.tip("steam/a", "```python\n1 / 0\n```\n")

    build(Options(kettle.root, tmp_path / "out"))

    assert "Checked with" not in (tmp_path / "out/tips/a/index.html").read_text()


def test_of_a_traceback_only_the_own_frames_are_shown():
    diff = (
        "--- with these lines\n+++ without these lines\n@@ -1,4 +1,32 @@\n $ python demo.py\n-fine\n"
        "+Traceback (most recent call last):\n"
        '+  File "/home/you/project/demo.py", line 18, in <module>\n+    run()\n+    ^^^^^\n'
        '+  File "/usr/lib/python3.12/concurrent/futures/_base.py", line 619, in run\n+    yield _result()\n'
        '+  File "/home/you/project/.venv/lib/python3.12/site-packages/flask/app.py", line 9, in g\n+    f()\n'
        '+  File "/home/you/project/demo.py", line 13, in handle\n+    users\n+    ^^^^^\n'
        "+NameError: name 'users' is not defined\n+[2026-11-24 00:51:20,524] ERROR in app"
    )

    assert condense(diff).split("\n") == [
        "--- with these lines",
        "+++ without these lines",
        "@@",
        " $ python demo.py",
        "-fine",
        "+Traceback (most recent call last):",
        '+  File "/home/you/project/demo.py", line 18, in <module>',
        "+    run()",
        "+  ...",
        '+  File "/home/you/project/demo.py", line 13, in handle',
        "+    users",
        "+NameError: name 'users' is not defined",
        "+[...] ERROR in app",
    ]


def test_a_page_tells_how_its_tip_fared_elsewhere_as_long_as_the_code_is_the_same(kettle: Content, tmp_path: Path):
    code = code_hash(subject_of(Loader(kettle.root).load().by_slug["a"]))
    failed = Result(hash=code, result="failed", why="“curl <b>” prints no “steam”")
    cell = Cell(python="3.11", flask="2.3", versions={"Python": "3.11.9", "Flask": "2.3.3"})
    with_tip = replace(cell, tips={"tips/steam/a.md": failed})
    options = Options(kettle.root, tmp_path / "out", no_cache=False)

    def page() -> str:
        build(options)
        build(Options(kettle.root, tmp_path / "clean"))
        text = (tmp_path / "out/tips/a/index.html").read_text()
        assert text == (tmp_path / "clean/tips/a/index.html").read_text()
        assert text == create_app(kettle.root).test_client().get("/tips/a/").text
        return text

    assert "<table>" not in page()

    kettle.write("matrix.json", Matrix(cells=(with_tip, Cell(python="3.12", flask="2.3"))).to_text())
    text = page()
    assert "<summary>Fails with Flask 2.3</summary>" in text
    assert '<th scope="col">Python 3.11.9</th><th scope="col">Python 3.12</th>' in text
    assert '<td data-state="fails">fails</td><td data-state="not run">not run</td>' in text
    assert "<strong>Flask 2.3:</strong> “curl &lt;b&gt;” prints no “steam”." in text

    kettle.tip("steam/a", GOOD.replace("Text.", "Other\n\nprose."))
    assert "<table>" in page()

    kettle.tip("steam/a", GOOD.replace("steam", "steam "))
    assert "<table>" not in page()
