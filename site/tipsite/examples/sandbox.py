"""What the processes of a tip may not do: reach the network outside loopback, and write outside the folder.

Promised everywhere: an audit hook in every Python process of a tip refuses both and reports them.  Where Linux
allows it, the kernel refuses as well, whatever the program: Landlock lets a run write below its own folder
and `/dev` only, and a network namespace has nothing but a loopback of its own (which also keeps the ports of
two runs apart).  Memory, file sizes and the number of forks are limited.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import ipaddress
import json
import os
import resource
import socket
import struct
import sys
from dataclasses import dataclass
from mmap import mmap
from pathlib import Path
from typing import Any

MEMORY = 2 * 1024**3
FILE_SIZE = 200 * 1024**2
FORKS = 200
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
PATH_EVENTS = {  # events of sys.audit that change a file: how many paths come first, and whether a folder's fd is last
    "os.mkdir": (1, True),
    "os.remove": (1, True),
    "os.rmdir": (1, True),
    "os.chmod": (1, True),
    "os.rename": (2, True),
    "os.truncate": (1, False),
    "sqlite3.connect": (1, False),
}
FORK_EVENTS = frozenset({"os.fork", "os.forkpty", "os.posix_spawn", "subprocess.Popen"})


@dataclass(frozen=True)
class Sandbox:
    """The bounds of one run: `root` holds `home/you/project`, `tmp` and what the runner needs."""

    root: Path
    report_to: int
    forks: mmap

    @property
    def home(self) -> Path:
        """The reader's home folder."""
        return self.root / "home" / "you"

    @property
    def project(self) -> Path:
        """The tip's folder, in which everything runs."""
        return self.home / "project"

    @property
    def temporary(self) -> Path:
        """The folder for temporary files."""
        return self.root / "tmp"

    def report(self, message: str, detail: str = "") -> None:
        """Tell the controller of something that the author has to know."""
        record = json.dumps({"message": message[:1000], "detail": detail[-2000:]})
        with contextlib.suppress(OSError):
            os.write(self.report_to, record.encode() + b"\n")

    def enter(self) -> None:
        """Guard this Python process from now on; there is no way back."""
        sys.addaudithook(self._on_event)

    def _on_event(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            self._check_open(*arguments)
        elif event in PATH_EVENTS:
            self._check_change(event, arguments)
        elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            self._check_address(arguments[1])
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            self._check_host(arguments[0])
        elif event in FORK_EVENTS:
            self._count_fork()

    def _check_open(self, path: object, mode: str | None, flags: int | None) -> None:
        writes = flags & WRITING if isinstance(flags, int) else mode and set(mode) & set("wax+")
        if writes:
            self._check_write(path)

    def _check_change(self, event: str, arguments: tuple[Any, ...]) -> None:
        count, has_folder = PATH_EVENTS[event]
        in_folder = has_folder and arguments[-1] != -1
        for path in arguments[:count]:
            if not in_folder or os.path.isabs(os.fspath(path)):
                self._check_write(path)

    def _check_write(self, path: object) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            return
        text = os.fsdecode(path)
        if text in (":memory:", "") or self._may_write(text):
            return
        self.report(f"the tip writes outside its folder, to “{text}”: write below the folder it runs in")
        raise PermissionError(errno.EACCES, "a tip may not write outside its folder", text)

    def _may_write(self, text: str) -> bool:
        parent, name = os.path.split(os.path.abspath(text))
        path = Path(os.path.realpath(parent), name)
        if path.is_relative_to("/dev") or path == self.project:
            return True
        if path.is_relative_to(self.home):
            below = path.relative_to(self.home).parts
            return bool(below) and (below[0] == "project" or below[0].startswith("."))
        return path.is_relative_to(self.temporary)

    def _check_address(self, address: object) -> None:
        if isinstance(address, tuple) and address:
            self._check_host(address[0])

    def _check_host(self, host: object) -> None:
        name = os.fsdecode(host) if isinstance(host, str | bytes) else ""
        if name in ("", "localhost") or name.endswith(".localhost") or is_loopback(name):
            return
        self.report(f"the tip tries to reach “{name}”, and a tip can reach this machine only: use localhost")
        raise PermissionError(errno.EACCES, f"a tip may not reach {name}: it can reach this machine only")

    def _count_fork(self) -> None:
        count = int.from_bytes(self.forks[:4], "little") + 1
        self.forks[:4] = count.to_bytes(4, "little")
        if count > FORKS:
            self.report(f"the tip starts more than {FORKS} processes: start fewer")
            os._exit(1)


def is_loopback(host: str) -> bool:
    """Tell whether a numeric address is this machine's own, or the one that stands for any."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def confine(root: Path, *, own_network: bool) -> None:
    """Let the kernel guard this process and what it starts, as far as it can."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_SIZE, FILE_SIZE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if own_network:
            _leave_network(libc)
        _restrict_writes(libc, [root, Path("/dev")])


CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def _leave_network(libc: ctypes.CDLL) -> None:
    """Move into a network namespace that has only its own loopback, where that is permitted."""
    if libc.unshare(CLONE_NEWNET) == 0:
        _open_loopback()
    elif _may_leave_as_user(libc):
        _leave_as_user(libc)


def _may_leave_as_user(libc: ctypes.CDLL) -> bool:
    """Try it in another process: Ubuntu gives users a network that they may not open, and there is no way back."""
    process = os.fork()
    if process == 0:
        with contextlib.suppress(OSError):
            _leave_as_user(libc)
            os._exit(0)
        os._exit(1)
    return os.waitpid(process, 0)[1] == 0


def _leave_as_user(libc: ctypes.CDLL) -> None:
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "no namespace for users")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    _open_loopback()


def _open_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16xH14x", fcntl.ioctl(probe, SIOCGIFFLAGS, request))[0]
        fcntl.ioctl(probe, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))


LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
LANDLOCK_RULE_PATH_BENEATH, PR_SET_NO_NEW_PRIVS = 1, 38
WRITES = 1 << 1 | sum(1 << bit for bit in range(4, 13))  # write, remove and make, but not read or execute
LATER_WRITES = {2: 1 << 13, 3: 1 << 14}  # move between folders, truncate: since these versions


def _restrict_writes(libc: ctypes.CDLL, folders: list[Path]) -> None:
    """Allow writing below some folders only, where the kernel has Landlock."""
    version = libc.syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return
    writes = WRITES | sum(bit for since, bit in LATER_WRITES.items() if version >= since)
    attributes = struct.pack("Q", writes)
    ruleset = libc.syscall(LANDLOCK_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    for folder in folders:
        descriptor = os.open(folder, os.O_PATH | os.O_CLOEXEC)
        rule = struct.pack("=Qi", writes, descriptor)
        libc.syscall(LANDLOCK_ADD_RULE, ruleset, LANDLOCK_RULE_PATH_BENEATH, rule, 0)
        os.close(descriptor)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
