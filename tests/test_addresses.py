"""Addresses: none may belong to two."""

from __future__ import annotations

import pytest

from conftest import SETTINGS, Content
from tipsite.errors import ContentError
from tipsite.loading import Loader


def complaints(content: Content) -> list[str]:
    with pytest.raises(ContentError) as caught:
        Loader(content.root).load()
    return [str(problem) for problem in caught.value.problems]


def test_a_slug_is_used_once_in_all_topics(content: Content):
    content.tip("steam/a")
    content.tip("water/a")

    assert complaints(content) == [
        "tips/water/a.md:1: the slug “a” gives the address /tips/a/, which is that of tips/steam/a.md: choose another"
    ]


def test_a_tip_lies_in_a_topic_that_exists(content: Content):
    content.tip("staem/a")

    assert complaints(content) == ["tips/staem/a.md:1: site.toml has no topic “staem”: did you mean “steam”?"]


def test_a_topic_lists_tips_that_exist(content: Content):
    content.tip("steam/boil")
    content.write("site.toml", SETTINGS.replace('title = "Steam"', 'title = "Steam"\ntips = ["bowl"]'))

    assert complaints(content) == ["site.toml:10: the topic “steam” has no tip “bowl”: did you mean “boil”?"]


def test_a_listed_tip_with_errors_is_not_said_to_be_missing(content: Content):
    content.write("site.toml", SETTINGS.replace('title = "Steam"', 'title = "Steam"\ntips = ["boil"]'))
    content.tip("steam/boil", titel="Boil")

    assert [problem.partition(":")[0] for problem in complaints(content)] == ["tips/steam/boil.md"]


def test_a_page_does_not_take_an_address_of_the_site(content: Content):
    content.write("pages/tags.md", "---\ntitle: Tags\n---\n")

    assert complaints(content) == [
        "pages/tags.md:1: this file’s name gives the address /tags/, which is that of the site itself: choose another"
    ]


@pytest.mark.parametrize(
    ("alias", "owner"),
    [
        ("/about/", "pages/about.md"),
        ("/about/index.html", "pages/about.md"),
        ("/tips/b/", "tips/steam/b.md"),
        ("/tips/a/", "tips/steam/a.md"),
        ("/topics/steam/", "the page of the topic"),
        ("/tags/hot/", "the page of the tag"),
        ("/404.html", "the site itself"),
        ("/old/", "tips/steam/b.md"),
    ],
)
def test_an_alias_does_not_take_the_address_of_another(content: Content, alias: str, owner: str):
    content.tip("steam/b", aliases="/old/")
    content.tip("steam/a", tags="hot", aliases=alias)

    found = complaints(content)

    assert len(found) == 1
    assert "gives the address" in found[0]
    assert found[0].startswith(("tips/steam/a.md:6: the alias", "tips/steam/b.md:5: the alias"))
    assert owner in found[0] or alias == "/old/"
