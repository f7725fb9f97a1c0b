"""Change tips in one place each, and count how many of the changes the checker notices.

Usage: python tests/mutate.py [--sample N] [--seed N] [CONTENT]

For each tip: one character of an expected line, one line of a file taken out, one option or argument of a command
changed. What survives is printed with its place.
"""

from __future__ import annotations

import argparse
import os
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tipsite.examples import Subject, check
from tipsite.examples.commands import is_command
from tipsite.examples.statements import is_prompt
from tipsite.fence import Fence
from tipsite.loading import Loader
from tipsite.proving import subject_of

Mutation = tuple[str, Fence, Fence]


def mutations(fence: Fence, random_choice: random.Random) -> Iterator[Mutation]:
    """Yield changed copies of a block, each with a word for what was changed."""
    lines = fence.lines
    for index, line in enumerate(lines):
        place = f"line {fence.line + 1 + index}: {line[:60]!r}"
        if fence.is_file:
            if line.strip() and not line.strip().startswith("#"):
                rest = [*lines[:index], *lines[index + 1 :]]
                marked = tuple(n - (n > index + 1) for n in fence.hl_lines if n != index + 1)
                yield f"file {place}", fence, replace(fence, source="\n".join(rest), hl_lines=marked)
        elif is_command(line) or is_prompt(line):
            changed = _change_argument(line, random_choice)
            if changed != line:
                yield f"command {place} -> {changed!r}", fence, _with_line(fence, index, changed)
        elif line.replace("...", "").strip() and not line.startswith(("> ", "... ")):
            changed = _change_character(line, random_choice)
            yield f"output {place} -> {changed!r}", fence, _with_line(fence, index, changed)


def _with_line(fence: Fence, index: int, line: str) -> Fence:
    lines = fence.lines
    lines[index] = line
    return replace(fence, source="\n".join(lines))


def _change_character(line: str, choice: random.Random) -> str:
    """Change one letter, digit or sign that is not a part of `...`."""
    places = [m.start() for m in re.finditer(r"[^\s.]", line)]
    place = choice.choice(places) if places else 0
    other = "Q" if line[place] != "Q" else "Z"
    return line[:place] + other + line[place + 1 :]


def _change_argument(line: str, choice: random.Random) -> str:
    """Leave out one option or argument of a command, or change one letter of a statement's last word."""
    words = line.split(" ")
    if line.startswith("$ ") and len(words) > 2:
        place = choice.randrange(2, len(words))
        return " ".join([*words[:place], *words[place + 1 :]])
    return line


def main() -> int:
    """Mutate the tips of a content folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("content", nargs="?", type=Path, default=Path("content"))
    parser.add_argument("--sample", type=int, default=6, help="mutations of each tip")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    choice = random.Random(arguments.seed)
    named: list[tuple[str, Subject]] = []
    for tip in Loader(arguments.content).load().tips:
        subject = subject_of(tip)
        found = [mutation for fence in subject.fences for mutation in mutations(fence, choice)]
        for name, fence, changed in choice.sample(found, min(arguments.sample, len(found))):
            fences = tuple(changed if each is fence else each for each in subject.fences)
            named.append((f"{tip.path}: {name}", replace(subject, fences=fences)))
    outcomes = check([subject for _, subject in named], jobs=os.cpu_count() or 1)
    survivors = [name for (name, _), outcome in zip(named, outcomes, strict=True) if outcome.passed]
    print("\n".join(survivors))
    caught = len(named) - len(survivors)
    print(f"{caught} of {len(named)} caught ({caught / len(named):.1%})")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
