"""Write a corpus: a content folder with as many tips as you like, always the same ones.

Usage: python benchmarks/corpus.py FOLDER --tips N

A tip has 80 to 250 words and one to three blocks of code of 8 to 35 lines, and no two blocks are the same. The
first tips of a large corpus are those of a small one: a tip links to earlier ones only.
"""

from __future__ import annotations

import argparse
import datetime
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from snippets import LANGUAGES, Language
from words import Words

FIRST_DAY = datetime.date(2016, 1, 4)
TOPICS = {
    "routing": "Routing",
    "requests": "Requests",
    "responses": "Responses",
    "templates": "Templates",
    "forms": "Forms",
    "sessions": "Sessions",
    "databases": "Databases",
    "caching": "Caching",
    "security": "Security",
    "testing": "Testing",
    "logging": "Logging",
    "deployment": "Deployment",
    "command-line": "Command line",
    "background-work": "Background work",
    "files": "Files",
    "errors": "Errors",
}
TAGS = ("basics", "cookies", "headers", "json", "html", "sql", "shell", "speed", "safety", "async",
        "configuration", "dates", "decorators", "debugging", "email", "uploads", "urls", "validation")  # fmt: skip
SENTENCES = (
    "The {thing} is {verb}ed once for each {noun}, and the {noun} keeps what it was given.",
    "When a {noun} is {adjective}, {verb} the {thing} before the next {noun} arrives.",
    "Call `{function}` with the {thing}, and `{value}` says how many were left over.",
    "Nothing else reads `{value}`, so it may hold the {noun} of the last request.",
    "A {noun} that nobody has {verb}ed stays {adjective} until the {noun} ends.",
    "Most people {verb} the {noun} first and wonder why the {thing} has gone.",
    "It costs little to {verb} a {noun}, but a lot to {verb} every {thing} again.",
    "The {noun} does **not** {verb} the {noun}; it only notes that the {thing} was there.",
    "Whether the {thing} is {adjective} or {adjective} depends on the {noun} alone.",
    "If `{function}` returns `None`, the {noun} was {adjective} and there is nothing to {verb}.",
    "Keep the {noun} in `{constant}`, where a test can *{verb}* it without a {noun}.",
    "The second {noun} wins: what the first one says about the {thing} is dropped.",
    "Read the [documentation of the {noun}](https://docs.example.org/{noun}/{verb}.html) for the {thing}.",
    "Two workers that {verb} the same {noun} see {number} of them, and neither is wrong.",
    "After {number} seconds the {thing} is closed & the {noun} starts again.",
)
LINKED = (
    "See {link} for what happens to the {noun}.",
    "How to {verb} a {noun} is told in {link}.",
    "This builds on {link}, where the {thing} is made.",
)
ITEMS = (
    "{verb} the {thing};",
    "a {noun} that is {adjective};",
    "`{function}` and its {noun};",
    "{number} of each {noun};",
)
HEADINGS = ("What it does", "Why the {noun} is {adjective}", "{Verb} the {noun}", "When the {noun} is missing",
            "What goes wrong", "Without a {noun}", "The {thing} in practice")  # fmt: skip
INTRODUCTIONS = ("Here is the whole program:", "In full:", "Put this beside the {noun}:", "Then {verb} the {noun}:")


@dataclass(frozen=True)
class Block:
    """A block of code: the name of its language, its file's name if it has one, and its text."""

    language: str
    title: str
    code: str


@dataclass(frozen=True)
class CorpusTip:
    """A tip, in parts that each generator of sites gets in the form it takes. `parts` are Markdown or code."""

    number: int
    topic: str
    slug: str
    title: str
    summary: str
    date: datetime.date
    updated: datetime.date | None
    tags: tuple[str, ...]
    parts: tuple[str | Block, ...]

    @property
    def path(self) -> str:
        """The path of its file below the content folder."""
        return f"tips/{self.topic}/{self.slug}.md"

    @property
    def blocks(self) -> list[Block]:
        """Its blocks of code."""
        return [part for part in self.parts if isinstance(part, Block)]

    @property
    def words(self) -> int:
        """The number of its words, code apart."""
        return sum(len(part.split()) for part in self.parts if isinstance(part, str))


def make_tips(count: int) -> Iterator[CorpusTip]:
    """Make the tips of a corpus."""
    return (make_tip(number) for number in range(count))


def make_tip(number: int) -> CorpusTip:
    """Make one tip; it is the same in every corpus that is large enough to have it."""
    words = Words(f"tip {number}")
    topic, slug, title = _name(number)
    date = FIRST_DAY + datetime.timedelta(days=number * 7919 % 3650)
    return CorpusTip(
        number=number,
        topic=topic,
        slug=slug,
        title=title,
        summary=f"How to {words.verb} the {words.thing} of a {words.noun}, and what becomes of the {words.noun}.",
        date=date,
        updated=date + datetime.timedelta(days=words.number(1, 200)) if words.chance(0.2) else None,
        tags=(TAGS[number % len(TAGS)], TAGS[(number + number // len(TAGS) % (len(TAGS) - 1) + 1) % len(TAGS)]),
        parts=tuple(_parts(words, number)),
    )


def _name(number: int) -> tuple[str, str, str]:
    words = Words(f"name {number}")
    verb, adjective, noun = words.verb, words.adjective, words.noun
    title = words.pick((f"{verb} the {adjective} {noun}", f"{verb} one {noun} that is {adjective}"))
    return words.pick(list(TOPICS)), f"{verb}-{adjective}-{noun}-{number}", title.capitalize()


def link_to(number: int) -> str:
    """Write a link from one tip to another."""
    topic, slug, title = _name(number)
    return f"[{title}](../{topic}/{slug}.md)"


def _parts(words: Words, number: int) -> Iterator[str | Block]:
    """Write the body: a paragraph, then blocks of code with text around them."""
    wanted, written = words.number(108, 194), 0
    blocks = words.number(1, 3)
    links = [words.number(0, number - 1) for _ in range(words.number(0, 3))] if number else []
    headings = words.several(HEADINGS, blocks, blocks) if words.chance(0.7) else []
    for index in range(blocks + 1):
        texts = [_fill(words, headings[index - 1], "## ")] if index and headings else []
        texts += _texts(words, (wanted - written) // (blocks + 1 - index), links)
        if index < blocks:
            texts.append(_fill(words, words.pick(INTRODUCTIONS)))
        yield "\n\n".join(texts)
        written += len("\n\n".join(texts).split())
        if index < blocks:
            yield _block_of_code(words)


def _texts(words: Words, count: int, links: list[int]) -> list[str]:
    """Write paragraphs, and now and then a list, a table or a quotation, of about so many words."""
    texts: list[str] = []
    while sum(len(text.split()) for text in texts) < count - 12:
        sentences = [_fill(words, words.pick(SENTENCES)) for _ in range(words.number(1, 3))]
        if links and words.chance(0.6):
            sentences.append(_fill(words, words.pick(LINKED), link=link_to(links.pop())))
        texts.append(" ".join(sentences))
        if words.chance(0.12):
            texts.append(words.pick((_list, _numbered, _table, _quotation))(words))
    return texts


def _list(words: Words) -> str:
    return "\n".join(f"- {_fill(words, words.pick(ITEMS))}" for _ in range(3))


def _numbered(words: Words) -> str:
    return "\n".join(f"{number}. {_fill(words, words.pick(ITEMS))}" for number in (1, 2, 3))


def _table(words: Words) -> str:
    rows = [f"| `{words.value}` | {words.thing} |" for _ in range(3)]
    return "\n".join(["| name | meaning |", "| --- | --- |", *rows])


def _quotation(words: Words) -> str:
    return f"> {_fill(words, words.pick(SENTENCES))}"


def _fill(words: Words, pattern: str, before: str = "", **values: str) -> str:
    """Put a word into each place of a pattern; the same place twice gets two words."""
    text = ""
    for piece in pattern.split("{"):
        name, closed, rest = piece.partition("}")
        text += _draw(words, name, values) + rest if closed else name
    return before + text


def _draw(words: Words, name: str, values: dict[str, str]) -> str:
    if name in values:
        return values[name]
    if name == "number":
        return str(words.number(2, 9000))
    return str(getattr(words, name.lower())).capitalize() if name.istitle() else str(getattr(words, name))


def _block_of_code(words: Words) -> Block:
    language = _language(words)
    title = f"{words.noun}{language.file}" if language.file and words.chance(0.6) else ""
    return Block(language.name, title, language.block(words, words.number(8, 35)))


def _language(words: Words) -> Language:
    drawn = words.number(1, sum(language.share for language in LANGUAGES))
    for language in LANGUAGES:
        drawn -= language.share
        if drawn <= 0:
            break
    return language


def write_corpus(folder: Path, count: int) -> None:
    """Write a content folder for this project's generator; one that is there is replaced if it is a corpus."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / ".corpus").exists():
            raise SystemExit(f"{folder} holds something that is no corpus: empty it yourself, or name another folder")
        shutil.rmtree(folder)
    write(folder / ".corpus", f"{count} tips\n")
    write(folder / "site.toml", settings(count))
    write(folder / "pages/about.md", ABOUT)
    for tip in make_tips(count):
        write(folder / tip.path, tip_file(tip))


def write(path: Path, text: str) -> None:
    """Write a text file, and the folders it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


ABOUT = "---\ntitle: About\nsummary: What these notes are.\n---\n\nThese notes were made to measure with.\n"


def settings(count: int) -> str:
    """Write `site.toml`. The home page and those of topics list all their tips, hence a budget that grows."""
    head = f"""title = "Measured notes"
description = "Notes that nobody wrote, to measure how fast a site is built."
base_url = "https://notes.example/"
author = "Nobody"
examples = false
budget = {20_000 + 60 * count}
"""
    topics = [f'\n[[topics]]\nslug = "{slug}"\ntitle = "{title}"\n' for slug, title in TOPICS.items()]
    return head + "".join(topics)


def tip_file(tip: CorpusTip) -> str:
    """Write a tip as this project's generator takes it."""
    updated = f"updated: {tip.updated}\n" if tip.updated else ""
    head = f"title: {tip.title}\nsummary: {tip.summary}\ndate: {tip.date}\n{updated}tags: [{', '.join(tip.tags)}]\n"
    body = "\n\n".join(_fenced(part) if isinstance(part, Block) else part for part in tip.parts)
    return f"---\n{head}---\n\n{body}\n"


def _fenced(block: Block) -> str:
    title = f' title="{block.title}"' if block.title else ""
    return f"```{block.language}{title}\n{block.code}\n```"


def main() -> None:
    """Write a corpus as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tips", type=int, default=1000, metavar="N", help="default: 1000")
    arguments = parser.parse_args()
    write_corpus(arguments.folder, arguments.tips)


if __name__ == "__main__":
    main()
