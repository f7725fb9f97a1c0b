"""The folder that Frozen-Flask writes to does what pathlib would do."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tipsite.destination import Folder


@pytest.fixture(params=[lambda path: Folder(str(path)), Path], ids=["ours", "pathlib"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Folder:
    """Give a folder of ours, and one of pathlib's, which is to do the same."""
    made: Folder = request.param(tmp_path / "site/fresh")
    made.mkdir(parents=True, exist_ok=True)
    return made


def test_files_are_written_into_folders_that_are_made_for_them(folder: Folder, tmp_path: Path):
    for name in ("index.html", "tips/a/index.html", "tips/b.md", "tips/a/index.html"):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(name.encode())

        assert file.is_file()
        assert file.read_bytes() == name.encode()
        assert file.stat().st_size == len(name)
        assert (file.name, str(file.relative_to(folder))) == (name.rpartition("/")[2], name)
        assert (tmp_path / "site/fresh" / name).read_bytes() == name.encode()


def test_a_file_that_is_not_there_is_none(folder: Folder):
    file = folder / "tips/a.md"

    assert not file.is_file()
    with pytest.raises(FileNotFoundError):
        file.stat()
    with pytest.raises(FileNotFoundError):
        file.read_bytes()


def test_a_folder_that_has_been_emptied_is_filled_again(folder: Folder, tmp_path: Path):
    (folder / "tips/a.md").parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(tmp_path / "site/fresh")

    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "tips/a.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"a")

    assert (tmp_path / "site/fresh/tips/a.md").read_bytes() == b"a"


def test_a_folder_that_another_process_has_made_is_used(folder: Folder, tmp_path: Path):
    (tmp_path / "site/fresh/tips").mkdir()

    file = folder / "tips/a.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"a")

    assert file.read_bytes() == b"a"


def test_a_file_is_written_whole_where_the_system_takes_it_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:3]))

    (Folder(str(tmp_path)) / "a").write_bytes(b"0123456789")

    assert (tmp_path / "a").read_bytes() == b"0123456789"
