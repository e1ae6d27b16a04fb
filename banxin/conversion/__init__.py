"""Simplified <-> Traditional: plain text to plain text, and every place where a choice was made.

    characters.py    OpenCC, and nothing else of ours knows it
    segmentation.py  the words of a text
    rules.py         which character a one-to-many character becomes, by what stands around it (rules.tsv, words.tsv)
    judge.py         the review layer: OpenCC's reading against that of the words and of the rules
    script.py        which script a text is in

`banxin/convert.py` is the stage that takes a book through here.
"""
