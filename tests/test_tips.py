"""Every tip of this site is run as it stands: one test a tip, named by its path."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tipsite.examples import Outcome, check
from tipsite.loading import Loader
from tipsite.proving import subject_of

CONTENT = Path(__file__).parent.parent / "content"
TIPS = Loader(CONTENT, drafts=True).load().tips


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    found = check([subject_of(tip) for tip in TIPS], jobs=os.cpu_count() or 1)
    return {outcome.path: outcome for outcome in found}


@pytest.mark.parametrize("path", [tip.path for tip in TIPS])
def test_tip_runs(path: str, outcomes: dict[str, Outcome]):
    assert "\n".join(map(str, outcomes[path].problems)) == ""


@pytest.mark.parametrize("path", [tip.path for tip in TIPS])
def test_tip_shows_what_its_key_lines_do(path: str, outcomes: dict[str, Outcome]):
    assert outcomes[path].ablations
    assert all(ablation.diff for ablation in outcomes[path].ablations)


@pytest.mark.parametrize("tip", TIPS, ids=lambda tip: tip.path)
def test_every_block_of_a_tip_is_run(tip):
    assert [fence.line for fence in subject_of(tip).fences if fence.unrun] == []
