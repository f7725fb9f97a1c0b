"""axe finds nothing wrong: on a page of each template and on all tips, in both themes, on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import tools
from hosting import Host

ONE_OF_EACH = (
    "/",
    "/about/",
    "/404.html",
    "/tips/",
    "/tips/page/2/",
    "/tips/flash/",
    "/topics/sessions/",
    "/tags/",
    "/tags/cookies/",
)
RUN = "() => axe.run({ resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } })"
UNFOLD = "document.querySelectorAll('details').forEach((element) => element.open = true)"


@pytest.fixture(scope="module")
def axe() -> str:
    return tools.of_npm("axe-core/axe.min.js").read_text()


def violations(page: Page, axe: str, path: str = "") -> Iterator[str]:
    """Run axe on the page at a path, or as it stands; yield what is wrong, and where."""
    if path:
        page.goto(path)
        page.evaluate(UNFOLD)
    page.evaluate(axe)  # as the developer tools do it: the policy forbids a script in the page
    found: dict[str, Any] = page.evaluate(RUN)
    assert len(found["passes"]) > 10
    for violation in found["violations"]:
        for node in violation["nodes"]:
            yield f"{page.url} {violation['id']}: {violation['help']}: {node['target']} {node['html'][:200]}"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_wrong_on_any_tip(page: Page, host: Host, axe: str, theme: str):
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    tips = [path for path in host.pages if re.fullmatch("/tips/[^/]+/", path)]

    assert [violation for path in tips for violation in violations(page, axe, path)] == []
    assert len(tips) >= 40


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_wrong_on_a_page_of_each_template(page: Page, axe: str, theme: str, width: int):
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})

    assert [violation for path in ONE_OF_EACH for violation in violations(page, axe, path)] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_the_search(page: Page, axe: str, theme: str):
    page.emulate_media(color_scheme=theme)
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("session")
    expect(page.locator(".search-results mark").first).to_be_visible()

    assert list(violations(page, axe)) == []


def test_axe_does_find_what_is_wrong(page: Page, axe: str):
    page.goto("/about/")
    page.evaluate("document.querySelector('html').removeAttribute('lang')")

    assert "html-has-lang" in next(violations(page, axe))
