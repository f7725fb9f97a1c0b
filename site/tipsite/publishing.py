"""Publishing: a new site is put together beside the output, and takes its place in one step.

Beside the output `build/` lies the workspace `.build.tipsite/`, with a lock, the state of the last build, a folder for
fresh files, and the *spare*: the site before the last one. A build turns the spare into the new site (files that did
not change are hard links to those of the output, and so keep their times) and then exchanges the two.

On Linux the exchange is one system call (renameat2 with RENAME_EXCHANGE): whenever a build is killed, the output is
the old site or the new one, complete. Elsewhere it takes two renames, and a build that is killed between them leaves
no output; the next build puts one there. Nothing is promised of a machine whose power fails.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import hashlib
import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from .elsewhere import Elsewhere
from .errors import FreezingError
from .files import Stamp, stamp_published

MARKER = ".tipsite"  # lies in every folder that a build may replace, and holds its generation
DISPOSABLE = (MARKER, ".DS_Store", "Thumbs.db", "desktop.ini")  # ours, and what systems leave where one has looked
AT_FDCWD = -100  # from <fcntl.h>
RENAME_EXCHANGE = 2  # from <linux/fs.h>


@dataclass(frozen=True)
class Changes:
    """What a build changes in the output: files that are written anew, and files that go."""

    written: frozenset[str]
    removed: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """Every path in which the new site differs from the old one."""
        return self.written | self.removed


def check_output(output: Path, content: Path) -> None:
    """Raise FreezingError unless the output folder is missing, empty, or what a build has written."""
    output, content = output.resolve(), content.resolve()
    if output == content or content.is_relative_to(output) or output.is_relative_to(content):
        raise FreezingError(f"{output} holds the content or lies in it: choose another --output")
    if output.exists() and not output.is_dir():
        raise FreezingError(f"{output} is a file: choose another --output")
    if output.is_dir() and any(output.iterdir()) and not (output / MARKER).is_file():
        raise FreezingError(
            f"{output} holds something that no build wrote: empty it yourself, or choose another --output"
        )


def survey(output: Path, known: Mapping[str, tuple[Stamp, str]]) -> bool:
    """Tell whether each file of a site is what the build that wrote it said of it.

    Raises FreezingError if there are other files too, which would be lost with the site.
    """
    others: list[str] = []
    folders = [""]
    alike = 0
    for folder in folders:  # which grows
        with os.scandir(f"{output}/{folder}") as entries:
            for entry in entries:
                path = f"{folder}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{path}/")
                elif path in known:
                    alike += stamp_published(entry.stat(follow_symlinks=False)) == known[path][0]
                elif entry.name not in DISPOSABLE:
                    others.append(path)
    if others:
        others.sort()
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        raise FreezingError(
            f"{output} holds {others[0]}{more}, which no build wrote: take it out of there, or choose another --output"
        )
    return alike == len(known)


class Survey:
    """A `survey` that another process makes, while this one builds; it is as old as `seconds` says."""

    def __init__(self, output: Path, known: Mapping[str, tuple[Stamp, str]]) -> None:
        self._started = time.monotonic()
        self._answer = Elsewhere(partial(survey, output, known), "looks through the output")

    @property
    def seconds(self) -> float:
        """How long ago it was begun."""
        return time.monotonic() - self._started

    def result(self) -> bool:
        """Wait for what `survey` gives, or raise what it raises."""
        return self._answer.result()


def generation_of(folder: Path) -> str:
    """Give the generation of a site that a build has written; nothing if there is none."""
    try:
        return (folder / MARKER).read_text().strip()
    except OSError:
        return ""


def advance(generation: str, gone: Iterable[tuple[str, str]], come: Iterable[tuple[str, str]]) -> str:
    """Give the generation of a site that differs from another one in some files, each given with its digest.

    The order does not matter: it is a sum of hashes, as in AdHash (Bellare and Micciancio 1997,
    doi:10.1007/3-540-69053-0_13).
    """
    total = int(generation or "0", 16) + sum(map(_number, come)) - sum(map(_number, gone))
    return f"{total % (1 << 256):064x}"


def _number(file: tuple[str, str]) -> int:
    return int.from_bytes(hashlib.sha256(" ".join(file).encode()).digest())


class Workspace:
    """The folder beside an output in which builds of that output work, one at a time."""

    def __init__(self, output: Path) -> None:
        self.output = output.resolve()
        self.folder = self.output.parent / f".{self.output.name}.tipsite"
        self.state = self.folder / "state.sqlite"
        self.fresh = self.folder / "fresh"
        self.spare = self.folder / "spare"
        self._linked = self.folder / "linked"

    @contextmanager
    def locked(self, say: Callable[[str], None]) -> Iterator[None]:
        """Hold the workspace; wait, and say so, while another build does. Raise FreezingError if it cannot be made."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = _open_lock(self.folder / "lock")
        except OSError as error:
            raise FreezingError(f"nothing can be written beside {self.output}: {_reason(error)}") from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say(f"Another build is writing to {self.output}: waiting for it to end")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def empty_fresh(self) -> Path:
        """Give the folder for fresh files, empty."""
        shutil.rmtree(self.fresh, ignore_errors=True)
        self.fresh.mkdir()
        return self.fresh

    def prepare_spare(
        self, kept: Iterable[str], pending: Iterable[str], changes: Changes, generation: str, *, current: bool
    ) -> None:
        """Make the spare the new site: the files of the output that are kept, and the fresh files; mark it.

        `current` says that the spare is the site before the last one, so that only `pending` paths differ;
        otherwise it is made anew.
        """
        kept = set(kept)
        if not kept:
            shutil.rmtree(self.spare, ignore_errors=True)
            self.fresh.rename(self.spare)
        else:
            self._link_kept(kept, pending, current=current)
            self._move_fresh(changes)
        marker = self.folder / MARKER
        marker.write_text(f"{generation}\n")
        marker.replace(self.spare / MARKER)

    def _link_kept(self, kept: set[str], pending: Iterable[str], *, current: bool) -> None:
        """Make the spare equal to the output in the files that are kept, by links."""
        if current:
            for path in pending:
                _remove(self.spare, path)
        else:
            shutil.rmtree(self.spare, ignore_errors=True)
            self.spare.mkdir()
        for path in kept.intersection(pending) if current else kept:
            _link(f"{self.output}/{path}", f"{self.spare}/{path}")

    def _move_fresh(self, changes: Changes) -> None:
        """Put fresh files into the spare, and take out those that go."""
        for path in changes.removed:
            _remove(self.spare, path)
        for path in changes.written:
            target = self.spare / path
            target.parent.mkdir(parents=True, exist_ok=True)
            (self.fresh / path).replace(target)

    @contextmanager
    def linking(self, generation: str) -> Iterator[None]:
        """Let another process make a spare of links to the fresh files, while these become the first output.

        A build that renders everything ends with work for one processor, and the next one is spared this. If the
        process fails, the next build sees that there is no spare.
        """
        import multiprocessing  # here: few builds need it

        fork = multiprocessing.get_context("fork")
        fresh = os.open(self.fresh, os.O_RDONLY)  # which stays the same folder wherever it is moved to
        process = fork.Process(target=self._link_all, args=(fresh, generation), daemon=True)
        process.start()
        try:
            yield
        except BaseException:
            process.terminate()
            raise
        finally:
            process.join()
            os.close(fresh)
        if generation_of(self._linked):
            shutil.rmtree(self.spare, ignore_errors=True)  # an output that was empty
            self._linked.rename(self.spare)

    def _link_all(self, fresh: int, generation: str) -> None:
        with suppress(OSError, KeyboardInterrupt):
            shutil.rmtree(self._linked, ignore_errors=True)
            os.chdir(fresh)
            for folder, _, names in os.walk("."):
                (self._linked / folder).mkdir()
                for name in (name for name in names if name != MARKER):  # which comes last, and says that all is there
                    os.link(f"{folder}/{name}", f"{self._linked}/{folder}/{name}")
            (self._linked / MARKER).write_text(f"{generation}\n")

    def exchange(self) -> None:
        """Let the spare become the output, and the output the spare."""
        if not self.output.exists():
            self.spare.rename(self.output)
        elif not _exchange(self.spare, self.output):
            aside = self.folder / "aside"
            shutil.rmtree(aside, ignore_errors=True)
            self.output.rename(aside)
            self.spare.rename(self.output)
            aside.rename(self.spare)


def _open_lock(path: Path) -> IO[str]:
    """Open a lock; one that is there can be held on a disk that cannot be written to, where all may be unchanged."""
    try:
        return path.open("a")
    except OSError:
        if not path.exists():
            raise
        return path.open()


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0:
        return True
    if ctypes.get_errno() in (errno.EINVAL, errno.ENOSYS):  # a file system or kernel without it
        return False
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(other))


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except FileNotFoundError:
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        _link(source, target) if Path(source).exists() else None
    except OSError:
        shutil.copy2(source, target)  # a file system without hard links


def _remove(folder: Path, path: str) -> None:
    """Remove a file, and the folders that are empty without it."""
    target = folder / path
    target.unlink(missing_ok=True)
    parent = target.parent
    while parent != folder:
        try:
            parent.rmdir()
        except OSError:
            return
        parent = parent.parent


@contextmanager
def writing(output: Path) -> Iterator[None]:
    """Turn an error of the system while writing into a FreezingError."""
    try:
        yield
    except OSError as error:
        raise FreezingError(f"the site cannot be written to {output}: {_reason(error)}") from error
    except sqlite3.OperationalError as error:
        raise FreezingError(f"the state of {output} cannot be written beside it: {error}") from error


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
