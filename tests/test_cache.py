"""What was made is found again, by every process; where nothing can be kept, nothing is."""

from __future__ import annotations

from multiprocessing import get_context
from pathlib import Path

import pytest

from conftest import Content
from test_freezing import Options, build
from tipsite.cache import FOLDER, MADE, MUCH, Cache, make_key
from tipsite.documents import find_document
from tipsite.loading import Loader


def test_what_was_made_is_found_when_it_is_written(tmp_path: Path):
    cache, other = Cache(tmp_path / "folder" / MADE), Cache(tmp_path / "folder" / MADE)

    cache.add("key", b"made")
    assert other.find("key") is None
    cache.write()

    assert cache.find("key") == other.find("key") == b"made"
    assert cache.find("another") is None


def test_much_that_was_made_is_written_at_once(tmp_path: Path):
    cache, other = Cache(tmp_path / MADE), Cache(tmp_path / MADE)

    for number in range(MUCH + 1):
        cache.add(f"{number}", b"made")

    assert other.find(f"{MUCH - 1}") == b"made"
    assert other.find(f"{MUCH}") is None


def test_processes_write_at_the_same_time(tmp_path: Path):
    cache = Cache(tmp_path / MADE)
    assert cache.find("key") is None  # the file is open when the processes are forked

    def make(process: int) -> None:
        for number in range(200):
            cache.add(f"{process} {number}", bytes(1000))
            cache.write()

    processes = [get_context("fork").Process(target=make, args=(process,)) for process in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert all(cache.find(f"{process} {number}") for process in range(2) for number in range(200))


def test_without_a_path_nothing_is_kept():
    cache = Cache(None)

    cache.add("key", b"made")
    cache.write()

    assert cache.find("key") is None


@pytest.mark.parametrize("damage", [b"no database", b"SQLite format 3\0 or nearly"])
def test_a_damaged_file_is_begun_anew(tmp_path: Path, damage: bytes):
    (tmp_path / MADE).write_bytes(damage)
    cache = Cache(tmp_path / MADE)

    assert cache.find("key") is None
    cache.add("key", b"made")
    cache.write()

    assert Cache(tmp_path / MADE).find("key") == b"made"


def test_where_no_file_can_be_made_the_build_goes_on(tmp_path: Path):
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / MADE)

    cache.add("key", b"made")
    cache.write()

    assert cache.find("key") is None


def test_keys_differ_where_what_they_stand_for_does():
    assert len({make_key("a", "b"), make_key("ab"), make_key("a", "b", ""), make_key(b"a", "b")}) == 4


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_process_writes_what_it_rendered_for_the_next_build(
    content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
):
    monkeypatch.chdir(tmp_path)  # where .cache/ is made
    for number in range(60):
        content.tip(f"steam/tip-{number}", f"Tip {number}.")

    build(Options(content.root, tmp_path / "out", no_cache=False, no_cards=True, jobs=jobs))

    monkeypatch.setattr("tipsite.documents.render", lambda text, examples: pytest.fail(f"rendered again: {text}"))
    find_document.cache_clear()
    tips = Loader(content.root).load().tips
    assert len(tips) == 60
    for tip in tips:
        assert find_document(tip.body, False, Cache(FOLDER / MADE)).html.startswith("<p>Tip ")
