"""A generator of sites of short, executable programming tips.

`create_app` is what `flask --app tipsite` looks for. It is imported when it is asked for, because a build that
finds nothing changed ends before it needs Flask, and takes a quarter of the time.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .factory import create_app as create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    if name == "create_app":
        return importlib.import_module(".factory", __name__).create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
