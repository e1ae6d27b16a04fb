"""A style of the West for entries in Han: the order of Chinese words around its own marks.

Styles of CSL put a word before a name or a number (`trans. He Du`, `no. 11`), and titles of books in italics. Terms
can be translated (译 何渡, 期 11), their order cannot; so the style is changed: 何渡译, 第3版, 第11期, 《伞骨考》.
The language of the entry decides; entries in other scripts have the style as it is. The marks between the parts of an
entry in Han are as wide as Han: 冯松。《松堂全集》。第4卷。中州书社，2001。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from banxin import tree
from banxin.book import Nodes
from banxin.tree import Edit, Run
from banxin.typeset.chars import CLOSING, HAN, KANA

CSL = "{http://purl.org/net/xbiblio/csl}"
ROLES = {
    "translator": "译", "editor": "编", "compiler": "编", "collection-editor": "主编", "editorial-director": "主编",
    "editor-translator": "编译", "editortranslator": "编译", "illustrator": "绘",
}  # fmt: skip
TERMS = {"edition": "版", "issue": "期", "volume": "卷", "et-al": "等", "ibid": "同上", "number": "编号"}
COUNTED = ("edition", "issue", "volume")
"""What is 第 so many of its kind."""


WIDE = {",": "，", ";": "；", ":": "：", ".": "。", "(": "（", ")": "）"}
AFTER = f"[{HAN}{KANA}{re.escape(CLOSING)}0-9]"
"""What the full stop of an entry stands behind; behind a letter it may be that of a word: `S. 昂格尔`."""
NARROW = re.compile(
    rf"(?P<mark>[,;:])(?:\s|$)|(?<={AFTER})(?P<stop>\.)(?:\s|$)|(?:^|\s|(?<=[{HAN}]))(?P<open>\((?=[^()]*\)))|"
    rf"(?P<close>\))(?:\s|$|(?=[{HAN},;:.]))|(?P<last>\.)$"
)
SPACE = re.compile(rf"(?<=[{HAN}])\s(?=[等《（“])|(?<=[{re.escape(CLOSING)}，。；：])\s")
"""What a style sets between Chinese words: marks as wide as Han bring their own."""


def widened(marks: str) -> str:
    """What stands around citations, between entries in Han."""
    return "".join(WIDE.get(char, char) for char in marks).strip() if marks.strip() else marks


def full(inlines: Nodes) -> Nodes:
    """The words of an entry with marks as wide as Han; those inside numbers, names and addresses stay."""
    done: Nodes = tree.rewrite_all(inlines, (_marks, _spaces))
    return done


def _marks(run: Run) -> Iterator[Edit]:
    opened = 0
    for match in NARROW.finditer(run.text):
        mark = match[match.lastgroup or 0]
        opened += (match.lastgroup == "open") - (match.lastgroup == "close")
        if match.lastgroup == "close" and opened < 0:  # of an address
            opened = 0
            continue
        yield match.start(), match.end(), WIDE[mark]


def _spaces(run: Run) -> Iterator[Edit]:
    yield from ((match.start(), match.end(), "") for match in SPACE.finditer(run.text))


def in_han(style: str) -> str:
    """The style with Chinese words in their order."""
    root: Any = etree.fromstring(style.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    for label in list(root.iter(f"{CSL}label")):
        names = label.getparent()
        if names.tag == f"{CSL}names":
            _after(label, names)
        elif label.get("variable") in COUNTED:
            _counted(label)
    for text in root.iter(f"{CSL}text"):
        if text.get("font-style") == "italic" and text.get("variable", "").endswith("title"):
            del text.attrib["font-style"]
            text.set("quotes", "true")
    for name in root.iter(f"{CSL}name"):
        name.attrib.pop("and", None)
        name.set("delimiter", "、")
    first = next(at for at, child in enumerate(root) if child.tag in (f"{CSL}macro", f"{CSL}citation"))
    root.insert(first, _terms())
    return etree.tostring(root, encoding="unicode")


def _after(label: Any, names: Any) -> None:
    """何渡译: the word behind the name, without a space."""
    if not label.get("form", "").startswith("verb"):
        return
    for side in ("prefix", "suffix", "text-case"):
        label.attrib.pop(side, None)
    after = [child for child in names if child.tag in (f"{CSL}name", f"{CSL}et-al")]
    if after:
        after[-1].addnext(label)
    else:
        names.insert(0, label)
        label.addprevious(etree.Element(f"{CSL}name"))


def _counted(label: Any) -> None:
    """第3版 where a style says `3rd ed.`, 第11期 where it says `no. 11`."""
    variable, parent = label.get("variable"), label.getparent()
    home = parent.getparent().getparent() if parent.tag == f"{CSL}if" else parent
    numbers = [
        child
        for place in (parent, home)
        for child in place
        if child.tag in (f"{CSL}number", f"{CSL}text") and child.get("variable") == variable
    ]
    if not numbers:
        return
    numbered = etree.Element(f"{CSL}choose")
    test = etree.SubElement(numbered, f"{CSL}if", {"is-numeric": variable})
    etree.SubElement(test, f"{CSL}number", {"variable": variable, "prefix": "第", "suffix": TERMS[variable]})
    etree.SubElement(etree.SubElement(numbered, f"{CSL}else"), f"{CSL}text", {"variable": variable})
    numbers[0].addprevious(numbered)
    for old in (numbers[0], label):
        old.getparent().remove(old)
    if parent.tag == f"{CSL}if" and not len(parent):  # it asked for a word before a number that stands outside
        choose = parent.getparent()
        choose.getparent().remove(choose)


def _terms() -> Any:
    """The words of Chinese, whatever form a style asks for."""
    locale = etree.Element(f"{CSL}locale", {"{http://www.w3.org/XML/1998/namespace}lang": "zh"})
    terms = etree.SubElement(locale, f"{CSL}terms")
    for attributes, word in _forms():
        etree.SubElement(terms, f"{CSL}term", attributes).text = word
    return locale


def _forms() -> Iterator[tuple[dict[str, str], str]]:
    for name, word in ROLES.items():
        yield {"name": name}, word
        yield from (({"name": name, "form": form}, word) for form in ("short", "verb", "verb-short"))
    for name, word in TERMS.items():
        yield {"name": name}, word
        yield {"name": name, "form": "short"}, word
