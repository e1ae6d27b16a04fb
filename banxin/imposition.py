"""A finished PDF -> sheets to print at home, fold and sew: two pages beside each other on each side of a sheet.

Pages keep their size where two of them fit on the paper, and are made smaller where they do not; the trim of each
touches the fold. All lengths are pt, from the lower left corner of the sheet. A sheet's two sides follow each other in
the file and stand the same way up: a printer turns the paper over its short edge.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf

from banxin.book import Artifact
from banxin.errors import ConfigError, ManuscriptError, Place, Problem
from banxin.layout import trim_size, trims
from banxin.lengths import POINTS_PER_MM, points

PAGES = 4
"""On a sheet."""
CREEP = 0.1 * POINTS_PER_MM
"""How far each sheet pushes those inside it outward: the thickness of office paper of 80 g/m2 (ISO 534)."""
MARK = 5 * POINTS_PER_MM
"""The length of a crop mark."""
CLEAR = 3 * POINTS_PER_MM
"""Between the trim and a crop mark: as much as a bleed."""
MOST_SHEETS = 64
"""In a signature of several: more cannot be folded."""
SIZE = re.compile(r"(\d+(?:\.\d+)?)[x×*](\d+(?:\.\d+)?)")
HAIR = 0.25
"""The width of marks."""
COLLATING = 4 * POINTS_PER_MM
"""The height of a mark on the back of a signature, by which one sees that they lie in order."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a book is imposed."""

    paper: tuple[float, float]
    """The size of a sheet, either way up."""
    sheets: int = 0
    """In a signature; 0: all are one, for stitching through the fold."""
    creep: float = CREEP
    rtl: bool = False
    """Whether the book is bound on the right."""
    marks: bool = False
    """Whether crop, fold and collating marks are drawn."""


class Spread(NamedTuple):
    """One side of a sheet: the index of the page on its left and on its right; None is blank."""

    signature: int
    sheet: int
    """In its signature, from 0, the outermost."""
    front: bool
    left: int | None
    right: int | None


def spreads(pages: int, sheets: int = 0, rtl: bool = False) -> list[Spread]:
    """Which pages stand on which side of which sheet, as they are printed.

    Blank pages come after the last; the last signature has no more sheets than it needs.

    Args:
        pages: of the book.
        sheets: in a signature; 0: all are one.
        rtl: whether it is bound on the right.
    """
    total = ceil(pages / PAGES)
    step = sheets or total
    found: list[Spread] = []
    for number, start in enumerate(range(0, total, step)):
        count = min(step, total - start)
        found += _signature(number, start * PAGES, count)
    kept = [one._replace(left=_there(one.left, pages), right=_there(one.right, pages)) for one in found]
    return [one._replace(left=one.right, right=one.left) for one in kept] if rtl else kept


def _signature(number: int, first: int, sheets: int) -> Iterator[Spread]:
    """The sides of one signature, bound on the left: the outermost sheet has its first and its last pages."""
    last = first + sheets * PAGES - 1
    for sheet in range(sheets):
        low, high = first + 2 * sheet, last - 2 * sheet
        yield Spread(number, sheet, True, high, low)
        yield Spread(number, sheet, False, low + 1, high - 1)


def _there(page: int | None, pages: int) -> int | None:
    return page if page is not None and page < pages else None


def impose(path: Path, scheme: Scheme) -> Artifact:
    """The sheets of a book; the name is that of the file, with `-sheets`.

    Raises:
        ManuscriptError: the file is no PDF that can be read, or has no pages.
    """
    with _opened(path) as source, pikepdf.new() as target:
        pages = [_Page(page) for page in source.pages]
        if not pages:
            raise ManuscriptError([Problem(Place(str(path)), "这个 PDF 一页也没有", "换一个排好的 PDF。")])
        press = _Press(target, pages, scheme)
        for one in spreads(len(pages), scheme.sheets, scheme.rtl):
            press.print(one)
        out = io.BytesIO()
        if "/Title" in source.docinfo:
            target.docinfo["/Title"] = str(source.docinfo["/Title"])
        target.Root.ViewerPreferences = pikepdf.Dictionary(Duplex=pikepdf.Name.DuplexFlipShortEdge)
        target.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return Artifact(f"{path.stem}-sheets.pdf", out.getvalue())


def _opened(path: Path) -> pikepdf.Pdf:
    try:
        return pikepdf.open(path)
    except pikepdf.PasswordError:
        message, hint = "这个 PDF 加了密码", "用没有加密的那一份。"
    except pikepdf.PdfError:
        message, hint = "这不是 PDF，或文件坏了", "重新排一遍：build.py build -f pdf --profile print。"
    except OSError as error:
        message, hint = f"打不开：{error.strerror or error}", "看看文件名对不对。"
    raise ManuscriptError([Problem(Place(str(path)), message, hint)])


class _Page:
    """A page of the book, the way up that a reader sees it."""

    def __init__(self, page: pikepdf.Page) -> None:
        self.page = page
        self.box = tuple(float(edge) for edge in page.trimbox)
        self.bleed = tuple(float(edge) for edge in page.obj.get("/BleedBox", page.trimbox))
        self.turn = int(page.obj.get("/Rotate", 0)) % 360
        across, up = self.box[2] - self.box[0], self.box[3] - self.box[1]
        self.width, self.height = (up, across) if self.turn in (90, 270) else (across, up)

    def upright(self) -> tuple[float, ...]:
        """What brings the trim's lower left corner, as seen, to the origin (ISO 32000-1, 8.3.3)."""
        left, bottom, right, top = self.box
        return {
            0: (1, 0, 0, 1, -left, -bottom),
            90: (0, -1, 1, 0, -bottom, right),
            180: (-1, 0, 0, -1, right, top),
            270: (0, 1, -1, 0, top, -left),
        }[self.turn]

    def overrun(self) -> float:
        """How far colour runs over the trim."""
        return max(
            0.0, min(b - t if i > 1 else t - b for i, (b, t) in enumerate(zip(self.bleed, self.box, strict=True)))
        )

    def form(self, target: pikepdf.Pdf) -> pikepdf.Object:
        """The page as something that can be drawn."""
        form: pikepdf.Object = target.copy_foreign(self.page.as_form_xobject(handle_transformations=False))
        over = self.overrun()
        left, bottom, right, top = self.box
        form.BBox = pikepdf.Array([left - over, bottom - over, right + over, top + over])
        form.Matrix = pikepdf.Array(self.upright())
        return form


class _Press:
    """Draws pages on sheets."""

    def __init__(self, target: pikepdf.Pdf, pages: list[_Page], scheme: Scheme) -> None:
        self.target, self.pages, self.scheme = target, pages, scheme
        wide = max(page.width for page in pages)
        high = max(page.height for page in pages)
        small, large = sorted(scheme.paper)
        fits = {(w, h): min(1.0, w / 2 / wide, h / high) for w, h in ((large, small), (small, large))}
        (self.width, self.height), self.scale = max(fits.items(), key=lambda item: item[1])

    def print(self, spread: Spread) -> None:
        """One side of a sheet."""
        drawn: list[bytes] = []
        forms: dict[str, Any] = {}
        for name, index, side in (("/L", spread.left, -1), ("/R", spread.right, 1)):
            if index is not None:
                forms[name] = self.pages[index].form(self.target)
                drawn.append(self.placed(name, self.pages[index], side, spread.sheet))
        if self.scheme.marks:
            drawn.append(self.marks(spread))
        content = self.target.make_stream(b"\n".join(drawn))
        resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(forms))
        box = pikepdf.Array([0, 0, self.width, self.height])
        page = pikepdf.Dictionary(Type=pikepdf.Name.Page, MediaBox=box, Resources=resources, Contents=content)
        self.target.pages.append(pikepdf.Page(self.target.make_indirect(page)))

    def placed(self, name: str, page: _Page, side: int, sheet: int) -> bytes:
        """A page beside the fold. Sheets inside others stick out, and lose more when all are trimmed: what is on
        them stands nearer to the fold, by the thickness of what lies around them."""
        fold, half = self.width / 2, self.width / 2
        near = sheet * self.scheme.creep
        x = fold - near if side > 0 else fold - page.width * self.scale + near
        y = (self.height - page.height * self.scale) / 2
        clip = (fold if side > 0 else 0.0, 0.0, half, self.height)
        return b"q %s re W n %s cm %s Do Q" % (
            _numbers(*clip),
            _numbers(self.scale, 0, 0, self.scale, x, y),
            name.encode(),
        )

    def marks(self, spread: Spread) -> bytes:
        """Where to cut, where to fold, and on the back of each signature where it belongs."""
        wide, high = (size * self.scale for size in (self.pages[0].width, self.pages[0].height))
        fold, bottom = self.width / 2, (self.height - high) / 2
        lines = []
        for y in (bottom, bottom + high):
            for x, away in ((fold - wide, -1), (fold + wide, 1)):
                lines.append((x + away * CLEAR, y, x + away * (CLEAR + MARK), y))
                up = -1 if y == bottom else 1
                lines.append((x, y + up * CLEAR, x, y + up * (CLEAR + MARK)))
        drawn = [b"q 0 0 0 1 K 0 0 0 1 k %s w" % _numbers(HAIR)]
        drawn += [b"%s m %s l S" % (_numbers(*line[:2]), _numbers(*line[2:])) for line in lines]
        drawn.append(b"[2 2] 0 d")
        for y in (0.0, self.height - MARK):
            drawn.append(b"%s m %s l S" % (_numbers(fold, y), _numbers(fold, y + MARK)))
        if spread.front and spread.sheet == 0 and self.scheme.sheets:
            top = bottom + high - (spread.signature % 8 + 2) * COLLATING
            drawn.append(b"%s re f" % _numbers(fold - HAIR * 4, top - COLLATING, HAIR * 8, COLLATING))
        return b"\n".join([*drawn, b"Q"])


def _numbers(*values: float) -> bytes:
    return " ".join(f"{value:.4f}".rstrip("0").rstrip(".") for value in values).encode()


def scheme(paper: str, sheets: int, creep: str, rtl: bool, marks: bool) -> Scheme:
    """A scheme as the command line says it.

    Args:
        paper: a name of the trade (`A4`), or `210x297`, mm.
        sheets: in a signature; 0: all are one.
        creep: the thickness of a sheet: `0.1mm`.
        rtl: whether the book is bound on the right.
        marks: whether marks are drawn.

    Raises:
        ConfigError: a length or a number is out of all reason.
    """
    if not 0 <= sheets <= MOST_SHEETS:
        hint = f"写 1 到 {MOST_SHEETS}；不写就是全书一帖。"
        raise ConfigError([Problem(Place("--sheets"), f"一帖不能有 {sheets} 张", hint)])
    thick = points(creep)
    if thick is None:
        raise ConfigError([Problem(Place("--creep"), f"看不懂的长度：{creep}", "写一张纸的厚度，如 0.1mm。")])
    if thick > POINTS_PER_MM:
        raise ConfigError([Problem(Place("--creep"), f"爬移太大：{creep}", "写一张纸的厚度，不到 1mm。")])
    size = SIZE.fullmatch(paper) if paper not in trims() else None
    named = (float(size[1]), float(size[2])) if size else paper
    return Scheme(trim_size(named, Place("--paper")), sheets, thick, rtl, marks)
