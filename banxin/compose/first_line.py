"""A paragraph whose first line has a style of its own (`::first-line`), set as all others are.

The line is chosen in its own style, with the rest of the paragraph planned after each line that it may be. Only what is
inherited reaches the words, as in WeasyPrint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from banxin.compose.engine import INHERITED, boxes
from banxin.compose.paragraph import Line, Paragraph
from banxin.compose.plan import Measure, Planner


def restyled(box: Any, style: Mapping[str, Any]) -> Any:
    """A copy of a line box, or of what is in one, with the words in another style."""
    if isinstance(box, boxes.LineBox):
        return box.copy_with_children([restyled(child, style) for child in box.children])
    if not box.is_in_normal_flow() or not isinstance(box, boxes.TextBox | boxes.InlineBox):
        return box
    made = box.copy()
    made.style = box.style.copy()
    for name, value in style.items():
        if name in INHERITED:
            made.style[name] = value
    if isinstance(made, boxes.TextBox):
        made.process_text_transform()
        if len(made.text) != len(box.text):  # lines are counted in characters: ß stays ß
            made.text = box.text
        return made
    return made.copy_with_children([restyled(child, style) for child in box.children])


def first_line(styled: Paragraph, plain: Paragraph, measure: Measure) -> Line:
    """The first line of a paragraph, in its style; the others will be those of `plain`."""
    whole = styled.whole(measure)
    if whole is not None:
        return whole
    made = styled.stops(measure.width)
    below = replace(measure, indent=0.0, beside=measure.beside[1:])
    ends = Planner(made.breaks, measure).ends(0, True)
    end, _ = min(ends, key=lambda found: found[1] + plain.cost(made.start[found[0]], below))
    return styled.made(made, 0, end, measure, True)
