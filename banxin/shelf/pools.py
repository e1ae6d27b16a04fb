"""Where tasks are done: in processes here, or on a Dask cluster. Each task is a process that ends with it.

So a book that takes all memory, or a library that falls over, ends one process and costs one task; nothing that a task
leaves in memory reaches another; and a cluster that has been up for weeks runs the banxin that is on its disk today.
The pools are those of `concurrent.futures` and of `distributed`; here are only the processes that they start.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from banxin import records
from banxin.errors import Place, Problem, ToolError
from banxin.shelf.task import Outcome, Task

TRIES = 2
"""How often a task is begun whose process the system ends."""
PATIENCE = 30
"""Seconds in which a scheduler has to answer."""


class Submit(Protocol):
    """Begins a task; gives its future."""

    def __call__(self, task: Task) -> Any:
        """Begin."""


@dataclass
class Processes:
    """Starts a process for each task; `stop` ends them all."""

    running: set[subprocess.Popen[bytes]] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    stopped: bool = False

    def do(self, task: Task) -> Outcome:
        """Do a task. One whose process the system ends - out of memory, mostly - is begun once more."""
        task.log.parent.mkdir(parents=True, exist_ok=True)
        code = 0
        for number in range(TRIES):
            with task.log.open("ab" if number else "wb") as log:
                code, answer = self._run(task, log)
                if answer or code >= 0 or self.stopped:
                    break
                log.write(f"进程被系统结束了（信号 {-code}）\n".encode())
        if answer:
            return records.made(Outcome, json.loads(answer))
        return Outcome(ToolError.exit_code, problems=(_lost(task, code),))

    def _run(self, task: Task, log: Any) -> tuple[int, bytes]:
        """The exit code and the answer; a code below 0 is the signal that ended the process."""
        package = str(Path(__file__).parents[2])
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH")))),
        }
        with self.lock:
            if self.stopped:
                return 0, b""
            process = subprocess.Popen(
                [sys.executable, "-m", "banxin.shelf.work"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
                start_new_session=True,  # Ctrl-C is answered here
            )
            self.running.add(process)
        try:
            return self._asked(process, json.dumps(records.plain(task)).encode() + b"\n")
        finally:
            with self.lock:
                self.running.discard(process)

    def _asked(self, process: subprocess.Popen[bytes], line: bytes) -> tuple[int, bytes]:
        assert process.stdin
        assert process.stdout
        with process.stdin, process.stdout:
            try:
                process.stdin.write(line)
                process.stdin.flush()
            except BrokenPipeError:  # it is gone already; its code says how
                return process.wait(), b""
            answer = process.stdout.read()  # standard input stays open meanwhile: a task ends with whoever asked
            return process.wait(), answer

    def stop(self) -> None:
        """End all that runs; nothing is begun any more."""
        with self.lock:
            self.stopped = True
            for process in self.running:
                process.kill()


def _lost(task: Task, code: int) -> Problem:
    what = f"做这一件的进程被系统结束了（信号 {-code}）" if code < 0 else f"做这一件的进程没有答话（退出码 {code}）"
    return Problem(
        Place(Path(task.book).name), what, f"多半是内存不够：关掉别的程序，或用 --jobs 1；细节在 {task.log}。"
    )


def do(task: Task) -> Outcome:
    """Do a task, wherever this is."""
    return Processes().do(task)


@contextmanager
def local(jobs: int) -> Iterator[Submit]:
    """So many processes at a time, on this machine."""
    processes = Processes()
    pool = ThreadPoolExecutor(jobs)
    try:
        yield lambda task: pool.submit(processes.do, task)
    except BaseException:
        processes.stop()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def cluster(address: str) -> Iterator[Submit]:
    """The workers of a Dask cluster, as many tasks at a time as they have threads.

    Raises:
        ToolError: `distributed` is not installed, or no scheduler answers.
    """
    client = _client(address)
    pool: Executor = client.get_executor(pure=False)
    try:
        yield lambda task: pool.submit(do, task)
    except BaseException:
        pool.shutdown(wait=False)  # what is begun ends there, and is noted; the rest is not begun
        raise
    finally:
        client.close()


def _client(address: str) -> Any:
    try:
        import distributed
    except ImportError:
        hint = "运行 pip install 'banxin[cluster]'；在仓库里运行 python3 tools/bootstrap.py cluster。"
        raise ToolError([Problem(Place("--scheduler"), "没有装 distributed", hint)]) from None
    try:
        return distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        hint = "先启动 dask scheduler 和 dask worker，再写上调度器报出的地址，如 tcp://10.0.0.5:8786。"
        what = f"连不上 Dask 的调度器：{str(error) or type(error).__name__}"
        raise ToolError([Problem(Place(address), what, hint)]) from error
