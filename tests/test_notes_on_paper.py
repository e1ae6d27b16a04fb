"""What notes cost on paper: the same book with its notes, and with the same words as paragraphs of the text."""

from __future__ import annotations

import random
import statistics
from pathlib import Path

import pytest

from banxin import build
from tests.test_scale import HAN, cpu

pytestmark = pytest.mark.slow

PLACES = {
    "plain": "",
    "foot": "notes: {place: foot}\n",
    "page": "notes: {place: foot, mark: ①, numbering: page}\n",
    "chapter": "notes: {place: chapter}\n",
}


def printed(folder: Path, kind: str) -> None:
    """Two chapters with some three notes a page; `plain`: their words are paragraphs of the text, without marks."""
    rng = random.Random(3)

    def clauses(count: int) -> str:
        return "，".join("".join(rng.choice(HAN) for _ in range(rng.randint(5, 14))) for _ in range(count))

    folder.mkdir()
    for name in ("a", "b"):
        blocks = ["# 章"]
        for i in range(60):
            text, note = [clauses(3) for _ in range(5)], clauses(3)
            mark = f"[^{i}]" if kind != "plain" and i % 3 else ""
            blocks.append("。".join([*text[:3], text[3] + mark, text[4]]) + "。")
            blocks += [f"[^{i}]: {note}。" if mark else f"{note}。"] if i % 3 else []
        (folder / f"{name}.md").write_text("\n\n".join(blocks) + "\n", "utf-8")
    yml = f"title: 书\nauthors: [某人]\nslug: b\nlayout: novel\nchapters: [a.md, b.md]\n{PLACES[kind]}"
    (folder / "book.yaml").write_text(yml, "utf-8")


def test_a_note_is_laid_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ratios of CPU time, each the median of rounds in which all take their turn.

    A note costs more than a paragraph of its words: it is two links, of which each has an address, a place on its page
    and a tag. What is held here is that it is laid out once, also where each page counts anew.
    """
    monkeypatch.setenv("BANXIN_CACHE", "off")
    for kind in PLACES:
        printed(tmp_path / kind, kind)
    rounds: list[dict[str, float]] = []
    for _ in range(4):
        used = {}
        for kind in PLACES:
            begun = cpu()
            build.build(build.Order(tmp_path / kind, formats=("pdf",), out=tmp_path / "out", jobs=1))
            used[kind] = cpu() - begun
        rounds.append(used)

    def ratio(one: str, other: str) -> float:
        return statistics.median(used[one] / used[other] for used in rounds[1:])  # the first loads what all need

    assert ratio("page", "foot") < 1.3, "laid out twice it is 1.7"
    assert ratio("foot", "chapter") < 1.3
    assert ratio("foot", "plain") < 1.7
    assert ratio("chapter", "plain") < 1.6
