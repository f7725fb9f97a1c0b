"""Settings: `site.toml`, parsed and validated."""

from __future__ import annotations

import pytest

from conftest import SETTINGS
from tipsite.errors import ContentError
from tipsite.settings_file import check_base_url, parse_settings


def test_settings_have_topics_in_order():
    settings = parse_settings(SETTINGS.encode())

    assert [topic.slug for topic in settings.topics] == ["steam", "water"]
    assert settings.base_url == "https://kettle.example/"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('title = "Kettle notes"\n', "", "site.toml:1: “title” is missing: add a line title ="),
        ('author = "', 'autor = "', "site.toml:4: there is no setting “autor”: did you mean “author”?"),
        (
            "https://kettle.example/",
            "kettle.example",
            "site.toml:3: an address must be like https://example.org/",
        ),
        ('slug = "water"', 'slug = "Hot Water"', "site.toml:12: topic 2: “Hot Water” becomes an address"),
        ('slug = "water"', 'slug = "steam"', "site.toml:12: the topic “steam” is listed twice"),
        ('title = "Water"', 'titel = "Water"', "site.toml:13: topic 2: there is no setting “titel”"),
        ('title = "Water"\n', "", "site.toml:11: topic 2: “title” is missing"),
        ("examples = false", "examples = 'perhaps'", "site.toml:5: “examples”: it should be a valid boolean"),
        ('"A. Kettle"', '"A. Kettle', "site.toml:4:"),
        ("[[topics]]", "[topics]", "site.toml:"),
    ],
)
def test_what_is_wrong_is_said_at_its_line(old: str, new: str, message: str):
    with pytest.raises(ContentError) as caught:
        parse_settings(SETTINGS.replace(old, new, 1).encode())

    assert [problem for problem in caught.value.problems if str(problem).startswith(message)]


@pytest.mark.parametrize("url", ["https://a.example", "http://localhost:8000/tips/", "https://a.example/x"])
def test_a_base_url_ends_in_a_slash(url: str):
    assert check_base_url(url) == url.rstrip("/") + "/"


@pytest.mark.parametrize("url", ["", "/tips/", "ftp://a.example/", "https:///x", "https://a.example/?x", "a.example"])
def test_what_is_no_base_url_is_refused(url: str):
    with pytest.raises(ValueError, match="an address must be like"):
        check_base_url(url)
