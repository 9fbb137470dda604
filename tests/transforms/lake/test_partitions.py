"""The text is stored once: rows of level 1 join to it, all other rows carry none."""

import hashlib
import io

import pyarrow.parquet as pq

from tests.transforms.lake.test_dedupe import page
from transforms.lake.dedupe import editions
from transforms.lake.partitions import lake_tables, to_parquet
from transforms.lake.verify import _agree
from transforms.text.sections import section_rows, split

TEXT = (
    "按条例编制。\n一、总体情况\n（一）主动公开方面。公开12条。\n（二）平台建设。好。\n二、主动公开政府信息情况\n见表。\n"
    "三、收到和处理政府信息公开申请情况\n四、其他需要报告的事项\n无。"
)


def stored() -> dict[str, list[dict]]:
    rows = section_rows(TEXT, split(TEXT, []), "D")
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    base = page(
        "u", text=TEXT, sections=rows, figures=[], text_sha256=digest, province="x", agency_level="county", flags=[]
    )
    tables = lake_tables(editions([base]))
    return {
        name: pq.read_table(io.BytesIO(to_parquet(levels["county"]))).to_pylist() if levels else []
        for name, levels in tables.items()
    }


def test_sections_of_level_one_join_to_the_text():
    tables = stored()
    rows = sorted(tables["sections"], key=lambda row: row["position"])
    assert "".join(row["text"] or "" for row in rows) == TEXT
    assert [row["section"] for row in rows if row["level"] == 2] == ["ov_proactive", "ov_platform"]
    assert all(
        row["text"] is None and TEXT[row["start"] : row["end"]].startswith("（") for row in rows if row["level"] == 2
    )
    assert list(_agree("p", tables)) == []


def test_what_is_lacking_has_neither_text_nor_place():
    rows = [row for row in stored()["sections"] if row["status"] in ("merged", "absent", "not_found")]
    assert {(row["section"], row["status"]) for row in rows} == {
        ("review_litigation", "not_found"), ("problems_improvements", "not_found"), ("fees", "absent"),
    }  # fmt: skip
    assert all(row["text"] is None and row["start"] is None and row["end"] is None for row in rows)
