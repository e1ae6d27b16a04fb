"""A private fontconfig file: our fonts and no others, each view under its own name with its own characters."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from html import escape
from pathlib import Path

from banxin import resources
from banxin.fonts.catalog import Catalog, Ranges, load
from banxin.fonts.own import NONE, Own

_GENERIC = {"serif": "serif", "sans-serif": "sans", "monospace": "mono", "cursive": "kai", "fantasy": "serif"}


def activate(own: Own = NONE) -> None:
    """Let Pango see our fonts and the book's own, and nothing else. To be called before it loads."""
    text = _text(load(), own)
    name = hashlib.sha256(text.encode()).hexdigest()[:16]
    path = resources.cache_dir() / "fontconfig" / name / "fonts.conf"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"fonts.conf.{os.getpid()}")
        partial.write_text(text.replace("@CACHE@", escape(str(path.parent / "cache"))), "utf-8")
        partial.replace(path)
    for variable in ("FONTCONFIG_PATH", "FONTCONFIG_SYSROOT"):
        os.environ.pop(variable, None)
    os.environ["FONTCONFIG_FILE"] = str(path)


def _text(catalog: Catalog, own: Own) -> str:
    families = {family.name: family for family in catalog.families.values()}.values()
    views = [(name, family.view_folder(name), without) for family in families for name, without in family.views]
    views += [view for family in own.families for view in family.views]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
        "<fontconfig>",
        *(f"<dir>{escape(str(folder))}</dir>" for _, folder, _ in views),
        "<cachedir>@CACHE@</cachedir>",
        *(_view(name, folder, without) for name, folder, without in views),
        *_aliases(catalog),
        _UNHINTED,
        "<config><rescan><int>0</int></rescan></config>",
        "</fontconfig>",
        "",
    ]
    return "\n".join(lines)


_UNHINTED = """<match target="font"><edit name="hinting" mode="assign"><bool>false</bool></edit></match>"""
"""Advances must be those of the font's own table, whatever FreeType the machine has."""


def _view(name: str, folder: Path, without: Ranges) -> str:
    """Scanning a file of this view: it has one family name, and lacks the characters of `without`."""
    edits = f'<edit name="family" mode="assign"><string>{escape(name)}</string></edit>'
    if without:
        ranges = "".join(f"<range><int>{first}</int><int>{last}</int></range>" for first, last in without)
        edits += (
            f'<edit name="charset" mode="assign"><minus><name>charset</name><charset>{ranges}</charset></minus></edit>'
        )
    test = f'<test name="file" compare="contains"><string>{escape(str(folder))}/</string></test>'
    return f'<match target="scan">{test}{edits}</match>'


def _aliases(catalog: Catalog) -> Iterable[str]:
    """The generic names of CSS, and `emoji`, under which Pango asks for pictographs."""
    stacks = catalog.stacks["zh-Hans"]
    wanted = {generic: stacks[role] for generic, role in _GENERIC.items()}
    wanted["emoji"] = stacks["serif"][-1:]
    for generic, names in wanted.items():
        families = "".join(f"<family>{escape(name)}</family>" for name in names)
        yield f'<alias binding="same"><family>{generic}</family><prefer>{families}</prefer></alias>'
