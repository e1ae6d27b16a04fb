"""Replacing private functions of WeasyPrint for a while, after making sure that they are the ones we know."""

from __future__ import annotations

import hashlib
import inspect
import linecache
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import CodeType
from typing import Any

from banxin.errors import Place, Problem, ToolError

VERSION = "70.0"
PYDYF = "0.13.0"


@dataclass(frozen=True, slots=True)
class Swap:
    """One function of WeasyPrint or pydyf, and what stands in for it."""

    place: str
    """`module:function`, `module:Class.method`, `module:Class.property`."""
    source: str
    """The first 12 hexadecimal digits of the SHA-256 of the source that we know."""
    make: Callable[[Any], Any]
    """Gives the replacement of the original; called at every installation, so what it closes over lives as long."""


def memory(style: Any) -> dict[str, Any]:
    """Where what was worked out of a style of WeasyPrint is remembered; those that differ in their anchor share it."""
    own: dict[str, Any] = style.__dict__
    return own["twin"].__dict__ if "twin" in own else own  # no calls: this is asked for every box


@contextmanager
def swapped(swaps: Sequence[Swap]) -> Iterator[None]:
    """Put the replacements in, and the originals back on leaving.

    Raises:
        ToolError: WeasyPrint, or one of the functions, is not the one that we know.
    """
    check_versions()
    with ExitStack() as undo:
        for swap in swaps:
            check([(swap.place, swap.source)])
            where, name = owner(swap.place)
            original = vars(where)[name]
            replacement = swap.make(original)
            for place in [where] if inspect.isclass(where) else list(_users(name, original)):
                undo.callback(setattr, place, name, original)
                setattr(place, name, replacement)
        yield


def check(known: Iterable[tuple[str, str]]) -> None:
    """See that the functions at these places are the ones that we know, by `Swap.source`.

    Raises:
        ToolError: WeasyPrint, or one of the functions, is not the one that we know.
    """
    check_versions()
    for place, source in known:
        where, name = owner(place)
        if fingerprint(vars(where)[name]) != source:
            raise _unknown(f"WeasyPrint {VERSION} 的 {place} 同我们知道的不一样")


@cache
def check_versions() -> None:
    """ToolError where WeasyPrint or pydyf has another version."""
    import pydyf

    from banxin.compose.loading import weasyprint

    for module, wanted in ((weasyprint, VERSION), (pydyf, PYDYF)):
        if module.__version__ != wanted:
            raise _unknown(f"要 {module.__name__} {wanted}，这里是 {module.__version__}")


@cache
def fingerprint(function: Any) -> str:
    """What `Swap.source` says of a function or a property."""
    return hashlib.sha256(source(inspect.unwrap(code_of(function)).__code__).encode()).hexdigest()[:12]


def source(code: CodeType) -> str:
    """The lines of a function, as `inspect.getsource` gives them, which reads them word by word to find the last.

    A comment behind the last word is left out.
    """
    if not (end := _end(code)):  # a Python that was told to keep no positions
        return inspect.getsource(code)
    return "".join(linecache.getlines(code.co_filename)[code.co_firstlineno - 1 : end])


def _end(code: CodeType) -> int:
    """The last line of what a function does (PEP 657); 0 where that is not known."""
    inner = [_end(each) for each in code.co_consts if isinstance(each, CodeType)]
    return max([*inner, *(end for _, end, _, _ in code.co_positions() if end)], default=0)


def code_of(function: Any) -> Any:
    """The function that a property calls; a function itself."""
    return function.fget if isinstance(function, property) else function


def owner(place: str) -> tuple[Any, str]:
    """The module or class that holds a function, and its name there."""
    module, _, path = place.partition(":")
    found: Any = import_module(module)
    *classes, name = path.split(".")
    for one in classes:
        found = getattr(found, one)
    return found, name


def _users(name: str, function: Any) -> Iterator[Any]:
    """The modules that have a function under its name: its own, and those that imported it."""
    for module in modules():
        if vars(module).get(name) is function:
            yield module


@cache
def modules() -> tuple[Any, ...]:
    """Every module of WeasyPrint, loaded, so that none is imported later with a replacement in it."""
    import pydyf

    from banxin.compose.loading import weasyprint

    root = Path(weasyprint.__file__).parent
    paths = [path.relative_to(root.parent).with_suffix("") for path in sorted(root.rglob("*.py"))]
    names = [".".join(path.parts).removesuffix(".__init__") for path in paths if path.name != "__main__"]
    return pydyf, *map(import_module, names)


def _unknown(message: str) -> ToolError:
    hint = f"版心只认 WeasyPrint {VERSION} 和 pydyf {PYDYF}：重新安装依赖（make setup）。"
    return ToolError([Problem(Place(sys.prefix), message, hint)])
