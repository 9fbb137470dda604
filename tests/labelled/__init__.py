"""Labelled pages of our own writing: real places, invented hosts, invented reports and numbers, full truth.

`pages.labelled_pages()` builds them in memory, the same every time; `mutations.py` damages them on purpose;
`score.py` (`make quality`) reads them all and says how far the reading is from its targets.
"""
