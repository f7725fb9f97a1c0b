"""Objects whose references nobody counts: those of a process that is there to be forked.

To use an object is to count a reference to it, and that is writing: of each page of memory that a fork writes to, it
gets a copy. Some objects of CPython are immortal since 3.12 (PEP 683): their references are not counted, and they are
never freed. No function makes others immortal; what it takes, in CPython 3.12 and 3.13, is the count that None has.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from itertools import chain

IMMORTAL = 0xFFFFFFFF  # what an immortal object begins with, in place of the number of references to it
ADDRESSES = 1 << 48  # bytes


def make_immortal() -> bool:
    """Make all objects of this process immortal; false where Python has no immortal objects, or has others.

    Only for a process that has all it needs and ends by itself: nothing that is there now is ever freed.
    """
    if sys.byteorder != "little" or ctypes.c_uint32.from_address(id(None)).value != IMMORTAL:
        return False
    counts = (ctypes.c_uint32 * (ADDRESSES // 4)).from_address(0)
    objects = gc.get_objects()
    for address in map(id, chain(objects, gc.get_referents(*objects))):
        counts[address // 4] = IMMORTAL
    gc.freeze()  # so that the next call need not look at them again
    return True
