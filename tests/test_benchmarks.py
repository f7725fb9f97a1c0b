"""Benchmarks: corpora are always the same, and valid; sites that cannot be compared are noticed."""

from __future__ import annotations

import os
import re
import shutil
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


@pytest.fixture(scope="module")
def comparable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site that lacks nothing."""
    folder = tmp_path_factory.mktemp("comparable")
    corpus.write_corpus(folder / "content", 60)
    build(Options(folder / "content", folder / "out"))
    return folder / "out"


def test_a_site_that_lacks_nothing_can_be_compared(comparable: Path):
    assert list(outputs.complaints(comparable, list(corpus.make_tips(60)))) == []


PAGE = "tips/{slug}/index.html"
MARKDOWN = "tips/{slug}.md"
FEED = "topics/{topic}/feed.xml"


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        (PAGE, None, None, "there are no pages tips/{slug}/index.html and 1 in all"),
        (PAGE, "<pre", "<div", "{slug} has 0 blocks of code"),
        (PAGE, ' class="', ' title="', "block 1 of {slug}, {language}, is not highlighted"),
        (PAGE, 'href="/tags/', 'href="/labels/', "tips/{slug}/index.html links to /labels/"),
        (
            PAGE,
            '"description" content="',
            '"description" content="No: ',
            "the head of {slug} does not say what it should",
        ),
        (PAGE, 'rel="canonical"', 'rel="self"', "the head of {slug} does not say what it should as canonical"),
        (PAGE, "og:title", "og:name", "the head of {slug} does not say what it should as og:title"),
        (PAGE, "application/ld+json", "text/plain", "the head of {slug} does not describe the tip"),
        (PAGE, '"BreadcrumbList"', '"ItemList"', "the head of {slug} does not describe the tip"),
        (PAGE, '"keywords":[', '"keywords":["more",', "the head of {slug} does not describe the tip"),
        (PAGE, 'aria-label="Breadcrumb"', 'aria-label="Way"', "{slug} has no breadcrumb"),
        (PAGE, "<time", "<span", "{slug} does not say when it was written"),
        (PAGE, " min\n", " minutes\n", "{slug} does not say how long it takes to read"),
        (PAGE, "<h2 id=", "<h2 class=", "{slug} has 2 headings, of which one has no id"),
        (PAGE, 'href="#', 'href="?', "{slug} has 2 headings, of which one has no id or no permalink"),
        (
            PAGE,
            'class="permalink" href="#',
            'class="permalink" href="?',
            "{slug} has 2 headings and no table of contents",
        ),
        (PAGE, "On this page", "Here", "{slug} has 2 headings and no table of contents"),
        (PAGE, "toc-topic", "toc-other", "{slug} lists 0 tips"),
        (PAGE, '" aria-current="page"', '?"', "{slug} lists"),
        (PAGE, 'class="related"', 'class="others"', "{slug} names 0 related tips"),
        (PAGE, 'class="related">', 'class="related"><a href="/tips/{other}/"></a>', "{slug} names {other} as related"),
        (PAGE, 'type="text/markdown"', 'type="text/plain"', "{slug} is not there as Markdown"),
        (MARKDOWN, None, None, "{slug} is not there as Markdown"),
        (MARKDOWN, "{title}", "", "the Markdown of {slug} lacks its title"),
        (MARKDOWN, "{code}", "", "the Markdown of {slug} lacks its title, its summary or code"),
        (MARKDOWN, "{title}", "[](/nowhere/)", "tips/{slug}.md links to /nowhere/"),
        ("feed.xml", "entry>", "item>", "feed.xml has 0 entries instead of 20"),
        (FEED, None, None, "there is no topics/{topic}/feed.xml"),
        (FEED, "content", "text", "topics/{topic}/feed.xml has"),
        ("feed.json", None, None, "there is no feed.json"),
        ("feed.json", '"content_html"', '"content"', "feed.json has 20 entries instead of 20, or one without text"),
        ("sitemap.xml", "url>", "address>", "the sitemap has 0 addresses"),
        ("search.json", '"{slug}"', '"other"', "the search index does not have {slug}"),
        ("search/0.json", '"{slug}"', '"other"', "the search index lacks text of {slug}"),
        ("slugs.json", '"{slug}",', "", "slugs.json has 59 slugs"),
        ("random/index.html", "data-slugs", "data-tips", "the page of the random tip does not draw"),
        ("llms.txt", "## ", "# ", "llms.txt does not have all topics"),
        ("llms.txt", "/{slug}.md", "/{slug}/", "llms.txt lists the Markdown of 59 tips instead of 60"),
    ],
)
def test_a_site_that_cannot_be_compared_is_noticed(
    comparable: Path, tmp_path: Path, file: str, old: str | None, new: str | None, complaint: str
):
    shutil.copytree(comparable, tmp_path, dirs_exist_ok=True)
    tips = list(corpus.make_tips(60))
    tip = next(tip for tip in tips if len(tip.blocks) == 2 and tip.parts[2].startswith("## "))
    names = vars(tip) | {
        "code": tip.blocks[0].code,
        "language": tip.blocks[0].language,
        "other": next(other.slug for other in tips if not {*other.tags} & {*tip.tags}),
    }

    path = tmp_path / file.format(**names)
    if old is None or new is None:
        path.unlink()
    else:
        path.write_text(path.read_text().replace(old.format(**names), new.format(**names)))

    found = list(outputs.complaints(tmp_path, tips))
    assert [line for line in found if line.startswith(complaint.format(**names))], found


def test_the_wait_of_an_author_is_measured_for_each_size():
    require(CHROMIUM, "this needs a browser: apt-get install chromium")
    command = [sys.executable, BENCHMARKS / "reload.py", "--sizes", "20", "30", "--edits", "2"]

    table = subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert re.findall(r"(?m)^\| (\d+) \| [1-9]\d* \| [1-9]\d* \| [1-9]\d* \| [1-9]\d* \|$", table) == ["20", "30"]
