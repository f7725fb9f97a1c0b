"""The authors' commands, as they are typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

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

    assert done.stdout.startswith("1 tip passed (1 run, 0 unchanged) in ")


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


@pytest.mark.parametrize(
    ("command", "example"),
    [
        ([], "flask tips new TITLE --topic TOPIC"),
        (["tips"], 'flask tips new "Redirect after a form post" --topic routing'),
        (["tips", "new"], "--slug post-redirect-get --tag forms"),
        (["tips", "list"], "flask tips list --topic routing"),
        (["tips", "check"], "flask tips check content/tips/routing"),
    ],
)
def test_help_teaches_by_example(kettle: Content, command: list[str], example: str):
    assert example in flask(kettle, *command, "--help").stdout


def test_a_new_tip_passes_its_check_and_all_lints_as_it_stands(kettle: Content):
    kettle.tip("steam/a", GOOD, tags="[hot]")

    begun = flask(kettle, "tips", "new", "Whistle after the boil", "--topic", "steam")
    checked = flask(kettle, "tips", "check", "content/tips/steam/whistle-after-boil.md")

    assert begun.returncode == 0, begun.stderr
    assert begun.stdout.startswith("content/tips/steam/whistle-after-boil.md is written, as a draft.\n")
    assert begun.stderr == ""
    assert checked.stdout.startswith("1 tip passed (1 run, 0 unchanged) in ")
    text = (kettle.root / "tips/steam/whistle-after-boil.md").read_text()
    assert text.startswith("---\ntitle: Whistle after the boil\nsummary: One sentence, ")
    assert "\ndate: 2026-12-01\ntags: [hot]\ndraft: true\n---\n" in text


def test_a_new_tip_can_be_built_at_once(kettle: Content):
    kettle.write(
        "tips/steam/a.md", (kettle.root / "tips/steam/a.md").read_text().replace("---\n\n", "tags: [hot]\n---\n\n")
    )
    flask(kettle, "tips", "new", "Whistle: “loud” & clear", "--topic", "steam", "--no-draft")
    script = Path(__file__).parent.parent / "freeze.py"

    built = subprocess.run(
        [sys.executable, script], cwd=kettle.root.parent, capture_output=True, text=True, check=False
    )

    assert built.returncode == 0, built.stderr
    page = (kettle.root.parent / "build/tips/whistle-loud-clear/index.html").read_text()
    assert "Whistle: “loud” &amp; clear</h1>" in page


def test_a_new_tip_takes_what_it_is_told_and_says_what_to_mend(kettle: Content):
    done = flask(
        kettle, "tips", "new", "T", "--topic", "water", "--slug", "kettle", "--summary", "s" * 156, "--tag", "alone"
    )  # fmt: skip

    text = (kettle.root / "tips/water/kettle.md").read_text()
    assert f"title: T\nsummary: {'s' * 156}\n" in text
    assert "tags: [alone]\n" in text
    assert [line.split(": warning: ")[0] for line in done.stderr.splitlines()] == [
        "content/tips/water/kettle.md:3",
        "content/tips/water/kettle.md:5",
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["T", "--topic", "steem"], "site.toml has no topic “steem”: did you mean “steam”?"),
        (["T"], "--topic is missing: it can be one of: steam, water"),
        (["A", "--topic", "water"], "content/tips/steam/a.md has the address /tips/a/ already"),
        (["中文", "--topic", "water"], "name one with --slug"),
        (["T", "--topic", "water", "--slug", "My Kettle"], "name one with --slug, as in --slug my-kettle"),
        (["", "--topic", "water", "--slug", "t"], "content/tips/water/t.md:2:1: this value is empty"),
        (["T", "--topic", "water", "--tag", "A b"], "content/tips/water/t.md:5:8: the tag “A b” becomes an address"),
    ],
)
def test_a_new_tip_that_cannot_be_is_refused_in_a_sentence(kettle: Content, arguments: list[str], told: str):
    before = sorted(kettle.root.rglob("*"))

    done = flask(kettle, "tips", "new", *arguments)

    assert done.returncode in (1, 2)
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(kettle.root.rglob("*")) == before


def test_a_file_that_exists_is_never_overwritten(kettle: Content):
    kettle.write("tips/water/c.md/file", "x")

    done = flask(kettle, "tips", "new", "C", "--topic", "water")

    assert "content/tips/water/c.md exists already: choose another address with --slug" in done.stderr


def test_the_list_shows_what_is_known_of_each_tip(kettle: Content):
    kettle.tip("water/b", GOOD.replace("\nsteam\n", "\nwater\n"), draft="true")
    kettle.tip("water/c", "One two.", title="Later", date="2026-12-24")
    flask(kettle, "tips", "check")
    kettle.tip("steam/new", f"More.\n\n{GOOD}")

    listed = flask(kettle, "tips", "list").stdout.splitlines()

    assert listed == [
        "Title            Topic  Date        Check        Words",
        "steam/a          steam  2026-11-01  passed           1",
        "steam/new        steam  2026-11-01  not checked      2",
        "water/b (draft)  water  2026-11-01  failed           1",
        "Later (waiting)  water  2026-12-24  no examples      2",
    ]


def test_the_list_of_a_topic_can_be_read_by_machines(kettle: Content):
    rows = json.loads(flask(kettle, "tips", "list", "--topic", "water", "--json").stdout)

    assert [(row["path"], row["slug"], row["status"], row["check"]) for row in rows] == [
        ("content/tips/water/b.md", "b", "published", "not checked")
    ]
    assert "did you mean “water”?" in flask(kettle, "tips", "list", "--topic", "watr").stderr


def test_update_rewrites_what_differs_and_nothing_else(kettle: Content):
    wrong = GOOD.replace("\nsteam\n```", "\nwater\nice\n```").replace(">>> index()\n'steam\\n'", ">>> index()\n'wa...'")
    path = kettle.tip("water/b", wrong)
    right = kettle.tip("steam/a", GOOD).read_text()

    done = flask(kettle, "tips", "check", "--update", "content/tips/water")

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "content/tips/water/b.md: rewritten"
    assert path.read_text() == right.replace("title: steam/a", "title: water/b")


def test_update_keeps_line_ends_patterns_and_what_cannot_be_seen(kettle: Content):
    text = GOOD.replace("\nsteam\n```", "\nwater\n```").replace("'steam\\n'", "'st...m\\n'")
    path = kettle.tip("water/b", text)
    data = b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(data)

    flask(kettle, "tips", "check", "--update", "content/tips/water")

    assert path.read_bytes() == data.replace(b"\r\nwater\r\n", b"\r\nsteam\r\n")


VARYING = """\
Text.

```python title="app.py" hl_lines="11"
import secrets

from flask import Flask, session

app = Flask(__name__)
app.config["SECRET_KEY"] = secrets.token_hex()


@app.get("/")
def index():
    session["kettle"] = "on"
    return f"one {secrets.token_urlsafe(6)} two\\n" + "line\\n" * 2
```

```console
$ curl -i localhost:5000/
```
"""


def test_update_elides_what_varies_and_what_is_secret_and_is_idempotent(kettle: Content):
    path = kettle.tip("water/b", VARYING)

    first = flask(kettle, "tips", "check", "--update", "content/tips/water")
    once = path.read_text()
    second = flask(kettle, "tips", "check", "--update", "content/tips/water")

    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    assert "rewritten" not in second.stdout
    assert path.read_text() == once
    shown = once.split("$ curl -i localhost:5000/\n")[1]
    assert shown == (
        "HTTP/1.1 200 OK\n"
        "Content-Type: text/html; charset=utf-8\n"
        "Vary: Cookie\n"
        "Set-Cookie: session=...; HttpOnly; Path=/\n"
        "\n"
        "one ... two\n"
        "line\n"
        "line\n"
        "```\n\n"
    )


def test_update_of_a_tip_that_cannot_be_run_says_why(kettle: Content):
    path = kettle.tip("water/b", GOOD.replace("from flask import Flask", "from flask import Flask ("))
    before = path.read_bytes()

    done = flask(kettle, "tips", "check", "--update", "content/tips/water")

    assert done.returncode == 1
    assert "content/tips/water/b.md:" in done.stderr
    assert "Traceback" not in done.stderr
    assert path.read_bytes() == before
