"""Random paragraphs of everything that a manuscript may hold, as HTML whose words are known (for hypothesis)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape

from hypothesis import strategies as st

from tests.compose.sheet import PICTURE

WORDS = (
    "山", "川日月", "星云雨雪风雷", "一二三四五六七八九十甲乙丙丁", "，", "。", "“", "”", "‘", "’",
    "「", "」", "《", "》", "（", "）", "：", "；", "？！", "！？", "、", "·", "——", "—", "……", "…",
    "～", "／", "/", "①", "[1]", "2024年", "3月5日", "第3章", "100%", "￥5", "10 kg", "3.14", "a",
    "Latin", "typography", "fi", "ffi", "AVA", "https://example.org/a/b_c?d=e&f=1",
    "snake_case_name", "don't", "é", "e\u0301", "汉\u0301", "か\u3099", "葛\U000e0100", "👍",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467", "❤\ufe0f", "🇨🇳", "\u200b", "\u200d", "\u200c",
    "\u2060", "\ufeff", "\u00ad", "\u00a0", "\u3000", "\u2003", "\u202eabc 汉\u202c", "\u200f",
    "\u200e", "\u202b", "ｶﾞ", "한국어", "→", "½", "a-b", "--", "★", "℃", "№",
    "\U0001f9d1\U0001f3fd",
)  # fmt: skip
"""Pieces of every script and every kind of mark, with those that have no width, turn the direction or join."""
FONTLESS = ("\U00020000\U0002a6a5", "שלום", "مرحبا", "שלום 12 עולם", "สวัสดี", "\U0010fffd")
"""What our fonts do not have."""
READINGS = ("hàn", "zhōng guó", "ㄏㄢˋ", "˙ㄇㄚ", "ㄅㄆㄇㄈ", "よみかた", "a very long reading of it")
BASES = ("汉", "山川", "<b>日</b>月", "一二三四五六七八九十", "字，", "“字”", "a", "Latin", "2024年", "<code>码</code>")
SPACES = (" ", " ", "\n", "  ", "")
TAGS = (
    ("<b>", "</b>"), ("<em>", "</em>"), ("<code>", "</code>"), ("<a href='#x'>", "</a>"), ("<sup>", "</sup>"),
    ("<span style='padding:0 .3em;border:1px solid'>", "</span>"), ("<span style='margin-left:1em'>", "</span>"),
    ("<span style='font-size:2em'>", "</span>"), ("<span style='letter-spacing:.2em'>", "</span>"),
    ("<span style='white-space:nowrap'>", "</span>"), ("<span lang=en>", "</span>"), ("<span dir=rtl>", "</span>"),
    ("<span style='position:relative;top:1px'>", "</span>"), ("<span style='white-space:pre'>", "</span>"),
    ("<span style='display:inline-block'>", "</span>"), ("<bdo dir=rtl>", "</bdo>"),
    ("<span style='vertical-align:middle'>", "</span>"),
    ("<span style='font-size:.5em;--warichu:on'>", "</span>"),
    ("<span style='padding:0 .4em 0 .2em;box-decoration-break:clone'>", "</span>"),
)  # fmt: skip
VOID = ("<br>", f'<img src="{PICTURE}">', "<wbr>", "<span></span>", "<span style='padding:3px'></span>")
SHOWS_NOTHING = re.compile("[\\s\u00ad\u200b\ufeff‡]")
"""What may vanish at the end of a line, and the hyphen that stands in these tests for a division."""


@dataclass(frozen=True)
class Mixture:
    """A paragraph."""

    html: str
    moved: bool
    """Whether part of it stands elsewhere than where it is written."""


@st.composite
def mixtures(draw: st.DrawFn) -> Mixture:
    """A paragraph."""
    html = "".join(_part(draw, 3) for _ in range(draw(st.integers(1, 20))))
    return Mixture(html, "inline-block" in html or "float" in html)


@st.composite
def read_mixtures(draw: st.DrawFn) -> Mixture:
    """A paragraph with readings, all of whose characters have a glyph."""
    html = "".join(_part(draw, 2, read=True) for _ in range(draw(st.integers(1, 20))))
    return Mixture(html, "inline-block" in html)


def _part(draw: st.DrawFn, depth: int, read: bool = False) -> str:
    kind = draw(st.integers(0, 9))
    if kind == 9 and depth:
        before, after = draw(st.sampled_from(TAGS))
        return before + "".join(_part(draw, depth - 1, read) for _ in range(draw(st.integers(0, 4)))) + after
    if kind == 8:
        return draw(st.sampled_from(VOID))
    if kind in (6, 7) and read:
        return f"<ruby>{draw(st.sampled_from(BASES))}<rt>{draw(st.sampled_from(READINGS))}</rt></ruby>"
    foreign = not read and draw(st.integers(0, 40)) == 40
    return escape(draw(st.sampled_from(FONTLESS if foreign else WORDS)), quote=False) + draw(st.sampled_from(SPACES))


floats = st.lists(
    st.builds(
        "<i style='float:{};clear:{};width:{}em;height:{}em'></i>".format,
        st.sampled_from(["left", "right"]),
        st.sampled_from(["none", "none", "left", "both"]),
        st.sampled_from([0.5, 1, 3.3, 8, 20]),
        st.sampled_from([0, 0.9, 2, 3.7, 11]),
    ),
    min_size=1,
    max_size=4,
).map("".join)
"""Boxes beside which a paragraph stands."""
FLOATING = ("<span style='float:left'>浮动</span>", "<span style='float:right;width:3em'>“浮”a</span>")
"""Those that stand in it."""


@st.composite
def mixtures_with_floats(draw: st.DrawFn) -> Mixture:
    """A paragraph with floats in it."""
    parts = [_part(draw, 2) for _ in range(draw(st.integers(1, 12)))]
    for _ in range(draw(st.integers(1, 2))):
        parts.insert(draw(st.integers(0, len(parts))), draw(st.sampled_from(FLOATING)))
    return Mixture("".join(parts), moved=True)


widths = st.one_of(st.sampled_from([2, 3, 5, 8, 13, 20, 28, 60]), st.floats(2, 60))
styles = st.fixed_dictionaries(
    {
        "text-align": st.sampled_from(["justify", "justify", "left", "right", "center", "start", "end", "justify-all"]),
        "white-space": st.sampled_from(["normal", "normal", "normal", "nowrap", "pre", "pre-wrap", "pre-line"]),
        "text-indent": st.sampled_from(["0", "2em", "-1em", "10%"]),
        "overflow-wrap": st.sampled_from(["normal", "break-word", "anywhere"]),
        "hyphens": st.sampled_from(["manual", "auto", "none"]),
    }
)


def style(values: dict[str, str], width: float) -> str:
    """A style attribute's value."""
    return f"width:{width:.3f}em;" + ";".join(f"{name}:{value}" for name, value in values.items())


def seen(text: str) -> str:
    """What must be there whatever the line breaks."""
    return SHOWS_NOTHING.sub("", text)


def source(html: str) -> str:
    """The words of a mixture, without their readings."""
    return seen(unescape(re.sub("<rt>.*?</rt>|<[^>]*>", "", html)))


def readings(html: str) -> str:
    """The readings of a mixture."""
    return seen("".join(re.findall("<rt>(.*?)</rt>", html)))
