"""The entries of a bibliography: BibTeX, BibLaTeX, CSL-JSON and YAML, read by pandoc; where each stands in its file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from banxin import cache, pandoc, tree
from banxin.errors import Level, Place, Problem, ToolError

KIND = "bibliography"
"""Of entries in the cache."""
YAML = "markdown-smart-raw_tex-tex_math_dollars"
"""Pandoc's reader of YAML: the metadata of a document without words. Quotation marks stay as they are typed."""
READERS = {".bib": "biblatex", ".bibtex": "bibtex", ".json": "csljson", ".yaml": YAML, ".yml": YAML}
BIB_ENTRY = re.compile(r"^[ \t]*@(\w+)[ \t]*[{(][ \t]*([^\s,{}]+)", re.MULTILINE)
BIB_TYPES = {
    "standard": "standard", "map": "map", "preprint": "article", "archive": "collection", "software": "software",
    "letter": "personal_communication", "dataset": "dataset", "newspaper": "article-newspaper",
    "periodical": "periodical",
}  # fmt: skip
"""Entry types of Chinese bibliographies (gbt7714, biblatex-gb7714) that pandoc gives another type, or none."""
NO_ENTRIES = frozenset({"comment", "string", "preamble", "xdata"})
LANGUAGES = {
    "chinese": "zh", "schinese": "zh", "tchinese": "zh", "english": "en", "american": "en", "british": "en",
    "usenglish": "en", "ukenglish": "en", "japanese": "ja", "russian": "ru", "german": "de", "ngerman": "de",
    "french": "fr", "korean": "ko", "spanish": "es", "italian": "it", "latin": "la",
}  # fmt: skip
"""Names of languages in BibLaTeX -> BCP 47."""
SCRIPTS = (
    ("[\u3040-\u30ff]", "ja"),
    ("[\uac00-\ud7af]", "ko"),
    ("[\u3400-\u9fff]", "zh"),
    ("[\u0400-\u04ff]", "ru"),
)
"""What a title without a language is taken for, by its letters."""

Meta = dict[str, Any]
"""A value of pandoc's metadata."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One work."""

    key: str
    fields: Mapping[str, Meta]
    """By CSL's names of variables."""
    place: Place
    language: str
    """BCP 47, without region: `zh`, `en`, `ja`."""

    @property
    def kind(self) -> str:
        """CSL's type."""
        return self.words("type")

    def words(self, name: str) -> str:
        """A field as plain text."""
        return words(self.fields[name]).strip() if name in self.fields else ""

    def names(self, role: str) -> list[Mapping[str, str]]:
        """The names of a role, by part."""
        found = self.fields.get(role, {"t": "", "c": []})
        return [{part: words(value) for part, value in one["c"].items()} for one in found["c"] if one["t"] == "MetaMap"]


def words(meta: Meta) -> str:
    """A value of pandoc's metadata as plain text."""
    kind, content = meta["t"], meta.get("c")
    if kind == "MetaInlines":
        return tree.plain(content)
    if kind == "MetaList":
        return "".join(map(words, content or []))
    return str(content) if kind == "MetaString" else ""


def read(path: str, text: str) -> tuple[list[Entry], list[Problem]]:
    """The entries of a file, and what is wrong with it."""
    suffix = path[path.rfind(".") :].lower()
    if suffix not in READERS:
        hint = f"写 {'、'.join(READERS)} 文件。"
        return [], [Problem(Place(path), "不认识这种文献文件", hint)]
    key = cache.key(KIND, pandoc.identity(), suffix, text)
    try:
        found = cache.remembered(KIND, key, lambda: _fields(text, suffix, path))
    except ToolError as error:
        hint = "检查这一条的括号、引号和逗号。"
        return [], [_located(problem, path, hint) for problem in error.problems]
    places = dict(_places(path, text, suffix))
    types = {match[2]: BIB_TYPES.get(match[1].lower()) for match in BIB_ENTRY.finditer(text)} if _is_bib(suffix) else {}
    entries = [_entry(fields, places, types, path) for fields in found]
    return entries, list(_doubles(path, text, suffix))


def _is_bib(suffix: str) -> bool:
    return READERS[suffix] in ("biblatex", "bibtex")


def _located(problem: Problem, path: str, hint: str) -> Problem:
    line = re.search(r"line (\d+)", problem.message)
    told = re.sub(r"^pandoc 失败（\d+）：", "", problem.message).strip()
    return Problem(Place(path, int(line[1]) if line else 0), f"文献文件读不懂：{' '.join(told.split())}", hint)


def _fields(text: str, suffix: str, path: str) -> list[Meta]:
    reader = READERS[suffix]
    if reader == YAML:
        bare = re.sub(r"\A\s*---[ \t]*\n|^(---|\.\.\.)[ \t]*\Z", "", text.strip(), flags=re.MULTILINE)
        whole = bare if re.match(r"\s*references\s*:", bare) else f"references:\n{bare}"
        text = f"---\n{whole}\n---\n"
    document = json.loads(pandoc.run(text, reader, "json", about=path).text)
    found = document["meta"].get("references", {"c": []})["c"]
    return [one["c"] for one in found if one["t"] == "MetaMap"]


def _entry(fields: dict[str, Meta], places: Mapping[str, Place], types: Mapping[str, str | None], path: str) -> Entry:
    fields = {CSL_NAMES.get(name, name): value for name, value in fields.items()}
    key = words(fields.get("id", {"t": "MetaString", "c": ""})).strip()
    kind = types.get(key)
    if kind:
        fields = {**fields, "type": {"t": "MetaString", "c": kind}}
    return Entry(key, fields, places.get(key, Place(path)), _language(fields))


CSL_NAMES = {
    "url": "URL",
    "doi": "DOI",
    "isbn": "ISBN",
    "issn": "ISSN",
    "pmid": "PMID",
    "pmcid": "PMCID",
    "event": "event-title",
}
"""Names of variables that pandoc's readers write in another way."""


def _language(fields: Mapping[str, Meta]) -> str:
    said = words(fields["language"]).strip().lower() if "language" in fields else ""
    if said:
        return LANGUAGES.get(said, re.split("[-_]", said)[0])
    text = "".join(words(fields[name]) for name in ("title", "container-title", "publisher") if name in fields)
    return next((language for script, language in SCRIPTS if re.search(script, text)), "en")


def _places(path: str, text: str, suffix: str) -> Iterator[tuple[str, Place]]:
    for key, line in _keys(text, suffix):
        yield key, Place(path, line)


def _keys(text: str, suffix: str) -> Iterator[tuple[str, int]]:
    """Each key of a file, and its line."""
    if _is_bib(suffix):
        found = ((match[2], match.start(2)) for match in BIB_ENTRY.finditer(text) if match[1].lower() not in NO_ENTRIES)
    else:
        pattern = (
            r'"id"\s*:\s*"([^"]+)"' if suffix == ".json" else r"(?:^[ \t-]*|[{,][ \t]*)id\s*:\s*['\"]?([^\s,'\"}]+)"
        )
        found = ((match[1], match.start(1)) for match in re.finditer(pattern, text, re.MULTILINE))
    for key, at in found:
        yield key, text.count("\n", 0, at) + 1


def _doubles(path: str, text: str, suffix: str) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for key, line in _keys(text, suffix):
        if key in seen:
            hint = f"第 {seen[key]} 行已经有它，删去一条，或换一个键。"
            yield Problem(Place(path, line), f"文献的键重复：{key}", hint, Level.ERROR, excusable=True, code="T057")
        seen.setdefault(key, line)
