"""How thick a book is: its pages and its paper -> the width of the spine.

Thicknesses are typical: mills and lots differ by a twentieth, so a printer's own figure (`thickness`) goes before the
table. Thickness = grammage x bulk (ISO 534). Offset paper (胶版纸) has a bulk of about 1.25 cm3/g, light bulky paper
(轻型纸) 1.8, gloss coated paper (铜版纸) 0.83, matt coated (哑粉纸) 0.93, dictionary paper (字典纸) 1.1. The rule of
thumb in Taiwan, hundredths of a millimetre = g/10 + 1 for offset and g/10 - 1 for gloss coated, is within 0.02 mm.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from banxin.lengths import POINTS_PER_MM

USUAL = "胶版纸 80g"
BULK: Mapping[str, tuple[float, tuple[int, ...]]] = {
    "胶版纸": (1.25, (60, 70, 80, 90, 100, 120)),
    "轻型纸": (1.8, (52, 55, 60, 65, 70, 80, 100)),
    "铜版纸": (0.83, (80, 105, 128, 157, 200)),
    "哑粉纸": (0.93, (80, 105, 128, 157, 200)),
    "字典纸": (1.1, (28, 30, 35, 40)),
}
"""Of each kind of paper: cm3/g, and the grammages that it is sold in, g/m2."""
OTHER_NAMES: Mapping[str, str] = {
    "双胶纸": "胶版纸", "胶版紙": "胶版纸", "膠版紙": "胶版纸", "道林纸": "胶版纸", "道林紙": "胶版纸",
    "模造紙": "胶版纸", "蒙肯纸": "轻型纸", "蒙肯紙": "轻型纸", "輕型紙": "轻型纸", "銅版紙": "铜版纸",
    "啞粉紙": "哑粉纸", "雪銅紙": "哑粉纸", "聖經紙": "字典纸", "圣经纸": "字典纸", "字典紙": "字典纸",
}  # fmt: skip
NAME = re.compile(r"(?:(?P<before>\d{2,3})\s*(?:g|克|磅)?\s*)?(?P<kind>\D+?)\s*(?:(?P<after>\d{2,3})\s*(?:g|克|磅)?)?")
GLUE = 0.3 * POINTS_PER_MM
"""What the glue of a perfect binding and the cover's own fold add to the block: a quarter to half a millimetre."""


def thickness(name: str) -> float | None:
    """Of one leaf, pt: `胶版纸 80g`, `80克轻型纸`; None where no such paper is known."""
    match = NAME.fullmatch(name.strip())
    grams = match and (match["before"] or match["after"])
    if match is None or grams is None:
        return None
    kind = OTHER_NAMES.get(match["kind"].strip(), match["kind"].strip())
    bulk, sold = BULK.get(kind, (0.0, ()))
    if not sold or not min(sold) <= int(grams) <= max(sold):
        return None
    return int(grams) * bulk / 1000 * POINTS_PER_MM


def known() -> tuple[str, ...]:
    """Every paper of the table."""
    return tuple(f"{kind} {grams}g" for kind, (_, sold) in BULK.items() for grams in sold)


def spine(pages: int, leaf: float) -> float:
    """The width of the spine, pt, of a book of so many pages; two of them are a leaf."""
    return -(-pages // 2) * leaf + GLUE
