"""Benchmarks: corpora are always the same, and valid; sites that cannot be compared are noticed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import CHROMIUM, require
from test_building import site
from test_freezing import Options, build, dead_links

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
sys.path.append(str(BENCHMARKS))

import corpus  # noqa: E402  # from the folder of benchmarks
import outputs  # noqa: E402


def write(folder: Path, tips: int, *, seed: str = "0") -> None:
    command = [sys.executable, BENCHMARKS / "corpus.py", folder, "--tips", str(tips)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": seed})


def test_a_corpus_is_always_the_same(tmp_path: Path):
    write(tmp_path / "one", 30, seed="1")
    write(tmp_path / "two", 30, seed="2")

    assert site(tmp_path / "one") == site(tmp_path / "two")


def test_a_small_corpus_is_the_beginning_of_a_large_one():
    assert list(corpus.make_tips(20)) == list(corpus.make_tips(50))[:20]


def test_a_corpus_replaces_a_corpus_and_nothing_else(tmp_path: Path):
    corpus.write_corpus(tmp_path / "corpus", 5)
    corpus.write_corpus(tmp_path / "corpus", 3)
    (tmp_path / "home").mkdir()
    (tmp_path / "home/letter.txt").write_text("dear")

    with pytest.raises(SystemExit, match="holds something that is no corpus"):
        corpus.write_corpus(tmp_path / "home", 3)

    assert len(list((tmp_path / "corpus/tips").rglob("*.md"))) == 3
    assert (tmp_path / "home/letter.txt").read_text() == "dear"


def test_tips_have_the_length_and_the_code_that_is_promised():
    tips = list(corpus.make_tips(1_500))
    blocks = [block for tip in tips for block in tip.blocks]

    assert {80 <= tip.words <= 250 for tip in tips} == {True}
    assert {len(tip.blocks) for tip in tips} == {1, 2, 3}
    assert {block.code.count("\n") + 1 for block in blocks} == set(range(8, 36))
    assert len({block.code for block in blocks}) == len(blocks)
    assert len({tip.slug for tip in tips}) == len(tips)
    assert len({block.language for block in blocks}) == 7


def test_a_corpus_builds_without_a_warning(tmp_path: Path):
    corpus.write_corpus(tmp_path / "content", 60)

    report = build(Options(tmp_path / "content", tmp_path / "out", jobs=2))

    assert report.warnings == ()
    assert len(list((tmp_path / "out/tips").glob("*/index.html"))) == 60
    assert dead_links(tmp_path / "out") == []


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("tips/{slug}/index.html", None, None, "there are no pages tips/{slug}/index.html and 1 in all"),
        ("tips/{slug}/index.html", "<pre", "<div", "{slug} has 0 blocks of code"),
        ("tips/{slug}/index.html", ' class="', ' title="', "block 1 of {slug}, {language}, is not highlighted"),
        ("tips/{slug}/index.html", 'href="/tags/', 'href="/labels/', "tips/{slug}/index.html links to /labels/"),
        ("feed.xml", "entry>", "item>", "the feed has 0 entries"),
        ("sitemap.xml", "url>", "address>", "the sitemap has 0 addresses"),
    ],
)
def test_a_site_that_cannot_be_compared_is_noticed(
    tmp_path: Path, file: str, old: str | None, new: str | None, complaint: str
):
    corpus.write_corpus(tmp_path / "content", 20)
    build(Options(tmp_path / "content", tmp_path / "out"))
    tips = list(corpus.make_tips(20))
    assert list(outputs.complaints(tmp_path / "out", tips)) == []
    tip = tips[7]

    path = tmp_path / "out" / file.format(slug=tip.slug)
    if old is None or new is None:
        path.unlink()
    else:
        path.write_text(path.read_text().replace(old, new))

    expected = complaint.format(slug=tip.slug, language=tip.blocks[0].language)
    found = list(outputs.complaints(tmp_path / "out", tips))
    assert [line for line in found if line.startswith(expected)], found


def test_the_wait_of_an_author_is_measured_for_each_size():
    require(CHROMIUM, "this needs a browser: apt-get install chromium")
    command = [sys.executable, BENCHMARKS / "reload.py", "--sizes", "20", "30", "--edits", "2"]

    table = subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert re.findall(r"(?m)^\| (\d+) \| [1-9]\d* \| [1-9]\d* \| [1-9]\d* \| [1-9]\d* \|$", table) == ["20", "30"]
