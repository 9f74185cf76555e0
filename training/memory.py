"""Freed memory -> back to the system where it is large, kept where it is soon needed again.

In and out: the allocators of this process.
"""

from __future__ import annotations

import ctypes
import gc

import pyarrow as pa

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # their numbers in malloc.h
_LARGE, _KEPT = 1 << 22, 1 << 26


def give_back_what_is_free() -> None:
    """Give back all that is free now, as where much was read or learned that is no longer needed.

    Arrow keeps what tables took while they were read. Without glibc the rest stays as it is.
    """
    gc.collect()
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def give_back_large_arrays() -> None:
    """Map every array from four megabytes on by itself, so that it is gone when it is freed.

    glibc begins so, but with each large array that is freed it takes larger ones into its heaps,
    where what lives longer keeps what is around it. Of what smaller arrays leave free, each heap
    keeps up to 64 megabytes: to give it back and ask for it again with every block of scores
    takes a sixth of their time. Elsewhere this does nothing.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_M_MMAP_THRESHOLD, _LARGE)
        set_option(_M_TRIM_THRESHOLD, _KEPT)
