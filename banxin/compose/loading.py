"""Loads WeasyPrint without what it would do in vain: half of the time that it takes.

WeasyPrint reads its declarations of C functions anew in every process; here they are read already (`declarations.py`).
And it loads modules that are asked for only where HarfBuzz cannot make subsets, fonts are variable or packed, or a
style sheet names a colour profile; these are loaded where they are called. Where WeasyPrint's declarations are not
those that we know, it reads its own. Whoever imports WeasyPrint imports this first.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

NAME = "_banxin_declarations"
ADDED = (
    "PangoFontDescription * pango_font_description_from_string(const char *);",
    """
    typedef ... hb_buffer_t;
    typedef struct { hb_tag_t tag; uint32_t value; unsigned int start; unsigned int end; } hb_feature_t;
    typedef struct {
        hb_codepoint_t codepoint; uint32_t mask; uint32_t cluster; uint32_t var1; uint32_t var2;
    } hb_glyph_info_t;
    typedef struct {
        int32_t x_advance; int32_t y_advance; int32_t x_offset; int32_t y_offset; uint32_t var;
    } hb_glyph_position_t;
    hb_buffer_t * hb_buffer_create (void);
    void hb_buffer_destroy (hb_buffer_t *buffer);
    void hb_buffer_add_utf8 (
        hb_buffer_t *buffer, const char *text, int text_length, unsigned int item_offset, int item_length);
    void hb_buffer_set_direction (hb_buffer_t *buffer, int direction);
    void hb_buffer_set_script (hb_buffer_t *buffer, hb_tag_t script);
    void hb_buffer_set_language (hb_buffer_t *buffer, const void *language);
    const void * hb_language_from_string (const char *str, int len);
    void hb_shape (
        hb_font_t *font, hb_buffer_t *buffer, const hb_feature_t *features, unsigned int num_features);
    hb_glyph_info_t * hb_buffer_get_glyph_infos (hb_buffer_t *buffer, unsigned int *length);
    hb_glyph_position_t * hb_buffer_get_glyph_positions (hb_buffer_t *buffer, unsigned int *length);
    void hb_font_get_scale (hb_font_t *font, int *x_scale, int *y_scale);
    """,
)
"""What we call and WeasyPrint does not."""
SELDOM = {
    "fontTools.subset": (),
    "fontTools.ttLib.woff2": (),
    "fontTools.varLib.instancer": ("instantiateVariableFont",),
    "PIL.ImageCms": ("ImageCmsProfile",),
}
"""Modules that are seldom needed, and what WeasyPrint takes out of them by name."""


def load() -> Any:
    """WeasyPrint, imported now if it is not there."""
    if "weasyprint" in sys.modules:
        return sys.modules["weasyprint"]
    with _in_place_of({**{name: _later(name, *SELDOM[name]) for name in SELDOM}, **_understood()}):
        return import_module("weasyprint")


@contextmanager
def _in_place_of(modules: dict[str, ModuleType]) -> Iterator[None]:
    """These modules for whoever imports them meanwhile; those that are loaded already stay."""
    put = {name: module for name, module in modules.items() if name == "cffi" or name not in sys.modules}
    before = {name: sys.modules[name] for name in put if name in sys.modules}
    sys.modules.update(put)
    try:
        yield
    finally:
        for name in put:
            del sys.modules[name]
        sys.modules.update(before)


def _later(name: str, *functions: str) -> ModuleType:
    """A module that is loaded when something is asked of it."""
    module = ModuleType(name)
    for function in functions:
        setattr(module, function, _calling(name, function))

    def ask(wanted: str) -> Any:
        if wanted.startswith("__"):  # Python itself, while it imports
            raise AttributeError(wanted)
        return getattr(import_module(name), wanted)

    module.__dict__["__getattr__"] = ask
    return module


def _calling(name: str, function: str) -> Any:
    def call(*arguments: Any, **more: Any) -> Any:
        return getattr(import_module(name), function)(*arguments, **more)

    return call


# Declarations ---------------------------------------------------------------------------------------------------------


def _understood() -> dict[str, ModuleType]:
    """cffi for WeasyPrint, if its declarations are those that we know."""
    from _cffi_backend import FFI

    from banxin.compose import declarations

    if digest(source().read_text("utf-8")) != declarations.SOURCE:
        return {}

    class Understood(FFI):  # type: ignore[misc]
        """What has read all declarations."""

        def cdef(self, *_: Any, **__: Any) -> None:
            """Nothing: it knows them."""

    module = ModuleType("cffi")
    try:
        known = Understood(NAME, **declarations.GIVEN)
    except (ImportError, TypeError, ValueError):  # another cffi, which keeps them in another form
        return {}
    module.__dict__["FFI"] = lambda: known
    return {"cffi": module}


def source() -> Path:
    """Where WeasyPrint has its declarations."""
    found = find_spec("weasyprint")
    assert found
    assert found.origin
    return Path(found.origin).parent / "text" / "ffi.py"


def declared(source: str) -> list[str]:
    """The declarations in a module, in C."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [ast.literal_eval(call.args[0]) for call in calls if getattr(call.func, "attr", "") == "cdef"]


def digest(source: str) -> str:
    """Of the declarations as they stand."""
    return hashlib.sha256(source.encode()).hexdigest()


weasyprint = load()
