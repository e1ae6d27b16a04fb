"""What entries of a bibliography lack that their type needs (GB/T 7714-2025, 8.2 to 8.15: 必备, 有则必备)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from banxin.errors import Level, Problem
from banxin.nearest import nearest
from banxin.notes.entries import Entry
from banxin.notes.names import BIB

MADE = ("author", "editor", "compiler", "translator")
Need = tuple[str, ...]
"""One of these fields is enough."""
TITLE: Need = ("title",)
DATE: Need = ("issued",)
WHERE: Need = ("URL", "DOI")
NEEDS: Mapping[str, tuple[Need, ...]] = {
    "book": (TITLE, DATE, ("publisher", "URL", "DOI")),
    "chapter": (TITLE, DATE, ("container-title",)),
    "article-journal": (TITLE, DATE, ("container-title",)),
    "article-magazine": (TITLE, DATE, ("container-title",)),
    "article-newspaper": (TITLE, DATE, ("container-title",)),
    "paper-conference": (TITLE, DATE, ("container-title", "event-title")),
    "thesis": (MADE, TITLE, DATE, ("publisher",)),
    "report": (TITLE, DATE),
    "standard": (("number",), TITLE),
    "patent": (MADE, TITLE, ("number", "call-number")),
    "webpage": (TITLE, ("URL",), ("accessed",)),
    "dataset": (TITLE, WHERE, ("accessed",)),
    "article": (MADE, TITLE, WHERE, ("accessed",)),
    "map": (TITLE,),
    "": (("type",),),
}
"""Type -> what it needs."""
NAMES: Mapping[str, tuple[str, str]] = {
    "title": ("题名", "title"),
    "issued": ("年份", "date"),
    "publisher": ("出版者（学位授予单位）", "publisher"),
    "container-title": ("所在的书刊", "journaltitle 或 booktitle"),
    "event-title": ("会议名称", "eventtitle"),
    "author": ("作者", "author"),
    "number": ("编号", "number"),
    "call-number": ("申请号", "number"),
    "URL": ("网址", "url"),
    "DOI": ("DOI", "doi"),
    "accessed": ("引用日期", "urldate"),
    "type": ("类型", "@book、@article 等类型"),
}
"""A field -> what an author calls it, and how BibLaTeX writes it; CSL-JSON and YAML have the field's own name."""


def faults(entry: Entry) -> Iterator[Problem]:
    """What a work that is cited lacks, with the line of its entry."""
    for need in NEEDS.get(entry.kind, (TITLE,)):
        if not any(entry.fields.get(name) for name in need):
            field = need[0] if need != MADE else "author"
            name, written = NAMES[field]
            hint = f"在这一条里补上 {written if entry.place.path.endswith(BIB) else field}。"
            yield Problem(entry.place, f"文献 {entry.key} 缺{name}", hint, Level.WARNING, code="T056")


def unknown(key: str, known: list[str]) -> str:
    """What to do about a key that no entry has."""
    near = nearest(key, known)
    return f"是不是 {near}？" if near else "在文献文件里加上这一条，或改正键。"
