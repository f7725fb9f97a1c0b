"""Compatibility: what a page tells of other versions, for the tip as it is now and in few words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from test_matrix import FAILED, PASSED, cell
from tipsite.compatibility import Compatibility, find_compatibility
from tipsite.matrix import Cell, Matrix, Result

OTHER = Result(hash="aa", result="failed", why="another reason")


def compatibility(*cells: Cell) -> Compatibility:
    found = find_compatibility(Matrix(cells=cells), "tips/steam/a.md", "aa")
    assert found
    return found


def test_only_results_of_the_same_code_count():
    old = Result(hash="bb", result="passed")

    found = compatibility(cell("3.11", "3.1", a=old), cell("3.12", "3.1", a=PASSED))

    assert [found.state(python, "3.1") for python in found.pythons] == ["not run", "passes"]
    assert find_compatibility(Matrix(cells=(cell("3.11", "3.1", a=old),)), "tips/steam/a.md", "aa") is None


def test_real_versions_are_named_where_there_is_one():
    found = compatibility(
        cell("3.12", "3.1", a=PASSED),
        replace(cell("3.12", "2.3", a=PASSED), versions={"Python": "3.12.9", "Flask": "2.3.3"}),
        Cell(python="3.14", flask="3.1"),
    )

    assert [found.version("Python", python) for python in found.pythons] == ["3.12", "3.14"]
    assert [found.version("Flask", flask) for flask in found.flasks] == ["3.1.3", "2.3.3"]


@pytest.mark.parametrize(
    ("results", "summary", "failures"),
    [
        ("+ + + +", "Passes with Flask 2.3 and 3.0 on Python 3.9 and 3.11", {}),
        ("- + - +", "Fails with Flask 2.3", {"Flask 2.3": FAILED.why}),
        ("- - + +", "Fails with Python 3.9", {"Python 3.9": FAILED.why}),
        ("- - - -", "Fails with Flask 2.3 and 3.0", {"Flask 2.3 and 3.0": FAILED.why}),
        ("- + + -", "Fails with Flask 2.3 on Python 3.9 and Flask 3.0 on Python 3.11",
         {"Flask 2.3 on Python 3.9 and Flask 3.0 on Python 3.11": FAILED.why}),
        ("- x - +", "Fails with Flask 2.3 and Flask 3.0 on Python 3.9",
         {"Flask 2.3": FAILED.why, "Flask 3.0 on Python 3.9": OTHER.why}),
    ],
)  # fmt: skip
def test_where_and_why_it_fails_is_said_once(results: str, summary: str, failures: dict[str, str]):
    kinds = {"+": PASSED, "-": FAILED, "x": OTHER}
    places = [("3.9", "2.3"), ("3.9", "3.0"), ("3.11", "2.3"), ("3.11", "3.0")]

    found = compatibility(*(cell(*place, a=kinds[kind]) for place, kind in zip(places, results.split(), strict=True)))

    assert found.summary == summary
    assert found.failures == failures
