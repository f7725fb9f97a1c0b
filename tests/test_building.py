"""Building: an incremental build equals a clean one, any build equals any other, and a killed one harms nothing."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import SETTINGS, Content
from test_freezing import Options, build
from tipsite import building
from tipsite.errors import ContentError
from tipsite.state import StateFile

SCRIPT = Path(__file__).parent.parent / "freeze.py"
TOPICS = ("steam", "water")


def site(output: Path) -> dict[str, str]:
    """Give the digest of every file of a site."""
    files = (path for path in output.rglob("*") if path.is_file() and path.name != ".tipsite")
    return {path.relative_to(output).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


class Author:
    """Edits a content folder at random, and leaves it free of errors."""

    def __init__(self, content: Content, seed: int) -> None:
        self.content = content
        self.choice = random.Random(seed)
        self.tips: dict[str, dict[str, str]] = {}
        self.bodies: dict[str, str] = {}
        self.count = 0
        for _ in range(12):
            self.add()

    def edit(self) -> None:
        """Do one thing that authors do."""
        deeds = (self.add, self.body, self.retitle, self.retag, self.redate, self.rename, self.remove, self.draft,
                 self.alias, self.page, self.topics, self.attachment)  # fmt: skip
        self.choice.choice(deeds)()
        self.write()

    def one(self) -> str:
        return self.choice.choice(sorted(self.tips))

    def add(self) -> None:
        self.count += 1
        path = f"{self.choice.choice(TOPICS)}/tip-{self.count}"
        self.tips[path] = {"title": f"Tip {self.count}", "date": f"2026-0{self.choice.randint(1, 9)}-01"}
        self.bodies[path] = f"Text {self.count}.\n\n## Part {self.count}\n"
        self.write()

    def body(self) -> None:
        self.bodies[self.one()] = f"Other text {self.choice.random()}.\n\n## New part\n"

    def retitle(self) -> None:
        self.tips[self.one()]["title"] = f"Title {self.choice.randint(1, 99)}"

    def retag(self) -> None:
        self.tips[self.one()]["tags"] = f"[{self.choice.choice('abc')}, {self.choice.choice('xyz')}]"

    def redate(self) -> None:
        self.tips[self.one()]["updated"] = f"2026-10-{self.choice.randint(10, 28)}"

    def rename(self) -> None:
        old, self.count = self.one(), self.count + 1
        new = f"{self.choice.choice(TOPICS)}/renamed-{self.count}"
        self.tips[new], self.bodies[new] = self.tips.pop(old), self.bodies.pop(old)

    def remove(self) -> None:
        if len(self.tips) > 8:
            path = self.one()
            del self.tips[path], self.bodies[path]

    def draft(self) -> None:
        meta = self.tips[self.one()]
        meta["draft"] = "false" if meta.get("draft") == "true" else "true"

    def alias(self) -> None:
        self.count += 1
        self.tips[self.one()]["aliases"] = f"/old/{self.count}/"

    def page(self) -> None:
        self.content.write("pages/about.md", f"---\ntitle: About {self.choice.randint(1, 9)}\n---\n\nWords.\n")

    def topics(self) -> None:
        introduction = f'introduction = "Part {self.choice.randint(1, 9)}."'
        self.content.write("site.toml", SETTINGS.replace('title = "Water"', f'title = "Water"\n{introduction}'))

    def attachment(self) -> None:
        self.content.write("tips/steam/k.svg", f"<svg><!-- {self.choice.random()} --></svg>")
        self.bodies[self.one()] = "A picture: ![kettle](../steam/k.svg).\n"

    def write(self) -> None:
        for path in (self.content.root / "tips").rglob("*.md"):
            path.unlink()
        published = [path for path in sorted(self.tips) if self.tips[path].get("draft") != "true"]
        for number, path in enumerate(sorted(self.tips)):
            target = published[number % len(published)]
            link = f"\nSee [another](../{target}.md).\n"
            self.content.tip(path, self.bodies[path] + link, **self.tips[path])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_any_edits_an_incremental_build_equals_a_clean_one(content: Content, tmp_path: Path, seed: int,
                                                                 monkeypatch: pytest.MonkeyPatch):  # fmt: skip
    monkeypatch.chdir(tmp_path)
    author = Author(content, seed)
    for _ in range(12):
        for _ in range(author.choice.randint(1, 3)):
            author.edit()

        cards = {"no_cards": seed != 3}  # drawing takes time, and once is enough
        build(Options(content.root, tmp_path / "out", no_cache=False, **cards))
        build(Options(content.root, tmp_path / "clean", **cards))

        assert site(tmp_path / "out") == site(tmp_path / "clean")


EDITS = {
    "a text": ("steam/tip-3", "Other text.\n\nSee [tip 1](tip-1.md) and [that](https://example.com/).", False),
    "a new link": ("steam/tip-3", "[tip 1](tip-1.md), [tip 2](tip-2.md), [that](https://example.com/)", False),
    "a new anchor": (
        "steam/tip-3",
        "[tip 1](tip-1.md), [part](tip-1.md#part), [that](https://example.com/)\n\n## Mine\n",
        False,
    ),
    "no external link": ("steam/tip-3", "See [tip 1](tip-1.md).", False),
    "a lost heading that nothing links to": ("steam/tip-2", "No heading.", False),
    "a lost link": ("steam/tip-3", "No link, but [that](https://example.com/).", True),
    "a link to a file": ("steam/tip-3", "[tip 1](tip-1.md), [this](picture.svg), [that](https://example.com/)", True),
}


@pytest.mark.parametrize("what", EDITS)
def test_where_a_text_was_edited_only_pages_that_show_it_are_looked_at(
    content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
):
    for number in range(5):
        content.tip(f"steam/tip-{number}", f"Text {number}.\n\n## Part\n")
    content.tip("steam/tip-3", "See [tip 1](tip-1.md) and [that](https://example.com/).")
    content.write("tips/steam/picture.svg", "<svg></svg>")
    options = Options(content.root, tmp_path / "out", no_cache=False)
    build(options)
    walks = []
    monkeypatch.setattr(StateFile, "pages", lambda self, given=StateFile.pages: walks.append(self) or given(self))

    path, text, everything = EDITS[what]
    content.tip(path, text)
    report = build(options)
    build(Options(content.root, tmp_path / "clean"))

    assert site(tmp_path / "out") == site(tmp_path / "clean")
    assert bool(walks) is everything
    assert f"tips/{path.partition('/')[2]}/index.html" in report.written
    assert "index.html" not in report.written


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("tips/steam/a.md", "title: steam/a", "title: Other"),
        ("tips/steam/a.md", "date: 2026-11-01", "date: 2026-11-02\ntags: [warm]"),
        ("pages/about.md", "title: About", "title: Imprint"),
        ("site.toml", "Kettle notes", "Notes on kettles"),
        ("tips/steam/k.svg", "<svg>", "<svg><title>Kettle</title>"),
    ],
)
def test_where_more_than_a_text_was_edited_all_pages_are_looked_at(
    content: Content, tmp_path: Path, path: str, old: str, new: str
):
    content.tip("steam/a", "![Kettle](k.svg)")
    content.write("tips/steam/k.svg", "<svg></svg>")
    options = Options(content.root, tmp_path / "out", no_cache=False)
    build(options)

    content.write(path, (content.root / path).read_text().replace(old, new))
    report = build(options)
    build(Options(content.root, tmp_path / "clean"))

    assert site(tmp_path / "out") == site(tmp_path / "clean")
    assert report.written


def test_the_first_spare_is_made_while_the_first_site_is_remembered(
    content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(building, "WORTH_LINKING", 1)
    content.tip("steam/a")
    options = Options(content.root, tmp_path / "out", no_cache=False, jobs=2)
    build(options)

    spare = tmp_path / ".out.tipsite/spare"
    assert site(spare) == site(tmp_path / "out")
    assert (spare / "index.html").samefile(tmp_path / "out/index.html")

    content.tip("steam/a", "Other text.")
    build(options)
    build(Options(content.root, tmp_path / "clean"))

    assert site(tmp_path / "out") == site(tmp_path / "clean")


def test_no_spare_is_left_of_a_first_site_that_has_errors(
    content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(building, "WORTH_LINKING", 1)
    content.tip("steam/a", "[b](b.md#nowhere)")
    content.tip("steam/b")
    options = Options(content.root, tmp_path / "out", no_cache=False, jobs=2)

    with pytest.raises(ContentError, match="nowhere"):
        build(options)
    content.tip("steam/a", "[b](b.md)")
    build(options)

    assert site(tmp_path / ".out.tipsite/spare") == site(tmp_path / "out")


def test_unchanged_files_keep_their_times_and_changed_ones_do_not(content: Content, tmp_path: Path):
    for number in range(5):
        content.tip(f"steam/tip-{number}", f"Text {number}.")
    options = Options(content.root, tmp_path / "out", no_cache=False)
    build(options)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.html")}
    time.sleep(0.02)

    content.tip("steam/tip-3", "Other text.")
    report = build(options)

    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.html")}
    changed = {path.relative_to(tmp_path / "out").as_posix() for path in after if after[path] != before[path]}
    assert changed == {"tips/tip-3/index.html"}
    assert set(report.written) == {
        "tips/tip-3.md",
        "tips/tip-3/index.html",
        "feed.json",
        "feed.xml",
        "search/0.json",
        "topics/steam/feed.xml",
    }


def test_a_file_that_someone_changed_in_the_output_is_made_again(content: Content, tmp_path: Path):
    content.tip("steam/a")
    options = Options(content.root, tmp_path / "out", no_cache=False)
    build(options)
    before = site(tmp_path / "out")

    (tmp_path / "out/tips/a/index.html").write_text("mine")
    (tmp_path / "out/index.html").unlink()
    build(options)

    assert site(tmp_path / "out") == before


def test_a_build_without_cache_leaves_nothing_of_pages_that_have_gone(content: Content, tmp_path: Path):
    content.tip("steam/a")
    content.tip("steam/b")
    build(Options(content.root, tmp_path / "out", no_cache=False))
    (content.root / "tips/steam/b.md").unlink()
    build(Options(content.root, tmp_path / "out", no_cache=True))

    content.tip("steam/a", "Other text.")
    report = build(Options(content.root, tmp_path / "out", no_cache=False))

    assert "tips/a/index.html" in report.written
    assert "index.html" not in report.written
    assert report.removed == ()


@pytest.mark.parametrize(
    ("environment", "arguments", "umask"),
    [
        ({"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"}, ["--jobs", "1"], 0o077),
        ({"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "C.UTF-8"}, ["--jobs", "2"], 0o022),
        ({"PYTHONHASHSEED": "3"}, ["--jobs", "3", "--no-cache"], 0o002),
    ],
)
def test_the_same_content_gives_the_same_bytes(
    content: Content, tmp_path: Path, environment: dict[str, str], arguments: list[str], umask: int
):
    for number in range(60):
        content.tip(f"{TOPICS[number % 2]}/tip-{number}", f"Text {number}.", tags=f"[t{number % 7}]")
    build(Options(content.root, tmp_path / "first"))
    elsewhere = tmp_path / "else where"
    shutil.copytree(content.root, elsewhere / "content", copy_function=shutil.copy)

    subprocess.run(
        [sys.executable, SCRIPT, *arguments],
        cwd=elsewhere,
        env={**os.environ, **environment},
        umask=umask,
        check=True,
        capture_output=True,
    )

    assert site(elsewhere / "build") == site(tmp_path / "first")


def test_a_build_that_is_killed_leaves_the_old_site_or_the_new_one(content: Content, tmp_path: Path):
    """Kill builds at fifty moments of their lives; each alternates between two contents."""
    for number in range(30):
        content.tip(f"steam/tip-{number}", f"Text {number}.")
    command = [sys.executable, SCRIPT, "--output", "out"]
    sites = []
    for text in ("one", "two"):
        content.write("pages/about.md", f"---\ntitle: About {text}\n---\n\n{text}\n")
        started = time.perf_counter()
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
        took = time.perf_counter() - started
        sites.append(site(tmp_path / "out"))
    choice = random.Random(7)
    killed = 0
    for number in range(50):
        text = ("one", "two")[number % 2]
        content.write("pages/about.md", f"---\ntitle: About {text}\n---\n\n{text}\n")
        process = subprocess.Popen(command, cwd=tmp_path, start_new_session=True, stdout=subprocess.DEVNULL)
        time.sleep(choice.uniform(0.3, 1.05) * took)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            killed += 1
        process.wait()
        assert site(tmp_path / "out") in sites

    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert site(tmp_path / "out") == sites[1]
    assert killed > 10


def test_an_anchor_that_goes_breaks_the_unchanged_page_that_links_to_it(content: Content, tmp_path: Path):
    content.tip("steam/a", "[b](b.md#deep)")
    content.tip("steam/b", "## Deep\n")
    options = Options(content.root, tmp_path / "out", no_cache=False)
    build(options)

    content.tip("steam/b", "## Shallow\n")

    with pytest.raises(ContentError, match=r"tips/steam/a\.md:7:5: there is no anchor “#deep” in tips/steam/b\.md"):
        build(options)


def test_a_manifest_names_every_file(content: Content, tmp_path: Path):
    content.tip("steam/a")

    build(Options(content.root, tmp_path / "out", manifest=True))

    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert manifest == {name: digest for name, digest in site(tmp_path / "out").items() if name != "manifest.json"}


def test_github_gets_annotations_and_a_summary(content: Content, tmp_path: Path):
    content.tip("steam/a")
    environment = {**os.environ, "GITHUB_ACTIONS": "true"}
    command = [sys.executable, SCRIPT, "--summary", "summary.md", "--verbose"]

    good = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    content.tip("steam/a", "[x](nope.md)")
    bad = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert "| Pages | " in (tmp_path / "summary.md").read_text()
    assert "+ tips/a/index.html\n" in good.stdout
    assert bad.returncode == 1
    assert "::error file=content/tips/steam/a.md,line=7,col=5::there is no file “nope.md”" in bad.stdout


def test_warnings_are_told_and_lints_that_break_something_stop_the_build(content: Content, tmp_path: Path):
    content.tip("steam/a", "Read it [here](b.md).", title="x" * 61)
    content.tip("steam/b")

    report = build(Options(content.root, tmp_path / "out"))

    assert any("steam/a.md:2" in str(warning) and "warning: " in str(warning) for warning in report.warnings)
    content.write("site.toml", SETTINGS.replace("examples = false", "examples = true"))
    content.tip("steam/a", '<img src="https://a.example/x.png">')
    with pytest.raises(ContentError, match=r"steam/a\.md:7"):
        build(Options(content.root, tmp_path / "out"))
