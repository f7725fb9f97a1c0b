"""Commands of a terminal session, as they stand after `$` and `>`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .comparison import Expectation
from .statements import Statement, is_prompt, parse_statements

PROMPT, CONTINUATION = "$", ">"
INTERPRETER = re.compile(r"(flask\s.*\bshell|flask\s+shell|python3?)\s*")
WORD = re.compile(r"""(?:[^\s'"\\]|'[^']*'|"(?:[^"\\$`]|\\[\\"])*"|\\\n|\\.)+""", re.DOTALL)
PIECE = re.compile(r"""'([^']*)'|"((?:[^"\\$`]|\\[\\"])*)"|(\\\n)|\\(.)|([^\s'"\\])""", re.DOTALL)
SHELL_CHARACTERS = frozenset("|&;<>()$`*?[]{}!\n\r")


@dataclass(frozen=True)
class Command:
    """A command of a terminal session; `statements` are typed into the interpreter that it starts."""

    line: int
    source: str
    expectation: Expectation
    statements: tuple[Statement, ...] = ()


def parse_commands(lines: Sequence[str], first_line: int) -> list[Command]:
    """Split a session, whose first line is a command, into commands and what each should print."""
    starts = [index for index, line in enumerate(lines) if is_command(line)]
    return [
        _parse_command(lines[start:end], first_line + start)
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)
    ]


def is_command(line: str) -> bool:
    """Tell whether a line of a terminal session is a command rather than output."""
    return line.startswith(PROMPT + " ") or line == PROMPT


def _parse_command(lines: Sequence[str], line: int) -> Command:
    source = [lines[0][2:]]
    for following in lines[1:]:
        if not (following.startswith(CONTINUATION + " ") or following == CONTINUATION):
            break
        source.append(following[2:])
    text, output, output_line = "\n".join(source), lines[len(source) :], line + len(source)
    prompts = [index for index, shown in enumerate(output) if is_prompt(shown)]
    if prompts and INTERPRETER.fullmatch(text):
        statements = parse_statements(output[prompts[0] :], output_line + prompts[0])
        return Command(line, text, Expectation(tuple(output[: prompts[0]]), output_line), tuple(statements))
    return Command(line, text, Expectation(tuple(output), output_line))


def plain_words(source: str) -> list[str] | None:
    """Split a command that needs no shell into its words; None if it needs one.

    Quotes and backslashes are understood; a pipe, a variable, a redirection, a pattern, an assignment or a
    comment needs a shell.
    """
    words: list[str] = []
    position = 0
    source = source.strip()
    while position < len(source):
        match = WORD.match(source, position)
        if match is None or (word := _plain_word(match[0], first=not words)) is None:
            return None
        words.append(word)
        position = match.end()
        while source[position : position + 1] in (" ", "\t") or source.startswith("\\\n", position):
            position += 1 if source[position] in " \t" else 2
        if source[position : position + 1] == "\n":
            return None
    return words or None


def split_pipe(source: str) -> tuple[list[str], str] | None:
    """Split a pipeline into the words of its first command and the rest; None if it is more than plain commands."""
    for bar in re.finditer(r"\|", source):
        words, rest = plain_words(source[: bar.start()]), source[bar.end() :].strip()
        if words and (plain_words(rest) or split_pipe(rest)):
            return words, rest
    return None


def _plain_word(text: str, *, first: bool) -> str | None:
    if text.startswith(("~", "#")):
        return None
    parts: list[str] = []
    for single, double, joint, escaped, bare in PIECE.findall(text):
        if bare and (bare in SHELL_CHARACTERS or (first and bare == "=")):
            return None
        parts.append(single or re.sub(r"\\([\\\"])", r"\1", double) or ("" if joint else escaped or bare))
    return "".join(parts)
