"""A file of a manuscript -> its text, or what keeps it from being one: size, encoding, a merge left undone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from banxin.book import Source
from banxin.errors import Place, Problem

LARGEST = 8 * 1024 * 1024
"""Bytes of one chapter: about 2.8 million Han characters."""
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that no book has and XML forbids."""


def decode(root: Path, name: str) -> str | Problem:
    """A file's text: UTF-8 with or without BOM, any line ends; or what is wrong with it."""
    file = root / name
    place = Place(name)
    try:
        size = file.stat().st_size
        if size > LARGEST:
            message = f"文件太大（{size / 2**20:.0f} MB），一章最多 {LARGEST // 2**20} MB"
            return Problem(place, message, "分成几章；图片不要写在文字里。")
        data = file.read_bytes()
    except OSError as error:
        return Problem(place, f"读不出来：{error.strerror or error}", "检查文件的权限。")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        return _wrong_encoding(data, name, error)


BINARY = {
    b"PK\x03\x04": ("Word 文件或压缩包", "改过的 Word 稿用 build.py import 读回来。"),
    b"\xd0\xcf\x11\xe0": ("旧式 Word 文件（.doc）", "先另存为 .docx。"),
    b"%PDF": ("PDF", ""),
    b"\x89PNG": ("图", ""),
    b"\xff\xd8\xff": ("图", ""),
}
"""How files begin that are no text."""


def _wrong_encoding(data: bytes, name: str, error: UnicodeDecodeError) -> Problem:
    for opening, (what, hint) in BINARY.items():
        if data.startswith(opening):
            return Problem(Place(name), f"这是 {what}，不是文字", hint or "稿子要写成 Markdown，存为 UTF-8。")
    line = data.count(b"\n", 0, error.start) + 1
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        guess, line = "UTF-16", 0
    else:
        guess = next((label for label in ("GB18030", "BIG5") if _decodes(data, label)), "")
    if not guess:
        return Problem(Place(name, line), "不是 UTF-8 文字", "用编辑器另存为 UTF-8。", code="T072")
    label = "GBK" if guess == "GB18030" else guess
    hint = f"转换一下：iconv -f {guess} -t UTF-8 {name} > 新文件.md，或用编辑器另存为 UTF-8。"
    return Problem(Place(name, line), f"编码是 {label}，不是 UTF-8", hint, code="T072")


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


CONFLICT = re.compile(r"^(?P<fence>`{3,}|~{3,})[^\n]*\n(?:.*?^(?P=fence)[`~]*[ \t]*$|.*\Z)|^<{7} [^\n]*$", re.M | re.S)
"""A merge that git left to the author begins; or code, in which one may be shown."""


def conflicts(path: str, text: str) -> Iterator[Problem]:
    """Merges that were not finished, each at its line."""
    if "\n>>>>>>> " not in text:
        return
    for match in CONFLICT.finditer(text):
        if not match["fence"]:
            place = Place(path, text.count("\n", 0, match.start()) + 1)
            hint = "从 <<<<<<< 到 >>>>>>> 两稿都在，留下要的，删去另一份和这三行记号。"
            yield Problem(place, "git 合并留下的冲突还没有解决", hint, code="T034")


def illegal(source: Source) -> Iterator[Problem]:
    """Merges that were not finished, and characters that no book has, each at its line."""
    yield from conflicts(source.path, source.text)
    for match in ILLEGAL.finditer(source.text):
        place = Place(source.path, source.text.count("\n", 0, match.start()) + 1)
        yield Problem(place, f"有控制字符 U+{ord(match[0]):04X}", "删去它；多半是从别的程序里贴进来的。", code="T071")
