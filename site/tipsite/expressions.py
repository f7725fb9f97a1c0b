"""What a regular expression can match, as far as it can be told without a text: how it begins, and what it may hold.

The answers hold more rather than less: whatever is not understood may begin with, and hold, every character.
`re` has no public way to ask, so that the results of its parser are read here; where a Python has none, nothing is
understood.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Any

PARSER = "re._parser"
# Characters are told apart only as far as it is worth while: those of ASCII, other white space, and all others.
SPACES = "".join(map(chr, (0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)))
CHARACTERS = "".join(map(chr, range(128))) + SPACES
OTHERS = 1 << len(CHARACTERS)  # a set of characters is an integer, with a bit for each
ALL = 2 * OTHERS - 1
ONE_BY_ONE = ALL & ~OTHERS
LAST_SPACE = max(map(ord, SPACES))
FOLDED = set(
    "iIkKsS"
)  # where case is ignored, some letters outside ASCII are the same (U+0130, U+0131, U+017F, U+212A)
ASCII, DOTALL, IGNORECASE = int(re.ASCII), int(re.DOTALL), int(re.IGNORECASE)  # with which numbers are faster
BITS = {character: 1 << place for place, character in enumerate(CHARACTERS)}
CLASSES = {
    f"CATEGORY_{negation}{name}": sum(BITS[one] for one in CHARACTERS if re.match(expression, one)) | others
    for name, (small, large) in {"DIGIT": ("d", "D"), "SPACE": ("s", "S"), "WORD": ("w", "W")}.items()
    for negation, expression, others in (
        ("", rf"\{small}", 0 if name == "SPACE" else OTHERS),
        ("NOT_", rf"\{large}", OTHERS),
    )
}


@dataclass(frozen=True)
class Extent:
    """What an expression can match.

    `first` are the characters that a match can begin with, `rest` those that can follow. `empty` tells whether it can
    match nothing, `at_start` whether it matches at the start of a line or a text only.
    """

    first: int
    rest: int
    empty: bool = False
    at_start: bool = False


ANYTHING = Extent(ALL, ALL, empty=True)
NOTHING = Extent(0, 0, empty=True)


def write_set(characters: int) -> str:
    """Write an expression that matches one of a set of characters."""
    negated = bool(characters & OTHERS)
    named = "".join(re.escape(one) for one in CHARACTERS if bool(characters & BITS[one]) != negated)
    if negated:
        return f"[^{named}]" if named else "(?s:.)"
    return f"[{named}]" if named else "(?!)"


@cache
def extents_of(expression: re.Pattern[str]) -> tuple[Extent, ...]:
    """Tell what each alternative of an expression can match."""
    try:
        parser = importlib.import_module(PARSER)
    except ImportError:  # in a Python that is not known here
        return (ANYTHING,)
    flags = expression.flags
    parts = parser.parse(expression.pattern, flags)
    if len(parts) == 1 and str(parts[0][0]) == "BRANCH":
        return tuple(_sequence(alternative, flags) for alternative in parts[0][1][1])
    return (_sequence(parts, flags),)


def _sequence(parts: Iterable[tuple[Any, Any]], flags: int) -> Extent:
    """Tell what parts can match one after the other."""
    whole = NOTHING
    for kind, value in parts:
        part = _part(str(kind), value, flags)
        before = whole.first | whole.rest
        whole = Extent(
            whole.first | (part.first if whole.empty else 0),
            whole.rest | part.rest | (part.first if before else 0),
            empty=whole.empty and part.empty,
            at_start=whole.at_start or (part.at_start and not before),
        )
    return whole


def _part(kind: str, value: Any, flags: int) -> Extent:
    if flags & ASCII:
        return ANYTHING
    match kind:
        case "LITERAL" | "NOT_LITERAL" | "IN" | "ANY":
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
            return Extent(0, 0, empty=True, at_start=str(value).startswith("AT_BEGINNING"))
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
        return ALL if flags & DOTALL else ALL & ~BITS["\n"]
    items: Iterable[tuple[Any, Any]] = value if kind == "IN" else [("LITERAL", value)]
    negated = kind == "NOT_LITERAL"
    found, others = 0, OTHERS
    for item, what in items:
        match str(item):
            case "NEGATE":
                negated = True
            case "LITERAL":
                found |= _range(what, what, flags)
            case "RANGE":
                first, last = what
                found |= _range(first, last, flags)
            case _:
                found |= CLASSES[str(what)]
                others &= 0 if str(what) == "CATEGORY_NOT_SPACE" else others  # which all of the others are
    if negated and flags & IGNORECASE:
        return ALL
    return others | ALL & ~OTHERS & ~found if negated else found


def _range(first: int, last: int, flags: int) -> int:
    """Give the characters of a range; where case is ignored, at least those of either case."""
    found = ONE_BY_ONE & (2 << min(last, 127)) - 1 & -1 << min(first, 128)  # a character of ASCII has its code's bit
    if last > 127:
        found |= OTHERS
    if first <= LAST_SPACE and last > 127:
        found |= sum(BITS[one] for one in SPACES if first <= ord(one) <= last)
    if flags & IGNORECASE:
        letters = {one for one in CHARACTERS[:128] if found & BITS[one] and one.isalpha()}
        letters |= FOLDED if last > 127 else set()
        found |= sum(BITS[one] for one in letters | {one.swapcase() for one in letters})
        found |= OTHERS if letters & FOLDED else 0
    return found
