"""Views: each page shows what it is for, in the preview and with its errors."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from conftest import SETTINGS, Content
from tipsite import create_app


def test_home_shows_topics_in_order_and_the_latest(content: Content, client: FlaskClient):
    content.tip("water/boil", title="Boil <it>", date="2026-01-01")
    content.tip("steam/whistle", title="Whistle", date="2026-01-02")

    text = client.get("/").text

    assert text.index("Steam") < text.index("Whistle") < text.index("Water") < text.index("Boil &lt;it&gt;")
    assert "All 2 tips" in text


def test_tips_come_twenty_a_page(content: Content, client: FlaskClient):
    for number in range(21):
        content.tip(f"steam/tip-{number:02}", date=f"2026-01-{number + 1:02}")

    first, second = client.get("/tips/"), client.get("/tips/page/2/")

    assert first.text.count('href="/tips/tip-') == 20
    assert 'href="/tips/page/2/"' in first.text
    assert second.text.count('href="/tips/tip-') == 1
    assert 'rel="prev" href="/tips/"' in second.text
    assert client.get("/tips/page/3/").status_code == 404
    assert client.get("/tips/page/1/").location.endswith("/tips/")


def test_a_tip_shows_its_body_topic_tags_and_neighbours(content: Content, client: FlaskClient):
    content.tip("steam/a", "Read [b](b.md#deep).", tags="[hot]", title="The title")
    content.tip("steam/b", "## Deep\n\n## Deeper\n", title="The next")

    text = client.get("/tips/a/").text

    assert '<a href="/tips/b/#deep">b</a>' in text
    assert '<a href="/topics/steam/">Steam</a>' in text
    assert '<a href="/tags/hot/">hot</a>' in text
    assert re.search('rel="next"[^>]* href="/tips/b/"', text)
    assert 'aria-label="On this page"' not in text
    assert 'aria-label="On this page"' in client.get("/tips/b/").text


@pytest.mark.parametrize("path", ["", "sub/"])
def test_the_header_marks_where_one_is(content: Content, client: FlaskClient, path: str):
    content.tip("steam/a")

    marked = {
        url: re.findall('aria-current="page">(.*?)</a>', client.get(url, base_url=f"http://localhost/{path}").text)
        for url in ("/", "/tips/", "/tags/", "/about/", "/nope/")
    }

    assert marked == {"/": [], "/tips/": ["Tips"], "/tags/": ["Tags"], "/about/": ["About"], "/nope/": []}


@pytest.mark.parametrize(
    "url", ["/tips/nope/", "/topics/nope/", "/topics/water/", "/tags/nope/", "/nope/", "/a/b", "/files/x.png"]
)
def test_an_unknown_address_is_404_with_a_helpful_page(content: Content, client: FlaskClient, url: str):
    content.tip("steam/a")

    response = client.get(url)

    assert response.status_code == 404
    assert "Page not found" in response.text
    assert '<a href="/topics/steam/">' in response.text


def test_an_old_address_sends_on_to_the_tip(content: Content, client: FlaskClient):
    content.tip("steam/a", aliases="[/old/a/, /2019/a.html, /gone/, /a.html, /tips/was/, /tags/x/]")

    for url in ("/old/a/", "/2019/a.html", "/gone/", "/a.html", "/tips/was/", "/tags/x/"):
        response = client.get(url)
        assert response.status_code == 200
        assert '<meta http-equiv="refresh" content="0; url=/tips/a/">' in response.text
        assert '<link rel="canonical" href="https://kettle.example/tips/a/">' in response.text


def test_assets_have_fingerprinted_names_and_no_others(client: FlaskClient):
    text = client.get("/").text
    url = text.split('<link rel="stylesheet" href="')[1].split('"')[0]

    with client.get(url) as response:
        assert response.mimetype == "text/css"
    assert url.startswith("/static/site.")
    assert client.get("/static/site.css").status_code == 404
    assert client.get("/static/site.0123456789.css").status_code == 404
    assert client.get("/static/../views.0123456789.py").status_code == 404


def test_a_file_beside_a_tip_is_published(content: Content, client: FlaskClient):
    content.tip("steam/a", "![kettle](kettle.svg)")
    content.write("tips/steam/kettle.svg", "<svg/>")

    assert '<img alt="kettle" src="/files/tips/steam/kettle.svg">' in client.get("/tips/a/").text
    with client.get("/files/tips/steam/kettle.svg") as response:
        assert response.data == b"<svg/>"
    assert client.get("/files/site.toml").status_code == 404
    assert client.get("/files/tips/steam/a.md").status_code == 404


def test_an_edit_shows_at_the_next_request(content: Content, client: FlaskClient):
    content.tip("steam/a", "Before.")
    assert "Before." in client.get("/tips/a/").text

    content.tip("steam/a", "Afterwards.")
    content.tip("steam/b", "New.")

    assert "Afterwards." in client.get("/tips/a/").text
    assert "New." in client.get("/tips/b/").text


def test_a_broken_tip_shows_its_error_and_heals(content: Content, client: FlaskClient):
    path = content.tip("steam/a", "[x](nope.md)")
    content.tip("steam/b")

    broken = client.get("/tips/a/")
    assert broken.status_code == 500
    assert f"{path}:7:5" in broken.text
    assert "there is no file “nope.md”" in broken.text
    assert client.get("/tips/b/").status_code == 200

    content.tip("steam/a", "Mended.")
    assert "Mended." in client.get("/tips/a/").text


def test_front_matter_that_is_wrong_shows_on_every_page_until_it_is_mended(content: Content, client: FlaskClient):
    content.tip("steam/a", date="soon")

    assert "a date must be a day" in client.get("/").text

    content.tip("steam/a")
    assert client.get("/").status_code == 200


def test_drafts_are_marked_in_the_preview(content: Content, client: FlaskClient):
    content.tip("steam/a", draft="true")

    assert client.get("/tips/a/").text.count('<strong class="draft">Draft</strong>') == 1


def test_a_frozen_app_refuses_broken_content_when_made(content: Content):
    content.tip("steam/a", date="soon")

    with pytest.raises(Exception, match="a date must be a day"):
        create_app(content.root, preview=False)


def test_noindex_reaches_pages_and_robots(content: Content):
    client = create_app(content.root, noindex=True).test_client()

    assert '<meta name="robots" content="noindex">' in client.get("/").text
    assert "Disallow: /" in client.get("/robots.txt").text


def test_base_url_replaces_that_of_the_settings(content: Content, app: Flask):
    other = create_app(content.root, base_url="https://preview.example/")

    assert "https://kettle.example/sitemap.xml" in app.test_client().get("/robots.txt").text
    assert "https://preview.example/sitemap.xml" in other.test_client().get("/robots.txt").text


def test_a_site_without_repository_tagline_or_tips_has_pages(content: Content, client: FlaskClient):
    content.write("site.toml", SETTINGS)

    assert "There are no tips yet." in client.get("/").text
    assert "There are no tips yet." in client.get("/tips/").text
    assert "No tip has a tag yet." in client.get("/tags/").text


def test_the_search_index_has_each_tip_with_its_text(content: Content, client: FlaskClient):
    content.tip("steam/a", "## Deep `x`\n\nSome **bo**ld words.", title="<A>", tags="[hot, iron]")
    content.tip("water/b", date="2026-01-01")

    response = client.get("/search.json")

    assert response.mimetype == "application/json"
    tips, texts = (response.json or {})["tips"], (response.json or {})["texts"]
    assert [tip["slug"] for tip in tips] == ["a", "b"]
    assert tips[0] == {"slug": "a", "title": "<A>", "topic": "Steam", "summary": "A summary.", "tags": "hot iron"}
    assert texts == ["/search/0.json"]
    assert (client.get(texts[0]).json or [])[0] == {
        "slug": "a",
        "headings": "Deep x",
        "text": "Deep x Some bold words.",
    }
    assert client.get("/search/1.json").status_code == 404


def test_the_random_tip_is_drawn_from_all_slugs(content: Content, client: FlaskClient):
    content.tip("steam/a")

    assert client.get("/slugs.json").json == ["a"]
    assert 'data-slugs="/slugs.json" data-tips="/tips/"' in client.get("/random/").text


def test_browsers_are_told_to_prefetch_pages_of_this_site_only(client: FlaskClient):
    response = client.get("/prefetch.speculationrules")

    assert response.mimetype == "application/speculationrules+json"
    (rule,) = json.loads(response.text)["prefetch"]
    assert rule["where"]["and"][0] == {"href_matches": "/*"}


@pytest.mark.parametrize(
    ("repository", "url"),
    [
        ("https://github.com/o/r", "https://github.com/o/r/edit/main/content/tips/steam/a.md"),
        ("https://gitlab.com/o/r", "https://gitlab.com/o/r/-/edit/main/content/tips/steam/a.md"),
        ("https://codeberg.org/o/r", "https://codeberg.org/o/r/_edit/main/content/tips/steam/a.md"),
    ],
)
def test_a_tip_can_be_edited_where_its_repository_is(content: Content, client: FlaskClient, repository: str, url: str):
    content.tip("steam/a")
    assert "Edit this tip" not in client.get("/tips/a/").text

    content.write("site.toml", f'repository = "{repository}"\n{SETTINGS}')

    assert f'<a href="{url}">Edit this tip</a>' in client.get("/tips/a/").text


def test_a_topic_is_a_path_through_its_tips(content: Content, client: FlaskClient):
    content.tip("steam/a", date="2026-01-01", title="First")
    content.tip("steam/b", date="2026-01-02", title="Second")
    content.tip("water/c")

    text = client.get("/topics/steam/").text

    path = text.split('<ol class="tip-path">')[1].split("</ol>")[0]
    assert path.index("First") < path.index("Second")
    assert '<a href="/topics/water/">Water</a>' in text
