"""What a copyright page says, and what it does not make up."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from banxin import config, configreader, layout
from banxin.book import Imprint, Meta
from banxin.config import PageSpec
from banxin.render import imprint
from banxin.render.imprint import Sheet
from banxin.sheets import totals

NOVEL = layout.load("novel")


def trimmed(trim: str) -> layout.Geometry:
    return layout.geometry(PageSpec(trim=trim, chars=15, lines=15), NOVEL)


@pytest.mark.parametrize(
    ("trim", "sheet"),
    [
        ("大32开", Sheet(850, 1168, 32)),
        ("小32开", Sheet(787, 1092, 32)),
        ("长32开", Sheet(880, 1230, 32)),
        ("A5", Sheet(890, 1240, 32)),
        ("16开", Sheet(787, 1092, 16)),
        ("大16开", Sheet(889, 1194, 16)),
        ("6x9", None),
    ],
)
def test_the_paper_of_a_trim(trim: str, sheet: Sheet | None) -> None:
    assert imprint.sheet_of(Imprint(), trimmed(trim)) == sheet


@pytest.mark.parametrize("said", ["700x1000 1/16", "700×1000mm 1/16", "700 * 1000 1/16", "700×1000毫米 1/16"])
def test_a_book_says_what_paper_it_has(said: str) -> None:
    assert imprint.sheet_of(Imprint(sheet=said), trimmed("6x9")) == Sheet(700, 1000, 16)


@pytest.mark.parametrize(
    ("pages", "leaves", "sheets"),
    [(320, 32, "10"), (332, 16, "20.75"), (308, 32, "9.625"), (51, 32, "1.594"), (0, 32, "0")],
)
def test_a_printed_sheet_has_as_many_pages_as_the_paper_has_leaves(pages: int, leaves: int, sheets: str) -> None:
    html = f"<td>{totals.token(leaves)}</td><td>甲</td>"
    assert totals.found(html)
    assert totals.resolved(html, pages) == f"<td>{sheets}</td><td>甲</td>"


def test_the_area_of_all_pages_in_thousands_of_characters() -> None:
    """版面字数: 28 characters x 26 lines x 320 pages are 233 thousand."""
    html = totals.token(Fraction(1000, 28 * 26), whole=True)
    assert totals.resolved(html, 320) == "233"


@pytest.mark.parametrize(
    ("name", "language", "words", "address"),
    [
        ("CC BY 4.0", "zh-Hans", "知识共享 署名 4.0 国际许可协议（CC BY 4.0）", "licenses/by/4.0/deed.zh-hans"),
        ("CC-BY-SA-4.0", "zh-Hans",
         "知识共享 署名-相同方式共享 4.0 国际许可协议（CC BY-SA 4.0）", "licenses/by-sa/4.0/deed.zh-hans"),
        ("cc by-nc-nd", "zh-Hant-TW",
         "創用CC 姓名標示-非商業性-禁止改作 4.0 國際授權條款（CC BY-NC-ND 4.0）", "licenses/by-nc-nd/4.0/deed.zh-hant"),
        ("CC0", "zh-Hant-HK", "共享創意 CC0 1.0 通用公眾領域貢獻宣告", "publicdomain/zero/1.0/deed.zh-hant"),
        ("CC BY-ND-SA 4.0", "zh-Hans", "", ""),
        ("MIT", "zh-Hans", "", ""),
    ],
)  # fmt: skip
def test_licences_by_their_official_names(name: str, language: str, words: str, address: str) -> None:
    found = imprint.licence_of(name, language)
    assert found == (words, f"https://creativecommons.org/{address}" if address else "")


def test_every_licence_that_is_proposed_is_known() -> None:
    for name in imprint.LICENCES:
        for language in ("zh-Hans", "zh-Hant-TW", "zh-Hant-HK", "en"):
            assert all(imprint.licence_of(name, language))


FULL = Meta(
    "书", authors=("某人",), publisher="某社", place="某地", statement="第1版", isbn="978-7-5000-1234-8",
    copyright=Imprint("mainland", cip_number="1", responsible_editors=("甲",), printer="某厂", impression="1",
                      price="1元"),
)  # fmt: skip


def test_what_is_there_is_not_lacking_and_what_is_not_is() -> None:
    assert imprint.lacking(FULL) == []
    assert imprint.lacking(replace(FULL, isbn="", copyright=replace(FULL.copyright, cip_number=""))) == ["cip", "isbn"]
    assert imprint.lacking(Meta("书")) == [], "a self-publisher must not have any of them"
    assert imprint.lacking(Meta("书", copyright=Imprint("hongkong"))) == list(imprint.NEEDED["hongkong"])


def test_every_key_that_may_lack_is_a_key_of_book_yaml() -> None:
    for key in {key for keys in imprint.NEEDED.values() for key in keys}:
        assert key in imprint.NAMES
        name = key.replace("-", "_")
        assert hasattr(config.Config() if key in imprint.OUTSIDE else config.CopyrightSpec(), name)


EDITIONS = """\
title: 书
copyright: {form: mainland, price: 10元, printer: 某厂, responsible-editors: 甲}
editions:
  zh-Hant-TW: {isbn: 978-957-13-0000-9, copyright: {form: taiwan, price: 50元}}
"""


def test_an_edition_says_its_own() -> None:
    spec = configreader.read(EDITIONS, "book.yaml")
    assert config.meta_of(spec).copyright == Imprint(
        "mainland", price="10元", printer="某厂", responsible_editors=("甲",)
    )
    assert config.said(spec.editions["zh-Hant-TW"].copyright) == {"form": "taiwan", "price": "50元"}
