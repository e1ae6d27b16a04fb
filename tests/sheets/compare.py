"""Two PDFs of the same book: what readers, printers and assistive programs find in each, side by side."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
from PIL import ImageChops

DPI = 60
SHADE = 64
"""Of 255: how far a pixel may differ, where an edge falls between two of them."""
PIXELS = 200
"""How many may differ at all, of one page: a picture of large squares is rounded where it is moved by a millionth."""


def found(path: Path) -> dict[str, Any]:
    """All but the pictures."""
    with pikepdf.open(path) as file:
        pages = {page.objgen: i for i, page in enumerate(file.pages)}
        return {
            "pages": len(file.pages),
            "boxes": [[round(float(x), 3) for box in BOXES for x in page.get(box, ())] for page in file.pages],
            "labels": [page.label for page in file.pages],
            "outline": list(_outline(file, pages)),
            "links": [sorted(_links(page)) for page in file.pages],
            "places": dict(_places(file, pages)),
            "fonts": sorted(str(font.BaseFont) for font in file.pages[0].Resources.Font.values()),
            "information": {key: str(value) for key, value in file.docinfo.items()},
            "conformance": _conformance(file),
            "text": words(path),
            "tags": _tags(path),
            "marked": list(_marked(file)),
        }


BOXES = ("/MediaBox", "/TrimBox", "/BleedBox")


def _outline(file: pikepdf.Pdf, pages: dict[Any, int]) -> Iterator[tuple[int, str, int, list[float]]]:
    def visit(items: list[pikepdf.OutlineItem], depth: int) -> Iterator[tuple[int, str, int, list[float]]]:
        for item in items:
            place = item.destination
            yield depth, item.title, pages[place[0].objgen], [round(float(x), 2) for x in place[2:]]
            yield from visit(list(item.children), depth + 1)

    with file.open_outline() as outline:
        yield from visit(list(outline.root), 0)


def _links(page: pikepdf.Page) -> Iterator[tuple[list[float], str]]:
    for link in page.get("/Annots", ()):
        where = str(link.Dest) if "/Dest" in link else str(link.A.URI)
        yield [round(float(x), 2) for x in link.Rect], where


def _places(file: pikepdf.Pdf, pages: dict[Any, int]) -> Iterator[tuple[str, tuple[int, list[float]]]]:
    names = file.Root.Names.Dests.Names if "/Names" in file.Root and "/Dests" in file.Root.Names else []
    for i in range(0, len(names), 2):
        place = names[i + 1]
        yield str(names[i]), (pages[place[0].objgen], [round(float(x), 2) for x in list(place)[2:]])


def _conformance(file: pikepdf.Pdf) -> dict[str, str]:
    """What the file says that it is."""
    with file.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as said:
        return {name: str(said.get(name)) for name in CONFORMANCE}


CONFORMANCE = (
    "{http://www.aiim.org/pdfa/ns/id/}part",
    "{http://www.aiim.org/pdfa/ns/id/}conformance",
    "{http://www.aiim.org/pdfua/ns/id/}part",
    "{http://www.npes.org/pdfx/ns/id/}GTS_PDFXVersion",
)


def words(path: Path) -> list[str]:
    """The characters of each page: running heads come first in one and last in the other, and where poppler finds a
    space may hang on a rounding."""
    text = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True, check=True).stdout
    return ["".join(sorted("".join(page.split()))) for page in text.split("\f")]


def _tags(path: Path) -> str:
    """The tree, without its words: to put them in takes poppler a minute for a book."""
    told = subprocess.run(["pdfinfo", "-struct", str(path)], capture_output=True, text=True, check=True).stdout
    told = re.sub(r"(?<=\d\.)(\d)\d*", r"\1", told)
    return re.sub(r"\b\d+(-\d+-\d+)\b|Object \d+ 0", r"N\1", told)


def _marked(file: pikepdf.Pdf) -> Iterator[str]:
    """What is wrong with the way from a page or a link to its tag; nothing, where there are no tags."""
    if "/StructTreeRoot" not in file.Root:
        return
    numbers = file.Root.StructTreeRoot.ParentTree.Nums
    tree = {int(numbers[i]): numbers[i + 1] for i in range(0, len(numbers), 2)}
    if list(tree) != sorted(tree):
        yield "the tree is not in order"
    for i, page in enumerate(file.pages):
        if "/StructParents" not in page:
            continue  # a blank page
        mine = tree[int(page.StructParents)]
        if any("/Pg" in tag and tag.Pg.objgen != page.objgen for tag in mine):
            yield f"page {i}"
        for link in page.get("/Annots", ()):
            kids = list(tree[int(link.StructParent)].K)
            objects = [kid.Obj.objgen for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/Obj" in kid]
            if link.objgen not in objects:
                yield f"a link of page {i}"


def unlike(one: Path, other: Path) -> list[str]:
    """Pages that do not look alike."""
    wrong = []
    with pypdfium2.PdfDocument(one) as a, pypdfium2.PdfDocument(other) as b:
        for i, (first, second) in enumerate(zip(a, b, strict=True)):
            pictures = [page.render(scale=DPI / 72).to_pil().convert("L") for page in (first, second)]
            histogram = ImageChops.difference(*pictures).histogram()
            if any(histogram[SHADE:]) or sum(histogram[8:]) > PIXELS:
                wrong.append(
                    f"page {i}: {sum(histogram[8:])} pixels, by {max(k for k, n in enumerate(histogram) if n)}"
                )
    return wrong
