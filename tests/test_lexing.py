"""Merged lexers give the tokens that Pygments gives."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from pygments import lexers

from tipsite.fence import find_fences
from tipsite.lexing import quicken

CONTENT = Path(__file__).parents[1] / "content"
MERGED = ("python", "bash", "css", "html", "ini", "jinja", "javascript", "nginx", "sql", "toml")
NOT_MERGED = ("console", "html+jinja", "json", "pycon", "text", "yaml")
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
    return [*HOSTILE, *sources, *cut]


@pytest.mark.parametrize("language", [*MERGED, *NOT_MERGED])
def test_tokens_are_those_of_pygments(language: str) -> None:
    merged, plain = (lexers.get_lexer_by_name(language, stripnl=False) for _ in range(2))
    quicken(merged)

    for source in blocks():
        assert list(merged.get_tokens(source)) == list(plain.get_tokens(source)), source


@pytest.mark.parametrize("language", MERGED)
def test_lexers_that_follow_rules_are_merged(language: str) -> None:
    lexer = lexers.get_lexer_by_name(language)

    quicken(lexer)

    assert "get_tokens_unprocessed" in vars(lexer)


def test_merged_state_tries_few_expressions() -> None:
    lexer = lexers.get_lexer_by_name("python")

    quicken(lexer)

    assert len(lexer._tokens["root"]) > 40
    assert len(lexer.get_tokens_unprocessed.args[1]["root"]) == 1
