"""Text that different reports share: which pairs may do so. How much and where is told by passages.py.

Sharing is data, never a reason to drop a row (design.md 6). Candidates come from the sketches alone, so a pass over
the whole archive reads no text: hashes that very many reports have are left out, and two reports that share enough
of the rest are compared. Memory: about 1.5 kB a report, 0.3 GB for 200,000 of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from transforms.lake.passages import MOST, ranges

Ints = npt.NDArray[np.int64]
COMMON = 200  # reports: what more than these have is nobody's own
_ANCHORS = 32  # smallest uncommon hashes of a report, by which candidates are found
_SHARED = 3  # anchors that a pair has to share
_AT_ONCE = 4_000_000  # pairs that are counted together
_SLICES = 16  # parts of the space of hashes that are joined one after another


@dataclass(frozen=True, slots=True)
class Sketches:
    """The sketches of many reports: those of report i are `values[starts[i]:starts[i + 1]]`, sorted."""

    values: npt.NDArray[np.uint32]
    starts: Ints

    def __len__(self) -> int:
        """Return the number of reports."""
        return len(self.starts) - 1

    def owners(self) -> Ints:
        """Return the report of each value."""
        return np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.starts))

    def kept(self, mask: npt.NDArray[np.bool_]) -> Sketches:
        """Return the same sketches with only the values of a mask."""
        if not len(self):
            return self
        counts = np.add.reduceat(np.append(mask, False), self.starts[:-1], dtype=np.int64)
        counts[self.starts[:-1] == self.starts[1:]] = 0  # reduceat takes the next value for an empty stretch
        return Sketches(self.values[mask], np.concatenate([[0], np.cumsum(counts)]))

    def of(self, report: int) -> npt.NDArray[np.uint32]:
        """Return the sketch of one report."""
        return self.values[self.starts[report] : self.starts[report + 1]]


def without_common(sketches: Sketches, limit: int = COMMON) -> Sketches:
    """Return the sketches without the hashes that more than `limit` reports have."""
    mask = np.ones(len(sketches.values), bool)
    for inside in _slices(sketches.values):
        order = np.argsort(sketches.values[inside], kind="stable")
        ordered = sketches.values[inside][order]
        first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(ordered)])
        counts = np.diff(np.concatenate([first, [len(ordered)]]))
        mask[inside[order]] = np.repeat(counts <= limit, counts)
    return sketches.kept(mask)


def candidates(sketches: Sketches) -> tuple[Ints, Ints]:
    """Return the pairs (first and second reports, in order) of which one shares about half of the other.

    `sketches` are those without common hashes.
    """
    one, other = _pairs(_anchors(sketches))
    lengths = np.diff(sketches.starts)
    both = np.empty(len(one), np.int64)
    firsts = np.flatnonzero(np.concatenate([[True], one[1:] != one[:-1]])[: len(one)])
    for first, last in pairwise([*firsts.tolist(), len(one)]):  # one report and all that may be like it
        values, sizes = sketches.of(int(one[first])), lengths[other[first:last]]
        theirs = np.concatenate([sketches.of(report) for report in other[first:last].tolist()])
        hits = values[np.minimum(values.searchsorted(theirs), len(values) - 1)] == theirs
        both[first:last] = np.add.reduceat(hits, np.cumsum(sizes) - sizes, dtype=np.int64)
    least = np.minimum(lengths[one], lengths[other])
    enough = both >= MOST * least - np.sqrt(least)  # two standard deviations of what a sample says
    return one[enough], other[enough]


def _slices(values: npt.NDArray[np.uint32]) -> Iterator[Ints]:
    """Places of the values, in slices of the space of hashes: what is sorted at once stays small."""
    edges = np.linspace(0, 1 << 32, _SLICES + 1).astype(np.uint64)
    for low, high in pairwise(edges):
        yield np.flatnonzero((values >= low) & (values < high))


def _anchors(sketches: Sketches) -> Sketches:
    """The smallest hashes of each report."""
    lengths = np.minimum(np.diff(sketches.starts), _ANCHORS)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    places = np.arange(starts[-1]) + np.repeat(sketches.starts[:-1] - starts[:-1], lengths)
    return Sketches(sketches.values[places], starts)


def _pairs(anchors: Sketches) -> tuple[Ints, Ints]:
    """The pairs of reports (first and second, in order) that have enough anchors in common.

    Some reports after others, each with all behind it: never more than about `_AT_ONCE` pairs are held while they are
    counted, however large the archive.
    """
    n = np.int64(max(len(anchors), 1))
    order = np.argsort(anchors.values, kind="stable")  # by anchor, and of one anchor by report
    values, whose = anchors.values[order], anchors.owners()[order]
    lasts = np.flatnonzero(np.append(values[1:] != values[:-1], True)[: len(values)]) + 1
    behind = np.repeat(lasts, np.diff(lasts, prepend=0)) - np.arange(len(values)) - 1
    places = np.argsort(whose, kind="stable")  # of the anchors of each report
    told = np.concatenate([[0], np.cumsum(behind[places])])[anchors.starts]  # pairs begun by the reports before each
    found, start = [np.empty(0, np.int64)], 0
    while start < len(anchors):
        stop = max(int(told.searchsorted(told[start] + _AT_ONCE, "right")) - 1, start + 1)
        mine = places[anchors.starts[start] : anchors.starts[stop]]
        keys = np.repeat(whose[mine], behind[mine]) * n + whose[ranges(mine + 1, behind[mine])]
        keys, counts = np.unique(keys, return_counts=True)
        found.append(keys[counts >= _SHARED])
        start = stop
    keys = np.concatenate(found)
    return keys // n, keys % n
