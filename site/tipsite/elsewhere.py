"""Elsewhere: a function that another process runs, while this one goes on."""

from __future__ import annotations

import os
import pickle
import select
import signal
from collections.abc import Callable
from typing import Generic, TypeVar

from .errors import FreezingError

Answer = TypeVar("Answer")


class Elsewhere(Generic[Answer]):
    """What a function returns or raises in a process that is forked for it; `task` says in words what that does."""

    def __init__(self, function: Callable[[], Answer], task: str) -> None:
        self._task = task
        self._answer, answer = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            status = 1
            try:
                os.close(self._answer)
                with os.fdopen(answer, "wb") as writer:
                    pickle.dump(_run(function), writer, 5)
                status = 0
            finally:
                os._exit(status)
        os.close(answer)

    @property
    def ended(self) -> bool:
        """Tell whether `result` need not wait."""
        return bool(select.select([self._answer], [], [], 0)[0])

    def result(self) -> Answer:
        """Wait for what the function returns, or raise what it raises; FreezingError if its process was ended."""
        with os.fdopen(self._answer, "rb") as reader:
            data = reader.read()
        _, status = os.waitpid(self._process, 0)
        if status:  # the answer may end in the middle
            raise FreezingError(f"a process that {self._task} ended unexpectedly: build again")
        answer, error = pickle.loads(data)
        if error is not None:
            raise error
        found: Answer = answer
        return found

    def forget(self) -> None:
        """End the process, whose answer nobody waits for."""
        os.close(self._answer)
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)


def _run(function: Callable[[], Answer]) -> tuple[Answer | None, Exception | None]:
    try:
        return function(), None
    except Exception as error:  # it is raised where somebody asks for the result
        return None, error
