"""One task, in a process of its own: `python -m banxin.shelf.work`.

The task comes on standard input, as one line of JSON; what came of it goes to standard output; all that is said goes to
standard error, which is the task's log. The process ends when standard input does: then nobody waits for it any more.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import traceback
from dataclasses import replace
from pathlib import Path
from time import monotonic

from banxin import build, machine, records
from banxin.errors import BanxinError, Level, Place, Problem, ToolError
from banxin.progress import Lines
from banxin.shelf import task as tasks
from banxin.shelf.task import BROKEN, Facts, Outcome, Task
from banxin.stack import roomy


def main() -> int:
    """Do the task; gives its exit code."""
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints belongs to the log
    task = records.made(Task, json.loads(sys.stdin.buffer.readline()))
    threading.Thread(target=_follow_whoever_asked, daemon=True).start()
    outcome = roomy(do, task)
    json.dump(records.plain(outcome), answer)
    answer.close()
    return outcome.code


def _follow_whoever_asked() -> None:
    while os.read(0, 1024):  # not by sys.stdin: its lock would be held when Python ends
        pass
    os._exit(1)


def do(task: Task) -> Outcome:
    """Do a task, and note what it was made from once its outputs stand."""
    started = monotonic()
    _say(f"{task.label}（{task.book}）")
    if task.epoch:
        os.environ["SOURCE_DATE_EPOCH"] = task.epoch
    tasks.forget(task)
    try:
        machine.preload()
        _same_program(task)
        before = tasks.key(task)
        outcome = _made(task) if task.edition else _read(task)
        outcome = replace(outcome, seconds=round(monotonic() - started, 3))
        if tasks.key(task) == before:  # else the book was changed meanwhile, and nobody knows from which it was made
            outcome = replace(outcome, key=before)
            tasks.keep(task, outcome)
    except BanxinError as error:
        outcome = Outcome(error.exit_code, problems=tuple(error.problems))
    except Exception as error:  # what nobody foresaw costs this task alone
        traceback.print_exc()
        what = f"程序自己出了错：{type(error).__name__}：{error}"
        outcome = Outcome(
            BROKEN, problems=(Problem(Place(Path(task.book).name), what, "请把这一件的记录报告给我们。"),)
        )
    for problem in outcome.problems:
        _say(str(problem))
    seconds = monotonic() - started
    _say(f"[{seconds:5.1f} s] {'没有做成' if outcome.code else '做好了'}（退出码 {outcome.code}）")
    return replace(outcome, seconds=round(seconds, 3))


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


def _same_program(task: Task) -> None:
    """A machine with another banxin would make other books.

    Raises:
        ToolError: it is one.
    """
    if not Path(task.book).exists():
        hint = "书架和输出文件夹要放在各台机器都看得见的地方，路径也要一样。"
        raise ToolError([Problem(Place(task.book), "这台机器上没有这本书", hint)])
    if task.program != tasks.program():
        hint = "各台机器装同一版的版心、Python 和系统库。"
        raise ToolError([Problem(Place(os.uname().nodename), "这台机器上的版心和发起的那台不一样", hint)])


def _order(task: Task) -> build.Order:
    editions = (task.edition,) if task.edition else task.editions
    return build.Order(
        path=Path(task.book),
        formats=(task.format,) if task.edition else task.formats,
        editions=editions,
        beside=task.editions if task.edition else (),
        out=task.folder,
        profile=task.profile,
        draft=task.draft,
        strict=task.strict,
        validated=task.validated,
        jobs=task.jobs,
    )


def _read(task: Task) -> Outcome:
    """What all editions and formats share, with all that is wrong in it; the words are in the cache then."""
    forme = build.impose(_order(task), Lines())
    meta = forme.book.meta
    facts = Facts(meta.title, meta.date, tuple(edition.name for edition in forme.editions))
    return Outcome(problems=tuple(dict.fromkeys(forme.book.problems)), facts=facts)


def _made(task: Task) -> Outcome:
    result = build.build(_order(task), Lines())
    tops = tuple(path.relative_to(task.folder).as_posix() for path in result.written)
    return Outcome(
        problems=(*result.problems, *(result.inquiry.problems(Level.WARNING) if result.inquiry else ())),
        pages=sum(_pages(path) for path in result.written if path.suffix == ".pdf"),
        tops=tops,
        outputs=tuple(tasks.outputs(task.folder, tops)),
    )


def _pages(pdf: Path) -> int:
    import pikepdf

    with pikepdf.open(pdf) as file:
        return len(file.pages)


if __name__ == "__main__":
    os._exit(main())  # freeing a book's objects would take longer than some tasks
