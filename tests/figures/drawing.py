"""Figures as drawing programs export them: one page, and the means to draw on it."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from tests.preflight.making import font, hexed

WIDTH, HEIGHT = 200.0, 120.0


class Drawing:
    """A page that is drawn on."""

    def __init__(self, box: tuple[float, ...] = (0, 0, WIDTH, HEIGHT), rotate: int = 0) -> None:
        self.pdf = Pdf.new()
        self.resources = Dictionary(
            Font=Dictionary(F=font(self.pdf)), XObject=Dictionary(), ExtGState=Dictionary(), ColorSpace=Dictionary(),
            Pattern=Dictionary(), Shading=Dictionary(), Properties=Dictionary(),
        )  # fmt: skip
        self.box, self.rotate = box, rotate
        self.more: dict[str, Any] = {}
        self.content: list[str] = []

    def add(self, content: str) -> Drawing:
        """Draw more."""
        self.content.append(content)
        return self

    def words(self, text: str, x: float = 20, y: float = 20, font: str = "F") -> Drawing:
        """Set a line of text."""
        return self.add(f"BT /{font} 12 Tf 1 0 0 1 {x} {y} Tm <{hexed(text)}> Tj ET")

    def put(self, category: str, name: str, thing: Any, **_: Any) -> Drawing:
        """Have something to draw with."""
        self.resources[f"/{category}"][f"/{name}"] = thing
        return self

    def form(self, content: str, **entries: Any) -> Any:
        """A form, which draws by the resources of the page."""
        facts = {"Type": Name.XObject, "Subtype": Name.Form, "BBox": Array([0, 0, WIDTH, HEIGHT])}
        return self.pdf.make_indirect(Stream(self.pdf, content.encode(), **{**facts, **entries}))

    def image(self, space: Any, data: bytes, size: tuple[int, int] = (2, 2), bits: int = 8, **entries: Any) -> Any:
        """A picture of a few pixels."""
        facts = {"Type": Name.XObject, "Subtype": Name.Image, "Width": size[0], "Height": size[1]}
        facts |= {"BitsPerComponent": bits} | ({"ColorSpace": space} if space is not None else {})
        return self.pdf.make_indirect(Stream(self.pdf, data, **{**facts, **entries}))

    def bytes(self) -> bytes:
        """The file."""
        page = Dictionary(
            Type=Name.Page, MediaBox=Array(self.box), Rotate=self.rotate, Resources=self.resources,
            Contents=Stream(self.pdf, "\n".join(self.content).encode()), **self.more,
        )  # fmt: skip
        self.pdf.pages.append(pikepdf.Page(self.pdf.make_indirect(page)))
        out = io.BytesIO()
        self.pdf.save(out, deterministic_id=True)
        return out.getvalue()
