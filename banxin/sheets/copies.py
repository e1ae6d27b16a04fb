"""Notes with several marks whose numbers begin anew on each page: one a page.

On another page the first number would say nothing, so such a note stands behind each of its marks. Which of them share
a page is known when the pages are laid out; then a note that stands there already is left out, and its mark has the
number of the one before it. A mark that goes to another page for that keeps its note from then on, so that an end is
reached (`APART`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

OPEN, BETWEEN, CLOSE = "\ue0f7", "\ue0f8", "\ue0f9"
COPY = re.compile(f"{OPEN}([^/]*)/([^{BETWEEN}]*){BETWEEN}(.*?){CLOSE}", re.DOTALL)
"""A note behind one of its marks: the ids of the mark and of the note there."""
BACK_OPEN, BACK_CLOSE = "\ue0fa", "\ue0fb"
BACK = re.compile(f"{BACK_OPEN}([^{BACK_CLOSE}]*){BACK_CLOSE}")
"""Where the note of a mark leads back to all that share it."""
SIGN = "\u2191"
APART = "!"
"""Before the id of a mark that has to keep its note."""


def opened(call: str, id: str) -> str:
    """What stands before the note of a mark."""
    return f"{OPEN}{call}/{id}{BETWEEN}"


def back(call: str) -> str:
    """What stands at the end of the note of a mark."""
    return f"{BACK_OPEN}{call}{BACK_CLOSE}"


def on_page(marks: Sequence[tuple[str, str, str]], known: Mapping[str, int]) -> dict[str, int]:
    """The numbers of the marks of one page."""
    seen: Counter[str] = Counter()
    numbers: dict[str, int] = {}
    notes: dict[str, int] = {}
    for key, id, note in marks:
        if note in notes and f"{APART}{id}" not in known:
            numbers[id] = -notes[note]
            continue
        seen[key] += 1
        numbers[id] = seen[key]
        if note:
            notes[note] = seen[key]
    return numbers


def apart(known: Mapping[str, int], found: Mapping[str, int]) -> dict[str, int]:
    """The marks that have to keep their notes, now that the pages are other ones."""
    moved = (id for id, number in known.items() if number < 0 < found.get(id, 0))
    return {**{id: 1 for id in known if id.startswith(APART)}, **{f"{APART}{id}": 1 for id in moved}}


def shared(marks: Sequence[tuple[str, str, str]], counts: Mapping[str, int]) -> dict[str, str]:
    """Of each mark whose note stands behind another one on its page, that one."""
    last: dict[str, str] = {}
    found: dict[str, str] = {}
    for _, id, note in marks:
        if note in last and counts.get(id, 1) < 0:
            found[id] = last[note]
        elif note:
            last[note] = id
    return found


def resolved(html: str, shared: Mapping[str, str]) -> str:
    """The HTML with the notes that are wanted."""
    if OPEN not in html:
        return html
    ids = {match[1]: match[2] for match in COPY.finditer(html)}
    html = COPY.sub(lambda match: "" if match[1] in shared else match[3], html)
    for call, owner in shared.items():
        html = html.replace(f'href="#{ids[call]}"', f'href="#{ids[owner]}"')
    return BACK.sub(lambda match: _links_back(match[1], shared), html)


def _links_back(owner: str, shared: Mapping[str, str]) -> str:
    calls = [call for call, other in shared.items() if other == owner]
    return "".join(f' <a class="backlink" href="#{call}">{SIGN}</a>' for call in ([owner, *calls] if calls else ()))
