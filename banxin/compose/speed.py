"""Making WeasyPrint faster without changing a byte of its PDFs: `with fast(): ...`.

Each patch is independent of the others and of the line composer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial

from banxin.collector import seldom
from banxin.compose import speed_boxes, speed_css, speed_draw, speed_layout, speed_pdf
from banxin.compose.swap import Swap, swapped

Patch = Callable[[], AbstractContextManager[None]]


SWAPS: Mapping[str, tuple[Swap, ...]] = {
    **speed_css.SWAPS,
    **speed_boxes.SWAPS,
    **speed_layout.SWAPS,
    **speed_draw.SWAPS,
    **speed_pdf.SWAPS,
}
"""The functions that each patch replaces."""
PATCHES: Mapping[str, Patch] = {
    "collector": seldom,
    **{name: partial(swapped, swaps) for name, swaps in SWAPS.items()},
}
"""In the order in which they are put in."""

_active: set[str] = set()


@contextmanager
def fast(names: Iterable[str] | None = None) -> Iterator[None]:
    """Run WeasyPrint with the patches `names` (all of them if None); one that is already in stays as it is.

    Raises:
        ToolError: WeasyPrint is not the version, or not the source, that the patches were made for.
        KeyError: there is no patch of a name.
    """
    wanted = [name for name in dict.fromkeys(PATCHES if names is None else names) if name not in _active]
    with ExitStack() as stack:
        for name in wanted:
            stack.enter_context(PATCHES[name]())
            stack.callback(_active.discard, name)
            _active.add(name)
        yield
