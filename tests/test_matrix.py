"""The matrix: a file under version control that is read back as it was written, and refused where it is broken."""

from __future__ import annotations

import pytest

from conftest import Content
from tipsite.errors import ContentError
from tipsite.loading import Loader
from tipsite.matrix import Cell, Matrix, Result
from tipsite.matrix_file import parse_matrix

PASSED = Result(hash="aa", result="passed")
FAILED = Result(hash="aa", result="failed", why="“curl” prints no “é”")


def cell(python: str, flask: str, **tips: Result) -> Cell:
    versions = {"Python": f"{python}.1", "Flask": f"{flask}.3"}
    return Cell(
        python=python, flask=flask, versions=versions, tips={f"tips/steam/{name}.md": tips[name] for name in tips}
    )


def test_what_is_written_is_read_back():
    matrix = Matrix(cells=(cell("3.12", "3.1", b=FAILED, a=PASSED), Cell(python="3.14", flask="3.1")))

    assert parse_matrix(matrix.to_text().encode()) == matrix


def test_each_result_has_a_line_and_the_order_is_always_the_same():
    cells = [cell("3.11", "3.1", b=FAILED, a=PASSED), cell("3.9", "3.1", a=PASSED), cell("3.11", "2.3")]

    text = Matrix(cells=tuple(cells)).to_text()

    assert text == Matrix(cells=tuple(reversed(cells))).to_text()
    assert text.splitlines() == [
        '{"cells": [',
        '{"python": "3.9", "flask": "3.1", "versions": {"Flask": "3.1.3", "Python": "3.9.1"}, "tips": {',
        '  "tips/steam/a.md": {"hash": "aa", "result": "passed"}}},',
        '{"python": "3.11", "flask": "2.3", "versions": {"Flask": "2.3.3", "Python": "3.11.1"}},',
        '{"python": "3.11", "flask": "3.1", "versions": {"Flask": "3.1.3", "Python": "3.11.1"}, "tips": {',
        '  "tips/steam/a.md": {"hash": "aa", "result": "passed"},',
        '  "tips/steam/b.md": {"hash": "aa", "result": "failed", "why": "“curl” prints no “é”"}}}',
        "]}",
    ]


def test_a_new_run_of_a_cell_replaces_it_and_what_is_not_run_stays():
    old = Matrix(cells=(cell("3.12", "3.1", a=FAILED), cell("3.11", "2.2"), cell("3.14", "3.1", a=PASSED)))

    new = old.with_cell(cell("3.12", "3.1", a=PASSED)).limited_to(["3.12/3.1", "3.13/3.1", "3.14/3.1"])

    assert new.cells == (cell("3.12", "3.1", a=PASSED), Cell(python="3.13", flask="3.1"), cell("3.14", "3.1", a=PASSED))


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (PASSED, True),
        (FAILED, True),
        (Result(hash="bb", result="failed", why="“curl” prints no “é”"), False),
    ],
)
def test_a_failure_is_expected_where_it_is_recorded_of_the_same_code(result: Result, expected: bool):
    matrix = Matrix(cells=(cell("3.12", "3.1", a=FAILED),))

    assert matrix.expects(cell("3.12", "3.1", a=result)) is expected
    assert matrix.expects(cell("3.11", "3.1", a=result)) is result.passed


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("]}", "", "matrix.json:6:1: this is not valid JSON (Expecting ',' delimiter): correct it, or delete the file"),
        ('"3.12"', "3.12", "matrix.json:2:12: “python”: it should be a valid string; correct it"),
        ('"3.12"', '"3.x"', "matrix.json:2:12: “python”: String should match pattern"),
        ('"hash": "aa", ', "", "matrix.json:3:22: “hash”: Field required"),
        ('"passed"', '"fine"', "matrix.json:3:47: “result”: it should be 'passed' or 'failed'"),
        (', "why": "“curl” prints no “é”"', "", "matrix.json:4:22: “tips/steam/b.md”: “why” says what went wrong"),
        ('"versions"', '"version"', "matrix.json:2:47: “version”: Extra inputs are not permitted"),
        ('{"cells"', '{"cell"', "matrix.json:1:10: “cell”: Extra inputs are not permitted"),
        ('{"hash"', '\t{"hasch"', "matrix.json: “hash”: Field required"),
        ("é", "\udce9", "matrix.json:4:89: byte 0xe9 is not UTF-8"),
    ],
)
def test_a_broken_file_is_an_error_at_its_line(content: Content, old: str, new: str, problem: str):
    text = Matrix(cells=(cell("3.12", "3.1", a=PASSED, b=FAILED),)).to_text()
    assert old in text
    content.write("matrix.json", text.replace(old, new, 1).encode(errors="surrogateescape"))

    with pytest.raises(ContentError) as caught:
        Loader(content.root).load()

    assert any(str(found).startswith(problem) for found in caught.value.problems), caught.value


def test_a_cell_cannot_be_there_twice(content: Content):
    one = Matrix(cells=(cell("3.12", "3.1"),)).to_text().splitlines()
    content.write("matrix.json", "\n".join([one[0], f"{one[1]},", *one[1:]]))

    with pytest.raises(ContentError, match=r"^matrix.json:1:11: “cells”: the cell 3.12/3.1 is there twice"):
        Loader(content.root).load()
