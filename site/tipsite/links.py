"""Links in a rendered document: which there are, where they stand in the Markdown, and how to put URLs in."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from .errors import Problem, did_you_mean

# What is put in later is framed by characters that no text may hold; of these, ones that need a byte each in memory.
OPEN, CLOSE = "\x0e", "\x0f"

ELEMENT = re.compile(r"<(?P<tag>a|img|source|video|audio|iframe)\b(?P<attributes>[^>]*)>", re.IGNORECASE)
REFERENCE = re.compile(
    r"""(?P<before>\s(?:href|src|poster)\s*=\s*)(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'>]+))""",
    re.IGNORECASE,
)
BEFORE_TARGET = re.compile(r"""(?<=[\s("'<=])""")
PLACE = re.compile(f"{OPEN}L(\\d+){CLOSE}")
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
SCHEMES = ("http", "https", "mailto", "tel")


@dataclass(frozen=True)
class Link:
    """A link to something of this site, as the author wrote it: a relative file path and an anchor."""

    path: str
    anchor: str
    line: int
    column: int

    @property
    def target(self) -> str:
        """The link as it was written, but for escapes."""
        return f"{self.path}#{self.anchor}" if self.anchor else self.path


class Places:
    """Where things stand in a Markdown text whose code has been blanked out.

    Python-Markdown keeps no line numbers; so the n-th link to a target is looked up as the n-th place
    where that target is written.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._next: dict[tuple[str, re.Pattern[str]], int] = {}

    def find(self, written: str, after: re.Pattern[str] = BEFORE_TARGET) -> tuple[int, int]:
        """Return line and column (from 1) of the next place of a text, else its first one, else (0, 0).

        `after` matches, without a length, where a place can begin.
        """
        start = self._search(written, after, self._next.get((written, after), 0))
        if start < 0:
            start = self._search(written, after, 0)
        if start < 0:
            return 0, 0
        self._next[written, after] = start + len(written)
        line_start = self._text.rfind("\n", 0, start) + 1
        return self._text.count("\n", 0, start) + 1, start - line_start + 1

    def _search(self, written: str, after: re.Pattern[str], start: int) -> int:
        """Give the index of the first place from `start` on, or -1."""
        index = self._text.find(written, start)
        while index >= 0 and not after.match(self._text, index):
            index = self._text.find(written, index + 1)
        return index


def collect_links(document: str, ids: frozenset[str], places: Places) -> tuple[str, list[Link], list[Problem]]:
    """Replace each link to another file by a place for its URL; return the links in that order.

    A link to an anchor of this document is left as it is, if `ids` has the anchor.
    """
    links: list[Link] = []
    problems: list[Problem] = []

    def replace(match: re.Match[str]) -> str:
        target = html.unescape(match["double"] or match["single"] or match["bare"] or "")
        if target.startswith("#") and unquote(target[1:]) in ids:
            return match[0]
        line, column = places.find(target) if target else (0, 0)
        complaints = _check_here(target, ids) or _check_external(target)
        problems.extend(Problem("", line, column, complaint) for complaint in complaints)
        if complaints or _is_external(target):
            return match[0]
        path, _, anchor = target.partition("#")
        links.append(Link(unquote(path), unquote(anchor), line, column))
        return f'{match["before"]}"{OPEN}L{len(links) - 1}{CLOSE}"'

    def rewrite(element: re.Match[str]) -> str:
        return f"<{element['tag']}{REFERENCE.sub(replace, element['attributes'])}>"

    return ELEMENT.sub(rewrite, document), links, problems


def parse_link(written: str) -> Link | None:
    """Read the target of a link to something of this site, without its place; None if it leads elsewhere or nowhere."""
    path, _, anchor = written.partition("#")
    return Link(unquote(path), unquote(anchor), 0, 0) if path and not _is_external(written) else None


def _is_external(target: str) -> bool:
    return bool(SCHEME.match(target)) or target.startswith("//")


def _check_here(target: str, ids: frozenset[str]) -> list[str]:
    if target in ("", "#"):
        return ["a link leads nowhere: write a file, an #anchor or an address"]
    if target.startswith("#"):
        return [f"there is no anchor “{target}” in this file: {suggest_anchor(target[1:], ids)}"]
    return []


def suggest_anchor(anchor: str, ids: frozenset[str]) -> str:
    """Suggest the anchors that an author wrote; those of footnotes and tabs are nobody's to link to.

    Lines of code are suggested only where one is meant.
    """
    made = re.compile(r"__.*|.*:.*" if re.search(r"-L\d*$", anchor) else r"__.*|.*:.*|.*-L\d+")
    return did_you_mean(unquote(anchor), (name for name in ids if not made.fullmatch(name)))


def _check_external(target: str) -> list[str]:
    if target.startswith("//"):
        return [f"“{target}” has no scheme: write https:{target}"]
    scheme = target.partition(":")[0].lower()
    if _is_external(target) and scheme not in SCHEMES:
        return [f"links with “{scheme}:” are not published: {did_you_mean(scheme, SCHEMES)}"]
    return []


def put_urls(document: str, links: Sequence[Link], url_of: Callable[[Link], str]) -> str:
    """Put the URL of each link into its place."""
    return PLACE.sub(lambda match: html.escape(url_of(links[int(match[1])])), document)
