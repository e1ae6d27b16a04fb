"""Words that Python's reader of XML reads give the tree that HTML's rules give; all others are left to these."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
import tinyhtml5
from hypothesis import given, settings
from hypothesis import strategies as st

from banxin import build, fonts
from banxin.render import pdf
from banxin.sheets import reading
from tests.conftest import ROOT

HEAD = '<!DOCTYPE html><html lang="zh-Hans"><head><title>书</title></head><body class="novel screen">'


def by_the_rules(words: str) -> Element:
    """As tinyhtml5 reads it."""
    body: Element | None = tinyhtml5.parse(f"{HEAD}{words}</body></html>", namespace_html_elements=False).find("body")
    assert body is not None
    return body


def plain(element: Any) -> Any:
    """All that WeasyPrint sees of a tree."""
    return element.tag, list(element.items()), element.text or "", element.tail or "", [plain(each) for each in element]


def agrees(words: str) -> bool:
    """Whether the words were read; if they were, then as HTML."""
    body = reading.tree(words)
    if body is not None:
        wanted = by_the_rules(words)
        assert plain(body)[2:] == plain(wanted)[2:]
    return body is not None


READ = (
    '\n<section id="a"><h1>甲 <em>乙</em></h1>\n<p>一<br/>二<img src="image:a" alt="&quot;x"/></p></section>\n',
    "<div><table><thead><tr><th>a</th></tr></thead>\n<tbody>\n<tr><td><p>b</p></td></tr></tbody></table></div>",
    "<ul><li>一<ul><li>二</li></ul></li><li>三</li></ul><ol start='2'><li><p>四</p></li></ol>",
    '<p>a &lt; b &amp; c &gt; d</p><pre class="x"><code><span class="kw">def</span> f():\n    pass\n</code></pre>',
    "<p><ruby>汉<rt>hàn</rt></ruby>字<b><b><b><b>四</b></b></b></b></p><hr/><dl><dt>甲</dt><dd><p>乙</p></dd></dl>",
    "<table><caption>表</caption><colgroup><col class='a'/></colgroup><tbody><tr><td>1</td></tr></tbody></table>",
    '<p>甲<a href="#x"><span>1</span></a><span class="footnote"><a href="#y">1</a>乙</span></p>',
)
LEFT = (
    "<p>一<p>二",
    "<p>一<div>二</div></p>",
    "<a href='#a'>一<span><a href='#b'>二</a></span></a>",
    "<table><tr><td>一</td></tr></table>",
    "<table><tbody>词<tr><td>一</td></tr></tbody></table>",
    "<p>一<br></br>二</p>",
    "<p><span/>一</p>",
    "<p title='a>b'><em/>一</p>",
    "<p title='/>'>一<em></em></p>",
    "<p>a > b<i/></p>",
    "<pre>\n一</pre>",
    "<p>&nbsp;&#128;</p>",
    "<p>&#x80;</p>",
    "<p>一<!-- 注 -->二</p>",
    "<p title='a\nb'>一</p>",
    "<p>a\r\nb</p>",
    "<P>一</P>",
    "<p Title='a'>一</p>",
    "<p xml:lang='en'>one</p>",
    "<p>一<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'></svg></p>",
    "<ul><p>一</p></ul>",
    "<h1>一<h2>二</h2></h1>",
    "<li>一</li>",
    "<select><option>一</option></select>",
    "<body class='x'>一</body>",
    "<p>一</p></body><p>二</p>",
    "<![CDATA[一]]>",
    "<p>一",
)


@pytest.mark.parametrize("words", READ)
def test_it_is_read(words: str) -> None:
    assert agrees(words)


@pytest.mark.parametrize("words", LEFT)
def test_it_is_left_to_the_rules(words: str) -> None:
    assert not agrees(words)
    assert reading.html(HEAD, words, None).etree_element.find("body") is not None


def test_the_document_is_the_same() -> None:
    for words in READ:
        made = reading.html(HEAD, words, None)
        wanted = tinyhtml5.parse(f"{HEAD}{words}</body></html>", namespace_html_elements=False)
        assert plain(made.etree_element) == plain(wanted)
        assert made.base_url == reading.BASE


TAGS = (*sorted(reading.INSIDE), "svg", "button", "center", "tt", "rb", "details")
WORDS = st.sampled_from(["", "一", " ", "\n", "a &lt; b", "x y", "&quot;", ">", "&nbsp;", "\u3000", "&#39;"])


def _element(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def made(tag: str, name: str, words: list[str], closed: bool) -> str:
        content = "".join(words)
        return f"<{tag}{name}/>" if closed and not content else f"<{tag}{name}>{content}</{tag}>"

    names = st.sampled_from(["", ' class="a b"', ' id="x"', " title='a>b'", ' href="#x"', ' data-X="1"', ' title="/>"'])
    return st.builds(made, st.sampled_from(TAGS), names, st.lists(inner | WORDS, max_size=4), st.booleans())


def _likely(tag: str) -> st.SearchStrategy[str]:
    """An element with what may stand in it, mostly."""
    return st.deferred(lambda: _LIKELY[tag])


def _holding(tag: str) -> st.SearchStrategy[str]:
    inside = sorted(reading.INSIDE[tag])
    if not inside:
        return st.just(f"<{tag}/>")
    child = st.sampled_from(inside).flatmap(_likely)
    words = st.just("\n") if tag in reading.BARE else st.sampled_from(["一", "x", "\n", ""])
    return st.lists(child | words, max_size=3).map(lambda parts: f"<{tag}>{''.join(parts)}</{tag}>")


_LIKELY = {tag: _holding(tag) for tag in reading.INSIDE}


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(st.recursive(WORDS, _element, max_leaves=12), max_size=4).map("".join))
def test_anything_at_all(words: str) -> None:
    agrees(words)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(_likely("body"))
def test_what_may_stand_there(body: str) -> None:
    agrees(body.removeprefix("<body>").removesuffix("</body>"))


EMPTY = """# 空的

```python
a = 1

b = 2
```

| 甲 | 乙 |
|---|---|
| 一 |  |
"""


def test_what_is_empty_is_closed(tmp_path: Path) -> None:
    """By HTML's rules `<span/>` would go on to the end of the listing."""
    fonts.ensure(["zh-Hans"], print)
    fonts.activate()
    (tmp_path / "a.md").write_text(EMPTY, "utf-8")
    (press,) = build.presses(build.Order(tmp_path / "a.md"))
    words = next(one.html for one in pdf._job(press).signatures if "<pre" in one.html)
    assert "<span></span>" in words
    assert "></td>" in words
    assert agrees(words)


def test_most_of_a_book_is_read() -> None:
    fonts.ensure(["zh-Hans"], print)
    fonts.activate()
    (press,) = build.presses(build.Order(ROOT / "examples" / "chronicle.md"))
    signatures = pdf._job(press).signatures
    read = sum(len(one.html) for one in signatures if agrees(one.html))
    assert read > 0.5 * sum(len(one.html) for one in signatures)
