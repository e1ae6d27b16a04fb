"""`lint`: what is wrong with a manuscript, place by place, and what of it can be mended.

table (every kind of fault) <- rules (in the words), blocks (in the structure), the stages of a build (all else).
run: book (what is known) -> chapter (places) -> suppress (comments, settings) -> mend (`--fix`, proven) -> formats.

One system with `check` and `build`: the same Problem with the same codes. `lint` says all that can be said without
converting the book into other editions; `check` adds those, and leaves out what is a matter of style.
"""
