"""Words that a format's metadata needs and the author does not write: sort keys, people and their parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from banxin import slug
from banxin.book import Meta

HAN = r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
SURNAMES: Mapping[str, str] = {
    "万俟": "moqi", "尉迟": "yuchi", "尉遲": "yuchi", "澹台": "tantai", "澹臺": "tantai", "长孙": "zhangsun",
    "長孫": "zhangsun", "单": "shan", "單": "shan", "解": "xie", "仇": "qiu", "查": "zha", "曾": "zeng", "区": "ou",
    "區": "ou", "朴": "piao", "任": "ren", "缪": "miao", "繆": "miao", "翟": "zhai", "冼": "xian", "员": "yun",
    "員": "yun", "种": "chong", "覃": "qin", "召": "shao", "盖": "ge", "蓋": "ge", "洗": "xian", "乐": "yue",
    "樂": "yue", "华": "hua", "華": "hua", "葉": "ye", "叶": "ye", "沈": "shen", "石": "shi", "卜": "bu", "晁": "chao",
}  # fmt: skip
"""Family names whose reading is not that of the common word (现代汉语词典, 姓氏)."""


def sort_key(words: str, name: bool = False) -> str:
    """What a shelf sorts Chinese words by: their pinyin, each syllable with a capital; empty where there is no Han.

    With `name`, the family name at the start is read as a name is.
    """
    if not re.search(HAN, words):
        return ""
    syllables: list[str] = []
    rest = words
    if name:
        family = next((words[:n] for n in (2, 1) if words[:n] in SURNAMES), "")
        rest = words.removeprefix(family)
        syllables = [SURNAMES[family]] if family else []
    syllables += [_plain(part).strip() for part in slug.syllables(rest)]
    return " ".join(part[:1].upper() + part[1:] for part in syllables if part)


def _plain(part: str) -> str:
    """For sorting, of what is not Han, its letters and figures."""
    return " ".join(re.findall(r"[^\W_]+", part))


def people(meta: Meta) -> Iterable[tuple[str, str, str]]:
    """Everyone who made the book: name, MARC relator code, and the key of the label that says what they did."""
    for names, role, label in (
        (meta.authors, "aut", "author"),
        (meta.translators, "trl", "translator"),
        (meta.editors, "edt", "editor"),
    ):
        for name in names:
            yield name, role, label
