"""The PDF for a printer: the boxes of the page, and the crop marks, in the finished file."""

from __future__ import annotations

import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from banxin import build

pytestmark = pytest.mark.slow

MM = 72 / 25.4
TRIM = (148.0, 210.0)
"""A5, mm."""
NEAR = 0.02
"""pt."""


DOTS = 4
"""A point in the pictures of the pages."""


@dataclass(frozen=True)
class Printed:
    """The boxes of every page, and where there is ink outside the trim; pt, from the lower left corner of the trim."""

    boxes: list[dict[str, tuple[float, ...]]]
    ink: list[set[tuple[float, float]]]


def printed(folder: Path, spec: str = "", profile: str = "print") -> Printed:
    (folder / "a.md").write_text("# 甲\n\n" + "刻工把字反刻在梨木上。\n\n" * 80, "utf-8")
    text = f"title: 书\nlayout: novel\npage: {{trim: A5}}\n{spec}chapters: [a.md]\n"
    (folder / "book.yaml").write_text(text, "utf-8")
    (path,) = build.build(build.Order(folder, formats=("pdf",), out=folder / "out", profile=profile)).written
    with pikepdf.open(path) as file:
        boxes = [around_trim({name: [float(n) for n in page[f"/{name}"]] for name in BOXES}) for page in file.pages]
        assert {tuple(map(float, page.MediaBox[:2])) for page in file.pages} == {(0, 0)}, "where sheets begin"
    command = ["pdftoppm", "-gray", "-r", str(72 * DOTS), "-l", "2", str(path), str(folder / "page")]
    subprocess.run(command, check=True)
    pictures = sorted(folder.glob("page-*.pgm"))
    return Printed(boxes, [ink_outside(file, box["MediaBox"]) for file, box in zip(pictures, boxes, strict=False)])


BOXES = ("MediaBox", "BleedBox", "TrimBox")


def around_trim(boxes: dict[str, list[float]]) -> dict[str, tuple[float, ...]]:
    """Boxes by the lower left corner of the trim."""
    corner = 2 * boxes["TrimBox"][:2]
    return {name: tuple(a - b for a, b in zip(box, corner, strict=True)) for name, box in boxes.items()}


def ink_outside(file: Path, media: tuple[float, ...]) -> set[tuple[float, float]]:
    """The middle of every dark dot outside the trim."""
    with Image.open(file) as picture:
        width, data = picture.width, picture.tobytes()
    dark = (divmod(at, width) for at, shade in enumerate(data) if shade < 128)
    dots = {(media[0] + (x + 0.5) / DOTS, media[3] - (y + 0.5) / DOTS) for y, x in dark}
    return {(x, y) for x, y in dots if not (0 <= x <= TRIM[0] * MM and 0 <= y <= TRIM[1] * MM)}


def around(margin: float) -> tuple[float, ...]:
    """A box `margin` pt around the trim."""
    return -margin, -margin, TRIM[0] * MM + margin, TRIM[1] * MM + margin


@pytest.mark.parametrize(
    ("spec", "bleed", "room"),
    [
        ("", 3, 10),
        ("print: {bleed: 5mm}\n", 5, 12),
        ("print: {bleed: 8mm}\n", 8, 15),
        ("print: {bleed: 0mm}\n", 0, 10),
        ("print: {marks: false}\n", 3, 3),
        ("print: {bleed: 6mm, marks: false}\n", 6, 6),
        ("print: {bleed: 0mm, marks: false}\n", 0, 0),
    ],
)
def test_boxes_and_marks(spec: str, bleed: float, room: float, tmp_path: Path) -> None:
    found = printed(tmp_path, spec)
    assert len(found.boxes) >= 4
    for box in found.boxes:
        assert box["TrimBox"] == pytest.approx(around(0), abs=NEAR)
        assert box["BleedBox"] == pytest.approx(around(bleed * MM), abs=NEAR)
        assert box["MediaBox"] == pytest.approx(around(room * MM), abs=NEAR)
    assert len(found.ink) == 2
    for ink in found.ink:
        if "marks: false" in spec:
            assert not ink
        else:
            check_marks(ink, bleed * MM, room * MM)


def check_marks(ink: set[tuple[float, float]], bleed: float, room: float) -> None:
    """Eight crop marks, each in line with an edge of the trim; four register marks, in the middle of each edge; none
    in the bleed, nor nearer to the trim than a guillotine misses; no other ink."""
    width, height = TRIM[0] * MM, TRIM[1] * MM
    gap = max(bleed, 3 * MM) - NEAR
    found: Counter[tuple[str, bool, bool]] = Counter()
    for x, y in ink:
        assert max(-x, x - width, -y, y - height) >= gap
        assert max(-x, x - width, -y, y - height) <= room
        if min(abs(y), abs(y - height)) < 1:
            found["across", x < 0, y < 1] += 1
        elif min(abs(x), abs(x - width)) < 1:
            found["up", x < 1, y < 0] += 1
        elif abs(y - height / 2) < 3 * MM:
            found["register beside", x < 0, False] += 1
        else:
            assert abs(x - width / 2) < 3 * MM
            found["register above or below", y < 0, False] += 1
    assert len(found) == 12
    assert min(found.values()) > 4 * MM * DOTS, "4 mm long at least"


@pytest.mark.parametrize("profile", ["screen", "archive"])
def test_only_print_has_them(profile: str, tmp_path: Path) -> None:
    found = printed(tmp_path, "print: {bleed: 5mm}\n", profile)
    for box, ink in zip(found.boxes, found.ink, strict=False):
        assert set(box.values()) == {box["TrimBox"]}
        assert box["TrimBox"] == pytest.approx(around(0), abs=NEAR)
        assert not ink
