"""What an entry says, put as citeproc and GB/T 7714 want it: names in Han, dates, identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from banxin import tree
from banxin.book import Node
from banxin.notes.entries import Entry, Meta, words
from banxin.tree import Edit, Run
from banxin.typeset.chars import has_han

ROLES = frozenset({
    "author", "editor", "translator", "container-author", "collection-editor", "composer", "director", "illustrator",
    "compiler", "editorial-director", "original-author", "host",
})  # fmt: skip
IDENTIFIER = re.compile(r"\b(CSTR|URN|ARK|HDL)\s*:\s*(\S+)", re.IGNORECASE)
"""7.9: persistent identifiers besides the DOI, which CSL has no variable for; authors write them into `note`."""
ISO_DATE = re.compile(r"-?\d{4}(-\d{2}){0,2}(/-?\d{4}(-\d{2}){0,2})?")
SUFFIX = re.compile(r"\.$")
AFTER_COMMA = "\ue000"
"""Before the suffix of a name that has a comma before it: CSL sets it off as it does the given name, by a space."""
THESES = {
    "PhD thesis": "博士学位论文", "Ph.D. thesis": "博士学位论文", "phdthesis": "博士学位论文",
    "Master’s thesis": "硕士学位论文", "Master's thesis": "硕士学位论文", "mathesis": "硕士学位论文",
    "Bachelor’s thesis": "学士学位论文", "Bachelor's thesis": "学士学位论文", "bathesis": "学士学位论文",
}  # fmt: skip
"""What pandoc's reader of .bib files makes of the types of theses, and what a Chinese entry calls them."""
TITLES = frozenset({"title", "container-title", "volume-title"})
COLON = re.compile(r":\s")
CAPITAL = re.compile(r"(?<=: )[A-Z](?=[a-z]|\s)")
BIB = (".bib", ".bibtex")
PREPRINTS = re.compile(r"arxiv|chinaxiv|biorxiv|medrxiv|psyarxiv|ssrn|pssxiv|preprint", re.IGNORECASE)


def adapted(entry: Entry, gb: int, full: bool = False) -> Iterator[tuple[str, Meta]]:
    """The fields of an entry for citeproc.

    Args:
        gb: the year of GB/T 7714, or 0 for another style.
        full: the marks of every entry are as wide as Han.
    """
    titles = {name: _titled(entry, name, full) for name in TITLES & entry.fields.keys()} if gb else {}
    for name, value in {**entry.fields, **titles, **_genre(entry)}.items():
        if name in ROLES and value["t"] == "MetaList":
            yield name, {"t": "MetaList", "c": [_name(one, gb) for one in value["c"]]}
        elif name == "issued" and not ISO_DATE.fullmatch(text := words(value).strip()):
            yield _odd_date(value, text, gb)
        elif name == "edition" or (gb and name == "volume"):
            yield name, _half({"t": "MetaString", "c": _counted(entry, name, words(value).strip())}, gb)
        elif not (gb and name == "DOI" and _says(entry, value)):
            yield name, value
    if gb and (found := IDENTIFIER.search(entry.words("note"))) and found[2] not in entry.words("URL"):
        yield "PMCID", {"t": "MetaString", "c": f"{found[1].upper()}:{found[2].rstrip('.,;')}"}
    if gb and is_preprint(entry):
        yield "type", {"t": "MetaString", "c": "article"}


def _genre(entry: Entry) -> dict[str, Meta]:
    """What kind of thesis a Chinese one is, in Chinese."""
    said = THESES.get(entry.words("genre")) if entry.language == "zh" else None
    return {"genre": {"t": "MetaString", "c": said}} if said else {}


def _titled(entry: Entry, name: str, full: bool) -> Meta:
    """A title with its subtitle; the names of journals keep their capitals."""
    title = entry.fields[name]
    if title["t"] == "MetaString":
        return {**title, "c": COLON.sub("：", title["c"])} if full else title
    if title["t"] != "MetaInlines":
        return title
    common = entry.place.path.endswith(BIB) and (name == "title" or entry.kind not in SERIAL)
    rules = [*([_lower] if common else []), *([_wide_colons] if full else [])]
    return {**title, "c": tree.rewrite_all(title["c"], rules, _is_protected)}


def _wide_colons(run: Run) -> Iterator[Edit]:
    """6.2, 7.2.3: the mark before a subtitle is one of the standard's: `Quantum fields：an introduction`."""
    yield from ((match.start(), match.end(), "：") for match in COLON.finditer(run.text))


def _lower(run: Run) -> Iterator[Edit]:
    """5.6: pandoc's reader of .bib files gives a subtitle a capital, where the languages of the West have none."""
    for match in CAPITAL.finditer(run.text):
        yield match.start(), match.start() + 1, match[0].lower()


def _is_protected(node: Node) -> bool:
    """`{London}` in a .bib file."""
    return bool(node["t"] == "Span")


def _odd_date(value: Meta, text: str, gb: int) -> tuple[str, Meta]:
    """A date that is more than a date: GB/T 7714 says it in so many words, other styles its year."""
    year = re.search(r"\d{4}", text)
    return ("status", _half(value, gb)) if gb else ("issued", {"t": "MetaString", "c": year[0] if year else text})


def _half(value: Meta, gb: int) -> Meta:
    """GB/T 7714-2015, 7.2, 8.4.3.1: 1947(民国三十六年), 1984, 1(1)-; since 2025 the marks are as wide as Han."""
    return value if gb != 2015 else {"t": "MetaString", "c": words(value).translate(HALF)}


HALF = str.maketrans({"（": "(", "）": ")", "—": "-", "，": ", "})


def _counted(entry: Entry, name: str, text: str) -> str:
    """7.2.3, 7.4: `4` of a book in several volumes is 第4卷; 2020版 is an edition by its number."""
    if name == "edition":
        return re.sub(r"(?<=\d)\s*版$", "", text)
    if not text.isdecimal() or entry.kind in SERIAL:
        return text
    return f"第{text}卷" if entry.language in ("zh", "ja") else f"v.{text}"


SERIAL = frozenset({"article-journal", "article-magazine", "article-newspaper", "article", "periodical"})


def is_preprint(entry: Entry) -> bool:
    """What a bibliography calls a web page or an article, and is a preprint (GB/T 7714-2025, 8.15)."""
    if entry.kind == "article":
        return True
    told = " ".join(entry.words(name) for name in ("URL", "publisher", "genre", "archive"))
    return entry.kind in ("webpage", "manuscript", "") and PREPRINTS.search(told) is not None


def _says(entry: Entry, doi: Meta) -> bool:
    """7.9.1: an address that holds the identifier says it already."""
    return words(doi).strip().lower() in entry.words("URL").lower()


def _name(one: Meta, gb: int) -> Meta:
    if one["t"] != "MetaMap":
        return one
    parts: dict[str, Any] = one["c"]
    family, given = (words(parts[part]).strip() if part in parts else "" for part in ("family", "given"))
    if has_han(family) and has_han(given):  # 李 + 时珍: one word, in any style
        return _whole(family + given)
    if has_han(family) and given and not gb:
        return _whole(f"{given} {family}")
    if has_han(family) and given:  # 昂温 + G. P.: a name of the West in Han
        return _whole(f"{family} {' '.join(given.replace('.', ' ').split())}")
    if gb and is_family(family) and is_pinyin(given):  # 7.1.1: names in pinyin are given in full
        return _whole(f"{family.upper() if gb == 2015 else family} {given}")
    return {"t": "MetaMap", "c": {name: _part(name, value, gb) for name, value in parts.items()}}


FAMILY = ("family", "non-dropping-particle", "dropping-particle")


def _part(name: str, value: Meta, gb: int) -> Meta:
    """A part of a name; GB/T 7714-2015, 8.1.1, has families, and no bodies, in capitals, and a comma before Jr."""
    if name == "suffix":
        return {"t": "MetaString", "c": (AFTER_COMMA if gb == 2015 else "") + SUFFIX.sub("", words(value))}
    return {"t": "MetaString", "c": words(value).upper()} if gb == 2015 and name in FAMILY else value


def _whole(name: str) -> Meta:
    return {"t": "MetaMap", "c": {"literal": {"t": "MetaString", "c": name}}}


def is_family(name: str) -> bool:
    """Whether it can be a Chinese family name in pinyin: one syllable, or one of those of two."""
    return name.lower() in _syllables() or name.lower() in DOUBLE


DOUBLE = frozenset(
    {"ouyang", "sima", "zhuge", "shangguan", "huangfu", "xiahou", "dongfang", "murong", "linghu", "situ"}
)


def is_pinyin(name: str) -> bool:
    """Whether a name can be that of a Chinese in pinyin: `Jiangning`, `Wang`, `Xiao-ming`."""
    if not re.fullmatch(r"[A-Z][a-zü]+(?:[-'’][A-Za-zü]+)*", name):
        return False
    return re.fullmatch(f"(?:{'|'.join(_syllables())})+", re.sub(r"[-'’]", "", name).lower()) is not None


@cache
def _syllables() -> tuple[str, ...]:
    """All syllables, without tones; the longest first."""
    from pypinyin import lazy_pinyin, pinyin_dict

    found = {lazy_pinyin(chr(code))[0] for code in list(pinyin_dict.pinyin_dict)[:9000]}
    return tuple(sorted((one for one in found if re.fullmatch("[a-zü]+", one)), key=len, reverse=True))
