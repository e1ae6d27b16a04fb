"""A small book as the renderers get it: every kind of thing that a page may hold, in our own words."""

from __future__ import annotations

from banxin import layout
from banxin.book import Account, Book, Chapter, Edition, Image, Matter, Meta
from banxin.errors import Place
from banxin.render.page import NoteView, Page, PartView, Section
from banxin.render.press import Press

RIVER = Image(
    "images/河.svg",
    "image/svg+xml",
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 240" width="640" height="240">'
    b'<rect width="640" height="240" fill="#e9e3d5"/>'
    b'<path d="M0 150 Q160 90 320 150 T640 150 V240 H0 Z" fill="#6f8a8c"/>'
    b'<circle cx="500" cy="70" r="26" fill="#b5523b"/></svg>',
    640,
    240,
)
MATH = (
    '<math display="{0}" xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><msup><mi>a</mi><mn>2</mn></msup>'
    "<mo>+</mo><msup><mi>b</mi><mn>2</mn></msup><mo>=</mo><msup><mi>c</mi><mn>2</mn></msup></mrow>"
    '<annotation encoding="application/x-tex">a^2+b^2=c^2</annotation></semantics></math>'
)


def mark(name: str, number: int) -> str:
    """A note mark as page.py writes it."""
    return f'<a class="noteref" role="doc-noteref" id="fnref-{name}" href="#fn-{name}">{number}</a>'


def note(name: str, number: int, html: str) -> NoteView:
    return NoteView(f"fn-{name}", number, html, (f"fnref-{name}",))


PROSE = "".join(
    f"<p>{words}</p>\n"
    for words in (
        "刻工把字反刻在梨木上，一天不过百余字。板子晾干，刷墨，覆纸，再用棕刷轻轻拂过，一页书便落在纸上。"
        "这样的活，从天色微亮做到掌灯，一块板子印上几千张，字口渐渐圆了，才送去修补。",
        "版心是一页纸上最先定下的东西：先有字，再有行，行聚成块，块的四周才是天头、地脚与两边的白。"
        "好的版心不会被人看见，读者只觉得这一页“安静”，说不出为什么。",
        "1897年，一家印书馆在上海开张，机器是从日本运来的Albion手扳架，字是铅的。"
        "排字工站在字架前，左手托盘，右手拣字，三千多个常用字记在手指上。",
    )
)

PREFACE = Page(
    id="preface", matter=Matter.FRONT, label="", title="自序", text="自序", subtitle="",
    body="<p>写这本小书，是因为一张旧书页。纸黄了，墨还黑，行与行之间留着一指宽的空。</p>\n"
    '<p class="right">二〇二六年春，于河边</p>',
    language="", authors=(), date="2026-03-01", accounts=(), notes=(), sections=(), part=None, ids=frozenset(),
)  # fmt: skip

FIRST = Page(
    id="wood", matter=Matter.BODY, label="第一章", title="木头里的字" + mark("t", 1), text="木头里的字",
    subtitle="从一块梨木说起",
    body='<div class="epigraph"><p>字是心画。</p></div>\n'
    + PROSE
    + f"<p>他说：“慢一点，字会自己站稳。”{mark('a', 2)}这句话后来印在扉页上，"
    '<span class="em-dot">一字未改</span>，用的是<em>楷体</em>，而<strong>书名</strong>用宋体。</p>\n'
    '<h2 id="wood-1"><span class="number">1.1</span>选木</h2>\n'
    f'<p>梨木细，枣木硬。如<a class="xref" href="#fig-river">图 1</a>所示，木料从上游漂来{mark("b", 3)}。</p>\n'
    '<figure id="fig-river"><img src="image:images/%E6%B2%B3.svg" alt="一条河，岸上有一轮落日" />'
    '<figcaption><span class="label">图 1</span> 放排的河</figcaption></figure>\n'
    '<h3 id="wood-1-1">晾</h3>\n'
    "<p>晾三年。</p>\n<hr />\n<p>第四年的春天，木匠来了。</p>\n"
    '<blockquote><p>板成，如镜。</p></blockquote>\n<p class="continue">他只记了这四个字。</p>\n'
    '<div class="line-block">一刀一字<br />一字一日<br />一日一生</div>\n'
    "<p>读作<ruby>版<rt>bǎn</rt></ruby><ruby>心<rt>xīn</rt></ruby>，见"
    '<a class="xref" href="#lead-1">第二章</a>，也见<a href="https://example.org/字 表?x=1">字表</a>'
    '与<a href="#nowhere">一处还没写的地方</a>。</p>',
    language="", authors=("林河",), date="2026-02-04", accounts=(),
    notes=(note("t", 1, "<p>题目是编者加的。</p>"),
           note("a", 2, '<p>见<em>梨枣记</em>抄本，又见<a href="#fig-river">图 1</a>。</p><p>另说“字自稳”。</p>'),
           note("b", 3, "<ul><li>一说自徽州。</li></ul>")),
    sections=(Section("wood-1", 2, "1.1", "选木", "选木"), Section("wood-1-1", 3, "", "晾", "晾")),
    part=PartView("part-1", "第一编", "手的时代", "手的时代"),
    ids=frozenset({"wood-1", "wood-1-1", "fig-river", "fnref-a", "fnref-b", "fnref-t", "fn-a", "fn-b", "fn-t"}),
)  # fmt: skip

SECOND = Page(
    id="lead", matter=Matter.BODY, label="第二章", title="铅与火", text="铅与火", subtitle="",
    body=PROSE.replace("刻工", "铸字工")
    + '<h2 id="lead-1"><span class="number">2.1</span>尺寸</h2>\n'
    f"<p>直角三角形两边与斜边的关系是{MATH.format('inline')}，写成一行：</p>\n<p>{MATH.format('block')}</p>\n"
    '<table id="tbl-size"><caption><span class="label">表 1</span> 字号与点数</caption><thead><tr><th>号</th>'
    '<th style="text-align: right;">点</th><th>用处</th><th>又名</th><th>今天常见于</th></tr></thead><tbody>'
    '<tr><td>五号</td><td style="text-align: right;">10.5</td><td>正文</td><td>long primer</td>'
    "<td>小说、随笔与多数社科书的正文</td></tr>"
    '<tr><td>小四</td><td style="text-align: right;">12</td><td>正文、标题</td><td>pica</td><td>公文</td></tr>'
    "</tbody></table>\n"
    '<div class="sourceCode"><pre class="sourceCode python"><code class="sourceCode python"><span>'
    '<span class="kw">def</span> measure(chars: '
    '<span class="bu">int</span>, size: <span class="bu">float</span>) <span class="op">-&gt;</span> '
    '<span class="bu">float</span>: <span class="co"># 一行的宽，以点计；这一行故意写得很长，看它会不会撑破版心</span>'
    '</span>\n<span>    '
    '<span class="cf">return</span> chars * size</span></code></pre></div>\n'
    '<p lang="en">The quick compositor sets <em>sorts</em> from the case.</p>\n'
    '<div class="note"><p>合金里铅占八成。</p></div>\n'
    "<ol><li>拣字</li><li><p>拼版</p></li></ol>\n<dl><dt>字身</dt><dd>铅字的身子。</dd></dl>\n"
    "<p>一个很长的地址：https://example.org/a/very/long/path/that/has/no/place/to/break/anywhere/at/all</p>",
    language="", authors=(), date="", accounts=(), notes=(),
    sections=(Section("lead-1", 2, "2.1", "尺寸", "尺寸"),), part=None,
    ids=frozenset({"lead-1", "tbl-size"}),
)  # fmt: skip

AFTER = Page(
    id="after", matter=Matter.BACK, label="", title="后记", text="后记", subtitle="",
    body=f"<p>书到这里就完了{mark('z', 4)}。纸还有，墨也还有，只是天黑了。</p>",
    language="", authors=(), date="", accounts=(),
    notes=(NoteView("fn-z", 4, "<p>完于丙午年。</p>", ("fnref-z",)),), sections=(), part=None,
    ids=frozenset({"fnref-z", "fn-z"}),
)  # fmt: skip

PAGES = (PREFACE, FIRST, SECOND, AFTER)
META = Meta(
    title="版心小史", subtitle="一本书怎样站稳", authors=("曾河", "Ann Lee"), translators=("林舟",), editors=("单青",),
    language="zh-Hans", date="2026-02-04", publisher="河边书局", isbn="978-7-300-00000-2",
    identifier="urn:uuid:0b0e5f4c-6d0a-5d5c-9c55-1f3f0c0a1b2d", rights="© 2026 曾河", statement="2026年2月第1版",
    description="从雕版到铅字，再到屏幕：一页书的四周为什么要留白。", keywords=("印刷", "排版"), series="纸上工坊",
    series_number="2", dedication="给排字的人", epigraph="字里有手。",
    accounts=(Account("github", "github.com/river", "https://github.com/river"), Account("rednote", "河边的字")),
)  # fmt: skip


def press(
    language: str = "zh-Hans",
    pages: tuple[Page, ...] = PAGES,
    meta: Meta = META,
    theme: str = "novel",
    cover: Image | None = None,
    **options: object,
) -> Press:
    """The sample, ready for a renderer."""
    parts = {"wood": "part-1", "lead": "part-1"}
    chapters = tuple(
        Chapter(page.id, [], [], Place(f"{page.id}.md"), matter=page.matter, part=parts.get(page.id, ""))
        for page in pages
    )
    book = Book(meta, chapters, images={RIVER.key: RIVER})
    chosen = layout.load(theme)
    return Press(
        book=book,
        edition=Edition(language, language),
        pages=pages,
        layout=chosen,
        labels=layout.labels(language),
        slug="banxin-xiao-shi",
        epoch=1_770_163_200,
        cover=cover,
        options={**layout.options(chosen, {}), **options},
    )
