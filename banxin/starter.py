"""A new book: a small one that is complete, shows how chapters are written, and builds at once."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from banxin import clock, git
from banxin.errors import ConfigError, Place, Problem, ToolError

BOOK = """\
# 这本书的设置。只有 title 非写不可，别的都可以删去。
# 行首有 # 的不起作用，去掉 # 就生效。写错了键名，程序会告诉你是哪一行。

title: {title}
# subtitle: 副书名
authors: [佚名]             # 换成你的名字；两个人就写 [甲, 乙]
language: zh-Hans           # 稿子的语言：zh-Hans、zh-Hant-TW 或 zh-Hant-HK
date: {date}            # 有了日期，同一份稿子哪天排都一样
# rights: © 作者所有
# description: 一两句话的内容简介

layout: novel               # 版式：novel 小说，essay 随笔，technical 科技
# page: {{trim: 大32开, chars: 27, lines: 26, size: 10.5pt}}

# 各章的先后就是书的先后；添一章，就添一行。
front:
  - preface.md
chapters:
  - 01-water.md
  - 02-cups.md
# back:
#   - afterword.md

notes: {{place: foot}}        # 注释排在：foot 页脚，chapter 章末，book 书末

# 另出一个台湾的繁体版：
# editions:
#   zh-Hans: {{}}
#   zh-Hant-TW: {{}}
"""

PREFACE = """\
# 前言

这几页是程序替你写的，好让你看见稿子和书各是什么样子。
看完就删，换上你自己的。

一个文件是一章，`#`后面是章题。
空一行，另起一段；段中的换行不算数，所以不妨一句一行，改了哪句，一眼就看得见。
"""

WATER = """\
# 听水 {#ch-water}

祖父泡茶，先听水。

水在壶里由静而响，由响而静，他说中间有一小会儿最好，古人叫“蟹眼已过鱼眼生”。[^su]
我凑过去听，只听见壶盖在跳。

[^su]: 苏轼《试院煎茶》。
    蟹眼、鱼眼，说的是水里气泡的大小。

“好了没有？”我问。

“等一等——”他竖起一根手指，“**还差一口气**。”

他的规矩只有三条：

1. 水不等人，人等水；
2. 茶宁少勿多；
3. 喝茶的时候不许说茶。

第三条最难。
有一回父亲带了包好茶叶回来，祖父喝了三杯，[一个字也没有说]{.em-dot}，
末了在桌上放了一张纸条，抄的是两句旧诗：

::: verse
| 寒夜客来茶当酒，竹炉汤沸火初红。

::: right
杜耒《寒夜》
:::
:::

---

祖父走后，壶归了我。
我照着做，水响了又静，静了又响，始终没有等到那一小会儿。
"""

CUPS = """\
# 三杯 {#ch-cups}

那把壶不大，斟满三杯就空了，样子如@fig-pot。
壶底有一行小字，只认得出“1962年”和半个英文词：CHIN。

![祖父的壶](images/teapot.svg){#fig-pot width=60% alt="一把圆肚的茶壶，壶嘴朝左，右边放着一只小杯。"}

我试过许多回，把时间记在纸上，后来就有了@tbl-cups。

| 第几泡 | 水温 | 等多久 |
|:-------|-----:|-------:|
| 头一泡 | 95℃ | 20秒 |
| 第二泡 | 95℃ | 15秒 |
| 第三泡 | 98℃ | 40秒 |

: 一壶茶的三泡 {#tbl-cups}

表格记得越细，茶越不像他的。
直到一个下雪的晚上，我把表格忘在楼下，坐着等水，忽然听见它静了一下……
就像@ch-water里写的那样。

我斟了三杯。
另外两杯，放在桌子对面。
"""

TEAPOT = """\
<svg xmlns="http://www.w3.org/2000/svg" width="360" height="200" viewBox="0 0 360 200">
  <g fill="none" stroke="#444" stroke-width="4" stroke-linecap="round" stroke-linejoin="round">
    <path d="M96 104c0-30 26-50 62-50s62 20 62 50c0 34-24 60-40 66h-44c-16-6-40-32-40-66z"/>
    <path d="M98 118c-22-2-34-20-46-42M96 96c-14-4-22-14-32-28M52 76l12-8"/>
    <path d="M216 84c34-14 50 8 40 30-6 16-24 28-44 32"/>
    <path d="M122 60c4-14 18-20 36-20s32 6 36 20"/>
    <circle cx="158" cy="32" r="8"/>
    <path d="M282 132h52c0 22-8 34-16 38h-20c-8-4-16-16-16-38z"/>
  </g>
  <path d="M30 178h304" stroke="#999" stroke-width="2" stroke-linecap="round"/>
</svg>
"""

GIT_ATTRIBUTES = """\
# 稿子都用同样的换行；比较两稿时认得出章节的题目。
*.md text eol=lf diff=markdown
*.yaml text eol=lf

# 中文没有空格，git 不知道词在哪里断。每个克隆里运行一次（在 git 仓库里新建的书，已经替你运行过了）：
#   git config diff.markdown.wordRegex "$(printf '[A-Za-z0-9]+|[\\300-\\377][\\200-\\277]+|[^[:space:]]')"
# 以后 git diff --word-diff 就会一个字一个字地比。
"""
WORD_REGEX = ("diff.markdown.wordRegex", os.fsdecode(b"[A-Za-z0-9]+|[\xc0-\xff][\x80-\xbf]+|[^[:space:]]"))
"""A Latin word, a character in UTF-8, or a mark: said in bytes, because git asks no locale, or asks one that has no
UTF-8, and would tear characters."""

GIT_IGNORE = """\
# 排出来的书，随时可以再排
/dist/

# 编辑器和系统留下的
*~
*.swp
.DS_Store
"""

FILES: Mapping[str, str] = {
    "preface.md": PREFACE,
    "01-water.md": WATER,
    "02-cups.md": CUPS,
    "images/teapot.svg": TEAPOT,
    ".gitattributes": GIT_ATTRIBUTES,
    ".gitignore": GIT_IGNORE,
}
"""All but book.yaml, which tells the title and the date."""


def start(folder: Path) -> list[Path]:
    """Put a new book into a folder that is empty or not there yet; the title is the folder's name.

    Raises:
        ConfigError: there is something in the folder, or it is a file.
        ToolError: it cannot be written.
    """
    place = folder.resolve()
    _refuse_what_is_there(folder, place)
    files = {"book.yaml": _book(place.name), **FILES}
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".banxin-", dir=place.parent) as scratch:
            _fill(Path(scratch) / place.name, files)
            _put(Path(scratch) / place.name, place)
    except OSError as error:
        hint = "换一个有权写的地方。"
        raise ToolError([Problem(Place(str(folder)), f"写不进去：{error.strerror or error}", hint)]) from error
    return [folder / name for name in files]


def set_up_git(folder: Path) -> bool:
    """Tell the repository that a new book stands in how to compare words of Chinese; whether it was told.

    Where there is none yet, or the repository has a pattern of its own, nothing is done.
    """
    try:
        inside = git.run(folder, "rev-parse", "--is-inside-work-tree").stdout.strip() == b"true"
        if not inside or git.run(folder, "config", "--get", WORD_REGEX[0]).stdout:
            return False
        return git.run(folder, "config", "--local", *WORD_REGEX).returncode == 0
    except ToolError:  # a book needs no git
        return False


def _refuse_what_is_there(folder: Path, place: Path) -> None:
    if place.is_dir() and not any(place.iterdir()):
        return
    if place.exists() or not place.name:
        what = "文件夹不是空的" if place.is_dir() else "这是一个文件，不是文件夹"
        raise ConfigError([Problem(Place(str(folder)), what, "换一个名字，新书要放在空的或还没有的文件夹里。")])


def _book(name: str) -> str:
    date = datetime.fromtimestamp(clock.epoch(""), UTC).strftime("%Y-%m-%d")
    return BOOK.format(title=json.dumps(name, ensure_ascii=False), date=date)


def _fill(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def _put(new: Path, place: Path) -> None:
    """The whole book at once; into the folder where the user stands file by file, so that it stays the same folder."""
    if place != Path.cwd():
        os.replace(new, place)
        return
    for path in sorted(new.iterdir(), key=lambda path: path.name == "book.yaml"):
        os.replace(path, place / path.name)
