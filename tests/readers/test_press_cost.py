"""What the printer's file costs: not much more than that for the screen, pictures and all."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from banxin import build, fonts
from banxin.render import pdf
from tools import long_book

pytestmark = pytest.mark.slow

LENGTH = 24_000
"""Characters: some fifty pages."""
ROUNDS = 3
MOST = 1.3
"""Of the time that the same book takes for the screen."""


def test_print_takes_little_more_than_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both cold and in one process, by turns; the least of some rounds, because others use the machine, too."""
    monkeypatch.setenv("BANXIN_CACHE", "off")
    folder = long_book.write(tmp_path / "long", LENGTH)
    ramp = Image.linear_gradient("L").resize((900, 600))
    photograph = Image.merge("RGB", (ramp, ramp.transpose(Image.Transpose.ROTATE_180), ImageChops.invert(ramp)))
    photograph.save(folder / "photograph.jpg", quality=92)
    chapter = sorted(folder.rglob("*.md"))[1]
    target = "../" * (len(chapter.relative_to(folder).parts) - 1) + "photograph.jpg"
    chapter.write_text(chapter.read_text("utf-8") + f"\n\n![照片]({target})\n", "utf-8")
    spent: dict[str, list[float]] = {"screen": [], "print": []}
    fonts.ensure(["zh-Hans"], lambda _: None)
    fonts.activate()
    for _ in range(ROUNDS):
        for profile, times in spent.items():
            begun = time.process_time()
            (press,) = build.presses(build.Order(folder, formats=("pdf",), profile=profile))
            pdf.render(press)
            times.append(time.process_time() - begun)
    assert min(spent["print"]) < MOST * min(spent["screen"]), spent
