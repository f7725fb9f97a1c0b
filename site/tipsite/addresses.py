"""Addresses: the URL path that each file claims, and what is wrong where two claim the same one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from .errors import Problem, did_you_mean
from .settings import FILE as SETTINGS_FILE
from .settings import Settings
from .tip import Page, Tip

SITE = "the site itself"
RESERVED = (
    "/",
    "/404.html",
    "/_headers/",
    "/index.html",
    "/random/",
    "/tips/",
    "/topics/",
    "/tags/",
    "/files/",
    "/static/",
)


def check_topics(tips: Iterable[Tip], settings: Settings, root: Path) -> Iterator[Problem]:
    """Report tips whose folder is no topic, and tips that a topic lists and does not have."""
    slugs: dict[str, list[str]] = {topic.slug: [] for topic in settings.topics}
    for tip in tips:
        if tip.topic in slugs:
            slugs[tip.topic].append(tip.slug)
        else:
            suggestion = did_you_mean(tip.topic, slugs)
            yield Problem(tip.path, 1, 0, f"{SETTINGS_FILE} has no topic “{tip.topic}”: {suggestion}")
    for topic in settings.topics:
        for slug in set(topic.tips) - set(slugs[topic.slug]):
            if (root / "tips" / topic.slug / f"{slug}.md").is_file():
                continue  # it has errors of its own, which are told
            suggestion = did_you_mean(slug, slugs[topic.slug])
            line = _line_of(root / SETTINGS_FILE, f'"{slug}"')
            yield Problem(SETTINGS_FILE, line, 0, f"the topic “{topic.slug}” has no tip “{slug}”: {suggestion}")


def check_addresses(tips: Iterable[Tip], pages: Iterable[Page], root: Path) -> Iterator[Problem]:
    """Report each address that would belong to two files, or to a file and the site itself."""
    owners = dict.fromkeys(RESERVED, SITE)
    for page in pages:
        address = f"/{page.slug}/"
        if owners.setdefault(address, page.path) != page.path:
            yield _taken(page.path, 1, "this file’s name", address, owners[address])
    for tip in tips:
        address = f"/tips/{tip.slug}/"
        if owners.setdefault(address, tip.path) != tip.path:
            yield _taken(tip.path, 1, f"the slug “{tip.slug}”", address, owners[address])
    owners |= {f"/topics/{tip.topic}/": "the page of the topic" for tip in tips}
    owners |= {f"/tags/{tag}/": "the page of the tag" for tip in tips for tag in tip.tags}
    for tip in tips:
        for alias in tip.aliases:
            folded = alias.casefold()  # all other addresses are in lower case, and many systems hold both for one
            owner = owners.get(folded.removesuffix("index.html")) or owners.get(folded)
            if owner:
                yield _taken(tip.path, _line_of(root / tip.path, alias), "the alias", alias, owner)
            owners[folded] = tip.path


def _taken(path: str, line: int, what: str, address: str, owner: str) -> Problem:
    message = f"{what} gives the address {address}, which is that of {owner}, but for case: choose another"
    return Problem(path, line, 0, message.replace(", but for case", "") if address == address.lower() else message)


def _line_of(path: Path, text: str) -> int:
    """Find the first line of a file that has a text."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((number for number, line in enumerate(lines, start=1) if text in line), 1)
