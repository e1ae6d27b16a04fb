"""The only clock: a build's date comes from the author or from SOURCE_DATE_EPOCH, so that builds can be repeated."""

from __future__ import annotations

import os
import re
import time
from datetime import UTC, datetime

from banxin.errors import ConfigError, Place, Problem

DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
DAY = 86400


def epoch(date: str) -> int:
    """Seconds since 1970: SOURCE_DATE_EPOCH, else the book's date, else today (UTC).

    Raises:
        ConfigError: SOURCE_DATE_EPOCH is no number.
    """
    asked = os.environ.get("SOURCE_DATE_EPOCH", "")
    if asked:
        if not asked.isdecimal():
            hint = "写成自 1970 年起的秒数，或不设这个变量。"
            raise ConfigError([Problem(Place("SOURCE_DATE_EPOCH"), f"不是秒数：{asked}", hint)])
        return int(asked)
    match = DATE.match(date)
    if match:
        year, month, day = (int(group or 1) for group in match.groups())
        try:
            return int(datetime(year, month, day, tzinfo=UTC).timestamp())
        except ValueError:
            pass
    return int(time.time()) // DAY * DAY
