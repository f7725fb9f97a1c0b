"""The process behind `flask run`: the real command, with its socket replaced by the replay of `curl`."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flask.cli
import werkzeug.serving

from . import curl
from .wire import receive, send

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def serve_app(listener: socket.socket, arguments: Sequence[str], report: Callable[[str], None]) -> None:
    """Load the app as `flask run` does, and replay the requests of each `curl` that connects."""
    process = os.getpid()

    def run_simple(hostname: str, port: int, application: WSGIApplication, **options: Any) -> None:
        if os.getpid() != process:
            report("the app forks while it is imported, so there would be two servers: start the process later")
            os._exit(1)
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_replay, args=(connection, application), daemon=True).start()

    for module in (werkzeug.serving, flask.cli):  # each Flask imports it from one of the two
        vars(module)["run_simple"] = run_simple
    sys.argv = ["flask", *arguments]
    flask.cli.main()


def _replay(connection: socket.socket, application: WSGIApplication) -> None:
    with connection:
        request, body = receive(connection)
        reply, output = perform(request["arguments"], application, Path(request["folder"]), body)
        send(connection, reply, output)


def perform(
    arguments: Sequence[str], application: WSGIApplication | None, folder: Path, stdin: bytes
) -> tuple[dict[str, Any], bytes]:
    """Run `curl`; the reply says how it ended and how much of the output is standard output."""
    try:
        transfer = curl.run(arguments, app=application, folder=folder, stdin=stdin)
    except curl.UsageProblem as problem:
        return {"usage": str(problem), "status": 2, "split": 0}, b""
    sys.stdout.flush()
    reply = {"usage": "", "status": transfer.status, "split": len(transfer.stdout)}
    return reply, transfer.stdout + transfer.stderr


