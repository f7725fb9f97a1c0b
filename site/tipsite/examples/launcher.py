"""Starts the programs that a tip names: `flask`, `python`, `curl`, `redis-cli`, and what is installed."""

from __future__ import annotations

import code
import os
import re
import signal
import socket
import sys
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from . import processes
from .coverage import Recorder
from .interpreter import serve_statements
from .processes import Stdio, Surroundings
from .reactor import Reactor
from .replay import Replay, start_replay
from .sandbox import Sandbox
from .server import perform, serve_app
from .services import ServiceMissing, redis_command

OWN_SERVER = re.compile(r"(localhost|127\.0\.0\.1|\[::1\]):5000\b")
LOG_LIMIT = 6000  # bytes of the server's log that are shown beside a command


class NotUnderstood(Exception):
    """A command that cannot be run as it is written; the message says what to write."""


@dataclass
class Server:
    """A running `flask run`, and the file that it logs to."""

    process: int
    log: Path
    log_read: int = 0

    def new_log(self) -> str:
        """Return what was logged since this was last asked."""
        data = self.log.read_bytes()[self.log_read :]
        self.log_read += len(data)
        return data[-LOG_LIMIT:].decode(errors="backslashreplace")


@dataclass
class Launcher:
    """Starts programs in a sandbox. `environment` is what a new terminal's programs get, the server too."""

    sandbox: Sandbox
    reactor: Reactor
    recorder: Recorder
    scripts: Mapping[str, EntryPoint]
    app: str
    environment: dict[str, str]
    null: int = field(default_factory=partial(os.open, os.devnull, os.O_RDWR))
    server: Server | None = None

    def knows(self, name: str) -> bool:
        """Tell whether a program is started by this class rather than by the shell."""
        return name in (*processes.INTERPRETERS, "curl", "redis-cli") or name in self.scripts

    def speaks_to_server(self, words: Sequence[str]) -> bool:
        """Tell whether a program is a `curl` that speaks to the tip's own server."""
        return words[0] == "curl" and any(map(OWN_SERVER.search, words))

    def start(
        self, words: Sequence[str], stdio: Stdio, folder: str, environment: Mapping[str, str]
    ) -> int:
        """Start a program and return its process; `NotUnderstood` if it cannot be run as it is written."""
        if self.speaks_to_server(words):
            self.start_server()
        target = self._target(words, environment)
        return processes.fork(target, stdio, Surroundings(folder, environment, self.sandbox))

    def _target(self, words: Sequence[str], environment: Mapping[str, str]) -> Callable[[], None]:
        if words[0] == "curl":
            return partial(self._run_curl, words[1:])
        if words[0] == "redis-cli":
            return partial(_execute, self._redis_command(words, environment))
        if words[0] == "sh":
            return partial(_execute, ["/bin/sh", *words[1:]])
        if words[0] in self.scripts:
            return partial(_run_script, self.scripts[words[0]], words)
        target = processes.python_program(words)
        if target is None:
            raise NotUnderstood(
                f"“{' '.join(words[:2])}” is not understood: write python FILE, python -m MODULE or python -c CODE"
            )
        return target

    def _redis_command(self, words: Sequence[str], environment: Mapping[str, str]) -> list[str]:
        try:
            return redis_command(words, environment)
        except ServiceMissing as error:
            raise NotUnderstood(str(error)) from error

    def _run_curl(self, arguments: Sequence[str]) -> None:
        """Run `curl` in this process, or in that of the server which it speaks to."""
        stdin = sys.stdin.buffer.read()
        if any(map(OWN_SERVER.search, arguments)):
            reply, output = self._ask_server(arguments, stdin)
        else:
            reply, output = perform(arguments, None, Path.cwd(), stdin)
        if reply["usage"]:
            self.sandbox.report(reply["usage"])
        split = reply["split"]
        sys.stdout.buffer.write(output[:split])
        sys.stdout.flush()
        sys.stderr.buffer.write(output[split:])
        sys.exit(reply["status"])

    def _ask_server(self, arguments: Sequence[str], stdin: bytes) -> tuple[dict[str, Any], bytes]:
        replay = self.replay(arguments, os.getcwd(), stdin)
        while not replay.ended:
            replay.read()
        return replay.result()

    def replay(self, arguments: Sequence[str], folder: str, stdin: bytes = b"") -> Replay:
        """Have the server perform what `curl` was asked for."""
        self.start_server()
        return start_replay(self.sandbox.root / "server", arguments, folder, stdin)

    def start_server(self) -> None:
        """Start `flask run` unless it runs; called in the controller before anything asks the server."""
        if self.server:
            return
        address, log = self.sandbox.root / "server", self.sandbox.root / "server.log"
        address.unlink(missing_ok=True)
        log.write_bytes(b"")
        with socket.socket(socket.AF_UNIX) as listener, log.open("ab") as output:
            listener.bind(str(address))
            listener.listen(64)
            arguments = ["run"] if self.app == "app" else ["--app", self.app, "run"]
            target = partial(serve_app, listener, arguments, self.sandbox.report)
            stdio = Stdio(self.null, output.fileno(), output.fileno())
            where = Surroundings(str(self.sandbox.project), self.environment, self.sandbox)
            process = processes.fork(target, stdio, where, keep=[listener.fileno()])
        self.server = Server(process, log)
        self.reactor.on_end(process, partial(self._on_server_end, self.server))

    def _on_server_end(self, server: Server, status: int) -> None:
        if self.server is server:
            log = server.log.read_text(errors="backslashreplace")[-LOG_LIMIT:]
            self.sandbox.report(f"“flask run” ended by itself, with exit status {status}", log)
            self.server = None

    def stop_server(self) -> None:
        """Stop `flask run`, as Ctrl-C would; the next `curl` starts it anew."""
        if self.server:
            process, self.server = self.server.process, None
            self.stop(process)

    def stop(self, process: int) -> None:
        """Kill a process and what it started in its group."""
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process, signal.SIGKILL)

    def start_interpreter(self, words: Sequence[str], stdio: Stdio, folder: str) -> tuple[int, socket.socket]:
        """Start `python` or `flask … shell`; the statements that it runs go over the socket."""
        link, other = socket.socketpair()
        with other:
            target = partial(self._interpret, words, other)
            where = Surroundings(folder, self.environment, self.sandbox)
            process = processes.fork(target, stdio, where, keep=[other.fileno()])
        return process, link

    def _interpret(self, words: Sequence[str], link: socket.socket) -> None:
        def interact(banner: object, local: MutableMapping[str, Any]) -> None:
            serve_statements(link, self.recorder, local, self.sandbox.report)

        if words[0] == "flask":
            code.interact = interact  # type: ignore[assignment]
            _run_script(self.scripts["flask"], words)
        else:
            sys.path.insert(0, "")
            interact(None, sys.modules["__main__"].__dict__)


def _run_script(script: EntryPoint, words: Sequence[str]) -> None:
    """Run a program that an installed distribution provides."""
    folder = Path(sys.executable).parent
    sys.argv = [str(folder / words[0]), *words[1:]]
    sys.path.insert(0, str(folder))
    sys.exit(script.load()())


def _execute(words: Sequence[str]) -> None:
    os.execv(words[0], words)
