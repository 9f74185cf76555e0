"""Freed memory -> back to the system at once, where the C library would keep it.

In and out: the allocator of this process.
"""

from __future__ import annotations

import ctypes

_M_MMAP_THRESHOLD = -3  # its number in malloc.h
_LARGE = 1 << 22


def give_back_large_arrays() -> None:
    """Map every array from four megabytes on by itself, so that it is gone when it is freed.

    glibc begins so, but with each large array that is freed it takes larger ones into its heaps,
    where what lives longer keeps what is around it. Elsewhere this does nothing.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_M_MMAP_THRESHOLD, _LARGE)
