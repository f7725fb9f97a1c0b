"""The authors' commands, as they are typed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from conftest import SETTINGS, Content
from test_proving import GOOD


@pytest.fixture
def kettle(content: Content) -> Content:
    content.write("site.toml", SETTINGS.replace("examples = false", "examples = true"))
    content.tip("steam/a", GOOD)
    content.tip("water/b", GOOD)
    return content


def flask(content: Content, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flask", "--app", "tipsite", *arguments]
    environment = {**os.environ, "COLUMNS": "80"}
    return subprocess.run(
        command, cwd=content.root.parent, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_check_runs_all_tips_once(kettle: Content):
    first, second = flask(kettle, "tips", "check"), flask(kettle, "tips", "check")

    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("2 tips passed (2 run, 0 unchanged) in ")
    assert second.stdout.startswith("2 tips passed (0 run, 2 unchanged) in ")


def test_check_runs_the_tips_at_a_path(kettle: Content):
    kettle.tip("water/b", GOOD.replace("\nsteam\n", "\nwater\n"))

    done = flask(kettle, "tips", "check", "content/tips/steam", "--no-cache")

    assert done.stdout.startswith("1 tips passed (1 run, 0 unchanged) in ")


def test_a_difference_is_shown_at_its_line_with_a_diff(kettle: Content):
    kettle.tip("water/b", GOOD.replace("$ curl localhost:5000/\nsteam", "$ curl localhost:5000/\nwater"))

    done = flask(kettle, "tips", "check")

    assert done.returncode == 1
    assert "content/tips/water/b.md:23: " in done.stderr
    assert "-water\n+steam" in done.stderr
    assert "1 to mend." in done.stderr
    assert "Traceback" not in done.stderr


def test_check_of_no_tip_is_a_mistake(kettle: Content):
    done = flask(kettle, "tips", "check", "content/pages")

    assert done.returncode == 2
    assert "there is no tip at content/pages" in done.stderr


def test_wrong_front_matter_is_said_without_a_traceback(kettle: Content):
    kettle.tip("water/b", date="soon")

    done = flask(kettle, "tips", "check")

    assert done.returncode == 1
    assert "content/tips/water/b.md:4:1: a date must be a day" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_teaches_by_example():
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "tipsite", "tips", "check", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "flask tips check content/tips/routing" in done.stdout
