"""The shell of a tip's terminal: one `sh` for all of its commands, which keeps variables and folder."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

COMMANDS, REPLIES = 7, 8  # a POSIX shell can name descriptors of one digit only
LOOP = f"""while IFS= read -r tip_command <&{COMMANDS}; do
. "$tip_command" {COMMANDS}<&- {REPLIES}>&-
printf '%s\\0' "$?" >&{REPLIES}; {shutil.which("env") or "env"} -0 >&{REPLIES}; printf '\\0' >&{REPLIES}
done"""
OWN_VARIABLES = frozenset({"_", "SHLVL", "OLDPWD", "PWD"})


@dataclass
class Shell:
    """A running `sh`, which reads the names of files with commands and replies with status and environment."""

    process: subprocess.Popen[bytes]
    commands: int
    replies: int
    received: bytearray = field(default_factory=bytearray)
    ended: int | None = None

    def note_end(self, status: int) -> None:
        """Note that the shell itself ended."""
        self.ended = status

    def run(self, path: Path, source: str) -> None:
        """Have a command run; its reply comes later."""
        path.write_text(source + "\n")
        os.write(self.commands, f"{path}\n".encode())

    def read(self) -> None:
        """Take what there is of a reply."""
        while part := _read(self.replies):
            self.received += part

    def take_reply(self) -> tuple[int, dict[str, str]] | None:
        """Return exit status and exported variables once the command is done."""
        if not self.received.endswith(b"\0\0"):
            return None
        status, *pairs = self.received[:-2].decode(errors="surrogateescape").split("\0")
        self.received.clear()
        return int(status), dict(pair.split("=", 1) for pair in pairs if "=" in pair)

    def close(self) -> None:
        """Close this side's ends; the process is stopped by whoever started it."""
        os.close(self.commands)
        os.close(self.replies)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except BlockingIOError:
        return b""


def start_shell(folder: str, environment: Mapping[str, str], output: int) -> Shell:
    """Start `sh` in a process group of its own; what it and its commands print goes to `output`."""
    commands_out, commands_in = os.pipe()
    replies_out, replies_in = os.pipe()
    os.set_blocking(replies_out, False)
    process = subprocess.Popen(
        ["sh", "-c", LOOP],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=[COMMANDS, REPLIES],
        process_group=0,
        preexec_fn=partial(_place, commands_out, replies_in),
    )
    os.close(commands_out)
    os.close(replies_in)
    return Shell(process, commands_in, replies_out)


def _place(commands: int, replies: int) -> None:
    """Give the two pipes the numbers by which the shell knows them."""
    above = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, 100) for descriptor in (commands, replies)]
    os.dup2(above[0], COMMANDS)
    os.dup2(above[1], REPLIES)
