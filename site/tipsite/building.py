"""Building: load, freeze what changed, check the whole, publish in one step, and remember."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from flask import Flask

from .assets import Assets
from .cache import MADE, Cache
from .cards import find_card
from .checking import Site, check_feeds, check_ids, check_links, check_names, check_reachable, check_weight
from .documents import IN_MEMORY, find_document
from .errors import ContentError, FreezingError, Problem
from .factory import create_app
from .files import Stamp
from .freezing import PageFreezer, freeze
from .inputs import Inputs, make_ref, parse_ref
from .inspecting import compressed_size
from .library import Library
from .loading import Loader
from .proving import Evidence, prove
from .publishing import Changes, Workspace, check_nothing_else, check_output, generation_of, writing
from .state import BuildState, PageRecord, StateFile, stamp_of, usable
from .templating import CompiledTemplates
from .tip import Tip
from .walking import Walk

MANIFEST = "manifest.json"
CACHE = Path(".cache")


class Options(Protocol):
    """How to build; see freeze.py for what each option does."""

    content: Path
    output: Path
    base_url: str | None
    drafts: bool
    noindex: bool
    jobs: int
    no_cache: bool
    no_cards: bool
    manifest: bool


@dataclass(frozen=True)
class Report:
    """What a build wrote: counts of pages (HTML) and of all files, bytes, and the names that changed.

    `scheduled` are the tips that it left out because their day has not come, `warnings` those of the pages written.
    """

    pages: int
    files: int
    bytes: int
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    heaviest: tuple[tuple[str, int], ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    scheduled: tuple[Tip, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def slowest(self) -> list[tuple[str, float]]:
        """The parts of the build that took longest, in seconds."""
        return sorted(self.seconds.items(), key=lambda item: -item[1])[:3]


def build_site(
    options: Options, fingerprint: str, say: Callable[[str], None], progress: Callable[[str], None]
) -> Report:
    """Build a site; raise TipsiteError, and leave the output alone, if anything is wrong."""
    check_output(options.output, options.content)
    workspace = Workspace(options.output)
    with workspace.locked(say), writing(options.output):
        state_file = StateFile(workspace.state)
        try:
            return Build(options, fingerprint, workspace, state_file, progress).run()
        finally:
            state_file.close()
            shutil.rmtree(workspace.fresh, ignore_errors=True)


class Build:
    """One build, from what the last one left to what the next one will find."""

    def __init__(
        self,
        options: Options,
        fingerprint: str,
        workspace: Workspace,
        state_file: StateFile,
        progress: Callable[[str], None],
    ) -> None:
        self.clock = Clock()
        self.warnings: list[Problem] = []
        self.fresh_digests: dict[str, str] = {}
        self.options = options
        self.fingerprint = fingerprint
        self.workspace = workspace
        self.state_file = state_file
        self.progress = progress
        self.cache = Cache(None if options.no_cache else CACHE / MADE)
        self.loader = Loader(options.content, drafts=options.drafts, render=partial(find_document, cache=self.cache))
        if not options.no_cache:
            self.loader.parsed = state_file.parsed()
        self.app = create_app(
            options.content,
            preview=False,
            base_url=options.base_url,
            noindex=options.noindex,
            cards=not options.no_cards,
            loader=self.loader,
        )
        self.app.extensions["draw"] = partial(find_card, cache=self.cache)
        self.app.jinja_env.bytecode_cache = CompiledTemplates(self.cache)
        self.library: Library = self.app.extensions["library"]()
        self.assets: Assets = self.app.extensions["assets"]
        last = state_file.load(pages=not options.no_cache)
        self.known = last.files.keys() if last.generation == generation_of(workspace.output) else None
        self.old = BuildState() if options.no_cache else usable(last, workspace.output)
        self.clock.lap("loading")

    def run(self) -> Report:
        """Freeze, check, publish and remember."""
        evidence, problems = self._prove()
        walk = self._freeze(evidence, problems)
        digests, changes = self._collect(walk)
        self._check(walk, digests, changes, problems)
        generation = hashlib.sha256(repr(sorted(digests.items())).encode()).hexdigest()
        if changes.all or not self.old.generation:
            self._publish(changes, digests, generation)
        state = self._remember(walk, changes, digests, generation)
        heaviest = sorted(((page.file, page.compressed) for page in walk.pages.values()), key=lambda item: -item[1])
        return Report(
            **state.summary,
            written=tuple(sorted(changes.written)),
            removed=tuple(sorted(changes.removed)),
            heaviest=tuple(heaviest[:3]),
            seconds=self.clock.laps,
            scheduled=self.library.scheduled,
            warnings=tuple(sorted(self.warnings)),
        )

    def _prove(self) -> tuple[dict[str, Evidence], list[Problem]]:
        """Run the examples of every tip that has not passed as it is."""
        if not self.library.settings.examples:
            return {}, []
        cache = None if self.options.no_cache else CACHE / "examples"
        with ThreadPoolExecutor(1) as pool:
            proving = pool.submit(prove, self.library.tips, cache=cache, jobs=self.options.jobs)
            if not self.old.pages:
                self._render_ahead()
            evidence, problems = proving.result()
        self.clock.lap("checking examples")
        return evidence, problems

    def _render_ahead(self) -> None:
        """Render what a first build will ask for, as far as it stays in memory, while examples wait for one another."""
        for item in self.library.items[:IN_MEMORY]:
            self.library.document(item)

    def _freeze(self, evidence: Mapping[str, Evidence], problems: list[Problem]) -> Walk:
        """Freeze every page that is not as it was; add what is wrong with any to `problems`."""
        self.app.extensions["evidence"] = lambda tip: evidence.get(tip.slug)
        inputs = Inputs(self.library, self.fingerprint, {slug: one.digest for slug, one in evidence.items()})
        walk = Walk(_roots(self.app, self.library), self.old.pages, inputs)
        freezer = PageFreezer(self.app, self.workspace.empty_fresh())
        for frozen in freeze(walk, freezer, self.cache, self.options.jobs, self.progress):
            problems += (problem for problem in frozen.problems if not problem.warning)
            self.warnings += (problem for problem in frozen.problems if problem.warning)
            self.fresh_digests[frozen.page.file] = frozen.digest
        self.clock.lap("freezing")
        return walk

    def _collect(self, walk: Walk) -> tuple[dict[str, str], Changes]:
        """Give the digest of each file of the new site, and what changes: fresh files that are as they were do not."""
        fresh, known = self.workspace.fresh, self.old.files
        digests = {walk.pages[ref].file: known[walk.pages[ref].file][1] for ref in walk.unchanged}
        made = {page.file for page in walk.pages.values()} - digests.keys()
        digests |= {path: self.fresh_digests[path] for path in made}
        copied = _copy_files(self.assets, self.library, walk, fresh)
        digests |= {path: _digest(fresh / path) for path in copied}
        made |= copied
        if self.options.manifest:
            (fresh / MANIFEST).write_text(json.dumps(dict(sorted(digests.items())), indent=1) + "\n")
            made.add(MANIFEST)
            digests[MANIFEST] = _digest(fresh / MANIFEST)
        same = {path for path in made if path in known and known[path][1] == digests[path]}
        self.clock.lap("collecting")
        return digests, Changes(frozenset(made - same), frozenset(known.keys() - digests.keys()))

    def _check(self, walk: Walk, digests: Mapping[str, str], changes: Changes, problems: list[Problem]) -> None:
        """Raise ContentError if anything is wrong with the site as a whole, or was with a page."""
        pages = list(walk.pages.values())
        site = Site(pages, digests, self.app.config["BASE_URL"] or self.library.settings.base_url)
        changed = [page for page in pages if page.ref not in walk.unchanged]
        if not problems:
            problems += check_links(site, self.library, pages if self._may_break_others(changes, changed) else changed)
            problems += check_ids(self.library, changed)
            problems += check_reachable(site, self.library) if self._may_hide_others(changes, changed) else ()
            problems += check_names(digests)
            problems += check_weight(self.library, changed, _shared_weight(self.assets))
            problems += check_feeds(site, self.workspace.fresh, changes.written)
        if problems:
            raise ContentError(problems)
        self.clock.lap("checking")

    def _may_break_others(self, changes: Changes, changed: Iterable[PageRecord]) -> bool:
        """Tell whether a file has gone, or an id of a page, that an unchanged page may link to."""
        known = self.old.pages
        return bool(changes.removed) or any(
            set(known[page.ref].ids) - set(page.ids) for page in changed if page.ref in known
        )

    def _may_hide_others(self, changes: Changes, changed: Iterable[PageRecord]) -> bool:
        """Tell whether a way of links may have been lost, or a page is new and may have none."""
        known = self.old.pages
        return bool(changes.removed) or any(
            page.ref not in known or not set(known[page.ref].targets) <= set(page.targets) for page in changed
        )

    def _publish(self, changes: Changes, digests: Mapping[str, str], generation: str) -> None:
        spare = self.workspace.spare
        if self.known is not None and self.workspace.output.is_dir():
            check_nothing_else(self.options.output, self.known)
        current = bool(self.old.spare_generation) and generation_of(spare) == self.old.spare_generation
        self.state_file.forget_spare()
        kept = digests.keys() - changes.written
        self.workspace.prepare_spare(kept, self.old.pending, changes, generation, current=current)
        self.workspace.exchange()
        self.clock.lap("publishing")

    def _remember(self, walk: Walk, changes: Changes, digests: Mapping[str, str], generation: str) -> BuildState:
        files = _stamped(self.workspace.output, digests, self.old, changes)
        sizes = [stamp[2] for stamp, _ in files.values()]
        state = BuildState(
            fingerprint=self.fingerprint,
            generation=generation,
            spare_generation=self.old.generation if changes.all else self.old.spare_generation,
            pending=tuple(sorted(changes.all)) if changes.all else self.old.pending,
            summary={
                "pages": sum(path.endswith(".html") for path in files),
                "files": len(files),
                "bytes": sum(sizes),
            },
            files=files,
            pages=walk.pages,
            days=self.library.days,
        )
        parsed = self.loader.parsed
        sources = {
            path: (stamp, parsed[path][1] if path in parsed else None) for path, stamp in self.loader.stamps.items()
        }
        try:
            self.state_file.save(self.old, state, sources)
        except sqlite3.OperationalError as error:
            message = f"this build cannot be remembered ({error}): the next one makes everything anew"
            self.warnings.append(Problem(str(self.workspace.state), 0, 0, message, warning=True, site=True))
        self.clock.lap("remembering")
        return state


class Clock:
    """Measures how long each part of a build takes, in seconds."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        """End a part."""
        now = time.perf_counter()
        self.laps[name] = now - self._last
        self._last = now


def _roots(app: Flask, library: Library) -> Iterator[str]:
    """Yield the pages that need no link: routes without arguments, and old addresses."""
    rules = [rule for rule in app.url_map.iter_rules() if not rule.arguments and "GET" in (rule.methods or ())]
    for rule in sorted(rules, key=lambda rule: rule.rule):
        yield make_ref(rule.endpoint, {})
    for alias in library.by_alias:
        yield make_ref("site.moved", {"address": alias.removeprefix("/")})


def _copy_files(assets: Assets, library: Library, walk: Walk, fresh: Path) -> set[str]:
    """Copy static assets, and the files that pages link to, without asking the app for them."""
    copies = {f"static/{assets.published_name(name)}": assets.folder / name for name in assets}
    for ref in walk.files:
        endpoint, values = parse_ref(ref)
        if endpoint == "site.attachment":
            copies[f"files/{values['path']}"] = library.root / values["path"]
    for path, source in copies.items():
        (fresh / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, fresh / path)
    return set(copies)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _shared_weight(assets: Assets) -> int:
    """Count the compressed bytes of what every page loads before it can be read."""
    return sum(compressed_size((assets.folder / name).read_bytes()) for name in assets if name.endswith(".css"))


def _stamped(
    output: Path, digests: Mapping[str, str], old: BuildState, changes: Changes
) -> dict[str, tuple[Stamp, str]]:
    files = {}
    for path, digest in digests.items():
        known = old.files.get(path) if path not in changes.written else None
        stamp = known[0] if known else stamp_of(f"{output}/{path}")
        if stamp is None:
            raise FreezingError(f"{output / path} was changed by something else during the build: build again")
        files[path] = (stamp, digest)
    return files
