"""Opening: a build takes hold of its workspace, and looks whether there is anything to do.

Nothing here needs Flask: a build of a site in which nothing has changed ends before that is imported.
"""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import ContentError
from .files import Stamp, walk
from .publishing import Workspace, check_output, generation_of, writing
from .schedule import today
from .settings import FILE as SETTINGS_FILE
from .state import BuildState, StateFile, is_as_described

if TYPE_CHECKING:
    from .examples import Runner
    from .parsing import ParsingAhead

WORTH_FORKING = 32  # files; fewer are parsed faster than a process is started


class Opening:
    """What a build finds when it begins: its workspace, what the last build remembered, and the content's files."""

    def __init__(self, content: Path, workspace: Workspace, state_file: StateFile) -> None:
        self.workspace = workspace
        self.state_file = state_file
        self._content = content
        self._runner: Runner | None = None
        self._parsing: ParsingAhead | None = None

    @cached_property
    def with_examples(self) -> bool:
        """Tell whether this site runs the code of its tips."""
        try:
            settings = tomllib.loads((self._content / SETTINGS_FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False  # loading says what is wrong
        return settings.get("examples", True) is True

    @cached_property
    def stamps(self) -> dict[str, Stamp] | None:
        """The stamps of all files of the content; None if they cannot be listed."""
        try:
            return dict(walk(self._content))
        except ContentError:
            return None  # loading says what is wrong

    @cached_property
    def known_stamps(self) -> dict[str, Stamp]:
        """The stamps of the content's files at the last build."""
        return self.state_file.stamps()

    @cached_property
    def last(self) -> BuildState:
        """What the last build left."""
        return self.state_file.load()

    def summary_if_unchanged(self, fingerprint: str) -> Mapping[str, int] | None:
        """Give the counts of the last build if code, options, content and output are as it left them.

        A tip whose day has come since then is a change too.
        """
        if self.stamps != self.known_stamps or self.last.fingerprint != fingerprint:
            return None
        if not self.last.days[0] <= today().isoformat() <= self.last.days[1]:
            return None
        output = self.workspace.output
        there = generation_of(output) == self.last.generation and is_as_described(self.last, output)
        return self.last.summary if there else None

    def start_runner(self) -> None:
        """Start what runs the examples, if this site has any: it gets ready while a build imports what it needs."""
        if self.with_examples:
            from .examples import Runner  # here: few builds run all examples

            self._runner = Runner()

    def start_parsing(self) -> None:
        """Have another process parse the content, if there is much of it, while a build imports what it needs."""
        if self.stamps and len(self.stamps) >= WORTH_FORKING:
            from .parsing import ParsingAhead  # here: few builds parse all files

            self._parsing = ParsingAhead(self._content, self.stamps)

    def take_parsing(self) -> ParsingAhead | None:
        """Give the process that parses the content, if there is one."""
        parsing, self._parsing = self._parsing, None
        return parsing

    @contextmanager
    def take_runner(self) -> Iterator[Runner | None]:
        """Give the runner, if one was started, and end it afterwards."""
        runner, self._runner = self._runner, None
        with runner or nullcontext():
            yield runner


@contextmanager
def opened(content: Path, output: Path, say: Callable[[str], None]) -> Iterator[Opening]:
    """Hold the workspace of an output while a build works in it; raise FreezingError where it cannot be used."""
    check_output(output, content)
    workspace = Workspace(output)
    with workspace.locked(say), writing(output):
        state_file = StateFile(workspace.state)
        opening = Opening(content, workspace, state_file)
        try:
            yield opening
        finally:
            if parsing := opening.take_parsing():  # of a build that did not come to need it
                parsing.forget()
            with opening.take_runner():  # the same
                state_file.close()
            shutil.rmtree(workspace.fresh, ignore_errors=True)
