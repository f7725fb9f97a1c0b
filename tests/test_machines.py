"""What machines read: feeds and the sitemap are valid whatever a tip is called, and every address in them is whole."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from lxml import etree
from markdown_it import MarkdownIt
from PIL import Image

from conftest import Content
from tipsite import create_app
from tipsite.links import OPEN

SCHEMAS = Path(__file__).parent / "schemas"
ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = [
    "a < b & c > d",
    "“quotes” \"'",
    "]]> --> </script>",
    "😀 \N{WOMAN}\u200d\N{ROCKET}",
    "中文 עברית",
    "&lt;b&gt; {{ x }}",
    "\\u0026",
]


def quote(text: str) -> str:
    """Write a text as front matter has it."""
    return json.dumps(text, ensure_ascii=False)


def complaints(schema: str, data: bytes) -> list[str]:
    """Give what a schema finds wrong with a file."""
    if schema.endswith(".json"):
        validator = Draft202012Validator(json.loads((SCHEMAS / schema).read_text()))
        return [error.message for error in validator.iter_errors(json.loads(data))]
    read = etree.RelaxNG if schema.endswith(".rng") else etree.XMLSchema
    checker = read(etree.parse(SCHEMAS / schema))
    checker.validate(etree.fromstring(data))
    return [str(entry) for entry in checker.error_log]


FEEDS = [
    ("/feed.xml", "atom.rng"),
    ("/topics/steam/feed.xml", "atom.rng"),
    ("/feed.json", "feed.schema.json"),
    ("/sitemap.xml", "sitemap.xsd"),
]


@pytest.mark.parametrize(("address", "schema"), FEEDS)
def test_feeds_and_sitemap_are_valid_whatever_a_tip_is_called(
    content: Content, client: FlaskClient, address: str, schema: str
):
    for number, title in enumerate(HOSTILE):
        body = f"## {title}\n\n{title} `{title}` [next](tip-{(number + 1) % len(HOSTILE)}.md#part)\n\n## Part\n"
        content.tip(f"steam/tip-{number}", body, title=quote(title), summary=quote(title), tags="[a, b]")

    assert complaints(schema, client.get(address).data) == []


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ("atom.rng", b"<id>https://", b"<id>/"),
        ("atom.rng", b"T00:00:00Z</updated>", b"</updated>"),
        ("feed.schema.json", b'"date_published": "2026-11-01T', b'"date_published": "2026-11-01'),
        ("feed.schema.json", b'"url": "https://kettle.example', b'"url": "'),
        ("sitemap.xsd", b"<lastmod>2026-11-01<", b"<lastmod>1.11.2026<"),
    ],
)
def test_the_schemas_find_mistakes(content: Content, client: FlaskClient, schema: str, good: bytes, bad: bytes):
    content.tip("steam/a")
    address = next(address for address, other in FEEDS if other == schema)
    data = client.get(address).data
    assert good in data

    assert complaints(schema, data.replace(good, bad)) != []


def test_titles_reach_feeds_as_they_are(content: Content, client: FlaskClient):
    for number, title in enumerate(HOSTILE):
        content.tip(f"steam/tip-{number}", title=quote(title))

    entries = etree.fromstring(client.get("/feed.xml").data).findall(f"{ATOM}entry")

    assert {entry.findtext(f"{ATOM}title") for entry in entries} == set(HOSTILE)
    assert {item["title"] for item in json.loads(client.get("/feed.json").data)["items"]} == set(HOSTILE)


def test_feeds_have_whole_bodies_with_absolute_addresses(content: Content, client: FlaskClient):
    content.write("tips/steam/k.svg", "<svg/>")
    content.tip("steam/a", "[b](b.md#deep) [here](#own) ![k](k.svg)\n\n## Own\n\n```python\nx = 1\n```\n")
    content.tip("steam/b", "## Deep\n\n[away](https://away.example/)")

    atom = etree.fromstring(client.get("/feed.xml").data)
    texts = [element.text or "" for element in atom.iter(f"{ATOM}content")]
    texts += [item["content_html"] for item in json.loads(client.get("/feed.json").data)["items"]]

    assert len(texts) == 4
    for text in texts:
        assert set(re.findall(r' (?:href|src)="([^"]*)"', text)) <= {
            "https://kettle.example/tips/b/#deep",
            "https://kettle.example/tips/a/#own",
            "https://kettle.example/files/tips/steam/k.svg",
            "https://away.example/",
        }
        assert "permalink" not in text
        assert OPEN not in text
    assert sum("x = " in text and "#own" in text for text in texts) == 2


def test_feeds_begin_with_what_changed_last_and_have_twenty_tips_at_most(content: Content, client: FlaskClient):
    for number in range(22):
        content.tip(f"steam/tip-{number}", date="2026-01-01")
    content.tip("steam/old", date="2025-01-01", updated="2026-02-01")
    content.tip("water/other", date="2026-03-01")

    whole, topic, items = client.get("/feed.xml"), client.get("/topics/steam/feed.xml"), client.get("/feed.json").json

    assert len(re.findall("<entry>", whole.text)) == len(re.findall("<entry>", topic.text)) == 20
    assert [item["id"] for item in items["items"][:2]] == [
        "https://kettle.example/tips/other/",
        "https://kettle.example/tips/old/",
    ]
    assert "/tips/other/" not in topic.text
    assert topic.text.index("/tips/old/") < topic.text.index("/tips/tip-")
    assert "<title>Steam · Kettle notes</title>" in topic.text
    assert client.get("/topics/nope/feed.xml").status_code == 404


def test_pages_name_their_feeds(content: Content, client: FlaskClient):
    content.tip("steam/a")
    pattern = r'<link rel="alternate" type="([^"]+)" title="([^"]+)" href="([^"]+)">'

    site = [
        ("application/atom+xml", "Kettle notes", "/feed.xml"),
        ("application/feed+json", "Kettle notes", "/feed.json"),
    ]
    assert re.findall(pattern, client.get("/").text) == site
    assert re.findall(pattern, client.get("/topics/steam/").text) == [
        *site,
        ("application/atom+xml", "Steam · Kettle notes", "/topics/steam/feed.xml"),
    ]


def test_the_sitemap_has_each_page_with_the_day_of_its_last_change(content: Content, client: FlaskClient):
    content.tip("steam/a", date="2026-01-01", updated="2026-11-20", tags="[hot]")

    text = client.get("/sitemap.xml").text

    assert "<loc>https://kettle.example/tips/a/</loc><lastmod>2026-11-20</lastmod>" in text
    assert re.findall(r"<loc>https://kettle\.example(.*?)</loc>", text) == [
        "/", "/tips/", "/topics/steam/", "/tips/a/", "/tags/", "/tags/hot/", "/about/"
    ]  # fmt: skip


def test_robots_may_read_everything_and_find_the_sitemap(client: FlaskClient):
    assert client.get("/robots.txt").text == (
        "User-agent: *\nAllow: /\n\nSitemap: https://kettle.example/sitemap.xml\n"
    )


def test_a_tip_is_markdown_whose_links_lead_on_from_anywhere(content: Content, client: FlaskClient):
    content.write("tips/steam/k.svg", "<svg/>")
    content.tip("water/b", "## Deep\n")
    body = """\
[b](../water/b.md) and [deep](<../water/b.md#deep>), [c][1] ![k](k.svg "K"), [here](#x), [out](https://o.example/), [^1]

`[code](../water/b.md)` <a class="x" href="../water/b.md">b</a> [topic](../water) <!-- gone.md -->

```text
[code](../water/b.md)
```

## X

[1]: ../../pages/about.md
[^1]: A [note](../water/b.md).
"""
    content.tip("steam/a", body, title="Boil", updated="2026-11-20")

    response = client.get("/tips/a.md")

    base = "https://kettle.example"
    assert response.mimetype == "text/markdown"
    assert (
        response.text
        == f"""\
# Boil

A summary.

[b]({base}/tips/b.md) and [deep](<{base}/tips/b/#deep>), [c][1] ![k]({base}/files/tips/steam/k.svg "K"), \
[here]({base}/tips/a/#x), [out](https://o.example/), [^1]

`[code](../water/b.md)` <a class="x" href="{base}/tips/b.md">b</a> [topic]({base}/topics/water/) <!-- gone.md -->

```text
[code](../water/b.md)
```

## X

[1]: {base}/about/
[^1]: A [note]({base}/tips/b.md).

---

From <{base}/tips/a/>, by A. Kettle, 1 November 2026, updated 20 November 2026.
"""
    )
    assert '<link rel="alternate" type="text/markdown" href="/tips/a.md">' in client.get("/tips/a/").text
    assert client.get("/tips/nope.md").status_code == 404


@pytest.mark.parametrize("title", [*HOSTILE, "__init__ and url_for", "*args, **kwargs", "Learn C #", "`a` [b](c) \\"])
def test_titles_are_shown_as_they_are_in_markdown(content: Content, client: FlaskClient, title: str):
    content.tip("steam/a", title=quote(title), summary=quote(title))

    html = MarkdownIt().render(client.get("/tips/a.md").text)
    listed = MarkdownIt().render(client.get("/llms.txt").text)

    shown = [element.text for element in etree.fromstring(f"<body>{html}</body>")[:2]]
    assert shown == [title, title]
    assert etree.fromstring(f"<body>{listed}</body>").findtext(".//li/a") == title
    assert "url\\_for" not in html


def test_language_models_find_each_tip_in_its_topic(content: Content, client: FlaskClient):
    content.tip("steam/a", title="Whistle")
    content.tip("water/b", title="Boil")

    response = client.get("/llms.txt")

    assert response.mimetype == "text/plain"
    assert (
        response.text
        == """\
# Kettle notes

> Notes on kettles.

Each tip is a Markdown file.

## Steam

- [Whistle](https://kettle.example/tips/a.md): A summary.

## Water

- [Boil](https://kettle.example/tips/b.md): A summary.

## Optional

- [About](https://kettle.example/about/)
- [All tips](https://kettle.example/tips/): the same list for people
- [Feed](https://kettle.example/feed.xml): what changed last
"""
    )


def metadata(text: str) -> dict[str, str]:
    """Give what the meta elements of a page say, by their names."""
    found = etree.HTML(text).iterfind(".//meta[@content]")
    return {element.get("property") or element.get("name"): element.get("content") for element in found}


@pytest.mark.parametrize("title", HOSTILE)
def test_a_tip_says_what_a_link_to_it_should_show(content: Content, client: FlaskClient, title: str):
    content.tip("steam/a", title=quote(title), summary=quote(title), updated="2026-11-20")

    said = metadata(client.get("/tips/a/").text)

    base = "https://kettle.example"
    assert {name: said[name] for name in said if re.match("og:|article:|twitter:", name)} == {
        "og:url": f"{base}/tips/a/",
        "og:site_name": "Kettle notes",
        "og:title": title,
        "og:description": title,
        "og:type": "article",
        "article:published_time": "2026-11-01",
        "article:modified_time": "2026-11-20",
        "og:image": f"{base}/tips/a/card.png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": title,
        "twitter:card": "summary_large_image",
    }


def test_other_pages_show_the_picture_of_the_site(content: Content, client: FlaskClient):
    content.tip("steam/a")

    for address in ("/", "/tips/", "/topics/steam/", "/about/"):
        said = metadata(client.get(address).text)
        assert (said["og:type"], said["og:image"]) == ("website", "https://kettle.example/card.png")
    assert "og:title" not in metadata(client.get("/404.html").text)


def test_a_site_without_pictures_names_none(content: Content):
    content.tip("steam/a")
    client = create_app(content.root, cards=False).test_client()

    assert not any("image" in name for name in metadata(client.get("/tips/a/").text))
    assert "image" not in client.get("/feed.json").text
    assert "card.png" not in client.get("/tips/a/").text
    assert client.get("/tips/a/card.png").status_code == client.get("/card.png").status_code == 404


@pytest.mark.parametrize("title", HOSTILE)
def test_a_tip_is_described_in_the_words_of_schema_org(content: Content, client: FlaskClient, title: str):
    content.tip("steam/a", title=quote(title), tags="[hot]", updated="2026-11-20")

    (script,) = etree.HTML(client.get("/tips/a/").text).iterfind(".//script[@type='application/ld+json']")
    article, breadcrumbs = json.loads(script.text)["@graph"]

    base = "https://kettle.example"
    assert article == {
        "@type": "TechArticle",
        "url": f"{base}/tips/a/",
        "headline": title,
        "description": "A summary.",
        "articleSection": "Steam",
        "keywords": ["hot"],
        "datePublished": "2026-11-01",
        "dateModified": "2026-11-20",
        "inLanguage": "en",
        "author": {"@type": "Organization", "name": "A. Kettle"},
        "image": f"{base}/tips/a/card.png",
    }
    assert [(item["position"], item["name"], item["item"]) for item in breadcrumbs["itemListElement"]] == [
        (1, "Kettle notes", f"{base}/"),
        (2, "Steam", f"{base}/topics/steam/"),
        (3, title, f"{base}/tips/a/"),
    ]


@pytest.mark.parametrize("title", [*HOSTILE, "word " * 500, "x" * 3_000])
def test_every_tip_has_a_picture(content: Content, client: FlaskClient, title: str):
    content.tip("steam/a", title=quote(title))

    response = client.get("/tips/a/card.png")

    assert response.mimetype == "image/png"
    picture = Image.open(BytesIO(response.data))
    assert (picture.format, picture.mode, picture.size) == ("PNG", "P", (1200, 630))
    assert client.get("/tips/nope/card.png").status_code == 404
