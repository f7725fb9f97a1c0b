"""Lexing: Pygments' lexers with the rules of each state merged into few expressions.

A lexer of Pygments tries the rules of its state one after the other; here one expression has them as its
alternatives, which `re` tries in the same order, and faster. The tokens are the same: an alternative that
nothing follows matches as it does by itself.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from pygments.lexer import DelegatingLexer, Lexer, RegexLexer
from pygments.token import Error, Whitespace, _TokenType

FLAGS = {"a": re.ASCII, "i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}
INLINE_FLAGS = re.compile(r"\A\(\?[aimsux]+\)")
CAPTURING = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?!\?)", re.DOTALL)  # or what may hold a "(" that is none
UNMERGEABLE = re.compile(r"\(\?P[<=]|\(\?\(|\\[1-9]")  # names and numbers of groups would mean others

Token = tuple[int, _TokenType, str]
Match = Callable[[str, int], re.Match[str] | None]


class Rule(NamedTuple):
    """A rule of Pygments: how it matches by itself, what it makes of a match, and the state that follows."""

    match: Match
    action: Any
    new_state: Any

    @property
    def expression(self) -> re.Pattern[str]:
        """The rule's expression."""
        found: re.Pattern[str] = self.match.__self__  # type: ignore[attr-defined]
        return found

    @property
    def is_mergeable(self) -> bool:
        """Tell whether the expression means the same as a part of a larger one."""
        return not UNMERGEABLE.search(self.expression.pattern)


class Merged(NamedTuple):
    """Several rules in one expression; `rules` has each at the numbers of its groups."""

    match: Match
    rules: Sequence[Rule]


class States(dict[str, tuple[Merged, ...]]):
    """The states of a lexer; each is merged when it is first come to."""

    def __init__(self, rules: Mapping[str, Iterable[tuple[Any, ...]]]) -> None:
        super().__init__()
        self._rules = rules

    def __missing__(self, name: str) -> tuple[Merged, ...]:
        """Merge the rules of a state, in their order."""
        self[name] = tuple(_merge_rules(map(Rule._make, self._rules[name])))
        return self[name]


def quicken(lexer: Lexer) -> None:
    """Have a lexer use merged rules from now on, if it follows rules and nothing else; or those it is made of."""
    if isinstance(lexer, DelegatingLexer):
        quicken(lexer.root_lexer)
        quicken(lexer.language_lexer)
    if type(lexer).get_tokens_unprocessed is RegexLexer.get_tokens_unprocessed:
        states = States(lexer._tokens)  # type: ignore[attr-defined]
        lexer.get_tokens_unprocessed = partial(_tokenize, lexer, states)  # type: ignore[method-assign]


def _merge_rules(rules: Iterable[Rule]) -> Iterator[Merged]:
    for mergeable, group in itertools.groupby(rules, key=lambda rule: rule.is_mergeable):
        if mergeable:
            yield _merge_group(list(group))
        else:
            yield from (Merged(rule.match, [rule] * (1 + rule.expression.groups)) for rule in group)


def _merge_group(rules: Sequence[Rule]) -> Merged:
    """Merge rules; the empty group behind each has its number, and does not keep `re` from looking ahead."""
    merged = re.compile("|".join(f"{_scoped(rule.expression)}()" for rule in rules))
    return Merged(merged.match, [rules[0], *rules])


def _scoped(expression: re.Pattern[str]) -> str:
    """Write an expression without groups that capture, and so that its flags hold for itself only."""
    pattern = INLINE_FLAGS.sub("", expression.pattern)
    flags = "".join(name for name, flag in FLAGS.items() if expression.flags & flag)
    if expression.flags & re.VERBOSE:
        pattern += "\n"  # which may end a comment
    return f"(?{flags}:{CAPTURING.sub(_without_capturing, pattern)})"


def _without_capturing(match: re.Match[str]) -> str:
    return "(?:" if match[0] == "(" else match[0]


def _tokenize(lexer: Lexer, states: States, text: str, stack: Iterable[str] = ("root",)) -> Iterator[Token]:
    """Do what `RegexLexer.get_tokens_unprocessed` does."""
    position = 0
    stack = list(stack)
    state = states[stack[-1]]
    while True:
        found = _first(state, text, position)
        if found is None:
            if position >= len(text):
                return
            kind = Error
            if text[position] == "\n":  # at the end of a line that makes no sense, all begins anew
                kind, stack, state = Whitespace, ["root"], states["root"]
            yield position, kind, text[position]
            position += 1
            continue
        match, (alone, action, new_state) = found
        if type(action) is _TokenType:
            yield position, action, match[0]
        elif action is not None:
            yield from action(lexer, alone(text, position))  # which asks for groups by their own numbers
        position = match.end()
        if new_state is not None:
            _change_state(stack, new_state)
            state = states[stack[-1]]


def _first(state: Iterable[Merged], text: str, position: int) -> tuple[re.Match[str], Rule] | None:
    """Find the first rule that matches at a position, and its match."""
    for match, rules in state:
        if found := match(text, position):
            return found, rules[found.lastindex or 0]
    return None


def _change_state(stack: list[str], new_state: int | str | tuple[str, ...]) -> None:
    """Do to a stack of states what a rule says; the last state stays."""
    if isinstance(new_state, int):
        del stack[max(1, len(stack) + new_state) :]  # it says how many go, as a negative number
        return
    for name in (new_state,) if isinstance(new_state, str) else new_state:
        if name == "#pop":
            if len(stack) > 1:
                stack.pop()
        else:
            stack.append(stack[-1] if name == "#push" else name)
