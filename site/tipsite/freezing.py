"""Freezing: Frozen-Flask turns pages into files, in this process or in several."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask
from flask_frozen import Freezer, FrozenFlaskWarning, MissingURLGeneratorWarning

from .cache import Cache
from .destination import Folder
from .documents import forget_documents
from .elsewhere import Elsewhere
from .errors import FreezingError, Problem
from .inputs import Inputs, make_ref, parse_ref
from .inspecting import NOTHING, inspect
from .lean_client import LeanClient
from .library import Library, LinkError, path_of, place_of
from .links import parse_link
from .lints import lint_item
from .standalone import find_targets
from .state import PageRecord
from .tip import Page, Tip
from .walking import Way

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

BATCH = 32  # pages that are frozen in step, and travel to a process at a time; each has two batches at hand
LAST_BATCH = 4  # pages; batches get smaller towards the end, so that the processes end at the same time
REMEMBERED = 1 << 15  # URLs
WORTH_FORKING = 48  # pages; fewer are frozen faster than processes are started


@dataclass(frozen=True)
class Frozen:
    """A page that has been written, with the SHA-256 of its file, and warnings; or what kept it from being written.

    A page that was not written has no URL.
    """

    page: PageRecord
    digest: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Task:
    """A page to freeze, the tip or page whose body it shows, and warnings about that."""

    ref: str
    endpoint: str
    values: dict[str, Any]
    item: Tip | Page | None
    warnings: tuple[Problem, ...]


@dataclass(frozen=True)
class Written:
    """A page that Frozen-Flask has written: what to which file, and what `url_for` was called with meanwhile."""

    task: Task
    url: str
    file: str
    data: bytes
    links: tuple[str, ...]


class LinkRecorder:
    """Records what `url_for` is called with while one page is made, each call once, and remembers what it gave.

    Of a piece that many pages share, it remembers the text and what was recorded for it.

    Frozen-Flask's own log keeps every call of every page, which at 10,000 pages is 381,673 entries. The header
    and the footer call `url_for` with the same values on each page, and building a URL is most of what they cost.
    """

    def __init__(self, app: Flask) -> None:
        self._refs: dict[str, None] = {}
        self._ref = ""
        self._url_for = app.url_for
        self._known: dict[tuple[Any, ...], tuple[str, str]] = {}
        app.url_defaults(self._record)
        app.url_for = self.url_for  # type: ignore[method-assign]
        names: dict[str, Any] = app.jinja_env.globals
        self._piece: Callable[..., str] = names["piece"]
        self._pieces: dict[tuple[Any, ...], tuple[str, dict[str, None]]] = {}
        names.update(url_for=self.url_for, piece=self.piece)
        filters: dict[str, Any] = app.jinja_env.filters
        filters["url_of"] = partial(filters["url_of"], url_for=self.url_for)  # its own would look for the app each time

    def url_for(self, endpoint: str, **values: Any) -> str:
        """Do what the app's own `url_for` does; a build has one base URL, so the same call gives the same URL."""
        call = (endpoint, *values.items())
        known = self._known.get(call)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            url = self._url_for(endpoint, **values)
            known = self._known[call] = (self._ref, url)
        self._refs[known[0]] = None
        return known[1]

    def piece(self, name: str, /, **values: Any) -> str:
        """Do what `templating.piece` does, once for the same call."""
        call = (name, *values.items())
        if call not in self._pieces:
            page, self._refs = self._refs, {}
            self._pieces[call] = (self._piece(name, **values), self._refs)
            self._refs = page
        text, refs = self._pieces[call]
        self._refs |= refs
        return text

    def _record(self, endpoint: str, values: dict[str, Any]) -> None:
        self._ref = make_ref(endpoint, values)

    def start(self) -> None:
        """Forget what was recorded."""
        self._refs = {}

    @property
    def refs(self) -> tuple[str, ...]:
        """What was recorded since `start`, in its order."""
        return tuple(self._refs)


class PageFreezer:
    """Freezes pages, a batch at a time, with one Freezer of Frozen-Flask; `inputs` make their keys."""

    def __init__(self, app: Flask, destination: Path, inputs: Inputs) -> None:
        self._library: Library = app.extensions["library"]()
        self._inputs = inputs
        self._destination = destination.resolve()
        self._client = LeanClient(app)
        app.test_client_class = lambda *_, **__: self._client  # type: ignore[assignment]  # it is asked for no more
        app.config.update(
            FREEZER_BASE_URL=app.config["BASE_URL"],
            FREEZER_DEFAULT_MIMETYPE="text/plain",  # of `_headers`
            FREEZER_DESTINATION=str(self._destination),
            FREEZER_REDIRECT_POLICY="error",
            FREEZER_REMOVE_EXTRA_FILES=False,  # other processes write to the same folder
            PROPAGATE_EXCEPTIONS=True,
        )
        self._recorder = LinkRecorder(app)
        self._freezer = _Freezer(app, with_static_files=False, with_no_argument_rules=False, log_url_for=False)
        self._freezer.register_generator(self._urls)
        self._script_name = urlsplit(app.config["FREEZER_BASE_URL"]).path.rstrip("/")
        self._tasks: list[Task] = []
        self._current: Task | None = None

    def freeze(self, refs: Iterable[str]) -> list[Frozen]:
        """Freeze pages; one that the library finds something wrong with is not written.

        Each step is done for all of them before the next one: what it needs stays in the caches of the processor.
        """
        self._tasks, refused = [], []
        for ref in refs:
            endpoint, values = parse_ref(ref)
            item = self._item(endpoint, values)
            problems = (*self._library.check_files(item), *lint_item(self._library, item)) if item else ()
            if all(problem.warning for problem in problems):
                self._tasks.append(Task(ref, endpoint, values, item, problems))
            else:
                refused.append(Frozen(PageRecord(ref, "", "", ""), problems=problems))
        with _warnings_as_errors():
            written = [self._written(page) for page in self._freezer.freeze_yield()]
        return refused + [self._inspect(page) for page in written]

    @contextmanager
    def rendering_ahead(self, cache: Cache) -> Iterator[None]:
        """Have another process render tips meanwhile, if there are many, for those to find that freeze their pages."""
        if cache.path is None or len(self._library.tips) <= WORTH_FORKING:
            yield
            return
        rendering = Elsewhere(partial(self._render_all, cache, os.getpid()), "renders tips")
        try:
            yield
        finally:
            rendering.forget()

    def _render_all(self, cache: Cache, parent: int) -> None:
        """Render for as long as the process is there that asked for it."""
        for tip in self._library.tips:
            if os.getppid() != parent:
                return
            self._library.document(tip)
            cache.write()

    def _urls(self) -> Iterator[str]:
        """Give Frozen-Flask the URL of the next page, which it takes for one below the base URL; a URL generator."""
        for task in self._tasks:
            url = self._recorder.url_for(task.endpoint, **task.values)
            self._current = task
            self._recorder.start()
            yield url.removeprefix(self._script_name)

    def _written(self, page: Any) -> Written:
        assert self._current
        return Written(self._current, page.url, page.path, self._client.answer, self._recorder.refs)

    def _item(self, endpoint: str, values: dict[str, Any]) -> Tip | Page | None:
        if endpoint == "site.tip":
            return self._library.by_slug.get(values["slug"])
        return self._library.page_by_slug.get(values["slug"]) if endpoint == "site.page" else None

    def _inspect(self, page: Written) -> Frozen:
        task = page.task
        paths, anchors = self._content_links(task.item) if task.item else (self._named_paths(task), ())
        key, shown = self._inputs.key_and_shown(task.ref, paths)
        found = inspect(page.data) if page.file.endswith(".html") else NOTHING
        record = PageRecord(
            ref=task.ref,
            url=page.url,
            file=page.file,
            key=key,
            links=page.links,
            targets=found.targets,
            ids=found.ids,
            anchors=anchors,
            paths=paths,
            compressed=found.compressed,
            shown=shown,
        )
        return Frozen(record, hashlib.sha256(page.data).hexdigest(), task.warnings)

    def _named_paths(self, task: Task) -> tuple[str, ...]:
        """Give the paths that a tip's Markdown names: of each, the Markdown depends on whether it exists."""
        if task.endpoint != "machines.markdown":
            return ()
        tip = self._library.by_slug[task.values["slug"]]
        links = map(parse_link, find_targets(tip.body))
        return tuple(dict.fromkeys(place_of(tip, link) for link in links if link))

    def _content_links(self, item: Tip | Page) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]:
        paths: dict[str, None] = {}
        anchors = []
        for link in self._library.document(item).links:
            with suppress(LinkError):
                target = self._library.resolve(item, link)
                path = path_of(target)
                paths[path] = None
                if link.anchor:
                    anchors.append((path, link.anchor, link.line + item.lines_above, link.column))
        return tuple(paths), tuple(anchors)


class _Freezer(Freezer):  # type: ignore[misc]  # it has no type hints
    """Frozen-Flask's own, which would make paths anew for each question that it has about a file."""

    @cached_property
    def root(self) -> Folder:
        """The folder that is written to."""
        return Folder(self.app.config["FREEZER_DESTINATION"])


@contextmanager
def _warnings_as_errors() -> Iterator[None]:
    """Make every warning of Frozen-Flask an error, but for endpoints that have frozen nothing.

    No single process freezes all endpoints, and a site without tags rightly has no page of a tag;
    `checking` says by name what is missing.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", FrozenFlaskWarning)
        warnings.simplefilter("ignore", MissingURLGeneratorWarning)
        try:
            yield
        except FrozenFlaskWarning as warning:
            raise FreezingError(str(warning)) from warning


def freeze(
    walk: Way,
    freezer: PageFreezer,
    cache: Cache,
    jobs: int,
    progress: Callable[[str], None],
) -> Iterator[Frozen]:
    """Freeze every changed page that a walk comes to; yield each.

    With more than one job, other processes take over as soon as there is enough for them to do.
    """
    waiting: deque[str] = deque()
    cache.write()  # once, and not in each process
    begins_anew = jobs > 1 and not walk.known and _find_more(walk, waiting)
    with freezer.rendering_ahead(cache) if begins_anew else nullcontext():
        while _find_more(walk, waiting) and (jobs == 1 or len(waiting) <= WORTH_FORKING):
            pages = freezer.freeze(_take(waiting, BATCH))
            cache.write()
            yield from (_note(frozen, walk, progress) for frozen in pages)
    if waiting:
        with _processes(freezer, cache, jobs) as connections:
            for pages in _distribute(walk, waiting, connections):
                yield from (_note(frozen, walk, progress) for frozen in pages)


def _find_more(walk: Way, waiting: deque[str]) -> bool:
    """Let refs of pages to freeze that are known of now wait, and those of feeds if nothing else does."""
    waiting += walk.changed()
    if not waiting:
        waiting += walk.take_feeds()
    return bool(waiting)


def _take(waiting: deque[str], most: int) -> list[str]:
    return [waiting.popleft() for _ in range(min(most, len(waiting)))]


def _note(frozen: Frozen, walk: Way, progress: Callable[[str], None]) -> Frozen:
    if frozen.page.url:
        progress(frozen.page.url)
        walk.record(frozen.page)
    return frozen


def _distribute(walk: Way, waiting: deque[str], connections: list[Connection]) -> Iterator[list[Frozen]]:
    """Hand out batches of refs to processes, and take back what they froze, until the walk ends.

    Feeds come last, when every process can find what the others have rendered.
    """
    from multiprocessing.connection import wait

    at_hand = dict.fromkeys(connections, 0)
    while True:
        for connection in connections:
            while waiting and at_hand[connection] < 2:
                share = len(waiting) // (2 * len(connections))
                _send(connection, _take(waiting, max(LAST_BATCH, min(BATCH, share))))
                at_hand[connection] += 1
        busy = [connection for connection in connections if at_hand[connection]]
        if not busy:
            if not _find_more(walk, waiting):
                return
            continue
        ready = wait(busy)
        for connection in (one for one in busy if one in ready):
            at_hand[connection] -= 1
            yield _receive(connection)
        waiting += walk.changed()


def _send(connection: Connection, refs: list[str]) -> None:
    with _told_if_it_ends():
        connection.send(refs)


def _receive(connection: Connection) -> list[Frozen]:
    with _told_if_it_ends():
        answer: list[Frozen] | FreezingError | OSError = connection.recv()
    if isinstance(answer, FreezingError | OSError):
        raise answer
    return answer


@contextmanager
def _told_if_it_ends() -> Iterator[None]:
    """Make what a connection raises whose other side is gone an error that says so."""
    try:
        yield
    except (EOFError, OSError):
        raise FreezingError(
            "a process that freezes pages ended unexpectedly: its error is above, "
            "or the system ended it, as it does when memory runs out"
        ) from None


@contextmanager
def _processes(freezer: PageFreezer, cache: Cache, jobs: int) -> Iterator[list[Connection]]:
    """Fork processes that freeze what they are sent; end them afterwards."""
    import multiprocessing  # here: a build of a few pages needs no other processes

    context = multiprocessing.get_context("fork")
    processes, connections = [], []
    for _ in range(jobs):
        ours, theirs = context.Pipe()
        connections.append(ours)
        process = context.Process(target=_serve, args=(theirs, connections, freezer, cache), daemon=True)
        process.start()
        theirs.close()
        processes.append(process)
    forget_documents()  # which those processes have taken along
    try:
        yield connections
    finally:
        for connection in connections:
            connection.close()
        for process in processes:
            process.terminate()
            process.join()


def _serve(connection: Connection, inherited: list[Connection], freezer: PageFreezer, cache: Cache) -> None:
    """Freeze batches of pages as they come, until there is nobody to send them any more, or Ctrl-C ends all."""
    for other in inherited:  # while this process held them, no process would ever see that nobody is left
        other.close()
    with suppress(EOFError, ConnectionError, KeyboardInterrupt):
        while True:
            refs = connection.recv()
            try:
                pages = freezer.freeze(refs)
                cache.write()
            except (FreezingError, OSError) as error:
                connection.send(error)
                return
            connection.send(pages)
