"""The site below a path, as on the GitHub Pages of a project, in a real browser."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect

from hosting import Host, serving

PROJECT = Path(__file__).parent.parent
SITE = "https://example.org/tips/"
ADDRESSES = """() => [...document.querySelectorAll("[href], [src]")].map((element) => element.href || element.src)"""
COLOUR = "getComputedStyle(document.body).backgroundColor"


@pytest.fixture(scope="module")
def below(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """Freeze the site of this repository for a path, and serve it below that path and nowhere else."""
    folder = tmp_path_factory.mktemp("prefix") / "build"
    subprocess.run([sys.executable, "freeze.py", "--output", folder, "--base-url", SITE], cwd=PROJECT, check=True)
    below = Host(folder, root="/tips/")
    with serving(below):
        yield below


@pytest.fixture
def home(below: Host) -> str:
    """Give the address at which the site is served here."""
    return f"{below.url}/tips/"


def ask(page: Page, home: str, address: str) -> str:
    """Get what is at an address of the site, here or where it is to be published."""
    answer = page.request.get(address.replace(SITE, home))
    assert answer.ok, f"{address}: {answer.status}"
    return answer.text()


def test_every_link_and_asset_of_every_page_is_there(page: Page, below: Host, home: str):
    found: set[str] = set()
    for path in below.pages:
        page.goto(f"{below.url}{path}")
        found |= {address.partition("#")[0] for address in page.evaluate(ADDRESSES)}
    own = {address for address in found if address.startswith((below.url, "https://example.org/"))}

    assert len(below.pages) > 80
    assert [address for address in own if not address.startswith((home, SITE))] == []
    for address in own:
        ask(page, home, address)
    assert [path for path, _ in below.asked if not path.startswith("/tips/")] == []


def test_style_and_script_are_at_work(page: Page, home: str):
    page.goto(home)
    before = page.evaluate(COLOUR)
    button = page.get_by_role("button", name=re.compile("theme", re.IGNORECASE))
    button.click()
    after = {page.evaluate(COLOUR)}
    button.click()
    after.add(page.evaluate(COLOUR))

    assert after - {before}
    assert page.evaluate("[...document.styleSheets].every((sheet) => sheet.cssRules.length > 0)")


def test_a_reader_walks_from_the_home_page_to_a_tip_and_its_neighbour(page: Page, home: str):
    page.goto(home)
    page.get_by_role("link", name="Sessions", exact=True).first.click()
    page.wait_for_url(f"{home}topics/sessions/")
    page.locator("main").get_by_role("link", name="Store and read session data safely").click()
    page.wait_for_url(f"{home}tips/session-data/")

    page.locator(".neighbours a[rel=next]").click()

    page.wait_for_url(re.compile(f"^{home}tips/(?!session-data/)[a-z-]+/$"))


def test_search_finds_a_tip_and_goes_there(page: Page, home: str):
    page.goto(f"{home}about/")
    page.keyboard.press("/")
    page.keyboard.type("url_for")
    expect(page.locator(".search-results a").first).to_contain_text("url_for")

    page.keyboard.press("Enter")

    page.wait_for_url(f"{home}tips/url-for/")


def test_the_random_tip_is_a_tip(page: Page, home: str):
    page.goto(f"{home}random/")

    page.wait_for_url(re.compile(f"^{home}tips/[a-z0-9-]+/$"))


def test_an_unknown_address_has_a_page_that_leads_back(page: Page, home: str, complaints: list[str]):
    answer = page.goto(f"{home}tips/nope/")
    assert answer
    assert answer.status == 404
    assert [complaint for complaint in complaints if "404" not in complaint] == []
    complaints.clear()

    page.get_by_role("main").get_by_role("link", name="Home").click()

    page.wait_for_url(home)


def test_feeds_and_the_sitemap_name_addresses_that_are_there(page: Page, home: str):
    page.goto(home)
    alternates = page.eval_on_selector_all("link[rel=alternate]", "(links) => links.map((link) => link.href)")
    atom, feed = (ask(page, home, address) for address in alternates[:2])

    links = [link.get("href", "") for link in ElementTree.fromstring(atom).iter("{http://www.w3.org/2005/Atom}link")]
    items = [item["url"] for item in json.loads(feed)["items"]]
    pages = re.findall(r"<loc>(.*?)</loc>", ask(page, home, f"{SITE}sitemap.xml"))
    sitemap = re.findall(r"^Sitemap: (.*)$", ask(page, home, f"{SITE}robots.txt"), re.MULTILINE)

    assert min(len(links), len(items)) >= 20
    assert len(pages) > 80
    assert sitemap == [f"{SITE}sitemap.xml"]
    for address in {*links, *items, *pages}:
        assert address.startswith(SITE)
        ask(page, home, address)
