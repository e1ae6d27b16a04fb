"""A manuscript -> one .docx: styles that Word's outline and an editor know, Chinese faces, a bookmark a paragraph."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lxml import etree

from banxin import load, pandoc, tree
from banxin.book import Artifact, Book, Image, Node, Nodes
from banxin.convert import is_kept
from banxin.review.units import DIVS, STYLE
from banxin.typeset import softbreaks
from banxin.word.anchors import anchored

SUFFIX = ".docx"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RASTER = frozenset({"image/png", "image/jpeg", "image/gif"})
"""What every Word shows; of other pictures the words are said."""
SERIF, SANS, KAI = "宋体", "黑体", "楷体"
INDENTED = frozenset({"BodyText", "FirstParagraph"})
SPACING = "360"
"""Of lines: 1.5, in 240ths (ECMA-376, 17.3.1.33): an editor writes between them."""


def export(path: Path) -> Artifact:
    """The manuscript for an editor; what stands in code, formulas and SVG is for reading only.

    Raises:
        BanxinError: as `load.load` does; marks that are not settled stop it.
    """
    manuscript = load.load(path, load.Options(draft=False, cites=False))
    book = manuscript.book
    blocks = [block for chapter in anchored(book).chapters for block in chapter]
    flat = tree.rewrite(blocks, lambda run: softbreaks.edits(run, STYLE), is_kept)
    shown: Nodes = tree.map_nodes(flat, lambda node: _shown(node, book.images))
    meta = {"title": _inlines(book.meta.title), "author": {"t": "MetaList", "c": [*map(_inlines, book.meta.authors)]}}
    return Artifact(f"{manuscript.slug}{SUFFIX}", _styled(pandoc.to_docx(shown, meta), book))


def _inlines(text: str) -> Node:
    return {"t": "MetaInlines", "c": [tree.string(text)]}


def _shown(node: Node, images: Mapping[str, Image]) -> Node | Nodes:
    if node["t"] == "Image":
        return _picture(node, images)
    if node["t"] == "Div":
        (id, classes, pairs), blocks = node["c"]
        name = next((DIVS[one] for one in classes if one in DIVS), "")
        return {"t": "Div", "c": [[id, classes, [*pairs, *([["custom-style", name]] if name else [])]], blocks]}
    return node


def _picture(node: Node, images: Mapping[str, Image]) -> Node:
    attr, alt, (target, title) = node["c"]
    image = images.get(target)
    if image is None or image.media_type not in RASTER:
        return tree.string(f"〔图：{tree.plain(alt).strip() or Path(target).name}〕")
    data = base64.b64encode(image.data).decode("ascii")
    return {**node, "c": [attr, alt, [f"data:{image.media_type};base64,{data}", title]]}


# Styles ---------------------------------------------------------------------------------------------------------------


def _styled(data: bytes, book: Book) -> bytes:
    """The same file with Chinese faces, indents and lines with room between them."""
    done = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "word/styles.xml":
                content = _styles(content, book.meta.language)
            elif item.filename == "word/settings.xml":
                content = _tracking(content)
            new.writestr(item, content)
    return done.getvalue()


def _styles(content: bytes, language: str) -> bytes:
    root = etree.fromstring(content)
    for fonts in root.iter(f"{W}rFonts"):
        heading = _style_of(fonts).startswith(("Heading", "Title", "Subtitle"))
        for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            if f"{W}{name}" in fonts.attrib:
                del fonts.attrib[f"{W}{name}"]
        fonts.set(f"{W}eastAsia", SANS if heading else SERIF)
    for lang in root.iter(f"{W}lang"):
        lang.set(f"{W}eastAsia", "zh-TW" if "Hant" in language else "zh-CN")
    for style in root.iter(f"{W}style"):
        if style.get(f"{W}styleId") in INDENTED:
            properties = _child(style, "pPr")
            _child(properties, "spacing").set(f"{W}line", SPACING)
            _child(properties, "ind").set(f"{W}firstLineChars", "200")
        elif style.get(f"{W}styleId") in DIVS.values():
            _child(_child(style, "rPr"), "rFonts").set(f"{W}eastAsia", KAI)
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return data


def _style_of(element: Any) -> str:
    style = next(element.iterancestors(f"{W}style"), None)
    return "" if style is None else str(style.get(f"{W}styleId"))


def _child(element: Any, name: str) -> Any:
    found = element.find(f"{W}{name}")
    return etree.SubElement(element, f"{W}{name}") if found is None else found


def _tracking(content: bytes) -> bytes:
    """Word tracks changes from the first stroke on; where it is refused, what changed is found all the same."""
    root = etree.fromstring(content)
    if root.find(f"{W}trackRevisions") is None:
        element = etree.Element(f"{W}trackRevisions")
        before = [root.find(f"{W}{name}") for name in ("writeProtection", "view", "zoom", "removePersonalInformation",
                  "mirrorMargins", "displayBackgroundShape", "embedTrueTypeFonts", "embedSystemFonts",
                  "attachedTemplate", "linkStyles", "stylePaneFormatFilter", "proofState", "formsDesign",
                  "mailMerge", "revisionView")]  # fmt: skip
        last = [found for found in before if found is not None]
        root.insert(root.index(last[-1]) + 1 if last else 0, element)
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return data
