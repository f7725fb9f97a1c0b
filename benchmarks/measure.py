"""Run a command and say in JSON what it took: seconds by the clock and of processors, and bytes of memory.

A small process of its own, because Linux counts what a parent held before `exec` as memory of its child. The
memory is the most that any single process of the command held at once, its children included.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main() -> None:
    """Run what the arguments say; its output goes into the file that the first one names."""
    log, *command = sys.argv[1:]
    with open(log, "wb") as output:  # noqa: PTH123  # an import of pathlib would make this process larger
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
    unit = 1 if sys.platform == "darwin" else 1024
    taken = {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss * unit}
    print(json.dumps({"status": os.waitstatus_to_exitcode(status), **taken}))


main()
