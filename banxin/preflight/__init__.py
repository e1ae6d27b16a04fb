"""Preflight (印前检查): what a print shop would send a PDF back for, found before it is sent.

`examine` reads any finished PDF. Each page's content is interpreted once; all rules listen to what is drawn
(`drawing.py` -> `rules/`). What a rule finds is a `Finding` with a stable code of `RULES` (`finding.py`).
"""
