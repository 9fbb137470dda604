"""Damage of every kind, one at a time: verify finds it and names the object."""

from __future__ import annotations

import io
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from transforms.lake.build import build_all
from transforms.lake.verify import verify
from transforms.store import FileStore, open_store

TIMES = 10  # of each kind


@pytest.fixture(scope="module")
def archive(nation_lake, tmp_path_factory):
    store = open_store(str(tmp_path_factory.mktemp("damage") / "a"))
    for site in ("s-guyuan", "s-clone"):
        for key in nation_lake.list(f"raw/trs_wcm/{site}/"):
            store.put(key, nation_lake.get(key))
    build_all(store)
    assert list(verify(store)) == []
    return store


def flipped(store: FileStore, chance: random.Random) -> list[str]:
    key = chance.choice(
        [
            key
            for folder in ("raw/", "lake/reports/", "lake/figures/", "state/signatures/")
            for key in store.list(folder)
            if "cdxj" not in key
        ]
    )
    data = bytearray(store.get(key))
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    store.put(key, bytes(data))
    return [key]


def truncated(store: FileStore, chance: random.Random) -> list[str]:
    key = chance.choice(
        [key for folder in ("raw/", "lake/") for key in store.list(folder) if "cdxj" not in key and "index" not in key]
    )
    data = store.get(key)
    store.put(key, data[: chance.randrange(len(data))])
    return [key]


def swapped(store: FileStore, chance: random.Random) -> list[str]:
    one, other = chance.sample(list(store.list("lake/sections/")), 2)
    first, second = store.get(one), store.get(other)
    store.put(one, second)
    store.put(other, first)
    return [one, other]


def source_lost(store: FileStore, chance: random.Random) -> list[str]:
    key = chance.choice(list(store.list("lake/sources/")))
    table = pq.read_table(io.BytesIO(store.get(key)))
    sink = io.BytesIO()
    pq.write_table(table.slice(1), sink)
    store.put(key, sink.getvalue())
    return [key]


def pointer_dangling(store: FileStore, chance: random.Random) -> list[str]:
    key = chance.choice(list(store.list("lake/reports/")))
    table = pq.read_table(io.BytesIO(store.get(key)))
    at = table.schema.get_field_index("warc_offset")
    moved = pa.array([value + 1 for value in table.column(at).to_pylist()], pa.int64())
    sink = io.BytesIO()
    pq.write_table(table.set_column(at, table.schema.field(at), moved), sink)
    store.put(key, sink.getvalue())
    return [key]


@pytest.mark.parametrize("damage", [flipped, truncated, swapped, source_lost, pointer_dangling])
def test_damage_is_found_and_named(damage, archive):
    chance = random.Random(damage.__name__)
    for _ in range(TIMES):
        kept = {key: archive.get(key) for key in archive.list("")}
        harmed = damage(archive, chance)
        said = list(verify(archive))
        for key in harmed:
            assert any(line.startswith(key) for line in said), (key, said)
        for key in harmed:
            archive.put(key, kept[key])
    assert list(verify(archive)) == []
