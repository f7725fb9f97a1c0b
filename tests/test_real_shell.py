"""Every tip a second time, through a real shell, the real `flask run` and the real curl."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from real_shell import RealShell
from test_tips import TIPS
from tipsite.proving import subject_of
from tipsite.tip import Tip


@pytest.mark.parametrize("tip", TIPS, ids=lambda tip: tip.path)
def test_a_real_shell_prints_the_same(tip: Tip, tmp_path: Path):
    for program in ("bash", "curl"):
        if shutil.which(program) is None and os.environ.get("CI") != "true":
            pytest.skip(f"{program} is missing: apt-get install {program}")
    shell = RealShell(subject_of(tip), tmp_path)
    try:
        assert "\n".join(shell.differences()) == ""
    finally:
        shell.end()
