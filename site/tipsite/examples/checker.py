"""Checking tips: each is run as it is, and once more without the key lines of each of its files."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import Problem
from ..fence import Fence
from .ablation import remove_key_lines
from .evidence import Ablation, Outcome, digest, keep, recall
from .judgement import judge
from .plan import File, Plan, find_problems, make_plan
from .subject import LIMIT_SECONDS, Subject
from .transcript import diff_session, first_change, make_transcripts
from .versions import find_versions

if TYPE_CHECKING:
    from .runner import Runner

Progress = Callable[[Outcome], None]


def check(
    subjects: Sequence[Subject],
    *,
    cache: Path | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
    limit: float = LIMIT_SECONDS,
    runner: Runner | None = None,
) -> list[Outcome]:
    """Check tips and return their outcomes in the same order.

    `cache` is a folder in which the outcomes of tips that passed are kept; `jobs` processors are kept busy, by twice as
    many tips at a time, since each waits now and then; `progress` is called with each outcome as it comes, in any
    order, from the calling thread or another; `limit` is the time for one run of one tip, in seconds; `runner` is one
    that runs already, with a limit of its own.
    """
    tell = progress or (lambda outcome: None)
    outcomes = [_settle_without_running(subject, cache) for subject in subjects]
    for outcome in filter(None, outcomes):
        tell(outcome)
    pending = [subject for subject, outcome in zip(subjects, outcomes, strict=True) if outcome is None]
    fresh = iter(_check_pending(pending, cache, jobs, tell, limit, runner))
    return [outcome or next(fresh) for outcome in outcomes]


def _settle_without_running(subject: Subject, cache: Path | None) -> Outcome | None:
    key = digest(subject)
    if outcome := recall(cache, subject, key):
        return outcome
    if problems := find_problems(subject):
        return Outcome(subject.path, key, {}, problems=tuple(sorted(problems)))
    if not subject.sessions:
        return Outcome(subject.path, key, find_versions(make_plan(subject)))
    return None


def _check_pending(
    subjects: Sequence[Subject],
    cache: Path | None,
    jobs: int,
    tell: Progress,
    limit: float,
    runner: Runner | None,
) -> list[Outcome]:
    if not subjects:
        return []
    from .runner import Runner  # here: where nothing has to be run, nobody waits for it

    def check_and_tell(subject: Subject) -> Outcome:
        outcome = bench.check(subject)
        keep(cache, outcome)
        tell(outcome)
        return outcome

    with (
        ThreadPoolExecutor(2 * max(jobs, 1)) as pool,
        nullcontext(runner) if runner else Runner(limit=limit) as running,  # whose end fails what still waits for it
    ):
        bench = _Bench(running)
        longest_first = sorted(subjects, key=_expected_length, reverse=True)
        outcomes = dict(zip(longest_first, pool.map(check_and_tell, longest_first), strict=True))
    return [outcomes[subject] for subject in subjects]


def _expected_length(subject: Subject) -> tuple[bool, int]:
    """Guess how long a check takes: what waits for a service or a program in the background takes longest."""
    waits = bool(subject.needs) or any(fence.background for fence in subject.sessions)
    return waits, sum(len(fence.lines) for fence in subject.sessions) * (1 + len(subject.key_blocks))


@dataclass(frozen=True)
class _Bench:
    """Where tips are run; two that need the same port or service are not run at the same time."""

    runner: Runner
    locks: Mapping[object, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))

    def check(self, subject: Subject) -> Outcome:
        """Check one tip in which no problem is known yet."""
        started = time.monotonic()
        plan = make_plan(subject)
        with self._reserve([*plan.ports, *plan.needs]):
            record = self.runner.run(plan)
            problems = judge(subject.path, plan, record)
            ablations: list[Ablation] = []
            if not problems:
                ablations, problems = self._ablate(subject, plan)
        return Outcome(
            path=subject.path,
            digest=digest(subject),
            versions=find_versions(plan),
            transcripts=make_transcripts(plan, record),
            ablations=tuple(ablations),
            problems=tuple(sorted(set(problems))),
            seconds=round(time.monotonic() - started, 3),
        )

    @contextmanager
    def _reserve(self, things: Iterable[int | str]) -> Iterator[None]:
        with ExitStack() as stack:
            for thing in sorted(set(things), key=str):
                stack.enter_context(self.locks[thing])
            yield

    def _ablate(self, subject: Subject, plan: Plan) -> tuple[list[Ablation], list[Problem]]:
        """Run once more without the key lines of each file that marks some."""
        found = [self._run_without(fence, subject, plan) for fence in subject.key_blocks]
        ablations = [each for each in found if isinstance(each, Ablation)]
        return ablations, [each for each in found if isinstance(each, Problem)]

    def _run_without(self, fence: Fence, subject: Subject, plan: Plan) -> Ablation | Problem:
        record = self.runner.run(_without_key_lines(plan, fence), until_change=True)
        session = first_change(plan, record)
        removed = tuple(fence.line + line for line in fence.hl_lines)
        if session is None:
            return _no_difference(subject.path, fence, removed)
        return Ablation(fence.line, removed, session.line, diff_session(session, record))


def _without_key_lines(plan: Plan, fence: Fence) -> Plan:
    source = remove_key_lines(fence).source + "\n"
    steps = [
        replace(step, source=source) if isinstance(step, File) and step.line == fence.line else step
        for step in plan.steps
    ]
    return replace(plan, steps=tuple(steps))


def _no_difference(path: str, fence: Fence, removed: tuple[int, ...]) -> Problem:
    message = (
        f"the marked lines of “{fence.title}” change nothing: every session prints the same without them. "
        "Mark the lines that the tip is about, or add a session that shows what they do"
    )
    return Problem(path, removed[0], 0, message)
