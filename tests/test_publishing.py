"""Publishing: a folder that no build has written is never replaced, nor is one lost."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tipsite import publishing
from tipsite.errors import FreezingError
from tipsite.files import find_published
from tipsite.publishing import MARKER, Changes, Survey, Workspace, advance, check_output, generation_of


def test_an_output_with_other_things_in_it_is_refused(tmp_path: Path):
    output = tmp_path / "home"
    output.mkdir()
    (output / "letter.txt").write_text("dear")

    with pytest.raises(FreezingError, match="holds something that no build wrote"):
        check_output(output, tmp_path / "content")

    assert (output / "letter.txt").read_text() == "dear"


@pytest.mark.parametrize("output", [".", "content", "content/out"])
def test_an_output_that_holds_or_lies_in_the_content_is_refused(tmp_path: Path, output: str):
    (tmp_path / "content").mkdir()

    with pytest.raises(FreezingError, match="holds the content or lies in it"):
        check_output(tmp_path / output, tmp_path / "content")


def test_an_output_that_is_a_file_is_refused(tmp_path: Path):
    (tmp_path / "out").write_text("x")

    with pytest.raises(FreezingError, match="is a file"):
        check_output(tmp_path / "out", tmp_path / "content")


def site(workspace: Workspace, generation: str, files: dict[str, str], *, current: bool = False) -> None:
    """Publish a site that has these files and no others."""
    fresh = workspace.empty_fresh()
    old = {path.name for path in workspace.output.glob("*") if path.name != MARKER}
    for name, text in files.items():
        (fresh / name).write_text(text)
    changes = Changes(frozenset(files), frozenset(old - files.keys()))
    workspace.prepare_spare(set(), (), changes, generation, current=current)
    workspace.exchange()


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path / "out")
    with workspace.locked(print):
        yield workspace


def test_missing_empty_and_built_outputs_are_taken(tmp_path: Path, workspace: Workspace):
    (tmp_path / "empty").mkdir()
    site(workspace, "1", {"a": "a"})

    for name in ("missing", "empty", "out"):
        check_output(tmp_path / name, tmp_path / "content")


def test_a_new_site_takes_the_place_of_the_old_one(workspace: Workspace):
    site(workspace, "1", {"a": "old", "b": "old"})
    site(workspace, "2", {"a": "new", "c": "new"})

    assert sorted(path.name for path in workspace.output.iterdir()) == [MARKER, "a", "c"]
    assert (workspace.output / "a").read_text() == "new"
    assert generation_of(workspace.output) == "2"
    assert generation_of(workspace.spare) == "1"


def test_files_that_are_kept_are_the_same_files(workspace: Workspace):
    site(workspace, "1", {"a": "a", "b": "b"})
    before = (workspace.output / "a").stat()
    fresh = workspace.empty_fresh()
    (fresh / "b").write_text("new")

    workspace.prepare_spare({"a"}, (), Changes(frozenset({"b"}), frozenset()), "2", current=False)
    workspace.exchange()

    assert (workspace.output / "a").stat().st_ino == before.st_ino
    assert (workspace.output / "b").read_text() == "new"
    assert (workspace.spare / "b").read_text() == "b"


def test_a_generation_stands_for_files_and_digests_in_any_order():
    one, two, other = ("a.html", "1"), ("b.html", "2"), ("b.html", "3")

    both = advance("", [], [one, two])

    assert both == advance(advance("", [], [two]), [], [one])
    assert advance(both, [two], [other]) == advance("", [], [one, other])
    assert advance(both, [one], []) == advance("", [], [two])
    assert len({both, advance("", [], [one, other]), advance("", [], [one]), advance("", [], [])}) == 4
    assert advance(both, [one, two], []) == advance("", [], []) == "0" * 64


def test_another_process_surveys_as_this_one_does(tmp_path: Path):
    (tmp_path / "out/tips").mkdir(parents=True)
    (tmp_path / "out/tips/a.html").write_text("a")
    known = {"tips/a.html": (find_published(str(tmp_path / "out/tips/a.html")), "digest")}

    assert Survey(tmp_path / "out", known).result() is True
    (tmp_path / "out/tips/a.html").write_text("other")
    assert Survey(tmp_path / "out", known).result() is False
    (tmp_path / "out/tips/notes.txt").write_text("mine")
    with pytest.raises(FreezingError, match=r"holds tips/notes\.txt, which no build wrote"):
        Survey(tmp_path / "out", known).result()
    with pytest.raises(FileNotFoundError):
        Survey(tmp_path / "elsewhere", known).result()


def test_a_survey_that_is_killed_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(publishing, "survey", lambda *_: os._exit(9))

    with pytest.raises(FreezingError, match="ended unexpectedly: build again"):
        Survey(tmp_path, {}).result()


def test_the_marker_of_a_linked_spare_is_its_own(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(workspace.folder)
    fresh = workspace.empty_fresh()
    (fresh / "index.html").write_text("a")
    (fresh / MARKER).write_text("the output's")

    workspace._link_all(os.open(fresh, os.O_RDONLY), "1")

    assert generation_of(workspace.folder / "linked") == "1"
    assert generation_of(fresh) == "the output's"
    assert (workspace.folder / "linked/index.html").samefile(fresh / "index.html")


def test_a_second_build_waits_for_the_first_and_says_so(tmp_path: Path):
    first, second = Workspace(tmp_path / "out"), Workspace(tmp_path / "out")
    said: list[str] = []
    order: list[str] = []

    def build() -> None:
        with second.locked(said.append):
            order.append("second")

    with first.locked(print):
        thread = threading.Thread(target=build)
        thread.start()
        while not said:
            time.sleep(0.01)
        order.append("first")
    thread.join()

    assert order == ["first", "second"]
    assert said == [f"Another build is writing to {tmp_path / 'out'}: waiting for it to end"]


def test_where_folders_cannot_be_exchanged_they_are_renamed(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.platform", "somewhere else")

    site(workspace, "1", {"a": "old"})
    site(workspace, "2", {"a": "new"})

    assert (workspace.output / "a").read_text() == "new"
    assert (workspace.spare / "a").read_text() == "old"
