"""A fingerprint of everything besides the content that a build depends on: code, versions, options."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from .files import walk


def build_fingerprint(*options: object) -> str:
    """Stand for this package's files, the installed packages, Python, and the options of a build."""
    files = [(path, stamp) for path, stamp in walk(Path(__file__).parent) if not path.endswith(".pyc")]
    installed = sorted(
        package.name
        for folder in map(Path, sys.path)
        if folder.name == "site-packages" and folder.is_dir()
        for package in folder.iterdir()
        if package.suffix == ".dist-info"
    )
    return hashlib.blake2b(repr((files, installed, sys.version, options)).encode(), digest_size=16).hexdigest()
