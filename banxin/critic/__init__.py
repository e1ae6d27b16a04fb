"""CriticMarkup: an editor's marks in the Markdown itself, which an author takes or refuses.

marks (where they stand) -> resolve (what becomes of the text) -> folder (of a whole manuscript); draw shows them in
drafts, and mark writes them for what differs between two versions. The five marks are those of the toolkit
(criticmarkup.com): `{++ ++}`, `{-- --}`, `{~~ ~> ~~}`, `{>> <<}`, `{== ==}`. They are not nested.
"""
