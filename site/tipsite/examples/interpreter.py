"""The process behind an interpreter session: it runs one statement after the other as `>>>` would."""

from __future__ import annotations

import codeop
import json
import os
import socket
import sys
import warnings
from collections.abc import Callable, MutableMapping
from types import CodeType
from typing import Any

from .coverage import TYPED, Recorder
from .processes import exit_status, report_exception


def serve_statements(
    link: socket.socket, recorder: Recorder, names: MutableMapping[str, Any], report: Callable[[str], None]
) -> None:
    """Run each statement that comes over `link` in a namespace, and say over it when it is done."""
    process = os.getpid()
    compiler = codeop.Compile()
    sys.argv = [""]
    with link.makefile("r", encoding="utf-8") as requests:
        for line in requests:
            request = json.loads(line)
            _run_statement(request["source"], request["slot"], compiler, recorder, names)
            if os.getpid() != process:
                report("this statement forks, and two processes cannot sit behind one prompt: use subprocess")
                os._exit(1)
            link.sendall(b"done\n")


def _run_statement(
    source: str, slot: int, compiler: codeop.Compile, recorder: Recorder, names: MutableMapping[str, Any]
) -> None:
    try:
        code = _compile(source, compiler)
        recorder.watch_statement(code, slot)
        exec(code, names)  # type: ignore[arg-type]
    except SystemExit as ending:
        sys.stdout.flush()
        os._exit(exit_status(ending.code))
    except BaseException as error:  # an interpreter prints whatever is raised, and goes on
        report_exception(error)
    sys.stdout.flush()
    sys.stderr.flush()


def _compile(source: str, compiler: codeop.Compile) -> CodeType:
    with warnings.catch_warnings():
        warnings.simplefilter("default", SyntaxWarning)
        code: CodeType = compiler(source if "\n" not in source else source.rstrip() + "\n", TYPED, "single")
        return code
