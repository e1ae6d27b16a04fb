"""The review layer: OpenCC's reading of a Simplified text, judged place by place.

OpenCC takes the longest phrase from the left, wherever words begin: 被发 in 被发明. So the text is read a second time,
word by word. Where the two readings differ, the phrase is believed if it begins and ends with words (怒发冲冠 is
several words and one phrase), else the words are. Then our own words and rules speak, which know what neither does.
Every place that came out otherwise than OpenCC alone would have it, and every guess, is a `Choice`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from banxin.conversion import phrases
from banxin.conversion.characters import through
from banxin.conversion.choice import Choice, Reason
from banxin.conversion.rules import Listed, tables
from banxin.conversion.segmentation import Words

BORDER = "\x1f"
"""Stands between words for OpenCC, so that no phrase crosses a border."""


OR = "／"


@dataclass(frozen=True, slots=True)
class _Verdict:
    becomes: str
    reason: Reason


def judge(text: str, words: Words) -> tuple[str, list[Choice]]:
    """A Simplified text in the Traditional form of OpenCC's `s2t`, character for character, and the choices made."""
    raw = through(text, "s2t")
    if len(raw) != len(text):
        return raw, []
    raw = tables().settled(text, raw)
    verdicts = dict(_by_words(text, raw, words))
    verdicts.update(_by_our_words(text, words))
    reading = list(raw)
    for offset, verdict in verdicts.items():
        reading[offset] = verdict.becomes
    for offset, verdict in _by_rules(text, reading, words):
        if offset not in verdicts or verdicts[offset].reason is not Reason.WORD:
            verdicts[offset] = verdict
            reading[offset] = verdict.becomes
    chosen = "".join(reading)
    return chosen, list(_choices(text, chosen, raw, words, verdicts))


def _by_words(text: str, raw: str, words: Words) -> Iterator[tuple[int, _Verdict]]:
    """Where the words read otherwise than the phrases, and the phrase cuts through a word."""
    apart = through(BORDER.join(word.text for word in words.words), "s2t").replace(BORDER, "")
    if len(apart) != len(raw):
        return
    apart = tables().settled(text, apart)
    if apart == raw:
        return
    for offset, (phrase, word) in enumerate(zip(raw, apart, strict=True)):
        if phrase != word and not _founded(text, offset, phrase, words):
            yield offset, _Verdict(word, Reason.BORDER)


def _founded(text: str, offset: int, reading: str, words: Words) -> bool:
    """Whether a phrase of OpenCC's has this reading there, and begins and ends with words.

    It may begin inside a word where the character is a word of its own that ends it (两碗|面, 嘴唇|干: the head of what
    stands before it); it may not reach into the word that follows (了|如何).
    """
    known = phrases.simplified()
    alone = len(words.at(offset).text) == 1
    for start in range(max(0, offset - phrases.LONGEST), offset + 1):
        inside = start not in words.borders
        if inside and not alone:
            continue
        last = offset + 1 if inside else min(len(text), start + phrases.LONGEST)
        for end in range(max(offset + 1, start + 2), last + 1):
            form = known.get(text[start:end])
            if form and end in words.borders and tables().settled(text[start:end], form)[offset - start] == reading:
                return True
    return False


def _by_our_words(text: str, words: Words) -> Iterator[tuple[int, _Verdict]]:
    known = tables().words
    for match in known.pattern.finditer(text):
        if words.bounded(match.start(), match.end()):
            for i, becomes in enumerate(known.words[match[0]]):
                yield match.start() + i, _Verdict(becomes, Reason.WORD)


def _by_rules(text: str, reading: list[str], words: Words) -> Iterator[tuple[int, _Verdict]]:
    known = tables()
    plain = text.replace("著", "着")  # so that text in its last form is read as it was
    for match in known.characters.finditer(text):
        offset = match.start()
        for rule in known.rules[match[0]]:
            if rule.fits(plain, offset, words):
                becomes = rule.becomes or reading[offset]
                if rule.listed is Listed.ALWAYS or (
                    rule.listed is Listed.UNFOUNDED and not _founded(text, offset, becomes, words)
                ):
                    yield offset, _Verdict(becomes, Reason.GUESS)
                elif becomes != reading[offset]:
                    yield offset, _Verdict(becomes, Reason.RULE)
                break


def _choices(text: str, chosen: str, raw: str, words: Words, verdicts: dict[int, _Verdict]) -> Iterator[Choice]:
    for offset in sorted(verdicts):
        verdict = verdicts[offset]
        if chosen[offset] == raw[offset] and verdict.reason is not Reason.GUESS:
            continue
        word = words.at(offset)
        start, end = word.start, word.start + len(word.text)
        others = dict.fromkeys([raw[offset], *phrases.characters().get(text[offset], ())])
        others.pop(chosen[offset], None)
        alternatives = (chosen[start:offset] + other + chosen[offset + 1 : end] for other in others)
        yield Choice(start, end, text[start:end], chosen[start:end], OR.join(alternatives), verdict.reason)
