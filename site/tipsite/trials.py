"""Trials: the preview runs the tips that are open in a browser, and knows what came out differently."""

from __future__ import annotations

import atexit
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import ContentError, Problem, TipsiteError
from .examples import check
from .fence import find_fences
from .library import Library
from .lints import lint_item
from .proving import fences_of, note_failures, subject_of
from .tip import Tip

if TYPE_CHECKING:
    from .examples import Runner

PATIENCE = 1.0  # seconds after which a run may be given up when its tip has changed
REMEMBERED = 256  # trials, by the digest of the tip
OWN_FRAME = re.compile(r'File "/home/you/project/(?!\.venv/)(?P<title>[^"]+)", line (?P<line>\d+)')


@dataclass(frozen=True)
class Trial:
    """What is known of a tip as it is now; while it is `running`, only what can be told without running it."""

    running: bool
    problems: tuple[Problem, ...]

    @property
    def failed(self) -> bool:
        """Tell whether anything is wrong that would stop a build."""
        return any(not problem.warning for problem in self.problems)


class Trials:
    """Runs the tips that are being looked at, one after another, in processes forked from one that stays.

    `library` gives the content as it was last loaded, `cache` is the folder that keeps what passed, and `tell` is
    called when something new is known.
    """

    def __init__(self, library: Callable[[], Library], cache: Path, tell: Callable[[], None]) -> None:
        self.library = library
        self.cache = cache
        self.tell = tell
        self._watched: Counter[str] = Counter()
        self._found: dict[str, tuple[Problem, ...]] = {}
        self._news = threading.Condition()
        self._worker: threading.Thread | None = None
        self._runner: Runner | None = None
        self._running: tuple[Tip, float] | None = None
        atexit.register(self._stop_runner)

    def find(self, tip: Tip) -> Trial | None:
        """Give what is known of a tip; None if it was not run, and nobody has it open."""
        found = self._found.get(tip.digest)
        if found is None and not self._watched[tip.slug]:
            return None
        library = self.library()
        lints = lint_item(library, tip) if library.by_slug.get(tip.slug) is tip else []
        return Trial(found is None and library.settings.examples, (*(found or ()), *lints))

    @contextmanager
    def watch(self, slug: str) -> Iterator[None]:
        """Run a tip now, and whenever it has changed, for as long as somebody has it open."""
        with self._news:
            self._watched[slug] += 1
            self._news.notify()
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, daemon=True)
                self._worker.start()
        try:
            yield
        finally:
            with self._news:
                self._watched[slug] -= 1

    def look_again(self) -> None:
        """Say that tips may have changed; what hangs and has been changed meanwhile is given up."""
        with self._news:
            if self._running and time.monotonic() > self._running[1] + PATIENCE and self._is_outdated(self._running[0]):
                self._stop_runner()
            self._news.notify()

    def _work(self) -> None:
        while True:
            tip = self._await_tip()
            self._running = tip, time.monotonic()
            found = self._run(tip)
            self._running = None
            if found is None:
                continue
            self._found[tip.digest] = found
            if len(self._found) > REMEMBERED:
                del self._found[next(iter(self._found))]
            self.tell()

    def _await_tip(self) -> Tip:
        with self._news:
            while True:
                if tip := next(self._untried(), None):
                    return tip
                self._news.wait()

    def _untried(self) -> Iterator[Tip]:
        try:
            library = self.library()
        except ContentError:
            return
        if not library.settings.examples:
            return
        for slug in [slug for slug, count in self._watched.items() if count]:
            tip = library.by_slug.get(slug)
            if tip and tip.digest not in self._found:
                yield tip

    def _is_outdated(self, tip: Tip) -> bool:
        try:
            return self.library().by_slug.get(tip.slug) != tip
        except ContentError:
            return True

    def _run(self, tip: Tip) -> tuple[Problem, ...] | None:
        """Run a tip, once more if the runner has gone; None if the tip was given up."""
        if find_fences(tip.body).problems:  # the page says so
            return ()
        from .examples import Runner  # here: a build, which has no trials, need not wait for it

        told = ""
        for _ in range(2):
            self._runner = self._runner or Runner()
            try:
                outcomes = check([subject_of(tip)], cache=self.cache, runner=self._runner)
            except (TipsiteError, OSError) as error:
                told = str(error)
                self._stop_runner()
            else:
                note_failures(outcomes, self.cache)
                return outcomes[0].problems
            if self._is_outdated(tip):
                return None
        return (Problem(tip.path, 0, 0, told),)

    def _stop_runner(self) -> None:
        runner, self._runner = self._runner, None
        if runner:
            runner.__exit__(None, None, None)


def traceback_line(problem: Problem, tip: Tip) -> int:
    """Give the line of the tip's file at which the innermost own line of a problem's traceback stands; 0 if none."""
    frames = OWN_FRAME.findall(problem.detail)
    if not frames:
        return 0
    title, line = frames[-1]
    files = [fence.line for fence in fences_of(tip) if fence.title == title and fence.line < problem.line]
    return files[-1] + int(line) if files else 0
