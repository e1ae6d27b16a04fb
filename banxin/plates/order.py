"""`print:` of book.yaml -> the press that it means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from banxin.config import Config
from banxin.errors import ConfigError, Problem
from banxin.layout import Layout
from banxin.plates.settings import INK_LIMITS, Plates

LAYOUTS_OWN = "layout"
"""As a colour: the layout's own accent."""
ACCENT = "accent"
"""As the colour of a spot ink: what `print.accent` says."""
COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")


def plates(config: Config, look: Layout, root: Path) -> Plates:
    """The press of a book.

    Args:
        config: the book's.
        look: its layout.
        root: its folder.

    Raises:
        ConfigError: a colour or a number is none, the profile is not there or is none.
        ToolError: the book names no profile, and the machine has none.
    """
    spec = config.print
    problems = list(_faults(config))
    if problems:
        raise ConfigError(problems)
    from banxin.plates import profiles  # only books in print need them

    profile = profiles.find(root, spec.icc, config.place_of("print", "icc"))
    accent = accent_of(config, look)
    spots = ((name, accent if colour == ACCENT else colour) for name, colour in spec.spots.items())
    return Plates(
        standard=spec.standard,
        icc=profile.path,
        digest=profile.digest,
        name=profile.name,
        condition=spec.condition or profile.condition,
        intent=spec.intent,
        limit=spec.ink_limit,
        spots=tuple((name, colour) for name, colour in spots if colour),
    )


def accent_of(config: Config, look: Layout) -> str:
    """The colour of what is coloured in print; empty: black."""
    asked = config.print.accent
    return look.colours["accent"] if asked == LAYOUTS_OWN else asked


def _faults(config: Config) -> Iterator[Problem]:
    spec = config.print
    if spec.ink_limit not in INK_LIMITS:
        least, most = INK_LIMITS[0], INK_LIMITS[-1]
        hint = f"写 {least} 到 {most} 之间的百分数；铜版纸 300—330，胶版纸 280—300。"
        yield Problem(config.place_of("print", "ink-limit"), f"print.ink-limit 不能是 {spec.ink_limit}", hint)
    if spec.accent and spec.accent != LAYOUTS_OWN and not COLOUR.fullmatch(spec.accent):
        hint = f'写 "#8a2f24" 的样子（要加引号），或 {LAYOUTS_OWN}（版式自己的颜色）。'
        yield Problem(config.place_of("print", "accent"), f"print.accent 不是颜色：{spec.accent}", hint)
    for name, colour in spec.spots.items():
        place = config.place_of("print", "spots", name)
        if colour == ACCENT and not spec.accent:
            hint = f"先写 print.accent（{LAYOUTS_OWN} 或颜色），专色才有地方可用。"
            yield Problem(place, f"专色 {name} 要代替的颜色没有定", hint)
        elif colour != ACCENT and not COLOUR.fullmatch(colour):
            hint = f'写它代替的颜色，"#8a2f24" 的样子（要加引号），或 {ACCENT}。'
            yield Problem(place, f"专色 {name} 的颜色看不懂：{colour}", hint)
