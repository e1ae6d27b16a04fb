"""PDF/X-1a and X-3: what shines through is flattened - drawings to pixels, what CSS makes fainter to less ink."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageChops

from banxin import build
from banxin.errors import ManuscriptError
from banxin.plates.pictures import thinned_picture
from tests.programs import need

pytestmark = pytest.mark.slow

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="48">'
DRAWING = f"""{HEAD}<rect width="60" height="48" fill="#00a000"/>
<g opacity=".5"><rect x="30" width="66" height="48" fill="#c00000"/></g></svg>"""
OPAQUE = f'{HEAD}<rect width="60" height="48" fill="red"/></svg>'
TEXT = """# 墨

![透明](drawing.svg)

![不透明](opaque.svg)

::: {.faint}
淡的字，比纸深一半。

![图](picture.png)
:::

后文。
"""
FAINT = "\n.faint { opacity: .5 }\n"
RESOLUTION = 72


def write(folder: Path, standard: str, more: str = FAINT) -> build.Order:
    look = folder / "layouts" / "mine"
    look.mkdir(parents=True)
    (look / "layout.yaml").write_text("extends: novel\n", "utf-8")
    (look / "theme.css.j2").write_text('{% include "novel/theme.css.j2" %}\n' + more, "utf-8")
    (folder / "drawing.svg").write_text(DRAWING, "utf-8")
    (folder / "opaque.svg").write_text(OPAQUE, "utf-8")
    Image.new("RGB", (300, 300), (200, 30, 40)).save(folder / "picture.png", dpi=(300, 300))
    (folder / "a.md").write_text(TEXT, "utf-8")
    settings = f"title: 墨\nslug: flat\nlayout: mine\nprint: {{standard: {standard}, marks: false}}\nchapters: [a.md]\n"
    (folder / "book.yaml").write_text(settings, "utf-8")
    return build.Order(folder, formats=("pdf",), out=folder / "out", profile="print", jobs=1)


@pytest.fixture(scope="module", params=["x1a", "x3"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[build.Result, str]:
    return build.build(write(tmp_path_factory.mktemp("flat"), request.param)), request.param


def test_the_drawing_is_told_and_no_other(made: tuple[build.Result, str]) -> None:
    name = {"x1a": "PDF/X-1a:2003", "x3": "PDF/X-3:2003"}[made[1]]
    told = [str(each).partition("\n")[0] for each in made[0].problems if each.code == "T044"]
    assert told == [f"a.md:3: 警告：图 drawing.svg 有透明，{name} 不许有，排成了每英寸 600 点的像素 [T044]"]


def test_nothing_shines_through(made: tuple[build.Result, str]) -> None:
    found = {one.code for one in made[0].preflights[0].report.findings}
    assert "P409" not in found
    with pikepdf.open(made[0].written[0]) as file:
        states = [state for each in file.objects if isinstance(each, pikepdf.Dictionary)
                  for state in dict(each.get("/ExtGState", {})).values()]  # fmt: skip
        assert not [
            state for state in states if {"/SMask", "/BM"} & set(map(str, state)) or float(state.get("/ca", 1)) < 1
        ]


def sizes(path: Path) -> list[tuple[int, int]]:
    with pikepdf.open(path) as file:
        return [(int(each.Width), int(each.Height)) for each in file.objects
                if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image"]  # fmt: skip


def test_only_the_drawing_became_pixels(made: tuple[build.Result, str]) -> None:
    """An inch by half an inch, 600 to the inch."""
    assert sorted(sizes(made[0].written[0])) == [(300, 300), (600, 300)]


def test_what_is_seen_is_what_was_meant(made: tuple[build.Result, str], tmp_path: Path) -> None:
    """As PDF/X-4 draws the same book, where all shines through; that mixes inks, and pixels are mixed of lights."""
    other = build.build(write(tmp_path / "x4", "x4")).written[0]
    one, two = (seen(path, tmp_path / name) for path, name in ((made[0].written[0], "one"), (other, "two")))
    assert len(one) == len(two)
    for first, second in zip(one, two, strict=True):
        assert sum(ImageChops.difference(first, second).convert("L").histogram()[FAR:]) < PIXELS


FAR = 48
"""Shades: how far lights and inks, mixed half and half, may be apart."""
PIXELS = 300
"""At the edges of pictures, of a page: poppler draws pixels to the next whole one of its own."""


def seen(path: Path, folder: Path) -> list[Image.Image]:
    folder.mkdir()
    subprocess.run([need("pdftoppm"), "-r", str(RESOLUTION), str(path), str(folder / "page")], check=True)
    return [Image.open(file).convert("RGB") for file in sorted(folder.glob("page*.ppm"))]


def test_faint_black_is_grey_and_knocks_out(made: tuple[build.Result, str]) -> None:
    with pikepdf.open(made[0].written[0]) as file:
        inks = {tuple(map(float, operands)) for page in file.pages for operands, operator
                in pikepdf.parse_content_stream(page) if str(operator) == "k"}  # fmt: skip
    assert (0, 0, 0, 0.5) in inks


def test_what_truly_cannot_be_flattened_is_refused(tmp_path: Path) -> None:
    """A gradient of the layout's that ends in nothing: pixels cannot stand in its place."""
    order = write(tmp_path / "x1a", "x1a", ".chapter p { background: linear-gradient(red, transparent) }")
    with pytest.raises(ManuscriptError, match=r"layouts: 错误：PDF/X-1a:2003 不许有透明的东西"):
        build.build(order)


@pytest.mark.parametrize(
    ("mode", "colour"), [("1", 0), ("L", 0), ("RGB", (0, 0, 0)), ("CMYK", (0, 0, 0, 255)), ("P", 0)]
)
def test_a_picture_of_any_kind_is_thinned(mode: str, colour: Any, tmp_path: Path) -> None:
    picture = Image.new(mode, (4, 4), colour)
    picture.save(tmp_path / "a.tif")
    with Image.open(tmp_path / "a.tif") as first:
        expected = 255 if mode == "P" and first.convert("L").getpixel((0, 0)) == 255 else 127
    with Image.open(io.BytesIO(thinned_picture((tmp_path / "a.tif").read_bytes(), 0.5))) as thin:
        assert thin.convert("L").getpixel((0, 0)) == pytest.approx(expected, abs=2)
