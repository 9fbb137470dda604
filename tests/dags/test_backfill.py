"""`archive backfill` against a small Airflow on loopback and a store whose marks are what its crawls leave."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from archive import app
from dags.support import backfill, work
from dags.support.rest import ApiError, Client
from schemas.tables import CRAWLS
from scrapers.crawls import mark_read, parse_years, save_summary
from tests.dags.fake_airflow import FakeAirflow
from tests.transforms.lake.corpus import written
from tests.transforms.lake.drawn import put
from transforms.lake.build import build_all
from transforms.lake.checks import Result
from transforms.lake.columns import to_table
from transforms.lake.gate import to_mark
from transforms.lake.index import INDEX_KEY
from transforms.lake.partitions import to_parquet
from transforms.lake.pending import mark_built
from transforms.lake.query import connect
from transforms.read import STAGE_VERSION
from transforms.store import open_store

pytestmark = pytest.mark.usefixtures("test_sites")
RUN = CliRunner()
QUICK = backfill.Pace(look=0.005, line=0.1, settle=0.05, silence=0.2, patience=0.5)


class World:
    """The store, what was crawled in which order, and the families whose crawls fail; crawls follow their plan."""

    def __init__(self, store) -> None:
        self.store, self.crawled, self.failing, self.wishes = store, [], set(), {}

    def plan(self, conf):
        narrow = {name: conf[name] for name in ("levels", "only")}
        for family in conf["families"]:
            for key in work.plan_sites(self.store, family, conf["provinces"], conf["years"], **narrow):
                self.wishes[family, key] = narrow
                yield family, key

    def crawl(self, family, key):
        for site_id in work.sites_to_do(self.store, family, key, [self.wishes[family, key]]):
            self.crawled.append((site_id, key.partition("|")[2]))
            if family not in self.failing:
                summary = {"family": family, "site_id": site_id, "crawl_id": f"c{len(self.crawled)}", "outcome": "ok",
                           "started": "2026-05-02T00:00:00+00:00"}  # fmt: skip
                save_summary(self.store, summary, parse_years(key.partition("|")[2]))
                mark_read(self.store, family, site_id, parse_years(key.partition("|")[2]), STAGE_VERSION)
        return family not in self.failing


@pytest.fixture
def world(tmp_path, monkeypatch):
    made = World(open_store(str(tmp_path)))
    monkeypatch.setenv("ARCHIVE_STORE", made.store.uri)
    monkeypatch.setattr(backfill, "Pace", lambda: QUICK)
    return made


@pytest.fixture
def airflow(world, monkeypatch):
    with FakeAirflow(world.plan, world.crawl) as made:
        monkeypatch.setenv("ARCHIVE_AIRFLOW_URL", made.url)
        monkeypatch.setenv("ARCHIVE_AIRFLOW_PASSWORD", "p")
        yield made


def asked(*line, code=0):
    answer = RUN.invoke(app, ["backfill", *line])
    assert answer.exit_code == code, answer.output
    return " ".join(answer.output.split())


HERE = ("--province", "xinjiang", "--years", "2018-2020")


def test_one_crawl_for_all_years_and_nothing_the_second_time(airflow, world):
    said = asked(*HERE)
    assert "3 sites to crawl" in said and "3/3 sites" in said and "UTC" in said and said.endswith("done")
    assert sorted(world.crawled) == [("a-1", "2018-2020"), ("a-2", "2018-2020"), ("a-3", "2018-2020")]
    assert [run["conf"]["years"] for run in airflow.of("plan_year")] == ["2018-2020"]
    before = len(airflow.runs)
    assert "nothing to do" in asked(*HERE) and "nothing to do" in asked("--province", "xinjiang", "--years", "2019")
    assert len(airflow.runs) == before


def test_it_ends_with_the_index(airflow, world):
    put(world.store, "r", written("桐乡市教育局", 2022, "r"), "www.tx.gov.cn", site="桐乡市人民政府")
    build_all(world.store)
    world.store.delete(INDEX_KEY)  # as the builds of Airflow's runs leave it
    asked(*HERE)
    assert connect(world.store.uri).sql("SELECT count(*) FROM report_index").fetchall() == [(1,)]


def test_only_the_provinces_families_and_levels_asked_for(airflow, world):
    asked(*HERE, "--family", "trs_wcm,hanweb", "--level", "township")
    assert world.crawled == [("a-2", "2018-2020")]
    asked("--province", "all", "--years", "2018-2020", "--family", "hanweb")
    assert sorted(world.crawled[1:]) == [("a-3", "2018-2020"), ("g-1", "2018-2020")]


@pytest.mark.parametrize(
    ("order", "years"), [("newest", ["2020", "2019", "2018"]), ("oldest", ["2018", "2019", "2020"])]
)
def test_year_by_year(airflow, world, order, years):
    asked(*HERE, "--order", order, "--level", "township")
    assert world.crawled == [("a-2", year) for year in years]


def test_a_dry_run_starts_and_writes_nothing(airflow, world):
    said = asked(*HERE, "--dry-run")
    assert not world.store.stats("")
    assert "a.gov.cn" in said and "all hosts at once" in said and "requests to 3 hosts" in said
    assert not airflow.runs and not airflow.tokens


def log_of(world, site_id, started):
    crawl = {**dict.fromkeys(CRAWLS.names), "site_id": site_id, "crawl_id": "c", "years": "2008-2025", "requests": 9,
             "pages": 4, "started": started, "outcome": "partial"}  # fmt: skip
    world.store.put("lake/crawls/crawl_month=2026-05/part-0.parquet", to_parquet(to_table([crawl], CRAWLS)))


def test_only_what_the_ledger_says_failed(airflow, world):
    line = ("--province", "all", "--years", "2018-2020", "--failed")
    log_of(world, "a-3", datetime(2026, 5, 1, tzinfo=UTC))
    assert "8 requests to 1 hosts" in asked(*line, "--dry-run"), "5 besides pages, and 3 reports"
    asked(*line)
    assert world.crawled == [("a-3", "2018-2020")]
    said = asked(*line)
    assert "nothing to do: nothing failed" in said and "3 failed" in said, "the log is not built here"


def test_what_was_crawled_well_and_failed_later_is_failed(airflow, world):
    save_summary(world.store, {"family": "hanweb", "site_id": "a-3", "crawl_id": "c0", "outcome": "ok",
                 "started": "2026-04-01T00:00:00+00:00", "read_stage": STAGE_VERSION}, range(2018, 2021))  # fmt: skip
    line = ("--province", "xinjiang", "--family", "hanweb", "--years", "2018-2020", "--failed")
    assert "nothing failed" in asked(*line) and not world.crawled
    log_of(world, "a-3", datetime(2026, 5, 1, tzinfo=UTC))
    asked(*line)
    assert world.crawled == [("a-3", "2018-2020")]


def test_nothing_to_do_is_told_with_what_the_ledger_says(airflow, world):
    asked(*HERE)
    assert asked(*HERE) == ("nothing to do: all 3 sites are crawled, their pages are built; the ledger says: 3 missing")
    said = asked(*HERE, "--family", "hanweb")
    assert "all 1 sites" in said and said.endswith("nothing expected"), "the body's first site is of another family"


def test_partitions_that_checks_hold_back_end_it_with_an_error(airflow, world):
    mark_built(world.store, "xinjiang|2019", {"fingerprint": "", "objects": {}, "warcs": [],
               "checks": to_mark([Result("reports", "failed", 0.0)])})  # fmt: skip
    for nothing_left in (False, True):
        said = asked(*HERE, code=1)
        assert ("nothing to do" in said) is nothing_left
        assert "failed: xinjiang|2019 keeps its last good state: reports = 0" in said
    assert asked("--province", "xinjiang", "--years", "2018") and asked("--province", "gansu", "--years", "2019")


def test_what_failed_is_told_by_key_and_site_and_asked_again(airflow, world):
    world.failing = {"hanweb"}
    said = asked(*HERE, code=1)
    assert "failed: crawl_hanweb[xinjiang|2018-2020].crawl[a-1]: CrawlFailed: robots" in said
    world.failing = set()
    asked(*HERE)
    assert [site_id for site_id, _ in world.crawled].count("a-3") == 2
    assert sorted(site_id for site_id, _ in world.crawled) == ["a-1", "a-2", "a-3", "a-3"], "what was well is kept"


def test_killed_and_started_again_it_joins_what_is_under_way(airflow, world):
    def killed(line):
        if "crawl_hanweb 0/1" in line:
            raise KeyboardInterrupt

    from dags.support.backfill_cli import _left, _wish

    wish = _wish("xinjiang", "", "", "2018-2020", 2026, False)
    client = Client(airflow.url, "admin", "p")
    with pytest.raises(KeyboardInterrupt):
        backfill.run_backfill(client, wish, lambda: _left(world.store, wish, None), 60, say=killed)
    assert not world.crawled and airflow.of("crawl_hanweb")
    assert "under way already" in asked(*HERE)
    assert sorted(site_id for site_id, _ in world.crawled) == ["a-1", "a-2", "a-3"]
    assert len(airflow.of("plan_year")) == 1, "what was under way did all of it"


def test_a_paused_dag_is_named_and_nothing_started(airflow):
    airflow.paused = {"crawl_hanweb"}
    assert "paused, so that nothing was started: crawl_hanweb" in asked(*HERE, code=1)
    assert not airflow.runs


def test_a_busy_airflow_is_asked_again_and_one_that_is_away_waited_for(airflow, world):
    airflow.refusals, airflow.outages = [409, 409], []
    client = Client(airflow.url, "admin", "p")
    client.call("GET", "/dags/plan_year")
    airflow.tokens += 1  # the token has run out
    assert client.paused(["plan_year"]) == []
    asked(*HERE)
    assert len(airflow.of("plan_year")) == 1 and len(world.crawled) == 3
    airflow.refusals = [409] * 1000
    assert "409" in asked("--province", "gansu", "--years", "2019", code=1)


def test_airflow_may_be_away_for_a_while(airflow, world):
    from dags.support.backfill_cli import _left, _wish

    wish, client = _wish("gansu", "", "", "2019", 2026, False), Client(airflow.url, "admin", "p")

    def say(line):
        if "1 sites to crawl" in line:
            airflow.outages = [503, 502]

    assert backfill.run_backfill(client, wish, lambda: _left(world.store, wish, None), 60, say=say) == []
    assert world.crawled == [("g-1", "2019")] and not airflow.outages


def test_a_site_that_no_run_took_is_not_passed_over(airflow, world):
    airflow.plan = lambda conf: []
    assert "g-1: no run failed, and yet it is not complete" in asked("--province", "gansu", "--years", "2019", code=1)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["--province", "narnia", "--years", "2019"], "no such province: narnia"),
        (["--province", "gansu", "--years", "2019", "--level", "village"], "no such level: village"),
        (["--province", "gansu", "--years", "2099"], "years that have ended"),
        (["--province", "gansu", "--years", "all"], "years that have ended"),
        (["--province", "gansu", "--years", "2019", "--order", "random"], "newest, oldest"),
        (["--province", "", "--years", "2019"], "name a province"),
        (["--province", ",", "--years", "2019"], "name a province"),
        (["--province", "gansu", "--years", "2019", "--family", ","], "name a family"),
        (["--province", "gansu", "--years", "2019", "--level", "central"], "no site of the registry fits"),
        (["--province", "gansu", "--years", "2019", "--url", "ftp://x"], "http(s)://"),
    ],
)
def test_bad_wishes_are_refused(airflow, line, said):
    assert said in asked(*line, code=1)
    assert not airflow.runs


def test_without_an_airflow_it_says_so(world, monkeypatch, tmp_path):
    monkeypatch.setenv("ARCHIVE_DATA", str(tmp_path / "data"))
    assert "no Airflow is up here" in asked(*HERE, code=1)
    monkeypatch.setenv("ARCHIVE_AIRFLOW_PASSWORD", "p")
    assert "/auth/token" in asked(*HERE, "--url", "http://127.0.0.1:9", code=1)
    with pytest.raises(ApiError):
        Client("http://127.0.0.1:9", "admin", "p", timeout=1).runs()
