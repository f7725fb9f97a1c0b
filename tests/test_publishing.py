"""Publishing: a folder that no build has written is never replaced, nor is one lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tipsite.errors import FreezingError
from tipsite.publishing import MARKER, check_output, staging


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


def test_missing_empty_and_built_outputs_are_taken(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    with staging(tmp_path / "built"):
        pass

    for name in ("missing", "empty", "built"):
        check_output(tmp_path / name, tmp_path / "content")


def test_what_is_staged_takes_the_place_of_the_output(tmp_path: Path):
    for text in ("old", "new"):
        with staging(tmp_path / "out") as folder:
            (folder / text).write_text(text)

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [MARKER, "new"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_error_leaves_the_output_and_nothing_beside_it(tmp_path: Path):
    with staging(tmp_path / "out") as folder:
        (folder / "old").write_text("old")

    with pytest.raises(ZeroDivisionError), staging(tmp_path / "out") as folder:
        (folder / "new").write_text(str(1 / 0))

    assert (tmp_path / "out/old").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
