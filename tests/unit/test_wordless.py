"""What of an EPUB is words: those may change, and what a validator said of it still holds."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banxin import wordless
from banxin.render import epub
from tests.readers import sample

Files = dict[str, bytes]
CHAPTER, PACKAGE, NAV = "EPUB/text/wood.xhtml", "EPUB/package.opf", "EPUB/nav.xhtml"


@pytest.fixture(scope="module")
def files() -> Files:
    (artifact,) = epub.render(sample.press())
    with zipfile.ZipFile(io.BytesIO(artifact.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Files) -> bytes:
    return epub.pack(files, 1_770_163_200)


def edited(files: Files, name: str, old: str, new: str) -> bytes:
    text = files[name].decode()
    assert old in text
    return packed({**files, name: text.replace(old, new, 1).encode()})


WORDS = {
    "a word of the text": (CHAPTER, "木头", "石头"),
    "a title in the contents": (NAV, "木头里的字", "石头里的字"),
}


@pytest.mark.parametrize("name", WORDS)
def test_words_do_not_count(files: Files, name: str) -> None:
    assert wordless.digest(edited(files, *WORDS[name])) == wordless.digest(packed(files))


def test_the_time_of_a_build_does_not_count(files: Files) -> None:
    head, mark, tail = files[PACKAGE].decode().partition('"dcterms:modified">')
    later = f"{head}{mark}2031-01-01T00:00:00Z{tail[20:]}"
    assert later != files[PACKAGE].decode()
    assert wordless.digest(packed({**files, PACKAGE: later.encode()})) == wordless.digest(packed(files))


MARKUP: dict[str, Callable[[Files], bytes]] = {
    "a paragraph more": lambda files: edited(files, CHAPTER, "</p>", "</p><p>又一段。</p>"),
    "a paragraph that is emptied": lambda files: edited(files, CHAPTER, "</h1>", "</h1><p> </p>"),
    "an attribute": lambda files: edited(files, CHAPTER, 'lang="', 'lang="x'),
    "an element": lambda files: edited(files, CHAPTER, "</h1>", '<b id="a">字</b></h1>'),
    "a character by name": lambda files: edited(files, CHAPTER, "</h1>", "&nbsp;</h1>"),
    "a control character": lambda files: edited(files, CHAPTER, "</h1>", "\x01</h1>"),
    "a bracket": lambda files: edited(files, CHAPTER, "</h1>", "<</h1>"),
    "a style": lambda files: edited(files, CHAPTER, "</head>", "<style>p{}</style></head>"),
    "the title of the book": lambda files: edited(files, PACKAGE, "</dc:title>", "二</dc:title>"),
    "a time that is none": lambda files: edited(files, PACKAGE, "Z</meta>", "</meta>"),
    "another style sheet": lambda files: edited(files, "EPUB/css/book.css", "}", "} p {}"),
    "a file more": lambda files: packed({**files, "EPUB/more.txt": b""}),
    "a file less": lambda files: packed({name: data for name, data in files.items() if name != CHAPTER}),
}


@pytest.mark.parametrize("name", MARKUP)
def test_all_else_counts(files: Files, name: str) -> None:
    assert wordless.digest(MARKUP[name](files)) != wordless.digest(packed(files))


def test_words_count_where_they_are_judged() -> None:
    for page in ("<style>a{}</style><p>字</p>", "<time>2026</time>", "<!-- 字 -->", "<![CDATA[字]]>"):
        books = ({"mimetype": b"", "a.xhtml": text.encode()} for text in (page, f"{page}字"))
        one, other = (wordless.digest(packed(book)) for book in books)
        assert one != other


texts = st.text(
    st.characters(codec="utf-8", exclude_characters="<>&", exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"])
)


def test_characters_by_name_stay_as_they_are() -> None:
    assert wordless.bare("<p>甲 &amp; 乙&#160;&lt;</p>") == "<p>x&amp;x&#160;&lt;</p>"


@given(texts.filter(lambda text: bool(text.strip())), texts)
def test_a_text_is_one_letter_and_an_attribute_stays(words: str, value: str) -> None:
    value = value.replace('"', "")
    page = f'<p title="{value}>">{words}</p>'
    assert wordless.bare(page) == f'<p title="{value}>">x</p>'


@given(st.text(alphabet=st.sampled_from("<>\"'& a\nb字=/")))
def test_what_is_no_xml_keeps_its_marks(page: str) -> None:
    bare = wordless.bare(page)
    marks = [character for character in page if character in "<>&\n"]
    assert [character for character in bare if character in "<>&\n"] == marks
