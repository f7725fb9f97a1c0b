"""Checking: each thing that must hold of a site is broken in turn, and freeze.py says which page or line to mend.

Most can only be broken by the generator itself, so that these tests build with a copy of it that has other templates.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import SETTINGS, Content
from test_building import site

PROJECT = Path(__file__).parent.parent


class Generator:
    """A copy of the generator that a test may change, and a folder in which it builds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source = folder / "generator"
        shutil.copytree(PROJECT / "site", self.source, ignore=shutil.ignore_patterns("__pycache__"))

    def change(self, template: str, old: str, new: str) -> None:
        """Write something else in a template."""
        path = self.source / "tipsite/templates" / template
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def freeze(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run freeze.py with this generator."""
        command = [sys.executable, PROJECT / "freeze.py", "--jobs", "1", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(self.source)}
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)

    def fail(self, *arguments: str) -> list[str]:
        """Build what is wrong, and give the lines that say so; the output is as it was before."""
        before = site(self.folder / "build")
        done = self.freeze(*arguments)
        assert done.returncode == 1, done.stdout
        assert "Traceback" not in done.stderr
        assert site(self.folder / "build") == before
        *lines, last = [line for line in done.stderr.splitlines() if ": warning: " not in line]
        assert last == f"{len(lines)} to mend; build is as it was."
        return lines


@pytest.fixture
def generator(content: Content, tmp_path: Path) -> Generator:
    """Give a generator that has built a site of two tips."""
    content.tip("steam/a", "See [b](../water/b.md#deep).", tags="[hot]")
    content.tip("water/b", "## Deep\n\nText.")
    generator = Generator(tmp_path)
    assert generator.freeze().returncode == 0
    return generator


def test_a_marked_line_of_a_file_can_be_linked_to(generator: Generator, content: Content):
    content.tip("water/b", '## Deep\n\n```python title="app.py" hl_lines="1"\na = 1\n```\n')
    content.tip("steam/a", "See [b](../water/b.md#app.py-L1).")

    done = generator.freeze()

    assert done.returncode == 0, done.stderr


TEMPLATES = {
    "a link": (
        ("page.html", "<h1>", '<a href="/nowhere/">x</a><h1>'),
        ["about/index.html: the page links to /nowhere/: nothing was published there"],
    ),
    "an anchor of another page": (
        ("page.html", "<h1>", '<a href="/tips/b/#shallow">x</a><h1>'),
        ["about/index.html: the page links to /tips/b/#shallow: it can be one of: deep"],
    ),
    "an anchor of the page": (
        ("page.html", "<h1>", '<a href="#nope">x</a><h1>'),
        ["about/index.html: the page links to #nope: there is none to choose from"],
    ),
    "an image": (
        ("page.html", "<h1>", '<img src="/files/k.svg" alt=""><h1>'),
        ["about/index.html: the page links to /files/k.svg: nothing was published there"],
    ),
    "a script": (
        ("page.html", "{% block head %}", '{% block head %}<script src="/static/gone.js"></script>'),
        ["about/index.html: the page links to /static/gone.js: nothing was published there"],
    ),
    "an id": (
        ("page.html", "<h1>", '<h1 id="site:main">'),
        ["about/index.html: the page has the id “site:main” more than once: take one of them out"],
    ),
    "the XML of the feed": (
        ("feed.xml", "<subtitle>", "<subtitle>&nbsp;"),
        ["feed.xml:4:13: is not well-formed XML: undefined entity"],
    ),
    "what an entry must have": (
        ("feed.xml", "<title>{{ tip.title }}</title>", ""),
        ["feed.xml: the feed has an element entry without title"],
    ),
    "a date of the feed": (
        ("feed.xml", "<updated>{{ tip.changed.isoformat() }}T00:00:00Z</updated>", "<updated>today</updated>"),
        ["feed.xml: the feed has a date “today”, which is not like 2026-11-23T00:00:00Z"],
    ),
    "the XML of the sitemap": (
        ("sitemap.xml", "</urlset>", ""),
        ["sitemap.xml:12:1: is not well-formed XML: no element found"],
    ),
    "an address of the sitemap": (
        ("sitemap.xml", "canonical('site.tags')", "'https://kettle.example/labels/'"),
        ["sitemap.xml: the sitemap names https://kettle.example/labels/: nothing was published there"],
    ),
    "a relative address of the sitemap": (
        ("sitemap.xml", "canonical('site.tags')", "'/tags/'"),
        ["sitemap.xml: the sitemap names “/tags/”, which is not below https://kettle.example/"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "messages"), TEMPLATES.values(), ids=TEMPLATES.keys())
def test_what_a_template_breaks_is_told_with_its_page(
    generator: Generator, change: tuple[str, str, str], messages: list[str]
):
    generator.change(*change)

    lines = generator.fail()

    for message in messages:
        assert [line for line in lines if line.startswith(message)], lines


def test_github_gets_an_annotation_without_a_file_for_what_no_author_wrote(
    generator: Generator, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    generator.change("page.html", "<h1>", '<a href="/nowhere/">x</a><h1>')

    done = generator.freeze()

    assert "::error::about/index.html: the page links to /nowhere/: nothing was published there\n" in done.stdout


@pytest.mark.parametrize("slug", ["new", "a"])
def test_a_tip_that_nothing_links_to_is_told_by_name(generator: Generator, content: Content, slug: str):
    """That holds for a tip that is new, and for one that templates linked to in the build before."""
    if slug == "new":
        content.tip("steam/new")
    for template in ("macros.html", "home.html", "topic.html", "tip.html"):
        for name in ("tip", "other", "previous", "following"):
            path = generator.source / "tipsite/templates" / template
            hidden = f"{name} | url_of if {name}.slug != '{slug}' else '/'"
            path.write_text(path.read_text().replace(f"{{{{ {name} | url_of }}}}", f"{{{{ {hidden} }}}}"))

    lines = generator.fail()

    assert lines == [
        f"content/tips/steam/{slug}.md:1: no way of links leads from the home page to this tip: "
        "a template has lost its links"
    ]


CONTENT = {
    "a link": (
        "Text [x](nope.md).",
        "content/tips/steam/a.md:8:10: there is no file “nope.md”: ",
    ),
    "a link with an address": (
        "Text <https://kettle.example/nope/>.",
        "content/tips/steam/a.md:8:7: the page /tips/a/ links to https://kettle.example/nope/: "
        "nothing was published there",
    ),
    "an anchor": (
        "Text [x](../water/b.md#nope).",
        "content/tips/steam/a.md:8:10: there is no anchor “#nope” in tips/water/b.md: ",
    ),
    "an image": (
        "Text\n![A kettle](k.svg)",
        "content/tips/steam/a.md:9:13: there is no file “k.svg”: ",
    ),
    "a video": (
        '<video src="k.webm" poster="k.svg"></video>',
        "content/tips/steam/a.md:8:29: there is no file “k.svg”: ",
    ),
    "an id": (
        '<p id="x">1</p>\n\nText.\n\n<p id="x">2</p>',
        "content/tips/steam/a.md:12:8: the page /tips/a/ has the id “x” more than once: take one of them out",
    ),
    "an id that the page has": (
        '<p id="site:main">1</p>',
        "content/tips/steam/a.md:8:8: the page /tips/a/ has the id “site:main” more than once: take one of them out",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "message"), CONTENT.values(), ids=CONTENT.keys())
def test_what_a_tip_breaks_is_told_with_its_line(generator: Generator, content: Content, body: str, message: str):
    content.tip("steam/a", body, tags="[hot]")

    lines = generator.fail()

    assert [line for line in lines if line.startswith(message)], lines


def test_all_that_is_wrong_with_pages_is_told_at_once(generator: Generator, content: Content):
    content.tip("steam/a", '<p id="x">1</p>\n<p id="x">2</p>')
    content.tip("water/b", '<p id="y">1</p>\n<p id="y">2</p>')

    lines = generator.fail()

    assert [line.partition(": ")[0] for line in lines] == [
        "content/tips/steam/a.md:8:8",
        "content/tips/water/b.md:8:8",
    ]


def test_a_page_over_the_budget_is_told_with_what_it_weighs(generator: Generator, content: Content):
    words = " ".join(f"{number**7:x}" for number in range(4_000))
    content.tip("steam/a", words)
    content.write("pages/about.md", f"---\ntitle: About\n---\n\n{words}\n")

    lines = generator.fail()

    assert [line.partition(" loads ")[0] for line in lines] == [
        "content/pages/about.md:1: a reader of /about/",
        "content/tips/steam/a.md:1: a reader of /tips/a/",
    ]
    assert all("and the budget is 14,000: shorten it, or raise “budget” in site.toml" in line for line in lines)


def test_a_page_of_the_generator_over_the_budget_is_told_by_its_name(generator: Generator, content: Content):
    content.write("site.toml", SETTINGS.replace("examples", "budget = 1000\nexamples"))

    lines = generator.fail()

    assert [line for line in lines if line.startswith("index.html: a reader of / loads ")]


def test_old_addresses_that_differ_only_in_case_are_told_with_their_line(generator: Generator, content: Content):
    content.tip("steam/a", aliases="[/old/]")
    content.tip("water/b", aliases="[/Old/]")

    lines = generator.fail()

    assert lines == [
        "content/tips/water/b.md:5: the alias gives the address /Old/, which is that of tips/steam/a.md, "
        "but for case: choose another"
    ]


@pytest.mark.parametrize("names", [("k.svg", "K.svg"), ("caf\u00e9.svg", "cafe\u0301.svg")])
def test_files_whose_names_differ_only_in_writing_are_told(
    generator: Generator, content: Content, names: tuple[str, str]
):
    for name in names:
        content.write(f"tips/steam/{name}", "<svg/>")
    if len(list((content.root / "tips/steam").glob("*.svg"))) == 1:
        pytest.skip("this file system has one name for both")
    content.tip("steam/a", f"![One]({names[0]}) ![Other]({names[1]})")

    lines = generator.fail()

    first, second = sorted(f"files/tips/steam/{name}" for name in names)
    assert lines == [
        f"{second}: differs from {first} only in case or in how its characters are composed, "
        "and many systems hold them for one: rename the file"
    ]
