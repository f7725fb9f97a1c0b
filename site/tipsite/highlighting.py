"""Syntax highlighting with Pygments: HTML for code, and one style sheet for both themes."""

from __future__ import annotations

import functools
import html
import itertools
import operator
import re
from collections import Counter
from collections.abc import Iterator

from pygments import lexers
from pygments.lexer import Lexer
from pygments.lexers.special import TextLexer
from pygments.token import (
    STANDARD_TYPES,
    Comment,
    Error,
    Generic,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Text,
    _TokenType,
)
from pygments.util import ClassNotFound

from .errors import did_you_mean
from .lexing import Token, quicken

# What a token looks like on a light and on a dark page. Each colour has a contrast of at least 4.5 to 1
# on the background of code and on that of a marked line (tests/test_highlighting.py computes it).
PALETTE: dict[_TokenType, tuple[str, str]] = {
    Comment: ("#5f6672", "#9aa3b2"),
    Keyword: ("#8a2b70", "#e59ad0"),
    Keyword.Constant: ("#8a4a00", "#eab676"),
    Operator.Word: ("#8a2b70", "#e59ad0"),
    String: ("#2d6a2f", "#a5d6a0"),
    String.Escape: ("#8a4a00", "#eab676"),
    Number: ("#8a4a00", "#eab676"),
    Literal: ("#8a4a00", "#eab676"),
    Name.Decorator: ("#6b4bb8", "#c3aef5"),
    Name.Function: ("#1d5fa8", "#8fc1f5"),
    Name.Class: ("#1d5fa8", "#8fc1f5"),
    Name.Exception: ("#1d5fa8", "#8fc1f5"),
    Name.Tag: ("#1d5fa8", "#8fc1f5"),
    Name.Attribute: ("#6b4bb8", "#c3aef5"),
    Generic.Prompt: ("#0b6b50", "#58cfa8"),
    Generic.Output: ("#4a515c", "#b4bcc9"),
    Generic.Traceback: ("#a8323a", "#f2a3a3"),
    Generic.Inserted: ("#2d6a2f", "#a5d6a0"),
    Generic.Deleted: ("#a8323a", "#f2a3a3"),
    Generic.Heading: ("#5f6672", "#9aa3b2"),
    Generic.Subheading: ("#5f6672", "#9aa3b2"),
}
WORTH_MERGING = 20  # blocks
PLAIN = (Error, Operator, Punctuation, Name)  # these look like the text around them


_uses: Counter[str] = Counter()


@functools.lru_cache(maxsize=64)  # the lines of a document's blocks are counted, and then shown
def highlight(source: str, language: str) -> tuple[str, ...]:
    """Return the lines of a block as HTML; an element never goes over the end of a line.

    Only tokens that have a colour become elements, which makes pages a third as long as Pygments' own
    HtmlFormatter does. An unknown language is plain text here; `complain` is what tells the author.
    """
    pieces: list[str] = []
    last, text = "", ""
    for _, kind, part in _tokens(source, language):
        name = _class_names[kind]
        if name == last:
            text += part
        else:
            pieces.append(_element(last, text))
            last, text = name, part
    pieces.append(_element(last, text))
    return tuple("".join(pieces).removesuffix("\n").split("\n"))


def _element(name: str, text: str) -> str:
    """Write a text, as an element of a class if it has one and can be seen."""
    if "&" in text or "<" in text or ">" in text:
        text = html.escape(text, quote=False)
    if not name or not text or text.isspace():
        return text
    if "\n" not in text:
        return f'<span class="{name}">{text}</span>'
    return "\n".join(part and f'<span class="{name}">{part}</span>' for part in text.split("\n"))


def _tokens(source: str, language: str) -> Iterator[Token]:
    """Give a block's tokens; what follows `>>>` in a terminal, as in `flask shell`, is read as Python.

    They are asked for without the generator that Pygments puts around each lexer for what its options do.
    """
    text = source if source.endswith("\n") else f"{source}\n"
    if language != "console":
        return _lexer(language).get_tokens_unprocessed(text)
    parts = itertools.groupby(_console_parts(text), key=operator.itemgetter(0))
    return itertools.chain.from_iterable(
        _lexer(part).get_tokens_unprocessed("".join(line for _, line in lines)) for part, lines in parts
    )


def _lexer(language: str) -> Lexer:
    """Give a language's lexer; its rules are merged when it has been asked for often enough to be worth it."""
    _uses[language] += 1
    if _uses[language] == WORTH_MERGING:
        quicken(_plain_lexer(language), lambda kind: _coloured(kind) or Text)
    return _plain_lexer(language)


def _console_parts(source: str) -> Iterator[tuple[str, str]]:
    """Yield the lines of a terminal session, each with the language it is in."""
    part = "console"
    for line in re.findall(r"[^\n]*\n|[^\n]+", source):
        if line.startswith(("$ ", ">>> ")):
            part = "console" if line.startswith("$ ") else "pycon"
        yield part, line


def _coloured(token: _TokenType) -> _TokenType | None:
    """Find the token in the palette, or the nearest of its parents that is there."""
    while token not in PALETTE and token not in PLAIN and token.parent is not None:
        token = token.parent
    return token if token in PALETTE else None


class _ClassNames(dict[_TokenType, str]):
    """Names the class whose colours a token has; nothing, if it looks like the text around it."""

    def __missing__(self, token: _TokenType) -> str:
        """Name the class of a token that has not been asked for before."""
        ancestor = _coloured(token)
        self[token] = name = STANDARD_TYPES[ancestor] if ancestor is not None else ""
        return name


_class_names = _ClassNames()


def complain(language: str) -> str | None:
    """Say what is wrong with the name of a language, if anything is."""
    if not language or _lexer_class(language) is not None:
        return None
    known = {alias for _, aliases, _, _ in lexers.get_all_lexers(plugins=False) for alias in aliases}
    return f"there is no language “{language}” to highlight: {did_you_mean(language, known)}"


@functools.lru_cache(maxsize=256)
def _lexer_class(language: str) -> type[Lexer] | None:
    try:
        return type(lexers.get_lexer_by_name(language))
    except ClassNotFound:
        return None


@functools.lru_cache(maxsize=256)
def _plain_lexer(language: str) -> Lexer:
    return (_lexer_class(language) or TextLexer)(stripnl=False)


@functools.cache
def style_sheet() -> str:
    """Give Pygments' style sheet: each rule holds the colours of both themes."""
    rules = (
        f"  .code .{STANDARD_TYPES[token]} {{ color: light-dark({light}, {dark}); }}\n"
        for token, (light, dark) in PALETTE.items()
    )
    return f"@layer components {{\n{''.join(rules)}}}\n"
