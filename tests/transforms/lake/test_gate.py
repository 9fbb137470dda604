"""A partition that fails its checks stays as it was until something changes or somebody accepts it."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.checks import Check
from tests.transforms.lake.corpus import written
from tests.transforms.lake.drawn import put
from transforms.lake import build, gate, pending
from transforms.lake.build import build_all
from transforms.lake.query import connect
from transforms.lake.verify import verify
from transforms.store import Store, open_store

HOST = "www.tx.gov.cn"
KEY, NEIGHBOUR = "zhejiang|2022", "zhejiang|2021"
BODIES = ("教育局", "财政局", "水利局", "民政局", "审计局")


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Two reports of 2022 in 浙江, where a third fails a check."""
    monkeypatch.setattr(gate, "checks", lambda: (Check("few", "reports", "why", max=2),))
    store = open_store(str(tmp_path))
    add(store, 2022, *BODIES[:2])
    build_all(store)
    return store


def add(store: Store, year: int, *bodies: str) -> None:
    for body in bodies:
        text, name = written(f"桐乡市{body}", year, f"{body}{year}"), f"{BODIES.index(body)}{year}"
        put(store, name, text, HOST, site="桐乡市人民政府", url=f"http://{HOST}/{name}.html")


def counts(store: Store) -> dict[int, int]:
    return dict(connect(store.uri).sql("SELECT year, count(*) FROM reports GROUP BY 1").fetchall())


def test_the_last_good_state_stays_and_the_rest_goes_on(lake: Store) -> None:
    before = {name: stat for name, stat in lake.stats("lake/").items() if "year=2022" in name}
    add(lake, 2022, BODIES[2])
    add(lake, 2021, *BODIES[:2])
    assert build_all(lake)["keys"] == 1
    assert counts(lake) == {2021: 2, 2022: 2}
    assert {name: stat for name, stat in lake.stats("lake/").items() if "year=2022" in name} == before
    [(key, [failed])] = gate.failed_keys(lake)
    assert (key, failed.name, failed.value) == (KEY, "few", 3)
    assert list(verify(lake)) == [], "what stayed is what its build left"


def test_a_refused_build_is_not_done_again_and_not_forgotten(lake: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(lake, 2022, BODIES[2])
    build_all(lake)
    assert pending.pending_keys(lake) == []
    monkeypatch.setattr(build, "_objects", lambda *_: pytest.fail("built again"))
    for _ in range(2):
        with pytest.raises(gate.ChecksFailed, match=r"zhejiang\|2022 keeps its last good state: few = 3"):
            build.build(lake, KEY)


def test_other_checks_are_another_chance(lake: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(lake, 2022, BODIES[2])
    build_all(lake)
    assert pending.pending_keys(lake) == []
    monkeypatch.setattr(gate, "checks", lambda: (Check("few", "reports", "why", max=3),))
    monkeypatch.setattr(pending, "checks_digest", lambda: "of the mended file")
    assert pending.pending_keys(lake) == [KEY]
    build_all(lake)
    assert counts(lake) == {2022: 3} and gate.failed_keys(lake) == []
    assert pending.pending_keys(lake) == []


def test_more_pages_are_another_chance(lake: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(lake, 2022, BODIES[2])
    build_all(lake)
    monkeypatch.setattr(gate, "checks", lambda: (Check("few", "reports", "why", max=4),))
    add(lake, 2022, BODIES[3])
    build_all(lake)
    assert counts(lake) == {2022: 4} and gate.failed_keys(lake) == []


def test_a_failure_is_accepted_with_a_reason_for_what_it_was_said_of(lake: Store) -> None:
    add(lake, 2022, BODIES[2])
    build_all(lake)
    for name, reason, keys in (("few", " ", []), ("other", "x", []), ("few", "x", [NEIGHBOUR])):
        with pytest.raises(ValueError, match=name):
            gate.accept_check(lake, name, reason, keys)
    assert gate.accept_check(lake, "few", "counted by hand") == [KEY]
    assert pending.pending_keys(lake) == [KEY]
    build_all(lake)
    assert counts(lake) == {2022: 3} and pending.pending_keys(lake) == []
    [(_, [result])] = gate.checked_keys(lake)
    assert (result.status, result.value, result.reason) == ("accepted", 3, "counted by hand")
    add(lake, 2022, BODIES[3])
    build_all(lake)
    assert counts(lake) == {2022: 3} and len(gate.failed_keys(lake)) == 1, "other sources, another decision"


def test_a_build_that_would_lose_reports_is_compared_with_what_is_there(lake: Store) -> None:
    kept = Check("kept", "kept_share", "why", min=0.5)
    seen = pending.lake_objects(lake, KEY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gate, "checks", lambda: (kept,))
        [lost] = gate.judge(lake, KEY, [], {}, seen)
        [same] = gate.judge(lake, KEY, [], {name: lake.get(name) for name in seen}, seen)
        [first] = gate.judge(lake, KEY, [], {name: lake.get(name) for name in seen}, {})
    assert [(result.status, result.value) for result in (lost, same, first)] == [
        ("failed", 0.0), ("passed", 1.0), ("not_assessed", None)]  # fmt: skip
    assert gate.judge(lake, "rejects|2024-06", [], {}, {}) == []
