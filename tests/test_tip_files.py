"""Tips: front matter read, validated, and reported with line, column and what to write instead."""

from __future__ import annotations

import datetime

import pytest

from tipsite.errors import ContentError
from tipsite.tip_files import parse_page, parse_tip

PATH = "tips/steam/boil-water.md"
GOOD = """\
---
title: "Boil: water"
summary: How to.
date: 2026-11-01
updated: 2026-11-05
tags: [heat, no]
aliases: /old/boil.html
needs: redis
app: kettle:create_app()
---

Body.
"""


def complaints(text: str | bytes, path: str = PATH) -> list[str]:
    with pytest.raises(ContentError) as caught:
        parse_tip(path, text if isinstance(text, bytes) else text.encode())
    return [str(problem) for problem in caught.value.problems]


def test_a_tip_is_complete_when_made():
    tip = parse_tip(PATH, GOOD.encode())

    assert (tip.topic, tip.slug, tip.title) == ("steam", "boil-water", "Boil: water")
    assert (tip.date, tip.changed) == (datetime.date(2026, 11, 1), datetime.date(2026, 11, 5))
    assert tip.tags == ("heat", "no")
    assert (tip.aliases, tip.needs, tip.app) == (("/old/boil.html",), ("redis",), "kettle:create_app()")
    assert (tip.body, tip.lines_above, tip.draft) == ("\nBody.\n", 10, False)


@pytest.mark.parametrize("text", ["\ufeff" + GOOD, GOOD.replace("\n", "\r\n"), GOOD.replace("\n", "\r")])
def test_byte_order_mark_and_other_line_ends_change_nothing(text: str):
    assert parse_tip(PATH, text.encode()) == parse_tip(PATH, GOOD.encode())


def test_words_that_yaml_would_make_something_else_stay_words():
    tip = parse_tip(PATH, GOOD.replace('"Boil: water"', "no").replace("How to.", "3.10").encode())

    assert (tip.title, tip.summary) == ("no", "3.10")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('title: "Boil: water"\n', "", f"{PATH}:1: “title” is missing: add a line “title: Redirect"),
        ('"Boil: water"', "", f"{PATH}:2:1: “title” is empty"),
        ('"Boil: water"', '""', f"{PATH}:2:1: this value is empty"),
        ('"Boil: water"', "Boil: water", f"{PATH}:2:12: a value that contains “: ” must stand in quotes"),
        ('"Boil: water"', "[a, b]", f"{PATH}:2:1: “title” must be plain text"),
        (
            "summary:",
            "sumary:",
            f"{PATH}:3:1: there is no key “sumary” in front matter: did you mean “summary”?",
        ),
        ("summary: How to.", "summary How to.", f"{PATH}:"),
        (
            "2026-11-01",
            "01.11.2026",
            f"{PATH}:4:1: a date must be a day of the calendar like 2026-11-23, not",
        ),
        ("2026-11-01", "2026-02-30", f"{PATH}:4:1: a date must be a day of the calendar"),
        ("2026-11-05", "2026-10-05", f"{PATH}:1: “updated” (2026-10-05) is earlier than “date”"),
        (
            "[heat, no]",
            "[heat, Hot Water]",
            f"{PATH}:6:14: the tag “Hot Water” becomes an address: use a-z, 0-9",
        ),
        ("[heat, no]", "[heat, heat]", f"{PATH}:6:1: “heat” is listed twice"),
        ("[heat, no]", "{heat: 1}", f"{PATH}:6:1: “tags” must be a list"),
        ("/old/boil.html", "old", f"{PATH}:7:1: the alias “old” must be an old address"),
        ("/old/boil.html", "/../x/", f"{PATH}:7:1: the alias “/../x/” must be an old address"),
        ("needs: redis", "needs: reddis", f"{PATH}:8:1: there is no service “reddis”: did you mean “redis”?"),
        ("needs: redis", "draft: maybe", f"{PATH}:8:1: “draft” must be true or false, not “maybe”"),
        ("needs: redis", "title: again", f"{PATH}:8:1: “title” is given twice, first on line 2"),
        ("needs: redis", "\tneeds: redis", f"{PATH}:8:1: YAML is not indented with tabs: use spaces"),
        ("needs: redis", "needs:\tredis", ""),
        ("needs: redis", "needs: [redis", f"{PATH}:9:"),
        ("needs: redis", "needs: \x07", f"{PATH}:8: YAML cannot hold this"),
        ("---\n\nBody", "\nBody", f"{PATH}:1:1: the front matter is not closed"),
        ("---\ntitle", "title", f"{PATH}:1:1: there is no front matter"),
    ],
)
def test_what_is_wrong_is_said_in_its_place(old: str, new: str, message: str):
    text = GOOD.replace(old, new, 1)

    if not message:
        assert parse_tip(PATH, text.encode()).needs == ("redis",)
        return
    assert [found for found in complaints(text) if found.startswith(message)]


def test_everything_wrong_with_a_file_is_said_at_once():
    text = "---\nsummary:\ndate: soon\ntags: [A]\nsummery: x\n---\n"

    found = complaints(text, "tips/steam/Boil Water?.md")

    assert len(found) == 6
    assert "rename it to boil-water.md" in "".join(found)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "1: the file is empty"),
        (b" \n\n", "1: the file is empty"),
        (b"---\n- a\n---\n", "2:1: front matter is lines of “key: value”"),
        (b"---\ntitle: a\nsummary: b\xe9\n---\n", "3:11: byte 0xe9 is not UTF-8"),
        (b"x" * (4 * 1024 * 1024 + 1), "1: the file has 4,194,305 bytes"),
        (b"---\ntags: &a [*a]\n---\n", "1: “date” is missing"),
    ],
)
def test_a_file_that_is_no_tip_is_refused_in_a_sentence(data: bytes, message: str):
    assert complaints(data)[0].startswith(f"{PATH}:{message}")


def test_a_page_has_a_title_and_an_address():
    page = parse_page("pages/about-us.md", b"---\ntitle: About\n---\nText")

    assert (page.slug, page.title, page.body) == ("about-us", "About", "Text")


def test_a_page_is_refused_with_all_that_is_wrong():
    with pytest.raises(ContentError) as caught:
        parse_page("pages/About.md", b"---\ntitel: About\n---\nText")

    assert [problem.line for problem in caught.value.problems] == [1, 1, 2]
