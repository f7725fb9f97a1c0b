"""The container's configuration, in a real nginx: it serves the site as `_headers` says."""

from __future__ import annotations

import gzip
import http.client
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import require
from hosting import TYPES, Host

CONTAINER = Path(__file__).parent.parent / "container"
MAIN = """\
daemon off;
master_process off;
pid {folder}/pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/conf.d/*.conf;
}}
"""


class Nginx:
    """A running nginx that serves a site."""

    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        """Ask for a path; give the answer and what it carries."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        link.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = link.getresponse()
        content = answer.read()
        link.close()
        return answer, content


@pytest.fixture(scope="module")
def nginx(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    require(program, "this needs nginx: apt-get install nginx-light")
    folder = tmp_path_factory.mktemp("nginx")
    (folder / "conf.d").mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = (CONTAINER / "nginx.conf").read_text()
    for old, new in (("listen 80;", f"listen 127.0.0.1:{port};"), ("/usr/share/nginx/html;", f"{host.folder};")):
        assert old in settings
        settings = settings.replace(old, new)
    (folder / "conf.d/default.conf").write_text(settings)
    command = ["awk", "-f", CONTAINER / "headers.awk", host.folder / "_headers"]
    maps = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    (folder / "conf.d/headers.conf").write_text(maps)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    process = subprocess.Popen([str(program), "-c", folder / "nginx.conf", "-p", folder])
    _wait_for(port)
    yield Nginx(port)
    process.terminate()
    process.wait()


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("nginx does not answer")


def test_every_file_comes_with_its_headers_and_its_type(nginx: Nginx, host: Host):
    files = [file for file in host.folder.rglob("*") if file.is_file() and file.name not in (".tipsite", "_headers")]
    for file in files:
        path = f"/{file.relative_to(host.folder).as_posix()}".removesuffix("index.html")
        answer, content = nginx.get(path)

        assert (answer.status, content) == (200, file.read_bytes()), path
        wanted = {"Content-Type": TYPES.get(file.suffix, "")} | dict(host.rules.headers(path))
        assert {name: answer.getheader(name) for name in wanted} == wanted, path
    assert len(files) > 100


def test_an_unknown_address_has_the_page_for_it(nginx: Nginx, host: Host):
    for path in ("/nope/", "/static/nope.js", "/_headers", "/.tipsite"):
        answer, content = nginx.get(path)

        assert (answer.status, content) == (404, (host.folder / "404.html").read_bytes()), path
        wanted = host.rules.headers("/404.html")
        assert {name: answer.getheader(name) for name in wanted} == wanted, path


def test_a_forgotten_slash_is_put_right_wherever_the_server_stands(nginx: Nginx):
    answer, _ = nginx.get("/tips?x=1")

    assert (answer.status, answer.getheader("Location")) == (301, "/tips/?x=1")


def test_pages_travel_compressed_and_once(nginx: Nginx, host: Host):
    answer, content = nginx.get("/", Accept_Encoding="gzip")
    assert gzip.decompress(content) == (host.folder / "index.html").read_bytes()
    assert answer.getheader("Vary") == "Accept-Encoding"

    again, content = nginx.get("/", Accept_Encoding="gzip", If_None_Match=answer.getheader("ETag") or "")

    assert (again.status, content) == (304, b"")
