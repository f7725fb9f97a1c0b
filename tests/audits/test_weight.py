"""A tip is light: what a reader loads to read one, compressed as a host does it, is less than with known themes."""

from __future__ import annotations

from collections import Counter

from playwright.sync_api import Page, Response

LIGHTEST = 27_000  # bytes of HTML, CSS and JavaScript of a page of Starlight, the lightest of three themes measured


def test_a_tip_is_lighter_than_a_page_of_any_known_theme(page: Page):
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))

    page.goto("/tips/flash/", wait_until="networkidle")

    weights: Counter[str] = Counter()
    for response in responses:
        kind = response.headers["content-type"].partition(";")[0]
        weights[kind] += response.request.sizes()["responseBodySize"]
    print(dict(weights), "together", weights.total())
    assert weights["text/html"] > 0
    assert weights["text/css"] > 0
    assert weights["text/javascript"] > 0
    assert weights.total() < LIGHTEST
