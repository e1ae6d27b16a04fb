"""What a preflight finds, and the rules by which: each has a code that never changes its meaning.

An error is what a print shop refuses, or prints wrong; a warning prints, and most likely not as meant; a note is worth
knowing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from banxin.errors import Level

Rect: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, right, top; pt, in the coordinates of the page."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is looked for."""

    level: Level
    title: str
    hint: str
    """What to do."""


def _error(title: str, hint: str) -> Rule:
    return Rule(Level.ERROR, title, hint)


def _warning(title: str, hint: str) -> Rule:
    return Rule(Level.WARNING, title, hint)


def _note(title: str, hint: str) -> Rule:
    return Rule(Level.NOTE, title, hint)


_OURS = "这多半是版心的毛病，书稿没有错；请把这一条报告给我们。"
_PROFILE = "用 make print 排出的文件没有这个毛病；别处来的文件，照所报的标准重新导出。"

RULES = {
    # the file
    "P101": _error("文件的结构有损坏", "重新导出；qpdf --check 会说出是哪一处。"),
    "P102": _error("文件加了密", "去掉密码和权限限制再交：印厂的软件读不了加密的文件。"),
    "P103": _error("文件里有脚本或动作", "去掉 JavaScript 和打开文件时的动作；印刷文件里不许有。"),
    "P104": _warning("文件里夹带了附件", "交印的文件不要带附件；手稿另外寄。"),
    "P105": _error("PDF 的版本高于标准所许", _PROFILE),
    "P106": _error("没有输出意图（OutputIntent）", "在 book.yaml 的 print 里写明印厂的 ICC 文件；不知道就问印厂。"),
    "P107": _error("输出意图不是 CMYK 的印刷条件", "换成印厂给的 CMYK 输出用 ICC 文件。"),
    "P108": _warning("没有说明陷印（Trapped）", _PROFILE),
    "P109": _note("没有说自己是哪一种 PDF/X", "印厂收普通 PDF 就不必管；要 PDF/X，用 make print 排。"),
    "P110": _error("veraPDF 不认", _OURS),
    "P111": _error("PDFBox Preflight 不认（PDF/A-1b）", _OURS),
    "P112": _error("有印刷标准不许的压缩方式", "重新导出，不用 LZW，PDF/X-1a 和 X-3 也不用 JPEG 2000。"),
    # pages and boxes
    "P201": _error("没有成品框（TrimBox）", "没有它，印厂不知道裁在哪里；重新导出时写上。"),
    "P202": _error("页面框套错了", "要 TrimBox 在 BleedBox 里，BleedBox 在 MediaBox 里；重新导出。"),
    "P203": _error("各页的成品尺寸不一样", "一本书的内文各页要一样大；插页另做一个文件。"),
    "P204": _warning("出血不够", "出血留足 3 mm（print: {bleed: 3mm}），或问印厂要多少。"),
    "P205": _warning("页面带着旋转或放大", "重新导出，让页面本来就是印出来的方向和大小（不用 Rotate 和 UserUnit）。"),
    "P206": _warning("页数不是印张的整倍数", "写 print: {signature: 16}，版心会在书末补空白页；或请印厂补。"),
    "P207": _warning("书里有空白页", "左页空着等下一章从右页起，是常例；别处的空白，看看是不是多了分页。"),
    # fonts
    "P301": _error("字体没有嵌入", "嵌入全部字体再导出；不许嵌入的字体，换一种。"),
    "P302": _warning("整个字体都嵌进去了", "导出时只嵌用到的字（子集），文件小，印厂也不会误用。"),
    "P303": _error("有 Type 3 字体", "Type 3 字形在制版时会变粗或出错；换成 TrueType 或 OpenType，或转成轮廓。"),
    "P304": _error("有字体里没有的字", "印出来是方框或空白：给这些字换一种有它的字体。"),
    "P305": _error("字形是空的", "读得出字，印不出来：重新导出，让子集带上这些字。"),
    "P306": _error("字体的嵌法是标准不许的", "PDF 1.6 以前不能嵌整个 OpenType；换 TrueType 轮廓的字体，或用 PDF/X-4。"),
    # colour
    "P401": _error("文字是 RGB 的", "正文只用单黑：颜色写成 device-cmyk(0 0 0 1)。"),
    "P402": _error("线条或色块是 RGB 的", "颜色写成 device-cmyk(…) 或专色；屏幕上的颜色印不准。"),
    "P403": _warning("图片是 RGB 的", "照印厂的 ICC 转成 CMYK 或灰度；make print 会转。"),
    "P404": _error("文字是多色黑", "四色叠出来的黑字，套印稍有不准就重影；改成单黑 device-cmyk(0 0 0 1)。"),
    "P405": _warning("专色没有在 print.spots 里写明", "每种专色多一块版：是要的，写进去；不要的，改成 CMYK。"),
    "P406": _warning("同一种专色有两个名字", "会出成两块版；在所有的图里把名字写成一样。"),
    "P407": _error("白色设了叠印", "叠印的白色印出来就没有了；关掉它的叠印。"),
    "P408": _error("油墨总量超过上限", "墨太厚，不干、粘脏、透印：把颜色改浅，或照印厂的 ICC 重新分色。"),
    "P409": _error("有透明", "PDF/X-1a、X-3 和 PDF/A-1 里不许有透明：拼合后再导出，或改用 PDF/X-4。"),
    "P410": _error("有与设备无关的颜色", "PDF/X-1a 只许灰度、CMYK 和专色：按印厂的 ICC 转过去。"),
    "P411": _error("成品里有套准色（All）", "套准色每块版都印满墨，只许用在成品之外的标记上；改成单黑。"),
    "P412": _warning(
        "黑字没有叠印", "黑字把下面的颜色挖空，套印稍有不准就露白边：黑写成 device-cmyk(0 0 0 1)，并设叠印（OPM 1）。"
    ),
    # pictures
    "P501": _warning("图片的分辨率不够", "照印出来的大小，要每英寸 300 点：换一张大的，或印得小一些。"),
    "P502": _warning("线条图的分辨率不够", "黑白线条和扫描的文字要每英寸 600 点：重新扫描，或用矢量图（SVG）。"),
    "P503": _error("图片要求插值（Interpolate）", _PROFILE),
    # lines
    "P601": _warning("线太细", "细过 0.25 pt 的线印出来会断：加粗到 0.25 pt 以上。"),
    # near the edge
    "P701": _warning("文字离裁切线太近", "裁刀会偏一两毫米：文字离成品边至少 5 mm。"),
    "P702": _warning("该出血的没有出血", "挨着成品边的图和色块要一直铺到出血框，不然裁出白边；也可以让它离边远些。"),
    # annotations
    "P801": _error("出血以内有批注或链接", "印刷文件里不要有链接、表单和批注；用 make print 排。"),
    # the book
    "P901": _error("ISBN 的校验码不对", "对一对书号通知单：多半是抄错了一位。"),
    "P902": _error("版权页上的 ISBN 和 book.yaml 里的不一样", "改 book.yaml 的 isbn，或改书里写的那一个。"),
    "P903": _error("条码的数字不对", "EAN-13 的十三位数要和 ISBN 一样，末位是校验码；重新做条码。"),
    "P904": _warning("版权页不全", "在 book.yaml 里补上；没有的不必编造。"),
}  # fmt: skip
"""By code: the hundreds say of what. A code is never given to another rule."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule broken at one place."""

    code: str
    detail: str
    """What it is that breaks it: a font, a colour, a length; empty where the rule says all."""
    page: int = 0
    """Counted from 1; 0: the whole file."""
    places: tuple[Rect, ...] = ()
    """On the page; empty: all of it."""
    file: str = ""
    """Of the manuscript, with its line where that is known: `images/river.png（03-river.md:12）`."""

    @property
    def rule(self) -> Rule:
        """The rule that is broken."""
        return RULES[self.code]

    @property
    def level(self) -> Level:
        """How grave it is."""
        return self.rule.level


@dataclass(frozen=True, slots=True)
class Entry:
    """Findings that differ only in their page."""

    code: str
    detail: str
    file: str
    pages: tuple[int, ...]

    @property
    def rule(self) -> Rule:
        """The rule that is broken."""
        return RULES[self.code]


def entries(findings: Iterable[Finding]) -> Iterator[Entry]:
    """Findings as they are listed: the grave ones first, then by code, each with all its pages."""

    def subject(one: Finding) -> tuple[int, str, str, str]:
        return list(Level).index(one.level), one.code, one.detail, one.file

    for (_, code, detail, file), group in groupby(sorted(findings, key=subject), subject):
        yield Entry(code, detail, file, tuple(sorted({one.page for one in group if one.page})))
