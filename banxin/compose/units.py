"""What is read as one and stays on one line: numbers with their units and signs, dashes, ellipses, note marks.

Pure tables (CLREQ 3.1.5; GB/T 15835-2011; the SI brochure, 9th edition, for the symbols).
"""

from __future__ import annotations

import re

_SPACE = "[ \u00a0\u2009\u202f]?"
"""Between a number and its unit, a prefix and its number."""


def _any(*lists: str, least: int = 1) -> str:
    """Any of the words in some lists that have at least so many characters, the longest first."""
    words = {word for each in lists for word in each.split() if len(word) >= least}
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


# Han ------------------------------------------------------------------------------------------------------------------

_MEASURES = (
    "米 公里 千米 分米 厘米 釐米 毫米 微米 纳米 奈米 公尺 公分 公釐 公引 里 英里 海里 英尺 英寸 呎 吋 码 丈 尺 "
    "寸 平方公里 平方米 平方千米 平方厘米 平方公尺 平方公分 平方英里 平方英尺 立方米 立方厘米 立方公尺 立方公分 "
    "公顷 公頃 英亩 英畝 亩 畝 坪 升 毫升 公升 加仑 加侖 桶 克 千克 毫克 微克 公克 公斤 斤 两 兩 钱 錢 吨 噸 "
    "公吨 公噸 磅 盎司 克拉 度 摄氏度 攝氏度 华氏度 華氏度 瓦 千瓦 兆瓦 千瓦时 千瓦時 伏 伏特 安 安培 欧姆 歐姆 "
    "赫兹 赫茲 兆赫 分贝 分貝 卡 千卡 大卡 焦 焦耳 帕 千帕 牛顿 牛頓 马力 馬力 字节 位元組 像素 畫素 比特"
)
_TIMES = (
    "年 月 日 号 號 时 時 分 秒 点 點 刻 天 周 週 旬 季 岁 歲 代 年代 年级 年級 年间 年間 年前 年后 年後 年来 "
    "年來 年度 周年 週年 个月 個月 个星期 個星期 个世纪 個世紀 个小时 個小時 个钟头 個鐘頭 世纪 世紀 星期 小时 "
    "小時 分钟 分鐘 秒钟 秒鐘 点钟 點鐘 点半 點半 毫秒 微秒 工作日 昼夜 晝夜"
)
_MONEY = (
    "元 圆 圓 角 分 块 塊 毛 美元 欧元 歐元 日元 日圆 日圓 英镑 英鎊 港元 港币 港幣 澳元 加元 法郎 卢布 盧布 "
    "卢比 盧比 韩元 韓元 台币 臺幣 台幣 新台币 新臺幣 人民币 人民幣 块钱 塊錢 元整"
)
_PARTS = (
    "章 节 節 回 卷 册 冊 部 篇 编 編 页 頁 行 列 条 條 款 项 項 段 句 字 幕 场 場 集 期 版 届 屆 辑 輯 讲 講 课 "
    "課 单元 單元 部分 步 题 題 例 图 圖 表 栏 欄 版次 号文 號文"
)
_COUNTED = (
    "个 個 人 名 位 家 户 戶 口 人次 次 遍 趟 种 種 只 隻 头 頭 匹 条 條 件 台 臺 部 辆 輛 艘 架 间 間 座 栋 棟 "
    "层 層 楼 樓 室 级 級 倍 成 折 本 张 張 幅 封 份 支 枝 把 块 塊 片 颗 顆 粒 棵 株 朵 双 雙 对 對 组 組 套 批 "
    "排 队 隊 班 所 百分点 個百分點 个百分点 百分點 人份 字符 词 詞 行 列"
)
_NUMERALS = "〇零一二三四五六七八九十百千万亿两兩萬億廿卅"
_GREAT = "[多余餘几幾]?[十百千万亿萬億兆]{0,3}[多余餘几幾]?"
"""As in 10万元, 100多人, 10多万元."""
_HAN = _any(_MEASURES, _TIMES, _MONEY, _PARTS, _COUNTED)

# Latin ----------------------------------------------------------------------------------------------------------------

_PREFIXES = "[YZEPTGMkhdcmnpfµμu]|da"
_STEMS = "m g s A K mol cd Hz N Pa J W C V F Ω S Wb T H lm lx Bq Gy Sv kat l L t eV B b bit Wh Ah VA bar cal"
_OTHERS = (
    "min h d ha au Da dB dBm rpm fps dpi ppi px pt em rem ex in ft yd mi nmi oz lb lbs gal mph kn atm mmHg psi "
    "hp kph kmh Bd bps Kbps Mbps Gbps Tbps KB KiB MiB GiB TiB PiB Kb Kbit Mbit Gbit sr rad ppm ppb wt vol pH mAh "
    "kcal am pm AM PM a.m. p.m. BC AD BCE CE"
)
_CURRENCIES = "USD EUR GBP JPY CNY RMB HKD TWD NTD MOP SGD KRW AUD CAD CHF RUB INR THB"
_UNIT = rf"(?:(?:{_PREFIXES})?(?:{_any(_STEMS)})|{_any(_OTHERS, _CURRENCIES)})"
_LATIN = rf"{_UNIT}[²³¹⁻⁰-⁹]*(?:[/·⋅]{_UNIT}[²³¹⁻⁰-⁹]*)*(?![A-Za-zÀ-ɏ])"
_SIGNS = "[%％‰‱°℃℉′″＋+㎀-㏟㍱-㍺Å]"
_BEFORE = "[￥＄￡￠￦$€£¥₩₽₹฿¢№＃#§±≈≤≥<>~∼+−－]"
_CODES = rf"(?:(?:US|NT|HK|CN|AU|CA|A|C|S|R)[$＄¥￥]|(?<![A-Za-z])(?:{_any(_CURRENCIES)}))"
_NAMES = (
    r"(?<![A-Za-z])(?:(?:[Nn]os?|[Pp]p?|[Vv]ols?|[Ff]igs?|[Ee]qs?|[Cc]hap|[Cc]h|[Ss]ec|[Aa]rt|[Tt]ab)\.|"
    r"Figure|Table|Chapter|Section|Page|Part|Appendix|Version)"
)
"""What is counted by the number behind it: p. 12, Fig. 3."""

NUMBER = r"\d+(?:[.,:：'’/×-]\d+)*"
"""With what stands inside: 3.14, 1,000, 10:30, 1/2, 6×4, 2024-03-05."""

_PREFIX = rf"(?:(?:{_CODES}|{_NAMES}){_SPACE}|{_BEFORE}{_SPACE}|[图圖表式例页頁]{_SPACE})?"
_SUFFIX = rf"(?:{_SPACE}(?:{_SIGNS}[CF]?|{_GREAT}(?:{_HAN})|{_LATIN})|[十百千万亿萬億兆]{{1,3}})?"

_FIRST = r"[\d第￥＄￡￠￦$€£¥₩₽₹฿¢№＃#§±≈≤≥<>~∼+−－A-Za-z图圖表式例页頁—⸺―…⋯？！\[]"
WHOLE = re.compile(
    rf"(?={_FIRST})(?:"
    rf"第{_SPACE}{NUMBER}(?:[～~—–至到]{NUMBER})?(?:{_SPACE}(?:{_HAN}))?"
    rf"|第[{_NUMERALS}]{{1,5}}(?:{_any(_PARTS)})"
    rf"|{_PREFIX}{NUMBER}{_SUFFIX}"
    rf"|[—⸺―]{{2,}}|…{{2,}}|⋯{{2,}}|[？！]{{2,}}"
    rf"|\[\d+(?:[,，\-–—]\d+)*\])"
)
"""What is never torn apart."""

COUNTED = re.compile(
    rf"第?[{_NUMERALS}]{{2,}}[多余餘几幾半]?(?:{_HAN})?"
    rf"|[二三四五六七八九十](?:[年月日岁歲元]|{_any(_MONEY, _MEASURES, least=2)}|世纪|世紀|小时|小時|分钟|分鐘)"
)
"""Numbers in Han: torn apart only where a line would be full of holes without. 一点, 一块 and their like are words."""
