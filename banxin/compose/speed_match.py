"""Which rules of style sheets match an element, asked once for all elements that no rule could tell apart.

Nearly every selector looks at an element, at those that it is in, and at the attributes of both; so elements with the
same tag and attributes in elements that are the same are matched by the same rules. Selectors that look at more - at
siblings, at places, at words - are asked for each element.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import inf
from types import CodeType
from typing import Any, NamedTuple

from webencodings import ascii_lower  # type: ignore[import-untyped]

STEADY = frozenset(
    (
        *("any", "next", "ancestors", "parent", "etree_element", "attrib", "get", "tag", "local_name", "namespace_url"),
        *("classes", "lang", "in_html_document", "lower", "ascii_lower", "startswith", "endswith", "split_whitespace"),
    )
)
"""What the code of a selector (`cssselect2.compiler`) may name that looks no further."""
AROUND = frozenset(("any", "next", "ancestors", "parent"))
"""Those of them that are said where it looks at more than the element."""
OWN = frozenset(("id", "href", "value", "data-call"))
"""Attributes that nearly no two elements share, such as notes and their marks. What they are is no part of what makes
elements the same; that they are there is, and whether an address is one in the document. A selector that looks at one
is asked for each element that has it; for links in the document once, if it looks at no more than how they begin."""
WITHIN = "#"
"""So begins the address of a link in the document."""

Rule = tuple[Any, str | None, str, float, Any]
"""Declarations, pseudo-element, origin, order of the layer, specificity."""


class Rules(NamedTuple):
    """The rules that match an element, in the order of the cascade's look-up, and a key of them."""

    rules: list[Rule]
    key: int


class _Entry(NamedTuple):
    """A selector in the order in which `cssselect2` gives those that match."""

    sheet: int
    specificity: Any
    order: int
    rule: Rule
    test: Any


def _place(entry: _Entry) -> tuple[Any, ...]:
    return entry[:3]


class Kind:
    """Elements that are the same for all selectors that look no further than at them and their ancestors."""

    __slots__ = ("inside", "keys", "local_name", "loose", "loose_of_id", "more", "rules", "steady")

    def __init__(self, local_name: str, steady: list[_Entry], keys: dict[tuple[Any, ...], int]) -> None:
        self.local_name, self.steady = local_name, steady
        self.loose: list[_Entry] = []
        """What has to be asked for each."""
        self.loose_of_id: dict[str, list[_Entry]] = {}
        """What has to be asked for each that has this id."""
        self.keys = keys
        self.rules = _rules(steady, keys)
        self.more: dict[tuple[int, ...], Rules] = {}
        """The same with what is found of the loose."""
        self.inside: dict[Any, Kind] = {}
        """The elements in them, by tag and attributes."""

    def of(self, wrapper: Any) -> Rules:
        """The rules that match one of them."""
        loose = self.loose
        if self.loose_of_id:
            loose = [*loose, *self.loose_of_id.get(wrapper.etree_element.get("id"), ())]
        if not loose:
            return self.rules
        vars(wrapper)["local_name"] = self.local_name  # nearly all ask for it, and it would be taken out of the tag
        found = [entry for entry in loose if entry.test(wrapper)]
        if not found:
            return self.rules
        key = tuple(map(id, found))
        if key not in self.more:
            self.more[key] = _rules(sorted([*self.steady, *found], key=_place), self.keys)
        return self.more[key]


def _rules(entries: Sequence[_Entry], keys: dict[tuple[Any, ...], int]) -> Rules:
    """Rules and their key: a number, because it is looked up for each element."""
    rules = [entry.rule for entry in entries]
    return Rules(rules, keys.setdefault(tuple([(id(rule[0]), *rule[1:]) for rule in rules]), len(keys)))


class Matches:
    """Kinds of elements, for one list of style sheets."""

    def __init__(self, sheets: Sequence[tuple[Any, str, Any]]) -> None:
        self.sheets = sheets
        self.roots: dict[Any, Kind] = {}
        self.keys: dict[tuple[Any, ...], int] = {}
        self._looks: dict[Any, Look] = {}

    def kind(self, wrapper: Any, parent: Kind | None) -> Kind:
        """The kind of an element; `parent` is that of its parent."""
        element = wrapper.etree_element
        known = self.roots if parent is None else parent.inside
        items = [item if item[0] not in OWN else (item[0], item[1][:1] == WITHIN) for item in element.items()]
        key = element.tag, tuple(items)
        found = known.get(key)
        if found is None:
            found = known[key] = self._new(wrapper)
        return found

    def _new(self, wrapper: Any) -> Kind:
        steady: list[_Entry] = []
        loose: list[tuple[str | None, _Entry]] = []
        for i, (sheet, origin, forced) in enumerate(self.sheets):
            for id, (test, specificity, order, pseudo_type, (declarations, layer)) in _relevant(sheet.matcher, wrapper):
                place = inf if layer is None else sheet.layers.index(layer)
                entry = _Entry(
                    i, specificity, order, (declarations, pseudo_type, origin, place, forced or specificity), test
                )
                if not self._look(test).is_steady(wrapper.etree_element):
                    loose.append((id, entry))
                elif test(wrapper):
                    steady.append(entry)
        kind = Kind(wrapper.local_name, sorted(steady, key=_place), self.keys)
        for id, entry in loose:
            (kind.loose if id is None else kind.loose_of_id.setdefault(id, [])).append(entry)
        return kind

    def _look(self, test: Any) -> Look:
        known = self._looks.get(test)
        if known is None:
            known = self._looks[test] = look(test.__code__)
        return known


def _relevant(matcher: Any, wrapper: Any) -> Iterator[tuple[str | None, Any]]:
    """All selectors that could match, as `cssselect2.Matcher.match` looks them up; those for an id with it."""
    for name in wrapper.classes:
        yield from ((None, each) for each in matcher.class_selectors.get(name, ()))
    local, space = ascii_lower(wrapper.local_name), wrapper.namespace_url
    yield from ((None, each) for each in matcher.lower_local_name_selectors.get(local, ()))
    yield from ((None, each) for each in matcher.namespace_selectors.get(space, ()))
    if "lang" in wrapper.etree_element.attrib:
        yield from ((None, each) for each in matcher.lang_attr_selectors)
    yield from ((None, each) for each in matcher.other_selectors)
    for id, selectors in matcher.id_selectors.items():
        yield from ((id, each) for each in selectors)


class Look(NamedTuple):
    """What a selector looks at."""

    steady: bool
    """Whether at nothing but an element, its ancestors, and attributes of these."""
    own: frozenset[str]
    """Those of `OWN` that it looks at."""
    alone: bool
    """Whether at no other element."""
    beginnings: bool
    """Whether it takes links in the document for the same: it asks no more than how an address begins."""

    def is_steady(self, element: Any) -> bool:
        """Whether it says the same of all elements of the same kind."""
        if not self.steady or not self.own:
            return self.steady
        there = [name for name in self.own if name in element.attrib]
        if not self.alone or (there and not self.beginnings):
            return False
        return all(name == "href" and element.get(name)[:1] == WITHIN for name in there)


def look(code: CodeType) -> Look:
    """What a selector looks at, by its code (`cssselect2.compiler`)."""
    codes = [code, *_inner(code)]
    names = {name for each in codes for name in each.co_names}
    words = {word for each in codes for word in each.co_consts if isinstance(word, str)}
    own, steady = OWN & words, names <= STEADY
    alone = len(codes) == 1 and names.isdisjoint(AROUND)
    return Look(steady, own, alone, "href" in own and steady and alone and _begins(code, names, words))


def _begins(code: CodeType, names: set[str], words: set[str]) -> bool:
    """Whether a selector takes links in the document for the same."""
    if any(word.startswith(WITHIN) for word in words) or not names.isdisjoint(("endswith", "split_whitespace")):
        return False
    steps = [step.opname for step in dis.get_instructions(code)]
    # `[href*="x"]` looks for something in what it was given
    return not any(step == "CONTAINS_OP" and before.startswith("CALL") for before, step in pairwise(steps))


def _inner(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _inner(each)
