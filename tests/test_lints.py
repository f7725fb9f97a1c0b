"""Lints: each reports its place, is silent on what is right, and is an error or a warning as documented."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import SETTINGS, Content
from tipsite.lints import lint
from tipsite.loading import Loader

PROSE = "word " * 90
PATH = "tips/steam/a.md"


def complaints(content: Content) -> list[str]:
    return [str(problem) for problem in lint(Loader(content.root).load())]


def complaints_on(content: Content, body: str, *, examples: bool = True, **front_matter: str) -> list[str]:
    """Lint a tip whose body begins on line 7; the settings ask for executable examples."""
    content.write("site.toml", SETTINGS.replace("examples = false", f"examples = {str(examples).lower()}"))
    content.tip("steam/a", f"{body}\n\n{PROSE}", **front_matter)
    return complaints(content)


def test_a_tip_that_is_right_has_no_lints(content: Content):
    body = "[Kettles](../water/b.md) and <https://kettle.example/>.\n\n## One\n\n### Two\n\n## Three"
    content.tip("water/b", PROSE, tags="[steam]")

    assert complaints_on(content, body, tags="[steam]", summary="s" * 155, title="t" * 60) == []


def test_a_long_title_and_a_long_summary_are_told_at_their_lines(content: Content):
    assert complaints_on(content, "", title="t" * 61, summary="s" * 156) == [
        f"{PATH}:2: warning: the title has 61 characters, and 60 are shown in full: shorten it",
        f"{PATH}:3: warning: the summary has 156 characters, and 155 are shown in full: shorten it",
    ]


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (79, "the text has 79 words, and a tip has 80 to 600: say more, or merge it with another"),
        (80, ""),
        (600, ""),
        (601, "the text has 601 words, and a tip has 80 to 600: split it"),
    ],
)
def test_words_outside_80_to_600_are_told_at_the_body(content: Content, count: int, told: str):
    content.tip("steam/a", "word " * count)

    assert complaints(content) == ([f"{PATH}:6: warning: {told}"] if told else [])


def test_code_does_not_count_as_words(content: Content):
    content.tip("steam/a", f"{'word ' * 79}\n\n```python\n{'word = 1; ' * 50}\n```")

    assert "the text has 79 words" in complaints(content)[0]


def test_a_page_may_be_short(content: Content):
    content.write("pages/about.md", "---\ntitle: About\n---\n\nShort.\n")

    assert complaints(content) == []


def test_a_skipped_heading_level_is_an_error(content: Content):
    body = "### First\n\n## Second\n\n#### Third\n\n##### Fourth\n\n## Fifth\n\n```text unrun=x\n#### code\n```"

    assert complaints_on(content, body) == [
        f"{PATH}:7:1: this heading has level 3 below one of level 1: write ##",
        f"{PATH}:11:1: this heading has level 4 below one of level 2: write ###",
    ]


def test_the_second_heading_of_a_level_is_found(content: Content):
    body = "## A\n\n### B\n\n#### C\n\n## D\n\n#### E"

    assert complaints_on(content, body) == [f"{PATH}:15:1: this heading has level 4 below one of level 2: write ###"]


@pytest.mark.parametrize("image", ["![](a.png)", "![ ](a.png)", '<img src="a.png">', "![][a]\n\n[a]: a.png"])
def test_an_image_without_alternative_text_is_an_error(content: Content, image: str):
    content.write("tips/steam/a.png", b"x")

    assert complaints_on(content, f"An {image}") == [
        f"{PATH}:7:4: this image has no alternative text: say in it what the image shows, as in ![A form](form.png)"
    ]


@pytest.mark.parametrize(
    "image", ["![A kettle](a.png)", '<img alt="" src="a.png">', "`![](a.png)`", "<!-- ![](a.png) -->"]
)
def test_a_described_or_decorative_image_is_fine(content: Content, image: str):
    content.write("tips/steam/a.png", b"x")

    assert complaints_on(content, image) == []


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("See https://a.example/b_c?d=1&e.", 5),
        ("(https://a.example/b_c?d=1&e)", 2),
        ("- https://a.example/b_c?d=1&e", 3),
    ],
)
def test_a_bare_url_is_told(content: Content, text: str, column: int):
    url = "https://a.example/b_c?d=1&e"

    assert complaints_on(content, f"[it]({url}) and\n{text}") == [
        f"{PATH}:8:{column}: warning: this bare URL is no link: write [its title]({url}), or <{url}>"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<https://a.example/>",
        "[https://a.example/](https://a.example/)",
        "`https://a.example/`",
        "[a][b]\n\n[b]: https://a.example/",
        '<a href="https://a.example/">a</a>',
        "```text unrun=shown\nhttps://a.example/\n```",
    ],
)
def test_a_url_in_a_link_or_in_code_is_fine(content: Content, text: str):
    assert complaints_on(content, text) == []


@pytest.mark.parametrize(
    ("link", "text"),
    [
        ("[here](b.md)", "here"),
        ("[Click here](b.md)", "Click here"),
        ("[**this link**](b.md)", "this link"),
        ("[Read more…](b.md)", "Read more"),
        ("[here][b]\n\n[b]: b.md", "here"),
        ('<a class="x" href="b.md">here.</a>', "here"),
    ],
)
def test_a_link_that_says_here_is_told(content: Content, link: str, text: str):
    content.tip("steam/b", PROSE)

    assert complaints_on(content, f"See {link}") == [
        f"{PATH}:7:5: warning: a link that says “{text}” leads a listening reader nowhere: let it name what it leads to"
    ]


def test_a_link_that_only_begins_with_here_is_fine(content: Content):
    content.tip("steam/b", PROSE)

    assert complaints_on(content, "[Here be kettles](b.md), [here] and [what this does](b.md)") == []


def test_a_fence_without_a_language_is_told(content: Content):
    body = '```title="kettle.cfg"\nx\n```\n\n- In a list\n\n    ```\n    x\n    ```\n'

    assert [line.split(": ", 1)[0] for line in complaints_on(content, body, examples=False)] == [
        f"{PATH}:7:1",
        f"{PATH}:13:5",
    ]


CURL = "the shell takes “{}” for itself: write the URL in quotes, curl 'localhost:5000/?a=1'"


@pytest.mark.parametrize(
    ("language", "command"),
    [
        ("console", "$ curl localhost:5000/☞?a=1"),
        ("console", "$ curl -s localhost:5000/x☞&b=2"),
        ("console", "$ curl 'localhost:5000/?a=1' localhost:5000/☞?b=1"),
        ("console", "$ curl -d 'x\n> y' \\\n> http://kettle.example/☞?a=1"),
        ("console", '$ curl -H "It\'s: \\"so\\"" $base/☞?a'),
        ("sh", "curl 127.0.0.1:5000/☞?a=1"),
        ("bash", "x\ncurl example.org:80/☞?a=1"),
    ],
)
def test_an_unquoted_url_in_a_curl_line_is_an_error(content: Content, language: str, command: str):
    before, after = command.split("☞")
    line, column = 8 + before.count("\n"), len(before.split("\n")[-1]) + 1

    told = complaints_on(content, f"```{language} unrun=shown\n{before}{after}\n```")

    assert told == [f"{PATH}:{line}:{column}: {CURL.format(after[0])}"]


@pytest.mark.parametrize(
    "command",
    [
        "$ curl 'localhost:5000/?a=1&b=2'",
        '$ curl "localhost:5000/?a=$a&b=2" | grep -c x',
        "$ curl localhost:5000/\\?a=1",
        "$ curl localhost:5000/ && echo done",
        "$ curl localhost:5000/ &",
        "$ curl localhost:5000/&",
        "$ curl localhost:5000/ -d 'a=1&b=2' # https://x.example/?",
        "$ echo localhost:5000/?a=1",
        "$ true\ncurl localhost:5000/?a=1",
    ],
)
def test_a_quoted_url_and_what_is_no_curl_line_are_fine(content: Content, command: str):
    assert complaints_on(content, f"```console unrun=shown\n{command}\n```") == []


def test_a_tag_used_once_is_told_at_the_tags(content: Content):
    content.tip("steam/b", PROSE, tags="[steam]")

    assert complaints_on(content, "", tags="[steam, alone]") == [
        f"{PATH}:5: warning: no other tip has the tag “alone”, so it leads nowhere: take it out, or tag others with it"
    ]


def test_without_examples_every_lint_is_a_warning(content: Content):
    body = "### Skipped\n\n![](a.png)\n\n```console\n$ curl localhost:5000/?a\n```"
    content.write("tips/steam/a.png", b"x")

    assert [": warning: " in line for line in complaints_on(content, body, examples=False)] == [True] * 3
    assert [": warning: " in line for line in complaints_on(content, body)] == [False] * 3


def test_the_tips_of_this_repository_break_nothing():
    library = Loader(Path(__file__).parent.parent / "content").load()

    assert [str(problem) for problem in lint(library) if "has the tag" not in problem.message] == []


@pytest.mark.parametrize(
    ("body", "place", "what"),
    [
        ("A <b\nstyle='color: red'>kettle</b>.", "8:1", "“style”"),
        ("## Kettle {: style='color: red' }", "7:14", "“style”"),
        ('<p title="x > y" onclick="boil()">Kettle</p>', "7:18", "“onclick”"),
        ("Text.\n\n<script>boil()</script>", "9:2", "“script”"),
        ('<iframe src="b.md"></iframe>', "7:2", "“iframe”"),
        ("![A kettle](https://a.example/kettle.png)", "7:13", "https://a.example/kettle.png"),
        ("![A kettle][k]\n\n[k]: https://a.example/kettle.png", "9:6", "https://a.example/kettle.png"),
    ],
)
def test_what_the_policy_of_the_site_forbids_is_an_error(content: Content, body: str, place: str, what: str):
    (told,) = [complaint for complaint in complaints_on(content, body) if "browsers" in complaint]

    assert told.startswith(f"{PATH}:{place}: browsers are told to ")
    assert what in told
    assert "warning: browsers" in "".join(complaints_on(content, body, examples=False))


def test_what_only_looks_forbidden_is_not(content: Content):
    body = (
        "`<script>`, one = on, the style = of <b title='a style=b'>x</b>, [a](https://a.example/), {style}, f(on=1)."
        "\n\n| a |\n| -: |\n| 1 |\n\n```html\n<p style='x'>\n```"
    )

    assert [complaint for complaint in complaints_on(content, body) if "browsers" in complaint] == []
