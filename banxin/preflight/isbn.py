"""ISBN and EAN-13: their check digits (ISO 2108; GS1 General Specifications, 7.9)."""

from __future__ import annotations

import re

BETWEEN = r"[\s\-‐‑‒–—−·]?"
BOOKLAND = re.compile(rf"(?<![\d\-])9{BETWEEN}7{BETWEEN}[89](?:{BETWEEN}\d){{10}}(?!{BETWEEN}\d)")
"""Thirteen digits as a book or a bar code shows them."""


def digits(text: str) -> str:
    """Only the digits of a number, and the X of an old one."""
    return re.sub(r"[^\dX]", "", text.upper().replace("ISBN", ""))


def valid(text: str) -> bool:
    """Whether the check digit of an ISBN of ten or thirteen digits is right."""
    number = digits(text)
    if re.fullmatch(r"97[89]\d{10}", number):
        return sum(int(digit) * (1, 3)[i % 2] for i, digit in enumerate(number)) % 10 == 0
    if re.fullmatch(r"\d{9}[\dX]", number):
        values = [10 if digit == "X" else int(digit) for digit in number]
        return sum(value * (10 - i) for i, value in enumerate(values)) % 11 == 0
    return False


def check_digit(twelve: str) -> str:
    """Of the first twelve digits of an ISBN-13."""
    return str(-sum(int(digit) * (1, 3)[i % 2] for i, digit in enumerate(twelve)) % 10)
