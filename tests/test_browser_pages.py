"""Pages in a real browser: narrow screens, the keyboard, no JavaScript, print, less motion."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conftest import wait_until
from hosting import Host

TEMPLATES = ["/", "/tips/", "/tips/flash/", "/topics/sessions/", "/tags/", "/tags/cookies/", "/about/", "/404.html"]
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .filter((element) => !element.closest("pre, table, .search, .visually-hidden"))
    .map((element) => element.outerHTML.slice(0, 80))"""
FOCUS = """() => {
    const style = getComputedStyle(document.activeElement);
    return { element: document.activeElement.outerHTML.slice(0, 80), outline: style.outlineStyle };
}"""


def test_no_page_scrolls_sideways_on_a_phone(page: Page, host: Host):
    page.set_viewport_size({"width": 360, "height": 740})
    for path in host.pages:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert page.evaluate(TOO_WIDE) == [], path


@pytest.mark.parametrize("width", [320, 768, 1440])
@pytest.mark.parametrize("path", TEMPLATES)
def test_no_template_scrolls_sideways(page: Page, path: str, width: int):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(TOO_WIDE) == []


def test_the_first_key_leads_past_the_header(page: Page):
    page.goto("/tips/flash/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("path", TEMPLATES)
def test_the_keyboard_reaches_everything_and_shows_where_it_is(page: Page, path: str):
    page.goto(path)
    every = "a[href], button, summary, pre[tabindex], input"
    visible = f"[...document.querySelectorAll('{every}')].filter((element) => element.checkVisibility())"
    wanted = page.evaluate(f"{visible}.length")
    reached = set()

    for number in range(wanted):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus["outline"] != "none", focus
        page.evaluate(f"document.activeElement.dataset.reached = {number}")
        reached.add(focus["element"])

    assert (
        page.evaluate(f"{visible}.filter((element) => !element.dataset.reached).map(({{ outerHTML }}) => outerHTML)")
        == []
    )
    assert wanted > 10


def test_wide_code_scrolls_by_keyboard_inside_its_block(page: Page):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/tips/flash/")
    block = page.locator("pre").first
    block.focus()

    page.keyboard.press("ArrowRight")

    wait_until(page, "document.activeElement.scrollLeft > 0")
    assert page.url.endswith("/tips/flash/")


@pytest.mark.parametrize(("forward", "back"), [("ArrowRight", "ArrowLeft"), ("j", "k")])
def test_keys_lead_through_a_topic(page: Page, forward: str, back: str):
    page.goto("/tips/url-for/")
    following = page.locator(".neighbours [rel=next]").get_attribute("href")

    page.keyboard.press(forward)
    page.wait_for_url(f"{following}")
    page.keyboard.press(back)

    page.wait_for_url("/tips/url-for/")


def test_keys_lead_nowhere_where_they_do_something_else(page: Page):
    page.goto("/tips/url-for/")

    page.keyboard.press("/")
    page.keyboard.type("jk")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".search-field")).to_have_value("jk")
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("Control+j")
    page.locator("pre").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.url.endswith("/tips/url-for/")

    page.keyboard.press("j")
    page.wait_for_url(re.compile(r"/tips/(?!url-for/)"))


def test_a_heading_shows_its_address_when_pointed_at_and_by_keyboard(page: Page):
    page.goto("/tips/url-for/")
    heading = page.locator(".prose h2").first
    permalink = heading.locator(".permalink")
    expect(permalink).to_have_css("opacity", "0")

    heading.hover()
    expect(permalink).to_have_css("opacity", "1")
    page.mouse.move(0, 0)
    expect(permalink).to_have_css("opacity", "0")
    permalink.focus()
    expect(permalink).to_have_css("opacity", "1")
    page.keyboard.press("Enter")

    assert page.url.endswith(f"/tips/url-for/#{heading.get_attribute('id')}")
    expect(heading).to_be_in_viewport()


def test_the_random_tip_is_a_tip(page: Page):
    page.goto("/")
    page.get_by_role("link", name="Random tip").first.click()

    page.wait_for_url(re.compile(r"/tips/[a-z-]+/$"))


def test_without_javascript_every_page_can_be_read_and_every_link_used(browser: Browser, host: Host):
    with browser.new_context(base_url=host.url, java_script_enabled=False) as context:
        page = context.new_page()
        for path in TEMPLATES:
            page.goto(path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            expect(page.get_by_role("button")).to_have_count(0)
            for link in page.get_by_role("link").all():
                address = (link.get_attribute("href") or "").partition("#")[0]
                assert not address.startswith("/") or host.find(address), f"{path} links to {address}"


def test_without_javascript_a_search_is_the_list_of_all_tips(browser: Browser, host: Host):
    with browser.new_context(base_url=host.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_role("link", name="Search").first.click()
        page.wait_for_url("/tips/")
        expect(page.get_by_role("heading", level=1)).to_contain_text("All tips")

        page.goto("/random/")
        page.get_by_role("link", name="all tips").click()
        page.wait_for_url("/tips/")


def test_without_javascript_nothing_stays_folded_away(browser: Browser, site: str):
    with browser.new_context(base_url=site, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/tips/flash/")

        page.locator(".without-lines summary").first.click()

        expect(page.locator(".without-lines pre").first).to_be_visible()


def test_print_is_black_on_white_and_whole(page: Page, tmp_path: Path):
    page.goto("/tips/flash/")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 660, "height": 900})  # A4 less its margins

    for hidden in (".site-nav", ".search-link", ".theme-button", ".tip-aside", ".copy-button", ".skip-link"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    overflowing = "[...document.querySelectorAll('pre')].filter((block) => block.scrollWidth > block.clientWidth + 1)"
    assert page.evaluate(f"{overflowing}.length") == 0
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize(("motion", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_readers_who_ask_for_less_motion(context: BrowserContext, motion: str, moves: bool):
    page = context.new_page()
    page.emulate_media(reduced_motion=motion)
    page.add_init_script("addEventListener('pagereveal', (event) => window.moves = event.viewTransition !== null)")
    page.goto("/tips/flash/")
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.copy-button')).transitionDuration") != "0s"
    ) is moves

    link = page.locator(".neighbours a").first
    address = link.get_attribute("href")
    link.click()
    page.wait_for_url(f"{address}")
    wait_until(page, "'moves' in window")

    assert page.evaluate("moves") is moves
