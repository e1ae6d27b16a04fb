"""The pairs of pages that the README shows.

python -m tools.spread dist/banxin-handbook-zh-Hans.pdf 12
python -m tools.spread dist/classic-zh-Hant-TW.pdf 2 --rtl --scale 1.15 -o docs/classic.png
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pypdfium2
from PIL import Image

TARGET = Path(__file__).resolve().parents[1] / "docs" / "spread.png"
SCALE = 1.45
"""Pixels of a point."""
MARGIN = 18
GROUND, FOLD = (226, 226, 226), (214, 214, 214)


def spread(source: Path, folio: str, scale: float = SCALE, rtl: bool = False) -> Image.Image:
    """The page with this number, and the next, side by side on a grey ground; with `rtl` the next is the left one."""
    with pypdfium2.PdfDocument(source) as pdf:
        labels = [pdf.get_page_label(n) for n in range(len(pdf))]
        first = labels.index(folio)
        order = (first + 1, first) if rtl else (first, first + 1)
        left, right = (pdf[n].render(scale=scale).to_pil().convert("RGB") for n in order)
    sheet = Image.new("RGB", (2 * left.width + 1 + 2 * MARGIN, left.height + 2 * MARGIN), GROUND)
    sheet.paste(FOLD, (MARGIN + left.width, MARGIN, MARGIN + left.width + 1, MARGIN + left.height))
    sheet.paste(left, (MARGIN, MARGIN))
    sheet.paste(right, (MARGIN + left.width + 1, MARGIN))
    return sheet.quantize(32)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pdf", type=Path)
    parser.add_argument("folio", help="the number on the first page")
    parser.add_argument("--rtl", action="store_true", help="a book that is bound at the right")
    parser.add_argument("--scale", type=float, default=SCALE, help="pixels of a point")
    parser.add_argument("-o", "--out", type=Path, default=TARGET)
    options = parser.parse_args()
    spread(options.pdf, options.folio, options.scale, options.rtl).save(options.out, optimize=True)


if __name__ == "__main__":
    main()
