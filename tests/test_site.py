"""The site of this repository: it builds, and nothing in it leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from test_freezing import dead_links, freeze

CONTENT = Path(__file__).parent.parent / "content"


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "build"
    freeze(CONTENT, folder)
    return folder


def test_every_tip_of_the_content_is_published(output: Path):
    files = {path.stem for path in (CONTENT / "tips").rglob("*.md")}

    assert files == {path.name for path in (output / "tips").iterdir() if path.name not in ("page", "index.html")}


def test_every_link_and_anchor_within_the_site_resolves(output: Path):
    assert dead_links(output) == []


def test_no_page_asks_another_origin_for_anything(output: Path):
    for page in output.rglob("*.html"):
        sources = re.findall(r"<(?:link|script|img|iframe)\b[^>]*?(?:href|src)=\"(https?:[^\"]*)", page.read_text())
        assert [url for url in sources if not url.startswith("https://flaskproof.example/")] == []
