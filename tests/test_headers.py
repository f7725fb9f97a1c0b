"""Headers: one description, which the preview sends and a host reads in `_headers`."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from conftest import Content
from hosting import Host, Rules, serving
from test_freezing import freeze
from tipsite import create_app
from tipsite.headers import COMMON, IMMUTABLE, POLICY, REVALIDATED, Headers

PROJECT = Path(__file__).parent.parent
READ_HEADERS = """\
import { parseAllHeaders } from "@netlify/headers-parser";
const { headers, errors } = await parseAllHeaders({ headersFiles: [process.argv[1]], minimal: false });
if (errors.length) throw errors[0];
console.log(JSON.stringify(headers.map(({ forRegExp, values }) => [forRegExp.source, values])));
"""
NAMES = (*COMMON, "Cache-Control", "Content-Type", "Speculation-Rules", "X-Robots-Tag")


@pytest.fixture
def small(content: Content) -> Content:
    content.tip("steam/a", "See [b](b.md), ![k](k.svg).", tags="[hot]", aliases="[/old/deep/, /gone.html, /tips/was/]")
    content.tip("steam/b")
    content.write("tips/steam/k.svg", "<svg/>")
    return content


@pytest.mark.parametrize("base_url", ["https://example.org/", "https://example.org/kettle/"])
@pytest.mark.parametrize("noindex", [False, True])
def test_the_preview_and_a_host_send_the_same_headers_with_everything(
    small: Content, tmp_path: Path, base_url: str, noindex: bool
):
    files = freeze(small.root, tmp_path / "out", base_url=base_url, noindex=noindex)
    client = create_app(small.root, base_url=base_url, noindex=noindex).test_client()
    root = base_url.removeprefix("https://example.org")
    host = Host(tmp_path / "out")
    host.rules = Rules(_without_root(host.folder / "_headers", root))

    with serving(host):
        for name in set(files) - {".tipsite", "_headers"}:
            path = "/" + re.sub(r"(^|/)index\.html$", r"\1", name)
            with client.get(path, base_url=base_url) as ours, urllib.request.urlopen(host.url + path) as theirs:
                assert _said(ours.headers) == _said(theirs.headers), name
    assert len(files) > 30


def _said(headers: Mapping[str, str]) -> dict[str, str]:
    """Give what is described of headers; whether a type of XML or JSON names UTF-8 makes no difference."""
    return {name: re.sub(r"(application/.*); charset=utf-8", r"\1", headers.get(name, "")) for name in NAMES}


def _without_root(file: Path, root: str) -> str:
    """Read `_headers` as a host does that answers for this site alone; fail if a rule reaches beyond the site."""
    lines = [line if line.startswith("  ") or not line else _cut(line, root) for line in file.read_text().splitlines()]
    return "\n".join(lines)


def _cut(pattern: str, root: str) -> str:
    assert pattern.startswith(root)
    return "/" + pattern.removeprefix(root)


def test_nothing_inline_and_nothing_from_another_origin_is_allowed():
    assert POLICY["default-src"] == "'none'"
    assert set(POLICY.values()) == {"'none'", "'self'"}


@pytest.mark.parametrize(
    ("path", "caching"),
    [("/static/site.0123456789.css", IMMUTABLE), ("/", REVALIDATED), ("/files/a.png", REVALIDATED)],
)
def test_only_what_has_a_fingerprint_is_kept_unasked(path: str, caching: str):
    assert Headers("/").of(path)["Cache-Control"] == caching
    assert Headers("/kettle/").of(f"/kettle{path}")["Cache-Control"] == caching


def test_an_error_is_never_kept(client: FlaskClient):
    response = client.get("/static/site.0123456789.css")

    assert response.status_code == 404
    assert response.headers["Cache-Control"] == REVALIDATED


def test_a_page_that_shows_what_is_wrong_is_protected_too(content: Content, client: FlaskClient):
    content.tip("steam/a", date="soon")

    response = client.get("/")

    assert response.status_code == 500
    assert response.headers["Content-Security-Policy"] == COMMON["Content-Security-Policy"]


def test_a_host_answers_an_unknown_address_with_all_headers(small: Content, tmp_path: Path):
    freeze(small.root, tmp_path / "out")
    host = Host(tmp_path / "out")

    with serving(host), pytest.raises(urllib.error.HTTPError, match="404") as error:
        urllib.request.urlopen(f"{host.url}/nope/")

    with error.value as response:
        assert COMMON.items() <= dict(response.headers).items()
        assert "Page not found" in response.read().decode()


def test_netlify_reads_every_rule_as_it_is_meant(small: Content, tmp_path: Path, node_modules: Path):
    files = freeze(small.root, tmp_path / "out")
    command = ["node", "--input-type=module", "--eval", READ_HEADERS, "--", tmp_path / "out/_headers"]
    done = subprocess.run(command, cwd=node_modules.parent, capture_output=True, text=True, check=True)
    rules = Rules((tmp_path / "out/_headers").read_text())

    read = json.loads(done.stdout)

    for name in files:
        path = "/" + re.sub(r"(^|/)index\.html$", r"\1", name)
        matching = (values for pattern, values in read if re.match(pattern, path, re.IGNORECASE))
        assert {pair for values in matching for pair in values.items()} == set(rules.headers(path).items())


def test_netlify_is_told_of_headers_in_one_place_only():
    assert "headers" not in tomllib.loads((PROJECT / "netlify.toml").read_text())


def test_an_old_address_never_covers_the_file_of_headers(content: Content, client: FlaskClient):
    content.tip("steam/a", aliases="/_headers/")

    assert "/_headers/, which is that of the site itself" in client.get("/").text
