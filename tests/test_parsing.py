"""Another process parses files as this one does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conftest import Content
from test_freezing import Options
from tipsite import building
from tipsite import opening as opening_module
from tipsite.files import walk
from tipsite.loading import Loader
from tipsite.opening import opened
from tipsite.parsing import ParsingAhead, kind_of


def ahead(content: Content) -> dict[str, object]:
    found = ParsingAhead(content.root, dict(walk(content.root))).result()
    return {path: item for path, (_, item) in found.items()}


def test_gives_what_loading_parses(content: Content):
    content.tip("steam/a", "# Ä\n", date="2026-01-02", tags=["one", "two"], aliases=["/old/"])
    content.write("pages/about.md", "---\ntitle: About\n---\nText.\n")
    content.write("tips/steam/picture.svg", "<svg/>")
    loader = Loader(content.root)
    loader.load()

    found = ParsingAhead(content.root, loader.stamps).result()

    assert found == loader.parsed
    assert set(found) == {"site.toml", "tips/steam/a.md", "pages/about.md"}


def test_leaves_out_what_has_errors(content: Content):
    content.tip("steam/a")
    content.tip("steam/b", date="soon")
    content.write("site.toml", "[[")
    content.write("tips/stray.md", "")

    assert set(ahead(content)) == {"pages/about.md", "tips/steam/a.md"}


def test_a_file_that_has_gone_is_left_out(content: Content):
    content.tip("steam/a")
    stamps = dict(walk(content.root))
    (content.root / "tips/steam/a.md").unlink()

    assert set(ParsingAhead(content.root, stamps).result()) == {"pages/about.md", "site.toml"}


@pytest.mark.parametrize(("files", "started"), [(3, False), (4, True)])
def test_few_files_are_worth_no_process(
    content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: int, started: bool
):
    monkeypatch.setattr(opening_module, "WORTH_FORKING", 4)
    for number in range(files - 2):
        content.tip(f"steam/tip-{number}")

    with opened(content.root, tmp_path / "out", print) as opening:
        opening.start_parsing()
        process = opening.take_parsing()
        assert (process is not None) is started
        assert opening.take_parsing() is None
        assert process is None or len(process.result()) == files


def test_what_parses_is_ended_with_a_build_that_did_not_come_to_use_it(
    content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(opening_module, "WORTH_FORKING", 1)

    with opened(content.root, tmp_path / "out", print) as opening:
        opening.start_parsing()
        assert opening._parsing
        process = opening._parsing._answer._process

    with pytest.raises(ChildProcessError):
        os.waitpid(process, os.WNOHANG)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("site.toml", "settings"),
        ("matrix.json", "matrix"),
        ("tips/steam/a.md", "tip"),
        ("tips/a.md", "stray"),
        ("tips/steam/deep/a.md", "stray"),
        ("pages/a.md", "page"),
        ("pages/deep/a.md", "attachment"),
        ("tips/steam/a.svg", "attachment"),
        ("a.md", "attachment"),
    ],
)
def test_a_file_is_what_it_is_by_where_it_lies(path: str, kind: str):
    assert kind_of(path) == kind


def test_a_build_parses_nothing_that_another_process_has_parsed(
    content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(opening_module, "WORTH_FORKING", 1)
    content.tip("steam/a")

    with opened(content.root, tmp_path / "out", print) as opening:
        opening.start_parsing()
        monkeypatch.setattr("tipsite.loading.parse", lambda path, data: pytest.fail(f"{path} is parsed again"))
        building.build(Options(content.root, tmp_path / "out"), "a fingerprint", opening, lambda url: None)

    assert (tmp_path / "out/tips/a/index.html").is_file()
