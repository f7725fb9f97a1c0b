"""Converting: what a text has no use for is left out, and changes nothing."""

from __future__ import annotations

import random

import pytest

from tipsite.converting import PARTS, _markdown, _parts_for, convert

FRAGMENTS = (
    "plain words",
    "*em*",
    "_em_",
    "**strong**",
    "~~gone~~",
    "a~b",
    "`code`",
    "``a ` b``",
    "\\*kept\\*",
    "[link](x.md)",
    "[ref]",
    "[ref][]",
    "[text][ref]",
    "\n\n[ref]: https://example.org 'title'\n\n",
    "![image](a.png)",
    "![ref]",
    "<https://example.org>",
    "<a@example.org>",
    "<b>bold</b>",
    "<div markdown='1'>*in*</div>",
    "<!-- no -->",
    "&amp;",
    "&",
    "two  \nlines",
    "&copy",
    "& x",
    "\n\n[TOC]\n\n",
    "<p markdown>---</p>",
    "<div markdown>x\n===</div>",
    "\r---\r",
    "***  \n",
    "[^1]",
    "\n\n[^1]: A note.\n\n",
    "HTML",
    "\n\n*[HTML]: Hypertext\n\n",
    "{.lead}",
    "\n{: #here}\n",
    "\n\n## Heading {#own}\n\n",
    "\n\nTerm\n: Definition\n\n",
    "\n\n1. one\n2. two\n   : three\n\n",
    "\n\n- [ ] open\n- [x] done\n\n",
    "\n\n| a | b |\n| - | - |\n| c | d |\n\n",
    "\n\n!!! note\n    Text\n\n",
    "\n\n??? note\n    Text\n\n",
    '\n\n=== "Tab"\n    Text\n\n',
    "\n\n> quoted\n> : more\n\n",
    "\n\n    indented\n\n",
    "\n\n---\n\n",
    "\n\nSetext\n===\n\n",
    "\n",
    "\n\n",
    " ",
    "!",
    "?",
    ":",
    "|",
)


@pytest.mark.parametrize("seed", range(300))
def test_parts_that_a_text_has_no_use_for_change_nothing(seed: int):
    chance = random.Random(seed)
    text = "".join(chance.choice(FRAGMENTS) for _ in range(chance.randrange(1, 12)))
    everything, _ = _markdown(frozenset(PARTS))
    some, _ = _markdown(_parts_for(text))

    assert some.reset().convert(text) == everything.reset().convert(text)
    assert some.toc_tokens == everything.toc_tokens


def test_table_of_contents_is_made_where_a_text_asks_for_one():
    assert '<li><a href="#one">One</a></li>' in convert("[TOC]\n\n## One\n").html


def test_headings_are_nested():
    (one,) = convert("## One\n\n### Two\n").headings

    assert (one["id"], one["children"][0]["id"]) == ("one", "two")


def test_first_lines_of_indented_code_are_noted():
    assert convert("a\n\n    b\n    c\n\nd\n\n    e\n").indented == ["b", "e"]
