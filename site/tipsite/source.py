"""Source: the text of a file, and where its front matter ends."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import Problem

MAX_BYTES = 4 * 1024 * 1024
EXAMPLE = "---\ntitle: …\nsummary: …\ndate: 2026-11-23\n---"


@dataclass(frozen=True)
class Source:
    """A file's text, split: the front matter, the body, and the number of lines above the body."""

    front_matter: str
    body: str
    lines_above: int


class InvalidFileError(Exception):
    """What is wrong with one file; the problems have no path yet."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(*problems)


def decode(data: bytes) -> str:
    """Turn a file's bytes into text with LF line ends and no byte order mark."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - before.rfind(b"\n")
        message = f"byte 0x{data[error.start]:02x} is not UTF-8: save the file in that encoding"
        raise InvalidFileError(Problem("", line, column, message)) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def split(text: str) -> Source:
    """Split a text behind its front matter; raise InvalidFileError where there is none or it has no end."""
    lines = text.split("\n")
    if not text.strip():
        raise InvalidFileError(Problem("", 1, 0, f"the file is empty: begin it with front matter\n{EXAMPLE}"))
    if lines[0].rstrip() != "---":
        raise InvalidFileError(Problem("", 1, 1, f"there is no front matter: the file must begin with\n{EXAMPLE}"))
    for index, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            return Source("\n".join(lines[1:index]), "\n".join(lines[index + 1 :]), index + 1)
    raise InvalidFileError(Problem("", 1, 1, "the front matter is not closed: end it with --- on a line of its own"))


def read(data: bytes) -> Source:
    """Decode and split a file's bytes; raise InvalidFileError where that cannot be done, or there are too many."""
    if len(data) > MAX_BYTES:
        message = f"the file has {len(data):,} bytes, and {MAX_BYTES:,} are the most: split it"
        raise InvalidFileError(Problem("", 1, 0, message))
    return split(decode(data))
