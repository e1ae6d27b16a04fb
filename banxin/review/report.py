"""What changed, for an editor (HTML that stands alone) and for a pull request (Markdown)."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from banxin.resources import layouts_dir
from banxin.review.compare import Changes, Turn


def html(changes: Sequence[Changes], old: str, new: str) -> str:
    """One page: no other file, no other host, no script."""
    loader = FileSystemLoader(layouts_dir() / "base" / "review")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template("review.html.j2").render(changes=changes, old=old, new=new, Turn=Turn)


def markdown(changes: Sequence[Changes], old: str, new: str) -> str:
    """A table of chapters with the characters put in and taken out."""
    rows = [f"# 改动：{old} → {new}", ""]
    if not changes:
        return "\n".join([*rows, "文字没有改动。", ""])
    rows += ["| 章 | 文件 | 加 | 删 | 处 |", "|---|---|--:|--:|--:|"]
    for one in changes:
        title = one.title.replace("|", "\\|") or "（无题）"
        rows.append(f"| {title} | `{one.path}` | {one.size(Turn.IN)} | {one.size(Turn.OUT)} | {len(one.passages)} |")
    return "\n".join([*rows, ""])
