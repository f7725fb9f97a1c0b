"""Blocks of code in a real browser: copying, links to lines, what is folded away."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tipsite.fence import find_fences

CONTENT = Path(__file__).parent.parent / "content/tips"


def copied(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def commands(path: str, language: str, prompts: tuple[str, str]) -> str:
    """Give what is typed in the first session of a tip: the lines behind prompts, in the Markdown itself."""
    text = (CONTENT / path).read_text()
    fence = next(fence for fence in find_fences(text).blocks if fence.language == language)
    typed = (line for line in fence.lines if f"{line} ".startswith(prompts))
    return "\n".join(line[len(prompts[0]) :] for line in typed)


def test_a_file_is_copied_whole(page: Page):
    text = (CONTENT / "messages/flash.md").read_text()
    fence = next(fence for fence in find_fences(text).blocks if fence.is_file)
    page.goto("/tips/flash/")

    page.locator("figure[data-kind=file]").first.get_by_role("button", name="Copy app.py").click()

    assert copied(page).rstrip("\n") == fence.source.rstrip("\n")
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)


@pytest.mark.parametrize(
    ("path", "kind", "prompts"),
    [
        ("messages/flash.md", "console", ("$ ", "> ")),
        ("sessions/clear-session-variables.md", "pycon", (">>> ", "... ")),
    ],
)
def test_a_session_is_copied_without_prompts_and_output(page: Page, path: str, kind: str, prompts: tuple[str, str]):
    page.goto(f"/tips/{Path(path).stem}/")
    page.locator(f"figure[data-kind={kind}]").first.get_by_role("button", name="Copy all commands").click()

    assert copied(page) == commands(path, kind, prompts)
    assert commands(path, kind, prompts)


def test_one_command_of_several_is_copied_alone(page: Page):
    page.goto("/tips/flash/")
    block = page.locator("figure[data-kind=console]").filter(has=page.locator("pre .copy-button")).first
    first = block.locator("pre .copy-button").first
    block.hover()

    first.click()

    assert copied(page) == (first.get_attribute("aria-label") or "").removeprefix("Copy ")
    assert "\n" not in copied(page)


def test_the_number_of_a_line_leads_to_its_address(page: Page):
    page.goto("/tips/flash/")
    line = page.locator(".code [id$=-L3]").first
    line.scroll_into_view_if_needed()
    box = line.bounding_box()
    assert box

    page.mouse.click(box["x"] + 5, box["y"] + box["height"] / 2)

    page.wait_for_url("/tips/flash/#app.py-L3")


def test_what_happens_without_the_key_lines_unfolds_by_keyboard(page: Page):
    page.goto("/tips/flash/")
    expect(page.locator(".without-lines pre").first).to_be_hidden()

    page.locator(".without-lines summary").first.focus()
    page.keyboard.press("Enter")

    expect(page.locator(".without-lines pre").first).to_be_visible()
