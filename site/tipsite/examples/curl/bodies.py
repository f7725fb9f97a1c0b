"""What a request carries: data, forms and uploads, encoded as curl encodes them."""

from __future__ import annotations

import re
import secrets
import string
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import quote_from_bytes

from .options import Arguments, Given
from .problems import TransferError, UsageProblem

DATA = ("data", "data-ascii", "data-raw", "data-binary", "data-urlencode", "json")
FORM = ("form", "form-string")
UNREADABLE = "Failed to open/read local data from file/application"
TYPES = {
    ".gif": "image/gif",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".htm": "text/html",
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".xml": "application/xml",
}
WORD = r'\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"(?P<trailing>[^;]*)|(?P<bare>[^;]*))'
CONTENT = re.compile(WORD, re.DOTALL)
ATTRIBUTE = re.compile(rf";\s*(?P<key>\w*)\s*=?{WORD}", re.DOTALL)


@dataclass(frozen=True)
class Body:
    """What is sent below the headers, and the Content-Type that curl gives it by itself."""

    content: bytes
    content_type: str = ""
    chunked: bool = False
    expect: bool = False


@dataclass(frozen=True)
class Inputs:
    """Where a command reads from: the folder that it runs in, and its standard input."""

    folder: Path
    stdin: bytes = field(repr=False)

    def read(self, name: str) -> bytes:
        """Read a file, `-` being standard input. Raises OSError."""
        return self.stdin if name == "-" else (self.folder / name).read_bytes()

    def read_for(self, option: str, name: str) -> bytes:
        """Read a file that an option names after `@`. Raises UsageProblem if it cannot be read."""
        try:
            return self.read(name)
        except OSError as error:
            raise UsageProblem(
                f"curl {option} cannot read the file “{name}” ({error.strerror}): "
                "show the file above the session, or correct its name"
            ) from error


def encode(text: str) -> bytes:
    """Turn an argument back into the bytes that the shell passed."""
    return text.encode(errors="surrogateescape")


def make_data(arguments: Arguments, inputs: Inputs) -> bytes:
    """Join everything that -d and its relatives give, as the body of a POST or the query of a -G."""
    joined = b""
    for index, given in enumerate(arguments.all(*DATA)):
        joined += b"&" if index and given.name != "json" else b""
        joined += _read_data(given, inputs)
    return joined


def _read_data(given: Given, inputs: Inputs) -> bytes:
    if given.name == "data-urlencode":
        return _urlencode(given.value, inputs)
    if given.name == "data-raw" or not given.value.startswith("@"):
        return encode(given.value)
    content = inputs.read_for(f"--{given.name}", given.value[1:])
    return content if given.name in ("data-binary", "json") else without_line_ends(content)


def without_line_ends(content: bytes) -> bytes:
    """Drop what curl drops from a text file that it reads into one line."""
    return re.sub(rb"[\r\n\0]", b"", content)


def _urlencode(value: str, inputs: Inputs) -> bytes:
    """Encode one of content, =content, name=content, @file and name@file."""
    separator = re.search("[=@]", value)
    if separator is None:
        return _escape(encode(value))
    name, rest = encode(value[: separator.start()]), value[separator.end() :]
    content = inputs.read_for("--data-urlencode", rest) if separator[0] == "@" else encode(rest)
    return (name + b"=" if name else b"") + _escape(content)


def _escape(content: bytes) -> bytes:
    return quote_from_bytes(content, safe="").replace("%20", "+").encode()


@dataclass(frozen=True)
class Part:
    """A part of a form: a field, or a file if it has a filename."""

    name: str
    content: bytes
    content_type: str = ""
    filename: str | None = None

    def render(self) -> bytes:
        """Write the part's headers and its content."""
        disposition = f'form-data; name="{_quote(self.name)}"'
        if self.filename is not None:
            disposition += f'; filename="{_quote(self.filename)}"'
        lines = [f"Content-Disposition: {disposition}"]
        if self.content_type:
            lines.append(f"Content-Type: {self.content_type}")
        return encode("\r\n".join(lines)) + b"\r\n\r\n" + self.content + b"\r\n"


def _quote(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def make_form(arguments: Arguments, inputs: Inputs) -> Body:
    """Make the multipart body of -F and --form-string, with a boundary of its own.

    Raises TransferError (26) for a file that is not there.
    """
    parts = [_read_part(given, inputs) for given in arguments.all(*FORM)]
    letters = string.ascii_letters + string.digits
    boundary = "-" * 24 + "".join(secrets.choice(letters) for _ in range(22))
    opening = f"--{boundary}\r\n".encode()
    content = b"".join(opening + part.render() for part in parts) + f"--{boundary}--\r\n".encode()
    return Body(content, f"multipart/form-data; boundary={boundary}")


def _read_part(given: Given, inputs: Inputs) -> Part:
    name, equals, value = given.value.partition("=")
    if not equals:
        raise UsageProblem(f"curl -F “{given.value}” has no value: write -F name=value, or -F name=@file")
    if given.name == "form-string":
        return Part(name, encode(value))
    if value[:1] == "@":
        return _read_file(name, value[1:], inputs)
    if value[:1] == "<":
        return _read_field_from_file(name, value[1:], inputs)
    content, attributes = _read_pieces(value, ("type", "filename"))
    filename = attributes.get("filename")
    return Part(name, encode(content), attributes.get("type", _guess_type(filename)), filename)


def _read_file(name: str, value: str, inputs: Inputs) -> Part:
    path, attributes = _read_pieces(value, ("type", "filename"))
    if "," in path:
        raise UsageProblem(f"curl -F {name}=@{path} names several files: write -F {name}=@… once for each")
    filename = attributes.get("filename", PurePosixPath(path).name)
    guessed = _guess_type(filename) or _guess_type(path) or ("" if path == "-" else "application/octet-stream")
    return Part(name, _read_content(path, inputs), attributes.get("type", guessed), filename)


def _guess_type(filename: str | None) -> str:
    return TYPES.get(PurePosixPath(filename or "").suffix.lower(), "")


def _read_field_from_file(name: str, value: str, inputs: Inputs) -> Part:
    path, attributes = _read_pieces(value, ("type",))
    return Part(name, _read_content(path, inputs), attributes.get("type", ""))


def _read_content(path: str, inputs: Inputs) -> bytes:
    try:
        return inputs.read(path)
    except OSError as error:
        raise TransferError(26, UNREADABLE) from error


def _read_pieces(value: str, known: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    """Split `content;type=…;filename=…`, either side of which may be quoted."""
    content = CONTENT.match(value)
    assert content is not None, "any text matches"
    attributes: dict[str, str] = {}
    for piece in ATTRIBUTE.finditer(value, content.end()):
        if piece["key"] not in known:
            raise UsageProblem(
                f"curl -F does not know “{piece[0]}” here: write {' or '.join(f';{key}=' for key in known)}, "
                "or put the value between double quotes if the semicolon belongs to it"
            )
        attributes[piece["key"]] = _read_word(piece)
    return _read_word(content), attributes


def _read_word(piece: re.Match[str]) -> str:
    if piece["quoted"] is None:
        return piece["bare"].strip()
    if piece["trailing"].strip():
        raise UsageProblem(
            f"curl -F drops what follows the quotes in {piece[0].strip()}: put all of it between the quotes"
        )
    return re.sub(r'\\([\\"])', r"\1", piece["quoted"])


def make_upload(name: str, inputs: Inputs) -> Body:
    """Make the body of a -T: what comes from standard input is sent in chunks."""
    if name == ".":
        raise UsageProblem("curl -T . reads while it writes: write -T - instead")
    return Body(inputs.read_for("-T", name), chunked=name == "-", expect=True)
