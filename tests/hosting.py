"""A host for a frozen site that does what CDNs do: `_headers`, compression, revalidation, the page for 404."""

from __future__ import annotations

import functools
import gzip
import hashlib
import http.server
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What hosts send without being told.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
}
REFRESH = '<meta http-equiv="refresh"'
COMPRESSIBLE = re.compile(r"text/|application/(json|xml)|image/svg")


class Rules:
    """The rules of a file `_headers`."""

    def __init__(self, text: str) -> None:
        blocks = [block.splitlines() for block in text.strip().split("\n\n")]
        self.rules = [(pattern, dict(_header(line) for line in lines)) for pattern, *lines in blocks]

    def headers(self, path: str) -> Mapping[str, str]:
        """Give the headers of a path; fail where two rules say the same one, which hosts do not agree about."""
        found: dict[str, str] = {}
        for pattern, headers in self.rules:
            if re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), path):
                assert not found.keys() & headers.keys(), f"{path} has {headers.keys() & found.keys()} twice"
                found |= headers
        return found


def _header(line: str) -> tuple[str, str]:
    assert line.startswith("  "), line
    name, _, value = line.strip().partition(": ")
    return name, value


class Host(http.server.ThreadingHTTPServer):
    """Serves a folder below `root` on a free port; `asked` keeps the paths that were asked for."""

    def __init__(self, folder: Path, root: str = "/") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder
        self.root = root
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    @functools.cached_property
    def rules(self) -> Rules:
        return Rules((self.folder / "_headers").read_text())

    @functools.cached_property
    def pages(self) -> list[str]:
        """Give the paths of all pages but those that lead on to another by themselves."""
        files = {file.relative_to(self.folder).as_posix() for file in self.folder.rglob("*.html")}
        moving = {file for file in files if file.startswith("random/") or REFRESH in (self.folder / file).read_text()}
        return sorted(f"{self.root}{file}".removesuffix("index.html") for file in files - moving)

    def find(self, path: str) -> Path | None:
        if not path.startswith(self.root):
            return None
        file = self.folder / unquote(path).removeprefix(self.root)
        file = file / "index.html" if path.endswith("/") else file
        return file if file.is_file() and ".." not in path and file.name != "_headers" else None


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Host

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.server.asked.append((path, dict(self.headers)))
        file = self.server.find(path)
        if file is None and self.server.find(f"{path}/"):
            self._answer(301, {"Location": f"{path}/"})
        elif file is None:
            self._send(404, f"{self.server.root}404.html", self.server.folder / "404.html")
        else:
            self._send(200, path, file)

    def _send(self, status: int, path: str, file: Path) -> None:
        content = file.read_bytes()
        tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        kind = TYPES.get(file.suffix, "application/octet-stream")
        headers = {"Content-Type": kind, "ETag": tag} | dict(self.server.rules.headers(path))
        if self.headers["If-None-Match"] == tag and status == 200:
            self._answer(304, headers)
        elif COMPRESSIBLE.match(kind) and "gzip" in self.headers.get("Accept-Encoding", ""):
            compressed = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
            self._answer(status, headers | compressed, gzip.compress(content, 6, mtime=0))
        else:
            self._answer(status, headers, content)

    def _answer(self, status: int, headers: Mapping[str, str], content: bytes = b"") -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(host: Host) -> Iterator[None]:
    """Let a host answer meanwhile."""
    thread = threading.Thread(target=host.serve_forever)
    thread.start()
    try:
        yield
    finally:
        host.shutdown()
        thread.join()
        host.server_close()
