"""Things on each other: what is no fault, and whether the ink that is told is what Ghostscript's separations have."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from banxin.preflight.examine import examine
from tests.preflight.defects import DEFECTS
from tests.preflight.making import Maker, image, words
from tests.programs import need

TINT = ".5 0 0 0 k 55 290 120 30 re f "
DARK = ".8 .8 .8 0 k 55 290 120 30 re f "
ON_IT = "q /S gs " + words("on it") + "Q"
RIGHT = {
    "black words that overprint on a colour": TINT + ON_IT,
    "black words that knock out a grey": "0 0 0 .3 k 55 290 120 30 re f " + words("on it"),
    "on paper that hides the colour": TINT + "0 0 0 0 k 57 292 116 26 re f " + words("on it"),
    "beside a colour": TINT + words("on it", y=330),
    "in the corner of a round colour's box": ".5 0 0 0 k 60 300 m 60 360 100 400 200 300 c f " + words("on it", y=388),
    "dark colours that knock each other out": DARK + "0 0 0 .9 k 60 295 50 20 re f",
    "black that overprints beside the dark": DARK + "q /S gs " + words("on it", y=340) + "Q",
    "black on a dark colour that paper hides": DARK + "0 0 0 0 k 55 290 120 30 re f " + ON_IT,
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_no_fault(name: str) -> None:
    made = Maker()
    made.state(OP=True, op=True, OPM=1)
    made.add(RIGHT[name])
    assert examine("a.pdf", made.bytes()).findings == ()


def test_black_on_the_bright_part_of_a_dark_picture_is_no_fault() -> None:
    made = Maker()
    made.state(OP=True, op=True, OPM=1)
    data = bytes([230, 230, 200, 10]) * 125_000 + bytes([20, 20, 20, 10]) * 125_000
    made.resources.XObject.P = image(made.pdf, "DeviceCMYK", (500, 500), data)
    made.add("q 120 0 0 120 60 280 cm /P Do Q q /S gs " + words("on it", 70, 300) + "Q")
    assert examine("a.pdf", made.bytes()).findings == ()


def test_a_map_of_thousands_of_shapes_takes_no_time_for_each_pair() -> None:
    """Only the latest of them are kept, and black alone never is."""
    made = Maker()
    made.state(OP=True, op=True, OPM=1)
    made.add("".join(f".2 .1 0 0 k {60 + i % 50} {290 + i // 50} 5 5 re f " for i in range(3000)))
    made.add("q /S gs 0 0 0 1 k " + "".join(f"{60 + i % 50} {290 + i // 50} 5 5 re f " for i in range(3000)) + "Q")
    assert examine("a.pdf", made.bytes()).findings == ()


MEASURED = [name for name, defect in DEFECTS.items() if name.startswith("too_much_ink_") and name[-7:] != "picture"]
RESOLUTION = 36


@pytest.mark.slow
@pytest.mark.parametrize("name", MEASURED)
def test_it_is_what_the_separations_have(name: str, tmp_path: Path) -> None:
    defect = DEFECTS[name]
    made = Maker(defect.pages)
    defect.make(made)
    (tmp_path / "a.pdf").write_bytes(made.bytes())
    (finding,) = examine("a.pdf", made.bytes(), defect.brief).findings
    told = re.search(r"(\d+)%", finding.detail)
    assert told
    out = tmp_path / "plate%d.tif"
    options = ["-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", f"-r{RESOLUTION}", "-sDEVICE=tiffsep", "-dFirstPage=2"]
    subprocess.run([need("gs"), *options, "-dLastPage=2", f"-o{out}", str(tmp_path / "a.pdf")], check=True)
    assert most_ink(tmp_path) == pytest.approx(int(told[1]), abs=4)


def most_ink(folder: Path) -> float:
    """Of all pixels, per cent: plates are black on white, of four at most two are added at a time without overflow."""
    plates = [ImageChops.invert(Image.open(file).convert("L")) for file in sorted(folder.glob("plate*(*).tif"))]
    width, height = plates[0].size
    data = [plate.tobytes() for plate in plates]
    return max(sum(each[i] for each in data) for i in range(width * height)) / 255 * 100
