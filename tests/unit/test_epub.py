"""The EPUB's files, without a validator: packing, metadata, notes, links."""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import tinycss2
from lxml import etree
from PIL import Image as Pillow

from banxin import build
from banxin.book import Image, Matter
from banxin.render import cover, epub, links, semantics, toc, words
from banxin.render.links import Facts, Places
from banxin.render.press import Version
from banxin.render.semantics import Kind
from tests.readers import sample

OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
XHTML = "{http://www.w3.org/1999/xhtml}"
TYPE = "{http://www.idpf.org/2007/ops}type"


@cache
def plain() -> dict[str, bytes]:
    return files(theme="novel")


def files(versions: tuple[Version, ...] = (), **changes: object) -> dict[str, bytes]:
    press = replace(sample.press(**changes), versions=versions)  # type: ignore[arg-type]
    [artifact] = epub.render(press)
    archive = zipfile.ZipFile(io.BytesIO(artifact.data))
    return {name: archive.read(name) for name in archive.namelist()}


def tree(data: bytes) -> etree._Element:
    return etree.fromstring(data)


def metas(package: etree._Element, name: str) -> list[str]:
    return [meta.text or "" for meta in package.iter(f"{OPF}meta") if meta.get("property") == name]


def refined(package: etree._Element, target: str, name: str) -> str:
    [meta] = [m for m in package.iter(f"{OPF}meta") if m.get("refines") == f"#{target}" and m.get("property") == name]
    return meta.text or ""


# Packing ------------------------------------------------------------------------------------------------------------


def test_mimetype_is_first_and_plain_and_the_clock_is_the_epoch() -> None:
    [artifact] = epub.render(sample.press())
    entries = zipfile.ZipFile(io.BytesIO(artifact.data)).infolist()
    assert artifact.path == "banxin-xiao-shi-zh-Hans.epub"
    assert entries[0].filename == "mimetype"
    assert artifact.data[38:58] == b"application/epub+zip"
    assert {entry.date_time for entry in entries} == {(2026, 2, 4, 0, 0, 0)}
    assert [entry.filename for entry in entries[1:]] == sorted(entry.filename for entry in entries[1:])


def test_same_book_same_bytes() -> None:
    assert epub.render(sample.press()) == epub.render(sample.press())
    later = replace(sample.press(), epoch=sample.press().epoch + 86400)
    assert epub.render(sample.press()) != epub.render(later)


def test_a_date_before_the_zip_format_is_its_first() -> None:
    assert zipfile.ZipFile(io.BytesIO(epub.pack({"a": b""}, 0))).infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


# The package document -----------------------------------------------------------------------------------------------


def test_metadata_is_whole_and_true() -> None:
    package = tree(plain()["EPUB/package.opf"])
    assert [e.text for e in package.iter(f"{DC}identifier")] == [sample.META.identifier, "urn:isbn:9787300000002"]
    assert [e.text for e in package.iter(f"{DC}title")] == ["版心小史", "一本书怎样站稳"]
    assert refined(package, "title", "title-type") == "main"
    assert refined(package, "subtitle", "title-type") == "subtitle"
    assert refined(package, "title", "file-as") == "Ban Xin Xiao Shi"
    assert refined(package, "person-1", "file-as") == "Zeng He"
    assert [refined(package, f"person-{n}", "role") for n in (1, 2, 3, 4)] == ["aut", "aut", "trl", "edt"]
    assert [e.text for e in package.iter(f"{DC}contributor")] == ["林舟", "单青"]
    assert metas(package, "belongs-to-collection") == ["纸上工坊"]
    assert metas(package, "dcterms:modified") == ["2026-02-04T00:00:00Z"]


def test_language_is_told_in_full_and_labels_follow_it() -> None:
    made = files(language="zh-Hant-TW")
    assert tree(made["EPUB/package.opf"]).findtext(f".//{DC}language") == "zh-Hant-TW"
    nav = tree(made["EPUB/nav.xhtml"])
    assert nav.get("lang") == "zh-Hant-TW"
    assert nav.findtext(f".//{XHTML}h1") == "目錄"
    assert "書名頁" in made["EPUB/nav.xhtml"].decode()
    assert '"Noto Serif CJK TC"' in made["EPUB/css/book.css"].decode()


@pytest.mark.parametrize(
    ("facts", "animated", "there", "absent"),
    [
        (Facts(), False, [("accessModeSufficient", "textual"), ("accessibilityHazard", "none")],
         [("accessMode", "visual"), ("accessibilityFeature", "alternativeText")]),
        (Facts(2, 2), False, [("accessMode", "visual"), ("accessibilityFeature", "alternativeText")], []),
        (Facts(2, 1), False, [("accessModeSufficient", "textual,visual")],
         [("accessibilityFeature", "alternativeText")]),
        (Facts(math=True), False, [("accessibilityFeature", "MathML")], []),
        (Facts(ruby=True), False, [("accessibilityFeature", "rubyAnnotations")], []),
        (Facts(1, 1), True, [("accessibilityHazard", "unknown")], [("accessibilityHazard", "none")]),
    ],
)  # fmt: skip
def test_accessibility_is_worked_out_from_what_is_there(
    facts: Facts, animated: bool, there: list[tuple[str, str]], absent: list[tuple[str, str]]
) -> None:
    said = epub.accessibility(facts, animated)
    assert set(there) <= set(said)
    assert not set(absent) & set(said)


def test_an_undescribed_picture_is_not_called_described() -> None:
    bare = replace(sample.FIRST, body=sample.FIRST.body.replace("一条河，岸上有一轮落日", ""))
    package = tree(files(pages=(bare,))["EPUB/package.opf"])
    assert "alternativeText" not in metas(package, "schema:accessibilityFeature")
    assert "有的插图没有文字说明" in metas(package, "schema:accessibilitySummary")[0]


def test_nothing_is_claimed_that_the_author_does_not_say() -> None:
    package = tree(plain()["EPUB/package.opf"])
    assert metas(package, "dcterms:conformsTo") == metas(package, "a11y:certifiedBy") == []
    (book,) = epub.render(replace(sample.press(), conforms="AA", certifier="查书的人"))
    with zipfile.ZipFile(io.BytesIO(book.data)) as archive:
        package = tree(archive.read("EPUB/package.opf"))
    assert metas(package, "dcterms:conformsTo") == ["EPUB Accessibility 1.1 - WCAG 2.1 Level AA"]
    assert refined(package, "conforms", "a11y:certifiedBy") == "查书的人"


def test_landmarks_lead_to_the_cover_the_contents_and_the_text() -> None:
    (nav,) = tree(plain()["EPUB/nav.xhtml"]).iterfind(f".//{XHTML}nav[@id='landmarks']")
    marks = [(a.get(TYPE), a.text, a.get("href")) for a in nav.iter(f"{XHTML}a")]
    assert marks == [
        ("cover", "封面", "cover.xhtml"),
        ("titlepage", "书名页", "titlepage.xhtml"),
        ("copyright-page", "版权页", "copyright.xhtml"),
        ("toc", "目录", "nav.xhtml#toc"),
        ("bodymatter", "正文", "text/part-1.xhtml"),
    ]


def test_the_cover_says_in_words_what_it_shows() -> None:
    page = tree(plain()["EPUB/cover.xhtml"])
    (image,) = page.iter(f"{XHTML}img")
    assert (image.get("role"), image.get("src"), image.get("alt")) == ("doc-cover", "cover.jpg", "封面：版心小史")


def test_every_page_has_a_title_a_language_and_its_place_in_the_book() -> None:
    for name, data in plain().items():
        if name.endswith(".xhtml"):
            page = tree(data)
            assert page.findtext(f".//{XHTML}title"), name
            assert page.get("lang") == "zh-Hans", name
            (body,) = page.iterfind(f"{XHTML}body")
            assert body.get(TYPE) in ("frontmatter", "bodymatter", "backmatter"), name


def test_a_book_without_identifier_has_always_the_same(tmp_path: Path) -> None:
    """A UUID worked out from the name of the book, its authors and the edition (RFC 9562, version 5)."""
    (tmp_path / "book.yaml").write_text("title: 书\nauthors: [某人]\nslug: shu\nchapters: [a.md]\n", "utf-8")
    (tmp_path / "a.md").write_text("# 甲\n\n正文。\n", "utf-8")
    order = build.Order(tmp_path, editions=("zh-Hans", "zh-Hant-TW"))
    one, other = [press.book.meta.identifier for press in build.presses(order)]
    assert [uuid.UUID(each).version for each in (one, other)] == [5, 5]
    assert one != other
    (tmp_path / "a.md").write_text("# 乙\n\n别的正文。\n", "utf-8")
    assert [press.book.meta.identifier for press in build.presses(order)] == [one, other]


def test_headings_in_han_have_ascii_ids() -> None:
    ids = [str(id) for data in plain().values() if data.startswith(b"<?xml") for id in tree(data).xpath("//@id")]
    assert len(ids) > 40
    assert all(re.fullmatch(r"[A-Za-z][\w.-]*", id, re.ASCII) for id in ids)


def test_only_files_with_formulas_say_so() -> None:
    items = {item.get("href"): item.get("properties") for item in tree(plain()["EPUB/package.opf"]).iter(f"{OPF}item")}
    assert items["text/lead.xhtml"] == "mathml"
    assert items["text/wood.xhtml"] is None
    assert items["nav.xhtml"] == "nav"


def test_the_reading_order_is_that_of_a_chinese_book() -> None:
    package = tree(plain()["EPUB/package.opf"])
    spine = [str(item.get("idref")) for item in package.iter(f"{OPF}itemref")]
    assert spine == ["cover", "titlepage", "copyright", "dedication", "epigraph", "text-preface", "nav",
                     "part-part-1", "text-wood", "text-lead", "text-after", "colophon"]  # fmt: skip


def test_a_book_of_one_nameless_chapter_needs_nothing_else() -> None:
    meta = replace(sample.META, subtitle="", authors=(), translators=(), editors=(), publisher="", isbn="",
                   series="", description="", keywords=(), rights="", dedication="", epigraph="", accounts=(),
                   date="")  # fmt: skip
    made = files(pages=(replace(sample.PREFACE, matter=Matter.BODY),), meta=meta)
    assert "EPUB/dedication.xhtml" not in made
    spine = [item.get("idref") for item in tree(made["EPUB/package.opf"]).iter(f"{OPF}itemref")]
    assert spine == ["cover", "titlepage", "copyright", "text-preface", "colophon"]
    assert not list(tree(made["EPUB/package.opf"]).iter(f"{DC}creator", f"{DC}date", f"{DC}publisher"))


def test_the_author_s_own_cover_is_used() -> None:
    image = Image("cover.jpg", "image/jpeg", b"\xff\xd8\xff", 1600, 2400)
    made = files(cover=image)
    assert made["EPUB/cover.jpg"] == image.data
    assert "EPUB/cover.svg" not in made


def test_a_drawn_cover_is_a_picture_that_shops_take() -> None:
    """Drawn anew, it is the same to the byte; with another title it is another."""
    one = cover.picture(sample.press())
    with Pillow.open(io.BytesIO(one.data)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (1800, 2700))
        assert len(picture.getcolors(picture.width * picture.height) or ()) > 100
    assert files()["EPUB/cover.jpg"] == one.data
    assert b'href="cover.jpg" media-type="image/jpeg" properties="cover-image"' in files()["EPUB/package.opf"]
    assert cover.picture(sample.press(meta=replace(sample.META, title="版心大史"))).data != one.data


def test_a_drawn_cover_is_the_same_wherever_it_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = cover.picture(sample.press()).data
    monkeypatch.setenv("BANXIN_CACHE", "off")
    assert cover.picture(sample.press()).data == kept


def test_an_author_s_drawing_becomes_a_picture_in_its_proportions() -> None:
    drawing = replace(sample.RIVER, width=600, height=900)
    made = files(cover=drawing)
    with Pillow.open(io.BytesIO(made["EPUB/cover.jpg"])) as picture:
        assert picture.size == (1800, 2700)
        assert len(picture.getcolors(1 << 24) or ()) > 3
    wide = cover.picture(sample.press(cover=replace(sample.RIVER, width=640, height=640)))
    assert (wide.width, wide.height) == (1800, 1800)
    with Pillow.open(io.BytesIO(wide.data)) as picture:
        assert picture.size == (1800, 1800)


@pytest.mark.slow
def test_apple_books_is_told_of_fonts_where_there_are_any() -> None:
    said = b'<meta property="ibooks:specified-fonts">true</meta>'
    (with_fonts,) = epub.render(replace(sample.press(), embed="all"))
    with zipfile.ZipFile(io.BytesIO(with_fonts.data)) as archive:
        assert said in archive.read("EPUB/package.opf")
    assert b"ibooks" not in plain()["EPUB/package.opf"]


# The text -----------------------------------------------------------------------------------------------------------


def test_chapters_have_titles_languages_and_roles() -> None:
    chapter = tree(plain()["EPUB/text/wood.xhtml"])
    assert chapter.findtext(f".//{XHTML}title") == "第一章 木头里的字"
    section = chapter.find(f".//{XHTML}section")
    assert section is not None
    assert (section.get(TYPE), section.get("role")) == ("chapter", "doc-chapter")
    english = tree(files(pages=(replace(sample.FIRST, language="en"),))["EPUB/text/wood.xhtml"])
    assert english.get("lang") == english.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"


def test_notes_pop_up_and_lead_back() -> None:
    chapter = tree(plain()["EPUB/text/wood.xhtml"])
    marks = [a for a in chapter.iter(f"{XHTML}a") if a.get(TYPE) == "noteref"]
    notes = {str(n.get("id")): n for n in chapter.iter(f"{XHTML}aside")}
    assert [str(mark.get("href")) for mark in marks] == ["#fn-t", "#fn-a", "#fn-b"]
    assert {note.get(TYPE) for note in notes.values()} == {"footnote"}
    for mark in marks:
        note = notes[str(mark.get("href"))[1:]]
        back = [a.get("href") for a in note.iter(f"{XHTML}a") if a.get("role") == "doc-backlink"]
        assert back == [f"#{mark.get('id')}"]
        assert "".join(map(str, mark.itertext())) == note.findtext(f".//{XHTML}span[@class='note-number']")


def test_links_lead_to_the_file_that_holds_their_target() -> None:
    text = plain()["EPUB/text/wood.xhtml"].decode()
    assert 'href="lead.xhtml#lead-1"' in text
    assert 'href="#fig-river"' in text
    assert "<a>一处还没写的地方</a>" in text
    assert 'src="../images/he-' in text


def test_contents_show_three_levels_without_note_marks() -> None:
    nav = tree(plain()["EPUB/nav.xhtml"])
    lines = ["".join(map(str, a.itertext())) for a in nav.iterfind(f".//{XHTML}nav[@id='toc']//{XHTML}a")]
    assert lines == ["自序", "第一编 手的时代", "第一章 木头里的字", "1.1 选木", "第二章 铅与火", "2.1 尺寸", "后记"]


def test_nothing_is_slanted_and_the_reader_s_size_and_colours_stand() -> None:
    css = plain()["EPUB/css/book.css"].decode()
    body = css[css.index("body {") : css.index("}", css.index("body {"))]
    assert not [name for name in ("font-size", "line-height", "color", "background", "font-family") if name in body]
    assert all(":lang(en)" in rule.split("{")[0] for rule in css.split("}") if "italic" in rule)


# Passes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("https://example.org/a?b=c&d#e", "https://example.org/a?b=c&d#e"),
        ("https://example.org/字 表", "https://example.org/%E5%AD%97%20%E8%A1%A8"),
        ("https://例子.org:80/", "https://xn--fsqu00a.org:80/"),
        ("https://example.org/%E5%AD%97%zz", "https://example.org/%E5%AD%97%25zz"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("data:text/html,x", None),
        ("https://", None),
        ("http://[", None),
        ("../other.md", None),
    ],
)
def test_links_out_of_the_book(href: str, address: str | None) -> None:
    assert links.outside(href) == address


def test_a_picture_that_the_book_lacks_becomes_its_words() -> None:
    body = links.parse('<p><img src="image:gone.png" alt="河" />流<img src="https://example.org/x" alt="网图" /></p>')
    links.place_images(body, Places(), {}, sizes=False)
    assert links.xhtml(body) == '<p><span class="image-box">河</span>流<span class="image-box">网图</span></p>'


def test_paragraph_ids_follow_words_and_not_marks() -> None:
    def ids(html: str) -> list[str | None]:
        body = links.parse(html)
        page = replace(sample.FIRST, body=html)
        links.anchor_paragraphs(body, links.paragraph_ids(links.needs(page).paragraphs, set()))
        return [p.get("id") for p in body.iter("p")]

    assert ids("<p>山高，水长。</p>") == ids("<p>山高：<em>水</em>长！</p>")
    assert ids("<p>山高，水长。</p>") != ids("<p>山高，水远。</p>")
    once, twice = ids("<p>又是一年。</p><p>又是一年。</p>")
    assert twice == f"{once}-2"


def test_entities_are_not_read() -> None:
    with pytest.raises(etree.XMLSyntaxError):
        links.parse("<p>&secret;</p>")


@pytest.mark.parametrize(
    ("label", "title", "kind"),
    [
        ("第一章", "木头里的字", Kind("chapter", "doc-chapter")),
        ("", "自序", Kind("preface", "doc-preface")),
        ("", "序", Kind("preface", "doc-preface")),
        ("", "序列与集合", Kind("chapter", "doc-chapter")),
        ("", "序章", Kind("prologue", "doc-prologue")),
        ("附录一", "字号表", Kind("appendix", "doc-appendix")),
        ("", "後記：給讀者", Kind("afterword", "doc-afterword")),
        ("", "參考文獻", Kind("bibliography", "doc-bibliography")),
    ],
)
def test_what_a_chapter_is(label: str, title: str, kind: Kind) -> None:
    assert semantics.kind_of(replace(sample.AFTER, label=label, text=title)) == kind


@pytest.mark.parametrize(
    ("name", "key"),
    [("鲁迅", "Lu Xun"), ("曾国藩", "Zeng Guo Fan"), ("單青", "Shan Qing"), ("尉迟恭", "Yuchi Gong"), ("Ann Lee", "")],
)
def test_names_sort_by_pinyin(name: str, key: str) -> None:
    assert words.sort_key(name, name=True) == key


def test_contents_nest_by_level() -> None:
    section = sample.FIRST.sections[0]
    page = replace(sample.FIRST, part=None, sections=tuple(
        replace(section, id=f"s{n}", level=level) for n, level in enumerate((2, 3, 4, 3, 2))))  # fmt: skip
    [entry] = toc.contents((page,), {}, {}, depth=4)
    assert [child.id for child in entry.children] == ["s0", "s4"]
    assert [child.id for child in entry.children[0].children] == ["s1", "s3"]
    assert [child.id for child in entry.children[0].children[0].children] == ["s2"]
    [shallow] = toc.contents((page,), {}, {}, depth=1)
    assert shallow.children == ()


def test_an_archive_is_as_the_standard_library_packs_it() -> None:
    """The first time and from what is kept; files that are short, long, empty, and not to be made smaller."""
    data = {"mimetype": b"x", "a.xhtml": b"abc" * 5000, "b/空.txt": b"", "c.bin": bytes(range(256)) * 20, "d": b"short"}
    expected = io.BytesIO()
    with zipfile.ZipFile(expected, "w") as archive:
        for name in ["mimetype", *sorted(data.keys() - {"mimetype"})]:
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data[name], compresslevel=9)
    for _ in range(2):
        assert epub.pack(data, 1767225600) == expected.getvalue()


# Other editions -----------------------------------------------------------------------------------------------------

VERSIONS = (
    Version("zh-Hans", "urn:uuid:1", "isVersionOf", "zh-Hans", "简体中文", "https://books.example/umbrella"),
    Version("zh-Hant-HK", "urn:uuid:2", "", "zh-Hant-HK", "繁體中文（香港）", ""),
)


def test_a_package_says_what_it_is_a_version_of() -> None:
    package = tree(files(versions=VERSIONS)["EPUB/package.opf"])
    assert metas(package, "dcterms:isVersionOf") == ["urn:uuid:1"]
    assert metas(package, "dcterms:hasVersion") == []


def test_the_copyright_page_leads_to_editions_whose_address_is_known() -> None:
    page = tree(files(versions=VERSIONS)["EPUB/copyright.xhtml"])
    links = [(a.get("href"), a.get("hreflang"), a.get("lang"), a.text) for a in page.iter(f"{XHTML}a")]
    assert links == [("https://books.example/umbrella", "zh-Hans", "zh-Hans", "简体中文")]
    assert not list(tree(plain()["EPUB/copyright.xhtml"]).iter(f"{XHTML}a"))
    shelf = replace(sample.META, url="https://shelf.example/books")
    page = tree(files(versions=VERSIONS, meta=shelf)["EPUB/copyright.xhtml"])
    assert [a.get("href") for a in page.iter(f"{XHTML}a")] == [
        "https://books.example/umbrella",
        "https://shelf.example/books/banxin-xiao-shi-zh-Hant-HK/",
    ]


def test_each_edition_knows_the_others_and_that_they_are_of_one_manuscript(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(
        "title: 书\nauthors: [某人]\nchapters: [a.md]\n"
        "editions: {zh-Hans: {url: 'https://books.example/a'}, zh-Hant-TW: {}, zh-Hant-HK: {}}\n",
        "utf-8",
    )
    (tmp_path / "a.md").write_text("# 甲\n\n正文。\n", "utf-8")
    presses = {press.edition.name: press for press in build.presses(build.Order(tmp_path))}
    assert [version.relation for version in presses["zh-Hans"].versions] == ["hasVersion", "hasVersion"]
    source, other = presses["zh-Hant-TW"].versions
    assert (source.relation, source.url, source.title) == ("isVersionOf", "https://books.example/a", "简体中文")
    assert (other.relation, other.language) == ("", "zh-Hant-HK")
    assert source.identifier == presses["zh-Hans"].book.meta.identifier


# The typography of the style sheet -----------------------------------------------------------------------------------


def declared(css: bytes) -> dict[str, set[str]]:
    """Every property of a sheet and the values that it is given, at-rules looked into."""
    found: dict[str, set[str]] = {}

    def rules(nodes: list[Any]) -> None:
        for node in nodes:
            if node.type == "at-rule" and node.lower_at_keyword in ("supports", "media"):
                rules(tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True))
            elif node.type == "qualified-rule":
                for each in tinycss2.parse_declaration_list(node.content, skip_comments=True, skip_whitespace=True):
                    assert each.type == "declaration", each
                    found.setdefault(each.lower_name, set()).add(tinycss2.serialize(each.value).strip())

    rules(tinycss2.parse_stylesheet(css.decode(), skip_comments=True, skip_whitespace=True))
    return found


TYPOGRAPHY = {
    "text-autospace": {"normal", "no-autospace"},
    "text-spacing-trim": {"space-first", "trim-start", "space-all"},
    "line-break": {"strict"},
    "hanging-punctuation": {"allow-end"},
    "text-emphasis-position": {"under right"},
    "ruby-position": {"over", "inter-character"},
}
FALLBACKS = {
    "-webkit-line-break": "strict",
    "-epub-line-break": "strict",
    "font-feature-settings": '"chws"',
    "-webkit-text-emphasis-position": "under right",
    "-webkit-ruby-position": "over",
}


def test_the_sheet_sets_chinese_and_what_older_readers_know_of_it() -> None:
    sheets = plain()
    css = sheets["EPUB/css/book.css"] + sheets["EPUB/css/modern.css"]
    found = declared(css)
    assert {name: found[name] for name in TYPOGRAPHY} == TYPOGRAPHY
    assert all(value in found[name] for name, value in FALLBACKS.items())
    assert b"@supports not (text-spacing-trim: space-first)" in css
    assert b"@supports (text-emphasis: filled)" in css
    assert re.search(rb"\np \{\s+margin: 0;\s+text-indent: 2em;", css)


def test_the_sheet_for_all_has_nothing_that_readers_of_old_break_down_over() -> None:
    """Adobe's RMSDK drops the whole sheet for one such word; the other sheet it does not load."""
    made = files(language="zh-Hant-TW") | plain()
    css = re.sub(rb"/\*.*?\*/", b"", made["EPUB/css/book.css"], flags=re.S)
    assert css.startswith(b"@charset")
    assert not re.search(rb"@(?!charset|font-face)\w+", css)
    assert not re.search(rb"\b(?:calc|min|max|clamp|var|env|round)\(", css + made["EPUB/css/modern.css"])
    assert not re.search(rb"[\d.](?:vh|vw|vmin|vmax|rem)\b", css)
    pages = [data for name, data in made.items() if name.endswith(".xhtml")]
    assert all(b'css/modern.css" media="only screen"' in page for page in pages)


def test_marks_hang_only_where_they_stand_in_the_corner() -> None:
    """Those of Taiwan and Hong Kong stand in the middle of their squares."""
    assert "hanging-punctuation" not in declared(files(language="zh-Hant-TW")["EPUB/css/book.css"])


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ('<td style="text-align: left;">字</td>', "<td>字</td>"),
        ('<th style="text-align: center;">字</th>', '<th class="align-center">字</th>'),
        ('<td class="a" style="text-align:right">字</td>', '<td class="a align-right">字</td>'),
        ('<td style="color: red; text-align: right;">字</td>', None),
        ('<p style="text-align: right;">字</p>', None),
    ],
)
def test_cells_are_aligned_by_classes(cell: str, wanted: str | None) -> None:
    body = links.parse(cell)
    links.align_by_class(body)
    assert re.sub(' xmlns[^"]*"[^"]*"', "", links.xhtml(body)) == (wanted or cell)
    assert b".align-right { text-align: right; }" in plain()["EPUB/css/book.css"]


@pytest.mark.parametrize(
    ("html", "held"),
    [
        ('<p>伞<img src="a"/>，那就</p>', '<p>伞<span class="held"><img src="a"/>，</span>那就</p>'),
        ('<p><img src="a"/>。</p>', '<p><span class="held"><img src="a"/>。</span></p>'),
        ('<p>伞<img src="a"/>那就</p>', '<p>伞<img src="a"/>那就</p>'),
        ('<figure><img src="a"/>，</figure>', '<figure><img src="a"/>，</figure>'),
    ],
)
def test_a_mark_stays_with_its_picture(html: str, held: str) -> None:
    body = links.parse(html)
    links.hold_marks(body)
    assert links.xhtml(body).replace(' xmlns="http://www.w3.org/1999/xhtml"', "").replace(" />", "/>") == held
