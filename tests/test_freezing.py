"""Freezing: the frozen files are the site, whole, and equal to what the preview shows."""

from __future__ import annotations

import itertools
import mimetypes
import os
import signal
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import flask
import pytest

from conftest import Content
from tipsite import building, create_app
from tipsite.building import Report
from tipsite.cache import MADE, Cache
from tipsite.documents import find_document
from tipsite.errors import ContentError, FreezingError
from tipsite.freezing import Frozen, LinkRecorder, PageFreezer
from tipsite.inputs import Inputs, make_ref
from tipsite.loading import Loader
from tipsite.opening import opened

PROJECT = Path(__file__).parent.parent


LARGE = ("Word " * 105 + "\n\n") * 2_000  # a little more than a megabyte


@dataclass
class Options:
    """How to build, as freeze.py reads it from the command line."""

    content: Path
    output: Path
    base_url: str | None = None
    drafts: bool = False
    noindex: bool = False
    jobs: int = 1
    no_cache: bool = True
    no_cards: bool = False
    manifest: bool = False


def build(options: Options) -> Report:
    with opened(options.content, options.output, print) as opening:
        return building.build(options, "a fingerprint", opening, lambda url: None)


def freeze(root: Path, output: Path, **options: Any) -> list[str]:
    build(Options(root, output, **options))
    return sorted(path.relative_to(output).as_posix() for path in output.rglob("*") if path.is_file())


class Page(HTMLParser):
    """Collects what a page links to and what can be linked to in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.feed(path.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        self.ids += [value or "" for name, value in attrs if name == "id"]


def dead_links(output: Path, prefix: str = "/") -> list[str]:
    """Find every link within a frozen site, or its anchor, that leads nowhere."""
    pages = {path: Page(path) for path in output.rglob("*.html")}
    dead = []
    for path, page in pages.items():
        here = prefix + path.relative_to(output).as_posix().removesuffix("index.html")
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            address = unquote(parts.path) or here
            file = output / (address.removeprefix(prefix) + ("index.html" if address.endswith("/") else ""))
            anchors = pages[file].ids if file in pages else []
            anchor = unquote(parts.fragment)
            if not address.startswith(prefix) or not file.is_file() or (anchor and anchor not in anchors):
                dead.append(f"{here}: {link}")
    return dead


@pytest.fixture
def small(content: Content) -> Content:
    content.tip("steam/a", "See [b](../water/b.md#deep) and ![k](k.svg).", tags="[hot]", aliases="/old/")
    content.tip("water/b", "## Deep\n\n中文 😀\n", title="中文 😀")
    content.tip("steam/draft", draft="true")
    content.write("tips/steam/k.svg", "<svg/>")
    content.write("tips/steam/unused.svg", "<svg/>")
    return content


def test_every_page_and_linked_file_is_written(small: Content, tmp_path: Path):
    files = freeze(small.root, tmp_path / "out")

    assert [name for name in files if not name.startswith("static/")] == [
        ".tipsite",
        "404.html",
        "_headers",
        "about/index.html",
        "card.png",
        "feed.json",
        "feed.xml",
        "files/tips/steam/k.svg",
        "index.html",
        "llms.txt",
        "old/index.html",
        "prefetch.speculationrules",
        "random/index.html",
        "robots.txt",
        "search.json",
        "search/0.json",
        "sitemap.xml",
        "slugs.json",
        "tags/hot/index.html",
        "tags/index.html",
        "tips/a.md",
        "tips/a/card.png",
        "tips/a/index.html",
        "tips/b.md",
        "tips/b/card.png",
        "tips/b/index.html",
        "tips/index.html",
        "topics/steam/feed.xml",
        "topics/steam/index.html",
        "topics/water/feed.xml",
        "topics/water/index.html",
    ]


def test_every_link_and_anchor_resolves(small: Content, tmp_path: Path):
    freeze(small.root, tmp_path / "out")

    assert dead_links(tmp_path / "out") == []


def test_the_check_of_links_finds_dead_ones(small: Content, tmp_path: Path):
    freeze(small.root, tmp_path / "out")
    (tmp_path / "out/about/index.html").unlink()
    page = tmp_path / "out/tips/b/index.html"
    page.write_text(page.read_text().replace('id="deep"', ""))

    found = dead_links(tmp_path / "out")

    assert "/: /about/" in found
    assert "/tips/a/: /tips/b/#deep" in found


def test_preview_and_frozen_files_are_the_same_bytes(small: Content, tmp_path: Path):
    output = tmp_path / "out"
    files = freeze(small.root, output)
    client = create_app(small.root, drafts=False).test_client()

    for name in files:
        if name == ".tipsite":
            continue
        with client.get("/" + name.removesuffix("index.html")) as response:
            assert response.data == (output / name).read_bytes(), name


def test_a_site_below_a_path_has_all_its_links_there(small: Content, tmp_path: Path):
    freeze(small.root, tmp_path / "out", base_url="https://example.org/kettle/")

    assert dead_links(tmp_path / "out", "/kettle/") == []
    assert 'href="/kettle/tips/b/#deep"' in (tmp_path / "out/tips/a/index.html").read_text()
    assert "<loc>https://example.org/kettle/tips/a/</loc>" in (tmp_path / "out/sitemap.xml").read_text()


def test_drafts_are_published_only_when_asked_for(small: Content, tmp_path: Path):
    assert "tips/draft/index.html" in freeze(small.root, tmp_path / "out", drafts=True)
    assert "tips/draft/index.html" not in freeze(small.root, tmp_path / "out")


def test_a_site_without_tips_is_frozen(content: Content, tmp_path: Path):
    assert "index.html" in freeze(content.root, tmp_path / "out")


def test_what_no_longer_exists_is_gone_after_the_next_build(small: Content, tmp_path: Path):
    freeze(small.root, tmp_path / "out")
    (small.root / "tips/steam/a.md").unlink()

    files = freeze(small.root, tmp_path / "out")

    assert "tips/a/index.html" not in files
    assert "files/tips/steam/k.svg" not in files


def test_a_broken_tip_leaves_the_output_untouched(small: Content, tmp_path: Path):
    output = tmp_path / "out"
    freeze(small.root, output)
    before = {path: path.read_bytes() for path in output.rglob("*") if path.is_file()}
    small.tip("steam/c", "[x](nope.md)")

    with pytest.raises(ContentError, match=r"steam/c\.md:7:5: there is no file"):
        freeze(small.root, output)

    assert {path: path.read_bytes() for path in output.rglob("*") if path.is_file()} == before
    assert not (tmp_path / ".out.tipsite/fresh").exists()


def test_an_error_midway_leaves_the_output_untouched(small: Content, tmp_path: Path):
    output = tmp_path / "out"
    freeze(small.root, output)
    before = sorted(output.rglob("*"))
    small.tip("steam/c", aliases=f"/{'x' * 300}/")

    with pytest.raises(FreezingError, match=r"cannot be written to .*: File name too long"):
        freeze(small.root, output)

    assert sorted(output.rglob("*")) == before
    assert not (tmp_path / ".out.tipsite/fresh").exists()


@pytest.mark.parametrize("batches", [0, 1, 2])
def test_a_process_that_is_killed_is_told_in_a_sentence(
    content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batches: int
):
    for number in range(200):
        content.tip(f"steam/tip-{number}")
    here, done = os.getpid(), itertools.count()
    freeze_batch = PageFreezer.freeze

    def freeze_some(freezer: PageFreezer, refs: list[str]) -> list[Frozen]:
        if os.getpid() != here and next(done) == batches:
            os.kill(os.getpid(), signal.SIGKILL)
        return freeze_batch(freezer, refs)

    monkeypatch.setattr(PageFreezer, "freeze", freeze_some)

    with pytest.raises(FreezingError, match="a process that freezes pages ended unexpectedly"):
        freeze(content.root, tmp_path / "out", jobs=2)

    assert not (tmp_path / "out").exists()


def test_a_warning_of_frozen_flask_is_an_error(small: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mimetypes, "guess_type", lambda name: ("text/x-kettle", None))

    with pytest.raises(FreezingError, match="does not match Content-Type"):
        freeze(small.root, tmp_path / "out")


@pytest.mark.parametrize("what", ["crlf", "bom", "large"])
def test_unusual_files_build(small: Content, tmp_path: Path, what: str):
    path = small.tip("steam/c", LARGE if what == "large" else "Some *text*.")
    data = path.read_bytes()
    path.write_bytes({"crlf": data.replace(b"\n", b"\r\n"), "bom": b"\xef\xbb\xbf" + data, "large": data}[what])

    freeze(small.root, tmp_path / "out")

    html = (tmp_path / "out/tips/c/index.html").read_text()
    assert html.count("<p>Word ") == 2_000 if what == "large" else "<p>Some <em>text</em>.</p>" in html
    assert "\r" not in html


def test_a_second_and_different_site_builds(tmp_path: Path):
    content = Content(tmp_path / "other")
    content.write(
        "site.toml",
        'title = "Øl & brød"\ndescription = "Opskrifter"\nauthor = "Å"\n'
        'base_url = "http://localhost:8000/mad/"\n'
        'language = "da"\nexamples = false\ntagline = "Godt"\nrepository = "https://git.example/o/b"\n'
        '[[topics]]\nslug = "brod"\ntitle = "Brød"\nintroduction = "Om <brød>."\ntips = ["rug"]\n',
    )
    (content.root / "pages/about.md").unlink()
    content.tip(
        "brod/rug",
        "    4 g salt\n\n```rust\nfn main() {}\n```\n",
        title="Rugbrød & “smør”",
        tags="[mel, salt]",
    )
    content.tip("brod/hvede", "Se [rug](rug.md).")

    files = freeze(content.root, tmp_path / "out")

    html = (tmp_path / "out/tips/rug/index.html").read_text()
    assert '<html lang="da">' in html
    assert "<h1>Rugbrød &amp; “smør”</h1>" in html
    assert "<pre><code>4 g salt\n</code></pre>" in html
    assert "about/index.html" not in files
    assert dead_links(tmp_path / "out", "/mad/") == []


def test_a_tip_that_nothing_links_to_is_reported_by_name(
    small: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tipsite.templating.url_of", lambda *_, **__: "/")

    with pytest.raises(ContentError, match=r"tips/steam/a.md:1: no way of links leads from the home page"):
        freeze(small.root, tmp_path / "out")


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / MADE)


@pytest.fixture
def freezer(content: Content, tmp_path: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> PageFreezer:
    """One of a site with four tips, which are just too many to freeze in one process."""
    monkeypatch.setattr("tipsite.freezing.WORTH_FORKING", 3)
    for number in range(4):
        content.tip(f"steam/tip-{number}", f"Tip {number}.")
    loader = Loader(content.root, render=partial(find_document, cache=cache))
    app = create_app(content.root, preview=False, loader=loader)
    return PageFreezer(app, tmp_path / "fresh", Inputs(loader.last_loaded(), "", {}))


def test_another_process_renders_tips_meanwhile(freezer: PageFreezer, cache: Cache, tmp_path: Path):
    patience = time.monotonic() + 60

    with freezer.rendering_ahead(cache):
        while count(tmp_path / MADE) < 4 and time.monotonic() < patience:
            time.sleep(0.01)

    assert count(tmp_path / MADE) == 4
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_nothing_is_rendered_for_a_build_that_is_gone(freezer: PageFreezer, cache: Cache, tmp_path: Path):
    freezer._render_all(cache, os.getpid())
    assert count(tmp_path / MADE) == 0

    freezer._render_all(cache, os.getppid())
    assert count(tmp_path / MADE) == 4


def test_no_process_renders_what_nobody_could_find(freezer: PageFreezer):
    with freezer.rendering_ahead(Cache(None)), pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_no_process_renders_few_tips(freezer: PageFreezer, cache: Cache, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tipsite.freezing.WORTH_FORKING", 4)

    with freezer.rendering_ahead(cache), pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def count(path: Path) -> int:
    """Count what a cache has."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            found: tuple[int] = connection.execute("SELECT count(*) FROM made").fetchone()
            return found[0]
    except sqlite3.OperationalError:  # it is being made
        return 0


def test_a_link_is_recorded_for_each_page_that_makes_it(small: Content):
    """Also where its URL is remembered: a page that is not frozen again passes its links on."""
    app = create_app(small.root, preview=False)
    recorder = LinkRecorder(app)

    with app.test_request_context():
        for _ in range(2):
            recorder.start()

            assert flask.url_for("site.tip", slug="a", _anchor="deep") == "/tips/a/#deep"
            assert flask.url_for("site.tags") == "/tags/"
            assert recorder.refs == (make_ref("site.tip", {"slug": "a"}), make_ref("site.tags", {}))


def test_a_piece_of_a_page_is_made_once_and_its_links_are_recorded_for_each_page(small: Content):
    app = create_app(small.root, preview=False)
    made: list[str] = []

    def piece(name: str, /, **values: str) -> str:
        made.append(name)
        return flask.url_for("site.tag", **values)

    app.jinja_env.globals["piece"] = piece
    recorder = LinkRecorder(app)

    with app.test_request_context():
        for _ in range(2):
            recorder.start()
            flask.url_for("site.tags")

            assert recorder.piece("list.html", name="hot") == "/tags/hot/"
            assert recorder.piece("list.html", name="cold") == "/tags/cold/"
            assert recorder.refs == (
                make_ref("site.tags", {}),
                make_ref("site.tag", {"name": "hot"}),
                make_ref("site.tag", {"name": "cold"}),
            )
    assert made == ["list.html", "list.html"]
