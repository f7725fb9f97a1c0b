"""Lints: what a reader would stumble over in tips and pages that are otherwise valid.

Errors are what breaks for somebody: a picture without words, a skipped heading, a command that a shell
takes apart. All else is a warning. Where the settings say `examples = false`, everything is a warning, since
such a site is often brought along from elsewhere, and vouches for no code.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from .errors import Problem
from .fence import Fence
from .library import Library
from .links import Places
from .rendering import Document, blank, blank_code
from .tip import Page, Tip

TITLE = 60  # characters; search engines and cards cut what is longer
SUMMARY = 155  # characters; the same
WORDS = (80, 600)  # of prose, headings included and code not
VAGUE = ("here", "click here", "right here", "this", "this link", "link", "read more")
SHELLS = ("bash", "console", "sh", "shell", "zsh")

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
NO_ALTERNATIVE = re.compile(r"(?<!\\)!\[\s*\](?=[(\[])|<img\b(?![^>]*\balt\s*=)[^>]*>", re.IGNORECASE)
VAGUE_LINK = re.compile(
    rf"\[[\W_]*(?P<text>{'|'.join(VAGUE)})[\W_]*\](?=[(\[])|<a\b[^>]*>\W*(?P<raw>{'|'.join(VAGUE)})\W*</a>",
    re.IGNORECASE,
)
LINKS_AND_CODE = re.compile(r"<(a|code|pre|script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
ATTRIBUTES = r"(?:\s+[\w:-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?)*?"
INLINE = re.compile(
    r"<(?P<element>script|style|iframe|object|embed|form)\b"
    rf"|<\w+{ATTRIBUTES}\s+(?P<attribute>style|on\w+)\s*="
    r"|\{:?[^{}\n]*?(?<![\w-])(?P<listed>style|on\w+)\s*=[^{}\n]*\}",
    re.IGNORECASE,
)
LOADED = re.compile(
    r"<(?:img|source|video|audio)\b[^<>]*?\s(?:src|poster)\s*=\s*[\"']?(https?:[^\"'\s>]+)", re.IGNORECASE
)
URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\"().,;:!?'’”]")
CHARACTER = re.compile(r"&(?!(?:amp|lt|gt|quot);)")  # written as a reference
BEFORE_URL = re.compile(r"(?<!\]\()(?<!\]: )(?<![<\"'=/\w])")
QUOTED = re.compile(r"'[^']*'|\"(?:\\.|[^\"\\])*\"|\\.|(?<!\S)#[^\n]*", re.DOTALL)  # and comments
UNQUOTED_URL = re.compile(r"(?:https?://|localhost|127\.0\.0\.1|\$\w+|[\w.-]+:\d+)[^\s|;<>()]*?(\?|&(?=[^\s&]))")


def lint(library: Library) -> list[Problem]:
    """Find everything worth mending in a library, in the order of path and line."""
    return sorted(problem for item in library.items for problem in lint_item(library, item))


def lint_item(library: Library, item: Tip | Page) -> list[Problem]:
    """Find everything worth mending in one tip or page of a library."""
    document = library.document(item)
    found = [problem.at(item.path, item.lines_above) for problem in _lint_body(item.body, document)]
    if isinstance(item, Tip):
        found += [*_lint_front_matter(item, library.root), *_lint_length(item, document)]
        found += _lint_tags(library, item)
    if library.settings.examples:
        return found
    return [replace(problem, warning=True) for problem in found]


def _lint_body(text: str, document: Document) -> Iterator[Problem]:
    prose = COMMENT.sub(lambda match: blank(match[0]), blank_code(text, document.fences))
    yield from _lint_headings(document, prose)
    yield from _lint_images(prose)
    yield from _lint_links(prose)
    yield from _lint_urls(document, prose)
    yield from _lint_policy(document, prose)
    for fence in document.fences:
        yield from _lint_fence(fence)


def _at(text: str, index: int, message: str, *, warning: bool = False) -> Problem:
    line = text.count("\n", 0, index) + 1
    return Problem("", line, index - text.rfind("\n", 0, index), message, warning=warning)


def _lint_headings(document: Document, prose: str) -> Iterator[Problem]:
    """Report each heading that is more than one level below the one before; the title has level 1."""
    levels = [1, *(int(level) for level in re.findall(r"<h([2-6])\b", document.html))]
    for number, (before, level) in enumerate(pairwise(levels), start=1):
        if level > before + 1:
            written = list(re.finditer(rf"(?m)^[ \t>]*#{{{level}}}(?!#)|<h{level}\b", prose))
            place = levels[1 : number + 1].count(level) - 1
            index = written[place].start() if place < len(written) else 0
            message = f"this heading has level {level} below one of level {before}: write {'#' * (before + 1)}"
            yield _at(prose, index, message)


def _lint_images(prose: str) -> Iterator[Problem]:
    if "![" not in prose and "<" not in prose:
        return
    message = "this image has no alternative text: say in it what the image shows, as in ![A form](form.png)"
    yield from (_at(prose, match.start(), message) for match in NO_ALTERNATIVE.finditer(prose))


def _lint_links(prose: str) -> Iterator[Problem]:
    for match in VAGUE_LINK.finditer(prose):
        text = match["text"] or match["raw"]
        message = f"a link that says “{text}” leads a listening reader nowhere: let it name what it leads to"
        yield _at(prose, match.start(), message, warning=True)


def _lint_urls(document: Document, prose: str) -> Iterator[Problem]:
    """Report each URL that stands in the text itself, where it is neither a link nor code."""
    if not _may_show_url(document.html):
        return
    places = Places(prose)
    for url in URL.findall(html.unescape(LINKS_AND_CODE.sub(" ", document.html))):
        line, column = places.find(url, after=BEFORE_URL)
        message = f"this bare URL is no link: write [its title]({url}), or <{url}>"
        yield Problem("", line, column, message, warning=True)


def _may_show_url(document: str) -> bool:
    """Tell, at little cost, whether a URL can stand elsewhere than in the address of a link."""
    return document.count("http") > document.count('<a href="http') or bool(CHARACTER.search(document))


def _lint_policy(document: Document, prose: str) -> Iterator[Problem]:
    """Report what the site's Content-Security-Policy has browsers ignore."""
    for match in INLINE.finditer(prose):
        kind = match.lastgroup or ""
        message = f"browsers are told to ignore “{match[kind]}” in a page: use Markdown, or a class of site.css"
        yield _at(prose, match.start(kind), message)
    if "![" not in prose and "<" not in prose:
        return  # nothing can be loaded, and most tips are done
    places = Places(prose)
    for url in map(html.unescape, LOADED.findall(document.html)):
        message = f"browsers are told to load nothing from elsewhere, such as {url}: put the file beside the tip"
        yield Problem("", *places.find(url), message)


def _lint_fence(fence: Fence) -> Iterator[Problem]:
    if not fence.language:
        message = "this code block names no language: write one behind the fence, as in ```python or ```text"
        yield Problem("", fence.line, len(fence.prefix) + 1, message, warning=True)
    if fence.language in SHELLS and "curl" in fence.source:
        for line, command in _commands(fence):
            yield from _lint_curl(fence, line, command)


def _commands(fence: Fence) -> Iterator[tuple[int, str]]:
    """Yield the number of the first line and the text of each command of a block, without its prompt."""
    prompted = fence.language == "console"
    for number, line in enumerate(fence.lines, start=fence.line + 1):
        if not prompted:
            yield number, line
        elif line.startswith("$ "):
            more = _continuation(fence.lines[number - fence.line :])
            yield number, "\n".join([line.removeprefix("$ "), *more])


def _continuation(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith("> "):
            return
        yield line.removeprefix("> ")


def _lint_curl(fence: Fence, line: int, command: str) -> Iterator[Problem]:
    if not re.search(r"\bcurl\b", command):
        return
    bare = QUOTED.sub(lambda match: re.sub(r"[^\n]", "_", match[0]), command)
    for match in UNQUOTED_URL.finditer(bare):
        index = match.start(1)
        prompt = 2 if fence.language == "console" else 0
        column = len(fence.prefix) + prompt + index - bare.rfind("\n", 0, index)
        message = f"the shell takes “{match[1]}” for itself: write the URL in quotes, curl 'localhost:5000/?a=1'"
        yield Problem("", line + bare.count("\n", 0, index), column, message)


def _lint_front_matter(tip: Tip, root: Path) -> Iterator[Problem]:
    for key, text, most in (("title", tip.title, TITLE), ("summary", tip.summary, SUMMARY)):
        if len(text) > most:
            message = f"the {key} has {len(text)} characters, and {most} are shown in full: shorten it"
            yield Problem(tip.path, _line_of(tip, key, root), 0, message, warning=True)


def _lint_length(tip: Tip, document: Document) -> Iterator[Problem]:
    least, most = WORDS
    if not least <= document.words <= most:
        advice = "say more, or merge it with another" if document.words < least else "split it"
        message = f"the text has {document.words} words, and a tip has {least} to {most}: {advice}"
        yield Problem(tip.path, tip.lines_above + 1, 0, message, warning=True)


def _lint_tags(library: Library, tip: Tip) -> Iterator[Problem]:
    for tag in tip.tags:
        if len(library.by_tag[tag]) == 1:
            message = f"no other tip has the tag “{tag}”, so it leads nowhere: take it out, or tag others with it"
            yield Problem(tip.path, _line_of(tip, "tags", library.root), 0, message, warning=True)


def _line_of(tip: Tip, key: str, root: Path) -> int:
    """Find the line of a key in the front matter of a tip's file; 1 if the file has changed meanwhile."""
    lines = (root / tip.path).read_text(encoding="utf-8", errors="replace").splitlines()[: tip.lines_above]
    return next((number for number, line in enumerate(lines, start=1) if re.match(rf"[\"']?{key}\b", line)), 1)
