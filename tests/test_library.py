"""The library: order, cross-references, and what links lead to."""

from __future__ import annotations

import pytest

from conftest import SETTINGS, Content
from tipsite.library import Library
from tipsite.loading import Loader


def load(content: Content, *, drafts: bool = False) -> Library:
    return Loader(content.root, drafts=drafts).load()


def complaints(content: Content, path: str, *, drafts: bool = False) -> list[str]:
    library = load(content, drafts=drafts)
    return [str(problem) for problem in library.check(library.by_path[path])]


def test_tips_are_newest_first_and_topics_in_the_order_of_the_settings(content: Content):
    content.tip("water/old", date="2026-01-01")
    content.tip("steam/new", date="2026-03-01")
    content.tip("water/middle", date="2026-02-01")

    library = load(content)

    assert [tip.slug for tip in library.tips] == ["new", "middle", "old"]
    assert list(library.topics) == ["steam", "water"]
    assert [tip.slug for tip in library.by_topic["water"]] == ["old", "middle"]


def test_a_topic_lists_first_what_the_settings_name(content: Content):
    for slug in ("a", "b", "c"):
        content.tip(f"steam/{slug}")
    content.write("site.toml", SETTINGS.replace('title = "Steam"', 'title = "Steam"\ntips = ["c"]'))

    library = load(content)

    assert [tip.slug for tip in library.by_topic["steam"]] == ["c", "a", "b"]
    assert [tip.slug for tip in library.tips] == ["c", "a", "b"]


def test_neighbours_are_within_the_topic(content: Content):
    for slug in ("a", "b", "c"):
        content.tip(f"steam/{slug}")
    content.tip("water/d")

    library = load(content)
    near = {slug: library.neighbours(tip) for slug, tip in library.by_slug.items()}

    names = {slug: [tip.slug if tip else None for tip in pair] for slug, pair in near.items()}
    assert names == {"a": [None, "b"], "b": ["a", "c"], "c": ["b", None], "d": [None, None]}


def test_related_tips_share_the_rarest_tags_and_are_no_neighbours(content: Content):
    content.tip("steam/a", tags="[common, rare]")
    content.tip("steam/b", tags="[common, rare]")
    content.tip("water/c", tags="[common]")
    content.tip("water/d", tags="[rare]")
    content.tip("water/e", tags="[other]")
    content.tip("water/f", tags="[common]")

    library = load(content)

    assert [tip.slug for tip in library.related(library.by_slug["a"])] == ["d", "c", "f"]


def test_drafts_are_shown_only_when_asked_for(content: Content):
    content.tip("steam/a", draft="true")

    assert not load(content).tips
    assert load(content, drafts=True).tips[0].draft


def test_links_lead_to_tips_pages_topics_and_files(content: Content):
    content.tip("steam/a", "[b](../water/b.md#deep) [p](../../pages/about.md) [t](../water/) ![i](k.svg)")
    content.tip("water/b", "## Deep\n")
    content.write("tips/steam/k.svg", "<svg/>")

    assert complaints(content, "tips/steam/a.md") == []


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("[x](c.md)", "9:5: there is no file “c.md”: did you mean “b.md”?"),
        ("[x](../steam/w.md)", "9:5: there is no file “../steam/w.md”: did you mean “../water/w.md”?"),
        ("[x](b.md#dep)", "9:5: there is no anchor “#dep” in tips/steam/b.md: did you mean “deep”?"),
        ("![x](lost.png)", "9:6: there is no file “lost.png”"),
        ("[x](../../../README.md)", "9:5: “../../../README.md” leaves the content folder"),
        ("[x](/tips/b/)", "9:5: “/tips/b/” is an address: write the path of a file"),
        ("[x](d.md)", "9:5: “d.md” is a draft, which is not published"),
        ("[x](../nowhere/)", "9:5: there is no file “../nowhere/”"),
        ("[x](#nope)", "9:5: there is no anchor “#nope” in this file"),
    ],
)
def test_a_link_that_leads_nowhere_is_an_error_in_its_place(content: Content, link: str, message: str):
    content.tip("steam/a", f"Text.\n\n{link}")
    content.tip("steam/b", "## Deep\n")
    content.tip("steam/d", draft="true")
    content.tip("water/w")

    found = complaints(content, "tips/steam/a.md")

    assert len(found) == 1
    assert found[0].startswith(f"tips/steam/a.md:{message}")
