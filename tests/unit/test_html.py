"""The web edition's files, without a browser."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from urllib.parse import unquote

import lxml.html
import pytest
from lxml import etree

from banxin.render import html
from banxin.render.press import Sibling
from tests.readers import sample

STEM = "banxin-xiao-shi-zh-Hans"


@cache
def plain() -> dict[str, bytes]:
    return site(theme="novel")


def site(**changes: object) -> dict[str, bytes]:
    return {artifact.path: artifact.data for artifact in html.render(sample.press(**changes))}  # type: ignore[arg-type]


def pages(made: dict[str, bytes]) -> dict[str, lxml.html.HtmlElement]:
    return {path: lxml.html.document_fromstring(data) for path, data in made.items() if path.endswith(".html")}


def test_a_page_a_chapter_and_one_file() -> None:
    names = {path.removeprefix(f"{STEM}/") for path in plain()}
    assert {"index.html", "preface.html", "wood.html", "lead.html", "after.html", "assets/book.css"} <= names
    assert f"{STEM}.html" in names


def test_same_book_same_bytes() -> None:
    assert site() == site()


def test_what_leads_nowhere_else_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both forms have it; the chapter that shows a picture and leads to another is written for each."""
    written: list[str] = []
    make = html._Writer.words
    monkeypatch.setenv("BANXIN_CACHE", "off")
    monkeypatch.setattr(html._Writer, "words", lambda self, page, *of: written.append(page.id) or make(self, page, *of))
    made = site()
    assert sorted(written) == ["after", "lead", "preface", "wood", "wood"]
    assert b'href="lead.html#lead-1"' in made[f"{STEM}/wood.html"]
    assert b'href="#lead-1"' in made[f"{STEM}.html"]


@pytest.mark.parametrize("theme", ["novel", "essay", "technical"])
def test_every_link_of_the_site_leads_somewhere(theme: str) -> None:
    made = site(theme=theme)
    found = pages(made)
    checked = 0
    for path, page in found.items():
        folder = path.rpartition("/")[0]
        for link in page.iterfind(".//a[@href]"):
            href = unquote(str(link.get("href")))
            if re.match(r"[a-z]+:", href):
                continue
            file, _, name = href.partition("#")
            target = f"{folder}/{file}" if file else path
            assert target in found, f"{path}: {href}"
            assert not name or found[target].xpath("//*[@id=$name]", name=name), f"{path}: {href}"
            checked += 1
    assert checked > 80


def test_ids_are_unique_on_every_page() -> None:
    for path, page in pages(plain()).items():
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), path


def test_nothing_is_loaded_from_elsewhere() -> None:
    made = plain()
    for path, page in pages(made).items():
        addresses = page.xpath("//@src | //link/@href")
        assert addresses, path
        for address in map(str, addresses):
            assert not re.match(r"(https?:)?//", address), f"{path}: {address}"
            if not address.startswith("data:"):
                assert f"{STEM}/{address}" in made, f"{path}: {address}"
    assert b"url(" not in made[f"{STEM}/assets/book.css"]


def test_the_single_file_stands_alone() -> None:
    page = pages(plain())[f"{STEM}.html"]
    assert all(str(address).startswith("data:") for address in page.xpath("//@src"))
    assert not page.xpath("//link")
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert "'self'" not in policy
    assert "http" not in policy


def test_paragraphs_keep_their_ids_in_both_forms() -> None:
    found = pages(plain())
    one = found[f"{STEM}/wood.html"].xpath("//div[@class='text']//p/@id")
    assert len(one) > 5
    assert set(one) <= set(found[f"{STEM}.html"].xpath("//@id"))


def test_previous_and_next_follow_the_book() -> None:
    found = pages(plain())
    order = ["preface", "wood", "lead", "after"]
    for before, after in zip(order, order[1:], strict=False):
        assert found[f"{STEM}/{before}.html"].xpath("//link[@rel='next']/@href") == [f"{after}.html"]
        assert found[f"{STEM}/{after}.html"].xpath("//link[@rel='prev']/@href") == [f"{before}.html"]


def test_a_chapter_called_index_does_not_replace_the_opening_page() -> None:
    made = site(pages=(replace(sample.PREFACE, id="index"), *sample.PAGES[1:]))
    assert f"{STEM}/chapter-index.html" in made
    assert b'class="opening"' in made[f"{STEM}/index.html"]


def test_titles_languages_and_open_graph() -> None:
    page = pages(site(language="zh-Hant-HK"))["banxin-xiao-shi-zh-Hant-HK/wood.html"]
    assert page.get("lang") == "zh-Hant-HK"
    assert page.findtext(".//title") == "第一章 木头里的字 · 版心小史"
    assert page.xpath("//meta[@property='og:locale']/@content") == ["zh_HK"]
    assert page.xpath("//meta[@property='og:title']/@content") == ["第一章 木头里的字 · 版心小史"]


def test_downloads_show_only_when_given() -> None:
    assert b"../book.pdf" not in plain()[f"{STEM}/index.html"]
    assert b'<a href="../book.pdf">PDF</a>' in site(downloads={"PDF": "../book.pdf"})[f"{STEM}/index.html"]


def test_a_picture_keeps_its_place_while_it_loads_unless_the_author_says_how_wide() -> None:
    [natural] = pages(plain())[f"{STEM}/wood.html"].xpath("//figure/img")
    assert (natural.get("width"), natural.get("height"), natural.get("loading")) == ("640", "240", "lazy")
    narrow = replace(sample.FIRST, body=sample.FIRST.body.replace("<img src", '<img width="90" src'))
    [chosen] = pages(site(pages=(narrow,)))[f"{STEM}/wood.html"].xpath("//figure/img")
    assert (chosen.get("width"), chosen.get("height")) == ("90", None)


def test_tables_and_code_can_be_scrolled_by_keyboard() -> None:
    page = pages(plain())[f"{STEM}/lead.html"]
    [frame] = page.xpath("//table/..")
    assert (frame.get("tabindex"), frame.get("aria-label")) == ("0", "表 1 字号与点数")
    assert page.xpath("//pre/@tabindex") == ["0"]


def test_words_of_the_author_cannot_become_markup() -> None:
    meta = replace(sample.META, title='<script>"1"</script>', description="</p><img src=x>", publisher="<b>")
    for path, data in site(meta=meta).items():
        if path.endswith(".html"):
            assert b'<script>"1"' not in data, path
            assert b"<img src=x>" not in data, path


def published() -> dict[str, bytes]:
    meta = replace(sample.META, url="https://example.org/书/", identifier="urn:isbn:9787300000002")
    press = replace(sample.press(meta=meta), siblings=(Sibling("zh-Hant-TW", "zh-Hant-TW", "繁體", "繁體中文"),))
    return {artifact.path.removeprefix(f"{STEM}/"): artifact.data for artifact in html.render(press)}


def test_the_first_page_says_in_schema_org_s_words_what_the_book_is() -> None:
    (script,) = lxml.html.document_fromstring(published()["index.html"]).xpath("//script[@type='application/ld+json']")
    facts = json.loads(script.text)
    assert (facts["@type"], facts["name"], facts["inLanguage"]) == ("Book", sample.META.title, "zh-Hans")
    assert facts["isbn"] == sample.META.isbn
    assert [each["name"] for each in facts["author"]] == list(sample.META.authors)
    assert b"ld+json" not in published()["wood.html"]


def test_pages_say_where_they_will_be() -> None:
    page = lxml.html.document_fromstring(published()["wood.html"])
    assert page.xpath("//link[@rel='canonical']/@href") == [f"https://example.org/%E4%B9%A6/{STEM}/wood.html"]


def test_the_map_has_every_page_in_every_edition() -> None:
    root = etree.fromstring(published()["sitemap.xml"])
    base = f"https://example.org/%E4%B9%A6/{STEM}/"
    places = [each.text for each in root.iter("{*}loc")]
    assert places == [base, *(base + f"{name}.html" for name in ("preface", "wood", "lead", "after"))]
    assert len(list(root.iter("{http://www.w3.org/1999/xhtml}link"))) == 2 * len(places)
    assert "zh-Hant-TW/wood.html" in published()["sitemap.xml"].decode()


def test_the_feed_begins_with_the_latest_chapter() -> None:
    root = etree.fromstring(published()["feed.xml"])
    entries = [(each.findtext("{*}updated"), each.find("{*}link").get("href")) for each in root.iter("{*}entry")]
    assert entries == sorted(entries, key=lambda entry: entry[0], reverse=True)
    assert entries[0] == ("2026-03-01T00:00:00Z", f"https://example.org/%E4%B9%A6/{STEM}/preface.html")
    assert len({each.text for each in root.iter("{*}id")}) == len(entries) + 1


def test_whoever_shares_the_address_shows_the_cover() -> None:
    made = published()
    page = lxml.html.document_fromstring(made["wood.html"])
    (address,) = page.xpath("//meta[@property='og:image']/@content")
    assert address == f"https://example.org/%E4%B9%A6/{STEM}/images/card.jpg"
    assert made["images/card.jpg"].startswith(b"\xff\xd8")
    assert b"card" not in made["assets/book.css"]
    assert not page.xpath("//img[contains(@src, 'card')]")
    assert b"og:image" not in plain()[f"{STEM}/wood.html"]


def test_without_an_address_there_is_neither() -> None:
    assert not {"sitemap.xml", "feed.xml"} & {path.rpartition("/")[2] for path in plain()}
    assert b"canonical" not in plain()[f"{STEM}/wood.html"]
