"""Answers as they stand on the wire, read as curl reads them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from .problems import TransferError, UsageProblem

NO_BODY = (204, 304)
CUT_SHORT = 18
STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})\b")
CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]+")


@dataclass(frozen=True)
class Head:
    """A status line and headers; `raw` is all of it, the empty line included."""

    raw: bytes
    status: int
    headers: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        """Give every value of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def get(self, name: str) -> str:
        """Give the value of a header, or nothing."""
        return next(iter(self.all(name)), "")


@dataclass(frozen=True)
class Response:
    """A final answer, the raw interim ones before it, and the failure that cut its body short, if any."""

    interim: bytes
    head: Head
    body: bytes
    failure: TransferError | None = None

    @property
    def location(self) -> str:
        """Where the answer redirects to, or nothing."""
        return self.head.get("Location") if 300 <= self.head.status < 400 else ""


def read_response(stream: BinaryIO, *, without_body: bool) -> Response:
    """Read an answer; `without_body` for that to a HEAD.

    Raises TransferError (52) or (1) if it is none at all.
    """
    interim = b""
    head = read_head(stream)
    while 100 <= head.status < 200:
        interim += head.raw
        head = read_head(stream)
    if without_body or head.status in NO_BODY:
        return Response(interim, head, b"")
    body, failure = _read_body(stream, head)
    return Response(interim, head, body, failure)


def read_head(stream: BinaryIO) -> Head:
    """Read up to the empty line below the headers."""
    lines = list(_head_lines(stream))
    if not lines or not lines[0]:
        raise TransferError(52, "Empty reply from server")
    status = STATUS_LINE.match(lines[0])
    if status is None:
        raise TransferError(1, "Received HTTP/0.9 when not allowed")
    return Head(b"".join(lines), int(status[1]), tuple(_read_header(line) for line in lines[1:-1]))


def _head_lines(stream: BinaryIO) -> Iterator[bytes]:
    while line := stream.readline():
        yield line
        if not line.strip(b"\r\n"):
            return


def _read_header(line: bytes) -> tuple[str, str]:
    name, _, value = line.decode("latin-1").partition(":")
    return name, value.strip()


def _read_body(stream: BinaryIO, head: Head) -> tuple[bytes, TransferError | None]:
    if "chunked" in head.get("Transfer-Encoding").lower():
        return _read_chunks(stream)
    length = head.get("Content-Length")
    if not length.isdecimal():
        return stream.read(), None
    body = stream.read(int(length))
    missing = int(length) - len(body)
    message = f"transfer closed with {missing} bytes remaining to read"
    return body, TransferError(CUT_SHORT, message) if missing else None


def _read_chunks(stream: BinaryIO) -> tuple[bytes, TransferError | None]:
    body = b""
    while line := stream.readline():
        digits = CHUNK_SIZE.match(line)
        if digits is None:
            return body, TransferError(56, "Illegal or missing hexadecimal sequence in chunked-encoding")
        size = int(digits[0], 16)
        if size == 0:
            return body, None
        body += (chunk := stream.read(size))
        if len(chunk) < size:
            break
        stream.readline()
    return body, TransferError(CUT_SHORT, "transfer closed with outstanding read data remaining")


DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "identity": bytes,
    "gzip": lambda body: zlib.decompress(body, wbits=16 + zlib.MAX_WBITS),
    "deflate": zlib.decompress,
}


def decompress(response: Response) -> bytes:
    """Undo the Content-Encoding, as --compressed asks.

    Raises TransferError (61) if the body is not what its header says.
    """
    encoding = response.head.get("Content-Encoding").lower()
    if encoding not in DECODERS:
        raise UsageProblem(f"curl --compressed cannot undo “{encoding}” in a tip: let the app answer with gzip")
    try:
        return DECODERS[encoding](response.body)
    except zlib.error as error:
        raise TransferError(61, f"Error while processing content unencoding: {error}") from error
