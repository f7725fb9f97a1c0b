"""Tips with a date in the future: published when that day has come in UTC, and not before."""

from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from conftest import Content
from tipsite import create_app
from tipsite.errors import TipsiteError
from tipsite.loading import Loader
from tipsite.schedule import today

LAST_SECOND = int(datetime.datetime(2026, 12, 23, 23, 59, 59, tzinfo=datetime.UTC).timestamp())
SCRIPT = Path(__file__).parent.parent / "freeze.py"


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_day_begins_at_midnight_utc_wherever_the_machine_is(zone: str):
    code = "from tipsite.schedule import today; print(today())"
    printed = []
    for second in (LAST_SECOND, LAST_SECOND + 1):
        environment = {"SOURCE_DATE_EPOCH": str(second), "TZ": zone}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
        printed.append(done.stdout.decode().strip())

    assert printed == ["2026-12-23", "2026-12-24"]


def test_without_the_variable_the_clock_counts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH")

    before = datetime.datetime.now(datetime.UTC).date()

    assert before <= today() <= datetime.datetime.now(datetime.UTC).date()


@pytest.mark.parametrize("written", ["tomorrow", "9" * 30, "1.5"])
def test_a_variable_that_is_no_time_is_an_error(monkeypatch: pytest.MonkeyPatch, written: str):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", written)

    with pytest.raises(TipsiteError, match=f"SOURCE_DATE_EPOCH is “{written}”: write the seconds since 1970"):
        today()


def test_a_tip_appears_on_its_day_in_a_folder_that_does_not_change(content: Content, monkeypatch: pytest.MonkeyPatch):
    content.tip("steam/early", date="2026-12-24")
    loader = Loader(content.root)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(LAST_SECOND))
    before = loader.load()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(LAST_SECOND + 1))
    after = loader.load()

    assert [tip.slug for tip in before.tips] == []
    assert [tip.slug for tip in before.scheduled] == ["early"]
    assert [tip.slug for tip in after.tips] == ["early"]
    assert after.scheduled == ()


def test_a_link_to_a_tip_of_the_future_says_when_it_comes(content: Content):
    content.tip("steam/a", "[x](b.md)")
    content.tip("steam/b", date="2026-12-24")
    library = Loader(content.root).load()

    problems = [str(problem) for problem in library.check(library.by_slug["a"])]

    assert problems == [
        "tips/steam/a.md:7:5: “b.md” is not published before 2026-12-24: publish it first, or take the link out"
    ]


def test_the_preview_shows_and_marks_what_is_not_public_yet(content: Content, client: FlaskClient):
    content.tip("steam/late", date="2026-12-24")
    content.tip("steam/early", date="2026-12-01")
    mark = '<strong class="draft">From 24 December 2026</strong>'

    assert client.get("/tips/late/").text.count(mark) == 1
    assert client.get("/").text.count(mark) == 2  # in its topic, and among the latest
    assert mark not in client.get("/tips/early/").text


def test_no_page_of_a_build_knows_of_a_tip_of_the_future(content: Content):
    content.tip("steam/late", date="2026-12-24")
    content.tip("steam/early")

    client = create_app(content.root, preview=False, drafts=False).test_client()

    assert client.get("/tips/late/").status_code == 404
    for address in ("/", "/tips/", "/topics/steam/", "/feed.xml", "/sitemap.xml", "/tips/early/"):
        assert "late" not in client.get(address).text.replace("latest", "").replace("Latest", "")


def test_a_build_says_what_waits_for_its_day(content: Content, tmp_path: Path):
    content.tip("steam/later", date="2027-01-01")
    content.tip("steam/late", date="2026-12-24")

    done = subprocess.run([sys.executable, SCRIPT], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[2:] == [
        "content/tips/steam/late.md waits for 2026-12-24 (UTC).",
        "content/tips/steam/later.md waits for 2027-01-01 (UTC).",
    ]


@pytest.mark.parametrize("option", [[], ["--drafts"]])
def test_the_next_build_knows_that_a_day_has_come(
    content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: list[str]
):
    content.tip("steam/late", date="2026-12-24")
    content.tip("steam/early")
    pages, said = [], []

    for second in (LAST_SECOND - 86400, LAST_SECOND, LAST_SECOND + 1, LAST_SECOND):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(second))
        command = [sys.executable, SCRIPT, *option]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        said.append("Nothing has changed" in done.stdout)
        pages.append((tmp_path / "build/index.html").read_text())

    mark, link = "From 24 December 2026", "/tips/late/"
    assert said == [False, True, False, False]
    assert [mark in page for page in pages] == [bool(option)] * 2 + [False, bool(option)]
    assert [link in page for page in pages] == [bool(option)] * 2 + [True, bool(option)]
