"""Array files in memory: their pages belong to all processes, and there is room behind them.

In: an `.npy` file. Out: a read-only array over the file's own pages, to which rows can be
appended (`recsys.data.append`) that belong to this process alone.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import sys
import weakref
from pathlib import Path
from typing import Any

import numpy as np

from recsys.data.append import Room

_WORTH_SHARING = 1 << 20  # bytes; a smaller array is copied when it grows
_SPARE_SHARE, _SPARE_BYTES = 0.5, 8 << 20  # addresses only: memory is taken when it is written
_FIXED, _NO_RESERVE = 0x10, 0x4000  # of Linux


def map_array(path: Path) -> np.ndarray:
    """The array in a file; raises OSError or ValueError where the file holds none."""
    # A plain view: results of a memmap's own operations would be memmaps without a file.
    mapped = np.lib.format.open_memmap(path, mode="r")
    alone = sys.platform != "linux" or mapped.nbytes < _WORTH_SHARING
    if alone or not mapped.flags.c_contiguous:
        return np.asarray(mapped)
    memory = _file_and_room(path, int(mapped.nbytes * _SPARE_SHARE) + _SPARE_BYTES)
    if memory is None:
        return np.asarray(mapped)
    room = Room(memory, mapped.offset + mapped.nbytes)
    return room.view(mapped.shape, mapped.dtype, mapped.offset)


def _file_and_room(path: Path, spare: int) -> np.ndarray | None:
    """Memory that begins with a file's pages and has `spare` bytes behind the file.

    None where the system gives no such addresses. Whole pages are the file's own; the last, begun
    one is a copy, since rows will be written into it.
    """
    size = path.stat().st_size
    whole = size - size % mmap.PAGESIZE
    length = -(-(size + spare) // mmap.PAGESIZE) * mmap.PAGESIZE
    private = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _NO_RESERVE
    address = _mmap(None, length, mmap.PROT_READ | mmap.PROT_WRITE, private, -1)
    if address is None:
        return None
    pages: Any = (ctypes.c_ubyte * length).from_address(address)
    memory = np.frombuffer(pages, dtype=np.uint8)
    freed = weakref.finalize(pages, _LIBC.munmap, ctypes.c_void_p(address), ctypes.c_size_t(length))
    freed.atexit = False  # arrays may be in use until the very end
    with path.open("rb") as file:
        if _mmap(address, whole, mmap.PROT_READ, mmap.MAP_SHARED | _FIXED, file.fileno()) is None:
            return None
        rest = os.pread(file.fileno(), size - whole, whole)
    memory[whole:size] = np.frombuffer(rest, dtype=np.uint8)
    return memory


def _mmap(address: int | None, length: int, rights: int, flags: int, file: int) -> int | None:
    found = _LIBC.mmap(address, length, rights, flags, file, 0)
    return None if found == ctypes.c_void_p(-1).value else found


_LIBC = ctypes.CDLL(None)
_LIBC.mmap.restype = ctypes.c_void_p
_LIBC.mmap.argtypes = (
    ctypes.c_void_p,
    ctypes.c_size_t,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.c_long,
)
