"""Fixtures: a content folder to write into, and the app and the client that show it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tipsite import create_app

SETTINGS = """\
title = "Kettle notes"
description = "Notes on kettles."
base_url = "https://kettle.example/"
author = "A. Kettle"
examples = false

[[topics]]
slug = "steam"
title = "Steam"

[[topics]]
slug = "water"
title = "Water"
"""


class Content:
    """A content folder with settings, one page and whatever a test writes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("site.toml", SETTINGS)
        self.write("pages/about.md", "---\ntitle: About\n---\n\nAbout kettles.\n")
        (root / "tips").mkdir()

    def write(self, path: str, text: str | bytes) -> Path:
        """Write a file below the folder."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
        return target

    def tip(self, path: str, body: str = "Text.", **front_matter: str) -> Path:
        """Write a tip: `path` is `topic/slug`, and front matter that is not given has a default."""
        meta = {"title": path, "summary": "A summary.", "date": "2026-11-01"} | front_matter
        head = "".join(f"{key}: {value}\n" for key, value in meta.items())
        return self.write(f"tips/{path}.md", f"---\n{head}---\n\n{body}\n")


@pytest.fixture(autouse=True, scope="session")
def _first_of_december() -> Iterator[None]:
    """Let it be 1 December 2026, whatever the clock of the machine says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1796083200")
        yield


@pytest.fixture
def content(tmp_path: Path) -> Content:
    return Content(tmp_path / "content")


@pytest.fixture
def app(content: Content) -> Flask:
    app = create_app(content.root)
    app.testing = True
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """Give the folder of the npm packages that `tools/package-lock.json` pins."""
    folder = Path(__file__).parent.parent / "tools/node_modules"
    if not (folder / ".package-lock.json").is_file():
        message = "this needs Node.js and what `npm ci --prefix tools` installs"
        pytest.fail(message) if os.environ.get("CI") == "true" else pytest.skip(message)
    return folder
