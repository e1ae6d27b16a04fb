"""MathML -> SVG for the PDF, where WeasyPrint cannot set formulas (EPUB and web keep the MathML)."""

from __future__ import annotations

import functools
from typing import Any

from lxml import etree

from banxin import cache

KIND = "math"
"""Of entries in the cache."""
NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"


def to_svg(body: Any, size: float) -> list[str]:
    """Replace every `<math>` of a body by a drawing; gives the formulas that could not be drawn.

    Args:
        size: the size of the text around it, px.
    """
    failed: list[str] = []
    for math in list(body.iter(f"{NAMESPACE}math", "math")):
        tex = "".join(math.xpath(".//*[local-name()='annotation']/text()"))
        display = math.get("display", "inline")
        holder = etree.Element("span", {"class": f"math {display}"})
        holder.tail = math.tail
        try:
            holder.append(_drawing(_bare(math), size, tex))
        except Exception as error:  # ziamath raises whatever its parser meets
            failed.append(f"{tex or 'MathML'}（{error}）")
            holder.text = tex
        math.getparent().replace(math, holder)
    return failed


def _bare(math: Any) -> str:
    """MathML without namespace prefix and without the TeX annotation."""
    copy: Any = etree.fromstring(etree.tostring(math, with_tail=False))
    for annotation in copy.xpath("//*[local-name()='annotation']"):
        annotation.getparent().remove(annotation)
    for element in copy.iter():
        name = etree.QName(element).localname
        element.tag = "mrow" if name == "semantics" else name
    etree.cleanup_namespaces(copy)
    return etree.tostring(copy, encoding="unicode")


def _drawing(mathml: str, size: float, tex: str) -> Any:
    element: Any = etree.fromstring(_drawn(mathml, size))
    _, top, _, depth = (float(number) for number in element.get("viewBox").split())
    width, height = float(element.get("width")), float(element.get("height"))
    style = f"width:{width / size:.4f}em;height:{height / size:.4f}em;vertical-align:{-(top + depth) / size:.4f}em"
    element.set("style", style)
    element.set("role", "img")
    element.set("aria-label", tex)
    return element


@functools.cache
def _drawn(mathml: str, size: float) -> str:
    drawn: str = cache.remembered(KIND, cache.key(KIND, mathml, size), lambda: _draw(mathml, size))
    return drawn


def _draw(mathml: str, size: float) -> str:
    from ziamath.config import config  # a formula that was drawn before needs none of it
    from ziamath.zmath import Math

    config.svg2 = False  # outlines in place: symbols would need ids, and each formula would bring the same
    return str(Math(mathml, size=size).svg())
