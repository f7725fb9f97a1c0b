"""The theme in a real browser: the system's or the reader's, from the first paint on."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from conftest import wait_until

BACKGROUND = "getComputedStyle(document.body).backgroundColor"
RECORD_FRAMES = """
    window.frames_seen = [];
    const look = () => {
      if (document.body) frames_seen.push(getComputedStyle(document.documentElement).colorScheme);
      requestAnimationFrame(look);
    };
    look();
"""
FIRST_PAINT = "performance.getEntriesByName('first-paint')[0]?.startTime"
LOADED = "performance.getEntriesByType('resource').find(({ name }) => name.includes('/theme.')).responseEnd"


def background(page: Page) -> str:
    colour: str = page.evaluate(BACKGROUND)
    return colour


def test_the_system_decides_until_the_reader_does(page: Page):
    page.emulate_media(color_scheme="light")
    page.goto("/")
    light = background(page)

    page.emulate_media(color_scheme="dark")

    assert background(page) != light


@pytest.mark.parametrize("system", ["light", "dark"])
def test_a_chosen_theme_is_kept_whatever_the_system_says(context: BrowserContext, system: str):
    page = context.new_page()
    page.emulate_media(color_scheme="dark" if system == "light" else "light")
    page.goto("/")
    other = background(page)
    page.emulate_media(color_scheme=system)
    button = page.get_by_role("button", name="Theme: system")
    button.focus()

    while background(page) != other:
        page.keyboard.press("Enter")

    page.goto("/tips/flash/")
    assert background(page) == other
    theme = "dark" if system == "light" else "light"
    expect(page.get_by_role("button", name=f"Theme: {theme}")).to_be_visible()
    assert page.evaluate("({ ...localStorage })") == {"theme": theme}


def test_a_choice_reaches_other_windows_at_once(context: BrowserContext):
    one, other = context.new_page(), context.new_page()
    one.goto("/")
    other.goto("/tips/flash/")

    one.evaluate("localStorage.setItem('theme', 'dark')")

    expect(other.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_chosen_theme_is_there_at_the_first_paint(context: BrowserContext):
    page = context.new_page()
    page.emulate_media(color_scheme="light")
    page.goto("/about/")
    page.evaluate("localStorage.setItem('theme', 'dark')")
    page.add_init_script(RECORD_FRAMES)
    page.route("**/theme.*.js", _answer_late)

    page.goto("/tips/flash/", wait_until="load")
    wait_until(page, FIRST_PAINT)

    assert page.evaluate(FIRST_PAINT) >= page.evaluate(LOADED) > 300
    assert set(page.evaluate("frames_seen")) == {"dark"}


def _answer_late(route: Route) -> None:
    time.sleep(0.3)
    route.continue_()
