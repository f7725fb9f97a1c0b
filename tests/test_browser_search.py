"""The search in a real browser, by the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("key", ["/", "Control+k"])
@pytest.mark.parametrize(
    ("typed", "title", "found"),
    [
        ("url_for", "Build URLs with url_for", "url_for"),
        ("PERMANENT_SESSION_LIFETIME", "Keep a session after the browser closes", "PERMANENT_SESSION_LIFETIME"),
        ("pasword", "Hash passwords before you store them", "password"),
    ],
)
def test_search_finds_code_and_forgives_a_typo(page: Page, key: str, typed: str, title: str, found: str):
    page.goto("/about/")
    page.keyboard.press(key)
    page.keyboard.type(typed)
    result = page.get_by_role("dialog").get_by_role("link", name=title)
    expect(result.locator("mark", has_text=found).first).to_be_visible()

    page.keyboard.press("ArrowDown")
    while not page.locator(".search-results a:focus", has_text=title).count():
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url("/tips/*/")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_the_best_result_is_one_enter_away(page: Page):
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("url_for")
    expect(page.locator(".search-results a").first).to_contain_text("url_for")

    page.keyboard.press("Enter")

    page.wait_for_url("/tips/url-for/")


def test_the_words_stay_in_the_excerpt(page: Page):
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("timedelta")

    excerpt = page.locator(".search-results span", has_text="timedelta").first

    expect(excerpt.locator("mark").first).to_have_text("timedelta")
    assert len(excerpt.inner_text()) > len("timedelta") * 5


def test_escape_closes_the_search_and_the_focus_is_where_it_was(page: Page):
    page.goto("/")
    link = page.locator(".topic-card a").first
    link.focus()
    page.keyboard.press("/")
    expect(page.get_by_role("dialog")).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(link).to_be_focused()


def test_nothing_of_the_search_is_loaded_before_it_is_opened(page: Page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/", wait_until="networkidle")
    assert [url for url in asked if "minisearch" in url or "search.json" in url or "worker" in url] == []

    page.get_by_role("link", name="Search").first.click()
    page.keyboard.type("flash")

    expect(page.locator(".search-results a").first).to_be_visible()
    assert any("minisearch" in url for url in asked)


def test_an_unknown_address_is_what_the_search_begins_with(page: Page, site: str):
    page.goto("/404.html")
    page.evaluate("history.replaceState(null, '', '/tips/flask-session-lifetime.html')")
    page.add_script_tag(url=page.locator("script[src*=not-found]").get_attribute("src") + "?again", type="module")
    link = page.get_by_role("link", name="Search for “flask session lifetime”")
    expect(link).to_be_visible()

    link.click()

    expect(page.get_by_role("searchbox")).to_have_value("flask session lifetime")
    expect(page.locator(".search-results a").first).to_be_visible()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("bu", "Build URLs with url_for"),  # two letters are looked for in titles alone
        ("url_for b", "Build URLs with url_for"),  # a letter that begins a further word says nothing yet
        ("routs list", "List every route of an app"),  # a typo beside a word that is right
        ("flask zebra", "flask"),  # a word that no tip has leaves the tips with the other
    ],
)
def test_what_is_typed_so_far_is_enough(page: Page, typed: str, first: str):
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type(typed)

    expect(page.locator(".search-results a").first).to_contain_text(first)
    expect(page.locator(".search-results a").first.locator("mark").first).to_be_visible()
