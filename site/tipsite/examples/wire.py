"""Messages between the processes of a run: a JSON header and bytes, over a stream socket."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

LENGTHS = struct.Struct("!QQ")


def send(connection: socket.socket, header: Any, body: bytes = b"") -> None:
    """Send a message."""
    text = json.dumps(header).encode()
    connection.sendall(LENGTHS.pack(len(text), len(body)) + text + body)


def receive(connection: socket.socket) -> tuple[Any, bytes]:
    """Receive a message; `ConnectionError` if the other side ends before it is complete."""
    header, body = LENGTHS.unpack(_exactly(connection, LENGTHS.size))
    return json.loads(_exactly(connection, header)), _exactly(connection, body)


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        part = connection.recv(min(count - len(data), 1 << 20))
        if not part:
            raise ConnectionResetError("the other side ended")
        data += part
    return bytes(data)
