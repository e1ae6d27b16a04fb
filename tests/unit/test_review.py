"""What an editor is shown: words that changed, nothing that did not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from banxin.errors import ConfigError
from banxin.review import review
from banxin.review.compare import Turn, compare
from banxin.review.versions import load

OLD = "# 河\n\n第一段说的是水，\n水往低处流。\n\n第二段说的是山。\n\n第三段留在这里不动。\n"


def books(tmp_path: Path, old: str, new: str) -> tuple[Path, Path]:
    pair = tmp_path / "old" / "a.md", tmp_path / "new" / "a.md"
    for path, text in zip(pair, (old, new), strict=True):
        path.parent.mkdir()
        path.write_text(text, "utf-8")
    return pair


def changed(tmp_path: Path, new: str) -> list[tuple[str, str]]:
    old_path, new_path = books(tmp_path, OLD, new)
    found = compare(load(old_path), load(new_path))
    pieces = [piece for one in found for passage in one.passages for piece in passage.pieces]
    return [(str(piece.turn), piece.text) for piece in pieces if piece.turn is not Turn.SAME]


def test_reflow_is_no_change(tmp_path: Path) -> None:
    assert changed(tmp_path, OLD.replace("是水，\n水往", "是水，水往").replace("第三段留在", "第三段\n留在")) == []


def test_a_word(tmp_path: Path) -> None:
    assert changed(tmp_path, OLD.replace("的是山", "的是海")) == [("out", "山"), ("in", "海")]


def test_a_paragraph_taken_out(tmp_path: Path) -> None:
    assert changed(tmp_path, OLD.replace("第二段说的是山。\n\n", "")) == [("out", "第二段说的是山。")]


def test_a_moved_paragraph_counts_as_moved(tmp_path: Path) -> None:
    new = "# 河\n\n第二段说的是山。\n\n第一段说的是水，水往低处流。\n\n第三段留在这里不动。\n"
    old_path, new_path = books(tmp_path, OLD, new)
    (one,) = compare(load(old_path), load(new_path))
    assert all(passage.moved for passage in one.passages)
    assert one.size(Turn.IN) == one.size(Turn.OUT) == 0


def test_report_escapes_and_stands_alone(tmp_path: Path) -> None:
    old_path, new_path = books(tmp_path, OLD, OLD.replace("的是山", "的是 \\<script>x\\</script>"))
    review([old_path, new_path], "", "", old_path, tmp_path / "out")
    html = (tmp_path / "out" / "review.html").read_text("utf-8")
    assert "<script" not in html
    assert "http" not in html.replace("http-equiv", "")
    assert "| 河 |" in (tmp_path / "out" / "review.md").read_text("utf-8")


def test_git_revisions(tmp_path: Path) -> None:
    book = tmp_path / "repo" / "book"
    book.mkdir(parents=True)
    git = ["git", "-C", str(book), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "init", "-q"], check=True)
    (book / "a.md").write_text(OLD, "utf-8")
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", "one"], check=True)
    subprocess.run([*git, "tag", "v1"], check=True)
    (book / "a.md").write_text(OLD.replace("的是山", "的是海"), "utf-8")
    review([], "v1", "", book, tmp_path / "out")
    assert "<ins>海</ins>" in (tmp_path / "out" / "review.html").read_text("utf-8")
    with pytest.raises(ConfigError, match="git 里没有这个版本"):
        review([], "v9", "", book, tmp_path / "out")
    with pytest.raises(ConfigError, match="不在 git 仓库里"):
        review([], "v1", "", tmp_path, tmp_path / "out")
