"""The process that takes a tip through its steps, as a reader with two or three terminals would."""

from __future__ import annotations

import json
import marshal
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from .commands import Command, plain_words, split_pipe
from .launcher import Launcher, NotUnderstoodError
from .plan import File, Interpreter, Plan, Step, Terminal
from .processes import Stdio
from .reactor import Reactor
from .record import Exchange, Report
from .sandbox import Sandbox
from .screen import LIMIT, Places, Screen, open_screen
from .services import Redis, ServiceMissingError, listens, start_redis
from .shell import OWN_VARIABLES, Shell, start_shell
from .statements import Statement
from .wire import receive

BACKGROUND_SECONDS = 5.0
SETTLE_SECONDS = 0.5
SERVER_GONE = (7, 52)  # exit statuses of curl when nobody answers


@dataclass
class Prompt:
    """An interpreter that waits for its next statement."""

    process: int
    link: socket.socket
    replied: bytearray = field(default_factory=bytearray)
    ended: int | None = None


@dataclass
class Controller:
    """Runs a plan, and tells `events` (a file descriptor) of each exchange as it happens."""

    plan: Plan
    sandbox: Sandbox
    launcher: Launcher
    reactor: Reactor
    events: int
    reports: int
    places: Places
    screen: Screen = field(default_factory=open_screen)
    shell: Shell | None = None
    prompt: Prompt | None = None
    folder: str = ""
    line: int = 0
    orphans: dict[int, int] = field(default_factory=dict)

    def run(self) -> None:
        """Take every step."""
        self.folder = str(self.sandbox.project)
        self.reactor.on_readable(self.screen.reader, self._read_screen)
        for step in self.plan.steps:
            self._take(step)
        for process, line in self.orphans.items():
            if is_alive(process):
                self._report(Report(line, "a process that this starts still runs when the tip ends: stop it"))
        self._send({"done": True})

    def start_redis(self, borrowed: Redis | None) -> None:
        """Give the tip its Redis, under REDIS_URL."""
        try:
            redis = borrowed or start_redis(self.sandbox.root / "redis")
        except ServiceMissingError as error:
            self._report(Report(0, str(error)))
            return
        self.launcher.environment["REDIS_URL"] = redis.url

    def _take(self, step: Step) -> None:
        if isinstance(step, File):
            self._write(step)
        elif isinstance(step, Interpreter):
            self.prompt = self.prompt or self._open_prompt(["python"], str(self.sandbox.project))
            for statement in step.statements:
                self._type(self.prompt, statement)
        elif step.background:
            self._start_in_background(step)
        else:
            for command in step.commands:
                self._run(command)

    def _write(self, file: File) -> None:
        """Write a file; the server, and an interpreter that may have read an older one, start anew."""
        self._begin(file.line)
        path = self.sandbox.project / file.title
        self.launcher.stop_server()
        if self.prompt and path.exists():
            self._close_prompt(self.prompt)
            self.prompt = None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.source, encoding="utf-8", newline="")
        if file.is_python:
            self.launcher.recorder.files |= {str(path): file.slot, file.title: file.slot}

    def _begin(self, line: int) -> None:
        self.line = line
        self._send({"at": line})

    def _run(self, command: Command) -> None:
        self._begin(command.line)
        words = plain_words(command.source)
        if words and command.statements:
            self._run_interpreter(words, command)
        elif words and self.launcher.knows(words[0]):
            self._finish(self._run_program(words))
        else:
            self._finish(self._run_in_shell(self._with_input(command.source)))

    def _run_program(self, words: list[str]) -> int:
        if self.launcher.speaks_to_server(words):
            return self._replay(words)
        try:
            process = self.launcher.start(words, self._stdio(), self.folder, self.launcher.environment)
        except NotUnderstoodError as error:
            self._report(Report(self.line, str(error)))
            return 2
        return self._wait(process, {})

    def _replay(self, words: list[str]) -> int:
        """Have the server perform a `curl`, and print what it prints."""
        status, output, errors = self._ask_server(words)
        self.screen.show(output + errors)
        return status

    def _with_input(self, source: str) -> str:
        """Perform the `curl` that a pipeline begins with, and give the rest of it, which reads what that printed.

        In the shell, `curl` would be a program that is started for no more than to ask for the same.
        """
        piped = split_pipe(source)
        if not piped or not self.launcher.speaks_to_server(piped[0]):
            return source
        _, output, errors = self._ask_server(piped[0])
        self.screen.show(errors)
        path = self.sandbox.root / "piped"
        path.write_bytes(output)
        return f"<'{path}' {piped[1]}"

    def _ask_server(self, words: list[str]) -> tuple[int, bytes, bytes]:
        """Have the server perform a `curl`; give its exit status and what it prints, as output and as errors."""
        replay = self.launcher.replay(words[1:], self.folder)
        if not replay.ended:
            self.reactor.on_readable(replay.link.fileno(), replay.read)
            self.reactor.run_until(lambda: replay.ended)
            self.reactor.forget(replay.link.fileno())
        reply, printed = replay.result()
        if reply["usage"]:
            self._report(Report(self.line, reply["usage"]))
        split: int = reply["split"]
        return reply["status"], printed[:split], printed[split:]

    def _wait(self, process: int, ended: dict[int, int]) -> int:
        """Wait for a process, and return its exit status."""
        self.reactor.on_end(process, partial(ended.__setitem__, process))
        self.reactor.run_until(lambda: process in ended or self.screen.overflowed)
        if self.screen.overflowed:
            self.launcher.stop(process)
        self.reactor.run_until(lambda: process in ended)
        return ended[process]

    def _stdio(self) -> Stdio:
        return Stdio(self.launcher.null, self.screen.writer, self.screen.writer)

    def _run_in_shell(self, source: str) -> int:
        """Run a command in the shell, and take over the folder and the variables that it leaves."""
        shell = self.shell = self.shell or self._open_shell()
        shell.run(self.sandbox.root / "command", source)
        replies: list[tuple[int, dict[str, str]]] = []

        def done() -> bool:
            if reply := shell.take_reply():
                replies.append(reply)
            return bool(replies) or shell.ended is not None or self.screen.overflowed

        self.reactor.run_until(done)
        if not replies:
            return self._close_shell(shell)
        status, variables = replies[0]
        self.folder = variables.get("PWD", self.folder)
        self.launcher.environment = {k: v for k, v in variables.items() if k not in OWN_VARIABLES}
        return status

    def _open_shell(self) -> Shell:
        shell = start_shell(self.folder, self.launcher.environment, self.screen.writer)
        self.reactor.on_readable(shell.replies, shell.read)
        self.reactor.on_end(shell.process.pid, shell.note_end)
        return shell

    def _close_shell(self, shell: Shell) -> int:
        """Put away a shell that ended, or that printed too much; the next command gets a new one."""
        self.launcher.stop(shell.process.pid)
        self.reactor.run_until(lambda: shell.ended is not None)
        self.reactor.forget(shell.replies)
        shell.close()
        self.shell = None
        return shell.ended or 0

    def _run_interpreter(self, words: list[str], command: Command) -> None:
        """Run a command that opens an interpreter, type its statements, and close it as Ctrl-D does."""
        prompt = self._open_prompt(words, self.folder)
        for statement in command.statements:
            self._type(prompt, statement)
        self._close_prompt(prompt)
        self._begin(command.line)
        self._finish(prompt.ended if prompt.ended and prompt.ended < 128 else 0)

    def _open_prompt(self, words: list[str], folder: str) -> Prompt:
        process, link = self.launcher.start_interpreter(words, self._stdio(), folder)
        prompt = Prompt(process, link)
        self.reactor.on_end(process, partial(setattr, prompt, "ended"))
        self.reactor.on_readable(link.fileno(), lambda: self._hear(prompt))
        return prompt

    def _hear(self, prompt: Prompt) -> None:
        data = prompt.link.recv(64)
        prompt.replied += data
        if not data:
            self.reactor.forget(prompt.link.fileno())

    def _type(self, prompt: Prompt, statement: Statement) -> None:
        """Type a statement, and wait until it is done."""
        self._begin(statement.line)
        prompt.replied.clear()
        if prompt.ended is not None:
            self._report(Report(statement.line, "the interpreter has ended before this statement"))
            return
        request = json.dumps({"source": statement.source, "slot": statement.slot})
        with suppress(BrokenPipeError):
            prompt.link.sendall(request.encode() + b"\n")
        self.reactor.run_until(lambda: bool(prompt.replied) or prompt.ended is not None or self.screen.overflowed)
        if self.screen.overflowed:
            self.launcher.stop(prompt.process)
        self._finish(0)

    def _close_prompt(self, prompt: Prompt) -> None:
        if prompt.ended is None:
            self.launcher.stop(prompt.process)
            self.reactor.run_until(lambda: prompt.ended is not None)
        with suppress(KeyError, ValueError):
            self.reactor.forget(prompt.link.fileno())
        prompt.link.close()

    def _start_in_background(self, step: Terminal) -> None:
        """Start a command and wait until its port accepts connections."""
        command = step.commands[0]
        self._begin(command.line)
        log = self.sandbox.root / f"background-{command.line}.log"
        with log.open("wb") as output:
            stdio = Stdio(self.launcher.null, output.fileno(), output.fileno())
            words = plain_words(command.source) or []
            if not words or not self.launcher.knows(words[0]):
                words = ["sh", "-c", command.source]
            process = self.launcher.start(words, stdio, self.folder, self.launcher.environment)
        ended: dict[int, int] = {}
        self.reactor.on_end(process, partial(ended.__setitem__, process))
        self.reactor.run_until(lambda: bool(ended) or listens(step.background), BACKGROUND_SECONDS)
        if ended or not listens(step.background):
            message = f"nothing listens on port {step.background} {BACKGROUND_SECONDS:.0f} s after this command"
            if ended:
                message = f"this command ended, with exit status {ended[process]}, and does not listen"
            self._report(Report(command.line, message, self.places.show(log.read_bytes())))
        self._finish(0)

    def _finish(self, status: int) -> None:
        """Send the exchange that just ended, with everything that was reported meanwhile."""
        if status in SERVER_GONE:
            self.reactor.run_until(lambda: self.launcher.server is None, SETTLE_SECONDS)
        self.screen.read()
        overflowed = self.screen.overflowed
        output = self.places.show(self.screen.take())
        if overflowed:
            self._report(Report(self.line, f"this prints more than {LIMIT // 1_000_000} MB: let it print less"))
            output = ""
        log = self.places.show(self.launcher.server.new_log().encode()) if self.launcher.server else ""
        self._pass_on_reports()
        self._find_strays()
        self._find_orphans()
        self._send({"exchange": asdict(Exchange(self.line, output, status, log))})

    def _pass_on_reports(self) -> None:
        with suppress(BlockingIOError):
            for text in os.read(self.reports, 1 << 16).splitlines():
                report = json.loads(text)
                self._report(Report(self.line, report["message"], self.places.show(report["detail"].encode())))

    def _find_strays(self) -> None:
        """Find what was written beside the tip's folder, and remove it so that it is told once."""
        for folder in (self.sandbox.home.parent, self.sandbox.home):
            for entry in folder.iterdir():
                if entry.name not in ("you", "project") and not entry.name.startswith("."):
                    entry.rename(self.sandbox.root / f"stray-{entry.name}")
                    shown = os.path.relpath(entry, self.sandbox.project)
                    message = f"the tip writes outside its folder, to “{shown}”: write below the folder it runs in"
                    self._report(Report(self.line, message))

    def _find_orphans(self) -> None:
        """Note the processes whose parent has ended: they are the supervisor's children now."""
        supervisor = os.getppid()
        with suppress(OSError):
            children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
            for process in map(int, children):
                if process != os.getpid():
                    self.orphans.setdefault(process, self.line)

    def _report(self, report: Report) -> None:
        self._send({"report": asdict(report)})

    def _send(self, event: Mapping[str, Any]) -> None:
        data = memoryview(json.dumps(event).encode() + b"\n")
        while data:
            data = data[os.write(self.events, data) :]

    def _read_screen(self) -> None:
        self.screen.read()

    def accept_shim(self, listener: socket.socket) -> None:
        """Start what a program on the shell's path asks for, with that program's files."""
        connection, _ = listener.accept()
        _, descriptors, _, _ = socket.recv_fds(connection, 1, 3)
        request = marshal.loads(receive(connection)[1])
        try:
            process = self.launcher.start(
                request["words"], Stdio(*descriptors), request["folder"], own_variables(request["environment"])
            )
        except NotUnderstoodError as error:
            self._report(Report(self.line, str(error)))
            _answer(connection, 2)
        else:
            self.reactor.on_end(process, partial(_answer, connection))
        finally:
            for descriptor in descriptors:
                os.close(descriptor)


def own_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Leave out what a shell adds for itself."""
    return {key: value for key, value in environment.items() if key not in OWN_VARIABLES}


def _answer(connection: socket.socket, status: int) -> None:
    with connection, suppress(OSError):
        connection.sendall(str(status).encode())


def is_alive(process: int) -> bool:
    """Tell whether a process runs, rather than waits to be buried."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"
