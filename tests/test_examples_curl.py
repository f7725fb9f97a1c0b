"""A replayed curl says, byte for byte, what the real curl says to the real `flask run`."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tipsite.examples.curl import Transfer, UsageProblem, run

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PROGRAM = '''
"""An app that shows what it was asked."""
import gzip

from flask import Flask, Response, abort, jsonify, make_response, redirect, request, send_file, session

app = Flask(__name__)
app.config["SECRET_KEY"] = "change-me"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@app.get("/")
def index():
    return "hello\\n"


@app.route("/echo", methods=METHODS)
@app.route("/echo/<path:rest>", methods=METHODS)
def echo(rest=""):
    headers = "".join(f"{name}: {value}\\n" for name, value in request.headers)
    return Response(f"{request.method} {request.full_path}\\n{headers}\\n".encode() + request.get_data())


@app.route("/target", methods=METHODS)
@app.route("/target/<path:rest>", methods=METHODS)
def target(rest=""):
    return f"{request.method} {request.environ['RAW_URI']} {request.path} {dict(request.args.lists())}\\n"


@app.route("/form", methods=METHODS)
def form():
    files = {name: (f.filename, f.mimetype, f.read()) for name, f in request.files.items(multi=True)}
    return f"{request.mimetype} {dict(request.form.lists())} {files} {request.get_json(silent=True)}\\n"


@app.get("/environ")
def environ():
    skipped = ("wsgi.", "werkzeug.", "REMOTE_PORT", "SERVER_PORT")
    lines = (f"{k}: {v}\\n" for k, v in request.environ.items() if not k.startswith(skipped))
    return "".join(lines)


@app.get("/cookies")
@app.get("/set/cookies")
def cookies():
    return request.headers.get("Cookie", "no cookies") + "\\n"


COOKIES = {
    "plain": "a=1",
    "path": "b=2; Path=/set",
    "flags": "c=3; Path=/; HttpOnly; Secure; SameSite=Lax",
    "domain": "d=4; Domain=localhost",
    "foreign": "e=5; Domain=example.com",
    "host": "__Host-f=6; Path=/; Secure",
    "bare": "g",
    "quoted": 'h="i j"; Path="/"',
    "nameless": "=k",
    "spaces": "l = m n ;Path=/",
    "empty": "o=; Path=/",
    "prefix": "__Secure-p=7; Path=/",
    "badhost": "__Host-q=8; Path=/set; Secure",
    "relative": "r=9; Path=x",
    "far": "s=10; Path=/; Expires=Fri, 31 Dec 2100 23:59:59 GMT",
    "dashes": "t=1; Expires=Fri, 31-Dec-2100 23:59:59 GMT",
    "over": "u=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    "zero": "v=1; Max-Age=0",
    "wins": "w=1; Max-Age=0; Expires=Fri, 31 Dec 2100 23:59:59 GMT",
    "later": "ff=1; Expires=Fri, 31 Dec 2100 23:59:59 GMT; Max-Age=100",
    "tab": "y=a\\tb",
    "twice": "z=1; Path=/; Path=/set",
    "pathless": "aa=1; Path=",
    "ipdomain": "bb=1; Domain=127.0.0.1",
    "dot": "cc=1; Domain=.localhost; Path=/",
    "subdomain": "dd=1; Domain=api.localhost",
    "slash": "ee=1; Path=/set/",
    "insecure": "c=plain; Path=/",
    "within": "c=within; Path=/set/x",
    "renewed": "a=2",
    "nodate": "gg=1; Expires=never",
    "nonsense": "hh=1; Max-Age=soon",
}


@app.get("/set/all")
def set_all():
    return "set\\n", [("Set-Cookie", value) for value in COOKIES.values()]


@app.get("/set/<kind>")
def set_one(kind):
    return "set\\n", [("Set-Cookie", COOKIES[kind])]


@app.get("/forget")
def forget():
    response = make_response("forgotten\\n")
    response.delete_cookie("c")  # only one: curl before 8.0 brings back the first of two from the file
    return response


@app.route("/theme", methods=["GET", "POST"])
def theme():
    if request.method == "POST":
        session["theme"] = request.form["theme"]
        return redirect("/theme")
    return session.get("theme", "light") + "\\n"


@app.route("/to/<int:code>", methods=METHODS)
def to(code):
    response = redirect("/echo?from=there", code)
    response.headers["Location"] = request.args.get("location", response.headers["Location"])
    return response


@app.route("/loop")
def loop():
    return redirect("/loop")


@app.get("/away")
def away():
    return redirect(f"http://127.0.0.1:{request.host.partition(':')[2]}/echo")


@app.get("/outside")
def outside():
    return redirect("http://example.com/")


@app.get("/status/<int:code>")
def status(code):
    return f"status {code}\\n", code


@app.get("/abort/<int:code>")
def aborted(code):
    abort(code)


@app.get("/crash")
def crash():
    return 1 / 0


@app.get("/exit")
def leave():
    raise SystemExit(3)


@app.get("/stream")
def stream():
    return Response(f"{number}\\n" for number in range(3))


@app.get("/broken")
def broken():
    def parts():
        yield "one\\n"
        raise ValueError("no more")
    return Response(parts())


@app.get("/short")
def short():
    return Response("four", headers={"Content-Length": "10"})


@app.get("/chunked")
def chunked():
    return Response("not a chunk\\n", headers={"Transfer-Encoding": "chunked"})


@app.get("/bytes")
def raw():
    return bytes(range(256)) * 8


@app.get("/long")
def long():
    return "x" * 100_000


@app.get("/unended")
def unended():
    return "é, without an end"


@app.get("/zip")
def compressed():
    return Response(gzip.compress(b"squeezed\\n", mtime=0), headers={"Content-Encoding": "gzip"})


@app.get("/brotli")
def brotli():
    return "not really", {"Content-Encoding": "br"}


@app.get("/file")
def file():
    return send_file("note.txt", last_modified=0)


@app.get("/json")
def json():
    return jsonify(name="x", items=[1, 2])


@app.get("/basic")
def basic():
    if request.authorization is None:
        return "who are you?\\n", 401, {"WWW-Authenticate": 'Basic realm="tips"'}
    given = request.authorization
    return f"{given.type} {given.username} {given.password} {given.token}\\n"


@app.get("/many")
def many():
    return "many\\n", [("X-One", "1"), ("X-Two", "a"), ("X-Two", "b"), ("x-lower", "c"), ("X-Empty", "")]
'''
FILES = {
    "note.txt": b"first line\r\nsecond line\n",
    "data.json": b'{"a":\n 1}\n',
    "page.html": b"<p>hi</p>\n",
    "blob": bytes(range(256)),
    "headers.txt": b"X-From-File: yes\nX-Other: 2\n",
    "set.txt": b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\n",
    "format.txt": b"%{http_code} from a file\n",
    "old.jar": b"# Netscape HTTP Cookie File\n\nlocalhost\tFALSE\t/\tFALSE\t1\tgone\t1\n"
    b"localhost\tFALSE\t/\tFALSE\t4102444799\tkept\t2\n#HttpOnly_localhost\tFALSE\t/set\tTRUE\t0\tsess\t3\n"
    b".localhost\tTRUE\t/\tFALSE\t0\twide\t4\nexample.com\tFALSE\t/\tFALSE\t0\tother\t5\nnonsense\n",
}

CASES = """
localhost:5000
http://localhost:5000/
127.0.0.1:5000/target
LOCALHOST:5000/echo
api.localhost:5000/echo
localhost:5000 localhost:5000/target
--url localhost:5000/target
-i localhost:5000/
-I localhost:5000/
-I localhost:5000/missing
--head --include localhost:5000/
-i localhost:5000/missing
-i localhost:5000/many
-i localhost:5000/status/204
-i localhost:5000/status/304
-i localhost:5000/status/205
-i localhost:5000/status/418
-i localhost:5000/status/599
-i localhost:5000/abort/403
-i localhost:5000/crash
-i localhost:5000/exit
-i localhost:5000/stream
-I localhost:5000/stream
-i localhost:5000/broken
-i localhost:5000/short
-i localhost:5000/chunked
-o out localhost:5000/broken
-o out localhost:5000/exit
--compressed -i localhost:5000/status/204
-I -X POST localhost:5000/echo
-X GET -d a=1 localhost:5000/echo
-X 'GET / HTTP/9' -i localhost:5000/
-i localhost:5000/bytes
localhost:5000/bytes
localhost:5000/long
localhost:5000/unended
-i localhost:5000/json
-i localhost:5000/file
-r 0-4 -i localhost:5000/file
-r 5- localhost:5000/file
-r 900- -i localhost:5000/file
-i localhost:5000/zip
-i --compressed localhost:5000/zip
--compressed localhost:5000/echo
-X POST localhost:5000/echo
-XDELETE localhost:5000/echo
-X PATCH -d a=1 localhost:5000/echo
-X post localhost:5000/
-X BREW -i localhost:5000/
-X HEAD localhost:5000/
-sX HEAD -i localhost:5000/
-X HEAD localhost:5000/status/204
-X OPTIONS -i localhost:5000/
-d a=1 localhost:5000/echo
-d a=1 -d b=2 -d '' -d c localhost:5000/echo
-d '' localhost:5000/echo
-d @note.txt localhost:5000/echo
-d @data.json -H 'Content-Type: application/json' localhost:5000/form
-d @- localhost:5000/echo
--data a=é localhost:5000/echo
--data-ascii a=1 localhost:5000/echo
--data-raw @note.txt localhost:5000/echo
--data-binary @note.txt localhost:5000/echo
--data-binary @- localhost:5000/echo
--data-binary @blob localhost:5000/echo
--data-urlencode 'a b&c=d' localhost:5000/echo
--data-urlencode '=a b&c=d' localhost:5000/echo
--data-urlencode 'name=a b/é~*' localhost:5000/echo
--data-urlencode @note.txt localhost:5000/echo
--data-urlencode name@note.txt localhost:5000/echo
--data-urlencode plain --data-urlencode 'x=%20+' -d raw localhost:5000/echo
--json '{"a": 1}' localhost:5000/echo
--json '{"a":' --json '1}' localhost:5000/form
--json @data.json localhost:5000/echo
--json '{}' -H 'Accept: text/plain' localhost:5000/echo
--json '{}' -H 'content-type: application/x' localhost:5000/echo
--json '{}' -X PUT localhost:5000/echo
-d x --json y localhost:5000/echo
--json x -d y localhost:5000/echo
-G -d a=1 -d b=2 localhost:5000/target
-G -d a=1 'localhost:5000/target?q=0#top'
-G -d a=1 'localhost:5000/target?'
-G --data-urlencode 'q=a b&c' localhost:5000/target
-G -d 'a b' localhost:5000/target
-G -d 'a#b' localhost:5000/target
-G -d '' localhost:5000/target
-G -I -d a=1 localhost:5000/target
-G -X DELETE -d a=1 localhost:5000/target
-G localhost:5000/target
-F a=1 -F b=2 localhost:5000/form
-F file=@note.txt localhost:5000/form
-F file=@page.html -F file=@blob localhost:5000/form
-F 'file=@note.txt;type=text/csv;filename=other.csv' localhost:5000/form
-F 'file=@note.txt;filename="a;b\\"c.txt"' localhost:5000/form
-F 'file=@"note.txt"' localhost:5000/form
-F 'a=<note.txt' localhost:5000/form
-F 'a=<note.txt;type=text/x' localhost:5000/form
-F 'a={"b": 1};type=application/json' localhost:5000/form
-F 'a="x;y"' localhost:5000/form
-F 'a="x;y";type=text/plain' localhost:5000/form
-F a= localhost:5000/form
-F 'na"me=x' localhost:5000/form
-F file=@- localhost:5000/form
-F 'file=@note.txt; type=text/csv' localhost:5000/form
-F 'a=  "q"  ;type=x/y' localhost:5000/form
-F 'a=x y  ;type=text/plain' localhost:5000/form
-F 'a=x"y"' -F 'b= x' -F 'c=;type=a/b' localhost:5000/form
-F 'file=@-;filename=a.txt' localhost:5000/form
-F 'a= spaced ' localhost:5000/form
-F 'a=x;filename=f.txt' localhost:5000/form
--form-string 'a=@x;type=y' localhost:5000/form
-F a=1 -X PUT localhost:5000/form
-F file=@missing.txt localhost:5000/form
-F 'a=<missing.txt' localhost:5000/form
-H 'X-A: 1' -H 'X-B:2' -H 'x-a: 3' localhost:5000/echo
-H 'Accept:' localhost:5000/echo
-H 'User-Agent;' localhost:5000/echo
-H 'X-Empty;' -H 'X-None:' localhost:5000/echo
-H 'Host: tips.example' localhost:5000/echo
-H 'host:' -i localhost:5000/
-H 'User-Agent: me' -H 'Accept: text/html' localhost:5000/echo
-H 'Content-Type: text/plain' -d a=1 localhost:5000/echo
-H 'Content-Type:' -d a=1 localhost:5000/echo
-H 'Content-Length: 2' -d abcd localhost:5000/echo
-H 'Transfer-Encoding: chunked' -d a=1 localhost:5000/form
-H @headers.txt localhost:5000/echo
-H 'X-Unicode: é' localhost:5000/echo
-H 'Authorization: Bearer abc' localhost:5000/basic
-A me localhost:5000/echo
-A '' localhost:5000/echo
-e http://localhost/ localhost:5000/echo
-e http://a/ -A b --compressed -b c=d -u e:f -H 'X-Last: 1' -d g localhost:5000/echo
localhost:5000/environ
-d a=1 -H 'X-Y: z' 'localhost:5000/environ?q=é'
-u name:password localhost:5000/basic
-u name: localhost:5000/basic
-u 'é:a:b' localhost:5000/basic
-u a:b -u c:d localhost:5000/basic
http://name:p%40ss@localhost:5000/basic
http://name@localhost:5000/basic
-u a:b http://c:d@localhost:5000/basic
-i localhost:5000/basic
--oauth2-bearer abc localhost:5000/basic
-f localhost:5000/basic
-fsS -u name:password localhost:5000/basic
-b a=1 localhost:5000/cookies
-b a=1 -b 'b=2; c=3' localhost:5000/cookies
-b '' localhost:5000/cookies
-b missing.jar localhost:5000/cookies
-b old.jar localhost:5000/cookies
-b old.jar localhost:5000/set/cookies
-b old.jar 127.0.0.1:5000/cookies
-b old.jar api.localhost:5000/cookies
-b old.jar -b x=y localhost:5000/cookies
-b old.jar -c jar localhost:5000/cookies
-b old.jar -j -c jar localhost:5000/cookies
-b old.jar -H 'Cookie: mine=1' localhost:5000/cookies
-c jar localhost:5000/
-c - localhost:5000/set/plain
-c - localhost:5000/set/all
-c jar 127.0.0.1:5000/set/all
-c jar api.localhost:5000/set/all
-b jar -c jar localhost:5000/set/all ;; -b jar localhost:5000/cookies ;; -b jar localhost:5000/set/cookies
-c jar localhost:5000/set/flags ;; -b jar -c - localhost:5000/set/insecure
-c - -w x localhost:5000/set/plain localhost:5000/set/slash localhost:5000/set/renewed localhost:5000/cookies
-b jar -c jar localhost:5000/set/pathless ;; -b jar -c - localhost:5000/cookies
-c - localhost:1/ localhost:5000/set/plain
-c jar localhost:5000/set/all ;; -b jar -c jar localhost:5000/forget ;; -b jar -c - localhost:5000/set/cookies
-c jar 127.0.0.1:5000/set/ipdomain ;; -b jar 127.0.0.1:5000/set/cookies
-c jar localhost:5000/set/domain localhost:5000/set/cookies localhost:5000/set/path localhost:5000/set/cookies
-b jar -c jar -d theme=dark localhost:5000/theme ;; -b jar localhost:5000/theme
-b jar -c jar -L -d theme=dark localhost:5000/theme
-L -d theme=dark localhost:5000/theme
-L -b '' -d theme=dark localhost:5000/theme
-L localhost:5000/to/302
-i localhost:5000/to/302
-iL localhost:5000/to/307
-IL localhost:5000/to/302
-L -d a=1 localhost:5000/to/301
-L -d a=1 localhost:5000/to/302
-L -d a=1 localhost:5000/to/303
-L -d a=1 localhost:5000/to/307
-L -d a=1 localhost:5000/to/308
-L -X POST -d a=1 localhost:5000/to/302
-L -X PUT localhost:5000/to/303
-L -X DELETE localhost:5000/to/302
-L -F a=1 localhost:5000/to/302
-L -T note.txt localhost:5000/to/302
-L -T note.txt localhost:5000/to/303
-L --json '{}' localhost:5000/to/302
-L --json '{}' localhost:5000/to/307
-L -G -d a=1 localhost:5000/to/302
-L 'localhost:5000/to/302?location=/target/a%20b/é?x=c%20d%26y=é'
-L 'localhost:5000/to/302?location=../target/../target/x'
-L 'localhost:5000/to/302?location=?b=1'
-L 'localhost:5000/to/302?location=//localhost:5000/target'
-L 'localhost:5000/to/302?location=/target%23top' -w '%{url_effective}'
-L 'localhost:5000/to/302?location='
-L -u a:b -H 'X-A: 1' -b c=d localhost:5000/away
-L -u a:b -H 'Cookie: c=d' -H 'Authorization: x' -b e=f localhost:5000/away
-L -u a:b http://localhost:5000/to/302
-L -e http://r/ localhost:5000/to/302
-L localhost:5000/loop
-iL --max-redirs 1 localhost:5000/loop
-L --max-redirs 0 localhost:5000/to/302
--max-redirs 0 localhost:5000/to/302
-L --max-redirs -1 localhost:5000/to/302
-L -o out localhost:5000/to/302
-L localhost:5000/status/304 -i
-L 'localhost:5000/to/302?location=http://localhost:1/' -w '%{http_code} %{num_redirects} %{url_effective}'
-L --max-redirs 1 localhost:5000/loop -w '%{num_redirects} %{url_effective} %{redirect_url} %{size_download}'
-sSfL 'localhost:5000/to/302?location=/missing' -w '%{num_redirects} %{url_effective}'
-f localhost:5000/missing
-f -i localhost:5000/missing
-sf localhost:5000/missing
-sSf localhost:5000/missing
-f -o out localhost:5000/missing
--fail-with-body localhost:5000/missing
--fail-with-body -i -o out localhost:5000/missing
-fI localhost:5000/missing
-fL localhost:5000/to/302
-f localhost:5000/missing localhost:5000/
-f localhost:5000/ localhost:5000/missing
-o out localhost:5000/
-oout -i localhost:5000/
-o out localhost:5000/status/204
-o - localhost:5000/
-o one localhost:5000/ localhost:5000/target
-o one -o two localhost:5000/ localhost:5000/target
localhost:5000/ -o one localhost:5000/target -o two
-o one -o two localhost:5000/
-O localhost:5000/file
-O 'localhost:5000/target/name.txt?x=1#y'
-o folder/out localhost:5000/
-o /dev/null -w '%{http_code}\\n' localhost:5000/missing
-sS -o out -w '%{http_code} %{content_type}' localhost:5000/json
-D head localhost:5000/many
-D - localhost:5000/
-D head -L localhost:5000/to/302
-D head localhost:5000/ localhost:5000/many
-w '%{http_code}|%{response_code}|%{size_download}|%{num_redirects}|%{num_headers}' -L localhost:5000/to/302
-w '%{redirect_url}|%{url_effective}|%{url}|%{method}|%{urlnum}\\t%%|%x|100%\\n' localhost:5000/to/302
-w '%header{x-two}|%header{None}|%header{Content-Type}' localhost:5000/many
-w '%{http_code} %{exitcode} %{errormsg}' -f localhost:5000/missing
-w '%{size_download} %{http_version} %{method}' -d a localhost:5000/status/200
-w '%{size_download} %{method}' -I localhost:5000/
-w '%{size_download}' -f localhost:5000/missing
-w '%{size_download}' --compressed localhost:5000/zip
-w '%{content_type}|%{referer}|%{filename_effective}' -e x -o out localhost:5000/status/204
-w @format.txt localhost:5000/
-w '%{http_code%' localhost:5000/
-w '%{url_effective}\\n' localhost:5000/a/../target/./x localhost:5000?x=1
-w '%{url_effective} %{method} %{http_code}' -X PUT -L localhost:5000/to/307
-T note.txt localhost:5000/form
-T note.txt localhost:5000/target/
-T - localhost:5000/echo
-T note.txt -X POST localhost:5000/echo
-i -T note.txt localhost:5000/target
localhost:5000/target/a/../b/./c
localhost:5000/target/a/..
localhost:5000/target/a/.
localhost:5000/../../target
--path-as-is localhost:5000/target/a/../b
localhost:5000/target/a%20b%2Fc%7e
localhost:5000/target//double
localhost:5000//target
'localhost:5000/target/é?ü=ß'
'localhost:5000/target?a=1&a=2&b#fragment'
'localhost:5000/target#fragment?x'
'localhost:5000?x=1'
-g 'localhost:5000/target/{a}[1]?x[]=1'
'localhost:5000/target/a"b<c>'
'localhost:5000/target/a b'
''
http://
http://localhost:99999/
'http://localhost:5000 /'
localhost:port/
-k -N --http1.1 -q --no-progress-meter localhost:5000/
-sS localhost:5000/
-- localhost:5000/target
-d
localhost:5000 -H
--max-redirs many localhost:5000/
-i
-X
localhost:1/
-s localhost:1/
-o out localhost:1/
-w '%{http_code} %{exitcode} %{url_effective} %{method}' -sX PUT localhost:1/
127.0.0.1:1/
"""
LINES = [line for line in CASES.replace("\\\\", "\\").splitlines() if line]


def free_port() -> int:
    """Find a port of four digits, so that what mentions it is as long as with 5000."""
    for port in range(5001, 9999):
        with socket.socket() as candidate:
            if candidate.connect_ex(("127.0.0.1", port)):
                return port
    raise AssertionError("no port of four digits is free")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("program")
    (folder / "app.py").write_text(PROGRAM)
    (folder / "note.txt").write_bytes(FILES["note.txt"])
    return folder


@pytest.fixture(scope="module")
def app(program: Path) -> WSGIApplication:
    spec = importlib.util.spec_from_file_location("curl_program", program / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["curl_program"] = module
    spec.loader.exec_module(module)
    program_app: WSGIApplication = module.app
    return program_app


@pytest.fixture(scope="module")
def server(program: Path) -> Iterator[int]:
    """Start the real development server, and give its port."""
    port = free_port()
    command = [sys.executable, "-m", "flask", "run", "--port", str(port)]
    with (
        (program / "log").open("w") as log,
        subprocess.Popen(command, cwd=program, stderr=log, stdout=log) as flask,
    ):
        wait_for(port)
        yield port
        flask.terminate()


def wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("flask run did not start")


@pytest.fixture
def curl() -> str:
    found = shutil.which("curl")
    if found is None:
        assert os.environ.get("CI") != "true", "CI needs the real curl to compare with"
        pytest.skip("there is no curl to compare with")
    return found


def make_folder(path: Path) -> Path:
    path.mkdir()
    for name, content in FILES.items():
        (path / name).write_bytes(content)
    return path


STDIN = b"from\r\nstandard input\n"
CHANGING = (
    (rb"(?m)^(Date: ).*?(\r?)$", rb"\1now\2"),
    (rb"curl/[0-9.]+", b"curl/x"),
    (rb"-{24}[0-9A-Za-z]{16,22}", b"boundary"),
    (rb"after \d+ ms", b"after 0 ms"),
    (rb"Allow: [A-Z, ]+", b"Allow: in the order of a set"),
    (rb"\t\d{10}\t(ff\t)", rb"\tsoon\t\1"),
)


def settle(text: bytes, port: int = 5000) -> bytes:
    """Put one word for what differs from run to run."""
    text = text.replace(str(port).encode(), b"5000")
    for pattern, replacement in CHANGING:
        text = re.sub(pattern, replacement, text)
    return text


def run_real(curl: str, arguments: list[str], port: int, folder: Path) -> Transfer:
    words = [argument.replace("5000", str(port)) for argument in arguments]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [curl, "--no-progress-meter", *words],
        input=STDIN,
        capture_output=True,
        cwd=folder,
        env=environment,
        timeout=20,
        check=False,
    )
    return Transfer(done.returncode, settle(done.stdout, port), settle(done.stderr, port))


def replay(arguments: list[str], app: WSGIApplication, folder: Path) -> Transfer:
    done = run(arguments, app=app, folder=folder, stdin=STDIN)
    return Transfer(done.status, settle(done.stdout), settle(done.stderr))


def written(folder: Path, port: int = 5000) -> dict[str, bytes]:
    return {path.name: settle(path.read_bytes(), port) for path in folder.iterdir()}


@pytest.mark.parametrize("line", LINES)
def test_a_replay_equals_the_real_curl(line: str, curl: str, app: WSGIApplication, server: int, tmp_path: Path) -> None:
    real_folder, folder = make_folder(tmp_path / "real"), make_folder(tmp_path / "replayed")

    for command in line.split(" ;; "):
        arguments = shlex.split(command)
        expected = run_real(curl, arguments, server, real_folder)

        assert replay(arguments, app, folder) == expected

    assert written(folder) == written(real_folder, server)


UNKNOWN = "cannot be used in a tip, which knows no such option: did you mean"
UNREACHABLE = "from a tip, only this machine: write localhost:5000, and -H 'Host: …' if the app has to see another name"
PROBLEMS = {
    "--hedder x localhost:5000": f"curl --hedder {UNKNOWN} “--header”?",
    "--incl localhost:5000": f"curl --incl {UNKNOWN} “--include”?",
    "--foo=1 localhost:5000": f"curl --foo=1 {UNKNOWN} “--form”?",
    "-Q x localhost:5000": f"curl -Q {UNKNOWN} “-q” (--disable)?",
    "-sW localhost:5000": f"curl -W (in “-sW”) {UNKNOWN} “-w” (--write-out)?",
    "-4 localhost:5000": "curl -4 cannot be used in a tip: a tip can only reach this machine: leave it out",
    "-% localhost:5000": f"curl -% {UNKNOWN} “--write-out”?",
    "--data=1 localhost:5000": (
        "curl takes no “=” between an option and its value: write “--data 1” instead of “--data=1”"
    ),
    "--silent=yes localhost:5000": (
        "curl takes no “=” between an option and its value: write “--silent” instead of “--silent=yes”"
    ),
    "-v localhost:5000": (
        "curl -v cannot be used in a tip: what it adds differs from machine to machine: "
        "write -i to see the answer's headers"
    ),
    "-sv localhost:5000": (
        "curl -v cannot be used in a tip: what it adds differs from machine to machine: "
        "write -i to see the answer's headers"
    ),
    "localhost:5000 --next localhost:5000": (
        "curl --next cannot be used in a tip: write a curl command of its own for the next request"
    ),
    "-x http://proxy localhost:5000": (
        "curl -x cannot be used in a tip: a tip's requests go straight to its app: leave the proxy out"
    ),
    "--resolve a:80:127.0.0.1 a": (
        "curl --resolve cannot be used in a tip: a tip can only reach this machine: "
        "write localhost:5000, and -H 'Host: …' for another name"
    ),
    "-m 5 localhost:5000": (
        "curl -m cannot be used in a tip: how long a request takes differs from run to run: leave it out"
    ),
    "- localhost:5000": "“-” stands alone where curl expects an option or a URL: leave it out",
    "example.com": f"curl cannot reach “example.com” {UNREACHABLE}",
    "http://10.0.0.1:5000/": f"curl cannot reach “10.0.0.1” {UNREACHABLE}",
    "127.1:5000": f"curl cannot reach “127.1” {UNREACHABLE}",
    "localhost.example.com:5000": f"curl cannot reach “localhost.example.com” {UNREACHABLE}",
    "http://localhost@example.com:5000/": f"curl cannot reach “example.com” {UNREACHABLE}",
    "[2001:db8::1]:5000": f"curl cannot reach “[2001:db8::1]” {UNREACHABLE}",
    "-L localhost:5000/outside": f"curl cannot reach “example.com” {UNREACHABLE}",
    "https://localhost:5000/": ("a tip's curl speaks http only, not https: write “http://localhost:5000/” instead"),
    "https://example.com/a": ("a tip's curl speaks http only, not https: write “http://localhost:5000/a” instead"),
    "ftp://localhost/x": "a tip's curl speaks http only, not ftp: write “http://localhost:5000/x” instead",
    "localhost:5000/{a,b}": (
        "curl reads “{” in “localhost:5000/{a,b}” as a pattern for several URLs: "
        "write -g where it is meant as it stands, or write each URL out"
    ),
    "localhost:5000/[1-3]": (
        "curl reads “[” in “localhost:5000/[1-3]” as a pattern for several URLs: "
        "write -g where it is meant as it stands, or write each URL out"
    ),
    "-d @missing.txt localhost:5000": (
        "curl --data cannot read the file “missing.txt” (No such file or directory): "
        "show the file above the session, or correct its name"
    ),
    "--data-urlencode a@missing.txt localhost:5000": (
        "curl --data-urlencode cannot read the file “missing.txt” (No such file or directory): "
        "show the file above the session, or correct its name"
    ),
    "-T missing.txt localhost:5000": (
        "curl -T cannot read the file “missing.txt” (No such file or directory): "
        "show the file above the session, or correct its name"
    ),
    "-H @missing.txt localhost:5000": (
        "curl -H cannot read the file “missing.txt” (No such file or directory): "
        "show the file above the session, or correct its name"
    ),
    "-w @missing.txt localhost:5000": (
        "curl -w cannot read the file “missing.txt” (No such file or directory): "
        "show the file above the session, or correct its name"
    ),
    "-T . localhost:5000": "curl -T . reads while it writes: write -T - instead",
    "-T note.txt -T note.txt localhost:5000": ("curl has more files to upload (-T) than URLs: write a URL for each"),
    "-I -d a localhost:5000": "curl -d and -I ask for different methods: write only one of them",
    "-F a=1 -d a localhost:5000": "curl -d and -F ask for different methods: write only one of them",
    "-F a localhost:5000": "curl -F “a” has no value: write -F name=value, or -F name=@file",
    "-F a=@note.txt,page.html localhost:5000": (
        "curl -F a=@note.txt,page.html names several files: write -F a=@… once for each"
    ),
    "-F 'a=b;c' localhost:5000": (
        "curl -F does not know “;c” here: write ;type= or ;filename=, "
        "or put the value between double quotes if the semicolon belongs to it"
    ),
    "-F 'a=\"b\" c' localhost:5000": (
        'curl -F drops what follows the quotes in "b" c: put all of it between the quotes'
    ),
    "-F a=1 -H 'Content-Type: multipart/form-data' localhost:5000": (
        "curl -F makes its own Content-Type, which names the boundary: leave the -H out"
    ),
    "-H nonsense localhost:5000": (
        "curl -H “nonsense” is not a header: write -H 'Name: value', -H 'Name:' to send none, "
        "or -H 'Name;' to send an empty one"
    ),
    "-u name localhost:5000": "curl -u name would ask for the password: write -u name:password",
    "-e 'x;auto' localhost:5000": ("curl -e “x;auto” is not replayed: write the referrer out, without “;auto”"),
    "-r 0-1 -d a localhost:5000": (
        "curl -r asks for a part of an answer and does not go with data: leave one of them out"
    ),
    "-f --fail-with-body localhost:5000": ("curl takes -f or --fail-with-body, not both: leave one of them out"),
    "-i -D - localhost:5000": ("curl -D - and -i or -I would print each header twice: leave one of them out"),
    "-o '' localhost:5000": "curl -o '' names no file: write -o with a name, or leave it out",
    "-O localhost:5000": "curl -O finds no file name in “localhost:5000”: write -o with a name instead",
    "-O http://localhost:5000/a/?b=c": (
        "curl -O finds no file name in “http://localhost:5000/a/?b=c”: write -o with a name instead"
    ),
    "-c folder/jar localhost:5000": (
        "curl --cookie-jar cannot write “folder/jar” (No such file or directory): "
        "write the name of a file in a folder that exists"
    ),
    "-D folder/head localhost:5000": (
        "curl --dump-header cannot write “folder/head” (No such file or directory): "
        "write the name of a file in a folder that exists"
    ),
    "-b set.txt localhost:5000": ("curl -b set.txt holds headers: write it with -c set.txt, which keeps cookies"),
    "-w '%{time_total}' localhost:5000": (
        "curl -w “%{time_total}” cannot be used in a tip, since it differs from run to run, "
        "or between versions of curl: leave it out"
    ),
    "-w '%{http_cod}' localhost:5000": ("curl -w has no variable “%{http_cod}” in a tip: did you mean “http_code”?"),
    "--compressed localhost:5000/brotli": ("curl --compressed cannot undo “br” in a tip: let the app answer with gzip"),
}


@pytest.mark.parametrize(("line", "message"), PROBLEMS.items(), ids=PROBLEMS)
def test_what_cannot_be_replayed_says_what_to_write(
    line: str, message: str, app: WSGIApplication, tmp_path: Path
) -> None:
    folder = make_folder(tmp_path / "folder")

    with pytest.raises(UsageProblem) as caught:
        run(shlex.split(line), app=app, folder=folder)

    assert str(caught.value) == message


def test_without_an_app_nothing_listens(tmp_path: Path) -> None:
    transfer = run(["localhost:5000/"], app=None, folder=tmp_path)

    message = b"curl: (7) Failed to connect to localhost port 5000 after 0 ms: Couldn't connect to server\n"
    assert transfer == Transfer(7, b"", message)


@pytest.mark.parametrize("line", ["-i", "-iL", "-i -d a=1", "-I", "-c -"])
def test_another_server_on_this_machine_is_asked_over_a_socket(
    line: str, curl: str, server: int, tmp_path: Path
) -> None:
    arguments = [*shlex.split(line), "localhost:5000/set/plain"]
    expected = run_real(curl, arguments, server, tmp_path)

    elsewhere = [argument.replace("5000", str(server)) for argument in arguments]
    transfer = run(elsewhere, app=None, folder=tmp_path)

    assert Transfer(transfer.status, settle(transfer.stdout, server), transfer.stderr) == expected


@pytest.mark.parametrize("host", ["localhost:5000", "[::1]:5000", "127.0.0.2:5000", "a.b.localhost:5000"])
def test_every_name_of_this_machine_reaches_the_app(host: str, app: WSGIApplication, tmp_path: Path) -> None:
    transfer = run([f"{host}/echo"], app=app, folder=tmp_path)

    assert f"Host: {host}\n".encode() in transfer.stdout


def test_each_request_has_a_thread_of_its_own(tmp_path: Path) -> None:
    seen = threading.local()

    def count(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        seen.requests = getattr(seen, "requests", 0) + 1
        start_response("200 OK", [])
        return [b"%d\n" % seen.requests]

    transfer = run(["localhost:5000", "localhost:5000"], app=count, folder=tmp_path)

    assert transfer.stdout == b"1\n1\n"


def test_nothing_is_logged_for_a_request(
    app: WSGIApplication, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run(["localhost:5000/missing"], app=app, folder=tmp_path)

    assert capfd.readouterr() == ("", "")


def test_no_port_is_opened(app: WSGIApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a socket was bound or connected")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)

    assert run(["localhost:5000"], app=app, folder=tmp_path).stdout == b"hello\n"
