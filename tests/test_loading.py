"""Loading: files become a library, or one error with everything wrong in any of them."""

from __future__ import annotations

import os

import pytest

from conftest import SETTINGS, Content
from tipsite.errors import ContentError
from tipsite.library import Library
from tipsite.loading import Loader


def complaints(content: Content) -> list[str]:
    with pytest.raises(ContentError) as caught:
        Loader(content.root).load()
    return [str(problem) for problem in caught.value.problems]


def test_an_empty_content_folder_needs_settings(content: Content):
    (content.root / "site.toml").unlink()

    assert complaints(content) == [
        "site.toml: this file is missing: it holds the title, base_url, author, description and topics of the site"
    ]


def test_no_content_folder_is_said_in_a_sentence(content: Content):
    content.root = content.root / "nope"

    assert "cannot be listed: No such file or directory" in complaints(content)[0]


def test_all_errors_of_all_files_are_raised_together(content: Content):
    content.write("site.toml", SETTINGS + "colour = 1\n")
    content.tip("steam/a", date="soon")
    content.tip("steam/b", sumary="x")
    content.write("pages/help.md", "no front matter")

    assert [found.split(": ")[0] for found in complaints(content)] == [
        "pages/help.md:1:1",
        "site.toml:14",
        "tips/steam/a.md:4:1",
        "tips/steam/b.md:5:1",
    ]


def test_a_tip_outside_a_topic_folder_is_an_error(content: Content):
    content.write("tips/stray.md", "x")
    content.write("tips/steam/deep/stray.md", "x")

    assert [found for found in complaints(content) if "move this file to tips/<topic>/" in found] == [
        "tips/steam/deep/stray.md:1: a tip lies in the folder of its topic: move this file to tips/<topic>/",
        "tips/stray.md:1: a tip lies in the folder of its topic: move this file to tips/<topic>/",
    ]


def test_what_editors_leave_behind_is_not_content(content: Content):
    content.tip("steam/a")
    for name in (".a.md.swp", "#a.md#", "a.md~", ".DS_Store"):
        content.write(f"tips/steam/{name}", "x")

    assert not Loader(content.root).load().attachments


def test_a_changed_file_is_read_again_and_others_are_not(content: Content):
    content.tip("steam/a", title="One")
    content.tip("steam/b")
    loader = Loader(content.root)
    before = loader.load()

    content.tip("steam/a", title="Other")
    after = loader.load()

    assert after.by_slug["a"].title == "Other"
    assert after.by_slug["b"] is before.by_slug["b"]
    assert loader.load() is after


def test_a_mended_file_loads_again(content: Content):
    path = content.tip("steam/a", date="soon")
    loader = Loader(content.root)
    with pytest.raises(ContentError):
        loader.load()

    content.tip("steam/a")

    assert loader.load().tips[0].path == path.relative_to(content.root).as_posix()


def test_an_unreadable_file_is_said_by_name(content: Content):
    if os.geteuid() == 0:
        content.write("tips/steam/a.md", "x").unlink()
        (content.root / "tips/steam/a.md").symlink_to("nowhere")
    else:
        content.tip("steam/a").chmod(0)

    assert complaints(content)[0].startswith("tips/steam/a.md: ")


def shown(library: Library) -> list[object]:
    """Give everything that a page can show of a library."""
    tips = library.tips
    listings = [library.by_slug, library.by_topic, library.topics, library.by_tag, library.by_path, library.newest]
    near = [(library.neighbours(tip), library.related(tip), library.path(tip)) for tip in tips]
    return [tips, listings, near, library.portions]


@pytest.mark.parametrize(
    "edit",
    [
        {"body": "Other."},
        {"body": "Other.", "title": "Other"},
        {"tags": "[cold]"},
        {"date": "2026-01-01"},
        {"draft": "true"},
    ],
)
def test_an_edit_after_loading_gives_what_loading_afresh_gives(content: Content, edit: dict[str, str]):
    for slug in ("a", "b", "c", "d"):
        content.tip(f"steam/{slug}", tags="[hot, iron]")
    content.tip("water/e", tags="[hot]")
    loader = Loader(content.root)
    shown(loader.load())

    content.tip("steam/b", **{"tags": "[hot, iron]", **edit})

    assert shown(loader.load()) == shown(Loader(content.root).load())


def test_what_is_said_to_have_changed_is_loaded_without_looking_at_the_rest(content: Content):
    content.tip("steam/a", "One.")
    content.tip("steam/b", "One.")
    loader = Loader(content.root)
    loader.load()

    content.tip("steam/a", "Other.")
    content.tip("steam/b", "Other.")
    library = loader.load_changed({"tips/steam/a.md"})

    assert [library.by_slug[slug].body.strip() for slug in "ab"] == ["Other.", "One."]
    assert loader.load().by_slug["b"].body.strip() == "Other."


@pytest.mark.parametrize("path", ["tips/steam/new.md", "tips/steam", "tips/steam/gone.md"])
def test_files_that_come_and_go_are_found(content: Content, path: str):
    content.tip("steam/a")
    gone = content.tip("steam/gone")
    loader = Loader(content.root)
    loader.load()

    content.tip("steam/new")
    gone.unlink()

    assert list(loader.load_changed({path}).by_slug) == ["a", "new"]
