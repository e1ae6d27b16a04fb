"""Raw HTML of a stranger: what is on the list becomes native, the rest is removed and told, and no word is lost."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from banxin import markdown, pandoc, sanitize, tree
from banxin.book import Node, Nodes
from banxin.errors import Place
from banxin.sanitize import allowlist, balance
from banxin.sanitize.allowlist import cleaned
from banxin.sanitize.balance import Hold, Piece, Writer
from banxin.sanitize.tokens import Tag, tokens


def no_pandoc(html: str) -> Nodes:
    raise AssertionError(f"inlines need no pandoc: {html}")


def clean(blocks: Nodes, parse_html: Any = markdown.parse_html) -> tuple[Nodes, list[str]]:
    native, problems = sanitize.clean(blocks, lambda _: Place("a.md"), parse_html)
    return native, [problem.message for problem in problems]


def read(text: str) -> tuple[str, list[str]]:
    """A chapter as HTML after the allow-list, and what was told."""
    blocks, _ = markdown.parse(text, "a.md")
    native, messages = clean(blocks)
    assert "Raw" not in {node["t"][:3] for node in tree.walk(native)}
    assert clean(native) == (native, []), "a second pass changes nothing"
    return pandoc.to_html(native), messages


def raw(source: str) -> Node:
    return {"t": "RawInline", "c": ["html", source]}


def inline(*parts: Node | str) -> tuple[Nodes, list[str]]:
    """Inlines through the allow-list; strings that begin with `<` are raw."""
    nodes = [part if isinstance(part, dict) else raw(part) if part[0] == "<" else tree.string(part) for part in parts]
    blocks, messages = clean([{"t": "Para", "c": nodes}], no_pandoc)
    return (blocks[0]["c"] if blocks else []), messages


def attributes(value: Any) -> set[str]:
    """The names of all attributes in a tree."""
    return {
        name
        for node in tree.walk(value)
        if node["t"] in ("Span", "Link", "Image", "Code")
        for name in tree.attr(node)[2]
    }


# ---- the list


@pytest.mark.parametrize("tag", sorted(allowlist.WRAPPERS))
def test_elements_that_pandoc_has_a_node_for(tag: str) -> None:
    nodes, messages = inline(f"<{tag}>", "字", f"</{tag}>")
    assert nodes == [{"t": allowlist.WRAPPERS[tag], "c": [tree.string("字")]}]
    assert messages == []


@pytest.mark.parametrize("tag", sorted(allowlist.SPANS))
def test_elements_that_become_spans(tag: str) -> None:
    assert inline(f"<{tag}>", "字", f"</{tag}>") == ([tree.span([tree.string("字")], tag)], [])


FORBIDDEN = """script style iframe object embed video audio form input button textarea select link meta base svg math
template noscript marquee font center frame applet dialog slot portal"""


@pytest.mark.parametrize("tag", FORBIDDEN.split())
def test_elements_that_are_not_on_the_list(tag: str) -> None:
    html, messages = read(f"前<{tag}>中</{tag}>后\n\n<{tag}>块</{tag}>\n\n末")
    assert f"<{tag}" not in html
    assert any(f"<{tag}>" in message and "不允许" in message for message in messages)
    kept = "".join(re.findall(r"[前中后块末]", html))
    assert kept == ("前后末" if tag in allowlist.WITH_CONTENT else "前中后块末")


EVENTS = ["onclick", "onload", "onerror", "ONMOUSEOVER", "onfocus", "onbegin", "onwhatever", "on"]


@pytest.mark.parametrize("name", EVENTS)
def test_event_handlers(name: str) -> None:
    html, messages = read(f'<b {name}="alert(1)">字</b>\n\n<div {name}=alert(1)>块</div>\n\n[字]{{{name}="alert(1)"}}')
    assert "alert" not in html
    assert {"<b>" in message for message in messages} == {True, False}
    assert re.findall("[字块]", html) == ["字", "块", "字"]


def test_style_attributes() -> None:
    html, messages = read('<p style="position:fixed">甲</p>\n\n[乙]{style="color:red"}\n\n<b style=x>丙</b>')
    assert "style" not in html
    assert len(messages) == 3
    assert re.findall("[甲乙丙]", html) == ["甲", "乙", "丙"]


BAD_LINKS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "  javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "java\u200bscript:alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6a;avascript&colon;alert(1)",
    "vbscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "blob:x",
    "view-source:x",
]


@pytest.mark.parametrize("target", BAD_LINKS)
def test_addresses_that_act(target: str) -> None:
    nodes, messages = inline(f'<a href="{target}">', "字", "</a>")
    assert "Link" not in {node["t"] for node in tree.walk(nodes)}
    assert tree.plain(nodes) == "字"
    assert len(messages) == 1
    native: Node = {"t": "Link", "c": [["", [], []], [tree.string("字")], [target.replace("&#106;", "j"), ""]]}
    if "&" not in target:
        nodes, messages = inline(native)
        assert nodes == [tree.span([tree.string("字")])]
        assert len(messages) == 1


@pytest.mark.parametrize("target", ["https://x/a:b", "HTTP://x", "mailto:a@b", "#id", "b.md#id", "b/c?d", "//x/y", ""])
def test_addresses_that_do_not(target: str) -> None:
    assert sanitize.safe_link(target)


def test_pictures_come_from_the_book_or_the_web_only() -> None:
    for source in ("a.png", "https://x/a.png", "data:image/png;base64,AA=="):
        nodes, messages = inline(f'<img src="{source}" alt="图">')
        assert [node["t"] for node in nodes] == ["Image"]
        assert messages == []
    for source in ("javascript:alert(1)", "file:///etc/passwd", "ftp://x"):
        nodes, messages = inline(f'<img src="{source}" alt="图">')
        assert nodes == [tree.string("图")]
        assert len(messages) == 1


@pytest.mark.parametrize(
    "name", ["style", "onclick", "OnClick", "src", "formaction", "xlink:href", "http-equiv", "ping"]
)
def test_attributes_of_native_nodes_that_act(name: str) -> None:
    assert allowlist.can_act(name)
    nodes, messages = inline(tree.span([tree.string("字")], **{name: "x"}, lang="en"))
    assert attributes(nodes) == {"lang"}
    assert len(messages) == 1


def test_the_guard_alone_lets_nothing_through() -> None:
    """nh3 behind the writer: each of them is enough."""
    bad = (
        '<script>evil</script><style>evil</style><iframe src="x"></iframe><b onclick="x" style="x">字</b>'
        '<a href="javascript:x">字</a><a href="java&#10;script:x">字</a><img src="file:///x"><svg><script>x</script></svg>'
        '<td colspan="9999">字</td><div align="x" data-x="1">字</div><form action="x">字</form><math><mi>字</mi></math>'
    )
    markup = etree.tostring(cleaned(bad), encoding="unicode")
    assert not re.search(r"evil|script|style|iframe|onclick|file:|svg|colspan|align|data-x|form|math", markup)
    assert markup.count("字") >= 5


def written(*pieces: Piece) -> str:
    return Writer(lambda *_: None, inline=False).write(pieces)


def test_the_writer_alone_lets_nothing_through() -> None:
    tag = Tag("b", "<b>", (("onclick", "x"), ("style", "x"), ("class", "y"), (allowlist.HOLD, "0")))
    pieces: list[Piece] = [(tag, 0), ("<i>&", 0), (Hold(0, "span"), 0), (Tag("b", "</b>", closing=True), 0)]
    pieces += [(Tag("script", "<script>"), 0), ("x", 0), (Tag("script", "</script>", closing=True), 0)]
    pieces += [(Tag("iframe", "<iframe>"), 0), (Tag("iframe", "</iframe>", closing=True), 0)]
    assert written(*pieces) == '<b class="y">&lt;i&gt;&amp;<span data-hold="0"></span></b>'


def test_an_author_cannot_call_up_what_is_held() -> None:
    """`data-hold` is ours: written by an author it is an attribute like any other, and gone."""
    html, messages = read(
        '甲<b>乙</b><span data-hold="0">丙</span>\n\n<div data-hold="0">丁</div>\n\n::: {hold=0}\n戊\n:::'
    )
    assert "".join(re.findall("[甲乙丙丁戊]", html)) == "甲乙丙丁戊"
    nodes, messages = inline("<b>", "甲", "</b>", '<span data-hold="0">', "乙", "</span>")
    assert tree.plain(nodes) == "甲乙"
    assert len(messages) == 1


@pytest.mark.parametrize("form", ["tex", "latex", "openxml", "typst", "rtf"])
def test_raw_code_of_other_formats(form: str) -> None:
    html, messages = read(f"字`\\input{{x}}`{{={form}}}字\n\n```{{={form}}}\n\\write18{{x}}\n```\n")
    assert "input" not in html
    assert "write18" not in html
    assert len(messages) == 2


# ---- tags that do not match


@pytest.mark.parametrize(
    ("source", "html", "told"),
    [
        ("甲<b>乙", "甲乙", "没有结束"),
        ("甲</b>乙", "甲乙", "没有开头"),
        ("<b>甲<i>乙</b>丙", "<strong>甲<em>乙</em></strong>丙", "没有结束"),
        ("<b>甲<i>乙</b>丙</i>", "<strong>甲<em>乙</em></strong>丙", "没有开头"),
        ("<b><b>甲</b>", "<strong>甲</strong>", "没有结束"),
        ("甲<br>乙", "甲<br />\n乙", ""),
        ("甲</br>乙", "甲乙", ""),
        ("甲<div>乙</div>", "甲乙", "不能放在一行文字里"),
        ("List<String>的", "List&lt;String&gt;的", "不是 HTML 标签"),
        ("1 < 2 > 0", "1 &lt; 2 &gt; 0", ""),
        ("甲<!-- 注 -->乙", "甲乙", ""),
        ("<ruby>漢<rt>kan</rt></ruby>", '<span data-ruby="kan">漢</span>', ""),
        ("<q>甲<q>乙</q></q>", "“甲‘乙’”", ""),
        ("&lt;b&gt;", "&lt;b&gt;", ""),
        ("<b>&lt;i&gt;&amp;amp;&nbsp;</b>", "<strong>&lt;i&gt;&amp;amp;\u00a0</strong>", ""),
    ],
)
def test_odd_tags(source: str, html: str, told: str) -> None:
    found, messages = read(source)
    assert found.strip() == f"<p>{html}</p>"
    assert bool(messages) == bool(told)
    assert not told or any(told in message for message in messages)


def test_a_script_that_never_ends_takes_no_words_with_it() -> None:
    html, messages = read("甲<script>乙\n\n丙")
    assert re.findall("[甲丙]", html) == ["甲", "丙"]
    assert "<script" not in html
    assert messages


def test_a_table_of_html() -> None:
    html, messages = read(
        '<table onclick="x"><caption>表</caption><tr><th align="right">甲</th><th>乙</th></tr>'
        '<tr><td colspan="2">*丙*<script>x</script></td></tr></table>\n'
    )
    assert "<table" in html
    assert 'colspan="2"' in html
    assert "script" not in html
    assert "".join(re.findall("[表甲乙丙]", html)) == "表甲乙丙"
    assert len(messages) == 2


def test_what_pandoc_cannot_make_a_table_of_keeps_its_words() -> None:
    html, _ = read("<table><td>甲<tr>乙<li>丙</table>\n\n丁")
    assert sorted(re.findall("[甲乙丙丁]", html)) == sorted("甲乙丙丁"), "HTML itself puts them before the table"


# ---- depth and length


def test_tags_are_nested_so_deep_and_no_deeper() -> None:
    deep = balance.MAX_TAGS + 20
    nodes, messages = inline(*["<b>"] * deep, "字", *["</b>"] * deep)
    assert sum(node["t"] == "Strong" for node in tree.walk(nodes)) == balance.MAX_TAGS
    assert tree.plain(nodes) == "字"
    assert any("套得太深" in message for message in messages)


def test_a_tree_that_is_too_deep_is_an_error_and_no_recursion() -> None:
    block: Node = {"t": "Para", "c": [tree.string("字")]}
    for _ in range(5000):
        block = {"t": "BlockQuote", "c": [block]}
    native, problems = sanitize.clean([block], lambda _: Place("a.md"), no_pandoc)
    assert native == []
    assert [problem.level for problem in problems] == ["error"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    ["<", "< ", "</", "<a ", "<a\n", "<b>", "</b>", "<!--", "<!", "<?", "<script>", "<textarea>", "<title>", '<a b="']
    + ["<a b=", "<a b='c", "&", "&#", "&lt", "<ruby>", "<rt>", "<a/", "<x:", "a=b ", "   ", "<a " + "b " * 20],
)
def test_time_grows_with_length_only(piece: str) -> None:
    """Ten times the input takes well under a hundred times as long."""

    def seconds(count: int) -> float:
        source = piece * count
        best = float("inf")
        for _ in range(3):
            begun = time.process_time()
            Writer(lambda *_: None, inline=True).write((token, 0) for token in tokens(source))
            best = min(best, time.process_time() - begun)
        return best

    assert seconds(20_000) < 40 * max(seconds(2_000), 0.002)


# ---- anything at all

WORDS = st.text("甲乙丙<>&\"' ab", min_size=1, max_size=6)
TAG_NAMES = st.sampled_from(
    ["b", "i", "a", "span", "script", "style", "div", "ruby", "rt", "q", "img", "br", "svg", "x", "p", "td"]
)
PAIRS = st.lists(
    st.tuples(
        st.sampled_from(["class", "id", "href", "src", "onclick", "style", "lang", "data-hold", "title", "align"]),
        st.sampled_from(
            ["x", "javascript:alert(1)", "https://x/", "0", "a b", "&quot;", "java\nscript:alert(1)", "center"]
        ),
    ),
    max_size=3,
)


@st.composite
def raw_tags(draw: st.DrawFn) -> Node:
    name = draw(TAG_NAMES)
    if draw(st.booleans()):
        return raw(f"</{name}>")
    return raw(f"<{name}{''.join(f' {key}={chr(34)}{value}{chr(34)}' for key, value in draw(PAIRS))}>")


INLINES = st.lists(st.one_of(raw_tags(), WORDS.map(tree.string), st.just({"t": "Space"})), min_size=1, max_size=12)


def check_safe(native: Nodes) -> None:
    for node in tree.walk(native):
        assert node["t"] not in ("RawInline", "RawBlock", "Hold")
        if node["t"] in ("Link", "Image"):
            assert not re.match(r"\s*(java|vb)\s*script|file:", node["c"][2][0], re.IGNORECASE)
    assert not {name for name in attributes(native) if allowlist.can_act(name) or name.startswith("data-")}


def letters(nodes: Nodes) -> str:
    return "".join(character for character in tree.plain(nodes) if character in "甲乙丙ab")


@given(INLINES)
@settings(max_examples=300)
def test_any_inlines(nodes: Nodes) -> None:
    native, _ = clean([{"t": "Para", "c": nodes}], no_pandoc)
    check_safe(native)
    assert clean(native, no_pandoc) == (native, [])
    if not any(node["t"] == "RawInline" and re.match("<(script|style)", node["c"][1]) for node in nodes):
        own = letters([node for node in nodes if node["t"] != "RawInline"])
        found = [c for c in letters(native) if c in "甲乙丙"]
        assert "".join(found) == "".join(c for c in own if c in "甲乙丙"), "no word is lost, none is moved"


BLOCKS = "div table tr td ul li script p blockquote h2 b"
BLOCK_TAGS = [mark.format(tag) for tag in BLOCKS.split() for mark in ("<{}>", '<{} class="a" onclick="x">', "</{}>")]


@pytest.mark.slow
@given(
    st.lists(st.one_of(st.sampled_from(BLOCK_TAGS), st.sampled_from(["甲", "乙*丙*", "\n\n", "- 甲\n"])), max_size=14)
)
@settings(max_examples=60, deadline=None)
def test_any_blocks(parts: list[str]) -> None:
    blocks, _ = markdown.parse("".join(parts), "a.md")
    native, _ = clean(blocks)
    check_safe(native)
    assert clean(native) == (native, [])
    if "<script>" not in parts:
        words = [c for part in parts if part[0] != "<" for c in part if c in "甲乙丙"]
        assert sorted(c for c in letters(native) if c in "甲乙丙") == sorted(words)
