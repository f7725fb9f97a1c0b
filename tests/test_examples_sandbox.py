"""The sandbox where a user has no network of its own to give: what cannot be had is done without."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import require

RESTRICTED = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
IOCTL = {"x86_64": 16, "aarch64": 29}
CONFINED = """
import ctypes, os, socket, struct, sys
from pathlib import Path
from tipsite.examples.sandbox import confine

def refuse(ioctl):
    # seccomp: of this call, with this second argument, say that it is not permitted; allow all others
    steps = [(0x20, 0, 0, 0), (0x15, 0, 3, ioctl), (0x20, 0, 0, 24), (0x15, 0, 1, 0x8914),
             (0x06, 0, 0, 0x00050001), (0x06, 0, 0, 0x7FFF0000)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(38, 1, 0, 0, 0) == 0
    assert libc.prctl(22, 2, struct.pack("HxxxxxxP", len(steps), ctypes.addressof(program)), 0, 0) == 0

before = os.readlink("/proc/self/ns/net")
if sys.argv[2] == "refused":
    refuse(int(sys.argv[3]))
confine(Path(sys.argv[1]), own_network=True)
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname(), 5).close()
print("shared" if os.readlink("/proc/self/ns/net") == before else "own")
"""


@pytest.mark.skipif(platform.machine() not in IOCTL, reason="the number of a system call is not known here")
@pytest.mark.parametrize(("permission", "network"), [("granted", "own"), ("refused", "shared")])
def test_a_tip_has_its_own_loopback_or_that_of_the_machine(tmp_path: Path, permission: str, network: str):
    if permission == "granted" and RESTRICTED.exists() and RESTRICTED.read_text().strip() == "1":
        pytest.skip("AppArmor lets users have no network of their own here")
    require(shutil.which("setpriv"), "this needs setpriv: apt-get install util-linux")
    user = ["setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin"] if os.geteuid() == 0 else []
    arguments = [tmp_path, permission, str(IOCTL[platform.machine()])]

    done = subprocess.run(
        [*user, sys.executable, "-c", CONFINED, *arguments], capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr) == (f"{network}\n", "")
