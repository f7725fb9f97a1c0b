"""Where a request goes: to the tip's app on Werkzeug's development server in memory, or to a real server."""

from __future__ import annotations

import importlib.metadata
import random
import socket
from contextlib import suppress
from io import BytesIO
from threading import Thread
from typing import TYPE_CHECKING, BinaryIO

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from .problems import TransferError
from .urls import APP_PORT, Url

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

SERVER_VERSION = f"Werkzeug/{importlib.metadata.version('werkzeug')}"
EPHEMERAL_PORTS = (32768, 60999)


class MemoryServer(ThreadedWSGIServer):
    """The development server as `flask run` configures it, but listening nowhere."""

    def __init__(self, app: WSGIApplication) -> None:  # the parent's opens a socket
        self.app = app
        self.passthrough_errors = False
        self.ssl_context = None
        self.server_address = ("127.0.0.1", APP_PORT)
        self._server_version = SERVER_VERSION


class MemoryHandler(WSGIRequestHandler):
    """Reads one request from memory, and answers into memory."""

    protocol_version = "HTTP/1.1"

    def __init__(self, request: bytes, answer: BytesIO, server: MemoryServer) -> None:
        self.rfile = BytesIO(request)
        self.wfile = answer
        nobody, ours = socket.socketpair()  # Werkzeug asks a real socket whether more is to be read
        nobody.close()
        with ours:
            super().__init__(ours, ("127.0.0.1", random.randint(*EPHEMERAL_PORTS)), server)

    def setup(self) -> None:
        """Leave the streams as they are."""
        self.connection = self.request

    def finish(self) -> None:
        """Leave the answer open to be read."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing: a tip's transcript has no place for the server's terminal."""


def ask_app(app: WSGIApplication, request: bytes) -> BinaryIO:
    """Give the app a request, and return its answer as it stands on the wire.

    The app runs in a thread of its own, as it does under `flask run`; where it ends the thread, the answer
    ends there.
    """
    answer = BytesIO()
    thread = Thread(target=_answer, args=(app, request, answer), daemon=True)
    thread.start()
    thread.join()
    answer.seek(0)
    return answer


def _answer(app: WSGIApplication, request: bytes, answer: BytesIO) -> None:
    with suppress(SystemExit):  # ends a thread of the development server, not the server
        MemoryHandler(request, answer, MemoryServer(app))


def ask_machine(url: Url, request: bytes) -> BinaryIO:
    """Send a request to a server on this machine, and return its answer as it stands on the wire.

    Raises TransferError (7) if there is none, ConnectionError if it hangs up.
    """
    try:
        connection = socket.create_connection((url.address, url.port_number))
    except OSError as error:
        raise refused(url) from error
    with connection:
        connection.sendall(request)
        return connection.makefile("rb")


def refused(url: Url) -> TransferError:
    """Say what curl says where nothing listens."""
    return TransferError(
        7,
        f"Failed to connect to {url.host.strip('[]')} port {url.port_number} after 0 ms: Couldn't connect to server",
    )
