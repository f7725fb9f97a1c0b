"""The preview: a real `flask run --debug` from the project's root, on a real port."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Content

PROJECT = Path(__file__).parent.parent


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.fixture
def preview(content: Content) -> Iterator[str]:
    """Run the preview as an author does, with `.flaskenv` naming the app, on another content folder."""
    content.root.parent.joinpath(".flaskenv").write_text((PROJECT / ".flaskenv").read_text())
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "run", "--debug", "--port", "0"],
        cwd=content.root.parent,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    with process.stdout as output:
        yield next(found[0] for line in output if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
        os.killpg(process.pid, 15)
        process.wait(timeout=10)


def test_an_author_edits_breaks_and_mends_a_tip(content: Content, preview: str):
    content.tip("steam/a", "First.")
    assert "First." in get(f"{preview}/tips/a/")[1]

    content.tip("steam/a", "Second.", draft="true")
    assert "Second." in get(f"{preview}/tips/a/")[1]
    assert '<strong class="draft">' in get(f"{preview}/tips/a/")[1]

    content.tip("steam/a", "[x](nope.md)")
    status, text = get(f"{preview}/tips/a/")
    assert status == 500
    assert "content/tips/steam/a.md:7:5" in text

    content.tip("steam/a", "Third.")
    assert "Third." in get(f"{preview}/tips/a/")[1]
    assert get(f"{preview}/nope/")[0] == 404
