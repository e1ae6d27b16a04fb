"""How thick a book is: its pages and its paper -> the width of the spine.

Thicknesses are typical: mills and lots differ by a twentieth and more, so a printer's own figure (`thickness`) goes
before the table. Thickness = grammage x bulk (ISO 534). What the bulks, cm3/g, were checked against:

- offset (胶版纸) 1.25: the trade's table of 单张厚度 has 60-180 g at 1.25 where it is well calendered (80 g: 0.100 mm),
  at 1.43 where it is little (http://413yy.cn/a/25101017/338087.html); a mill says 1.2 for the ordinary; a printer in
  Taiwan has 80, 90, 100, 120 g at 0.10, 0.12, 0.13, 0.14 mm (https://www.xuehua.tw/a/5ec8a0b91875f89f6c47778c), and the
  rule of thumb there is g/10 + 1 hundredths of a millimetre.
- light and bulky (轻型纸) 1.8: the same mill makes it from 1.3 to 2.15, so this is the paper to ask about
  (http://en.meilintimespaper.com/news_detail/1586899315132129280.html).
- gloss coated (铜版纸) 0.83: the rule of thumb is g/1000 - 0.02 mm (https://heicmy.com/data/show.php?itemid=54060), in
  Taiwan g/10 - 1 hundredths; 105, 128 and 157 g are within 0.02 mm of both.
- matt coated (哑粉纸) 0.96: g/1000 mm by the same page, 0.9 to 1.07 by the printer in Taiwan.
- dictionary paper (字典纸) 1.1: no table of a mill was found; the most compact bible paper, 1100 leaves of 30 g to the
  inch, has 0.78 (https://dq4t1grbbh3ck.cloudfront.net/don/dt/dt0283.html).
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
    "哑粉纸": (0.96, (80, 105, 128, 157, 200)),
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
