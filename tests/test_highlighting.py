"""Highlighting: the code as it was, in colours that can be read."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from tipsite import rendering
from tipsite.highlighting import PALETTE, complain, highlight, style_sheet

SITE_CSS = (Path(rendering.__file__).parent / "static" / "site.css").read_text()


@pytest.mark.parametrize("language", ["python", "html+jinja", "console", "pycon", "toml", "text", "nonsense"])
@pytest.mark.parametrize(
    "source",
    [Path(__file__).read_text(), "$ a\n>>> b\u2028>>> c\n$ d", "\n\n  a\n\n\tb  \n\n", "", "<&>\"'\u2028x"],
)
def test_the_text_stays_as_it_was(source: str, language: str):
    shown = html.unescape(re.sub(r"<[^>]*>", "", "\n".join(highlight(source, language))))

    assert shown == source.removesuffix("\n")


def test_no_element_goes_over_a_line():
    for line in highlight('"""a\nb\nc"""\n', "python"):
        assert line.count("<span") == line.count("</span>") == 1


def test_a_mistyped_language_gets_a_suggestion():
    assert "did you mean “jinja”?" in (complain("jinjaa") or "")
    assert complain("python") is None


def luminance(colour: str) -> float:
    """Compute relative luminance (WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance)."""
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("token", PALETTE, ids=str)
@pytest.mark.parametrize("background", ["--code-page", "--code-marked", "--raised"])
def test_colours_can_be_read_in_both_themes(token: object, background: str):
    behind = re.search(rf"{background}: light-dark\((#\w+), (#\w+)\)", SITE_CSS)
    assert behind

    for colour, page in zip(PALETTE[token], behind.groups(), strict=True):  # type: ignore[index]
        assert contrast(colour, page) >= 4.5


def test_the_style_sheet_has_both_themes_in_each_rule():
    rules = style_sheet().splitlines()[1:-1]

    assert len(rules) == len(PALETTE)
    assert all("light-dark(#" in rule for rule in rules)


def test_python_within_a_terminal_session_is_read_as_python():
    lines = highlight("$ flask shell\n>>> def f():\n...     pass\n'out'\n$ ls\n", "console")

    assert lines[0] == '<span class="gp">$ </span>flask shell'
    assert lines[1].startswith('<span class="gp">&gt;&gt;&gt; </span><span class="k">def</span>')
    assert lines[2].startswith('<span class="gp">... </span>')
    assert lines[3:] == ("<span class=\"go\">'out'</span>", '<span class="gp">$ </span>ls')
