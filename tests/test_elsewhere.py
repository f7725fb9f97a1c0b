"""What another process runs gives what it would give here, or says why not."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import pytest

from tipsite.elsewhere import Elsewhere
from tipsite.errors import ContentError, FreezingError, Problem


def test_gives_what_a_function_returns_in_another_process():
    elsewhere = Elsewhere(lambda: (os.getpid(), "x" * 1_000_000), "counts")

    process, text = elsewhere.result()

    assert process != os.getpid()
    assert len(text) == 1_000_000


def test_raises_what_the_function_raises():
    def fail() -> None:
        raise ContentError([Problem("a.md", 1, 2, "no")])

    with pytest.raises(ContentError) as caught:
        Elsewhere(fail, "counts").result()

    assert caught.value.problems == (Problem("a.md", 1, 2, "no"),)


class Fatal:
    """Ends the process that pickles it."""

    def __reduce__(self) -> str:
        os.kill(os.getpid(), 9)
        return ""


@pytest.mark.parametrize(
    "function",
    [
        lambda: os._exit(1),
        lambda: lambda: "no pickle can hold it",
        lambda: ["x" * 1_000_000, lambda: "no pickle can hold it"],
        lambda: ["x" * 1_000_000, Fatal()],
    ],
    ids=["ended", "not pickled", "pickled in part", "killed while it answers"],
)
def test_a_process_that_gives_no_answer_is_told_in_a_sentence(function: Callable[[], object]):
    with pytest.raises(FreezingError, match="a process that counts ended unexpectedly: build again"):
        Elsewhere(function, "counts").result()


def test_tells_whether_it_has_ended():
    reader, writer = os.pipe()
    elsewhere = Elsewhere(lambda: os.read(reader, 1), "waits")

    assert not elsewhere.ended
    os.write(writer, b"!")
    while not elsewhere.ended:
        time.sleep(0.01)
    assert elsewhere.result() == b"!"
    os.close(reader)
    os.close(writer)


def test_a_process_that_is_forgotten_is_gone():
    elsewhere = Elsewhere(lambda: time.sleep(60), "waits")

    elsewhere.forget()

    with pytest.raises(ChildProcessError):
        os.waitpid(elsewhere._process, os.WNOHANG)
