"""WeasyPrint, for a press: what it paints is ink, and nothing of a page leads elsewhere.

Every private name of WeasyPrint that this uses is in `swaps`, checked by its source.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from hashlib import md5
from types import MappingProxyType
from typing import Any

from banxin.compose.swap import Swap
from banxin.plates.colours import Inks, thinned
from banxin.plates.settings import Plates


def swaps(
    plates: Plates, seen: Callable[[str], None] = lambda _: None, figures: Mapping[str, bytes] = MappingProxyType({})
) -> tuple[Swap, ...]:
    """What stands in WeasyPrint while a book for this press is drawn.

    Args:
        plates: the press.
        seen: hears the address of each picture in which something shines through, where nothing may.
        figures: pixels that stand in the place of drawings, by the hash of their address; it may be filled later.
    """
    inks = Inks(plates)
    stream, images = "weasyprint.pdf.stream:Stream", "weasyprint.images"
    both = (
        Swap(f"{stream}.set_color", "d289ec41ef82", lambda _: _set_color(inks)),
        Swap(f"{stream}.create_interpolation_function", "1f863e6f67f1", lambda f: _interpolation(inks, f)),
        Swap(f"{images}:RasterImage.get_x_object", "1f5901114446", lambda _: _get_x_object(plates)),
        Swap("weasyprint.pdf.anchors:add_links", "262e8b9b2998", _add_links),
    )
    if plates.transparency:
        return both
    return (
        *both,
        Swap(f"{images}:SVGImage.draw", "bf38036046fc", lambda f: _draw(f, seen, figures)),
        Swap(f"{images}:RasterImage.draw", "e6074f717d13", lambda f: _thin_picture(inks, f)),
        Swap("weasyprint.draw:draw_stacking_context", "c5811b178bdf", lambda f: _thin(inks, f)),
    )


def _set_color(inks: Inks) -> Any:
    """`Stream.set_color`: ink instead of light; solid black is printed over what is there (overprint).

    The overprint mode 1 leaves the plates alone on which a colour has no ink (ISO 32000-1, 8.6.7).
    """
    paint_of, transparency = inks.paint, inks.plates.transparency

    def set_color(stream: Any, color: Any, stroke: bool = False) -> None:
        paint = paint_of(color)
        stream.set_alpha(color.alpha if transparency else 1, stroke)
        known = stream._current_color_stroke if stroke else stream._current_color
        if known is paint:
            return
        over = list(vars(stream).get("over", (False, False)))
        before, over[stroke] = tuple(over), paint.solid
        if known is None or before != tuple(over):
            _overprint(stream, *over)
        if stroke:
            stream._current_color_stroke = paint
        else:
            stream._current_color = paint
        stream.stream.append(paint.stroke if stroke else paint.fill)

    return set_color


def _overprint(stream: Any, fill: bool, stroke: bool) -> None:
    """Say which of the two is printed over what is there; they are set together (ISO 32000-1, 8.4.5)."""
    import pydyf

    stream.over = (fill, stroke)
    key = f"Over{fill:d}{stroke:d}"
    states = stream._resources["ExtGState"]
    if key not in states:
        states[key] = pydyf.Dictionary({"OP": _word(stroke), "op": _word(fill), "OPM": 1})
    stream.stream.append(b"/%b gs" % key.encode())


def _word(value: bool) -> str:
    return "true" if value else "false"


def _interpolation(inks: Inks, original: Any) -> Any:
    """`Stream.create_interpolation_function`: the ends of a shading in ink; those of an alpha have one number."""
    make = original.__func__ if isinstance(original, staticmethod) else original

    def create_interpolation_function(domain: Any, c0: Any, c1: Any, n: Any) -> Any:
        if len(c0) == 3:
            ends = (inks.ink(*(round(255 * min(1, max(0, each))) for each in end)) for end in (c0, c1))
            c0, c1 = (thinned(end, inks.veil) for end in ends)
        return make(domain, c0, c1, n)

    return staticmethod(create_interpolation_function)


def _get_x_object(plates: Plates) -> Any:
    """`RasterImage.get_x_object`: the picture in ink."""
    import pydyf

    from banxin.plates.pictures import plate

    def get_x_object(image: Any, _interpolate: bool, _dpi_ratio: float) -> Any:
        made = plate(bytes(image.image_data.data), plates)
        facts = {"Type": "/XObject", "Subtype": "/Image", "Width": made.width, "Height": made.height}
        extra = pydyf.Dictionary({
            **facts, "ColorSpace": f"/{made.space}", "BitsPerComponent": made.bits, "Filter": f"/{made.filter}",
        })  # fmt: skip
        if made.inverted:
            extra["Decode"] = pydyf.Array([1, 0] * 4)
        if made.mask:
            extra["SMask"] = pydyf.Stream([made.mask], pydyf.Dictionary({
                **facts, "ColorSpace": "/DeviceGray", "BitsPerComponent": 8, "Filter": "/FlateDecode",
            }))  # fmt: skip
        return pydyf.Stream([made.data], extra)

    return get_x_object


def _add_links(original: Any) -> Any:
    """`add_links`: nothing on paper can be clicked, and PDF/X forbids what could (ISO 15930-7, 6.11)."""

    def add_links(links_and_anchors: Any, *arguments: Any) -> None:
        original(([], links_and_anchors[1]), *arguments)

    return add_links


def _draw(original: Any, seen: Callable[[str], None], figures: Mapping[str, bytes]) -> Any:
    """`SVGImage.draw`: pixels in the place of a drawing; tells when one brings in what PDF/X-1a and X-3 forbid."""

    def draw(image: Any, stream: Any, *arguments: Any) -> None:
        name = md5(image._base_url.encode(), usedforsecurity=False).hexdigest()
        if name in figures:
            _picture(figures[name], f"{name}-flat").draw(stream, *arguments)
            return
        before = shining(stream)
        original(image, stream, *arguments)
        if shining(stream) - before:
            seen(image._base_url)

    return draw


def _picture(data: bytes, name: str) -> Any:
    """A picture, as WeasyPrint has them."""
    from PIL import Image
    from weasyprint.images import RasterImage

    return RasterImage(Image.open(io.BytesIO(data)), name, data)


def _thin(inks: Inks, original: Any) -> Any:
    """`draw_stacking_context`: what is seen through as a whole is drawn with so much less ink, on paper.

    Each colour is mixed with paper, as all are that shine through; what is below does not show.
    """

    def draw_stacking_context(stream: Any, context: Any) -> None:
        box = context.box
        opacity = box.style["opacity"]
        if opacity >= 1:
            original(stream, context)
            return
        known, style, inks.veil = inks.veil, box.style, inks.veil * opacity
        box.style = style.copy()
        box.style["opacity"] = 1
        try:
            original(stream, context)
        finally:
            inks.veil, box.style = known, style

    return draw_stacking_context


def _thin_picture(inks: Inks, original: Any) -> Any:
    """`RasterImage.draw`: a picture in what is seen through, on paper."""

    from banxin.plates.pictures import thinned_picture

    def draw(image: Any, stream: Any, *arguments: Any) -> None:
        if inks.veil < 1:
            image = _picture(thinned_picture(image.image_data.data, inks.veil), f"{image.id}-{inks.veil:g}")
        original(image, stream, *arguments)

    return draw


def shining(stream: Any) -> set[tuple[int, str]]:
    """The states by which something shines through, of all that a stream draws with."""
    return {
        (id(resources), name)
        for resources in _all_resources(stream._resources, set())
        for name, state in resources.get("ExtGState", {}).items()
        if lets_shine(state)
    }


def _all_resources(resources: Any, known: set[int]) -> Any:
    if id(resources) in known:
        return
    known.add(id(resources))
    yield resources
    for category in ("XObject", "Pattern"):
        for item in resources.get(category, {}).values():
            inner = getattr(item, "extra", {}).get("Resources")
            if isinstance(inner, dict):
                yield from _all_resources(inner, known)


def lets_shine(state: Any) -> bool:
    """Whether a state of a stream lets something shine through (ISO 32000-1, 11.6)."""
    return state.get("ca", 1) < 1 or state.get("CA", 1) < 1 or "SMask" in state or "BM" in state


def anything_shines(pdf: Any) -> bool:
    """Whether anything in a file lets something shine through."""
    return any(
        lets_shine(state)
        for resources in pdf.objects
        if isinstance(resources, dict)
        for state in resources.get("ExtGState", {}).values()
    )


def without_groups(pdf: Any) -> None:
    """Take the word transparency from forms in which nothing shines through (ISO 15930-4, 6.20 forbids the word)."""
    for item in pdf.objects:
        extra = getattr(item, "extra", None)
        if isinstance(extra, dict) and extra.get("Subtype") == "/Form":
            extra.pop("Group", None)
