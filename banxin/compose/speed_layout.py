"""Faster layout (patches of weasyprint.layout and of the boxes)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from banxin.compose.swap import Swap


def _in_normal_flow(_: Any) -> Any:
    """`Box.is_in_normal_flow`: one look at `float` and one at `position` instead of five calls.

    The same: `float` is none, or a side, or footnote; `position` is static, relative, absolute, fixed, running() or
    note(), and no other.
    """

    def is_in_normal_flow(box: Any) -> bool:
        style = box.style
        return style["float"] == "none" and style["position"] in IN_FLOW

    return is_in_normal_flow


IN_FLOW = ("static", "relative")


def _percentages(original: Any) -> Any:
    """`resolve_percentages`: where no length of a style is relative to another, they are all set at once.

    The same, because the lengths then do not depend on the containing block; a style is never changed after its first
    use (WeasyPrint copies it first).
    """
    from weasyprint.layout.absolute import AbsolutePlaceholder

    def resolve_percentages(box: Any, containing_block: Any) -> None:
        if type(box) is AbsolutePlaceholder:
            original(box, containing_block)
            return
        style = box.style
        memory = vars(style)
        known = memory.get("_absolute_lengths")
        if known is None:
            known = memory["_absolute_lengths"] = _absolute(style)
        if known:
            vars(box).update(known)
        else:
            original(box, containing_block)

    def _absolute(style: Any) -> Mapping[str, Any]:
        if style["border_collapse"] == "collapse" or not all(_is_absolute(style[name]) for name in LENGTHS):
            return {}
        from types import SimpleNamespace

        probe = SimpleNamespace(style=style)
        original(probe, (0, 0))
        del probe.style
        return vars(probe)

    return resolve_percentages


LENGTHS = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in ("top", "right", "bottom", "left")),
    *(f"{limit}{size}" for limit in ("", "min_", "max_") for size in ("width", "height")),
)


def _is_absolute(value: Any) -> bool:
    return value is None or value == "auto" or getattr(value, "unit", None) == "px"


SWAPS: Mapping[str, tuple[Swap, ...]] = {
    "flow": (Swap("weasyprint.formatting_structure.boxes:Box.is_in_normal_flow", "5f49d6ab23da", _in_normal_flow),),
    "percentages": (Swap("weasyprint.layout.percent:resolve_percentages", "71673078096f", _percentages),),
}
