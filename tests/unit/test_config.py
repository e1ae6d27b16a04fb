"""book.yaml: what it may say, and what it may not."""

from __future__ import annotations

import pytest

from banxin import config
from banxin.errors import ConfigError


def test_the_type_area_is_given_in_characters_and_lines() -> None:
    spec = config.read("title: 书\npage: {trim: A5, chars: 28, lines: 27, size: 10.5pt}\n", "book.yaml").page
    assert (spec.trim, spec.chars, spec.lines, spec.size) == ("A5", 28, 27, 10.5)


@pytest.mark.parametrize("key", sorted(config.INTERNAL))
def test_our_own_fields_are_no_keys_of_the_book(key: str) -> None:
    with pytest.raises(ConfigError, match=f"不认识的键 {key}"):
        config.read(f"title: 书\n{key}: 3\n", "book.yaml")
