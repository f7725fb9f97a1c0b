"""Fenced blocks: where they begin and end, what their attributes say, and what is wrong with them."""

from __future__ import annotations

import pytest

from tipsite.fence import Fence, find_fences


def only(text: str) -> Fence:
    fences = find_fences(text)

    assert not fences.problems
    assert len(fences.blocks) == 1
    return fences.blocks[0]


def messages(text: str) -> list[str]:
    return [f"{problem.line}:{problem.column} {problem.message}" for problem in find_fences(text).problems]


def test_a_fence_has_its_lines_language_and_attributes():
    fence = only('x\n\n```python title="a b.py" hl_lines="1 3-4,6"\na\nb\nc\nd\ne\nf\n```\n')

    assert (fence.line, fence.end_line, fence.language) == (3, 10, "python")
    assert (fence.title, fence.hl_lines) == ("a b.py", (1, 3, 4, 6))
    assert fence.lines == list("abcdef")
    assert fence.is_file
    assert not fence.is_session


def test_attributes_may_be_bare_or_in_either_quotes():
    fence = only("```console exit=2 background='9000' title=\"t\"\n$ x\n```")

    assert (fence.exit, fence.background, fence.title) == (2, 9000, "t")


@pytest.mark.parametrize(
    "text",
    ["````\n```\n$ x\n```\n````", "~~~\n```\n$ x\n```\n~~~", "~~~~\n~~~\n$ x\n~~~\n~~~~~"],
)
def test_a_fence_inside_a_longer_or_other_fence_is_text(text: str):
    assert only(text).source.split("\n")[1] == "$ x"


@pytest.mark.parametrize("prefix", ["  ", "    ", "        ", "> ", "> > ", "    > "])
def test_a_prefix_is_taken_off_every_line(prefix: str):
    lines = ["```text", "a", "", "  b", "```"]

    fence = only("\n".join((prefix + line).rstrip() for line in lines))

    assert (fence.source, fence.prefix) == ("a\n\n  b", prefix)


@pytest.mark.parametrize("closing", ["```", "``` \t", "   ```", "`````"])
def test_the_first_fence_that_closes_a_block_ends_it(closing: str):
    first, second = find_fences(f"```\na ```\n{closing}\nb\n```\nc\n```\n").blocks

    assert (first.source, first.end_line) == ("a ```", 3)
    assert (second.source, second.line) == ("c", 5)


def test_inline_code_with_three_backticks_is_no_fence():
    assert find_fences("```not a fence```\n").blocks == ()


def test_an_empty_fence_has_no_lines():
    assert only("```text\n```").lines == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("```python\nx = 1\n", "1:1 this code block is not closed: end it with ```"),
        ("- a\n\n    ```text\n    x\nb\n```\n```", "3:5 this code block is not closed before line 5"),
        ('```python titel="a"\n```', "1:11 a code block has no attribute “titel”: did you mean “title”?"),
        ("```{.python}\n```", "1:4 “{.python}” cannot be read as attributes"),
        ("```python a.py\n```", "1:11 “a.py” cannot be read as attributes"),
        ('```python title=""\n```', "1:11 “title” is empty"),
        ('```python title="a" title="b"\n```', "1:21 “title” is given twice"),
        ('```text hl_lines="2"\nx\n```', "1:4 hl_lines cannot be “2”: name lines from 1 to 1"),
        ('```text hl_lines="x-y"\nx\n```', "1:4 hl_lines cannot be “x-y”"),
        ("```console exit=256\n```", "1:4 “exit” must be a whole number from 0 to 255, not “256”"),
        ("```console background=web\n```", "1:4 “background” must be a whole number from 1 to 65535"),
    ],
)
def test_what_is_wrong_is_said_with_line_and_column(text: str, message: str):
    assert [found for found in messages(text) if found.startswith(message)]
