"""Cards: the same bytes everywhere, exact colours, and text that stays inside whatever it is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tipsite import cards
from tipsite.cache import Cache
from tipsite.cards import Card, draw, find_card, legible

CARD = Card("Boil water", "/tips/boil/", "Kettle notes", "kettle.example", "Steam", "Checked with Flask 3.1.3")
STYLE = Path(cards.__file__).parent / "static/site.css"
PAGE, MARKED, INK, ACCENT = (0xFC, 0xFC, 0xFA), (0xE0, 0xF0, 0xE6), (0x1D, 0x27, 0x33), (0x0B, 0x6B, 0x50)


def read(card: Card) -> Image.Image:
    return Image.open(BytesIO(draw(card))).convert("RGB")


def extent(picture: Image.Image, box: tuple[int, int, int, int], ground: tuple[int, int, int]) -> tuple[int, ...]:
    """Give left, top, right and bottom of what differs from the ground within a box."""
    part = picture.crop(box)
    other = Image.new("L", part.size)
    other.putdata([0 if pixel == ground else 255 for pixel in part.get_flattened_data()])
    found = other.getbbox()
    assert found, "there is nothing"
    return found


def test_a_card_has_sixteen_colours_and_those_of_the_style_sheet():
    picture = Image.open(BytesIO(draw(CARD)))
    colours = {colour for _, colour in picture.convert("RGB").getcolors()}

    assert (picture.mode, picture.size) == ("P", (1200, 630))
    assert len(colours) <= 16
    assert {PAGE, MARKED, INK, ACCENT} <= colours
    for name, token in {"page": "page", "marked": "code-marked", "ink": "ink", "soft": "ink-soft"}.items():
        light = re.search(rf"--{token}: light-dark\(#(\w+),", STYLE.read_text())
        assert light
        assert cards.COLOURS[name] == light[1]


def test_a_card_is_the_same_in_every_process():
    script = f"import sys; from tipsite.cards import *; sys.stdout.buffer.write(draw({CARD!r}))"

    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": "Asia/Tokyo"}
        done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)
        assert done.stdout == draw(CARD)


@pytest.mark.parametrize(
    "title",
    ["x", "Boil water in a kettle without a lid", "word " * 30, "W" * 400, "Ünïcode " * 12, "a " * 200, "_|Åg" * 80],
)
def test_a_title_of_any_length_stays_within_its_band(title: str):
    picture = read(replace(CARD, title=title))

    left, top, right, bottom = extent(picture, (12, 168, 1200, 494), MARKED)
    assert left >= 50
    assert right <= 1130
    assert top >= 8
    assert bottom <= 326 - 8


def test_a_long_title_ends_in_an_ellipsis_and_a_short_one_is_large():
    assert cards._set("Boil") == (84, ["Boil"])
    size, lines = cards._set("word " * 80)
    assert size == 50
    assert len(lines) == 5
    assert lines[-1].endswith("…")


def test_lines_of_a_title_are_balanced():
    assert cards._set("Keep a session after the browser closes")[1] == ["Keep a session after", "the browser closes"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Flash 😀 messages", "Flash messages"),
        ("e\u0301 – “ñ” → Ελλ Кир", "é – “ñ” → Ελλ Кир"),
        ("中文", ""),
        ("Flask 中文", ""),
        ("\u200bzero\u00a0width", "zero width"),
        ("😀", ""),
        ("two\nlines", "two lines"),
    ],
)
def test_what_the_font_lacks_is_left_out_and_a_text_that_lacks_letters_is_not_shown(text: str, shown: str):
    assert legible(text) == shown


def test_a_title_that_cannot_be_shown_gives_way_to_the_address():
    assert draw(replace(CARD, title="中文")) == draw(replace(CARD, title="/tips/boil/"))
    assert draw(replace(CARD, title="😀", topic="中文", site="中文", host="中文.example")) == draw(
        replace(CARD, title="/tips/boil/", topic="", site="", host="")
    )


def test_a_long_checked_line_takes_the_place_of_the_host():
    long = replace(CARD, checked="Checked with Flask 3.1.3, Flask-Session 0.8.0, Redis 6.2.14 on Python 3.12.1")

    assert draw(long) == draw(replace(long, host=""))
    assert draw(CARD) != draw(replace(CARD, host=""))
    assert extent(read(long), (0, 494, 1200, 630), PAGE)[2] <= 1130


def test_a_card_is_drawn_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    cache = Cache(tmp_path / "made.sqlite")
    drawn = find_card(CARD, cache)
    cache.write()
    monkeypatch.setattr(cards, "draw", lambda card: b"drawn again")

    assert find_card(CARD, Cache(tmp_path / "made.sqlite")) == drawn
    assert find_card(replace(CARD, title="Other"), Cache(tmp_path / "made.sqlite")) == b"drawn again"
