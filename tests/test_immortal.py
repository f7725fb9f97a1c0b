"""Objects that are immortal: their references are not counted, so that forks share the memory that they lie in."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import os
import resource
import sys

from tipsite.examples.immortal import IMMORTAL, make_immortal

words = [str(number) for number in range(50_000)]  # some 600 pages of memory


def copied():
    process = os.fork()
    if process == 0:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for word in words:
            pass
        found = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
        os._exit(min(found // 10, 255))
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) * 10


before, done, after = copied(), make_immortal(), copied()
late = object()
print(done, before, after, sys.getrefcount(words[7]) == IMMORTAL, sys.getrefcount(late) == IMMORTAL)
"""


def test_a_fork_that_reads_immortal_objects_copies_no_memory():
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    done, before, after, word, late = run.stdout.split()
    if done == "False":
        assert sys.version_info < (3, 12) or sys.version_info >= (3, 14)
        pytest.skip("this Python has no immortal objects, or others")
    assert run.stderr == ""
    assert int(before) > 300
    assert int(after) < 100
    assert (word, late) == ("True", "False")
