"""How long books take, beside other programs and stage by stage: `make bench`, `make stages`.

Books are generated (`tools/long_book.py`), every run is a fresh process. What can be compared is compared in one run:
times of a machine say little about another one, ratios say much.
"""
