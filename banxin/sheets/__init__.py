"""A PDF made of signatures (书帖): parts of the book that are laid out apart, and bound into one file.

A signature is what begins a page of its own: the title page, a chapter. Its sheets are laid out knowing nothing of
their place in the book; where a page stands, its running head, its folio, its colour and its crop marks are its frame,
drawn once the numbers of all pages are known.
"""
