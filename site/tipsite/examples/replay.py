"""A request of `curl` that is performed in the server's own process, without a socket of the network."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .screen import LIMIT
from .wire import LENGTHS, send

REFUSED = "curl: (7) Failed to connect to localhost port 5000 after 0 ms: Couldn't connect to server\n"
EMPTY = "curl: (52) Empty reply from server\n"


@dataclass
class Replay:
    """A request on its way; what comes back is collected until the server closes the connection."""

    link: socket.socket
    connected: bool
    received: bytearray = field(default_factory=bytearray)
    ended: bool = False

    def read(self) -> None:
        """Take what is there of the reply; far more than a command may print is not taken."""
        data = b""
        with suppress(OSError):
            data = self.link.recv(1 << 18)
        self.received += data
        self.ended = not data or len(self.received) > 2 * LIMIT

    def result(self) -> tuple[dict[str, Any], bytes]:
        """Give the reply and the output: standard output, and from `split` on standard error."""
        self.link.close()
        if len(self.received) < LENGTHS.size:
            status, message = (52, EMPTY) if self.connected else (7, REFUSED)
            return {"usage": "", "status": status, "split": 0}, message.encode()
        header, _ = LENGTHS.unpack_from(self.received)
        body = LENGTHS.size + header
        return json.loads(self.received[LENGTHS.size : body]), bytes(self.received[body:])


def start_replay(address: Path, arguments: Sequence[str], folder: str, stdin: bytes) -> Replay:
    """Send a request to the server that listens at `address`."""
    link = socket.socket(socket.AF_UNIX)
    try:
        link.connect(str(address))
    except OSError:
        return Replay(link, connected=False, ended=True)
    with suppress(OSError):
        send(link, {"arguments": list(arguments), "folder": folder}, stdin)
    return Replay(link, connected=True)
