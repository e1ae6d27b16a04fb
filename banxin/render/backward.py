"""How a list of references leads back to where its works are cited, on paper: by the numbers of pages.

EPUB and web have an arrow to each place. On paper an arrow says nothing; a number is a link to its page, and can be
looked up. The number of a work leads to the first place, as that of a note does.
"""

from __future__ import annotations

from typing import Any

from banxin.sheets import cited

SIGN = "\u2191"
"""Before the pages; as behind notes with several marks."""
BETWEEN = "、"
UNLISTED = "unlisted"
"""Of the links of a book that wants no pages behind its references."""


def to_pages(body: Any, front: str) -> None:
    """Exchange the arrows of a list of references for pages, which are known when the book is laid out.

    Args:
        front: how the pages before the body count.
    """
    for reference in body.iterfind(".//div[@class='reference']"):
        back = next((span for span in reference.iter("span") if "back" in span.get("class", "").split()), None)
        if back is not None:
            _back(reference, back, front)


def _back(reference: Any, back: Any, front: str) -> None:
    calls = back.findall("a")
    number = next((span for span in reference.iter("span") if span.get("class") == "reference-number"), None)
    if number is not None:
        number.tag = "a"
        number.set("href", calls[0].get("href"))
    if UNLISTED in back.get("class").split():
        back.getparent().remove(back)
        return
    back.set("class", cited.CLASS)
    back.text = SIGN
    for call in calls:
        numerals = front if "front" in call.get("class").split() else ""
        call.text, call.tail = cited.token(call.get("href")[1:], numerals), BETWEEN
        call.attrib.pop("aria-label", None)
    calls[-1].tail = None
