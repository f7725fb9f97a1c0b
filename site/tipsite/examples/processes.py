"""Processes of a tip: forks of a clean one that run a Python program as `python` would."""

from __future__ import annotations

import atexit
import builtins
import contextlib
import gc
import io
import itertools
import os
import runpy
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, TracebackType

from .sandbox import Sandbox

PACKAGE = str(Path(__file__).parent) + os.sep
INTERPRETERS = ("python", "python3")
STANDALONE_OPTIONS = ("-u", "-B", "-q", "-s", "-E")
MANY_DESCRIPTORS = 512


@dataclass(frozen=True)
class Stdio:
    """The file descriptors that a process gets as 0, 1 and 2."""

    input: int
    output: int
    errors: int


@dataclass(frozen=True)
class Surroundings:
    """Where a process runs: its folder, its environment, and the sandbox that it enters."""

    folder: str
    environment: Mapping[str, str]
    sandbox: Sandbox


def fork_lightly() -> int:
    """Fork, and keep the child from looking for garbage among what it inherits, which would copy the memory of it."""
    gc.freeze()
    return os.fork()


def fork(target: Callable[[], None], stdio: Stdio, where: Surroundings, keep: Sequence[int] = ()) -> int:
    """Run `target` in a process of its own and return its id; of the open files it has stdio and `keep`."""
    pid = fork_lightly()
    if pid:
        return pid
    status = 1
    try:
        os.setpgid(0, 0)
        _settle(stdio, where, keep)
        status = run_to_end(target)
    finally:
        os._exit(status)


def _settle(stdio: Stdio, where: Surroundings, keep: Sequence[int]) -> None:
    """Make the fork look like a process that was just started."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _take_descriptors(stdio, [*keep, where.sandbox.report_to])
    os.environ.clear()
    os.environ.update(where.environment)
    time.tzset()
    os.chdir(where.folder)
    sys.modules["__main__"] = new_main()
    sys.executable = str(where.sandbox.root / "bin" / "python")
    where.sandbox.enter()


def _take_descriptors(stdio: Stdio, keep: Sequence[int]) -> None:
    above = [os.dup(descriptor) for descriptor in (stdio.input, stdio.output, stdio.errors)]
    for standard, descriptor in enumerate(above):
        os.dup2(descriptor, standard)
    kept = [2, *sorted(keep), MANY_DESCRIPTORS]
    for low, high in itertools.pairwise(kept):
        os.closerange(low + 1, high)
    sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), encoding="utf-8")
    sys.stdout = sys.__stdout__ = _writer(1, "strict")  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _writer(2, "backslashreplace")  # type: ignore[misc]


def _writer(descriptor: int, errors: str) -> io.TextIOWrapper:
    raw = io.FileIO(descriptor, "w", closefd=False)
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8", errors=errors, line_buffering=True)


def new_main() -> ModuleType:
    """Make an empty `__main__`."""
    main = ModuleType("__main__")
    main.__dict__["__builtins__"] = builtins
    return main


def run_to_end(target: Callable[[], None]) -> int:
    """Call a program, end it as Python ends one, and return its exit status."""
    try:
        target()
        status = 0
    except SystemExit as ending:
        status = exit_status(ending.code)
    except BaseException as error:  # whatever a tip raises: it ends this process as it ends any other
        status = report_exception(error)
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    return status


def exit_status(code: object) -> int:
    """Give the exit status that `sys.exit(code)` ends a process with, and say what it says."""
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    sys.stdout.flush()
    print(code, file=sys.stderr)
    return 1


def report_exception(error: BaseException) -> int:
    """Print an exception that nothing caught, as Python does, and return the exit status."""
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    if isinstance(error, BrokenPipeError):
        return 128 + signal.SIGPIPE
    error.__traceback__ = own_frames(error.__traceback__)  # what the hook prints is the exception's own
    sys.excepthook(type(error), error, error.__traceback__)
    return 130 if isinstance(error, KeyboardInterrupt) else 1


def own_frames(trace: TracebackType | None) -> TracebackType | None:
    """Drop the frames of the checker from the top of a traceback."""
    while trace and trace.tb_frame.f_code.co_filename.startswith(PACKAGE):
        trace = trace.tb_next
    return trace


def python_program(words: Sequence[str]) -> Callable[[], None] | None:
    """Give what `python …` runs; None for an option that is not understood."""
    arguments = list(words[1:])
    while arguments and (arguments[0] in STANDALONE_OPTIONS or arguments[0].startswith("-W")):
        arguments.pop(0)
    if arguments[:1] in (["-V"], ["--version"]):
        return lambda: print(f"Python {sys.version.split()[0]}")
    if not arguments or arguments[0] == "-":
        return lambda: run_source("<stdin>", sys.stdin.read(), "", ["-", *arguments[1:]][: len(arguments) or 1])
    if arguments[0] == "-c" and len(arguments) > 1:
        return lambda: run_source("<string>", arguments[1] + "\n", "", ["-c", *arguments[2:]])
    if arguments[0] == "-m" and len(arguments) > 1:
        return lambda: run_module(arguments[1], arguments[2:])
    return None if arguments[0].startswith("-") else lambda: run_file(arguments[0], arguments)


def run_file(name: str, argv: Sequence[str]) -> None:
    """Run a script as `python name` does."""
    path = os.path.abspath(name)
    try:
        source = Path(path).read_bytes()
    except OSError as error:
        text = f"{sys.executable}: can't open file '{path}': [Errno {error.errno}] {error.strerror}"
        print(text, file=sys.stderr)
        sys.exit(2)
    sys.modules["__main__"].__file__ = path
    run_source(path, source, os.path.dirname(path), argv)


def run_source(name: str, source: str | bytes, folder: str, argv: Sequence[str]) -> None:
    """Run source text as the main program; `folder` is the first place to import from."""
    sys.argv = list(argv)
    sys.path.insert(0, folder)
    exec(compile(source, name, "exec", dont_inherit=True), sys.modules["__main__"].__dict__)


def run_module(name: str, arguments: Sequence[str]) -> None:
    """Run a module as `python -m name` does."""
    sys.argv = [name, *arguments]
    sys.path.insert(0, os.getcwd())
    runpy.run_module(name, run_name="__main__", alter_sys=True)


def format_exception(error: BaseException) -> str:
    """Format an exception as the interpreter prints it, without the checker's own frames."""
    lines = traceback.format_exception(type(error), error, own_frames(error.__traceback__))
    return "".join(lines)
