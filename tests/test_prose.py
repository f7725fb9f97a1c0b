"""The prose of tips and pages: spelled right, plain, and as long as it should be."""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path

import pytest
from spellchecker import SpellChecker

from tipsite.fence import find_fences
from tipsite.loading import Loader
from tipsite.rendering import render
from tipsite.tip import Page, Tip

LIBRARY = Loader(Path(__file__).parent.parent / "content").load()
WORDS = Path(__file__).with_name("words.txt")
FILLERS = r"\b(?:simply|just|easy|easily|obviously|basically|actually|of course|very|really|note that|in order to)\b"
SENTENCES = re.compile(r"(?<=[.?:])\s+(?=[A-Z“])")


@cache
def spelling() -> SpellChecker:
    checker = SpellChecker()
    checker.word_frequency.load_words(WORDS.read_text().split())
    return checker


def prose(item: Tip | Page) -> str:
    """Give what a reader reads as sentences: no code, no addresses."""
    text = re.sub(r"<figure.*?</figure>|<code>.*?</code>", " code ", LIBRARY.document(item).html, flags=re.DOTALL)
    body = html.unescape(re.sub(r"<[^>]*>", " ", text))
    return f"{without_code(item.title)}. {without_code(item.summary)} {body}"


def without_code(text: str) -> str:
    return re.sub(r"\S*[_(){}=?/.][\w(){}=?/&;]+\S*", " code ", text)


def misspelled(text: str) -> set[str]:
    words = {word.replace("’", "'").removesuffix("'s") for word in re.findall(r"[A-Za-z][A-Za-z’']+", text)}
    return set(spelling().unknown(words))


def test_the_spelling_check_finds_a_mistake():
    assert misspelled("The sesion is a dictionary.") == {"sesion"}


@pytest.mark.parametrize("item", LIBRARY.items, ids=lambda item: item.path)
def test_words_are_spelled_right(item: Tip | Page):
    assert misspelled(prose(item)) == set(), f"mend them, or add what is right to {WORDS.name}"


@pytest.mark.parametrize("item", LIBRARY.items, ids=lambda item: item.path)
def test_prose_is_plain(item: Tip | Page):
    assert re.findall(FILLERS, prose(item), re.IGNORECASE) == []
    assert re.findall(r"\w+!(?=\s|$)", prose(item)) == []


@pytest.mark.parametrize("item", LIBRARY.items, ids=lambda item: item.path)
def test_apostrophes_are_those_of_print(item: Tip | Page):
    assert re.findall(r"\w+'\w*", prose(item)) == []


@pytest.mark.parametrize("tip", LIBRARY.tips, ids=lambda tip: tip.path)
def test_a_tip_is_as_long_as_a_reader_has_time(tip: Tip):
    assert len(tip.title) <= 60
    assert len(tip.summary) <= 155
    assert 150 <= render(tip.body).words <= 400
    lines = sum(len(fence.lines) for fence in find_fences(tip.body).blocks)
    assert 1 <= render(tip.body).words / 238 + lines / 60 <= 3


def test_no_two_tips_say_the_same():
    """No sentence of six words or more stands in two tips."""
    seen: dict[str, str] = {}
    for tip in LIBRARY.tips:
        for sentence in {part.strip() for part in SENTENCES.split(prose(tip)) if len(part.split()) > 5}:
            assert seen.setdefault(sentence, tip.path) == tip.path, sentence
