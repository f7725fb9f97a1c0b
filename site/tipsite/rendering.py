"""Rendering: Markdown text in; HTML, headings, links, code blocks and problems out. A pure function."""

from __future__ import annotations

import functools
import html
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .converting import convert
from .errors import Problem
from .fence import Fence, find_fences
from .highlighting import complain, highlight
from .links import CLOSE, OPEN, Link, Places, collect_links

FENCE_PLACE = re.compile(f"<p>{OPEN}F(\\d+){CLOSE}\\s*</p>")
ANY_FENCE_PLACE = re.compile(f"{OPEN}F(\\d+){CLOSE}")
ID = re.compile(r"""<[^>]*\sid=["']?([^"'\s>]+)""")
LINE_START = re.compile("^", re.MULTILINE)
CODE_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True)
class Heading:
    """A heading of a document; `html` is what stands inside its element."""

    level: int
    id: str
    html: str


@dataclass(frozen=True)
class Document:
    """A rendered Markdown text.

    `html` has places for the URLs of `links` (see links.put_urls) and one behind each block of code
    (see `after_block`). Lines of `fences`, `links` and `problems` count from the top of the text.
    """

    html: str
    headings: tuple[Heading, ...]
    ids: frozenset[str]
    links: tuple[Link, ...]
    fences: tuple[Fence, ...]
    words: int
    problems: tuple[Problem, ...]


def render(text: str, examples: bool = True) -> Document:
    """Render a Markdown text; what is wrong with it is in `problems`, which have no path yet.

    With `examples`, every block of code must be one that is run, or say why it is not.
    """
    problems = _check_characters(text)
    if problems:
        text = FORBIDDEN.sub("\ufffd", text)  # some would be taken for the places of fences and links
    fences = find_fences(text)
    places = Places(blank_code(text, fences.blocks))
    problems += [*fences.problems, *_check_languages(fences.blocks)]
    body, headings, found = _convert(_without_fences(text, fences.blocks), examples, places)
    problems += found + _check_fences_shown(body, fences.blocks)
    anchors = _anchors(fences.blocks)
    ids = frozenset(ID.findall(body)) | _line_ids(anchors, fences.blocks)
    body, links, found = collect_links(body, ids, places)
    words = len(re.findall(r"\w+", re.sub(r"<[^>]*>", " ", ANY_FENCE_PLACE.sub(" ", body))))
    body = FENCE_PLACE.sub(lambda match: _code_block(int(match[1]), fences.blocks, anchors), body)
    problems += found
    return Document(body, headings, ids, tuple(links), fences.blocks, words, tuple(problems))


def after_block(number: int) -> str:
    """Give the text that marks, in a document's HTML, the place behind its n-th block of code (from 0)."""
    return f"{OPEN}A{number}{CLOSE}"


@functools.lru_cache(maxsize=8)  # a text is rendered and linted in turn
def blank_code(text: str, fences: tuple[Fence, ...]) -> str:
    """Blank out code, so that what is looked for is found in the prose; lines and columns stay."""
    lines = text.split("\n")
    for fence in fences:
        lines[fence.line - 1 : fence.end_line] = [""] * (fence.end_line - fence.line + 1)
    return CODE_SPAN.sub(lambda match: blank(match[0]), "\n".join(lines))


def blank(text: str) -> str:
    """Replace a text by as many spaces, so that lines and columns stay."""
    return "\n".join([" " * len(line) for line in text.split("\n")])


def _without_fences(text: str, fences: tuple[Fence, ...]) -> str:
    """Put a paragraph that marks its place instead of each fenced block."""
    lines = text.split("\n")
    for number, fence in reversed(list(enumerate(fences))):
        blank = fence.prefix.rstrip()
        place = f"{fence.prefix}{OPEN}F{number}{CLOSE}"
        lines[fence.line - 1 : fence.end_line] = [blank, place, blank]
    return "\n".join(lines)


def _convert(text: str, examples: bool, places: Places) -> tuple[str, tuple[Heading, ...], list[Problem]]:
    converted = convert(text)
    body = converted.html
    problems = [_not_run(*places.find(line)) for line in converted.indented if examples and OPEN not in line]
    if examples and (raw := re.search(r"<pre\b(?!><code>)", body)):
        problems.append(_not_run(*places.find(raw[0])))
    if re.search(r"<h1\b", body):
        message = "a heading of level 1 is the title's: write ## for a section"
        problems.append(Problem("", *(places.find("#", after=LINE_START) or (0, 0)), message))
    return body, tuple(_headings(converted.headings)), problems


def _headings(tokens: list[dict[str, Any]]) -> Iterator[Heading]:
    for token in tokens:
        yield Heading(token["level"], token["id"], token["html"])
        yield from _headings(token["children"])


def _not_run(line: int, column: int) -> Problem:
    message = (
        "this code is shown but never run: write a fenced block, which is a file "
        '(```python title="app.py"), a session (```console or ```pycon), '
        'or says why it is not run (```text unrun="…")'
    )
    return Problem("", line, column, message)


def _check_characters(text: str) -> list[Problem]:
    return [
        Problem(
            "",
            text.count("\n", 0, match.start()) + 1,
            match.start() - text.rfind("\n", 0, match.start()),
            f"the character U+{ord(match[0]):04X} cannot be published: take it out",
        )
        for match in FORBIDDEN.finditer(text)
    ]


def _check_languages(fences: tuple[Fence, ...]) -> list[Problem]:
    return [
        Problem("", fence.line, len(fence.prefix) + 4, complaint)
        for fence in fences
        if (complaint := complain(fence.language))
    ]


def _check_fences_shown(body: str, fences: tuple[Fence, ...]) -> list[Problem]:
    """Report each block that the page would not show exactly once, as in a comment or a table."""
    shown = [int(number) for number in FENCE_PLACE.findall(body)]
    message = (
        "this code block would not be shown as one: it stands in raw HTML, a comment, an indented block or "
        "inside a paragraph; put it on lines of its own, indented like the text around it"
    )
    return [
        Problem("", fence.line, len(fence.prefix) + 1, message)
        for number, fence in enumerate(fences)
        if shown.count(number) != 1
    ]


def _anchors(fences: tuple[Fence, ...]) -> tuple[str, ...]:
    """Name the anchor of each file, under which its lines have their ids; other blocks have none.

    An id such as `app.py-L12` cannot be that of a heading, which has no capitals, nor of a footnote, a tab
    or the template, which have colons or underscores there.
    """
    anchors: list[str] = []
    for fence in fences:
        anchors.append(_free_name(re.sub(r"\s+", "-", fence.title), anchors) if fence.is_file else "")
    return tuple(anchors)


def _free_name(name: str, taken: list[str]) -> str:
    """Give a name, or `name-2` and so on where it is taken."""
    names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    return next(free for free in names if free not in taken)


def _line_id(anchor: str, number: int) -> str:
    return f"{anchor}-L{number}"


def _line_ids(anchors: tuple[str, ...], fences: tuple[Fence, ...]) -> frozenset[str]:
    return frozenset(
        _line_id(anchor, number)
        for anchor, fence in zip(anchors, fences, strict=True)
        if anchor
        for number in range(1, len(highlight(fence.source, fence.language)) + 1)
    )


def _code_block(number: int, fences: tuple[Fence, ...], anchors: tuple[str, ...]) -> str:
    fence = fences[number]
    code = "".join(_code_lines(fence, anchors[number]))
    name = _caption(fence)
    caption = f"<figcaption>{html.escape(name)}{_unrun_mark(fence)}</figcaption>\n" if name else ""
    return (
        f'<figure class="code" data-kind="{_kind(fence)}">\n{caption}'
        f'<pre tabindex="0"><code>{code}</code></pre>\n</figure>{after_block(number)}'
    )


def _code_lines(fence: Fence, anchor: str) -> Iterator[str]:
    """Yield the lines of a block as HTML; those of files are elements that can be linked to."""
    escaped = html.escape(anchor)
    for number, line in enumerate(highlight(fence.source, fence.language), start=1):
        marked = ' class="hl"' if number in fence.hl_lines else ""
        name = f' id="{_line_id(escaped, number)}"' if anchor else ""
        yield f"<span{marked}{name}>{line}\n</span>" if marked or name else f"{line}\n"


def _kind(fence: Fence) -> str:
    return fence.language if fence.is_session else "file" if fence.is_file else "other"


def _caption(fence: Fence) -> str:
    names = {"console": "Terminal", "pycon": "Python"}
    return fence.title or names.get(fence.language, fence.language if fence.unrun else "")


def _unrun_mark(fence: Fence) -> str:
    return f' <span class="unrun">Not run: {html.escape(fence.unrun)}</span>' if fence.unrun else ""
