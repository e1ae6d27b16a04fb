"""The fonts of a figure: whether a PDF may hold them as they are."""

from __future__ import annotations

from typing import Any

import pikepdf
from fontTools import agl

from banxin.figures.terms import Terms, Unfit
from banxin.preflight.faces import face_of
from banxin.preflight.rules.fonts import OPEN_TYPE

OUTLINES = "在绘图程序里嵌入全部字体，或把文字转成轮廓，再导出。"
NAMED = frozenset({"/WinAnsiEncoding", "/MacRomanEncoding", "/StandardEncoding"})
"""Encodings whose codes are known letters (ISO 32000-1, annex D)."""


def check(font: Any, terms: Terms) -> None:
    """Unfit: a font that the PDF around the figure may not hold."""
    face = face_of(font)
    if face.kind != "/Type3" and not face.embedded:
        raise Unfit(f"字体 {face.plain_name} 没有嵌入", OUTLINES)
    if face.program == OPEN_TYPE and terms.old:
        raise Unfit(f"{terms.name} 装不下 CFF 轮廓的字体 {face.plain_name}", OUTLINES)
    if terms.tagged and not _readable(font):
        raise Unfit(f"字体 {face.plain_name} 没有说明每个字形是什么字", OUTLINES)


def _readable(font: Any) -> bool:
    """Whether each glyph says what it stands for (ISO 32000-1, 9.10.2)."""
    if "/ToUnicode" in font:
        return True
    encoding = font.get("/Encoding")
    if isinstance(encoding, pikepdf.Dictionary):
        names = [str(item)[1:] for item in encoding.get("/Differences", []) if isinstance(item, pikepdf.Name)]
        known = all(name == ".notdef" or agl.toUnicode(name) for name in names)
        return known and str(encoding.get("/BaseEncoding", "/StandardEncoding")) in NAMED
    return str(encoding) in NAMED
