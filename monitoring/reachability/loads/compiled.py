"""Inner loops that call one another: compiled by numba where the network is large, the same functions plain elsewhere.

Loading numba takes a second, and the first call of a loop on a machine some seconds more; both pay on large networks.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

WORTH_COMPILING = 2000
"""Nodes from which it pays."""


def fitting[F: Callable[..., Any]](function: F, nodes: int, called: tuple[Callable[..., Any], ...] = ()) -> F:
    """A loop, compiled with the functions it calls if there are that many nodes and numba is installed."""
    return _compiled(function, called) if nodes >= WORTH_COMPILING else function


@cache
def _compiled(function: Callable[..., Any], called: tuple[Callable[..., Any], ...]) -> Any:
    try:
        from numba import njit
        from numba.extending import register_jitable
    except ImportError:
        return function
    for inner in called:
        register_jitable(inner)
    return njit(cache=True)(function)
