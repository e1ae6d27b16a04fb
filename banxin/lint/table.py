"""Every kind of fault that a manuscript may have: its code, its name, and whether `--fix` can mend it.

The rules of `banxin/lint/rules/` and the stages of a build report by these codes, so that there is one list of what may
be said of a manuscript. A code is never used again for another thing: books name them in comments and in book.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from banxin.config import Config
from banxin.errors import Level, Problem
from banxin.nearest import nearest


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault."""

    code: str
    name: str
    """In the words of the trade, as short as a heading."""
    why: str
    """What is asked for, and by whom."""
    fixable: bool = False
    level: Level = Level.WARNING
    """How grave it usually is; a stage of the build may say otherwise for one place."""


ERROR = Level.ERROR
KINDS: tuple[Kind, ...] = (
    # marks and spaces
    Kind("T001", "汉字旁的半角标点", "中文里用全角的标点（GB/T 15834—2011，5.1）", True),
    Kind("T002", "引号不成对", "前引号和后引号一一相对（GB/T 15834—2011，4.8）"),
    Kind("T003", "引号不一律", "全书用一种引号；直引号不分前后，不是中文的引号", True),
    Kind("T004", "省略号", "省略号是……，占两个字（GB/T 15834—2011，4.11）", True),
    Kind("T005", "破折号", "破折号是——，占两个字（GB/T 15834—2011，4.10）", True),
    Kind("T006", "标点重复", "问号、叹号叠用不过三个，别的标点不叠用（GB/T 15834—2011，4.2、4.3）", True),
    Kind("T007", "间隔号", "间隔号是·，占一个字（GB/T 15834—2011，4.14）", True),
    Kind("T008", "汉字旁的半角括号", "中文里用全角的括号（GB/T 15834—2011，4.9）", True),
    Kind("T009", "全角标点旁的空格", "全角标点自带空隙，旁边不再空格", True),
    Kind("T010", "汉字与西文之间的空格", "全书或都空，或都不空；不空，排的时候也有一丝空隙", True),
    Kind("T011", "全角的数字、字母", "数字和拉丁字母用半角的，宽窄由字体定", True),
    Kind("T012", "书名没有书名号", "书名、篇名用《》（GB/T 15834—2011，4.15）"),
    # numbers
    Kind("T015", "数值的起止", "起止之间用一字线或浪纹线（GB/T 15834—2011，4.13；GB/T 15835—2011）", True),
    Kind("T016", "数字的用法", "一个数不混用两种数字；概数用汉字，不用顿号（GB/T 15835—2011）"),
    Kind("T017", "汉字数字里的圈", "汉字数字的零写作〇（U+3007），不是圆圈（GB/T 15835—2011）", True),
    Kind("T018", "单位的写法", "单位符号的大小写是定的：km、kg、mL（GB 3101—1993）", True),
    # words
    Kind("T020", "用词不一律", "一个词全书一种写法，以 terms.tsv 为准", True),
    Kind("T021", "夹着别的字体", "简体书里的繁体字、繁体书里的简体字；引文原样，就用 [字]{.keep}"),
    Kind("T022", "叠字", "多半是打重了"),
    Kind("T023", "没做完的记号", "付印以前做完它，或删去它"),
    # structure
    Kind("T030", "标题跳级", "层级一级一级往下，读目录的人才不会以为丢了一级"),
    Kind("T031", "标题太深", "版式没有这一级标题的样子", level=ERROR),
    Kind("T032", "段落太长", "一段没有尽头，读的人喘不过气"),
    Kind("T033", "图没有替代文字", '看不见图的人听的就是它；纯装饰的图写 alt=""'),
    Kind("T034", "合并留下的冲突", "git 合并时两边都改了，要选一边", level=ERROR),
    Kind("T035", "用不上的 .keep", "里面的字本来就不会变"),
    Kind("T036", "用不上的 lint 注释", "它没有挡住任何一条，或者写错了"),
    # references and pictures
    Kind("T040", "断了的参照", "所指的图、表、章节不存在", level=ERROR),
    Kind("T041", "id 重复", "两处用了同一个名字", level=ERROR),
    Kind("T042", "链接定义重复", "同一个名字的链接定义了两次"),
    Kind("T043", "图用不了", "找不到、读不出来，或没有去取", level=ERROR),
    Kind("T044", "矢量图排成了像素", "PDF 图里有这一种 PDF 用不了的字体、颜色或透明"),
    # notes and citations
    Kind("T050", "脚注没有定义", "正文里有记号，没有注文", level=ERROR),
    Kind("T051", "脚注定义了两次", "同一个名字有两条注文", level=ERROR),
    Kind("T052", "脚注没有用到", "有注文，正文里没有记号"),
    Kind("T053", "脚注是空的", "注文里没有字"),
    Kind("T054", "两条脚注一样", "名字不同，字句相同"),
    Kind("T055", "文献里没有这一条", "引了文献表里没有的书", level=ERROR),
    Kind("T056", "文献缺著录项", "GB/T 7714 要的项目没有填"),
    Kind("T057", "文献的键重复", "两条文献用了同一个键", level=ERROR),
    Kind("T058", "注里有注", "页脚的注没有自己的页脚，印不出来", level=ERROR),
    Kind("T059", "没有这一种注", "名字里冒号前面的字，book.yaml 里没有"),
    # markup
    Kind("T060", "::: 块没有结束", "开头的 ::: 没有结尾的 :::", level=ERROR),
    Kind("T061", "公式看不懂", "不是能排的 TeX", level=ERROR),
    Kind("T062", "表格看不懂", "竖线的数目或前后的空行不对", level=ERROR),
    Kind("T063", "套得太深", "列表、引文或块一层套一层", level=ERROR),
    Kind("T064", "进不了书的代码", "HTML、SVG 或链接里不允许的东西，已删去"),
    Kind("T065", "标记可疑", "pandoc 读稿时的警告"),
    Kind("T066", "修改标记", "{++ ++} 一类的标记写错了，或还没有了结", level=ERROR),
    # characters and files
    Kind("T070", "没有字体有的字", "印出来会是空白", level=ERROR),
    Kind("T071", "控制字符", "从别的程序里贴进来的，书里不能有", level=ERROR),
    Kind("T072", "不是 UTF-8", "稿子要存成 UTF-8", level=ERROR),
    Kind("T080", "没有列进书里的文件", "book.yaml 没有它"),
    Kind("T081", "这一章是空的", "没有内容"),
    Kind("T082", "还是草稿的章", "draft: true 的章不收进书里"),
    # scripts and editions
    Kind("T090", "整章是另一种字体", "language 和字对不上", level=ERROR),
    Kind("T091", "给版本的词写错了", "[词]{版本=词} 的版本或字体不对", level=ERROR),
    Kind("T092", "没有看过的换字", "转换时要选的地方，还没有人看过"),
)
BY_CODE: Mapping[str, Kind] = {kind.code: kind for kind in KINDS}
OF_BOOKS = frozenset(
    ("T031", "T040", "T041", "T044", "T053", "T054", "T055", "T056", "T057", "T070", "T080", "T090", "T091", "T092")
)
"""Those that are only told of a whole book, or of its conversions: nobody can say of one file that it has none."""
OTHER = "T000"
"""In reports for machines: a fault of settings, fonts or tools, which has no code because no comment can excuse it."""


def check_codes(spec: Config) -> Iterator[Problem]:
    """Codes in book.yaml that there are not."""
    for key in ("off", "error"):
        for at, code in enumerate(getattr(spec.lint, key)):
            if code not in BY_CODE:
                near = nearest(code, list(BY_CODE))
                guess = f"是不是 {near}？" if near else ""
                place = spec.place_of("lint", key, at)
                place = place if place.line else spec.place_of("lint", key)
                yield Problem(place, f"没有这条规则：{code}", f"{guess}全部的规则见 python build.py lint --rules。")
