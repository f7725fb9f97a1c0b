"""Which distributions a tip uses, and in which version."""

from __future__ import annotations

import ast
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions, version

from .plan import File, Plan
from .statements import Statement
from .transcript import expected_turns, sessions


def find_versions(plan: Plan) -> Mapping[str, str]:
    """Give the versions of Python, of Flask, and of what the tip's own code imports.

    Since every line of a tip is executed, what it imports is what it says it imports.
    """
    found = {"Python": platform.python_version(), "Flask": version("flask")}
    for module in sorted(imported_modules(plan)):
        if name := distribution_of(module):
            found.setdefault(display_name(name), version(name))
    return found


def display_name(distribution: str) -> str:
    """Give a distribution's name as a sentence has it."""
    return {"flask": "Flask", "werkzeug": "Werkzeug", "jinja2": "Jinja", "Jinja2": "Jinja"}.get(
        distribution, distribution
    )


@cache
def distribution_of(module: str) -> str | None:
    """Name the distribution that provides a top-level module; most have the module's name."""
    with suppress(PackageNotFoundError):
        found = distribution(module)
        if any(file.parts[0] in (module, f"{module}.py") for file in found.files or ()):
            return found.metadata["Name"]
    return next(iter(_providers().get(module, ())), None)


@cache
def _providers() -> Mapping[str, Sequence[str]]:
    return packages_distributions()


def imported_modules(plan: Plan) -> set[str]:
    """Give the top-level modules that a tip imports and that are neither its own nor Python's."""
    own = {step.title.split("/")[0].removesuffix(".py") for step in plan.steps if isinstance(step, File)}
    names = {name for source in _sources(plan) for name in _imported(source)}
    return names - own - sys.stdlib_module_names


def _sources(plan: Plan) -> Iterator[str]:
    for step in plan.steps:
        if isinstance(step, File) and step.is_python:
            yield step.source
    for session in sessions(plan):
        yield from (turn.turn.source for turn in expected_turns(session) if isinstance(turn.turn, Statement))


def _imported(source: str) -> Iterator[str]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]
