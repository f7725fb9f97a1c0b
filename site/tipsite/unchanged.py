"""The short way: a build of a site in which nothing has changed, told by the stamps of files alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .errors import ContentError, FreezingError
from .files import walk
from .publishing import Workspace, check_output
from .schedule import today
from .state import StateFile, usable


def summary_if_unchanged(content: Path, output: Path, fingerprint: str) -> Mapping[str, int] | None:
    """Give the counts of the last build if code, options, content and output are as it left them.

    A tip whose day has come since then is a change too.
    """
    workspace = Workspace(output)
    if not workspace.state.is_file():
        return None
    try:
        check_output(output, content)
        stamps = dict(walk(content))
    except (ContentError, FreezingError):
        return None  # the long way says what is wrong
    state_file = StateFile(workspace.state)
    try:
        if state_file.stamps() != stamps:
            return None
        state = state_file.load()
        same = state.fingerprint == fingerprint and state.days[0] <= today().isoformat() <= state.days[1]
        return state.summary if same and usable(state, workspace.output).generation else None
    finally:
        state_file.close()
