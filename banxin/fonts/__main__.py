"""`python -m banxin.fonts [LANGUAGE ...]`: fetch the fonts before they are needed."""

import sys

from banxin import fonts
from banxin.errors import ToolError


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


try:
    fonts.ensure(sys.argv[1:] or ["zh-Hans"], _say)
except ToolError as error:
    _say(str(error))
    raise SystemExit(error.exit_code) from None
