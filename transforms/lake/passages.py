"""What two texts have in common: which passages, where they stand, and how much of either they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transforms.lake.prose import Prose, grams

Ints = npt.NDArray[np.int64]
MOST = 0.5  # share of one report's prose that makes a pair
_PASSAGE = 12  # characters: shorter agreements are turns of speech
_OFTEN = 64  # places in one text: what stands at more is filling, not a passage
_ENOUGH = 200  # characters that a pair has to share at least


@dataclass(frozen=True, slots=True)
class Shared:
    """What two texts share: shares of the prose of both, and passages, rows of (start, end, other start, other end)."""

    share: float
    other_share: float
    passages: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Indexed:
    """A prose with its 12-grams: hash `values[i]`, all different and sorted, stands at `places[firsts[i]:firsts[i + 1]]`."""

    prose: Prose
    values: npt.NDArray[np.uint64]
    firsts: npt.NDArray[np.int32]
    places: npt.NDArray[np.int32]


def indexed(prose: Prose) -> Indexed:
    """Return a prose with the index that `shared` looks passages up by."""
    hashes, whole = grams(prose.text, _PASSAGE)
    places = np.flatnonzero(whole)
    order = np.argsort(hashes[places], kind="stable")
    places = places[order]
    ordered = hashes[places]
    firsts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(ordered)])
    ends = np.append(firsts, len(ordered)).astype(np.int32)
    return Indexed(prose, ordered[firsts], ends, places.astype(np.int32))


def shared(one: Indexed, other: Indexed) -> Shared | None:
    """Return what two reports' own prose has in common, None when that is not most of either.

    Passages are taken greedily from the start of `one`, the longest at each place; blanks do not count.
    """
    at, against, length = _agreements(one, other)
    found = _greedy(at, against, length)
    covered = np.zeros(len(other.prose.text) + 1, np.int64)
    a, b, n = at[found], against[found], length[found]
    np.add.at(covered, b, 1)
    np.add.at(covered, b + n, -1)
    told, held = int(n.sum()), int(np.count_nonzero(np.cumsum(covered)))
    share, other_share = told / max(len(one.prose), 1), held / max(len(other.prose), 1)
    if max(share, other_share) < MOST or min(told, held) < _ENOUGH:
        return None
    mine, others = one.prose.places, other.prose.places
    ends = np.stack([mine[a], mine[a + n - 1] + 1, others[b], others[b + n - 1] + 1], 1)
    return Shared(round(share, 4), round(other_share, 4), ends.astype(np.int32))


def _agreements(one: Indexed, other: Indexed) -> tuple[Ints, Ints, Ints]:
    """Every pair of places from which both texts agree, and for how many characters; in order of both places."""
    size = max(len(other.values), 1)
    where = np.minimum(other.values.searchsorted(one.values), size - 1)
    mine = np.flatnonzero(other.values[where] == one.values) if len(other.values) else np.empty(0, np.int64)
    where = where[mine]
    m, n = np.diff(one.firsts)[mine], np.diff(other.firsts)[where]
    some = (m <= _OFTEN) & (n <= _OFTEN)
    mine, where, m, n = mine[some], where[some], m[some], n[some]
    # every place of a gram in `one` against every place of it in `other`
    times = np.repeat(n, m)
    at: Ints = np.repeat(one.places[ranges(one.firsts[mine], m)], times).astype(np.int64)
    against: Ints = other.places[ranges(np.repeat(other.firsts[where], m), times)].astype(np.int64)
    # on one diagonal, agreements at neighbouring places are one passage
    wide = len(one.prose.text) + 1
    key = (at - against + len(other.prose.text)) * wide + at
    order = np.argsort(key)
    last = np.flatnonzero(np.append(np.diff(key[order]) != 1, True)) if len(key) else np.empty(0, np.int64)
    counts = np.diff(last, prepend=-1)
    length = np.empty(len(key), np.int64)
    length[order] = np.repeat(at[order][last], counts) - at[order] + _PASSAGE
    order = np.argsort(at * (len(other.prose.text) + 1) + against)
    return at[order], against[order], length[order]


def ranges(firsts: npt.NDArray[np.integer], lengths: Ints) -> Ints:
    """Return the numbers of stretches (first and length of each), one stretch after the other."""
    ends = np.cumsum(lengths)
    shifts: Ints = np.repeat(firsts - (ends - lengths), lengths)
    return np.arange(len(shifts)) + shifts


def _greedy(at: Ints, against: Ints, length: Ints) -> list[int]:
    """From the start the longest agreement at each place (of equal ones the first), and on behind it."""
    found, place = [], 0
    while (first := int(at.searchsorted(place))) < len(at):
        last = int(at.searchsorted(at[first], "right"))
        best = first + int(length[first:last].argmax())
        found.append(best)
        place = int(at[best] + length[best])
    return found
