"""Kernels are compiled by numba and kept on disk where a place for that can be written (0013)."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(function: Kernel) -> Kernel:
    """Compiles the function at its first call; a later process reads what was compiled from disk.

    Numba looks for a place in NUMBA_CACHE_DIR, beside the source, then in the account's cache.
    Where it may write in none of them, the function is compiled anew in each process instead.
    """
    return _compiled(function, {})


def bare(function: Kernel) -> Kernel:
    """Compiles as ``compiled`` does a function that makes no arrays, only reads and writes them.

    Numba then does not count references, which in small functions on tuples of arrays takes ten
    times as long as what they do.
    """
    return _compiled(function, {"_nrt": False})


def _compiled(function: Kernel, options: dict[str, Any]) -> Kernel:
    try:
        kernel = numba.njit(cache=True, nogil=True, **options)(function)
    except RuntimeError:  # “cannot cache function: no locator available”
        kernel = numba.njit(nogil=True, **options)(function)
    return cast("Kernel", kernel)  # called as the function is
