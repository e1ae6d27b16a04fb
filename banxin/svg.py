"""SVG of a stranger: cleaned by an allow-list (svg-hush), bound to itself, and bounded in what it takes to draw.

A few lines of SVG may ask for endless work: a `<use>` of ten `<use>` of ten more. So the elements that a picture
draws are counted through all its references, before anybody draws it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import cssselect2
import py_svg_hush
import tinycss2
from lxml import etree

from banxin.errors import Unusable

LONGEST_SIDE = 20_000
"""px."""
DEEPEST = 200
"""Levels of elements, references followed."""
MOST_DRAWN = 200_000
"""Elements that are drawn, each as often as it is referred to; WeasyPrint draws about 10,000 in a second."""
REFERENCE = re.compile(
    r"url\(\s*['\"]?(?!\s*['\"]?(?:#|data:image/(?:png|jpeg|gif)))[^)]*\)|@import[^;]*;?", re.IGNORECASE
)
"""A style that reaches out of the picture."""
OWN_LINK = re.compile(r"#|data:image/(?:png|jpeg|gif)[;,]", re.IGNORECASE)
"""An address inside the picture."""
DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'
"""As svg-hush writes it."""
INNER = re.compile(r"url\(\s*['\"]?\s*#([^'\")\s]+)", re.IGNORECASE)
"""A style that refers to another part of the picture."""
DRAWN_BY_NAME = frozenset({"use", "pattern", "linearGradient", "radialGradient", "filter", "feImage", "textPath"})
"""Elements whose `href` brings in another one; that of a link does not."""
XLINK = "{http://www.w3.org/1999/xlink}href"
ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?")
PX = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
SVG_SIZE = (300, 150)
"""px; the size of an SVG that names none (CSS 2.2, 10.3.2)."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A cleaned SVG."""

    data: bytes
    width: int
    """CSS px."""
    height: int
    removed: tuple[str, ...]
    """What had to go, in the author's words."""


def clean(data: bytes) -> Drawing:
    """What of an SVG may be drawn.

    Raises:
        Unusable: it is no SVG, or one that nobody can draw.
    """
    plain = _without_doctype(data)
    removed = tuple(dict.fromkeys([*(["实体声明"] if ENTITY.search(data) else []), *_dangers(_parsed(plain))]))
    try:
        kept = py_svg_hush.filter_svg(plain, {"image": ["png", "jpeg", "gif"]})
    except ValueError as error:
        raise Unusable("SVG 看不懂", "用绘图程序重新导出它。") from error
    kept = REFERENCE.sub("none", kept.decode("utf-8")).encode()
    root = _parsed(kept)
    if _cut_links(root):
        kept = DECLARATION + etree.tostring(root, encoding="utf-8")
    _check_work(root)
    return Drawing(kept, *_size(root), removed)


def _cut_links(root: etree._Element) -> bool:
    """Take away what refers to other files (svg-hush leaves relative addresses); whether there was anything."""
    cut = False
    for element in root.iter(etree.Element):
        for key in [key for key in element.attrib if etree.QName(str(key)).localname.lower() == "href"]:
            if not OWN_LINK.match(element.get(key, "")):
                del element.attrib[key]
                cut = True
    return cut


def _parsed(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unusable("SVG 看不懂", f"它不是完好的 XML（{error.msg}）。") from error
    return root


def _without_doctype(data: bytes) -> bytes:
    """Without document type, so that no entity can be declared; what refers to one is then an error."""
    return re.sub(rb"<!DOCTYPE[^>\[]*(\[.*?\])?\s*>", b"", data, flags=re.DOTALL | re.IGNORECASE)


def _dangers(root: etree._Element) -> Iterator[str]:
    """What the allow-list is going to take out, in the author's words."""
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname.lower()
        if name in ("script", "foreignobject", "iframe"):
            yield f" <{name}>"
        if name == "style" and REFERENCE.search(element.text or ""):
            yield "指到图外的样式"
        for key, value in element.attrib.items():
            yield from _attribute_dangers(etree.QName(str(key)).localname.lower(), str(value))


def _attribute_dangers(name: str, value: str) -> Iterator[str]:
    if name.startswith("on"):
        yield f" {name} 属性"
    elif name == "href" and not OWN_LINK.match(value):
        yield "指到图外的链接"
    elif REFERENCE.search(value):
        yield "指到图外的样式"


def _size(root: etree._Element) -> tuple[int, int]:
    """The natural size in CSS px, from width and height, or from the viewBox."""
    box = [float(number) for number in NUMBER.findall(root.get("viewBox") or "")]
    width, height = _px(root.get("width")), _px(root.get("height"))
    if len(box) == 4 and box[2] > 0 and box[3] > 0:
        ratio = box[2] / box[3]
        width = width or (height * ratio if height else box[2])
        height = height or width / ratio
    width, height = width or SVG_SIZE[0], height or SVG_SIZE[1]
    if max(width, height) > LONGEST_SIDE:
        raise Unusable(f"图的尺寸太大（{width:.0f} × {height:.0f} 像素）", f"每边最多 {LONGEST_SIDE} 像素。")
    return max(1, round(width)), max(1, round(height))


def _px(length: str | None) -> float:
    match = NUMBER.match((length or "").strip())
    unit = (length or "").strip()[match.end() :].strip().lower() if match else ""
    return max(0.0, float(match[0])) * PX.get(unit, 0.0) if match else 0.0


# How much there is to draw --------------------------------------------------------------------------------------------


def _check_work(root: etree._Element) -> None:
    work = _Work(root)
    if work.of(root, 0) > MOST_DRAWN:
        raise Unusable("SVG 一画套一画，要画的东西多得没有尽头", "用绘图程序把它存成 PNG。")


class _Work:
    """Counts the elements that are drawn."""

    def __init__(self, root: etree._Element) -> None:
        self.targets = {str(element.get("id")): element for element in root.iter(etree.Element) if element.get("id")}
        self.styled = _styled(root)
        self.known: dict[etree._Element, int] = {}
        self.open: set[etree._Element] = set()

    def of(self, element: etree._Element, level: int) -> int:
        """An element with its children, and what it refers to, once for each of them: most styles are inherited."""
        if element in self.known:
            return self.known[element]
        if element in self.open:
            raise Unusable("SVG 里的引用绕成了圈", "用绘图程序重新导出它。")
        if level > DEEPEST:
            raise Unusable("SVG 一层套一层，套得太深", "用绘图程序解除编组，再导出。")
        self.open.add(element)
        drawn = 1 + sum(self.of(child, level + 1) for child in element.iterchildren(etree.Element))
        size = sum(1 for _ in element.iter(etree.Element))
        drawn += size * sum(self.of(target, level + 1) for target in self.references(element))
        self.open.remove(element)
        self.known[element] = drawn
        return drawn

    def references(self, element: etree._Element) -> Iterator[etree._Element]:
        styles = (*(str(value) for value in element.attrib.values()), *self.styled.get(element, ()))
        ids = [id for style in styles for id in INNER.findall(style)]
        if etree.QName(element).localname in DRAWN_BY_NAME:
            ids += [str(element.get(key, "")).removeprefix("#") for key in ("href", XLINK)]
        return (self.targets[id] for id in ids if id in self.targets)


def _styled(root: etree._Element) -> Mapping[etree._Element, list[str]]:
    """What style sheets in the picture refer to, by the elements that they style."""
    found: defaultdict[etree._Element, list[str]] = defaultdict(list)
    tree = cssselect2.ElementWrapper.from_xml_root(root)
    for sheet in root.iter("{*}style"):
        for rule in tinycss2.parse_stylesheet(sheet.text or "", skip_comments=True, skip_whitespace=True):
            content = tinycss2.serialize(rule.content) if rule.type == "qualified-rule" else ""
            if not INNER.search(content):
                continue
            try:
                selectors = cssselect2.compile_selector_list(rule.prelude)
            except cssselect2.SelectorError:
                continue
            for element in tree.query_all(*selectors):
                found[element.etree_element].append(content)
    return found
