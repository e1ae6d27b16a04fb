"""Writes banxin/compose/declarations.py: what WeasyPrint declares of Pango and its kin, as cffi has understood it.

WeasyPrint has its declarations in C, which cffi reads anew in every process; that takes a quarter of the time in which
WeasyPrint loads. To be run again for another WeasyPrint: `python -m tools.declarations`.
"""

from __future__ import annotations

import ast
import tempfile
from pathlib import Path
from pprint import pformat
from typing import Any

import cffi

from banxin import machine

machine.preload()

from banxin.compose import loading  # noqa: E402

TARGET = Path(loading.__file__).with_name("declarations.py")
HEAD = '''"""What WeasyPrint {version} declares of the libraries that it calls, and what we add, as cffi understands it.

Made by tools/declarations.py; not to be edited.
"""

'''


def text(version: str) -> str:
    """The module."""
    builder = cffi.FFI()
    source = loading.source().read_text("utf-8")
    for each in [*loading.declared(source), *loading.ADDED]:
        builder.cdef(each)
    builder.set_source(loading.NAME, None)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch, "made.py")
        builder.emit_python_code(str(path))
        made = ast.parse(path.read_text("utf-8"))
    (call,) = (node for node in ast.walk(made) if isinstance(node, ast.Call))
    given: dict[str, Any] = {word.arg or "": ast.literal_eval(word.value) for word in call.keywords}
    lines = [f"SOURCE = {loading.digest(source)!r}", f"GIVEN = {pformat(given, width=118, sort_dicts=False)}"]
    return HEAD.format(version=version) + "\n".join([*lines, ""])


if __name__ == "__main__":
    from importlib.metadata import version

    TARGET.write_text(text(version("weasyprint")), "utf-8")
