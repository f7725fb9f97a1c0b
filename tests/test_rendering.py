"""Rendering: Markdown in; HTML, headings, links and problems out."""

from __future__ import annotations

import re

import pytest

from tipsite.fence import find_fences
from tipsite.links import CLOSE, OPEN
from tipsite.rendering import blank_code, render


def problems(text: str, *, examples: bool = True) -> list[str]:
    return [str(problem).lstrip(":") for problem in render(text, examples).problems]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("| a |\n|---|\n| 1 |\n", "<td>1</td>"),
        ("a[^1]\n\n[^1]: note\n", 'id="fn:1"'),
        ("term\n: what it is\n", "<dd>what it is</dd>"),
        ('!!! note "Mind"\n    the gap\n', '<p class="admonition-title">Mind</p>'),
        ("- [x] done\n", 'type="checkbox"'),
        ('=== "One"\n\n    text\n', 'class="tabbed-set'),
        ("??? note\n    more\n", "<details"),
        ("~~gone~~\n", "<del>gone</del>"),
        ("## A heading\n", '<h2 id="a-heading">'),
        ("## 中文 标题\n", '<h2 id="中文-标题">'),
    ],
)
def test_authors_have_the_extensions_they_know(text: str, html: str):
    document = render(text)

    assert html in document.html
    assert not document.problems


def test_headings_are_collected_in_order_with_levels():
    document = render("## One `x`\n\n### Two\n\n## One `x`\n")

    assert [(heading.level, heading.id) for heading in document.headings] == [
        (2, "one-x"),
        (3, "two"),
        (2, "one-x_1"),
    ]
    assert document.headings[0].html == "One <code>x</code>"


def test_a_file_has_a_title_bar_and_marked_lines():
    html = render('```python title="<app>.py" hl_lines="2"\na = 1\nb = 2\n```\n').html

    assert "<figcaption>&lt;app&gt;.py</figcaption>" in html
    assert '<span id="&lt;app&gt;.py-L1">a = <span class="m">1</span>\n</span>' in html
    assert '<span class="hl" id="&lt;app&gt;.py-L2">b = <span class="m">2</span>\n</span>' in html
    assert html.count('class="hl"') == 1


def test_lines_of_files_have_ids_of_their_own_even_where_a_title_repeats():
    block = '```python title="{}"\na = 1\n```\n\n'
    document = render("".join(map(block.format, ["a b.py", "a b.py", "a-b.py", "a-b.py-2"])))

    names = re.findall(r'<span id="([^"]*)">', document.html)
    assert names == ["a-b.py-L1", "a-b.py-2-L1", "a-b.py-3-L1", "a-b.py-2-2-L1"]
    assert document.ids == set(names)


def test_a_link_may_lead_to_a_line_and_a_mistyped_one_gets_a_suggestion():
    block = '```python title="app.py"\na = 1\n```\n'

    assert not problems(f"[x](#app.py-L1)\n\n{block}")
    assert "did you mean “app.py-L1”?" in problems(f"[x](#app.py-L2)\n\n{block}")[0]
    assert "there is none" in problems(f"[x](#nope)\n\n{block}")[0]


def test_a_block_that_is_not_run_says_why():
    html = render('```text unrun="it <deletes> files"\nrm -rf\n```\n').html

    assert '<span class="unrun">Not run: it &lt;deletes&gt; files</span>' in html


@pytest.mark.parametrize(
    "text",
    [
        "- item\n\n    ```console\n    $ ls\n    ```\n",
        "- item\n    ```console\n    $ ls\n    ```\n",
        "!!! note\n    text\n\n    ```console\n    $ ls\n    ```\n\n    more\n",
        '=== "Tab"\n\n    ```console\n    $ ls\n    ```\n',
        "> quote\n>\n> ```console\n> $ ls\n> ```\n",
        "text\n```console\n$ ls\n```\ntext\n",
        "~~~~console\n$ ls\n~~~~\n",
    ],
)
def test_a_fence_is_shown_once_wherever_it_stands(text: str):
    document = render(text)

    assert not document.problems
    assert document.html.count("<figure") == 1
    assert '<span class="gp">$ </span>ls' in document.html


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("text\n\n    indented()\n", "3:5: this code is shown but never run"),
        ("text\n\n<pre>raw()</pre>\n", "3:1: this code is shown but never run"),
        ("<!--\n```console\n$ ls\n```\n-->\n", "2:1: this code block would not be shown as one"),
        (
            "para\n\n        ```console\n        $ ls\n        ```\n",
            "3:9: this code block would not be shown",
        ),
        ("text\n\n# Title\n", "3:1: a heading of level 1 is the title's"),
        ("```pyhton\nx\n```\n", "1:4: there is no language “pyhton” to highlight: did you mean “python”?"),
        ("a \ufdd0\n", "1:3: the character U+FDD0 cannot be published"),
        (f"{OPEN}F0{CLOSE}\n", "1:1: the character U+000E cannot be published"),
        ("a\x02\n", "1:2: the character U+0002 cannot be published"),
        ("[x](#nope)\n\n## Nop\n", "1:5: there is no anchor “#nope” in this file: did you mean “nop”?"),
        ("a `[x](a.js)`\n[x](javascript:1)\n", "2:5: links with “javascript:” are not published"),
        ("[x](//a.b/c)\n", "1:5: “//a.b/c” has no scheme: write https://a.b/c"),
        ("[x]()\n", "a link leads nowhere"),
    ],
)
def test_what_is_wrong_is_said_in_its_place(text: str, message: str):
    assert [found for found in problems(text) if message in found]


def test_where_examples_are_off_any_code_is_fine():
    assert not problems("    indented()\n\n```python\nx\n```\n", examples=False)


def test_code_is_blanked_and_all_else_stays_in_its_place():
    text = "a `b` c ``d\n`e`` f\n\n```\ng\n```\nh\n"

    assert blank_code(text, find_fences(text).blocks) == "a     c    \n     f\n\n\n\n\nh\n"


def test_links_within_the_site_are_found_with_their_places():
    document = render("[a](b.md#c) and [a](b.md#c)\n\n![i](x%20y.png) <a href='r.md'>r</a>\n\n[k][r]\n\n[r]: z.md\n")

    found = [(link.path, link.anchor, link.line, link.column) for link in document.links]
    assert found[:3] == [("b.md", "c", 1, 5), ("b.md", "c", 1, 21), ("x y.png", "", 3, 6)]
    assert ("z.md", "", 7, 6) in found


def test_raw_html_links_are_found_in_either_quotes():
    document = render("""<a href='one.md'>1</a> <a href="two.md">2</a>\n""")

    assert [link.path for link in document.links] == ["one.md", "two.md"]


def test_words_count_prose_and_not_code():
    assert render("one two **three**\n\n```console\n$ four five\n```\n").words == 3


def test_rendering_again_gives_the_same():
    text = "## A\n\na[^1]\n\n[^1]: n\n"

    assert render(text) == render(text)


def test_characters_that_cannot_be_published_stand_for_nothing_in_a_document():
    document = render(f"{OPEN}F0{CLOSE}\n\n[a](a.md) {OPEN}L7{CLOSE}\n")

    assert document.html.count(OPEN) == len(document.links) == 1


def test_the_alignment_of_a_table_is_a_class_and_no_style():
    html = render("| a | b | c |\n| - | :-: | -: |\n| 1 | 2 | 3 |").html

    assert '<td>1</td>\n<td class="align-center">2</td>\n<td class="align-right">3</td>' in html
    assert "style=" not in html
