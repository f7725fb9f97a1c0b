"""The site of this repository: it builds, and nothing in it leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from test_freezing import dead_links, freeze
from test_machines import complaints
from tipsite.loading import Loader

CONTENT = Path(__file__).parent.parent / "content"


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "build"
    freeze(CONTENT, folder)
    return folder


def test_every_tip_of_the_content_is_published(output: Path):
    files = {path.stem for path in (CONTENT / "tips").rglob("*.md")}
    pages = {path.parent.name for path in (output / "tips").glob("*/index.html")}

    assert pages == files
    assert {path.stem for path in (output / "tips").glob("*.md")} == files
    assert {path.parent.name for path in (output / "tips").glob("*/card.png")} == files


def test_every_link_and_anchor_within_the_site_resolves(output: Path):
    assert dead_links(output) == []


def test_no_page_asks_another_origin_for_anything(output: Path):
    for page in output.rglob("*.html"):
        sources = re.findall(r"<(?:link|script|img|iframe)\b[^>]*?(?:href|src)=\"(https?:[^\"]*)", page.read_text())
        assert [url for url in sources if not url.startswith("https://flaskproof.example/")] == []


def test_each_tip_is_linked_from_the_text_of_another():
    library = Loader(CONTENT).load()
    linked = {library.resolve(tip, link) for tip in library.tips for link in library.document(tip).links}

    assert [tip.slug for tip in library.tips if tip not in linked] == []


def test_tags_cut_across_and_are_used_at_least_twice():
    tags = Loader(CONTENT).load().by_tag

    assert 15 <= len(tags) <= 30
    assert [tag for tag, tips in tags.items() if len(tips) < 2] == []


def test_feeds_and_sitemap_are_valid(output: Path):
    feeds = [output / "feed.xml", *(output / "topics").glob("*/feed.xml")]

    assert len(feeds) > 10
    assert [problem for feed in feeds for problem in complaints("atom.rng", feed.read_bytes())] == []
    assert complaints("feed.schema.json", (output / "feed.json").read_bytes()) == []
    assert complaints("sitemap.xsd", (output / "sitemap.xml").read_bytes()) == []
