"""The controller's loop: it waits for readable files and ended processes."""

from __future__ import annotations

import os
import selectors
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Reactor:
    """Calls what was registered for a file that is readable or a process that ended."""

    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    endings: dict[int, Callable[[int], None]] = field(default_factory=dict)

    def start(self) -> None:
        """Have the end of a child wake the loop."""
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        os.set_blocking(writer, False)
        signal.signal(signal.SIGCHLD, _ignore)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        self.on_readable(reader, lambda: self._on_child(reader))

    def on_readable(self, descriptor: int, call: Callable[[], None]) -> None:
        """Call when there is something to read."""
        self.selector.register(descriptor, selectors.EVENT_READ, call)

    def forget(self, descriptor: int) -> None:
        """Stop watching a file, before it is closed."""
        self.selector.unregister(descriptor)

    def on_end(self, process: int, call: Callable[[int], None]) -> None:
        """Call with the exit status of a child process once it has ended."""
        self.endings[process] = call

    def run_until(self, done: Callable[[], bool], seconds: float | None = None) -> bool:
        """Run until something is so; false if it is not after some seconds."""
        deadline = None if seconds is None else time.monotonic() + seconds
        self._reap()
        while not done():
            left = None if deadline is None else min(0.005, deadline - time.monotonic())
            if left is not None and left < 0:
                return False
            for key, _ in self.selector.select(left):
                key.data()
        return True

    def _on_child(self, reader: int) -> None:
        os.read(reader, 4096)
        self._reap()

    def _reap(self) -> None:
        for process in list(self.endings):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                self.endings.pop(process)(shell_status(status))


def _ignore(number: int, frame: object) -> None:
    """Let the signal do no more than wake the loop."""


def shell_status(status: int) -> int:
    """Give the exit status that a shell shows for what `waitpid` returned."""
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code
