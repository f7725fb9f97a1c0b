"""Markdown that stands alone: links are found wherever rendering finds them, and nowhere in code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tipsite.links import parse_link
from tipsite.loading import Loader
from tipsite.standalone import escape, find_targets, put_targets

CONTENT = Path(__file__).parent.parent / "content"


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("[a](b.md) and ![c](<d.png> 'E')", ["b.md", "d.png"]),
        ("[a\nb](c.md)", ["c.md"]),
        ("[a][1] [^1]\n\n[1]: b.md\n[^1]: See [c](d.md).", ["b.md", "d.md"]),
        ('<a class="x"\n  href="a.md?b&amp;c">d</a>', ["a.md?b&c"]),
        ("`[a](b.md)` and ``[a](`b.md)`` and [`c`](d.md)", ["d.md"]),
        ("[a](b.md)\n```text\n[c](d.md)\n~~~\n```\n[e](f.md)", ["b.md", "f.md"]),
        ("````markdown\n```\n[a](b.md)\n```\n````\n[c](d.md)", ["d.md"]),
        ("- x\n\n    ~~~\n    [a](b.md)\n    ~~~\n\n    [c](d.md)", ["d.md"]),
        ("```\n```\n[a](b.md)", ["b.md"]),
        ("~~gone~~ [a](b.md) ~~gone~~", ["b.md"]),
    ],
)
def test_links_are_found_and_code_is_passed_over(text: str, targets: list[str]):
    assert find_targets(text) == targets


def test_the_links_of_every_tip_are_those_that_its_page_has():
    library = Loader(CONTENT).load()

    for item in library.items:
        found = {(link.path, link.anchor) for link in map(parse_link, find_targets(item.body)) if link}
        assert found == {(link.path, link.anchor) for link in library.document(item).links}, item.path


def test_only_what_links_lead_to_is_replaced():
    text = "[b.md](b.md) `b.md` [b.md]( <b.md> 'b.md')"

    assert put_targets(text, str.upper) == "[b.md](B.MD) `b.md` [b.md]( <B.MD> 'b.md')"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("url_for and 2 * 3", "url_for and 2 \\* 3"),
        ("__init__", "\\_\\_init\\_\\_"),
        ("<b> &amp; R&D", "\\<b\\> \\&amp; R&D"),
    ],
)
def test_a_plain_text_is_escaped_where_it_has_to_be(text: str, written: str):
    assert escape(text) == written
