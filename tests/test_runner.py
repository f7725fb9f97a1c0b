"""The process that runs the examples: whatever becomes of it, nobody waits for ever."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from pathlib import Path

import pytest

from conftest import on_linux, wait_for_program
from tipsite.errors import TipsiteError
from tipsite.examples import Runner, Subject
from tipsite.examples.plan import make_plan
from tipsite.examples.record import Record
from tipsite.examples.zygote import Zygote
from tipsite.fence import find_fences

PATIENCE = 20.0  # seconds
ENDED = "the process that runs the examples ended unexpectedly"


def run(runner: Runner, command: str) -> Record:
    """Run a command in a terminal of a tip."""
    return runner.run(make_plan(Subject("tip.md", find_fences(f"```console\n$ {command}\n```\n").blocks)))


def start(runner: Runner, command: str) -> Future[Record]:
    """Have a thread that keeps nobody from ending run a command; wait until the order was sent."""
    record: Future[Record] = Future()

    def tell() -> None:
        try:
            record.set_result(run(runner, command))
        except TipsiteError as error:
            record.set_exception(error)

    threading.Thread(target=tell, daemon=True).start()
    while runner.count == 0 and not record.done():
        time.sleep(0.001)
    with runner.lock:
        return record


def test_an_order_that_was_not_read_fails_when_the_process_is_killed():
    with Runner() as runner:
        runner.zygote.send_signal(signal.SIGSTOP)
        record = start(runner, "true")

        runner.zygote.kill()

        with pytest.raises(TipsiteError, match=ENDED):
            record.result(PATIENCE)


def test_an_order_that_cannot_be_sent_fails_at_once():
    with Runner() as runner:
        runner.zygote.send_signal(signal.SIGSTOP)  # it cannot even end
        runner.link.shutdown(socket.SHUT_WR)

        try:
            with pytest.raises(TipsiteError, match=ENDED):
                start(runner, "true").result(PATIENCE)
        finally:
            runner.zygote.kill()


@on_linux
def test_a_run_fails_when_the_process_is_killed_and_is_ended_too():
    with Runner(limit=60) as runner:
        record = start(runner, "sleep 60")
        processes = wait_for_program(runner.zygote.pid, "sleep")

        runner.zygote.kill()

        with pytest.raises(TipsiteError, match=ENDED):
            record.result(PATIENCE)
    deadline = time.monotonic() + PATIENCE
    while any(Path(f"/proc/{process}/exe").exists() for process in processes):  # a zombie has none
        assert time.monotonic() < deadline


@on_linux
def test_a_run_is_ended_when_nobody_waits_for_it_any_more():
    with Runner(limit=60) as runner:
        record = start(runner, "sleep 60")
        wait_for_program(runner.zygote.pid, "sleep")
        ended = time.monotonic()

    assert time.monotonic() - ended < PATIENCE
    assert runner.zygote.returncode == 0
    with pytest.raises(TipsiteError, match=ENDED):
        record.result(PATIENCE)


def test_a_process_that_has_gone_is_told_at_once():
    with Runner() as runner:
        runner.zygote.kill()
        runner.zygote.wait()

        for _ in range(2):
            with pytest.raises(TipsiteError, match=ENDED):
                start(runner, "true").result(PATIENCE)


def test_half_an_answer_is_none():
    class Half(Runner):
        def _start(self, theirs: socket.socket, _: int) -> subprocess.Popen[bytes]:
            program = f"import os; os.read({theirs.fileno()}, 1 << 20); os.write({theirs.fileno()}, b'{{\"number\": 1')"
            return subprocess.Popen([sys.executable, "-c", program], pass_fds=[theirs.fileno()])

    with Half() as runner, pytest.raises(TipsiteError, match=ENDED):
        start(runner, "true").result(PATIENCE)


def pass_on(record: bytes, asked: socket.socket) -> None:
    """Have a zygote hear a record of run 7 from a supervisor, to its end."""
    link, supervisor = socket.socketpair()
    zygote = Zygote(asked, {})
    with supervisor, zygote.selector:
        zygote.runs[link] = (os.spawnvp(os.P_NOWAIT, "true", ["true"]), 7, bytearray())
        zygote.selector.register(link, selectors.EVENT_READ)
        supervisor.sendall(record)
        zygote._hear(link)
        supervisor.close()
        zygote._hear(link)


def test_half_a_record_is_passed_on_as_none():
    caller, asked = socket.socketpair()
    with caller, asked:
        pass_on(b'{"number": 7, "exch', asked)

        assert caller.recv(1 << 10) == b'{"number": 7}\n'


def test_a_record_that_nobody_waits_for_any_more_is_no_error():
    caller, asked = socket.socketpair()
    caller.close()

    with asked:
        pass_on(b'{"number": 7}\n', asked)
