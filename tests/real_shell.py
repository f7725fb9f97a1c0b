"""Run a tip as a reader would: a real shell, a real `flask run`, the real curl, a real interpreter."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tipsite.examples import Subject
from tipsite.examples.plan import File, Interpreter, Terminal, make_plan
from tipsite.examples.record import Exchange
from tipsite.examples.services import redis_program
from tipsite.examples.statements import Statement, is_complete
from tipsite.examples.transcript import expected_turns

BIN = Path(sys.executable).parent
MARK = "\x01"


class RealShell:
    """One tip in one folder, with the processes that it needs; `end` stops them."""

    def __init__(self, subject: Subject, folder: Path) -> None:
        self.plan = make_plan(subject)
        self.folder = folder / "project"
        self.folder.mkdir()
        self.variables = folder / "variables"
        self.variables.touch()
        self.processes: list[subprocess.Popen[bytes]] = []
        self.server: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.statements: list[Statement] = []
        (folder / ".curlrc").write_text("no-progress-meter\n")
        (folder / "startup.py").write_text(f"import sys\nsys.ps1, sys.ps2 = {MARK!r}, ''\n")
        self.environment = {
            "PATH": f"{folder}:{BIN}:{os.environ['PATH']}",
            "HOME": str(folder),
            "CURL_HOME": str(folder),
            "FLASK_APP": subject.app,
            "PYTHONSTARTUP": str(folder / "startup.py"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            "PYTHONUNBUFFERED": "1",
            "LC_ALL": "C.UTF-8",
            "NO_COLOR": "1",
            "COLUMNS": "80",
            "TZ": "UTC",
            "USER": "you",
        }
        if "redis" in subject.needs:
            self._start_redis(folder)

    def differences(self) -> Iterator[str]:
        """Run every session, and yield what comes out differently from what the page shows."""
        for step in self.plan.steps:
            if isinstance(step, File):
                path = self.folder / step.title
                path.parent.mkdir(parents=True, exist_ok=True)
                if path.exists():
                    self.statements = []  # who edits a file starts a new interpreter
                path.write_text(step.source)
                self._stop_server()
            else:
                yield from self._compare(step, self._run(step))

    def _compare(self, step: Terminal | Interpreter, outputs: dict[int, tuple[str, int]]) -> Iterator[str]:
        for turn in expected_turns(step):
            output, status = outputs.get(turn.line, ("", 0))
            exchange = Exchange(turn.line, self._as_shown(output), status)
            if turn.line in outputs and turn.differs(exchange):
                yield f"line {turn.line} (status {status}):\n{turn.diff(exchange)}"

    def _as_shown(self, output: str) -> str:
        if self.port:
            output = output.replace(f":{self.port}", ":5000")
        output = output.replace("\r\n", "\n").replace(str(self.folder), "/home/you/project")
        output = output.replace(sys.prefix, "/home/you/project/.venv")
        return re.sub(r"(/home/you/project/\.venv/lib/python)[\d.]+", rf"\g<1>{sys.version[:4]}", output)

    def _run(self, step: Terminal | Interpreter) -> dict[int, tuple[str, int]]:
        if isinstance(step, Interpreter):
            return self._interpret([sys.executable, "-i", "-q"], [*step.statements], keep=True)
        outputs: dict[int, tuple[str, int]] = {}
        for command in step.commands:
            if step.background:
                self._start(command.source)
                wait_for(step.background)
            elif command.statements:
                outputs |= self._interpret([*self._interpreter(command.source)], [*command.statements], keep=False)
            else:
                outputs[command.line] = self._type(command.source)
        return outputs

    def _interpreter(self, source: str) -> list[str]:
        words = source.split()
        return [str(BIN / words[0]), *words[1:]] if words[0] == "flask" else [sys.executable, "-i", "-q"]

    def _interpret(self, words: list[str], statements: list[Statement], *, keep: bool) -> dict[int, tuple[str, int]]:
        """Type statements into an interpreter; one that is kept has typed all the earlier ones before."""
        before = self.statements if keep else []
        typed = [*before, *statements]
        text = "".join(f"{one.source}\n" + ("" if is_complete(one.source) else "\n") for one in typed)
        done = subprocess.run(
            words, input=text, cwd=self.folder, env=self.environment | self._exported(), timeout=30, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="backslashreplace",
        )  # fmt: skip
        outputs = done.stdout.split(MARK)[1:]
        if keep:
            self.statements = typed
        return {one.line: (output, 0) for one, output in zip(typed, outputs, strict=False) if one in statements}

    def _exported(self) -> dict[str, str]:
        script = f"set -a; . {self.variables}; exec env -0"
        found = subprocess.run(["bash", "-c", script], env=self.environment, capture_output=True, text=True, check=True)
        return dict(entry.split("=", 1) for entry in found.stdout.split("\0") if entry)

    def _type(self, source: str) -> tuple[str, int]:
        if "localhost:5000" in source:
            self._start_server()
            source = source.replace("localhost:5000", f"localhost:{self.port}")
        keep = f"export -p | grep -vE ' (_|PWD|OLDPWD|SHLVL)=' > {self.variables}"
        script = f"set -a; . {self.variables}; set +a\n{source}\n__status=$?; {keep}; exit $__status"
        done = subprocess.run(
            ["bash", "-c", script], cwd=self.folder, env=self.environment, timeout=60, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return done.stdout.decode(errors="backslashreplace"), done.returncode

    def _start(self, source: str) -> subprocess.Popen[bytes]:
        script = f"set -a; . {self.variables}; set +a\n{source}"
        process = subprocess.Popen(
            ["bash", "-c", script], cwd=self.folder, env=self.environment, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.processes.append(process)
        return process

    def _start_server(self) -> None:
        if self.server is None:
            self.port = free_port()
            self.server = self._start(f"exec flask run --port {self.port}")
            wait_for(self.port)

    def _stop_server(self) -> None:
        if self.server is not None:
            kill(self.server)
            self.server = None

    def _start_redis(self, folder: Path) -> None:
        port = free_port()
        self._start(f"exec {redis_program('redis-server')} --port {port} --save ''")
        wait_for(port)
        self.environment["REDIS_URL"] = f"redis://localhost:{port}"
        wrapper = folder / "redis-cli"
        wrapper.write_text(f'#!/bin/sh\nexec {redis_program("redis-cli")} -p {port} "$@"\n')
        wrapper.chmod(0o755)

    def end(self) -> None:
        """Stop every process."""
        for process in self.processes:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.02)
    raise TimeoutError(f"nothing listens on port {port}")
