"""The skeleton of a new tip: its slug, and front matter that means what was said."""

from __future__ import annotations

import datetime

import pytest

from tipsite.skeleton import suggest_slug, write_skeleton
from tipsite.tip_files import parse_tip


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Redirect after a form post", "redirect-after-form-post"),
        ("Build URLs with url_for", "build-urls-with-url-for"),
        ("How do you do?", "how-do-you-do"),
        ("Don’t trust the client's “IP”", "dont-trust-clients-ip"),
        ("Crème brûlée", "creme-brulee"),
        ("中文", ""),
        ("word " * 20, "word-word-word-word-word-word-word-word-word-word"),
        ("w" * 60, "w" * 50),
    ],
)
def test_a_slug_is_made_of_what_a_title_says(title: str, slug: str):
    assert suggest_slug(title) == slug


@pytest.mark.parametrize(
    "text",
    [
        "Plain",
        "With: colon",
        "# hash",
        "“quotes” 'and' \"more\"",
        "[list]",
        "yes",
        "3.10",
        "back\\slash",
        "é 中 😀",
        "- x",
        "{",
    ],
)
def test_front_matter_means_what_was_said(text: str):
    skeleton = write_skeleton(text, text, datetime.date(2026, 12, 1), ["a", "b"], draft=True)

    tip = parse_tip("tips/steam/a.md", skeleton.encode())

    assert (tip.title, tip.summary, tip.tags, tip.draft) == (text, text, ("a", "b"), True)


def test_a_tip_that_is_no_draft_does_not_speak_of_drafts():
    assert "draft" not in write_skeleton("T", "S", datetime.date(2026, 12, 1), [], draft=False)
