"""Trials: tips that are open are run (what the preview makes of that is in test_reload), and where tracebacks lead."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conftest import SETTINGS, Content
from tipsite.errors import Problem
from tipsite.loading import Loader
from tipsite.tip_files import parse_tip
from tipsite.trials import PATIENCE, Trials, traceback_line

TIP = """\
---
title: Steam
summary: A summary.
date: 2026-11-01
---

```python title="app.py"
one
```

```python title="app.py"
two
three
```

```console
$ curl localhost:5000/
```
"""


@pytest.mark.parametrize(
    ("frames", "session", "line"),
    [
        ([("app.py", 1), ("app.py", 2)], 17, 13),
        ([("app.py", 1)], 10, 8),
        ([("app.py", 2), (".venv/lib/flask/app.py", 7)], 17, 13),
        ([("other.py", 2)], 17, 0),
        ([], 17, 0),
    ],
)
def test_the_innermost_own_frame_is_found_in_the_file_as_it_was_then(
    frames: list[tuple[str, int]], session: int, line: int
):
    traceback = "".join(f'+  File "/home/you/project/{name}", line {number}, in index\n' for name, number in frames)

    assert traceback_line(Problem("a.md", session, 0, "differs", traceback), parse_tip("a/a.md", TIP.encode())) == line


@contextmanager
def closing_runner(trials: Trials) -> Iterator[None]:
    """Leave no process behind, which would end with this one only."""
    try:
        yield
    finally:
        trials._stop_runner()


def test_a_tip_that_hangs_is_given_up_when_it_is_changed(content: Content, tmp_path: Path):
    content.write("site.toml", SETTINGS.replace("examples = false", "examples = true"))
    content.tip("steam/a", "```pycon\n>>> while True:\n...     pass\n```")
    loader, news = Loader(content.root), queue.Queue[str]()
    trials = Trials(loader.load, tmp_path / "cache", lambda: news.put("told"))
    hanging = loader.load().by_slug["a"]

    with closing_runner(trials), trials.watch("a"):
        time.sleep(PATIENCE + 0.1)
        content.tip("steam/a", "```pycon\n>>> 1 + 1\n3\n```")
        trials.look_again()
        news.get(timeout=60)
        mended = trials.find(loader.load().by_slug["a"])
        given_up = trials.find(hanging)

    assert mended is not None
    assert [problem.message for problem in mended.problems if not problem.warning] == ["this prints something else"]
    assert given_up is not None
    assert given_up.running  # nothing was found out, not even that it takes too long
