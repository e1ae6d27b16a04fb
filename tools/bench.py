"""`make bench`: how long each stage of a book takes, its peak memory, and pages a second; one process a book."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ESSAY = ROOT.parent / "shared" / "manuscripts" / "essay-zh-Hans.md"
CHARACTERS = 200_000
WORDS = [
    "河岸",
    "活字",
    "印刷",
    "梨木",
    "墨色",
    "版心",
    "师傅",
    "清晨",
    "纸张",
    "灯下",
    "校样",
    "排字",
    "书页",
    "旧城",
    "雨水",
    "铜模",
    "字盘",
    "读者",
    "译本",
    "目录",
]
ENDS = "。。。！？……"


def manuscript(folder: Path) -> Path:
    """A book of about 200 000 characters, the same at every run: prose with Latin words, quotations and notes."""
    chance = random.Random(7)
    (folder / "book.yaml").write_text(
        "title: 量具\nauthors: 某人\nchapters:\n" + "".join(f"  - c{i:02}.md\n" for i in range(20)), "utf-8"
    )
    for i in range(20):
        rows, size = [f"# 第 {i} 卷\n"], 0
        while size < CHARACTERS // 20:
            clauses = ["的".join(chance.sample(WORDS, 2)) for _ in range(chance.randint(4, 14))]
            extra = chance.choice(
                ["", "", "，“" + chance.choice(WORDS) + "”", " GPT-4o ", f"{chance.randint(1, 99)}年"]
            )
            text = "，".join(clauses) + extra + chance.choice(ENDS)
            rows.append(text + (f"[^{len(rows)}]" if chance.random() < 0.03 else "") + "\n")
            if rows[-1].endswith("]\n"):
                rows.append(f"[^{len(rows) - 1}]: {chance.choice(WORDS)}，见上。\n")
            size += len(text)
        (folder / f"c{i:02}.md").write_text("\n".join(rows), "utf-8")
    return folder


def measure(book: Path) -> dict[str, float]:
    """Build a book in this process; seconds by stage, MB of peak memory."""
    sys.path.insert(0, str(ROOT))
    from banxin import build

    class Clock:
        def __init__(self) -> None:
            self.marks: list[tuple[str, float]] = []
            self.pages = 0

        def stage(self, name: str) -> None:
            self.marks.append((name, time.perf_counter()))

        def step(self, name: str) -> None:
            if name.isdecimal():
                self.pages = max(self.pages, int(name))

    clock = Clock()
    with tempfile.TemporaryDirectory() as out:
        build.build(build.Order(book, editions=("zh-Hans",), out=Path(out)), clock)
    clock.stage("完")
    seconds = {name: after - at for (name, at), (_, after) in zip(clock.marks, clock.marks[1:], strict=False)}
    pdf = seconds.get("zh-Hans PDF", 1.0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**seconds, "合计": sum(seconds.values()), "峰值 MB": peak, "页": clock.pages, "页每秒": clock.pages / pdf}


def main() -> None:
    """Print a table: a row a measure, a column a book."""
    if len(sys.argv) > 1:
        print(json.dumps(measure(Path(sys.argv[1]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        books = {
            "随笔": ESSAY if ESSAY.exists() else ROOT / "examples" / "chronicle.md",
            "手册": ROOT / "manuscript",
            "二十万字": manuscript(Path(folder)),
        }
        rows: dict[str, dict[str, float]] = {}
        for name, book in books.items():
            command = [sys.executable, __file__, str(book)]
            rows[name] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    measures = list(dict.fromkeys(key for row in rows.values() for key in row))
    print("\t".join(["", *rows]))
    for key in measures:
        print("\t".join([key, *(f"{row.get(key, 0):.2f}" for row in rows.values())]))


if __name__ == "__main__":
    main()
