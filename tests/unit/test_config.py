"""book.yaml: what it may say, and what it may not."""

from __future__ import annotations

import pytest

from banxin import config, configreader
from banxin.compose.settings import Em, Gap, Kinsoku, Punctuation, Settings
from banxin.errors import ConfigError


def test_the_type_area_is_given_in_characters_and_lines() -> None:
    spec = configreader.read("title: 书\npage: {trim: A5, chars: 28, lines: 27, size: 10.5pt}\n", "book.yaml").page
    assert (spec.trim, spec.chars, spec.lines, spec.size) == ("A5", 28, 27, 10.5)


@pytest.mark.parametrize("key", sorted(config.INTERNAL))
def test_our_own_fields_are_no_keys_of_the_book(key: str) -> None:
    with pytest.raises(ConfigError, match=f"不认识的键 {key}"):
        configreader.read(f"title: 书\n{key}: 3\n", "book.yaml")


# compose: ---------------------------------------------------------------------------------------------------------


def composed(text: str, edition: str = "zh-Hans") -> Settings:
    """What an edition is composed by."""
    book = configreader.read(f"title: 书\n{text}\n", "book.yaml")
    return config.compose_settings(book.compose, book.editions.get(edition, config.EditionSpec()).compose)


def test_a_book_that_says_nothing_is_composed_as_usual() -> None:
    assert composed("") == composed("compose: {}") == Settings()


def test_every_key_of_compose() -> None:
    text = (
        "compose: {kinsoku: strict, punctuation: kaiming, trim-indent: true, hyphenate: false, "
        "gap: {natural: 0.2, least: 0.1, most: 0.4em}}"
    )
    gap = Gap(Em(0.2), Em(0.1), Em(0.4))
    assert composed(text) == Settings(Kinsoku.STRICT, Punctuation.KAIMING, gap, trim_indent=True, hyphenate=False)


def test_a_gap_has_what_is_usual_where_it_is_silent() -> None:
    assert composed("compose: {gap: {natural: 0.3}}").gap == Gap(Em(0.3), Em(0.125), Em(0.5))


def test_an_edition_has_its_own_word_and_the_book_has_the_rest() -> None:
    text = (
        "compose: {kinsoku: strict, punctuation: kaiming, trim-indent: true}\n"
        "editions: {zh-Hant-TW: {compose: {kinsoku: basic, trim-indent: false}}, zh-Hant-HK: {}}"
    )
    assert composed(text, "zh-Hant-TW") == Settings(Kinsoku.BASIC, Punctuation.KAIMING)
    assert composed(text) == composed(text, "zh-Hant-HK")
    assert composed(text) == Settings(Kinsoku.STRICT, Punctuation.KAIMING, trim_indent=True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("compose: {kinsok: gb}", "不认识的键 kinsok\n  办法：是不是 kinsoku？"),
        ("compose: {kinsoku: hard}", "compose.kinsoku 不能是 hard\n  办法：可以是：none、basic、gb、strict。"),
        (
            "compose: {punctuation: half}",
            "compose.punctuation 不能是 half\n  办法：可以是：quanjiao、kaiming、banjiao、none。",
        ),
        ("compose: {trim-indent: maybe}", "compose.trim-indent 应当是 true 或 false，不是 maybe"),
        ("compose: {hyphenate: 3}", "compose.hyphenate 应当是 true 或 false，不是 3"),
        ("compose: gb", "compose 应当是一组“键: 值”"),
        ("compose: {gap: 0.3}", "compose.gap 应当是一组“键: 值”\n  办法：可用的键：natural、least、most。"),
        ("compose: {gap: {natural: 2}}", "compose.gap.natural 应当是几分之几个字宽，不是 2"),
        ("compose: {gap: {least: -0.1}}", "compose.gap.least 应当是几分之几个字宽，不是 -0.1"),
        ("compose: {gap: {most: 宽}}", "compose.gap.most 应当是几分之几个字宽，不是 宽"),
        ("compose: {gap: {least: .nan}}", "compose.gap.least 应当是几分之几个字宽"),
        ("compose: {gap: {natural: 0.1}}", "compose.gap 的 least、natural、most 要一个不比一个小"),
        ("compose: {gap: {most: 0.2}}", "现在是 0.125、0.25、0.2"),
        ("editions: {zh-Hant-TW: {compose: {kinsoku: hard}}}", "editions.zh-Hant-TW.compose.kinsoku 不能是 hard"),
    ],
)
def test_what_compose_may_not_say(text: str, told: str) -> None:
    """The message names the line, what is wrong and what may stand there."""
    with pytest.raises(ConfigError) as error:
        composed(text)
    (problem,) = error.value.problems
    assert str(problem).startswith("book.yaml:2: 错误：")
    assert told in str(problem)
