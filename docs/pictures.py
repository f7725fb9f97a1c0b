"""Take the pictures of the README: each page at three widths, in both themes, on one sheet.

Usage: make pictures, after make build; needs Chromium.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from hosting import Host, serving  # noqa: E402  # the tests' own server, with the site's headers

PAGES = {
    "home": "/",
    "tip": "/tips/flash/",
    "topic": "/topics/sessions/",
    "search": "/",
    "404": "/404.html",
}
WIDTHS = (360, 768, 1440)
HEIGHT = 900
GAP = 24
SCALE = 0.4


def main() -> None:
    """Write a sheet for each page into this folder."""
    host = Host(ROOT / "build")
    base = f"http://127.0.0.1:{host.server_port}"
    with serving(host), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, path in PAGES.items():
            rows = []
            for theme in ("light", "dark"):
                pages = [
                    browser.new_page(viewport={"width": width, "height": HEIGHT}, color_scheme=theme)
                    for width in WIDTHS
                ]
                rows.append([take(page, f"{base}{path}", search=name == "search") for page in pages])
            sheet(rows).save(Path(__file__).with_name(f"{name}.png"), optimize=True)
        browser.close()


def take(page: Page, address: str, *, search: bool) -> Image.Image:
    """Take a picture of what a reader sees first; of the search, with results."""
    page.goto(address)
    if search:
        page.keyboard.press("/")
        page.get_by_role("dialog").get_by_role("searchbox").fill("cookie")
        page.locator(".search-results li").nth(4).wait_for()  # in texts too, which are loaded a little later
    picture = Image.open(BytesIO(page.screenshot()))
    page.close()
    return picture


def sheet(rows: list[list[Image.Image]]) -> Image.Image:
    """Put pictures side by side, small and in few colours."""
    width = sum(picture.width + GAP for picture in rows[0]) - GAP
    whole = Image.new("RGB", (width, len(rows) * (HEIGHT + GAP) - GAP), "#8a9099")
    for row, pictures in enumerate(rows):
        left = 0
        for picture in pictures:
            whole.paste(picture, (left, row * (HEIGHT + GAP)))
            left += picture.width + GAP
    small = whole.resize((round(whole.width * SCALE), round(whole.height * SCALE)), Image.Resampling.LANCZOS)
    return small.quantize(224, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main()
