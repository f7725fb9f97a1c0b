"""The frozen site in a real browser: search, theme, copying, the keyboard, narrow screens, and no JavaScript."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from test_freezing import Options, build

CONTENT = Path(__file__).parent.parent / "content"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a frozen site with a policy that forbids what is inline or from elsewhere."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site") / "build"
    build(Options(CONTENT, folder, no_cache=False))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None and os.environ.get("CI") != "true":
        pytest.skip("this needs a browser: apt-get install chromium")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, permissions=["clipboard-read"])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []
    context.close()


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("url_for", "Build URLs with url_for"),
        ("PERMANENT_SESSION_LIFETIME", "Keep a session after the browser closes"),
        ("pasword", "Hash passwords before you store them"),
    ],
)
def test_search_finds_code_and_forgives_a_typo_by_keyboard_alone(page: Page, site: str, typed: str, title: str):
    page.goto(f"{site}/about/")
    page.keyboard.press("/")
    page.keyboard.type(typed)
    expect(page.get_by_role("dialog").get_by_text(title).first).to_be_visible()

    page.keyboard.press("Enter")

    page.wait_for_url(f"{site}/tips/*/")


def test_the_theme_is_chosen_and_kept(page: Page, site: str):
    page.goto(site)
    button = page.locator("header button").last
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for _ in range(3):
        button.click()
        if page.evaluate("getComputedStyle(document.body).backgroundColor") != before:
            break
    chosen = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert chosen != before

    page.goto(f"{site}/tips/flash/")

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == chosen
    assert page.evaluate("Object.keys(localStorage).length") == 1
    assert page.context.cookies() == []


def test_a_file_is_copied_whole(page: Page, site: str):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{site}/tips/flash/")
    page.locator("figure[data-kind=file] button").first.click()

    copied = page.evaluate("navigator.clipboard.readText()")

    assert copied.startswith("from flask import Flask, flash")
    assert copied.rstrip().endswith('return redirect(url_for("show_form"), code=303)')


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("path", ["/", "/tips/flash/", "/tips/sentry/", "/topics/sessions/", "/tags/", "/404.html"])
def test_no_page_is_wider_than_its_screen(page: Page, site: str, path: str, width: int):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{site}{path}")

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_everything_can_be_read_without_javascript(browser: Browser, site: str):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site}/tips/flash/")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("pre").first).to_be_visible()
        page.locator("summary").first.click()
        expect(page.locator("details pre").first).to_be_visible()
        page.goto(site)
        page.locator("a[href='/tips/redirect/']").first.click()
        page.wait_for_url(f"{site}/tips/redirect/")
