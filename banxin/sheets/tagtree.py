"""The tags of what is no list, table or picture: a paragraph says which pieces of its page are its words.

WeasyPrint gives each text box a tag of its own inside that of its element, and each link an object that leads to it.
Neither says anything: a tag may hold pieces of the page, and such an object itself (ISO 32000-1, 14.7.2, 14.7.4.3). A
book has half as many objects without them. A note at the foot of a page is told to be one:
HTML has no element for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import pydyf
from weasyprint.formatting_structure.boxes import BlockBox, FootnoteAreaBox, InlineBox, LineBox, TextBox
from weasyprint.pdf import tags as stock

NOTE = "footnote"
"""The class of a note at the foot of a page."""
HOLDS = frozenset({"P", "H1", "H2", "H3", "H4", "H5", "H6", "Span", "Link", "Note"})
"""Tags that may hold words themselves; those that group others have a tag between."""
PLAIN = HOLDS | {"Div", "Sect", "BlockQuote"}
"""Tags of which WeasyPrint says no more than what is in them."""


def is_plain(box: Any) -> bool:
    """Whether `tree` knows all that there is to say of a box."""
    kind = type(box)
    if kind is FootnoteAreaBox:
        return True
    known = kind is InlineBox or kind is BlockBox
    return known and box.element is not None and _kind(box.element_tag) in PLAIN and not box.widget_annotation


@cache
def _kind(element_tag: str) -> str:
    """What WeasyPrint calls the tag of an element."""
    kind: str = stock._get_pdf_tag(element_tag)
    return kind


def tree(box: Any, parent: Any, *rest: Any) -> Iterator[Any]:
    """In place of WeasyPrint's `_build_box_tree`, with its arguments, for a plain box."""
    yield _built(box, parent, rest)


def _built(box: Any, parent: Any, rest: Sequence[Any]) -> Any:
    """The tag of a plain box, with all in it."""
    pdf, page, _, annotations, _ = rest
    note = _is_note(box) and parent["S"] != "/Note"
    kind = "Note" if note else _kind(box.element_tag)
    tag = _tag(kind, pydyf.Array(), pdf, page, parent)
    if note:
        tag["ID"] = pydyf.String(_id_of_its_own(box.element, pdf))
    if box.link_annotation:
        reference = box.link_annotation.reference
        tag["K"].append(pydyf.Dictionary({"Type": "/OBJR", "Obj": reference, "Pg": tag["Pg"]}))
        annotations.append((tag.reference, box.link_annotation))
    _fill(tag, kind in HOLDS, box.children, rest)
    return tag


def _is_note(box: Any) -> bool:
    """Whether a box is a note's; one of several blocks has boxes of its own within."""
    element = box.element
    return element is not None and element.get("class") == NOTE and box.element_tag == element.tag


def _id_of_its_own(note: Any, pdf: Any) -> str:
    """A note has one, and what goes on overleaf another (ISO 14289-1, 7.9)."""
    known: dict[str, int] = pdf.__dict__.setdefault("notes_tagged", {})
    id = note.get("id", "")
    known[id] = known.get(id, 0) + 1
    return id if known[id] == 1 else f"{id}.{known[id]}"


def _fill(tag: Any, holds: bool, children: Sequence[Any], rest: Sequence[Any]) -> None:
    """Put what is in a box into its tag."""
    pdf, page, numbers, _, tags = rest
    kids = tag["K"]
    for child in children:
        if isinstance(child, TextBox):
            piece = tags.pop(child)["mcid"]
            own = tag if holds else _tag("Span", pydyf.Array([piece]), pdf, page, tag)
            kids.append(piece if holds else own.reference)
            numbers[piece] = own.reference
        elif isinstance(child, LineBox):
            _fill(tag, holds, child.children, rest)
        elif is_plain(child) and not child.transformation_matrix and not child.element.get("lang"):
            kids.append(_built(child, tag, rest).reference)
        else:
            at = len(kids)  # what is in it may add to our kids, too
            kids[at:at] = [each.reference for each in stock._build_box_tree(child, tag, *rest)]


def _tag(kind: str, kids: Any, pdf: Any, page: int, parent: Any) -> Any:
    tag = pydyf.Dictionary({
        "Type": "/StructElem",
        "S": f"/{kind}",
        "K": kids,
        "Pg": parent.get("Pg") or pdf.page_references[page],  # a tag and those in it are of the same page
        "P": parent.reference,
    })  # fmt: skip
    pdf.add_object(tag)
    return tag
