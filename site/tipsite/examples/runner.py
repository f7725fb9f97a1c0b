"""The caller's side of a zygote: it has plans run, from any thread."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ..errors import TipsiteError
from .plan import Plan
from .record import Exchange, Record, Report
from .subject import LIMIT_SECONDS
from .supervisor import Order
from .versions import imported_modules
from .wire import send

ENDED = "the process that runs the examples ended unexpectedly"


class Runner:
    """Runs plans in processes that are forked from a clean one; to be used in a `with` statement.

    `limit` is the time for one run in seconds; `hash_seed` is Python's.
    """

    def __init__(self, *, limit: float = LIMIT_SECONDS, hash_seed: int = 0) -> None:
        if sys.platform == "win32":
            raise TipsiteError("the examples of the tips cannot be run on Windows: use Linux, macOS or WSL")
        self.limit = limit
        self.folder = Path(tempfile.mkdtemp(prefix="tips-")).resolve()
        self.link, theirs = socket.socketpair()
        self.lock = threading.Lock()
        self.waiting: dict[int, Future[Mapping[str, Any]]] = {}
        self.ended = False
        self.count = 0
        with theirs:
            self.zygote = self._start(theirs, hash_seed)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _start(self, theirs: socket.socket, hash_seed: int) -> subprocess.Popen[bytes]:
        environment = {
            "PATH": os.defpath,
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "PYTHONHASHSEED": str(hash_seed),
            "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",  # to hash a password takes 32 MB: 16 huge pages, or 8,192
        }
        source_root = str(Path(__file__).parents[2])
        program = f"import sys; sys.path.append({source_root!r}); from tipsite.examples.zygote import main; main()"
        return subprocess.Popen(
            [sys.executable, "-c", program, str(theirs.fileno()), str(self.folder)],
            pass_fds=[theirs.fileno()],
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # the zygote may have gone before
            self.link.shutdown(socket.SHUT_RDWR)
        self.zygote.wait()
        self.reader.join()
        self.link.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, plan: Plan, *, until_change: bool = False) -> Record:
        """Run a plan and wait for its record, which may end after the first session that changed.

        TipsiteError if the zygote is gone, or goes meanwhile.
        """
        modules = tuple(sorted(imported_modules(plan)))
        answer: Future[Mapping[str, Any]] = Future()
        with self.lock:
            if self.ended:
                raise TipsiteError(ENDED)
            self.count += 1
            root = self.folder / str(self.count)
            redis = os.environ.get("REDIS_URL", "")
            order = Order(self.count, plan, root, self.limit, redis, until_change, modules)
            self.waiting[self.count] = answer
            try:
                send(self.link, None, pickle.dumps(order))
            except OSError as error:
                raise TipsiteError(ENDED) from error
        return read_record(answer.result())

    def _read(self) -> None:
        """Hand out the answers; once no more can come, fail what still waits for one."""
        with suppress(OSError), self.link.makefile("r", encoding="utf-8") as answers:  # reset: orders were left unread
            for line in answers:
                if not line.endswith("\n"):  # the zygote was ended in the middle of it
                    break
                answer = json.loads(line)
                self.waiting.pop(answer["number"]).set_result(answer)
        with self.lock:
            self.ended = True
        for future in self.waiting.values():
            future.set_exception(TipsiteError(ENDED))


def read_record(answer: Mapping[str, Any]) -> Record:
    """Make a record of what a supervisor sent."""
    exchanges = {given["line"]: Exchange(**given) for given in answer.get("exchanges", [])}
    reports = tuple(Report(**given) for given in answer.get("reports", []))
    if "hits" not in answer:
        reports = (Report(0, "the tip ended the process that watches over it: a tip may not end other processes"),)
    return Record(exchanges, reports, bytes.fromhex(answer.get("hits", "")), answer.get("seconds", 0.0))
