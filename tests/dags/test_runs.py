"""DAGs run in this process by dag.test(), with stubs for what they call and a store in memory."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dags.support import work
from schemas.seasons import day_in_china
from tests.dags.memory import MemoryStore
from transforms import pages
from transforms.lake import build
from transforms.read import STAGE_VERSION

pytestmark = pytest.mark.usefixtures("test_sites")


@pytest.fixture
def store(monkeypatch):
    """Give every task the same store, and stand-ins for reading and building that note what they are asked for."""
    made = MemoryStore()
    made.built = []
    monkeypatch.setattr(
        pages, "read_warcs", lambda store, keys: ["gansu|2019", "rejects|unknown"] if list(keys) else []
    )
    monkeypatch.setattr(build, "_objects", lambda s, key, sources: (made.built.append(key) or 1, [], {}))
    monkeypatch.setattr(work, "open_archive", lambda: made)
    return made


def states(run) -> dict[str, str]:
    return {f"{ti.task_id}{'' if ti.map_index < 0 else ti.map_index}": str(ti.state) for ti in run.get_task_instances()}


def emitted(run) -> set[tuple[str, str]]:
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        events = session.scalars(select(AssetEvent).where(AssetEvent.source_run_id == run.run_id))
        return {(event.asset.name, event.partition_key) for event in events}


def test_build_reports(bag, run_dag, store):
    store.put(f"pages/v{STAGE_VERSION}/province=gansu/year=2019/a.arrow", b"1")
    run = run_dag(bag.dags["build_reports"], "gansu|2019")
    assert states(run) == {"build": "success"}
    run_dag(bag.dags["build_reports"], "gansu|2019")
    assert store.built == ["gansu|2019"], "the second run finds it built"


def test_build_without_key_fails(bag, run_dag, store):
    assert str(run_dag(bag.dags["build_reports"], None).state) == "failed"
    assert store.built == []


def test_plan(bag, run_dag, store):
    store.put(f"pages/v{STAGE_VERSION}/province=gansu/year=2019/a.arrow", b"1")
    run = run_dag(bag.dags["plan_year"], "2020", {"families": ["hanweb"]})
    assert states(run) == {
        "ledger": "success", "plan_hanweb": "success", "plan_trs_wcm": "skipped", "pending": "success"}  # fmt: skip
    assert emitted(run) == {
        ("plan_hanweb", "gansu|2020"),
        ("plan_hanweb", "xinjiang|2020"),
        ("pages", "gansu|2019"),
    }


def test_the_plan_of_a_past_partition_knows_what_day_it_is(bag, run_dag, store, monkeypatch):
    asked = []
    monkeypatch.setattr(work, "update_ledger", lambda store, today: asked.append(today))
    monkeypatch.setattr(work, "plan_sites", lambda *_, today, **__: asked.append(today) or {})
    past = datetime(2014, 1, 1, tzinfo=UTC)  # as Airflow's backfill stamps its runs
    run = run_dag(bag.dags["plan_year"], "2014", {"families": ["hanweb"], "only": "failed"}, run_after=past)
    assert run.run_after == past and states(run)["ledger"] == "success"
    assert asked == [day_in_china(run.start_date)] * 2 and asked[0].year > 2014


@pytest.mark.parametrize(
    ("conf", "ledger", "plan"),
    [
        ({"years": "2099"}, "skipped", "skipped"),
        ({"years": "2020-2010"}, "failed", "upstream_failed"),
        ({"years": "2019", "provinces": ["gansu"], "levels": ["central"]}, "failed", "upstream_failed"),
    ],
)
def test_a_plan_of_nothing_starts_nothing_and_says_so(bag, run_dag, store, conf, ledger, plan):
    run = run_dag(bag.dags["plan_year"], None, conf)
    assert (states(run)["ledger"], states(run)["plan_hanweb"]) == (ledger, plan)
    assert not emitted(run)


def test_years_to_come_are_left_out_of_the_key(bag, run_dag, store):
    run = run_dag(bag.dags["plan_year"], None, {"families": ["trs_wcm"], "years": "2020-2099"})
    assert emitted(run) == {("plan_trs_wcm", f"xinjiang|2020-{day_in_china(run.start_date).year - 1}")}


def test_the_season_plans_the_year_before(bag, run_dag, store):
    run = run_dag(bag.dags["plan_season"], None, {"families": ["hanweb"]})
    year = day_in_china(run.run_after).year - 1
    assert emitted(run) == {("plan_hanweb", f"gansu|{year}"), ("plan_hanweb", f"xinjiang|{year}")}


def test_one_failing_site_does_not_hold_up_the_other(bag, run_dag, store, monkeypatch):
    def crawl(store, site_id, years, crawl_id, *, again=False, today=None):
        if site_id == "a-1":
            raise RuntimeError("found nothing where 3 reports are expected")
        store.put("raw/trs_wcm/a-2/x-0.warc.gz", b"x")
        return {}

    monkeypatch.setattr(work, "crawl", crawl)
    run = run_dag(bag.dags["crawl_trs_wcm"], "xinjiang|2019")
    seen = states(run)
    assert (seen["crawl0"], seen["crawl1"]) == ("failed", "success")
    assert seen["publish"] == "success" and seen["verdict"] == "upstream_failed"
    assert str(run.state) == "failed"
    keys = {key for asset, key in emitted(run) if asset == "pages"}
    assert {key for key in keys if not key.startswith("crawls|")} == {"gansu|2019", "rejects|unknown"}
    assert any(key.startswith("crawls|") for key in keys), "the failure is logged too"


def test_import_pages(bag, run_dag, store, tmp_path):
    (tmp_path / "one.txt").write_text("政府信息公开工作年度报告", "utf-8")
    run = run_dag(bag.dags["import_pages"], None, {"source": str(tmp_path), "kind": "text"})
    assert set(states(run).values()) == {"success"}
    assert emitted(run) == {("pages", "gansu|2019"), ("pages", "rejects|unknown")}
    assert [key for key in store.objects if key.startswith("raw/import/")]


def test_import_of_nothing_fails(bag, run_dag, store, tmp_path):
    run = run_dag(bag.dags["import_pages"], None, {"source": str(tmp_path / "none"), "kind": "text"})
    assert str(run.state) == "failed"


def test_a_site_that_left_its_family_fails_the_probe(bag, run_dag, store, monkeypatch):
    asked = []

    def probe_sites(store, province, families, today):
        asked.append((province, sorted(families)))
        return ["g-1: hanweb → vsb: marks"] if province == "gansu" else []

    monkeypatch.setattr(work, "probe_sites", probe_sites)
    run = run_dag(bag.dags["probe_sites"], None)
    assert sorted(asked) == [("gansu", ["hanweb", "trs_wcm"]), ("xinjiang", ["hanweb", "trs_wcm"])]
    assert states(run)["verdict"] == "failed" and states(run)["look0"] == states(run)["look1"] == "success"
