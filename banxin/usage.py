"""The command line as an author reads it: help, and what is wrong with an option, in Chinese, with the nearest word."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from banxin.nearest import nearest

EXIT = 2
"""The exit code of a slip in the command line."""

_WORDS = (
    (r"the following arguments are required: (.*)", "没有写：{}"),
    (r"argument (.*): expected (?:one|\d+|at least one) arguments?", "{} 后面没有写值"),
    (r"argument (.*): ignored explicit argument (.*)", "{} 后面不写值，这里有 {}"),
    (r"argument (.*?): (.*)", "{}：{}"),
)
"""What argparse says, and how we say it; a sentence that is not here is passed on as it is."""


class Parser(argparse.ArgumentParser):
    """argparse in Chinese. Options are written out in full, so that a script means the same in every version."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"add_help": False, "allow_abbrev": False, "formatter_class": _Help, **options})
        self._optionals.title, self._positionals.title = "选项", "参数"
        self.add_argument("-h", "--help", action="help", help="看这份说明")

    def format_help(self) -> str:
        """Headings end as Chinese does."""
        return re.sub(r"^(\S+):$", r"\1：", super().format_help(), flags=re.MULTILINE)

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """The options; one that is not ours ends the program, with the command's own options as hints."""
        found, unknown = self.parse_known_args(args, namespace)
        if unknown:
            getattr(found, "parser", self).refuse(unknown)
        return found

    def refuse(self, unknown: Sequence[str]) -> NoReturn:
        """End because of words that nothing asks for."""
        word = unknown[0].partition("=")[0]
        if not word.startswith("-"):
            self.stop(f"多出来的：{' '.join(unknown)}", "文件名里有空格，要用引号括起来。")
        self.stop(f"没有选项 {word}", _guess(word, self._option_string_actions))

    def error(self, message: str) -> NoReturn:
        """End because argparse is not content."""
        for pattern, words in _WORDS:
            if match := re.fullmatch(pattern, message, re.DOTALL):
                self.stop(words.format(*match.groups()))
        self.stop(message)

    def stop(self, what: str, how: str = "") -> NoReturn:
        """Say what is wrong and what to do, as for a fault in a book."""
        sys.stderr.write(f"错误：{what}\n  办法：{how}运行 {self.prog} --help 看用法。\n")
        sys.exit(EXIT)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        name = "/".join(action.option_strings)
        what = f"{name} 没有 {value} 这个值" if name else f"没有命令 {value}"
        choices = list(action.choices)
        self.stop(what, _guess(str(value), choices) + f"可以是：{'、'.join(choices)}。")


def number(text: str) -> int:
    """The type of an option that takes a whole number."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"要一个整数，这里是 {text}") from None


def _guess(word: str, words: Any) -> str:
    found = nearest(word, words)
    return f"是不是 {found}？" if found else ""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help whose usage line and list of commands carry no English."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)

    def _format_action(self, action: argparse.Action) -> str:
        text = super()._format_action(action)
        return text.partition("\n")[2] if isinstance(action, argparse._SubParsersAction) else text
