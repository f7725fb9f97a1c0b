"""Lexing: Pygments' lexers with the rules of each state merged into one expression.

A lexer of Pygments tries the rules of its state one after the other, and makes a token of each match. Here one
expression has the rules as its alternatives, which `re` tries in the same order, and faster; and adjacent tokens
that are to look the same become one. All else is the same: an alternative that nothing follows matches as it does
by itself. In a text of ASCII, of whose characters it can be told what comes of them, more is done: where that is but
one kind of token, a row of them is taken at once; and rules that cannot match what begins with the next character are
passed over, several at a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial, reduce
from operator import or_
from typing import Any, NamedTuple

from pygments.lexer import DelegatingLexer, Lexer, RegexLexer
from pygments.token import Error, Other, Whitespace, _TokenType

from .expressions import ALL, Extent, extents_of, shorten, write_set

FLAGS = {"a": re.ASCII, "i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}
INLINE_FLAGS = re.compile(r"\A\(\?[aimsux]+\)")
# A group that captures and a reference to one; or what may hold a "(" or a number that is neither.
GROUP = re.compile(r"\\(?P<number>[1-9]\d?)|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?!\?)", re.DOTALL)
UNMERGEABLE = re.compile(r"\(\?P[<=]|\(\?\(")  # names of groups, and conditions on them, would mean others
TOGETHER = 8  # rules that are passed over at once
LOST = "#lost"  # the state that follows the end of a line that makes no sense: all begins anew

Token = tuple[int, _TokenType, str]
KindOf = Callable[[_TokenType], _TokenType]


class Rule(NamedTuple):
    """A rule of Pygments: how it matches by itself, what it makes of a match, and the state that follows.

    `kind` is what it makes of every match, if that is one token.
    """

    match: Callable[..., re.Match[str] | None]
    action: Any
    new_state: Any
    kind: _TokenType | None = None

    @property
    def expression(self) -> re.Pattern[str]:
        """The rule's expression."""
        found: re.Pattern[str] = self.match.__self__  # type: ignore[attr-defined]
        return found

    @property
    def extents(self) -> tuple[Extent, ...]:
        """What each alternative of the rule can match."""
        return extents_of(self.expression)


# What Pygments does where no rule matches.
LAST_RULES = (
    Rule(re.compile(r"\n").match, Whitespace, LOST),
    Rule(re.compile(r"(?s).").match, Error, None),
)


class State(NamedTuple):
    """The rules of a state in one expression; `rules` has each at the number of the group that ends it."""

    expression: re.Pattern[str]
    rules: Mapping[int | None, Rule]


class States(dict[str, State]):
    """The states of a lexer, for texts of ASCII or for any; the rules of each are merged when it is first come to."""

    def __init__(self, rules: Mapping[str, Iterable[tuple[Any, ...]]], kind_of: KindOf, *, ascii_only: bool) -> None:
        super().__init__()
        self._rules = rules
        self._kind_of = kind_of
        self._merge = _merge_for_ascii if ascii_only else _merge

    def __missing__(self, name: str) -> State:
        """Merge the rules of a state, in their order."""
        rules = (Rule._make((*rule, None)) for rule in self._rules[name])
        self[name] = self._merge([self._with_kind(rule) for rule in (*rules, *LAST_RULES)])
        return self[name]

    def _with_kind(self, rule: Rule) -> Rule:
        """Say what a rule makes of every match; what is left to another lexer stays as it is."""
        if type(rule.action) is not _TokenType:
            return rule
        return rule._replace(kind=rule.action if _is_other(rule.action) else self._kind_of(rule.action))


def quicken(lexer: Lexer, kind_of: KindOf = lambda kind: kind) -> None:
    """Have a lexer use merged rules from now on, if it follows rules and nothing else; or those it is made of.

    `kind_of` gives the token that one may be taken for.
    """
    if isinstance(lexer, DelegatingLexer):
        quicken(lexer.root_lexer, kind_of)
        quicken(lexer.language_lexer, kind_of)
    if inner_class := getattr(lexer, "_innerLexerCls", None):  # a session in a terminal makes one whenever it is read
        inner = inner_class(**lexer.options)
        quicken(inner, kind_of)
        lexer._innerLexerCls = lambda **_: inner  # type: ignore[attr-defined]
    if type(lexer).get_tokens_unprocessed is RegexLexer.get_tokens_unprocessed and _is_mergeable(lexer):
        rules = lexer._tokens  # type: ignore[attr-defined]
        both = [States(rules, kind_of, ascii_only=ascii_only) for ascii_only in (False, True)]
        lexer.get_tokens_unprocessed = partial(_tokenize, lexer, both)  # type: ignore[method-assign]


def _is_other(kind: _TokenType) -> bool:
    """Tell whether a token is for another lexer to read."""
    return kind is Other or kind.parent is Other


def _is_mergeable(lexer: Any) -> bool:
    """Tell whether each expression of a lexer means the same as a part of a larger one."""
    rules = (Rule._make((*rule, None)) for rules in lexer._tokens.values() for rule in rules)
    return not any(UNMERGEABLE.search(rule.expression.pattern) for rule in rules)


def _merge(rules: Sequence[Rule]) -> State:
    """Merge rules for any text."""
    alternatives, numbered = _number(rules, [rule.expression.pattern for rule in rules])
    return State(re.compile("|".join(alternatives)), numbered)


def _merge_for_ascii(rules: Sequence[Rule]) -> State:
    """Merge rules for texts of ASCII."""
    runs = _find_runs(rules)
    alternatives, numbered = _number([*runs, *rules], [shorten(rule.expression) for rule in (*runs, *rules)])
    merged = alternatives[: len(runs)]
    for place in range(0, len(rules), TOGETHER):
        several = "|".join(alternatives[len(runs) :][place : place + TOGETHER])
        merged.append(f"(?={write_set(_begin(rules[place : place + TOGETHER]))})(?:{several})")
    return State(re.compile("|".join(merged)), numbered)


def _number(rules: Sequence[Rule], patterns: Iterable[str]) -> tuple[list[str], dict[int | None, Rule]]:
    """Write each rule, of which there is a pattern, as an alternative; give them, and the rules by their numbers.

    The empty group behind each has its number, and does not keep `re` from looking ahead.
    """
    alternatives: list[str] = []
    numbered: dict[int | None, Rule] = {}
    groups = 0
    for rule, pattern in zip(rules, patterns, strict=True):
        scoped, kept = _scoped(rule.expression, pattern, groups)
        groups += kept + 1
        alternatives.append(f"{scoped}()")
        numbered[groups] = rule
    return alternatives, numbered


def _begin(rules: Iterable[Rule]) -> int:
    """Give the characters that a match of any of some rules can begin with, or be followed by if it is empty."""
    return reduce(or_, (ALL if one.empty else one.first for rule in rules for one in rule.extents))


def _find_runs(rules: Sequence[Rule]) -> list[Rule]:
    """Find characters of which a row is one token, whatever follows; give rules for such rows.

    Each rule that can match at one of them makes the same kind of token of it, stays in the state, and takes no other
    characters. Rules for the start of a line may do what they like: no row begins there at what they can match.
    """
    kind = rules[-1].kind
    leading, found, plain = 0, ALL, []
    extents = [(rule, one) for rule in rules[:-1] for one in rule.extents]
    for rule, one in extents:
        first = ALL if one.empty else one.first
        if one.at_start:
            leading |= first
        elif rule.kind is kind and rule.new_state is None and not one.empty:
            plain.append(one)
        else:
            found &= ~first
    while crossing := [one for one in plain if one.first & found and one.rest & ~found]:
        for one in crossing:
            found &= ~one.first
    row, elsewhere = write_set(found), write_set(found & ~leading)
    expressions = [f"{elsewhere}{row}*"] if found & ~leading else []
    expressions += [f"(?<=[^\n]){row}+"] if found & leading else []
    return [Rule(re.compile(expression).match, kind, None, kind) for expression in expressions]


def _scoped(expression: re.Pattern[str], pattern: str, groups: int) -> tuple[str, int]:
    """Write an expression's pattern so that its flags hold for itself only; return it, and how many groups capture.

    Those that it refers to do, and have other numbers behind so many groups.
    """
    pattern = INLINE_FLAGS.sub("", pattern)
    flags = "".join(name for name, flag in FLAGS.items() if expression.flags & flag)
    if expression.flags & re.VERBOSE:
        pattern += "\n"  # which may end a comment
    refers = any(match["number"] for match in GROUP.finditer(pattern))

    def renumber(match: re.Match[str]) -> str:
        if match["number"]:
            return f"(?:\\{int(match['number']) + groups})"
        return "(?:" if match[0] == "(" and not refers else match[0]

    return f"(?{flags}:{GROUP.sub(renumber, pattern)})", expression.groups if refers else 0


def _tokenize(lexer: Lexer, both: Sequence[States], text: str, stack: Iterable[str] = ("root",)) -> Iterator[Token]:
    """Do what `RegexLexer.get_tokens_unprocessed` does, but make one token of adjacent ones of a kind."""
    states, stack = both[text.isascii()], list(stack)
    begun, start, position = None, 0, 0  # the kind and the start of the token that is not yielded yet
    while True:
        expression, rules = states[stack[-1]]
        for found in expression.finditer(text, position):
            alone, action, new_state, kind = rules[found.lastindex]
            if kind is None or kind is not begun:
                position = found.start()
                if begun is not None:
                    yield start, begun, text[start:position]
                begun, start = kind, position
                if kind is None and action is not None:
                    yield from action(lexer, alone(text, position))  # which asks for groups by their own numbers
            if new_state is not None:
                position = found.end()
                _change_state(stack, new_state)
                break
        else:
            break
    if begun is not None:
        yield start, begun, text[start:]


def _change_state(stack: list[str], new_state: int | str | tuple[str, ...]) -> None:
    """Do to a stack of states what a rule says; the last state stays."""
    if isinstance(new_state, int):
        del stack[max(1, len(stack) + new_state) :]  # it says how many go, as a negative number
        return
    for name in (new_state,) if isinstance(new_state, str) else new_state:
        if name == "#pop":
            if len(stack) > 1:
                stack.pop()
        elif name == LOST:
            stack[:] = ["root"]
        else:
            stack.append(stack[-1] if name == "#push" else name)
