"""Room between Han and Latin in an EPUB: which Latin is marked, and that no word changes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banxin import wordless
from banxin.render import gaps, links

CASES = [
    ("<p>用PDF排</p>", "<p>用<i>PDF</i>排</p>"),
    ("<p>PDF排</p>", "<p><e>PDF</e>排</p>"),
    ("<p>排PDF。</p>", "<p>排<s>PDF</s>。</p>"),
    ("<p>在2026年3月</p>", "<p>在<i>2026</i>年<i>3</i>月</p>"),
    ("<p>用GPT-4 Turbo写</p>", "<p>用<i>GPT-4 Turbo</i>写</p>"),
    ("<p>重50%的、约-3度</p>", "<p>重<s>50</s>%的、约-<e>3</e>度</p>"),
    ("<p>“PDF”和（EPUB）</p>", "<p>“PDF”和（EPUB）</p>"),
    ("<p>汉 PDF 字</p>", "<p>汉 PDF 字</p>"),
    ("<p>甲<em>PDF</em>乙</p>", "<p>甲<em><i>PDF</i></em>乙</p>"),
    ("<p>甲P<em>D</em>F乙</p>", "<p>甲<s>P</s><em>D</em><e>F</e>乙</p>"),
    ("<p>甲<em>P</em>D乙</p>", "<p>甲<em><s>P</s></em><e>D</e>乙</p>"),
    ("<p><em>甲</em>PDF<em>乙</em></p>", "<p><em>甲</em><i>PDF</i><em>乙</em></p>"),
    ("<p>甲</p><p>PDF</p>", "<p>甲</p><p>PDF</p>"),
    ("<p>甲<br/>PDF</p>", "<p>甲<br/>PDF</p>"),
    ("<p>用<code>make</code>排，第<span class='tcy'>12</span>天</p>", None),
    ("<p>注<a class='noteref' href='#a'>1</a>字<sup>2</sup>字</p>", None),
    ("<p><ruby>汉<rt>han</rt></ruby>字</p>", None),
    ("<p>式<math><mi>x</mi></math>字</p>", None),
]
NAMES = {"gap": "i", "gap-start": "s", "gap-end": "e"}


def marked(html: str) -> str:
    body = links.parse(html)
    gaps.mark(body)
    return re.sub(r"\s(xmlns|epub)[^=]*=\"[^\"]*\"", "", str(links.xhtml(body)))


def short(html: str) -> str:
    for name, letter in NAMES.items():
        html = re.sub(f'<span class="{name}">([^<]*)</span>', f"<{letter}>\\1</{letter}>", html)
    return html


@pytest.mark.parametrize(("html", "wanted"), CASES)
def test_latin_that_touches_han_is_marked(html: str, wanted: str | None) -> None:
    assert short(marked(html)) == (wanted or html.replace("'", '"'))


WORDS = st.text(st.sampled_from("甲乙Ab1，。 -“"), max_size=12)


@given(st.lists(st.tuples(st.sampled_from(["", "em", "code", "br", "p"]), WORDS), max_size=8))
def test_no_word_changes_and_each_border_is_marked_once(pieces: list[tuple[str, str]]) -> None:
    html = "".join(
        f"<{name}/>" if name == "br" else f"<{name}>{words}</{name}>" if name else words for name, words in pieces
    )
    before = links.parse(f"<div>{html}</div>")
    after = links.parse(f"<div>{html}</div>")
    gaps.mark(after)
    assert "".join(map(str, after.itertext())) == "".join(map(str, before.itertext()))
    plain = re.sub("<code>[^<]*</code>|<br/>|</?p>", "。", html).replace("<em>", "").replace("</em>", "")
    sides = sum(1 + (span.get("class") == "gap") for span in after.iter("span"))
    assert sides == len(re.findall("(?<=[甲乙])(?=[Ab1])|(?<=[Ab1])(?=[甲乙])", plain))
    again = str(links.xhtml(after))
    assert wordless.bare(again) == wordless.bare(str(links.xhtml(before)))
