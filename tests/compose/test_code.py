"""Where the lines of code end: an option keeps its hyphens, listings break at spaces, whatever their colours."""

from __future__ import annotations

import html
import re

import pytest

from tests.compose.sheet import lay

HAN = "山川日月星云雨雪风雷火土木金水石田禾竹米花草鸟虫鱼"
MEASURE = 16


def around(words: str, code: bool) -> list[list[str]]:
    """The lines of paragraphs that have some words at every place of a line."""
    inside = html.escape(words)
    inside = f"<code>{inside}</code>" if code else inside
    found = []
    for before in range(MEASURE - 9, MEASURE + 1):
        body = f"<div style='width:{MEASURE}em'><p>{HAN[:before]}{inside}{HAN}</div>"
        found.append(lay(body).lines())
    return found


@pytest.mark.parametrize(
    ("words", "code"),
    [(words, True) for words in ("--profile", "-f", "--no-cache", "-5", "--jobs=4")]
    + [(words, False) for words in ("--profile", "--no-cache", "（-f）", "：-5")],
)
def test_an_option_keeps_its_hyphens(words: str, code: bool) -> None:
    """No line ends with the hyphens that begin a word; between Han and Latin, in text, one is a connector."""
    for lines in around(words, code):
        assert not any(re.search(r"(?<!\w)-+$", line, re.ASCII) for line in lines), lines


@pytest.mark.parametrize("words", ["--profile", "-f", "---", "-"])
def test_a_line_may_begin_with_an_option(words: str) -> None:
    """A hyphen that begins code is no connector."""
    assert any(line.startswith(words) for lines in around(words, code=True) for line in lines)


def test_code_at_the_start_of_a_paragraph_too() -> None:
    assert lay("<div style='width:1em'><p><code>--ab</code></div>").lines()[0] != "-"


@pytest.mark.parametrize("words", ["汉-ab", "10%-20%"])
def test_a_connector_begins_no_line(words: str) -> None:
    assert not any(line.startswith("-") for lines in around(words, code=False) for line in lines)


@pytest.mark.parametrize(
    "words", ["--output=one/two/three,four_five", "banxin build --profile=print", "alpha.beta_gamma.delta-epsilon:zeta"]
)
def test_long_code_breaks_where_its_parts_meet(words: str) -> None:
    """After a space or a sign between two parts, never within a part."""
    torn = [lines for lines in around(words, code=True) if set(parts(words)) - set(parts(" ".join(lines)))]
    assert torn == []


def test_what_has_no_parts_is_torn() -> None:
    """A checksum is not kept whole for a line full of holes."""
    firsts = [lines[0] for lines in around("0123456789abcdef" * 3, code=True)]
    assert sum("0123" in line for line in firsts) > len(firsts) / 2


def parts(text: str) -> list[str]:
    """The words of code, options with their hyphens."""
    return re.findall(r"(?<!\w)-+[A-Za-z]+|[A-Za-z]+", text, re.ASCII)
