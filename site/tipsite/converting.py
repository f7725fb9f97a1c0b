"""Converting: Markdown into HTML, by those parts of Python-Markdown that a text has a use for."""

from __future__ import annotations

import functools
import importlib
import re
from dataclasses import dataclass
from itertools import chain
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import CodeBlockProcessor
from markdown.extensions.toc import TocExtension, TocTreeprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString
from pymdownx.slugs import slugify

Sign = str | re.Pattern[str]

# A text in which this is not found has nothing for the part to do. Leaving those out halves the time of most texts.
EXTENSIONS: dict[str, Sign] = {
    "markdown.extensions.abbr": "*[",
    "markdown.extensions.admonition": "!!!",
    "markdown.extensions.attr_list": "{",
    "markdown.extensions.def_list": re.compile(r"\n[\W\d]*:"),
    "markdown.extensions.footnotes": "[^",
    "markdown.extensions.md_in_html": "<",
    "markdown.extensions.sane_lists": "",
    "markdown.extensions.tables": "|",
    "pymdownx.details": "???",
    "pymdownx.tabbed": "===",
    "pymdownx.tasklist": re.compile(r"\[[ xX]\]"),
    "pymdownx.tilde": "~",
}
CONFIGURATION = {"pymdownx.tabbed": {"alternate_style": True}, "pymdownx.tilde": {"subscript": False}}
PREPROCESSORS: dict[str, Sign] = {"html_block": re.compile(r"[<&]\S")}
LINE = re.compile(r"[-=_*][ \t]*(?:[\r\n<]|\Z)")  # in raw HTML, a line may end before a tag
BLOCK_PROCESSORS: dict[str, Sign] = {"hr": LINE, "quote": ">", "setextheader": LINE}
INLINE_PATTERNS: dict[str, Sign] = {
    "autolink": "<",
    "automail": "<",
    "entity": re.compile(r"&[#\w]"),
    "escape": "\\",
    "html": "<",
    "image_link": "!",
    "image_reference": "]:",
    "linebreak": "  \n",
    "link": "[",
    "reference": "]:",
    "short_image_ref": "]:",
    "short_reference": "]:",
}
TREE_PROCESSORS: dict[str, Sign] = {"unescape": "\\"}
CONTENTS: dict[str, Sign] = {"contents": "[TOC]"}
PARTS = EXTENSIONS | PREPROCESSORS | BLOCK_PROCESSORS | INLINE_PATTERNS | TREE_PROCESSORS | CONTENTS
NAMES = {sign: [name for name in PARTS if PARTS[name] == sign] for sign in PARTS.values()}
MARKUP = re.compile(r"[\\`*_\[!<~\x02]|&[#\w]|  \n")  # with which every inline pattern begins, or a place for HTML


@dataclass(frozen=True)
class Converted:
    """What a text was converted to.

    `headings` are those of levels 2 to 6, as Python-Markdown nests them; `indented` has the first line of each block
    of indented code.
    """

    html: str
    headings: list[dict[str, Any]]
    indented: list[str]


def convert(text: str) -> Converted:
    """Convert a Markdown text."""
    markdown, indented = _markdown(_parts_for(text))
    indented.found = []
    body = markdown.reset().convert(text)
    return Converted(body, markdown.toc_tokens, indented.found)  # type: ignore[attr-defined]


def _parts_for(text: str) -> frozenset[str]:
    """Choose the parts that a text can have a use for."""
    text = f"\n{text}"  # so that each line begins behind a line break, which `re` finds faster than a beginning
    found = (names for sign, names in NAMES.items() if (sign in text if isinstance(sign, str) else sign.search(text)))
    return frozenset(chain.from_iterable(found))


@functools.lru_cache(maxsize=64)
def _markdown(parts: frozenset[str]) -> tuple[Markdown, _IndentedCode]:
    """Make a converter that has some of the parts; it can be used again and again."""
    toc = (TocExtension if "contents" in parts else _HeadingsExtension)(
        permalink="#",
        permalink_class="permalink",
        permalink_title="Link to this section",
        slugify=slugify(case="lower"),
        toc_depth="2-6",
    )
    # By their names, Python-Markdown would look for them in all packages that are installed.
    extensions = [
        importlib.import_module(name).makeExtension(**CONFIGURATION.get(name, {}))
        for name in EXTENSIONS
        if name in parts
    ]
    markdown = Markdown(extensions=[*extensions, toc], output_format="html")
    registries = (
        (markdown.preprocessors, PREPROCESSORS),
        (markdown.parser.blockprocessors, BLOCK_PROCESSORS),
        (markdown.inlinePatterns, INLINE_PATTERNS),
        (markdown.treeprocessors, TREE_PROCESSORS),
    )
    for registry, signs in registries:
        for name in signs.keys() - parts:
            registry.deregister(name)
    if "markdown.extensions.abbr" not in parts:  # which looks for its words where nothing is marked
        markdown.treeprocessors.register(_Plain(markdown), "plain", 21)
    markdown.block_level_elements = frozenset(markdown.block_level_elements)  # type: ignore[assignment]
    markdown.treeprocessors.register(_Alignment(markdown), "alignment", 0)
    indented = _IndentedCode(markdown.parser)
    markdown.parser.blockprocessors.register(indented, "code", 80)
    return markdown, indented


class _Alignment(Treeprocessor):
    """Says in a class how a table's cells are aligned: the site's Content-Security-Policy allows no style in a page."""

    def run(self, root: Element) -> None:
        """Replace the style of each cell."""
        for cell in (*root.iter("th"), *root.iter("td")):
            if aligned := re.fullmatch(r"text-align: (\w+);", cell.get("style", "")):
                del cell.attrib["style"]
                cell.set("class", f"align-{aligned[1]}")


class _Plain(Treeprocessor):
    """Marks texts that have no sign of any inline pattern, so that none is tried on them."""

    def run(self, root: Element) -> None:
        """Mark the text of each such element."""
        for element in root.iter():
            if element.text and not MARKUP.search(element.text):
                element.text = AtomicString(element.text)


class _Headings(TocTreeprocessor):
    """Gives headings ids and links to themselves; makes no table of contents that no place asks for."""

    def build_toc_div(self, toc_list: list[Any]) -> Element:
        """Make nothing."""
        return Element("div")

    def replace_marker(self, root: Element, elem: Element) -> None:
        """Look for no place."""


class _HeadingsExtension(TocExtension):
    TreeProcessorClass = _Headings


class _IndentedCode(CodeBlockProcessor):
    """Indented code is shown without being run, so it is reported where examples are run."""

    def __init__(self, parser: BlockParser) -> None:
        super().__init__(parser)
        self.found: list[str] = []

    def run(self, parent: Any, blocks: list[str]) -> None:
        """Note the first line of the block, then do what Python-Markdown does."""
        self.found.append(blocks[0].strip().split("\n")[0])
        super().run(parent, blocks)
