"""Excerpts: the lines around a place, as far as the file has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tipsite.excerpt import take_excerpt


@pytest.mark.parametrize(
    ("line", "numbers"), [(1, [1, 2, 3]), (2, [1, 2, 3, 4]), (4, [2, 3, 4, 5, 6]), (6, [4, 5, 6]), (0, None), (7, None)]
)
def test_an_excerpt_has_two_lines_on_each_side(tmp_path: Path, line: int, numbers: list[int] | None):
    path = tmp_path / "a.md"
    path.write_text("one\ntwo\nthree\nfour\nfive\nsix\n")

    excerpt = take_excerpt(path, line)

    assert ([number for number, _ in excerpt.lines] if excerpt else None) == numbers
    assert excerpt is None or dict(excerpt.lines)[line] == ["one", "two", "three", "four", "five", "six"][line - 1]


def test_a_file_that_has_gone_has_no_excerpt(tmp_path: Path):
    assert take_excerpt(tmp_path / "gone.md", 1) is None
