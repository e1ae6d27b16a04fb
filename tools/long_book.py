"""A long book out of word lists, the same on every machine: for measuring, not for reading.

Its sentences have the lengths, marks and mixtures of real Chinese prose: dialogue with quotes inside quotes, dashes,
ellipses, book titles, Latin words and numbers inside sentences, notes, verses, tables, code.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path

from banxin.wordcount import count_text

SEED = 20261123
CHAPTER = 6600
"""字数 of a chapter, about."""

# Words ----------------------------------------------------------------------------------------------------------------


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PEOPLE = _words("她 他 我 老周 林晚 顾师傅 阿宁 外婆 陈医生 邮差 那个孩子 船老大 房东太太 教地理的先生 对门的裁缝 小满")
TIMES = _words(
    "天快黑的时候 第二天一早 过了清明 那年冬天 雨停以后 吃过晚饭 火车开走之后 灯还没有点上 "
    "一九八四年的秋天 三个月以后 钟敲了九下 霜降前后 搬家的那个礼拜 大约过了一袋烟的工夫 信寄到的当天 "
    "后半夜"
)
PLACES = _words(
    "巷口 渡口 楼梯底下 院子里 旧书店的后屋 码头边上 窗台上 一张八仙桌旁 邮局的柜台前 石桥那一头 晒谷场 "
    "候车室里 井沿上 阁楼的箱子里 医院的走廊 西街的拐角"
)
DEEDS = _words(
    "把伞收了起来 往炉子里添了一块炭 看了看墙上的钟 没有马上回答 把信折成四折，放回抽屉 慢慢地削着一只梨 "
    "数了一遍口袋里的钱 把门带上，又推开 替人家看了一下午的铺子 对着镜子理了理衣领 拿起剪刀，又放下 "
    "听了一会儿，什么也没有听见 在本子上记下一个数目 把窗子开了一条缝 提着一桶水走过去 咳嗽了两声 "
    "站在原地，等那阵风过去 从箱底翻出一张发黄的照片 给每个人盛了一碗粥 把灯芯捻小了些 沿着河走了很远"
)
THINGS = _words(
    "一把竹骨的伞 半块月饼 一封没有署名的信 旧铁皮盒子 木头的算盘 两张去南京的船票 缺了口的青瓷碗 "
    "一本《梦溪笔谈》 褪了色的红围巾 那只不走的钟 裁缝用的粉笔 一串钥匙 晒干的橘子皮 没有写完的日记 "
    "父亲的钢笔"
)
STATES = _words(
    "湿了一角 比从前轻了许多 还留着一点烟草的气味 不知什么时候不见了 亮得像刚擦过 谁也没有动过 "
    "一直放到开春 后来归了别人 在风里轻轻地响 和记忆里的不大一样 落了薄薄一层灰"
)
SAYINGS = _words(
    "再等一等 你还记得那条路吗 雨要下到什么时候 这件事以后不要再提 我没有看清楚 车已经开了 明天还来不来 "
    "东西不在多，在合用 他从前不是这样的 钱的事你不用管 先把饭吃了再说 我们都老了 水快开了 走慢一点"
)
MANNERS = _words("轻声 忽然 笑着 头也不抬地 过了半天才 一边收拾一边 叹了口气，")
TOPICS = _words(
    "记忆 手艺 远方 沉默 秩序 故乡 误会 耐心 读书 时间 一座城市 习惯 翻译 旧物 公平 语言 迟到 善意 边界 无用的知识"
)
VIRTUES = _words(
    "一种选择 对别人的体谅 可以教会的事 答案 一条没有走完的路 给自己留的余地 两代人之间的一道缝 "
    "需要反复练习的本领 我们欠下的债 一件要用一生来做的小事 看不见的秩序 另一种沉默"
)
BOOKS = _words("诗经 史记 世说新语 梦溪笔谈 陶庵梦忆 浮生六记 红楼梦 徐霞客游记 天工开物 水经注")
TURNS = _words(
    "事情没有这么简单 这话只说对了一半 反过来想也通 多数人走到这里就停下了 代价往往要过很久才看得见 "
    "我自己也是后来才明白 道理人人会讲，难在照着做 例外总是有的 这恰好是问题所在"
)
LATIN = _words(
    "Python WeasyPrint pandoc Unicode OpenType CSS EPUB Markdown Linux HarfBuzz JSON SHA-256 TeX "
    "PostScript Gutenberg UTF-8 git SVG PDF"
)
PARTS = _words(
    "解析器 缓存 字形表 索引 配置文件 版面 断行算法 样式表 目录树 日志 字体子集 元数据 输出文件夹 "
    "脚注队列 测试用例 临时文件 标点挤压表 行高"
)
ACTS = _words("读入 合并 校验 改写 压缩 排序 映射到 写回 拆分 登记 对齐 替换")
EFFECTS = _words(
    "内存的峰值便降了下来 结果与输入的先后无关 第二次运行只要一半的时间 错误会在当行报告 旧的输出仍然完整 "
    "后面的步骤就不必再问 换一台机器也是同样的字节 页码才能最后确定"
)
VERSES = _words(
    "竹影扫阶尘不动 一灯如豆夜初长 隔水人家收晚市 满船明月带潮还 旧雨不来新雨至 空山无客落花闲 "
    "石桥西畔闻砧远 小麦青青覆野塘"
)
ENDS = ("。", "？", "！", "……")
KEYS = ("depth", "size", "cache")
CODE = (
    "def fold(text: str, width: int) -> list[str]:\n"
    '    """Cut a text into lines of one width."""\n'
    "    return [text[i : i + width] for i in range(0, len(text), width)]",
    "for path in sorted(folder.glob('*.md')):\n    print(path.name, path.stat().st_size)",
    "$ git diff --word-diff v1.0 -- manuscript/\n$ make book BOOK=my-book",
)

Writer = Callable[["Pen"], str]


class Pen:
    """A generator of random numbers that picks words; only `random()`, whose numbers no Python version changes."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed).random
        self.notes: list[str] = []
        """Those of the chapter."""

    def one(self, words: Sequence[str]) -> str:
        return words[int(self.random() * len(words))]

    def number(self, low: int, high: int) -> int:
        return low + int(self.random() * (high - low + 1))

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def sentences(self, kinds: Sequence[Writer], low: int, high: int) -> str:
        """A paragraph."""
        return "".join(kinds[int(self.random() * len(kinds))](self) for _ in range(self.number(low, high)))

    def note(self, words: str) -> tuple[str, str]:
        """A mark and its note; no two of a chapter say the same."""
        number = len(self.notes) + 1
        self.notes.append(f"{words.removesuffix('。')}，参看注 {number - 1}。" if words in self.notes else words)
        return f"[^n{number}]", f"[^n{number}]: {self.notes[-1]}"


# Sentences ------------------------------------------------------------------------------------------------------------


def _scene(pen: Pen) -> str:
    return f"{pen.one(TIMES)}，{pen.one(PEOPLE)}在{pen.one(PLACES)}{pen.one(DEEDS)}。"


def _deed(pen: Pen) -> str:
    return f"{pen.one(PEOPLE)}{pen.one(DEEDS)}，{pen.one(DEEDS)}。"


def _thing(pen: Pen) -> str:
    return f"{pen.one(THINGS)}{pen.one(STATES)}——{pen.one(PEOPLE)}说是{pen.one(PEOPLE)}留下的。"


def _saying(pen: Pen) -> str:
    return f"“{pen.one(SAYINGS)}{pen.one(ENDS)}”{pen.one(PEOPLE)}{pen.one(MANNERS)}说，“{pen.one(SAYINGS)}。”"


def _retold(pen: Pen) -> str:
    return f"“{pen.one(PEOPLE)}只说了一句‘{pen.one(SAYINGS)}’，就走了。”{pen.one(PEOPLE)}{pen.one(MANNERS)}说。"


def _not_but(pen: Pen) -> str:
    return f"{pen.one(TOPICS)}并不是{pen.one(VIRTUES)}，而是{pen.one(VIRTUES)}；{pen.one(TURNS)}。"


def _reading(pen: Pen) -> str:
    return f"《{pen.one(BOOKS)}》里讲{pen.one(TOPICS)}，讲到{pen.one(THINGS)}就不讲了，留下{pen.one(VIRTUES)}。"


def _some_say(pen: Pen) -> str:
    return f"有人说，{pen.one(TOPICS)}是{pen.one(VIRTUES)}（见{pen.number(1912, 2025)}年的一封信）：{pen.one(TURNS)}。"


def _english(pen: Pen) -> str:
    return f"英文里有个词叫“{pen.one(LATIN)}”，译成{pen.one(TOPICS)}，总觉得隔了一层……{pen.one(TURNS)}。"


def _process(pen: Pen) -> str:
    act, thing = pen.one(ACTS), pen.one(PARTS)
    return f"{pen.one(LATIN)}先{act}{thing}，再{pen.one(ACTS)}{pen.one(PARTS)}，{pen.one(EFFECTS)}。"


def _measure(pen: Pen) -> str:
    size, share = pen.number(3, 980), pen.number(1, 99)
    return (
        f"{pen.one(PARTS)}占{size}MB，其中{share}.{pen.number(0, 9)}%是{pen.one(PARTS)}，约合{size * 1000 // 7:,}字。"
    )


def _option(pen: Pen) -> str:
    return f"把`{pen.one(LATIN).lower()}.{pen.one(KEYS)}`设成{pen.number(2, 64)}，{pen.one(EFFECTS)}。"


def _version(pen: Pen) -> str:
    version = f"{pen.number(1, 9)}.{pen.number(0, 20)}"
    return f"从{pen.one(LATIN)} {version}起，{pen.one(PARTS)}由{pen.one(LATIN)}{pen.one(ACTS)}，{pen.one(EFFECTS)}。"


NOVEL: Sequence[Writer] = (_scene, _deed, _thing, _scene, _deed)
DIALOGUE: Sequence[Writer] = (_saying, _retold)
ESSAY: Sequence[Writer] = (_not_but, _reading, _some_say, _english, _not_but)
TECHNICAL: Sequence[Writer] = (_process, _measure, _option, _version, _process)


# Chapters -------------------------------------------------------------------------------------------------------------


def _novel(pen: Pen) -> list[str]:
    blocks = [pen.sentences(NOVEL, 2, 6)]
    blocks += [pen.sentences(DIALOGUE, 1, 1) for _ in range(pen.number(0, 3))]
    if pen.chance(0.08):
        blocks.append("---")
    if pen.chance(0.05):
        blocks.append("\n".join(f"| {pen.one(VERSES)}，{pen.one(VERSES)}。" for _ in range(2)))
    return blocks


def _essay(pen: Pen) -> list[str]:
    blocks = [pen.sentences(ESSAY, 2, 5)]
    if pen.chance(0.35):
        mark, note = pen.note(f"《{pen.one(BOOKS)}》卷{pen.number(1, 30)}。{pen.one(TURNS)}。")
        blocks[-1] += mark
        blocks.append(note)
    if pen.chance(0.15):
        blocks.append(f"> {pen.sentences(ESSAY, 1, 2)}")
    if pen.chance(0.12):
        blocks.append(f"## {pen.one(TOPICS)}与{pen.one(TOPICS)}")
    return blocks


def _technical(pen: Pen) -> list[str]:
    blocks = [pen.sentences(TECHNICAL, 2, 4)]
    if pen.chance(0.18):
        blocks.append(f"## {pen.one(ACTS)}{pen.one(PARTS)}")
    if pen.chance(0.14):
        blocks.append(f"```python\n{pen.one(CODE)}\n```")
    if pen.chance(0.12):
        rows = [f"| {pen.one(PARTS)} | {pen.one(LATIN)} | {pen.number(1, 9999):,} |" for _ in range(pen.number(2, 6))]
        blocks.append("\n".join(["| 名目 | 用什么 | 数量 |", "|:------|:------|------:|", *rows]))
    if pen.chance(0.15):
        blocks.append("\n".join(f"- {pen.one(ACTS)}{pen.one(PARTS)}：{pen.one(EFFECTS)}" for _ in range(3)))
    if pen.chance(0.2):
        mark, note = pen.note(f"{pen.one(LATIN)} {pen.number(1, 9)}.{pen.number(0, 9)}；{pen.one(EFFECTS)}。")
        blocks[0] += mark
        blocks.append(note)
    return blocks


KINDS: Sequence[tuple[str, Callable[[Pen], list[str]]]] = (("故事", _novel), ("机器", _technical), ("随想", _essay))


def length_of(markdown: str) -> int:
    """字数, without the signs of Markdown."""
    return count_text(re.sub(r"\[\^n\d+\]:?|[|#>`-]", "", markdown)).length


def _chapter(pen: Pen, title: str, paragraph: Callable[[Pen], list[str]], size: int) -> str:
    blocks, length, pen.notes = [f"# {title}"], 0, []
    while length < size:
        new = paragraph(pen)
        length += sum(length_of(block) for block in new)
        blocks += new
    if blocks[-1] == "---":
        blocks.append(pen.sentences(NOVEL, 1, 2))
    return "\n\n".join(blocks) + "\n"


def write(folder: Path, characters: int = 200_000, seed: int = SEED) -> Path:
    """Write the book as a folder with book.yaml; gives the folder.

    Args:
        characters: how long, as `stats` counts (字数 with marks), within two in a hundred.
    """
    folder.mkdir(parents=True)
    pen = Pen(seed)
    names: list[str] = []
    left = characters
    for kind, paragraph in cycle(KINDS):
        if left < CHAPTER // 4:
            break
        names.append(f"{len(names) + 1:03}.md")
        text = _chapter(pen, f"{kind}：{pen.one(TOPICS)}", paragraph, min(CHAPTER, left))
        (folder / names[-1]).write_text(text, "utf-8")
        left -= length_of(text)
    head = (
        "title: 长书\nauthors: [版心]\ndate: 2026-11-23\nslug: long\nlayout: novel\nnotes: {place: foot}\nchapters:\n"
    )
    (folder / "book.yaml").write_text(head + "".join(f"  - {name}\n" for name in names), "utf-8")
    return folder
