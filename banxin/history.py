"""What git knows of the writing of a book: who wrote how much of it, and how it grew.

Who: every line belongs to who changed it last (`git blame`, moved and copied lines to who wrote them); counted are the
words of the parsed chapters at their places, so that markup is nobody's. How: the last state of each day, counted in
the text of its .md files without its markup, because thousands of old states cannot all be parsed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from banxin import git, load, tree
from banxin.errors import Place, Problem, ToolError
from banxin.lint.chapter import Sheet
from banxin.lint.places import Placed
from banxin.wordcount import count_text

HINT = "作者和增长要有 git：在书的文件夹里运行 git init，再 git add、git commit。"
NOBODY = "还没有提交"
"""Who wrote what is in no commit yet."""
IGNORED_REVISIONS = ".git-blame-ignore-revs"
"""At the top of a repository: commits that only changed the form (`fmt`, say), passed over by those who know of it."""
MOST_DAYS = 400
"""Days of which the length is shown; of a longer history, as many at even distances."""
MARKUP = re.compile(
    r"<!--.*?-->|^ {0,3}(?:`{3,}|~{3,}|:{3,})[^\n]*$|\]\([^)\n]*\)|\[\^[^\]\n]*\]:?|\{[^}\n]*\}|"
    r"^\s*[|:+=-]+\s*$|<[^>\n]*>",
    re.DOTALL | re.MULTILINE,
)
"""What is surely no word: comments, fences, targets of links, names of notes, attributes, rules of tables, tags."""
SIGNS = re.compile(r"^[ \t]*(?:#{1,6}|>|[-+*]|\d+\.)[ \t]+|[*_`|~\[\]\\^]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Share:
    """What one person wrote of the book as it is."""

    author: str
    chapters: Mapping[str, int]
    """字数, by the chapter's file."""

    @property
    def length(self) -> int:
        """字数 of all chapters."""
        return sum(self.chapters.values())


@dataclass(frozen=True, slots=True)
class Day:
    """How long the book was at the end of a day."""

    date: str
    """ISO 8601."""
    length: int
    """字数, about."""


@dataclass(frozen=True, slots=True)
class History:
    """What git knows of a book."""

    shares: tuple[Share, ...]
    """Who wrote most comes first."""
    days: tuple[Day, ...]
    shallow: bool = False
    """Only the latest part of the history is there: older lines are given to the first commit that is."""


def of(book: Path, root: Path, sheets: Iterable[Sheet]) -> History:
    """The history of a book.

    Args:
        book: as the user named it: a folder or a file.
        root: the folder of its chapters.
        sheets: the chapters as they are now.

    Raises:
        ConfigError: it is in no repository.
        ToolError: there is no git, or it fails.
    """
    prefix = git.prefix(root, HINT)
    inside = (prefix / book.name if book.is_file() else prefix).as_posix()
    return History(tuple(_shares(root, sheets)), tuple(_days(root, inside)), git.is_shallow(root))


# Who ------------------------------------------------------------------------------------------------------------------


def _shares(root: Path, sheets: Iterable[Sheet]) -> list[Share]:
    written: dict[str, dict[str, int]] = defaultdict(dict)
    for sheet in sheets:
        authors = _authors(root, sheet.path)
        texts: dict[str, list[str]] = defaultdict(list)
        for line, words in lines_of(sheet):
            texts[authors[line - 1] if 0 < line <= len(authors) else NOBODY].append(words)
        for author, pieces in texts.items():
            written[author][sheet.path] = count_text("\n".join(pieces)).length
    shares = [Share(author, {path: n for path, n in chapters.items() if n}) for author, chapters in written.items()]
    return sorted((share for share in shares if share.length), key=lambda share: (-share.length, share.author))


def _authors(root: Path, path: str) -> list[str]:
    """Who changed each line of a file last; empty for a file that git does not know."""
    top = Path(git.run(root, "rev-parse", "--show-toplevel").stdout.decode().strip())
    ignored = ["--ignore-revs-file", str(top / IGNORED_REVISIONS)] if (top / IGNORED_REVISIONS).is_file() else []
    done = git.run(root, "blame", "--line-porcelain", "-w", "-M", "-C", *ignored, "--", path)
    if done.returncode:
        return []
    authors = []
    for row in done.stdout.decode("utf-8", "replace").split("\n"):
        if row.startswith("author "):
            authors.append(row.removeprefix("author "))
    return [NOBODY if author in ("Not Committed Yet", "External file (--contents)") else author for author in authors]


def lines_of(sheet: Sheet) -> Iterator[tuple[int, str]]:
    """The words of a chapter, each with the line of the file where they stand."""
    for placed in sheet.placed:
        if placed.offsets:
            yield from _in_lines(placed, sheet)
        else:
            yield from ((placed.run.line + n, words) for n, words in enumerate(placed.run.text.split(tree.SOFT)))
    for node in tree.walk(sheet.blocks):
        if node["t"] == "CodeBlock":
            yield from ((node.get("line", 0) + n, words) for n, words in enumerate(node["c"][1].split("\n")))


def _in_lines(placed: Placed, sheet: Sheet) -> Iterator[tuple[int, str]]:
    line, _ = sheet.text.place(placed.offsets[0])
    starts = sheet.text.starts
    words = ""
    for char, offset in zip(placed.run.text, placed.offsets, strict=True):
        if line < len(starts) and offset >= starts[line]:
            yield line, words
            line, words = sheet.text.place(offset)[0], ""
        words += "" if char in (tree.OBJECT, tree.NOTE) else char
    yield line, words


# How it grew ----------------------------------------------------------------------------------------------------------


def _days(root: Path, inside: str) -> list[Day]:
    """The length at the end of each day on which the book changed."""
    where = [] if inside == "." else ["--", f":(top,literal){inside}"]
    log = _ask(root, "log", "--first-parent", "--format=%H %cs", *where)
    last: dict[str, str] = {}
    for row in log.split("\n"):
        commit, _, date = row.partition(" ")
        if date:
            last.setdefault(date, commit)  # newest first
    days = _some(sorted(last))
    states = [(day, list(_blobs(root, last[day], inside))) for day in days]
    lengths = _lengths(root, {blob for _, blobs in states for blob in blobs})
    return [Day(day, sum(lengths[blob] for blob in blobs)) for day, blobs in states]


def _some(days: Sequence[str]) -> list[str]:
    """Not more than can be shown; the first and the last among them."""
    if len(days) <= MOST_DAYS:
        return list(days)
    return [days[round(i * (len(days) - 1) / (MOST_DAYS - 1))] for i in range(MOST_DAYS)]


def _blobs(root: Path, commit: str, inside: str) -> Iterator[str]:
    """The chapters of a commit. Links are left out, because they may lead elsewhere."""
    where = [] if inside == "." else ["--", inside]
    for row in _ask(root, "ls-tree", "-r", "-z", "--full-tree", commit, *where).split("\0"):
        facts, _, path = row.partition("\t")
        name = PurePosixPath(path).name.lower()
        if facts.startswith("100") and name.endswith(".md") and name not in load.IGNORED:
            yield facts.split()[2]


def _lengths(root: Path, blobs: Iterable[str]) -> Counter[str]:
    """The length of each text, read by one start of git."""
    lengths: Counter[str] = Counter()
    names = sorted(blobs)
    done = git.run(root, "cat-file", "--batch", given="".join(f"{name}\n" for name in names).encode())
    position = 0
    for name in names:
        head = done.stdout[position : done.stdout.index(b"\n", position)]
        size = int(head.split()[2]) if len(head.split()) == 3 else 0
        start = position + len(head) + 1
        lengths[name] = count_text(stripped(done.stdout[start : start + size].decode("utf-8", "replace"))).length
        position = start + size + bool(size or len(head.split()) == 3)
    return lengths


def stripped(text: str) -> str:
    """The words of a source without its markup, about."""
    text = text.replace("\r\n", "\n")
    return SIGNS.sub("", MARKUP.sub("", text[len(load.front_matter(text)) :]))


def _ask(root: Path, *arguments: str) -> str:
    done = git.run(root, *arguments)
    if done.returncode and b"does not have any commits" not in done.stderr:
        message = done.stderr.decode("utf-8", "replace").strip()
        raise ToolError([Problem(Place("git"), f"git 失败：{message}", "运行 git fsck 检查仓库。")])
    return done.stdout.decode("utf-8", "replace")
