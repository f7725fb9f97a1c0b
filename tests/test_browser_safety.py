"""What a reader's browser is asked to do: nothing elsewhere, nothing kept but the theme, nothing against the policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from hosting import Host

STORED = """async () => ({
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    cookies: document.cookie,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING = {"local": [], "session": [], "cookies": "", "databases": 0, "caches": 0, "workers": 0}


def test_no_page_asks_another_origin_and_nothing_is_kept(context: BrowserContext, host: Host):
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()

    for path in host.pages:
        page.goto(path)
    page.goto("/tips/flash/")
    page.keyboard.press("/")
    page.keyboard.type("session")
    expect(page.locator(".search-results a").first).to_be_visible()

    assert [url for url in asked if not url.startswith(f"{host.url}/")] == []
    assert len(host.pages) > 80
    assert context.cookies() == []
    assert page.evaluate(STORED) == NOTHING


def test_a_chosen_theme_is_all_that_is_kept(page: Page):
    page.goto("/")
    page.get_by_role("button", name="Theme").click()

    assert page.evaluate(STORED) == NOTHING | {"local": ["theme"]}


@pytest.mark.parametrize(
    ("add", "directive"),
    [
        (
            "document.head.append(Object.assign(document.createElement('script'), { text: 'ran = 1' }))",
            "script-src-elem",
        ),
        ("document.body.setAttribute('onclick', 'ran = 1')", "script-src-attr"),
        ("document.body.setAttribute('style', 'color: red')", "style-src-attr"),
        (
            "document.head.append(Object.assign(document.createElement('style'), { textContent: 'p {}' }))",
            "style-src-elem",
        ),
        ("setTimeout('ran = 1')", "script-src"),
        ("new Image().src = 'https://elsewhere.example/x.png'", "img-src"),
        ("new Image().src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw='", "img-src"),
        ("fetch('https://elsewhere.example/').catch(() => 0)", "connect-src"),
        ("document.body.append(Object.assign(document.createElement('iframe'), { src: '/' }))", "frame-src"),
    ],
)
def test_the_policy_stops_what_a_page_could_be_made_to_do(browser: Browser, site: str, add: str, directive: str):
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(site)
        waiting = "document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective))"

        stopped = page.evaluate(f"() => new Promise((resolve) => {{ {waiting}; {add} }})")

        assert stopped == directive
        assert page.evaluate("typeof ran") == "undefined"


def test_a_page_is_fetched_when_a_link_to_it_is_pointed_at(page: Page, host: Host):
    page.goto("/")
    link = page.locator(".topic-card a[href='/tips/time-views/']").first
    with page.expect_event("requestfinished", lambda request: "/tips/time-views/" in request.url, timeout=10_000):
        link.hover()

    fetched = [headers for path, headers in host.asked if path == "/tips/time-views/"]
    assert [headers["Sec-Purpose"] for headers in fetched if "Sec-Purpose" in headers] == ["prefetch"]
    assert "/prefetch.speculationrules" in [path for path, _ in host.asked]
