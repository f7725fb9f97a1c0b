"""Errors: what a message suggests."""

from __future__ import annotations

import pytest

from tipsite.errors import LISTED, did_you_mean

MANY = [f"name-{number}" for number in range(LISTED + 1)]


@pytest.mark.parametrize(
    ("word", "known", "suggestion"),
    [
        ("titel", ["date", "title"], "did you mean “title”?"),
        ("xyz", ["water", "steam"], "it can be one of: steam, water"),
        ("xyz", [], "there is none to choose from"),
        ("name-8x", MANY, "did you mean “name-8”?"),
        ("8", MANY, "it can be one of 16, such as name-8, name-9, name-7"),
    ],
)
def test_near_words_are_suggested_and_long_lists_cut(word: str, known: list[str], suggestion: str):
    assert did_you_mean(word, known) == suggestion
