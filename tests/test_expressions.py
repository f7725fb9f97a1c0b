"""What an expression is said to match in ASCII holds at least what it does match there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pygments import lexers

from tipsite.expressions import ALL, CHARACTERS, FOLDED, Extent, extents_of, set_of, shorten, write_set
from tipsite.fence import find_fences

CONTENT = Path(__file__).parents[1] / "content"
LANGUAGES = ("python", "bash", "css", "html", "ini", "jinja", "javascript", "nginx", "sql", "toml", "yaml", "http")
STRANGE = "\x00\x1c\x7f\r\t\n ikIKsS_09"


@pytest.mark.parametrize(
    ("pattern", "flags", "first", "rest"),
    [
        ("abc", 0, "a", "bc"),
        ("a?b", 0, "ab", "b"),
        ("a*", 0, "a", "a"),
        ("[a-c]x{2,3}", 0, "abc", "x"),
        (r"\n", 0, "\n", ""),
        ("(?:ab|cd)+", 0, "ac", "abcd"),
        (r"(?<!\.)x(?=yz)", 0, "x", ""),
        ("(?>ab?)c", 0, "a", "bc"),
        ("ab # c", re.VERBOSE, "a", "b"),
        ("(?i:a)b", 0, "aA", "b"),
        ("b", re.IGNORECASE, "bB", ""),
        ("é", 0, "", ""),
        ("[é-ÿx]y", 0, "x", "y"),
        ("[^é]", 0, CHARACTERS, ""),
        ("ſ", re.IGNORECASE, FOLDED, ""),  # which is an s to `re`; others like it are not told apart
        (r"\d", re.ASCII, "0123456789", ""),
        (r"[^\S\n]+", 0, "".join(one for one in CHARACTERS if one.isspace() and one != "\n"), None),
    ],
)
def test_says_what_a_match_can_begin_with_and_hold(pattern: str, flags: int, first: str, rest: str | None):
    (extent,) = extents_of(re.compile(pattern, flags))

    assert extent.first == set_of(first)
    assert extent.rest == (extent.first if rest is None else set_of(rest))


@pytest.mark.parametrize(
    ("pattern", "empty", "at_start"),
    [
        ("", True, False),
        ("a*b?", True, False),
        ("a|", True, False),
        ("(?=a)", True, False),
        ("a", False, False),
        (r"\Aa", False, True),
        ("(^[ ]*)a", False, True),
        ("(?:^a|^b)c", False, True),
        ("(?:^a|b)c", False, False),
        ("(?:^)?a", False, False),
        (r"\s*^a", False, False),
        (r"a(?=\n^b)", False, False),
    ],
)
def test_tells_what_can_match_nothing_and_what_stands_at_the_start_of_a_line(pattern: str, empty: bool, at_start: bool):
    extents = extents_of(re.compile(pattern, re.MULTILINE))

    assert any(one.empty for one in extents) == empty
    assert all(one.at_start for one in extents) == at_start


def test_alternatives_are_told_apart():
    extents = extents_of(re.compile("!=|[-+.]|^a"))

    assert [(one.first, one.rest, one.at_start) for one in extents] == [
        (set_of("!"), set_of("="), False),
        (set_of("-+."), 0, False),
        (set_of("a"), 0, True),
    ]


@pytest.mark.parametrize("pattern", [r"(a)(?(1)b|c)", r"(a)\1", r"(?i)[^a]", "(?s)."])
def test_what_is_not_understood_may_match_everything(pattern: str):
    (extent,) = extents_of(re.compile(pattern))

    assert ALL in (extent.first, extent.rest)


@pytest.mark.parametrize("parser", ["re.nowhere", "keyword"])
def test_a_python_with_another_parser_is_asked_nothing(monkeypatch: pytest.MonkeyPatch, parser: str):
    monkeypatch.setattr("tipsite.expressions.PARSER", parser)

    assert extents_of(re.compile(f"only asked here of {parser}")) == (Extent(ALL, ALL, empty=True),)


@pytest.mark.parametrize("characters", ["", "a", "a-^]\\", "\n\t\x1c", STRANGE, CHARACTERS, CHARACTERS[1:]])
def test_a_set_is_written_as_an_expression(characters: str):
    expression = re.compile(write_set(set_of(characters)))

    for one in CHARACTERS:
        assert bool(expression.fullmatch(one)) == (one in characters), one


@pytest.mark.parametrize(
    ("pattern", "shorter"),
    [
        ("[a-zà-ÿ_é]+é[^1é]", "[a-z_]+é[^1]"),
        (r"[]é][\]ñ]\[ö]", r"[]][\]]\[ö]"),
        ("[é-]", "[é-]"),
        ("[a-é]", "[a-é]"),
        ("[aé-ÿ-z]", "[aé-ÿ-z]"),  # without its middle it would be a range from a to z
        ("[é]", "[é]"),
        ("[^é]", "[^é]"),
        ("[é^a]", "[é^a]"),
        (r"[\é]", r"[\é]"),
        ("(?i)[sſ]", "(?i)[sſ]"),  # which matches S
        ("(?x)[aé] # [é", "(?x)[aé] # [é"),
    ],
)
def test_leaves_out_of_sets_what_only_other_texts_match(pattern: str, shorter: str):
    assert shorten(re.compile(pattern)) == shorter


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_rule_of_a_lexer_matches_more_than_is_said_of_it(language: str):
    sources = [fence.source for path in sorted(CONTENT.rglob("*.md")) for fence in find_fences(path.read_text()).blocks]
    sources = [source for source in sources if source.isascii()]
    text = "\n".join([STRANGE, *sources[:: max(1, len(sources) // 25)]])[:12_000]
    rules = lexers.get_lexer_by_name(language)._tokens.values()  # type: ignore[attr-defined]
    expressions = {rule[0].__self__ for state in rules for rule in state}

    matched = 0
    for expression in expressions:
        extents = extents_of(expression)
        shorter = re.compile(shorten(expression), expression.flags)
        for place in range(len(text)):
            found = expression.match(text, place)
            assert (found and found.span()) == ((other := shorter.match(text, place)) and other.span())
            if found and found[0]:
                matched += 1
                begins, goes_on = set_of(found[0][0]), set_of(found[0][1:])
                at_start = place == 0 or text[place - 1] == "\n"
                assert any(
                    begins & one.first and not goes_on & ~one.rest and (at_start or not one.at_start) for one in extents
                ), (expression.pattern, found[0])
            elif found:
                assert any(one.empty for one in extents), expression.pattern
    assert matched
