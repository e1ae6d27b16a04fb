"""The machine that figures are of."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from banxin import machine

NAMED = ("Python", "pandoc", "Pango")
"""Of what `doctor` finds, those whose versions matter here."""


def describe(cores: int) -> dict[str, Any]:
    """Processor, memory, system, how busy it is, versions."""
    return {
        "processor": _line("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": os.cpu_count() or 1,
        "used": cores,
        "memory": _memory(),
        "system": _line("/etc/os-release", "PRETTY_NAME").strip('"') or platform.platform(),
        "kernel": platform.release(),
        "load": round(os.getloadavg()[0], 2),
        "versions": {check.name: check.found for check in machine.doctor() if check.name in NAMED},
    }


BUSY = 0.3
"""Above this load average (of the last minute) other programs are in the way."""


def warn_if_busy(say: Callable[[str], None]) -> None:
    """Say so where the figures will not be worth keeping."""
    load = os.getloadavg()[0]
    if load > BUSY:
        say(f"注意：机器正忙（一分钟的平均负载 {load:.2f}），量出来的时间不可靠；等它闲下来再量。")


def keep_to(cores: int) -> None:
    """Let this process and all that it starts run on so many cores, where the system can do that (Linux)."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


def _line(path: str, name: str) -> str:
    """What a file of lines says of a name."""
    with suppress(OSError):
        for line in Path(path).read_text("utf-8").splitlines():
            key, _, value = line.replace(":", "=", 1).partition("=")
            if key.strip() == name:
                return value.strip()
    return ""


def _memory() -> int:
    """MB; 0 where it is not known."""
    return int(_line("/proc/meminfo", "MemTotal").split()[0]) // 1024 if Path("/proc/meminfo").exists() else 0
