"""Merged lexers give the tokens that Pygments gives, but for adjacent ones of a kind, which are one."""

from __future__ import annotations

import itertools
import operator
import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from pygments import lexers
from pygments.lexer import RegexLexer, bygroups, default
from pygments.token import Keyword, Name, Other, Text, _TokenType

from tipsite.fence import find_fences
from tipsite.highlighting import _coloured
from tipsite.lexing import quicken

CONTENT = Path(__file__).parents[1] / "content"
MERGED = ("python", "bash", "css", "html", "ini", "jinja", "javascript", "nginx", "sql", "toml")
NOT_MERGED = ("cmake", "console", "html+jinja", "json", "pycon", "text", "yaml")
HOSTILE = (
    "",
    "\n",
    "\n\n\t ",
    '"unclosed',
    "'''never\nclosed",
    'f"{a!r:>{width}} {{}} {b[\'c\']}" rb"\\x00" R"\\" fr"{x}"',
    "cat <<'END' | sort\n$HOME `date` $(( 1 + 2 ))\nEND\n",
    "match x:\n    case [1, *_]: pass\nlazy import a\nasync def ä(): yield from ñ\n",
    "<a href='x' b=\"{{ y }}\">{% if a %}&amp;{# c #}<!-- d --></a><script>let a = 1</script>",
    "select * from t where a = 'b''c' -- d\n/* e */;",
    "[a]\nb = 1988-10-27T01:02:03Z # c\nd = '''\ne'''\n",
    "\x00\x7f\ufeff￿ \u2028 \U0001f40d",
    "a { color: rgb(1 2 3 / 50%) !important } @media (min-width: 1px) {}",
)


def blocks() -> list[str]:
    """Every block of code of every tip, and parts of them that end and begin anywhere."""
    sources = [fence.source for path in sorted(CONTENT.rglob("*.md")) for fence in find_fences(path.read_text()).blocks]
    chance = random.Random(1)
    cut = [source[chance.randrange(len(source)) :][: chance.randrange(200)] for source in sources if source]
    strange = [f"{source}\n# é" for source in cut[:: len(cut) // 100]]  # which are not of ASCII
    return [*HOSTILE, *sources, *cut, *strange]


def joined(
    tokens: Iterable[tuple[_TokenType, str]], kind_of: Callable[[_TokenType], _TokenType]
) -> Iterator[tuple[_TokenType, str]]:
    """Tokens of which no two adjacent ones are of a kind."""
    kinds = ((kind_of(kind), text) for kind, text in tokens if text)
    for kind, group in itertools.groupby(kinds, key=operator.itemgetter(0)):
        yield kind, "".join(text for _, text in group)


def same(kind: _TokenType) -> _TokenType:
    """Every token is of a kind of its own."""
    return kind


def name_or_text(kind: _TokenType) -> _TokenType:
    """There are two kinds of tokens."""
    return Name if kind in Name else Text


def as_shown(kind: _TokenType) -> _TokenType:
    """Tokens that have no colour are of one kind, as where code is highlighted."""
    return _coloured(kind) or Text


@pytest.mark.parametrize("kind_of", [same, name_or_text, as_shown])
@pytest.mark.parametrize("language", [*MERGED, *NOT_MERGED])
def test_tokens_are_those_of_pygments(language: str, kind_of: Callable[[_TokenType], _TokenType]) -> None:
    merged, plain = (lexers.get_lexer_by_name(language, stripnl=False) for _ in range(2))
    quicken(merged, kind_of)

    for source in blocks():
        assert list(joined(merged.get_tokens(source), kind_of)) == list(joined(plain.get_tokens(source), kind_of)), (
            source
        )


def test_positions_are_those_of_the_text() -> None:
    lexer = lexers.get_lexer_by_name("python")
    quicken(lexer, name_or_text)

    for source in blocks():
        position = 0
        for start, _, text in lexer.get_tokens_unprocessed(source):
            assert source[start:].startswith(text)
            assert start == position
            position += len(text)
        assert position == len(source)


class Contrived(RegexLexer):
    """Has rules of every sort: they refer to groups, drop text, leave text to another lexer, and find no match."""

    tokens: ClassVar = {
        "root": [
            (r"(a)(b)?", bygroups(Keyword, Name)),
            (r"(['\"])(x*)([-\1(])\2\1", Other),
            (r"(?i)end(1)\1", Name, ("#push", "inner")),
            (r"(dr)(op)", bygroups(None, Name)),
            (r" +", Text),
        ],
        "inner": [(r"i", Name), (r"(?=[\n])\n", Text, "#pop:2"), (r"(?=\.)", Text, "last"), default("#pop")],
        "last": [(r"\.", Name, "#push"), (r"a", Text)],
    }


@pytest.mark.parametrize(
    "source",
    [
        "",
        "\n",
        "ab'xx-xx' \"(\"",
        "END11iii\n ab",
        "end11i.ab drop a end11end11?\n?ab",
        "'xx-x' ??\nab",
        "dropdrop\ndrop end11..aa\n",
    ],
)
def test_rules_of_every_sort_do_what_they_do_alone(source: str) -> None:
    merged, plain = Contrived(), Contrived()
    quicken(merged)

    tokens = joined(((kind, text) for _, kind, text in merged.get_tokens_unprocessed(source)), same)

    assert list(tokens) == list(joined(((kind, text) for _, kind, text in plain.get_tokens_unprocessed(source)), same))


def test_lexer_whose_groups_have_names_stays_as_it_is() -> None:
    lexer = lexers.get_lexer_by_name("cmake")

    quicken(lexer)

    assert "get_tokens_unprocessed" not in vars(lexer)


@pytest.mark.parametrize("language", MERGED)
def test_lexers_that_follow_rules_are_merged(language: str) -> None:
    lexer = lexers.get_lexer_by_name(language)

    quicken(lexer)

    assert "get_tokens_unprocessed" in vars(lexer)


def test_commands_of_a_terminal_session_are_read_by_merged_rules() -> None:
    lexer = lexers.get_lexer_by_name("console")

    quicken(lexer)

    inner = lexer._innerLexerCls(**lexer.options)
    assert "get_tokens_unprocessed" in vars(inner)
    assert lexer._innerLexerCls(**lexer.options) is inner


def test_merged_state_has_one_expression() -> None:
    lexer = lexers.get_lexer_by_name("python")

    quicken(lexer)

    assert len(lexer._tokens["root"]) > 40
    for states, rows in zip(lexer.get_tokens_unprocessed.args[1], [(0,), (1, 2)], strict=True):
        state = states["root"]
        assert state.expression.groups == max(state.rules) == len(state.rules)
        assert len(state.rules) - len(lexer._tokens["root"]) - 2 in rows


def test_a_row_of_plain_characters_is_matched_at_once() -> None:
    lexer = lexers.get_lexer_by_name("python")

    quicken(lexer, as_shown)

    match = lexer.get_tokens_unprocessed.args[1][True]["root"].expression.match
    assert match(" = (-x)", 0)[0] == " "  # at the start of a line, where a docstring may follow
    assert match("a = (-x)", 1)[0] == " = (-"
    assert match("a): {", 1)[0] == "): {"
    assert match("a .5", 1)[0] == " "  # a number begins with the point


class Rows(RegexLexer):
    """Has rules that are plain, and others that begin with the same characters."""

    tokens: ClassVar = {
        "root": [
            (r"^,+", Keyword),
            (r"::", Name),
            (r";(?=x)", Keyword, "inner"),
            (r"\((?=\))", Text),
            (r"[.,(): ;+]|\+-", Text),
            (r"[a-z]+", Name),
        ],
        "inner": [(r"x", Name, "#pop"), default("#pop")],
    }


@pytest.mark.parametrize(
    "source", [",,,a,,b", "a::b:c", "a;;x;x,", "a()b(.,) \n, ,a", "a,+-+,", "\n\n,", "a\xa0 ,é,", ""]
)
def test_rows_end_where_another_rule_may_match(source: str) -> None:
    merged, plain = Rows(), Rows()
    quicken(merged, as_shown)

    tokens = joined(((kind, text) for _, kind, text in merged.get_tokens_unprocessed(source)), same)

    shown = ((as_shown(kind), text) for _, kind, text in plain.get_tokens_unprocessed(source))
    assert list(tokens) == list(joined(shown, same))
