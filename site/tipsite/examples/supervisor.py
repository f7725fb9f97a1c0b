"""The process that owns one run: its folder, its time limit, and the end of everything it started."""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint
from mmap import mmap
from pathlib import Path
from typing import Any

from . import shim
from .controller import Controller
from .coverage import Recorder, start_recording
from .launcher import Launcher
from .plan import Plan
from .processes import fork_lightly
from .reactor import Reactor
from .record import Exchange
from .sandbox import Sandbox, confine
from .screen import places_of
from .services import Redis, ServiceMissingError, borrow_redis, return_redis
from .transcript import Watch, watch

PR_SET_CHILD_SUBREAPER = 36
EVENTS_LIMIT = 16_000_000  # bytes that a run may tell of itself


@dataclass(frozen=True)
class Order:
    """A run that the caller asks for; `root` is the folder to make and remove, `limit` is in seconds."""

    number: int
    plan: Plan
    root: Path
    limit: float
    redis_url: str = ""
    until_change: bool = False
    modules: tuple[str, ...] = ()


@dataclass
class Account:
    """What the controller told so far."""

    exchanges: list[Mapping[str, Any]] = field(default_factory=list)
    reports: list[Mapping[str, Any]] = field(default_factory=list)
    watch: Watch | None = None
    line: int = 0
    done: bool = False

    def note(self, event: Mapping[str, Any]) -> None:
        """Take one event in."""
        self.line = event.get("at", self.line)
        self.done = self.done or "done" in event
        if self.watch and "at" in event:
            self.watch.begin(self.line)
            self.done = self.done or self.watch.settled
        if "exchange" in event:
            self.exchanges.append(event["exchange"])
            if self.watch:
                self.watch.end(Exchange(**event["exchange"]))
        if "report" in event:
            self.reports.append(event["report"])

    def complain(self, message: str) -> None:
        """Report something at the line that was being run."""
        self.reports.append({"line": self.line, "message": message, "detail": ""})


def supervise(order: Order, caller: socket.socket, scripts: Mapping[str, EntryPoint]) -> None:
    """Run a plan in a child, send the record to the caller, and leave no process and no folder behind."""
    os.setsid()
    adopt_orphans()
    started = time.monotonic()
    account = Account(watch=watch(order.plan) if order.until_change else None)
    hits = mmap(-1, order.plan.slots + 1)
    recorder = Recorder(hits)
    try:
        _make_folders(order.root)
        redis = _get_redis(order, account)
        if not account.reports:
            _run(order, account, caller, recorder, scripts, redis)
        if redis:
            return_redis(redis)
    finally:
        kill_children()
        shutil.rmtree(order.root, ignore_errors=True)
    record = {
        "number": order.number,
        "exchanges": account.exchanges,
        "reports": account.reports,
        "hits": bytes(hits).hex(),
        "seconds": round(time.monotonic() - started, 4),
    }
    caller.sendall(json.dumps(record).encode() + b"\n")


def adopt_orphans() -> None:
    """Become the parent of all descendants whose own parent ends (Linux; elsewhere they are not found)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _make_folders(root: Path) -> None:
    for folder in (root / "home" / "you" / "project", root / "tmp"):
        folder.mkdir(parents=True)
    (root / "bin").symlink_to(root.parent / "bin")


def _get_redis(order: Order, account: Account) -> Redis | None:
    if "redis" not in order.plan.needs:
        return None
    try:
        return borrow_redis(order.redis_url) if order.redis_url else None
    except ServiceMissingError as error:
        account.complain(str(error))
        return None


def _run(
    order: Order,
    account: Account,
    caller: socket.socket,
    recorder: Recorder,
    scripts: Mapping[str, EntryPoint],
    redis: Redis | None,
) -> None:
    events_out, events_in = os.pipe()
    controller = fork_lightly()
    if controller == 0:
        os.close(events_out)
        caller.close()
        try:
            _control(order, events_in, recorder, scripts, redis)
        finally:
            os._exit(0)
    os.close(events_in)
    _watch(order, account, events_out, caller)


def _watch(order: Order, account: Account, events: int, caller: socket.socket) -> None:
    """Take in events until the run is done, its time is over, or nobody waits for it any more."""
    deadline = time.monotonic() + order.limit
    pending, total = b"", 0
    while not account.done:
        left = deadline - time.monotonic()
        readable, _, _ = select.select([events, caller.fileno()], [], [], max(left, 0))
        if not readable:
            account.complain(f"this did not end within {order.limit:g} s, which is the limit for a whole tip")
            return
        if caller.fileno() in readable:
            return
        data = os.read(events, 1 << 16)
        total += len(data)
        if not data or total > EVENTS_LIMIT:
            account.complain("the process that runs the tip was ended here: a tip may not end other processes")
            return
        *lines, pending = (pending + data).split(b"\n")
        for line in lines:
            account.note(json.loads(line))


def kill_children() -> None:
    """Kill every descendant, adopted ones too, until none is left."""
    while True:
        for process in descendants(os.getpid()):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def descendants(process: int) -> list[int]:
    """List the processes below one, where the system tells (Linux); else its group."""
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return []
    below = [descendant for child in children for descendant in descendants(int(child))]
    return [*map(int, children), *below]


def _control(
    order: Order, events: int, recorder: Recorder, scripts: Mapping[str, EntryPoint], redis: Redis | None
) -> None:
    """Become the controller."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    start_recording(recorder)
    confine(order.root, own_network=redis is None)
    reports_out, reports_in = os.pipe()
    os.set_blocking(reports_out, False)
    sandbox = Sandbox(order.root, reports_in, mmap(-1, 4))
    reactor = Reactor()
    reactor.start()
    environment = make_environment(sandbox, order.plan.app)
    launcher = Launcher(sandbox, reactor, recorder, scripts, order.plan.app, environment)
    controller = Controller(order.plan, sandbox, launcher, reactor, events, reports_out, places_of(order.root))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(order.root / "controller"))
        listener.listen(64)
        reactor.on_readable(listener.fileno(), lambda: controller.accept_shim(listener))
        if "redis" in order.plan.needs:
            controller.start_redis(redis)
        controller.run()


def import_modules(modules: Iterable[str]) -> None:
    """Import modules once, for all processes that are forked from this one."""
    for module in modules:
        with suppress(ImportError):
            importlib.import_module(module)


def make_environment(sandbox: Sandbox, app: str) -> dict[str, str]:
    """Make the environment of a tip's terminals; nothing of the caller's is in it."""
    environment = {
        "PATH": f"{sandbox.root}/bin:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(sandbox.home),
        "USER": "you",
        "TMPDIR": str(sandbox.temporary),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "dumb",
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # of whatever is installed here, and not where a reader is
    }
    return environment if app == "app" else environment | {"FLASK_APP": app}


def fill_path(folder: Path, names: Iterable[str]) -> None:
    """Fill the folder that comes first on the path of every tip's shell."""
    folder.mkdir()
    program = folder / ".shim"
    program.write_text(f"#!/bin/sh\nexec '{sys.executable}' -IS '{shim.__file__}' \"$0\" \"$@\"\n")
    program.chmod(0o755)
    for name in {*names, "python", "python3", "curl", "redis-cli"}:
        (folder / name).symlink_to(".shim")
