"""The search index: text as a reader sees it, with code and without markup."""

from __future__ import annotations

import pytest

from tipsite.search import take_text
from tipsite.tip_files import parse_tip

HEAD = "---\ntitle: T\nsummary: S\ndate: 2026-11-01\n---\n"


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("## A *b* c\n\nd\n", "A b c d"),
        ("- a\n* b\n> c\n", "a b c"),
        ("a **b** _c_ `<int:d>` `*args` e_f 2 * 3\n", "a b c <int:d> *args e_f 2 * 3"),
        ("[`url_for`](x.md#y) and ![a picture](y.png) and [z][1]\n", "url_for and a picture and z"),
        ("a <kbd>Esc</kbd> < b\n", "a Esc < b"),
        ("```python title='x.py'\nhandlers['a'](x)\n**k\n```\nmore\n", "handlers['a'](x) **k more"),
        ("- x\n\n    ```console\n    $ ls\n    ```\n", "x $ ls"),
        ("中文 😀\n", "中文 😀"),
    ],
)
def test_text_is_what_a_reader_sees(markdown: str, text: str):
    assert take_text(parse_tip("tips/a/b.md", (HEAD + markdown).encode()))["text"] == text


def test_headings_are_found_and_comments_in_code_are_not():
    markdown = "## A `b`\n\n```python\n## no\n```\n\n### C {#c}\n"

    assert take_text(parse_tip("tips/a/b.md", (HEAD + markdown).encode()))["headings"] == "A b · C"
