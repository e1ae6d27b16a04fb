"""A table of figures: on the terminal, and in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich import box
from rich.table import Table


@dataclass
class Grid:
    """Rows of cells; the first column is words, the others are figures."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)

    def terminal(self) -> Table:
        """For rich."""
        table = Table(title=self.title, box=box.SIMPLE_HEAD, pad_edge=False, title_justify="left")
        for i, column in enumerate(self.columns):
            table.add_column(column, justify="right" if i else "left", overflow="fold")
        for row in self.rows:
            table.add_row(*row)
        return table

    def markdown(self) -> str:
        """With its title as a heading."""
        head = [self.columns, ["---", *["--:"] * (len(self.columns) - 1)]]
        lines = [f"| {' | '.join(row)} |" for row in (*head, *self.rows)]
        return "\n".join([f"## {self.title}", "", *lines])
