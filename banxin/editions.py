"""The editions of a book: those that it declares, and those that every book may have."""

from __future__ import annotations

from banxin.book import Edition
from banxin.config import Config, EditionSpec
from banxin.errors import ConfigError, Place, Problem
from banxin.languages import CONVERSIONS, LANGUAGES, canonical
from banxin.nearest import nearest

KNOWN_CONVERSIONS = ("s2tw", "s2twp", "s2hk", "s2hkp", "tw2s", "tw2sp", "hk2s", "hk2sp")
REFUSED_CONVERSIONS = ("s2t", "t2s")
"""Pivot forms of OpenCC's own standard, which no region prints."""


def edition_languages(config: Config) -> dict[str, str]:
    """The name of every edition that there may be, and its language."""
    declared = {name: canonical(spec.language or name) for name, spec in config.editions.items()}
    return {**{tag: tag for tag in LANGUAGES.values()}, **declared}


def edition_of(config: Config, name: str, source: str) -> Edition:
    """The edition of that name: one that the book declares, or one that banxin knows.

    Args:
        source: the language of the manuscript.

    Raises:
        ConfigError: neither; or its conversion is unknown, or refused for publication.
    """
    spec = config.editions.get(name, EditionSpec())
    language = canonical(spec.language or name)
    place = config.place_of("editions", name)
    numbers = str(spec.numbers or config.typeset.numbers)
    if language not in LANGUAGES.values() and name != source:
        known = dict.fromkeys([*config.editions, *LANGUAGES.values()])
        raise ConfigError([Problem(place, f"没有名为 {name} 的版本", f"可以是：{'、'.join(known)}。")])
    if spec.conversion:
        _check_conversion(spec.conversion, Place(config.path, config.lines.get(("editions", name, "conversion"), 0)))
        return Edition(name, language, (spec.conversion,), spec.convert_references, numbers=numbers)
    if language == canonical(source):
        return Edition(name, language, numbers=numbers)
    steps = CONVERSIONS.get((canonical(source), language))
    if steps is None:
        raise ConfigError([Problem(place, f"不能从 {source} 转换成 {language}", "在 editions 里写明 conversion。")])
    return Edition(name, language, steps, spec.convert_references, numbers=numbers)


def _check_conversion(name: str, place: Place) -> None:
    if name in REFUSED_CONVERSIONS:
        hint = f"{name} 的字形不属于任何地区，不宜出版；请用 {'、'.join(KNOWN_CONVERSIONS)}。"
        raise ConfigError([Problem(place, f"不接受转换方案 {name}", hint)])
    if name not in KNOWN_CONVERSIONS:
        near = nearest(name, list(KNOWN_CONVERSIONS))
        guess = f"是不是 {near}？" if near else ""
        raise ConfigError(
            [Problem(place, f"不认识的转换方案 {name}", f"{guess}可以是：{'、'.join(KNOWN_CONVERSIONS)}。")]
        )
