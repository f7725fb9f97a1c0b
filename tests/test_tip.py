"""Tips: what they are told apart by, and how one is read again when its text was edited."""

from __future__ import annotations

import marshal

import pytest

from tipsite.tip import Page, Tip, pack, slugify, unpack, with_text
from tipsite.tip_files import parse_page, parse_tip

HEAD = "---\ntitle: Boil water\nsummary: How to.\ndate: 2026-11-01\n---\n"
TIP = parse_tip("tips/steam/boil-water.md", f"{HEAD}\nBody.\n".encode())
PAGE = parse_page("pages/about.md", b"---\ntitle: About\n---\nBody.\n")


WHOLE = parse_tip(
    "tips/steam/all.md",
    b"---\ntitle: A\nsummary: B\ndate: 2026-11-01\nupdated: 2026-11-02\ntags: [a, b]\ndraft: true\n"
    b"aliases: /old.html\nneeds: redis\napp: kettle\n---\n\xf0\x9f\xab\x96\n",
)


@pytest.mark.parametrize("item", [TIP, WHOLE, PAGE])
def test_what_is_packed_is_the_same_when_it_is_unpacked(item: Tip | Page):
    again = unpack(marshal.loads(marshal.dumps(pack(item))))

    assert again == item
    assert (again.card, again.digest) == (item.card, item.digest)
    assert type(again) is type(item)


@pytest.mark.parametrize(
    "text", [f"{HEAD}\nOther.\n", HEAD, f"{HEAD}\n\n\nBody.\n".replace("\n", "\r\n"), f"\ufeff{HEAD}x"]
)
def test_an_edited_text_gives_what_parsing_the_file_gives(text: str):
    assert with_text(TIP, text.encode()) == parse_tip(TIP.path, text.encode())


def test_an_edited_page_gives_what_parsing_the_file_gives():
    data = b"---\ntitle: About\n---\nOther.\n"

    assert with_text(PAGE, data) == parse_page(PAGE.path, data)


@pytest.mark.parametrize(
    ("item", "data"),
    [
        (TIP, HEAD.replace("Boil", "Heat").encode()),
        (TIP, HEAD.replace("How to.", "How to. # a comment").encode()),
        (TIP, b""),
        (TIP, b"\xff"),
        (TIP, HEAD.removesuffix("---\n").encode()),
        (TIP, HEAD.encode() + b"x" * 5_000_000),
        (PAGE, b"---\ntitle: Imprint\n---\nBody.\n"),
    ],
)
def test_anything_else_is_for_parsing_to_tell(item: Tip | Page, data: bytes):
    assert with_text(item, data) is None


@pytest.mark.parametrize(("name", "slug"), [("Boil Water?", "boil-water"), ("水", "my-tip"), ("a--b_c", "a-b-c")])
def test_slugs_are_suggested_for_any_name(name: str, slug: str):
    assert slugify(name) == slug
