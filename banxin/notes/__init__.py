"""Footnotes, endnotes and citations: one model, numbered once, before any format is written.

A book has **series** of notes (author's, translator's, citations), each with its place, its marks and its count. A note
keeps its number, its id and its marks in every format. One thing only paper knows is the page: a series that begins
anew on each page (`numbering: page`) gets those numbers where the pages are made (banxin/sheets/counted.py); EPUB and
web, which have no pages, count it by chapter. What agrees there is which note it is: its id, its words, its order.
"""

from banxin.notes.collect import number
from banxin.notes.series import Series, all_series

__all__ = ["Series", "all_series", "number"]
