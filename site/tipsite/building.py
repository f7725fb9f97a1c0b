"""Building: load, freeze what changed, check the whole, publish in one step, and remember."""

from __future__ import annotations

import gc
import hashlib
import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from flask import Flask

from .assets import Assets
from .cache import EXAMPLES, FOLDER, MADE, Cache
from .cards import find_card
from .checking import Site, check_feeds, check_ids, check_links, check_names, check_reachable, check_weight
from .documents import IN_MEMORY, find_document
from .errors import ContentError, FreezingError, Problem
from .factory import create_app
from .files import Stamp, find_published
from .freezing import PageFreezer, freeze
from .inputs import Inputs, make_ref, parse_ref
from .inspecting import compressed_size
from .library import Library
from .loading import Loader
from .opening import Opening
from .parsing import ParsingAhead, kind_of, read_bytes
from .publishing import Changes, Survey, advance, generation_of, survey
from .source import InvalidFileError, read
from .state import BuildState, Difference, PageRecord, is_as_described
from .templating import CompiledTemplates
from .tip import Page, Tip
from .walking import Revisit, Walk

if TYPE_CHECKING:
    from .proving import Evidence

MANIFEST = "manifest.json"
WORTH_LINKING = 1000  # files; fewer are linked faster than a process is started
WORTH_SURVEYING = 5000  # files; the same
RECENT = 2.0  # seconds


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


class OutputTouchedError(Exception):
    """The output is not what the last build left, though it looked like it."""


def build(options: Options, fingerprint: str, opening: Opening, progress: Callable[[str], None]) -> Report:
    """Build a site; raise TipsiteError, and leave the output alone, if anything is wrong."""
    try:
        return _prepare(options, fingerprint, opening, progress).run()
    except OutputTouchedError:
        return _prepare(options, fingerprint, opening, progress, anew=True).run()


def _prepare(
    options: Options, fingerprint: str, opening: Opening, progress: Callable[[str], None], anew: bool = False
) -> Build:
    """Load what a build needs. All of it stays: to look through it for garbage would take longer than to load it."""
    gc.disable()
    try:
        return Build(options, fingerprint, opening, progress, anew)
    finally:
        gc.freeze()
        gc.enable()


class Build:
    """One build, from what the last one left to what the next one will find; `anew` takes no page from the last one."""

    def __init__(
        self,
        options: Options,
        fingerprint: str,
        opening: Opening,
        progress: Callable[[str], None],
        anew: bool = False,
    ) -> None:
        self.clock = Clock()
        self.warnings: list[Problem] = []
        self.fresh_digests: dict[str, str] = {}
        self.evidence: dict[str, str] = {}
        self.options = options
        self.fingerprint = fingerprint
        self.opening = opening
        self.workspace = opening.workspace
        self.state_file = opening.state_file
        self.progress = progress
        last = opening.last
        there = last.generation and last.generation == generation_of(self.workspace.output)
        self.known = last.files if there else None
        self.survey: Survey | None = None
        if there and options.jobs > 1 and len(last.files) >= WORTH_SURVEYING:
            self.survey = Survey(options.output, last.files)
        self.old = last if there and not anew and not options.no_cache else BuildState()
        self.cache = Cache(None if options.no_cache else FOLDER / MADE)
        self.known_stamps = opening.known_stamps
        self.parsed = {} if options.no_cache else opening.state_file.parsed()
        self.loader = self._make_loader()
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
        self.base_url: str = self.app.config["BASE_URL"]
        self.assets: Assets = self.app.extensions["assets"]
        self.clock.lap("loading")

    def _make_loader(self) -> Loader:
        """Make what loads the content; what it was parsed to before, or by another process, is not parsed again."""
        render = partial(find_document, cache=self.cache)
        loader = Loader(self.options.content, drafts=self.options.drafts, render=render)
        loader.listed = self.opening.stamps
        loader.parsed = {path: (self.known_stamps[path], parsed) for path, parsed in self.parsed.items()}
        if ahead := self.opening.take_parsing():
            self._render_while(ahead, loader)
            loader.parsed |= ahead.result()
        return loader

    def run(self) -> Report:
        """Freeze, check, publish and remember."""
        evidence, problems = self._prove()
        way = self._freeze(evidence, problems)
        digests, changes = self._collect(way)
        known = self.old.files
        gone = [(path, known[path][1]) for path in changes.all & known.keys()]
        generation = advance(self.old.generation, gone, [(path, digests[path]) for path in changes.written])
        spared = len(digests) >= WORTH_LINKING and self.options.jobs > 1 and not generation_of(self.workspace.output)
        with self.workspace.linking(generation) if spared and not problems else nullcontext():
            self._check(way, digests, changes, problems)
            if changes.all or not self.old.generation:
                self._publish(changes, digests, generation)
            elif not is_as_described(self.old, self.workspace.output):
                raise OutputTouchedError
            state = self._remember(way, changes, digests, generation, spared=spared)
        self.clock.lap("remembering")
        return Report(
            **state.summary,
            written=tuple(sorted(changes.written)),
            removed=tuple(sorted(changes.removed)),
            heaviest=tuple(self.state_file.heaviest(3)),
            seconds=self.clock.laps,
            scheduled=self.library.scheduled,
            warnings=tuple(sorted(self.warnings)),
        )

    def _prove(self) -> tuple[dict[str, Evidence], list[Problem]]:
        """Run the examples of every tip that has not passed as it is."""
        if not self.library.settings.examples:
            return {}, []
        from .proving import prove  # here: a site without examples need not wait for what runs them

        cache = None if self.options.no_cache else FOLDER / EXAMPLES
        with ThreadPoolExecutor(1) as pool, self.opening.take_runner() as runner:
            proving = pool.submit(prove, self.library.tips, cache=cache, jobs=self.options.jobs, runner=runner)
            if not self.old.generation:
                self._render_until(proving.done)
            evidence, problems = proving.result()
        self.clock.lap("checking examples")
        return evidence, problems

    def _render_while(self, ahead: ParsingAhead, loader: Loader) -> None:
        """Render what a first build will ask for, as far as it can be found again, while another process parses it."""
        paths = [path for path in self.opening.stamps or () if kind_of(path) == "tip"]
        for path in paths[: self._findable]:
            if ahead.ended:
                return
            with suppress(ContentError, InvalidFileError):  # loading says what is wrong
                loader.render(read(read_bytes(self.options.content, path)).body, self.opening.with_examples)

    def _render_until(self, ended: Callable[[], bool]) -> None:
        """Render what a first build will ask for, as far as it can be found again, while examples wait for others."""
        for item in self.library.items[: self._findable]:
            if ended():
                return
            self.library.document(item)

    @property
    def _findable(self) -> int | None:
        """How many documents can be found again when one after the other is rendered; None if all can."""
        return IN_MEMORY if self.cache.path is None else None

    def _freeze(self, evidence: Mapping[str, Evidence], problems: list[Problem]) -> Walk | Revisit:
        """Freeze every page that is not as it was; add what is wrong with any to `problems`."""
        self.app.extensions["evidence"] = lambda tip: evidence.get(tip.slug)
        self.evidence = {slug: one.digest for slug, one in evidence.items()}
        inputs = Inputs(self.library, self.fingerprint, self.evidence)
        freezer = PageFreezer(self.app, self.workspace.fresh, inputs)
        way, found = self._revisit(inputs, freezer) or self._walk(inputs, freezer)
        problems += (problem for problem in found if not problem.warning)
        self.warnings += (problem for problem in found if problem.warning)
        self.clock.lap("freezing")
        return way

    def _walk(self, inputs: Inputs, freezer: PageFreezer) -> tuple[Walk, list[Problem]]:
        """Walk over all pages, and freeze those that are not as they were."""
        known = self.state_file.pages() if self.old.generation else {}
        walk = Walk(_roots(self.app, self.library), known, inputs)
        return walk, self._freeze_along(walk, freezer)

    def _revisit(self, inputs: Inputs, freezer: PageFreezer) -> tuple[Revisit, list[Problem]] | None:
        """Freeze the pages that show texts which were edited; None if that may not be all that there is to do."""
        edited = self._edited()
        if edited is None:
            return None
        revisit = Revisit(edited, self.state_file, inputs, self.base_url)
        problems = self._freeze_along(revisit, freezer)
        return None if revisit.leads_elsewhere else (revisit, problems)

    def _freeze_along(self, way: Walk | Revisit, freezer: PageFreezer) -> list[Problem]:
        """Freeze the changed pages of a way; give what is wrong with any."""
        self.workspace.empty_fresh()
        self.fresh_digests = {}
        found: list[Problem] = []
        for frozen in freeze(way, freezer, self.cache, self.options.jobs, self.progress):
            found += frozen.problems
            if frozen.page.file:
                self.fresh_digests[frozen.page.file] = frozen.digest
        return found

    def _edited(self) -> set[str] | None:
        """Give the paths of the tips and pages whose text or evidence is not that of the last build.

        None if anything else may have changed too, or there is no last build.
        """
        old, day, stamps = self.old, self.library.today.isoformat(), self.loader.stamps
        if old.fingerprint != self.fingerprint or not old.days[0] <= day <= old.days[1]:
            return None
        if not old.generation or self.known_stamps.keys() != stamps.keys():
            return None
        edited = set()
        for path in (path for path, stamp in self.known_stamps.items() if stamp != stamps[path]):
            before, now = self.parsed.get(path), self.loader.parsed.get(path, (None, None))[1]
            if not isinstance(before, Tip | Page) or not isinstance(now, Tip | Page) or before.card != now.card:
                return None
            if before.digest != now.digest:
                edited.add(path)
        proven, tips = self.evidence, self.library.by_slug
        seen_anew = {slug for slug in proven.keys() | old.evidence.keys() if proven.get(slug) != old.evidence.get(slug)}
        return edited | {tips[slug].path for slug in seen_anew & tips.keys()}

    def _collect(self, way: Walk | Revisit) -> tuple[dict[str, str], Changes]:
        """Give the digest of each file of the new site, and what changes: fresh files that are as they were do not."""
        fresh, known = self.workspace.fresh, self.old.files
        digests = {path: known[path][1] for path in way.kept_files(known)}
        digests |= self.fresh_digests
        made = set(self.fresh_digests)
        if isinstance(way, Walk):
            copied = _copy_files(self.assets, self.library, way, fresh)
            digests |= {path: _digest(fresh / path) for path in copied}
            made |= copied
        if self.options.manifest:
            digests.pop(MANIFEST, None)
            (fresh / MANIFEST).write_text(json.dumps(dict(sorted(digests.items())), indent=1) + "\n")
            made.add(MANIFEST)
            digests[MANIFEST] = _digest(fresh / MANIFEST)
        same = {path for path in made if path in known and known[path][1] == digests[path]}
        self.clock.lap("collecting")
        return digests, Changes(frozenset(made - same), frozenset(known.keys() - digests.keys()))

    def _check(
        self, way: Walk | Revisit, digests: Mapping[str, str], changes: Changes, problems: list[Problem]
    ) -> None:
        """Raise ContentError if anything is wrong with the site as a whole, or was with a page."""
        site = Site(way.page_of, digests, self.base_url)
        changed = [page for page in way.pages.values() if page.ref not in way.unchanged]
        if not problems:
            problems += check_links(site, self.library, self._with_links_to_check(way, changes, changed))
            problems += check_ids(self.library, changed)
            if self._may_hide_others(way, site, changes, changed):
                problems += check_reachable(site, self.library)
            problems += check_names(digests) if changes.written - self.old.files.keys() else ()
            problems += check_weight(self.library, changed, _shared_weight(self.assets))
            problems += check_feeds(site, self.workspace.fresh, changes.written)
        if problems:
            raise ContentError(problems)
        self.clock.lap("checking")

    def _with_links_to_check(
        self, way: Walk | Revisit, changes: Changes, changed: Collection[PageRecord]
    ) -> Collection[PageRecord]:
        """Give the changed pages, and those that may link to a file that has gone or to an id that a page has lost."""
        if changes.removed:
            return way.pages.values()
        if any(set(way.known[page.ref].ids) - set(page.ids) for page in changed if page.ref in way.known):
            return [*changed, *way.anchored_pages()]
        return changed

    def _may_hide_others(
        self, way: Walk | Revisit, site: Site, changes: Changes, changed: Iterable[PageRecord]
    ) -> bool:
        """Tell whether a way of links may have been lost, or a page is new and may have none."""
        if changes.removed or any(page.ref not in way.known for page in changed):
            return True
        lost = (target for page in changed for target in set(way.known[page.ref].targets).difference(page.targets))
        return any(not target.startswith("#") and site.locate(target) for target in lost)

    def _publish(self, changes: Changes, digests: Mapping[str, str], generation: str) -> None:
        spare = self.workspace.spare
        if self.known is not None and not self._find_as_it_was(self.known) and self.old.generation:
            raise OutputTouchedError
        current = bool(self.old.spare_generation) and generation_of(spare) == self.old.spare_generation
        self.state_file.forget_spare()
        kept = digests.keys() - changes.written
        self.workspace.prepare_spare(kept, self.old.pending, changes, generation, current=current)
        self.workspace.exchange()
        self.clock.lap("publishing")

    def _find_as_it_was(self, known: Mapping[str, tuple[Stamp, str]]) -> bool:
        """Tell whether the output is as the last build left it; what was seen a while ago does not count."""
        if self.survey is not None and self.survey.seconds < RECENT:
            return self.survey.result()
        return survey(self.options.output, known)

    def _remember(
        self, way: Walk | Revisit, changes: Changes, digests: Mapping[str, str], generation: str, *, spared: bool
    ) -> BuildState:
        """Write down what the next build will want to know; `spared` says that the spare is like the output."""
        files = dict(self.old.files)
        for path in changes.removed:
            del files[path]
        for path in changes.written:
            files[path] = (_stamp_of(f"{self.workspace.output}/{path}"), digests[path])
        spare_generation, pending = self.old.spare_generation, self.old.pending
        if spared:
            spare_generation, pending = generation, ()
        elif changes.all:
            spare_generation, pending = self.old.generation, tuple(sorted(changes.all))
        state = BuildState(
            fingerprint=self.fingerprint,
            generation=generation,
            spare_generation=spare_generation,
            pending=pending,
            summary={
                "pages": sum([path.endswith(".html") for path in files]),
                "files": len(files),
                "bytes": sum([stamp[2] for stamp, _ in files.values()]),
            },
            files=files,
            days=self.library.days,
            evidence=self.evidence,
        )
        try:
            self.state_file.save(state, self._difference(way, changes))
        except sqlite3.OperationalError as error:
            message = f"this build cannot be remembered ({error}): the next one makes everything anew"
            self.warnings.append(Problem(str(self.workspace.state), 0, 0, message, warning=True, site=True))
        return state

    def _difference(self, way: Walk | Revisit, changes: Changes) -> Difference:
        """Say how what there is to remember differs from what is remembered."""
        parsed, stamps, anew = self.loader.parsed, self.loader.stamps, not self.old.generation
        known = {} if anew else self.known_stamps
        return Difference(
            sources={
                path: (stamps[path], parsed[path][1] if path in parsed else None)
                for path, _ in stamps.items() - known.items()
            },
            sources_gone=known.keys() - stamps.keys(),
            pages=[page for page in way.pages.values() if page.ref not in way.unchanged],
            pages_gone=[page for page in way.known.values() if way.pages.get(page.ref) is not page],
            written=changes.written,
            removed=changes.removed,
            anew=anew,
        )


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


def _stamp_of(path: str) -> Stamp:
    stamp = find_published(path)
    if stamp is None:
        raise FreezingError(f"{path} was changed by something else during the build: build again")
    return stamp
