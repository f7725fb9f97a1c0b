"""Trials: what a problem of a run says about the file (what the preview makes of it is in test_reload)."""

from __future__ import annotations

import pytest

from tipsite.errors import Problem
from tipsite.tip import parse_tip
from tipsite.trials import traceback_line

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
