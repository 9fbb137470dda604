"""The ten questions of analysts (domain.md 8) on a lake of the whole country, with and without pruning of partitions."""

from __future__ import annotations

import sys
import tempfile
import time
from statistics import median

import duckdb

from tests.benchmarks.nationwide import YEARS, write_lake
from tests.benchmarks.report import Options, Outcome
from transforms.lake.query import connect
from transforms.store import open_store

TITLE = "Questions of analysts"
REPORTS, ROUNDS = 100_000, 3
PROVINCE, SINCE, UNTIL = "jiangsu", 2019, 2023
HEAD = """{reports:,} reports of 31 provinces and {years} years through `transforms/lake/query.py`; median CPU of {rounds} rounds, all
threads, first round left out; wall time in brackets. Every question is asked of one province and the years
{since}-{until}. *Pruned* names the partition columns plainly, so that only their files are opened; *unpruned* hides them in an
expression, so that every file is read; both must give the same answer. Writing this lake took {write:.2f} ms of CPU a
report, opening it {opening:,.0f} ms.

| question | rows | pruned: CPU ms (wall) | unpruned: CPU ms (wall) | ratio |
|---|---|---|---|---|"""

# {reports}, {sections}, {figures}, {sources}: conditions on the table of that name and alias.
QUESTIONS = {
    "1 one agency over the years, section by section": """
        SELECT reports.year, s.position, s.section, s.heading, s.text
        FROM reports JOIN sections s USING (province, year, report_id, revision)
        WHERE {reports} AND {s} AND agency_name = '鼓楼区人民政府' AND is_current AND s.level = 1 ORDER BY ALL""",
    "2 requests, share granted, refusals and petitions where t3 is sound": """
        WITH sound AS (SELECT report_id, revision FROM figures f
                       WHERE {f} AND "table" = 't3' AND row = 'result_total' AND "column" = 'total' AND rule_ok)
        SELECT province, agency_level, year, sum(value) FILTER (row = 'new') AS new,
          sum(value) FILTER (row IN ('granted', 'partial')) / nullif(sum(value) FILTER (row = 'result_total'), 0) AS granted,
          sum(value) FILTER (row LIKE 'den_%') AS refused, sum(value) FILTER (row = 'np_petition') AS petitions
        FROM figures f JOIN sound USING (report_id, revision)
        WHERE {f} AND "table" = 't3' AND "column" = 'total' GROUP BY ALL ORDER BY ALL""",
    "3 carried out of a year and into the next": """
        WITH carried AS (SELECT agency_id, f.year, row, value FROM figures f JOIN reports USING (province, year, report_id, revision)
                         WHERE {f} AND {reports} AND is_current AND "table" = 't3' AND "column" = 'total'
                           AND row IN ('carried_in', 'carried_out'))
        SELECT a.year, count(*) AS pairs, count(*) FILTER (a.value = b.value) AS equal
        FROM carried a JOIN carried b ON a.agency_id = b.agency_id AND b.year = a.year + 1
        WHERE a.row = 'carried_out' AND b.row = 'carried_in' GROUP BY ALL ORDER BY ALL""",
    "4 outcomes of review and litigation, pending apart": """
        SELECT year, "column", sum(value) AS n FROM figures f WHERE {f} AND "table" = 't4' GROUP BY ALL ORDER BY ALL""",
    "5 reports there, and on time": """
        SELECT province, agency_level, year, count(*) AS n,
          count(*) FILTER (published_on <= make_date(year + 1, 1, 31)) AS january,
          count(*) FILTER (published_on <= make_date(year + 1, 3, 31)) AS march
        FROM reports WHERE {reports} AND is_current GROUP BY ALL ORDER BY ALL""",
    "6 words inside one section": """
        SELECT report_id, heading FROM sections s
        WHERE {s} AND section = 'problems_improvements' AND text LIKE '%不够及时%' ORDER BY ALL""",
    "7 the same text in several reports": """
        SELECT section, md5(text) AS text, count(DISTINCT report_id) AS reports FROM sections s
        WHERE {s} AND level = 1 AND length(text) > 100 GROUP BY ALL HAVING count(DISTINCT report_id) > 1 ORDER BY ALL""",
    "8 flags by provenance": """
        SELECT provenance, flag, count(*) AS n FROM (SELECT provenance, unnest(flags) AS flag FROM reports WHERE {reports})
        GROUP BY ALL ORDER BY ALL""",
    "9 a series over the change of forms": """
        SELECT year, form, count(*) AS reports, sum(value) AS requests FROM figures f
        WHERE {f} AND (("table" = 't3' AND row = 'new' AND "column" = 'total') OR row = 'req_received') GROUP BY ALL ORDER BY ALL""",
    "10 original, copies and archived bytes of a report": """
        SELECT report_id, x.relation, x.url, x.warc_key, x.warc_offset, x.warc_length, x.payload_sha256
        FROM sources x WHERE {x} AND report_id LIKE '%鼓楼区人民政府%' ORDER BY ALL""",
    "whole texts": """
        SELECT report_id, length(text) AS n FROM reports_text WHERE {reports_text} AND agency_level = 'county' ORDER BY ALL""",
}
NATION = "SELECT province, agency_level, year, count(*) FROM {} WHERE is_current GROUP BY ALL ORDER BY ALL"


def measure(options: Options) -> Outcome:
    """Time every question twice; missed: answers that differ or are empty. FileNotFoundError without generator."""
    rounds, missed = options.rounds or ROUNDS, []
    with tempfile.TemporaryDirectory() as folder:
        begin = time.process_time()
        reports = write_lake(open_store(folder), options.pages or REPORTS)
        writing = (time.process_time() - begin) / reports * 1000
        print(f"queries: {reports} reports written", file=sys.stderr)
        begin = time.process_time()
        connection = connect(folder)
        opening = (time.process_time() - begin) * 1000
        lines = HEAD.format(
            reports=reports, years=len(YEARS), rounds=rounds, since=SINCE, until=UNTIL, write=writing, opening=opening
        ).split("\n")
        for name, question in QUESTIONS.items():
            asked = [question.format_map(_Conditions(form)) for form in (_PRUNED, _UNPRUNED)]
            (answer, *pruned), (other, *unpruned) = (_timed(connection, sql, rounds) for sql in asked)
            missed += [f"{name}: no answer"] if not answer else []
            missed += [f"{name}: the answers differ"] if answer != other else []
            lines.append(
                f"| {name} | {len(answer):,} | {pruned[0]:,.0f} ({pruned[1]:,.0f}) "
                f"| {unpruned[0]:,.0f} ({unpruned[1]:,.0f}) | {unpruned[0] / pruned[0]:.1f} |"
            )
        (counts, *parts), (same, *index) = (_timed(connection, NATION.format(view), rounds) for view in _COUNTED)
    missed += ["the index and the partitions count differently"] if counts != same or not counts else []
    lines += [
        "",
        f"Reports of the whole country counted by province, level and year: {parts[0]:,.0f} ms ({parts[1]:,.0f}) from the "
        f"partitions, {index[0]:,.0f} ms ({index[1]:,.0f}) from `report_index`.",
    ]
    return Outcome(lines, missed)


_COUNTED = ("reports", "report_index")
_PRUNED = "{0}.province = '{1}' AND {0}.year BETWEEN {2} AND {3}"
_UNPRUNED = "concat({0}.province, '') = '{1}' AND {0}.year + 0 BETWEEN {2} AND {3}"


class _Conditions(dict[str, str]):
    """The condition on any alias, in one of the two forms."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form = form

    def __missing__(self, alias: str) -> str:
        return self.form.format(alias, PROVINCE, SINCE, UNTIL)


def _timed(
    connection: duckdb.DuckDBPyConnection, sql: str, rounds: int
) -> tuple[list[tuple[object, ...]], float, float]:
    """The answer, and median CPU and wall time in milliseconds."""
    cpu, wall, answer = [], [], []
    for _ in range(rounds + 1):
        began, start = time.process_time(), time.perf_counter()
        answer = connection.execute(sql).fetchall()
        cpu.append((time.process_time() - began) * 1000)
        wall.append((time.perf_counter() - start) * 1000)
    return answer, median(cpu[1:]), median(wall[1:])
