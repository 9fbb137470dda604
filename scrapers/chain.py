"""What the earlier pages of a list have shown, so that a list that goes on for ever or breaks off is known as such."""

from __future__ import annotations

from dataclasses import dataclass, field

from scrapers.links import Link
from scrapers.paging import Told, told_of

FOLLOWING = 10_000  # ranks from here on are list pages that go on, not links on the page
MAX_DRY = 3  # pages in a row that lead on and show nothing: a frame in a frame, a service behind both


@dataclass(frozen=True, slots=True)
class Chain:
    """The pages before one: keys of their rows, how many showed articles, how many in a row nothing, what they told.

    `root` is the column of the registry that the list belongs to, "" when it names none.
    """

    root: str = ""
    rows: frozenset[str] = frozenset()
    pages: int = 0
    dry: int = 0
    told: Told = field(default_factory=Told)

    def after(self, marks: frozenset[str], text: str, *, articles: bool, new: bool) -> Chain:
        """Return the chain with one more page: keys of its rows, whether it has articles, whether it shows anything `new`."""
        told = told_of(text)
        latest = Told(told.pages or self.told.pages, told.rows or self.told.rows)
        return Chain(self.root, self.rows | marks, self.pages + articles, 0 if marks or new else self.dry + 1, latest)

    def goes_on(self) -> bool:
        """Say whether the next page is worth a request when this one showed nothing: not after one that did not."""
        return self.dry == 0

    def is_spent(self) -> bool:
        """Say whether nothing at all is worth a request any more."""
        return self.dry >= MAX_DRY

    def breaks_off(self, *, at_nothing: bool = False) -> bool:
        """Say whether a list that ends here lacks most of what it told of.

        Totals often claim more than there is, and deep pages may not be kept (families.md 3): more than half is
        enough, and a list of some pages may end `at_nothing`, a page that is not there or has no text.
        """
        came, told = (self.pages, self.told.pages) if self.told.pages is not None else (len(self.rows), self.told.rows)
        if told is None or (at_nothing and self.pages > 1):
            return False
        whole = self.told.rows is not None and len(self.rows) >= self.told.rows
        return not whole and told > 1 and 2 * came <= told


def below(kind: str, link: Link, depth: int) -> int:
    """Return how deep a link lies that a page of a `kind` shows: a list's next page no deeper, a column at 0."""
    if kind == "hub" and link.kind == "list":
        return 0
    return depth if link.rank >= FOLLOWING else depth + 1
