"""Pairs that share text are found from sketches alone, and the passages are where they are said to be."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest

from tests.transforms.lake.corpus import sentences
from transforms.lake import reuse
from transforms.lake.passages import Indexed, indexed, shared
from transforms.lake.prose import GAP, Prose, sketch
from transforms.lake.reuse import COMMON, Sketches, candidates, without_common


def prose_of(text: str) -> Indexed:
    return indexed(Prose(text, np.arange(len(text), dtype=np.int32) * 2))  # as if a blank stood behind every character


def own_lines(seed: object, n: int) -> list[str]:
    """Lines of random characters: no two texts share any by chance."""
    rng = random.Random(repr(seed))
    return ["".join(chr(rng.randrange(0x4E00, 0x9FA0)) for _ in range(40)) for _ in range(n)]


def sketches(texts: list[str]) -> Sketches:
    found = [sketch(text) for text in texts]
    return Sketches(np.concatenate(found), np.cumsum([0, *map(len, found)]))


def pairs(found: Sketches, limit: int = COMMON) -> set[tuple[int, int]]:
    one, other = candidates(without_common(found, limit))
    assert (one < other).all()
    return set(zip(one.tolist(), other.tolist(), strict=True))


def test_candidates_are_the_pairs_that_share_half():
    rng = random.Random(5)
    texts, wanted = [], set()
    for group in range(60):
        base = own_lines(group, 50)
        texts.append("".join(base))
        share = rng.choice([0.0, 0.1, 0.2, 0.75, 0.9, 1.0])
        kept = base[: int(50 * share)]
        texts.append("".join([*kept, *own_lines((group, "rest"), 50 - len(kept))]))
        if share > 0.5:
            wanted.add((2 * group, 2 * group + 1))
    assert pairs(sketches(texts)) == wanted


def test_a_short_text_inside_a_long_one_is_found():
    base = own_lines("long", 200)
    texts = ["".join(base), "".join(base[60:90]), "".join(own_lines("other", 30))]
    assert pairs(sketches(texts)) == {(0, 1)}


def test_what_very_many_have_makes_no_pair():
    law = own_lines("law", 30)
    texts = ["".join([*law, *own_lines(number, 20)]) for number in range(30)]
    every = set(combinations(range(30), 2))
    assert pairs(sketches(texts), 30) == every
    assert pairs(sketches(texts), 29) == set()


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["甲"]])
def test_nothing_to_compare(texts):
    found = sketches(texts) if texts else Sketches(np.empty(0, np.uint32), np.zeros(1, np.int64))
    assert pairs(found) == set()


def test_passages_and_shares():
    rng = random.Random(1)
    lines = sentences(rng, 40)
    one, other = "".join(lines[:30]), "".join([*lines[10:30], *own_lines("x", 20)])
    found = shared(prose_of(one), prose_of(other))
    told = sum(end - start for start, end, _, _ in found.passages)
    assert found.share == pytest.approx(sum(map(len, lines[10:30])) / len(one), abs=0.06)
    assert found.other_share == pytest.approx(sum(map(len, lines[10:30])) / len(other), abs=0.06)
    for start, end, other_start, other_end in found.passages:
        assert one[start // 2 : (end + 1) // 2] == other[other_start // 2 : (other_end + 1) // 2]
        assert (end + 1 - start) // 2 >= 12
    assert all(a[1] <= b[0] for a, b in zip(found.passages, found.passages[1:], strict=False)) and told > 0


def test_a_passage_ends_where_something_was_cut():
    lines = own_lines("cut", 12)
    one, other = GAP.join(lines), "".join(lines)
    found = shared(prose_of(one), prose_of(other))
    assert len(found.passages) == 12 and found.share == found.other_share == 1.0


def test_too_little_is_not_told():
    assert shared(prose_of("".join(own_lines(1, 4))), prose_of("".join(own_lines(1, 4)))) is None  # 160 characters
    assert shared(prose_of("".join(own_lines(1, 40))), prose_of("".join(own_lines(2, 40)))) is None
    assert shared(prose_of(""), prose_of("")) is None


def test_of_two_places_the_longer_agreement_counts_and_filling_does_not():
    a, b, c = ("".join(own_lines(name, 6)) for name in "abc")
    found = shared(prose_of(a + b), prose_of(a + c + a + b))
    assert (found.passages // 2).tolist() == [[0, len(a + b) - 1, len(a + c), len(a + c + a + b) - 1]]
    assert shared(prose_of("无" * 20_000), prose_of("无" * 20_000)) is None


def test_pairs_are_the_same_however_many_are_counted_at_once(monkeypatch):
    chance = np.random.default_rng(7)
    texts = [np.unique(chance.integers(0, 1 << 32, 90, dtype=np.uint32)) for _ in range(12)]
    told = [np.sort(chance.choice(texts[chance.integers(12)], 70, replace=False)) for _ in range(300)]
    sketches = Sketches(np.concatenate(told), np.arange(301) * 70)
    whole = candidates(sketches)
    assert len(whole[0]) > 3_000
    for at_once in (1, 500):
        monkeypatch.setattr(reuse, "_AT_ONCE", at_once)
        assert all(np.array_equal(one, other) for one, other in zip(candidates(sketches), whole, strict=True))
