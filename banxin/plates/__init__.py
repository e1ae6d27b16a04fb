"""Plates (制版): what the profile `print` does to colour.

Black is black ink alone, greys are tints of it, other colours are mixed of the four inks by the printer's ICC profile
or are an ink of their own; pictures are converted by the same profile. What is drawn says so at the moment when it is
drawn (`painting.py`), so that no finished page is read again.
"""
