"""Fenced code blocks: the one parse of them that both rendering and checking start from.

The syntax is CommonMark's (https://spec.commonmark.org/0.31.2/#fenced-code-blocks), with attributes after
the language: ```` ```python title="app.py" hl_lines="3 5-7" ````.  A fence may stand in a list, an
admonition, a tab or a block quote; what stands before it on its first line is taken off every line of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from .errors import Problem, did_you_mean

OPENING = re.compile(r"^(?P<prefix>[ \t>]*)(?P<marker>`{3,}|~{3,})[ \t]*(?P<info>.*?)[ \t]*$")
ATTRIBUTE = re.compile(
    r"""\s*(?P<key>[A-Za-z_]+)=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'=]+))(?=\s|$)"""
)
ATTRIBUTES = ("title", "hl_lines", "exit", "background", "unrun")
SESSIONS = ("console", "pycon")


@dataclass(frozen=True)
class Fence:
    """A fenced block. Lines of the text count from 1; `line` is that of the opening fence."""

    line: int
    end_line: int
    prefix: str
    language: str
    source: str
    title: str = ""
    hl_lines: tuple[int, ...] = ()
    exit: int = 0
    background: int = 0
    unrun: str = ""

    @property
    def is_file(self) -> bool:
        """Tell whether the block is a file that is written before what follows it."""
        return bool(self.title) and self.language not in SESSIONS and not self.unrun

    @property
    def is_session(self) -> bool:
        """Tell whether the block is a session that is run and compared."""
        return self.language in SESSIONS and not self.unrun

    @property
    def lines(self) -> list[str]:
        """The lines of the source; line i of the source (from 0) is line `line + 1 + i` of the text."""
        return self.source.split("\n") if self.source else []


@dataclass(frozen=True)
class Fences:
    """All fences of a text in their order, and what is wrong with them (problems without a path)."""

    blocks: tuple[Fence, ...]
    problems: tuple[Problem, ...]


@dataclass
class _Problems:
    line: int
    found: list[Problem] = field(default_factory=list)

    def add(self, message: str, column: int = 0, line: int = 0) -> None:
        self.found.append(Problem("", line or self.line, column, message))


def find_fences(text: str) -> Fences:
    """Find every fenced block of a Markdown text, and everything that is wrong with one."""
    lines = text.split("\n")
    blocks: list[Fence] = []
    problems: list[Problem] = []
    index = 0
    while index < len(lines):
        marked = "```" in lines[index] or "~~~" in lines[index]
        opening = OPENING.match(lines[index]) if marked else None
        if opening is None or ("`" in opening["marker"] and "`" in opening["info"]):
            index += 1
            continue
        found = _Problems(index + 1)
        content, end = _read_content(lines, index, opening, found)
        blocks.append(_make_fence(opening, index, end, content, found))
        problems += found.found
        index = end
    return Fences(tuple(blocks), tuple(problems))


def _read_content(lines: list[str], start: int, opening: re.Match[str], problems: _Problems) -> tuple[list[str], int]:
    """Return the lines inside a fence, without its prefix, and the index behind its closing fence."""
    prefix, marker = opening["prefix"], opening["marker"]
    if not prefix and marker in lines[start + 1 :]:  # as in most blocks, which are read at once
        end = lines.index(marker, start + 1)
        content = lines[start + 1 : end]
        if marker not in "\n".join(content):
            return content, end + 1
    closing = _closing(marker)
    content = []
    for index in range(start + 1, len(lines)):
        line = _strip_prefix(lines[index], prefix)
        if line is None:
            problems.add(
                f"this code block is not closed before line {index + 1}, which is indented less than the "
                f"block: close it with {prefix}{marker} on a line of its own",
                len(prefix) + 1,
            )
            return content, index
        if marker in line and closing.match(line):
            return content, index + 1
        content.append(line)
    problems.add(f"this code block is not closed: end it with {marker} on a line of its own", len(prefix) + 1)
    return content, len(lines)


@cache
def _closing(marker: str) -> re.Pattern[str]:
    """Give the expression of the line that closes what a marker opens."""
    return re.compile(rf"^ {{0,3}}{marker[0]}{{{len(marker)},}}[ \t]*$")


def _strip_prefix(line: str, prefix: str) -> str | None:
    """Take a fence's prefix off a line; None if the line has left what the fence stands in."""
    if line.startswith(prefix):
        return line[len(prefix) :]
    if ">" in prefix:
        bare = prefix.rstrip()
        return "" if line.rstrip() == bare else None
    return "" if not line.strip() else None


def _make_fence(opening: re.Match[str], start: int, end: int, content: list[str], problems: _Problems) -> Fence:
    info, column = opening["info"], opening.start("info") + 1
    language, attributes = _parse_info(info, column, problems)
    return Fence(
        line=start + 1,
        end_line=end,
        prefix=opening["prefix"],
        language=language,
        source="\n".join(content),
        title=attributes.get("title", ""),
        hl_lines=tuple(_line_numbers(attributes.get("hl_lines", ""), len(content), column, problems)),
        exit=_number("exit", attributes, 0, 255, column, problems),
        background=_number("background", attributes, 1, 65535, column, problems),
        unrun=attributes.get("unrun", ""),
    )


def _parse_info(info: str, column: int, problems: _Problems) -> tuple[str, dict[str, str]]:
    """Split ```` python title="app.py" ```` into the language and its attributes."""
    match = re.match(r"[\w+#./-]*(?=\s|$)", info)
    language = match[0] if match else ""
    rest, position = info[len(language) :].rstrip(), len(language)
    attributes: dict[str, str] = {}
    end = 0
    while rest[end:].strip():
        attribute = ATTRIBUTE.match(rest, end)
        if attribute is None:
            problems.add(
                f"“{rest[end:].strip()}” cannot be read as attributes of a code block: "
                'write the language first, then key="value", as in ```python title="app.py"',
                column + position + end + len(rest[end:]) - len(rest[end:].lstrip()),
            )
            break
        key = attribute["key"]
        where = column + position + attribute.start("key")
        if key not in ATTRIBUTES:
            problems.add(f"a code block has no attribute “{key}”: {did_you_mean(key, ATTRIBUTES)}", where)
        if key in attributes:
            problems.add(f"“{key}” is given twice: keep one of the two", where)
        value = attribute["double"] or attribute["single"] or attribute["bare"] or ""
        if not value:
            problems.add(f'“{key}” is empty: write {key}="…" with a value, or leave it out', where)
        attributes[key] = value
        end = attribute.end()
    return language, attributes


def _line_numbers(text: str, count: int, column: int, problems: _Problems) -> Iterator[int]:
    """Yield the lines that `3 5-7` or `3,5-7` names, each within the block's `count` lines."""
    named: set[int] = set()
    for part in text.replace(",", " ").split():
        span = re.fullmatch(r"(\d+)(?:-(\d+))?", part)
        first, last = (int(span[1]), int(span[2] or span[1])) if span else (0, 0)
        if not 1 <= first <= last <= count:
            problems.add(
                f'hl_lines cannot be “{part}”: name lines from 1 to {count} of this block, as in hl_lines="3 5-7"',
                column,
            )
            continue
        named.update(range(first, last + 1))
    yield from sorted(named)


def _number(key: str, attributes: dict[str, str], least: int, most: int, column: int, problems: _Problems) -> int:
    text = attributes.get(key)
    if not text:
        return 0
    if not text.isdecimal() or not least <= int(text) <= most:
        problems.add(f"“{key}” must be a whole number from {least} to {most}, not “{text}”", column)
        return 0
    return int(text)
