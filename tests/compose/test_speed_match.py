"""The rules that match an element are those that cssselect2 finds, whatever the selectors look at."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import pytest

from banxin.compose import engine  # noqa: F401 - WeasyPrint is loaded our way
from banxin.compose.speed_match import Matches, look

HTML = """
<html lang="zh-Hans"><body id="top" class="book">
<section id="one" class="chapter"><h1>甲</h1><p>一</p><p class="first latin">二<em>三</em><a href="#x">四</a></p>
<ul><li>一</li><li>二<ul><li>三</li></ul></li></ul></section>
<section id="two" class="chapter"><h1>乙</h1><p>一</p><p></p><p lang="en">two<em>three</em><a href="http://x">四</a></p>
<table><tr><td>一</td><td data-x="1">二</td></tr><tr><td>三</td><td data-x="2">四</td></tr></table></section>
<section id="three" class="chapter end"><p>一<em class="latin">x</em></p></section>
<p><a href="#x">一</a><a href="#y-x">二</a><a href="#z"><em>三</em></a><a href="http://z">四</a><a href="http://y">五</a><a>六</a></p>
</body></html>"""
STEADY: tuple[str, ...] = (
    "p",
    "p.first",
    "section p em",
    "section > p > em",
    "td[data-x='2']",
    ":not(h1) > em",
    "*",
)
STEADY += (
    ":lang(en) em",
    "ul ul li",
    "[lang]",
    "p.first::before",
    ":is(ul, table) *",
    "section.chapter.end p",
)
LOOSE: tuple[str, ...] = (
    "p + p",
    "h1 ~ p",
    "p:first-child",
    "li:nth-child(2)",
    "tr:last-child td",
    "p:empty",
    "section:has(table) p",
)
ADDRESSES: tuple[str, ...] = (
    "a[href]",
    ":link",
    "a[href^='http']",
    "a[href^=H i]",
    "a:not([href])",
    "a:not([href^=http])",
)
"""They say the same of all links in the document."""
LOOSE += ("a[href='#x']", "a[href^='#x']", "a[href$=x]", "a[href*=x]", "a[href~='#x']", "a[href|='#x']")
LOOSE += ("a[href]:is([href^=http], [href*=y])", "[href^='#'] em", "a:not([href*=x])")
LOOSE += ("#two p", "section#one > p", "[id='three'] em", "[id^=t] h1", "p:not(:first-of-type)", "em:only-child")
PARTS = (STEADY, ADDRESSES, LOOSE)


def sheets(*texts: str) -> list[tuple[Any, str, Any]]:
    from weasyprint import CSS

    return [(CSS(string=text), "author", None) for text in texts]


def found(sheets: list[tuple[Any, str, Any]], wrapper: Any) -> list[Any]:
    """As `weasyprint.css.StyleFor` asks."""
    return [
        (id(declarations), pseudo_type, specificity)
        for sheet, _, _ in sheets
        for specificity, _, pseudo_type, (declarations, _) in sheet.matcher.match(wrapper)
    ]


def ours(matches: Matches, root: Any) -> dict[Any, list[Any]]:
    kinds: dict[Any, Any] = {}
    rules = {}
    for wrapper in root.iter_subtree():
        element = wrapper.etree_element
        kinds[element] = matches.kind(wrapper, kinds[wrapper.parent.etree_element] if wrapper.parent else None)
        rules[element] = [(id(rule[0]), rule[1], rule[4]) for rule in kinds[element].of(wrapper).rules]
    return rules


@pytest.fixture
def root() -> Any:
    from weasyprint import HTML as Document

    return Document(string=HTML).wrapper_element


def test_all_selectors_together(root: Any) -> None:
    both = sheets(*("".join(f"{each} {{ margin-top: {i}px }}" for i, each in enumerate(part)) for part in PARTS))
    matches = Matches(both)
    for _ in range(2):  # what is remembered, too
        rules = ours(matches, root)
        for wrapper in root.iter_subtree():
            assert rules[wrapper.etree_element] == found(both, wrapper), wrapper.etree_element


@pytest.mark.parametrize("selector", [*STEADY, *ADDRESSES, *LOOSE])
def test_one_selector(selector: str, root: Any) -> None:
    alone = sheets(f"{selector} {{ color: red }}")
    rules = ours(Matches(alone), root)
    wanted = {wrapper.etree_element: found(alone, wrapper) for wrapper in root.iter_subtree()}
    assert any(wanted.values()), "the test is of a selector that matches something"
    assert rules == wanted


def test_which_selectors_are_asked_for_each_element() -> None:
    def tests(selectors: tuple[str, ...]) -> list[Any]:
        ((sheet, _, _),) = sheets("".join(f"{each} {{ color: red }}" for each in selectors))
        matcher = sheet.matcher
        buckets = [*matcher.class_selectors.values(), *matcher.lower_local_name_selectors.values()]
        buckets += [*matcher.id_selectors.values(), matcher.lang_attr_selectors, matcher.other_selectors]
        return [test for bucket in buckets for test, *_ in bucket]

    looks = {part: [look(test.__code__) for test in tests(part)] for part in PARTS}
    link, outside = Element("a", href="#x"), Element("a", href="http://x")
    assert all(each.is_steady(outside) for each in looks[STEADY])
    assert all(each.is_steady(link) and not each.is_steady(outside) for each in looks[ADDRESSES])
    assert not any(each.is_steady(link) for each in looks[LOOSE])
