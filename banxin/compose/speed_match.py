"""Which rules of style sheets match an element, asked once for all elements that no rule could tell apart.

Nearly every selector looks at an element, at those that it is in, and at the attributes of both; so elements with the
same tag and attributes in elements that are the same are matched by the same rules. Selectors that look at more - at
siblings, at places, at words - are asked for each element.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
OWN = frozenset(("id", "href", "value", "data-call"))
"""Attributes that nearly no two elements share, such as notes and their marks, are no part of what makes them the same;
a selector that looks at one is asked for each element."""

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

    __slots__ = ("inside", "keys", "loose", "loose_of_id", "more", "rules", "steady")

    def __init__(self, steady: list[_Entry], keys: dict[tuple[Any, ...], int]) -> None:
        self.steady = steady
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
        self._steady: dict[Any, bool] = {}

    def kind(self, wrapper: Any, parent: Kind | None) -> Kind:
        """The kind of an element; `parent` is that of its parent."""
        element = wrapper.etree_element
        known = self.roots if parent is None else parent.inside
        key = element.tag, tuple([item for item in element.items() if item[0] not in OWN])
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
                if not self._is_steady(test):
                    loose.append((id, entry))
                elif test(wrapper):
                    steady.append(entry)
        kind = Kind(sorted(steady, key=_place), self.keys)
        for id, entry in loose:
            (kind.loose if id is None else kind.loose_of_id.setdefault(id, [])).append(entry)
        return kind

    def _is_steady(self, test: Any) -> bool:
        known = self._steady.get(test)
        if known is None:
            known = self._steady[test] = is_steady(test.__code__)
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


def is_steady(code: CodeType) -> bool:
    """Whether a selector looks at nothing but an element, its ancestors, and attributes of these."""
    inner = [each for each in code.co_consts if isinstance(each, CodeType)]
    return STEADY.issuperset(code.co_names) and OWN.isdisjoint(code.co_consts) and all(map(is_steady, inner))
