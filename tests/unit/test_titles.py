"""A chapter's title: in its front matter, as its first heading, or both."""

from __future__ import annotations

from pathlib import Path

from banxin import build, tree
from banxin.load import load


def test_both_titles_stay_and_the_heading_keeps_its_id(tmp_path: Path) -> None:
    """The one in front matter is the chapter's; the heading begins its first section, where links to it lead."""
    (tmp_path / "book.yaml").write_text("title: 书\nchapters: [a.md]\n", "utf-8")
    (tmp_path / "a.md").write_text("---\ntitle: 甲\n---\n# 乙 {#one}\n\n见@one。\n", "utf-8")
    manuscript = load(tmp_path)
    (chapter,) = build.arrange(manuscript, build.layout_of(manuscript)).chapters
    heading = chapter.blocks[0]
    assert tree.plain(chapter.title) == "甲"
    assert (heading["c"][0], tree.attr(heading)[0], tree.plain(heading["c"][2])) == (2, "one", "乙")
    assert chapter.id == "a"
