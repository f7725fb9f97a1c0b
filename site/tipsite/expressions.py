"""What a regular expression can match in a text of ASCII, as far as it can be told without a text.

The answers hold more rather than less: whatever is not understood may begin with, and hold, every character.
`re` has no public way to ask, so that the results of its parser are read here; where a Python has none, nothing is
understood.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from functools import cache, reduce
from operator import or_
from typing import Any, NamedTuple

PARSER = "re._parser"
CHARACTERS = "".join(map(chr, range(128)))  # a set of them is an integer, with a bit for each
ALL = (1 << len(CHARACTERS)) - 1
FOLDED = "iIkKsS"  # where case is ignored, U+0130, U+0131, U+017F and U+212A are the same as these
DOTALL, IGNORECASE = int(re.DOTALL), int(re.IGNORECASE)  # with which numbers are faster
# A set of characters, or what may hold a bracket that begins none; and a range outside ASCII, or one character.
SET = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
BEYOND = re.compile("[^\x00-\x7f](?:-[^\x00-\x7f])?")
INTERWOVEN = re.compile("[\x00-\x7f]-[^\x00-\x7f]|[^\x00-\x7f]-[\x00-\x7f]|\\\\[^\x00-\x7f]")  # with what stays


class Extent(NamedTuple):
    """What an expression can match.

    `first` are the characters that a match can begin with, `rest` those that can follow. `empty` tells whether it can
    match nothing, `at_start` whether it matches at the start of a line or a text only.
    """

    first: int
    rest: int
    empty: bool = False
    at_start: bool = False


def set_of(characters: Iterable[str]) -> int:
    """Give the set of some characters, all of ASCII."""
    return reduce(or_, (1 << ord(one) for one in characters), 0)


CLASSES = {
    f"CATEGORY_{negation}{name}": set_of(one for one in CHARACTERS if re.match(expression, one))
    for name, (small, large) in {"DIGIT": ("d", "D"), "SPACE": ("s", "S"), "WORD": ("w", "W")}.items()
    for negation, expression in (("", rf"\{small}"), ("NOT_", rf"\{large}"))
}
ANYTHING = Extent(ALL, ALL, empty=True)
NOTHING = Extent(0, 0, empty=True)


def write_set(characters: int) -> str:
    """Write an expression that matches one of a set of characters, in a text of ASCII."""
    if characters in (0, ALL):
        return "(?s:.)" if characters else "(?!)"
    negated = characters.bit_count() > len(CHARACTERS) // 2
    named = "".join(re.escape(one) for one in CHARACTERS if bool(characters & 1 << ord(one)) != negated)
    return f"[{'^' * negated}{named}]"


@cache
def shorten(expression: re.Pattern[str]) -> str:
    """Write an expression without most of what only other texts than those of ASCII can match.

    The characters that a name in Python may have are some seven hundred ranges, which take long to compile.
    """
    if expression.pattern.isascii() or expression.flags & (IGNORECASE | re.VERBOSE):
        return expression.pattern
    return SET.sub(lambda found: _shorten_set(found[0]), expression.pattern)


def _shorten_set(written: str) -> str:
    shorter = BEYOND.sub("", written)
    means_another = shorter in ("[]", "[^]") or shorter.startswith("[^") != written.startswith("[^")
    return written if means_another or INTERWOVEN.search(written) else shorter


@cache
def extents_of(expression: re.Pattern[str]) -> tuple[Extent, ...]:
    """Tell what each alternative of an expression can match."""
    try:
        parts = importlib.import_module(PARSER).parse(shorten(expression), expression.flags)
        is_branch = len(parts) == 1 and parts[0][0].name == "BRANCH"
        alternatives = parts[0][1][1] if is_branch else [parts]
        return tuple(_sequence(alternative, expression.flags) for alternative in alternatives)
    except (ImportError, AttributeError):  # in a Python that is not known here
        return (ANYTHING,)


def _sequence(parts: Iterable[tuple[Any, Any]], flags: int) -> Extent:
    """Tell what parts can match one after the other."""
    first, rest, empty, at_start = NOTHING
    for kind, value in parts:
        part = _part(kind.name, value, flags)
        before = first | rest
        first |= part.first if empty else 0
        rest |= part.rest | (part.first if before else 0)
        empty = empty and part.empty
        at_start = at_start or (part.at_start and not before)
    return Extent(first, rest, empty, at_start)


def _part(kind: str, value: Any, flags: int) -> Extent:
    match kind:
        case "LITERAL":
            return Extent(_range(value, value, flags & IGNORECASE), 0)
        case "NOT_LITERAL" | "IN" | "ANY":
            return Extent(_characters(kind, value, flags), 0)
        case "SUBPATTERN":
            _, added, taken, parts = value
            return _sequence(parts, (flags | added) & ~taken)
        case "ATOMIC_GROUP":
            return _sequence(value, flags)
        case "BRANCH":
            return _either([_sequence(parts, flags) for parts in value[1]])
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, parts = value
            once = _sequence(parts, flags)
            rest = once.rest | (once.first if most > 1 else 0)
            return Extent(once.first, rest, empty=once.empty or not least, at_start=once.at_start and least > 0)
        case "AT":
            return Extent(0, 0, empty=True, at_start=value.name.startswith("AT_BEGINNING"))
        case "ASSERT" | "ASSERT_NOT":
            return NOTHING
        case _:
            return ANYTHING


def _either(extents: list[Extent]) -> Extent:
    return Extent(
        reduce(or_, (one.first for one in extents)),
        reduce(or_, (one.rest for one in extents)),
        any(one.empty for one in extents),
        all(one.at_start for one in extents),
    )


def _characters(kind: str, value: Any, flags: int) -> int:
    """Give the characters of which one is matched."""
    if kind == "ANY":
        return ALL if flags & DOTALL else ALL & ~set_of("\n")
    negated = kind == "NOT_LITERAL"
    found = _range(value, value, flags & IGNORECASE) if negated else 0
    for item, what in value if kind == "IN" else ():
        match item.name:
            case "NEGATE":
                negated = True
            case "LITERAL":
                found |= _range(what, what, flags & IGNORECASE)
            case "RANGE":
                first, last = what
                found |= _range(first, last, flags & IGNORECASE)
            case _:
                found |= CLASSES[what.name]
    if negated and flags & IGNORECASE:
        return ALL
    return ALL & ~found if negated else found


@cache
def _range(first: int, last: int, ignoring_case: int) -> int:
    """Give the characters of a range; where case is ignored, at least those of either case."""
    found = ALL & (2 << min(last, 127)) - 1 & -1 << min(first, 128)
    if ignoring_case:
        letters = [one for one in CHARACTERS if found & 1 << ord(one)]
        found |= set_of(one.swapcase() for one in letters) | (set_of(FOLDED) if last > 127 else 0)
    return found
