"""Room for the frames of Python functions.

CPython (3.11 and later) keeps them in chunks of 16 kB: one is asked of the system when a frame does not fit, and given
back when that frame returns. Where the calls of a busy loop happen to cross the end of a chunk, each of them asks and
gives back: by luck up to a sixth of the time of a book. A frame that claims a large stack, of which it uses nothing,
makes one chunk that all frames above it fit in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

ROOM = 200_000
"""Words that the frame claims: the chunk is the next power of two, 2 MB, which leaves 400 kB for other frames. It is
memory only where it is used."""
T = TypeVar("T")


def roomy(function: Callable[..., T], *arguments: object) -> T:
    """Call a function with room for all that it calls."""
    return function(*arguments)


roomy.__code__ = roomy.__code__.replace(co_stacksize=ROOM)
