"""Cards: the picture of a tip that other sites show beside a link to it. A pure function; values in, PNG out.

A card has sixteen colours: those of the light theme, and the shades between a text and its ground that smooth the
edges of letters. It is the same in every process, and quickly compressed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache as once
from importlib.metadata import version
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from .cache import Cache, make_key

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

Lines = Sequence[Sequence[tuple[float, float]]]

FONT = Path(__file__).parent / "fonts/inter-semibold.ttf"
WIDTH, HEIGHT = 1200, 630  # pixels, as Open Graph has it
TOP, BOTTOM = 168, 494  # of the band that holds the title
BAR = 12  # width of the bar at its side
LEFT, RIGHT = 72, WIDTH - 72  # of all text
TITLE_SIZES = ((84, 3), (72, 3), (60, 4), (50, 5))  # pixels, and how many lines at most
NAME_SIZE, SMALL_SIZE = 40, 28
LINE_HEIGHT = 1.16
CAPITAL = 0.73  # height of a capital, in parts of the size
TRACKING = -0.02  # of the size; Inter is spaced for small text
LONGEST = 400  # characters; no card has room for more
FULL = 255  # of a mask

# The tokens of the light theme in site.css.
COLOURS = {"page": "fcfcfa", "marked": "e0f0e6", "ink": "1d2733", "soft": "525c69", "accent": "0b6b50"}
# The colours of text: on what, in which colour, and how many shades are between the two.
SHADES = {
    "title": ("marked", "ink", 4),
    "soft": ("page", "soft", 3),
    "accent": ("page", "accent", 2),
    "ink": ("page", "ink", 2),
}

# The lines of mark.svg, in its 32 units.
GLASS: Lines = (
    ((12, 4), (20, 4)),
    (
        *((13.5, 4), (13.5, 12.2), (5.7, 25.1), (5.3, 26.9), (6.2, 28.1), (7.7, 28.5)),
        *((24.3, 28.5), (25.8, 28.1), (26.7, 26.9), (26.3, 25.1), (18.5, 12.2), (18.5, 4)),
    ),
)
PROOF: Lines = (((11.5, 21), (14.7, 24.2), (20.7, 17.8)),)
TICK: Lines = (((2, 16.5), (11, 25.5), (28, 8)),)


@dataclass(frozen=True)
class Card:
    """What a card says. `title` may be of any length; what it has instead, if the font cannot show it, is `address`."""

    title: str
    address: str
    site: str
    host: str
    topic: str = ""
    checked: str = ""


def draw(card: Card) -> bytes:
    """Draw a card as a PNG."""
    canvas = _blank().copy()
    top, bottom = _baseline(0, TOP, NAME_SIZE), _baseline(BOTTOM, HEIGHT, SMALL_SIZE)
    _write(canvas, (LEFT + 68, top), _cut(card.site, NAME_SIZE, 560), NAME_SIZE, "ink")
    _write_end(canvas, (RIGHT, top), _cut(card.topic, NAME_SIZE, 400), NAME_SIZE, "accent")
    _write_title(canvas, legible(card.title) or card.address)
    checked = _cut(card.checked, SMALL_SIZE, RIGHT - LEFT - 44)
    if checked:
        canvas.paste(_tick(), (LEFT, bottom - 24))
        _write(canvas, (LEFT + 44, bottom), checked, SMALL_SIZE, "soft")
    host = legible(card.host)
    if _width(checked, SMALL_SIZE) + _width(host, SMALL_SIZE) < RIGHT - LEFT - 100:
        _write_end(canvas, (RIGHT, bottom), host, SMALL_SIZE, "soft")
    return _encode(canvas)


def find_card(card: Card, cache: Cache) -> bytes:
    """Draw a card, or find what was drawn before."""
    key = make_key("card", _fingerprint(), card)
    found = cache.find(key)
    if found is None:
        found = draw(card)
        cache.add(key, found)
    return found


@once
def _fingerprint() -> str:
    """Stand for all that a card depends on besides what it says."""
    return make_key(Path(__file__).read_bytes(), FONT.read_bytes(), version("pillow"))


def legible(text: str) -> str:
    """Give what of a text the font can show; nothing if a letter or a digit is missing from the font."""
    text = unicodedata.normalize("NFC", " ".join(text[:LONGEST].split()))
    if any(character.isalnum() and not _is_in_font(character) for character in text):
        return ""
    return " ".join("".join(filter(_is_in_font, text)).split())


@once
def _is_in_font(character: str) -> bool:
    """Tell whether the font has a character; for one that it lacks it shows what it shows for U+FFFF."""
    font = _font(SMALL_SIZE)
    return character == " " or bytes(font.getmask(character)) != bytes(font.getmask("\uffff"))


@once
def _font(size: int) -> FreeTypeFont:
    from PIL import ImageFont  # here and below: only a build that draws waits for Pillow

    return ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)  # Raqm is not on every machine


@once
def _advance(character: str, following: str, size: int) -> float:
    """Give how far behind a character the one that follows it begins."""
    font = _font(size)
    return font.getlength(character + following) - font.getlength(following) + TRACKING * size


def _width(text: str, size: int) -> float:
    return sum(_advance(*pair, size) for pair in zip_longest(text, text[1:], fillvalue=""))


def _baseline(top: int, bottom: int, size: int) -> int:
    """Give the baseline of a line whose capitals stand in the middle of a stripe."""
    return round((top + bottom + size * CAPITAL) / 2)


def _cut(text: str, size: int, width: float) -> str:
    """Give what of a text the font can show, cut to a width."""
    text = legible(text)
    if _width(text, size) <= width:
        return text
    while text and _width(f"{text}…", size) > width:
        text = text[:-1].rstrip()
    return f"{text}…"


def _set(title: str) -> tuple[int, list[str]]:
    """Set a title in the largest size in which it fits; give the size and the lines."""
    width = RIGHT - LEFT
    for size, most in TITLE_SIZES:
        words = [(word, _width(word, size)) for word in title.split()]
        lines = _wrap(words, size, width)
        if len(lines) <= most and all(length <= width for _, length in words):
            return size, _balance(words, size, len(lines))
    words = [(part, _width(part, size)) for word in title.split() for part in _break(word, size, width)]
    lines = _wrap(words, size, width)
    return size, [*lines[: most - 1], _cut(" ".join(lines[most - 1 :]), size, width)]


def _wrap(words: Iterable[tuple[str, float]], size: int, width: float) -> list[str]:
    """Fill lines of a width with words, of which each comes with its width."""
    lines: list[list[str]] = []
    space, end = _width(" ", size), width + 1
    for word, length in words:
        if end + space + length > width:
            lines.append([])
            end = -space
        lines[-1].append(word)
        end += space + length
    return [" ".join(line) for line in lines]


def _balance(words: Sequence[tuple[str, float]], size: int, count: int) -> list[str]:
    """Fill `count` lines that are as even as can be: the narrowest that hold all words."""
    narrow, wide = max(length for _, length in words), float(RIGHT - LEFT)
    while wide - narrow > 8:
        width = (narrow + wide) / 2
        narrow, wide = (narrow, width) if len(_wrap(words, size, width)) <= count else (width, wide)
    return _wrap(words, size, wide)


def _break(word: str, size: int, width: float) -> Iterable[str]:
    """Break a word that is wider than a line."""
    start = 0
    for end in range(1, len(word) + 1):
        if _width(word[start:end], size) > width:
            yield word[start : end - 1]
            start = end - 1
    yield word[start:]


@once
def _palette() -> tuple[list[int], dict[str, list[int]]]:
    """Give the palette, and for each colour of text the numbers of its shades, from the ground's on."""
    colours = [tuple(bytes.fromhex(colour)) for colour in COLOURS.values()]
    names = list(COLOURS)
    ramps = {}
    for name, (ground, front, count) in SHADES.items():
        ends = colours[names.index(ground)], colours[names.index(front)]
        ramps[name] = [names.index(ground), *range(len(colours), len(colours) + count), names.index(front)]
        colours += (
            tuple(round(a + (b - a) * step / (count + 1)) for a, b in zip(*ends, strict=True))
            for step in range(1, count + 1)
        )
    return [part for colour in colours for part in colour], ramps


@once
def _table(colour: str) -> list[int]:
    """Give, for each value of a mask, the number of the shade."""
    ramp = _palette()[1][colour]
    return [ramp[round(value / FULL * (len(ramp) - 1))] for value in range(FULL + 1)]


@once
def _blank() -> Image:
    """Draw what all cards share. Values are numbers of colours; `_encode` adds the palette."""
    from PIL import Image, ImageDraw

    names = list(COLOURS)
    canvas = Image.new("L", (WIDTH, HEIGHT), names.index("page"))
    brush = ImageDraw.Draw(canvas)
    brush.rectangle((0, TOP, WIDTH, BOTTOM - 1), fill=names.index("marked"))
    brush.rectangle((0, TOP, BAR - 1, BOTTOM - 1), fill=names.index("accent"))
    for lines, colour in ((GLASS, "ink"), (PROOF, "accent")):
        mask = _paint(lines, 64, 2.4)
        canvas.paste(mask.point(_table(colour)), (62, 50), _opaque(mask))
    return canvas


@once
def _tick() -> Image:
    return _paint(TICK, 28, 3.6).point(_table("accent"))


def _paint(lines: Lines, side: int, width: float) -> Image:
    """Paint lines, in 32 units, as the mask of a square: four times as large, and then reduced."""
    from PIL import Image, ImageDraw

    scale = side * 4 / 32
    mask = Image.new("L", (side * 4, side * 4))
    brush = ImageDraw.Draw(mask)
    for line in lines:
        points = [(x * scale, y * scale) for x, y in line]
        brush.line(points, FULL, round(width * scale), "curve")
        for x, y in (points[0], points[-1]):
            half = width * scale / 2
            brush.ellipse((x - half, y - half, x + half, y + half), FULL)
    return mask.resize((side, side), Image.Resampling.BOX)


def _opaque(mask: Image) -> Image:
    """Give the mask of all that another one shows at all."""
    return mask.point([0, *[FULL] * FULL])


@once
def _glyph(character: str, size: int, colour: str) -> tuple[Image, Image, int, int]:
    """Give the picture of a character, its mask, and where both begin, seen from the baseline's start.

    Each is drawn once a process: to draw the text of a card anew takes longer than all else.
    """
    from PIL import Image, ImageDraw

    left, top, right, bottom = map(round, _font(size).getbbox(character, anchor="ls"))
    mask = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(mask).text((-left, -top), character, FULL, _font(size), "ls")
    return mask.point(_table(colour)), _opaque(mask), left, top


def _write(canvas: Image, start: tuple[float, int], text: str, size: int, colour: str) -> None:
    """Write a text from the start of its baseline on."""
    x, y = start
    for character, following in zip_longest(text, text[1:], fillvalue=""):
        if character != " ":
            picture, mask, left, top = _glyph(character, size, colour)
            canvas.paste(picture, (round(x) + left, y + top), mask)
        x += _advance(character, following, size)


def _write_end(canvas: Image, end: tuple[int, int], text: str, size: int, colour: str) -> None:
    """Write a text up to the end of its baseline."""
    _write(canvas, (end[0] - _width(text, size), end[1]), text, size, colour)


def _write_title(canvas: Image, title: str) -> None:
    """Write a title into the middle of the band."""
    size, lines = _set(title)
    height = round(size * LINE_HEIGHT)
    first = _baseline(TOP, BOTTOM, size) - height * (len(lines) - 1) // 2
    for number, line in enumerate(lines):
        _write(canvas, (LEFT, first + number * height), line, size, "title")


def _encode(canvas: Image) -> bytes:
    canvas.putpalette(_palette()[0])
    file = BytesIO()
    canvas.save(file, "PNG", bits=4, compress_level=4)
    return file.getvalue()
