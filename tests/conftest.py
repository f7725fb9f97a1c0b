"""Fixtures: a content folder to write into, the app and the client that show it; this site, frozen, and a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from hosting import Host, serving
from tipsite import create_app
from tipsite.examples.supervisor import descendants

PROJECT = Path(__file__).parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
COMPLAINTS = ("error", "warning")
TOO_EARLY = "Page already revealed"  # Chromium says so where a page was shown before its transition was ready

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="this looks for processes in /proc, which Linux has")

SETTINGS = """\
title = "Kettle notes"
description = "Notes on kettles."
base_url = "https://kettle.example/"
author = "A. Kettle"
examples = false

[[topics]]
slug = "steam"
title = "Steam"

[[topics]]
slug = "water"
title = "Water"
"""


class Content:
    """A content folder with settings, one page and whatever a test writes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("site.toml", SETTINGS)
        self.write("pages/about.md", "---\ntitle: About\n---\n\nAbout kettles.\n")
        (root / "tips").mkdir()

    def write(self, path: str, text: str | bytes) -> Path:
        """Write a file below the folder."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
        return target

    def tip(self, path: str, body: str = "Text.", **front_matter: str) -> Path:
        """Write a tip: `path` is `topic/slug`, and front matter that is not given has a default."""
        meta = {"title": path, "summary": "A summary.", "date": "2026-11-01"} | front_matter
        head = "".join(f"{key}: {value}\n" for key, value in meta.items())
        return self.write(f"tips/{path}.md", f"---\n{head}---\n\n{body}\n")


@pytest.fixture(autouse=True, scope="session")
def _first_of_december() -> Iterator[None]:
    """Let it be 1 December 2026, whatever the clock of the machine says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1796083200")
        yield


@pytest.fixture
def content(tmp_path: Path) -> Content:
    return Content(tmp_path / "content")


@pytest.fixture
def app(content: Content) -> Flask:
    app = create_app(content.root)
    app.testing = True
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def require(found: object, advice: str) -> None:
    """Skip a test where something is missing on a contributor's machine; fail it in CI."""
    if not found:
        pytest.fail(advice) if os.environ.get("CI") == "true" else pytest.skip(advice)


def wait_for_program(process: int, name: str) -> list[int]:
    """Wait until a program is being run below a process, and list what is below that."""
    deadline = time.monotonic() + 60
    while True:
        processes = descendants(process)
        if name in [_name(one) for one in processes]:
            return processes
        assert time.monotonic() < deadline, f"no {name} was run"
        time.sleep(0.001)


def _name(process: int) -> str:
    try:
        return Path(f"/proc/{process}/comm").read_text().strip()
    except OSError:  # it has gone
        return ""


def wait_until(page: Page, condition: str) -> None:
    """Wait until something is true of a page; Playwright's own way needs `eval`, which the policy forbids."""
    look = f"() => ({condition}) ? resolve() : setTimeout(look, 10)"
    page.evaluate(f"() => new Promise((resolve) => {{ const look = {look}; look(); }})")


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """Give the folder of the npm packages that `tools/package-lock.json` pins."""
    folder = PROJECT / "tools/node_modules"
    packages = (folder / ".package-lock.json").is_file()
    require(packages and shutil.which("node"), "this needs Node.js and what `npm ci --prefix tools` installs")
    return folder


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """Freeze the site of this repository, and serve it as a host does."""
    host = Host(tmp_path_factory.mktemp("site") / "build")
    command = [sys.executable, "freeze.py", "--output", host.folder, "--base-url", host.url]
    with serving(host):
        subprocess.run(command, cwd=PROJECT, check=True)
        yield host


@pytest.fixture(scope="session")
def site(host: Host) -> str:
    """Give the address of the frozen site, without a slash."""
    return host.url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    require(CHROMIUM, "this needs a browser: apt-get install chromium")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """Collect what the console complains about; a test that expects something takes it out."""
    return []


@pytest.fixture
def context(browser: Browser, site: str, complaints: list[str]) -> Iterator[BrowserContext]:
    """Open a window of its own; whatever the console complains about in any of its pages fails the test."""
    permissions = ["clipboard-read", "clipboard-write"]
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 900}, permissions=permissions)
    context.on("console", lambda message: complaints.append(message.text) if message.type in COMPLAINTS else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context
    context.close()
    assert [complaint for complaint in complaints if TOO_EARLY not in complaint] == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
