"""The Nu HTML Checker finds no error in any page or style sheet."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import tools
from hosting import Host

# View transitions (https://www.w3.org/TR/css-view-transitions-2/) are younger than the checker's CSS: what it says of
# `@view-transition { … }` and `::view-transition-group(root) { … }` is left out, and nothing else.
TOO_YOUNG = ("@view-transition {", "tion-group(root) {")


def errors(folder: Path) -> list[str]:
    """Check what lies in a folder; give what is wrong as path:line: message."""
    java, jar = tools.of_python(tools.JAVA), tools.of_npm("vnu-jar/build/dist/vnu.jar")
    options = ["--also-check-css", "--also-check-svg", "--skip-non-html", "--format", "json"]
    done = subprocess.run([java, "-jar", jar, *options, folder], capture_output=True, text=True, check=False)
    messages = json.loads(done.stderr)["messages"]
    return [
        f"{one['url']}:{one.get('lastLine', 0)}: {one['message']}"
        for one in messages
        if not any(rule in one.get("extract", "") for rule in TOO_YOUNG)
    ]


def test_pages_and_style_sheets_have_no_error(host: Host):
    assert errors(host.folder) == []


def test_the_checker_does_find_errors(tmp_path: Path):
    (tmp_path / "a.html").write_text("<!doctype html><html lang=en><title>A</title><p><div></div></p>")
    (tmp_path / "a.css").write_text("p { colour: red }")

    found = errors(tmp_path)

    assert any("No “p” element in scope" in error for error in found)
    assert any("a.css:1: CSS: “colour”" in error for error in found)
