"""SVG of a stranger: nothing that acts, nothing from outside, no work without end."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from banxin import svg
from banxin.errors import Unusable

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {0}>{1}</svg>'
ENTITY = "<!DOCTYPE svg [<!ENTITY x {0}>]>"


def drawing(content: str, attributes: str = 'width="10" height="10"') -> bytes:
    return SVG.format(attributes, content).encode()


def test_a_plain_drawing_is_left_alone() -> None:
    shapes = '<g fill="url(#p)"><rect width="5" height="5"/><text x="1">字</text></g>'
    done = svg.clean(drawing(shapes + '<pattern id="p"><path d="M0 0"/></pattern>'))
    assert done.removed == ()
    names = [etree.QName(element).localname for element in etree.fromstring(done.data).iter(etree.Element)]
    assert names == ["svg", "g", "rect", "text", "pattern", "path"]
    assert "字" in done.data.decode()


@pytest.mark.parametrize(
    ("content", "bad", "told"),
    [
        ("<script>alert(1)</script>", "alert", " <script>"),
        ('<rect onclick="alert(1)"/>', "alert", " onclick 属性"),
        ('<rect ONLOAD="alert(1)"/>', "alert", " onload 属性"),
        ('<a xlink:href="javascript:alert(1)"><text>x</text></a>', "alert", "指到图外的链接"),
        ('<image href="https://x.invalid/a.png"/>', "x.invalid", "指到图外的链接"),
        ('<image xlink:href="file:///etc/passwd"/>', "passwd", "指到图外的链接"),
        ('<use href="other.svg#a"/>', "other", "指到图外的链接"),
        ('<image href="data:image/svg+xml,&lt;svg/>"/>', "svg+xml", "指到图外的链接"),
        ('<rect style="fill: url(https://x.invalid/#a)"/>', "x.invalid", "指到图外的样式"),
        ('<rect fill="url( &quot;//x.invalid/a&quot; )"/>', "x.invalid", "指到图外的样式"),
        ("<style>@import 'https://x.invalid/a.css';</style>", "x.invalid", "指到图外的样式"),
        ("<style>rect { fill: URL(file:///etc/passwd) }</style>", "passwd", "指到图外的样式"),
        ("<foreignObject><p>html</p></foreignObject>", "html", " <foreignobject>"),
        ("<foreignObject><iframe src='x'/></foreignObject>", "iframe", " <iframe>"),
    ],
)
def test_what_acts_or_reaches_out_is_removed_and_told(content: str, bad: str, told: str) -> None:
    done = svg.clean(drawing(content + '<circle r="1"/>'))
    assert bad not in done.data.decode()
    assert "circle" in done.data.decode()
    assert told in done.removed
    assert svg.clean(done.data).data == done.data, "once is enough"
    assert svg.clean(done.data).removed == ()


# ---- entities


@pytest.mark.parametrize("declared", ["SYSTEM 'file:///etc/passwd'", "'many'", "PUBLIC 'a' 'http://x.invalid/'"])
def test_entities_are_not_resolved(declared: str) -> None:
    data = ENTITY.format(declared).encode() + drawing("<text>&x;</text>")
    with pytest.raises(Unusable, match="SVG 看不懂"):
        svg.clean(data)
    unused = svg.clean(ENTITY.format(declared).encode() + drawing("<text>x</text>"))
    assert unused.removed == ("实体声明",)
    assert b"ENTITY" not in unused.data


def test_the_parser_alone_resolves_nothing() -> None:
    root = svg._parsed(ENTITY.format("'many'").encode() + drawing("<text>&x;</text>"))
    assert "many" not in "".join(root.itertext())


def test_a_billion_laughs() -> None:
    layers = "".join("<!ENTITY l{} '{}'>".format(n, f"&l{n - 1};" * 10) for n in range(1, 12))
    data = f'<!DOCTYPE svg [<!ENTITY l0 "ha">{layers}]>'.encode() + drawing("<text>&l11;</text>")
    with pytest.raises(Unusable):
        svg.clean(data)


# ---- how much there is to draw


@pytest.mark.parametrize("how", ["use", "xlink", "pattern", "style", "class", "mask"])
def test_work_without_end(how: str) -> None:
    """A few lines that ask for a million elements, by every kind of reference; with fewer levels they are fine."""
    one = {
        "use": '<use href="#a{0}"/>',
        "xlink": '<use xlink:href="#a{0}"/>',
        "pattern": '<rect width="1" height="1" fill="url(#a{0})"/>',
        "style": '<rect width="1" height="1" style="stroke: url(#a{0} )"/>',
        "class": '<rect width="1" height="1" class="c{0}"/>',
        "mask": '<rect mask="url(#a{0})"/>',
    }[how]

    def nested(levels: int) -> bytes:
        rules = "".join(f"g rect.c{n}, .c{n} {{ fill: url(#a{n}) }}" for n in range(levels))
        layers = "".join(f'<pattern id="a{n}">{one.format(n - 1) * 10}</pattern>' for n in range(1, levels))
        first = '<pattern id="a0"><path d="M0 0h1"/></pattern>'
        return drawing(f"<style>{rules}</style>{first}{layers}{one.format(levels - 1)}")

    with pytest.raises(Unusable, match="没有尽头"):
        svg.clean(nested(7))
    assert svg.clean(nested(3)).removed == ()


def test_a_style_is_inherited_by_all_that_stands_below() -> None:
    pattern = f'<pattern id="p">{"<path/>" * 1000}</pattern>'
    with pytest.raises(Unusable, match="没有尽头"):
        svg.clean(drawing(f'{pattern}<g fill="url(#p)">{"<rect/>" * 1000}</g>'))
    assert svg.clean(drawing(f'{pattern}<g fill="url(#p)"><rect/></g>{"<rect/>" * 1000}')).removed == ()


@pytest.mark.parametrize("content", ['<g id="a"><use href="#a"/></g>',
                                     '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'])  # fmt: skip
def test_a_circle_of_references(content: str) -> None:
    with pytest.raises(Unusable, match="绕成了圈"):
        svg.clean(drawing(content))


def test_a_link_is_no_reference() -> None:
    assert svg.clean(drawing('<g id="a"><a href="#a"><text>回</text></a></g>')).removed == ()


def test_a_long_chain_and_deep_groups() -> None:
    chain = "".join(f'<g id="a{n + 1}"><use href="#a{n}"/></g>' for n in range(300))
    for content in (f'<use href="#a300"/><g id="a0"/>{chain}', "<g>" * 201 + "</g>" * 201):
        with pytest.raises(Unusable, match="套得太深"):
            svg.clean(drawing(content))
    assert svg.clean(drawing("<g>" * 150 + "</g>" * 150)).removed == ()


# ---- sizes


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="20" height="10"', (20, 10)),
        ('width="1in" height="2.54cm"', (96, 96)),
        ('width=" 15PT " height="20px"', (20, 20)),
        ('viewBox="0 0 40 20"', (40, 20)),
        ('width="80" viewBox="0,0,40,20"', (80, 40)),
        ('height="80" viewBox="0 0 40 20"', (160, 80)),
        ('width="100%" viewBox="0 0 40 20"', (40, 20)),
        ('width="1e2" height="-5"', (100, 150)),
        ('width="x" height="1.2.3"', (300, 150)),
        ('viewBox="0 0 1.2.3 4"', (300, 150)),
        ('viewBox="0 0 0 0"', (300, 150)),
        ("", (300, 150)),
        ('width="0.1" height="0.1"', (1, 1)),
    ],
)
def test_its_natural_size(attributes: str, size: tuple[int, int]) -> None:
    done = svg.clean(drawing("<path/>", attributes))
    assert (done.width, done.height) == size


@pytest.mark.parametrize(
    "attributes", ['width="20001"', 'viewBox="0 0 9e99 1"', f'width="{"9" * 400}"', 'height="1e999"']
)
def test_an_absurd_size(attributes: str) -> None:
    with pytest.raises(Unusable, match="图的尺寸太大"):
        svg.clean(drawing("<path/>", attributes))


@pytest.mark.parametrize("data", [b"<svg", b"<?xml version='1.0'?><html/>", drawing("<g>")])
def test_what_is_no_svg(data: bytes) -> None:
    with pytest.raises(Unusable):
        svg.clean(data)


# ---- anything at all

TAGS = st.sampled_from(["g", "rect", "script", "use", "style", "image", "a", "foreignObject", "text", "animate", "set"])
NAMES = st.sampled_from(["onload", "href", "xlink:href", "style", "fill", "id", "from", "attributeName", "onbegin"])
VALUES = st.sampled_from(
    [
        "javascript:alert(1)",
        "url(http://x.invalid)",
        "#a",
        "url(#a)",
        "data:text/html,x",
        "alert(1)",
        "a",
        "//x.invalid",
    ]
)


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> str:
    tag = draw(TAGS)
    pairs = draw(st.dictionaries(NAMES, VALUES, max_size=3))
    inner = "".join(draw(st.lists(elements(depth - 1), max_size=2))) if depth else draw(st.sampled_from(["", "字"]))
    attributes = "".join(f' {name}="{value}"' for name, value in pairs.items())
    return f"<{tag}{attributes}>{inner}</{tag}>"


def canonical(data: bytes) -> bytes:
    """Without the spaces that svg-hush puts between elements."""
    return re.sub(rb"\s+", b"", etree.tostring(etree.fromstring(data), method="c14n"))


@given(elements())
def test_nothing_left_can_act(content: str) -> None:
    try:
        done = svg.clean(drawing(content))
    except Unusable:
        return
    text = done.data.decode()
    assert not re.search(r"<script|<foreignObject|\son\w+=|url\(http", text)
    assert set(re.findall(r'href="([^"]*)"', text)) <= {"#a"}
    again = svg.clean(done.data)
    assert canonical(again.data) == canonical(done.data)
