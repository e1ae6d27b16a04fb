"""The writer beside what is there: the same file is taken over, any other is written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from banxin import write
from banxin.book import Artifact


def inodes(out: Path) -> dict[str, int]:
    return {path.relative_to(out).as_posix(): path.stat().st_ino for path in out.rglob("*.*") if path.is_file()}


def test_files_that_did_not_change_are_taken_over(tmp_path: Path) -> None:
    first = [Artifact("b/a.html", b"same"), Artifact("b/c.html", b"old"), Artifact("b.epub", b"same")]
    write.write(first, tmp_path)
    before = inodes(tmp_path)
    write.write([first[0], Artifact("b/c.html", b"new"), Artifact("b/d.html", b"more"), first[2]], tmp_path)
    after = inodes(tmp_path)
    assert before["b/a.html"] == after["b/a.html"]
    assert before["b.epub"] == after["b.epub"]
    assert {name: (tmp_path / name).read_bytes() for name in after if name.startswith("b")} == {
        "b/a.html": b"same", "b/c.html": b"new", "b/d.html": b"more", "b.epub": b"same",
    }  # fmt: skip
    assert all((tmp_path / name).stat().st_nlink == 1 for name in after)
    assert not list(tmp_path.glob(".banxin-*-*"))


@pytest.mark.parametrize("links", [True, False])
def test_what_was_tampered_with_is_written(tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of the same length, a link, a folder; also where the file system knows no hard links."""
    if not links:
        monkeypatch.setattr(os, "link", _no_links)
    artifacts = [Artifact(f"b/{name}.html", name.encode() * 5) for name in "wxyz"]
    out = tmp_path / "out"
    write.write(artifacts, out)
    (out / "b" / "w.html").write_bytes(b"v" * 5)
    (out / "b" / "x.html").unlink()
    (tmp_path / "elsewhere").write_bytes(b"x" * 5)
    (out / "b" / "x.html").symlink_to(tmp_path / "elsewhere")
    (out / "b" / "y.html").unlink()
    (out / "b" / "y.html").mkdir()
    write.write(artifacts, out)
    found = sorted((out / "b").iterdir())
    assert [path.read_bytes() for path in found] == [artifact.data for artifact in artifacts]
    assert not any(path.is_symlink() for path in found)
    assert (tmp_path / "elsewhere").stat().st_nlink == 1


def _no_links(*_: object) -> None:
    raise OSError("no links here")
