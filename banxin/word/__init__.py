"""Word and back: an editor gets a .docx, and what she changed there comes back as CriticMarkup in the right files.

anchors (which paragraph is which) -> export (a .docx with styles, a bookmark before each paragraph) -> the editor ->
changes (what pandoc reads of tracked changes and comments) -> imports (the files with marks, what found no place).
"""
