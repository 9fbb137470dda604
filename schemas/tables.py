"""Arrow schemas of every table: the public contract of the lake. Each field says what it means."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder

import pyarrow as pa


class _NoPandas(MetaPathFinder):
    def find_spec(self, name: str, path: object, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


# The first list that Arrow makes an array of has it look for pandas, whose import costs a process half a second and
# tens of megabytes. So it looks now and finds none; for `to_pandas` it will look again.
sys.meta_path.insert(0, _finder := _NoPandas())
pa.array([None])
sys.meta_path.remove(_finder)

AGENCY_LEVELS = ("central", "province", "prefecture", "county", "township", "other")
PROVENANCES = ("official", "proxy", "unknown", "republisher", "mirror")  # in order of trust

_TEXT, _INT, _LONG, _REAL, _BOOL = pa.string(), pa.int32(), pa.int64(), pa.float64(), pa.bool_()
_TIME, _DATE, _NAMES = pa.timestamp("s", tz="UTC"), pa.date32(), pa.list_(pa.string())
_AMOUNT = pa.decimal128(18, 4)


def _fields(*rows: tuple[str, pa.DataType, str]) -> list[pa.Field]:
    return [pa.field(name, kind, metadata={"description": text}) for name, kind, text in rows]


_POINTER = _fields(
    ("warc_key", _TEXT, "object in the bucket that holds the archived bytes"),
    ("warc_offset", _LONG, "byte offset of the record in that object"),
    ("warc_length", _LONG, "bytes of the record in that object"),
    ("payload_sha256", _TEXT, "SHA-256 of the archived payload"),
)
_CRAWLED = _fields(
    ("site_id", _TEXT, "site of the registry that was crawled"),
    ("family", _TEXT, "site family, import, or the web archive it came from"),
)
_ISSUER = _fields(
    ("agency_id", _TEXT, "current division code and normalised name of the issuer"),
    ("agency_name", _TEXT, "normalised name with its division"),
    ("agency_name_printed", _TEXT, "name as the page prints it"),
    ("agency_kind", _TEXT, "government, department, vertical_agency …"),
    ("report_scope", _TEXT, "own, jurisdiction_aggregate, system_aggregate"),
    ("is_xpcc", _BOOL, "body of the Xinjiang Production and Construction Corps"),
    ("province_code", _TEXT, "GB/T 2260 code of the province"),
    ("province_name", _TEXT, "full name of the province"),
    ("prefecture_code", _TEXT, "code of the prefecture, empty where there is none"),
    ("prefecture_name", _TEXT, "full name of the prefecture"),
    ("county_code", _TEXT, "code of the county, empty where there is none"),
    ("county_name", _TEXT, "full name of the county"),
)
_PARTITION = _fields(
    ("province", _TEXT, "partition: pinyin slug of the province"),
    ("year", _INT, "partition: the year the report covers"),
    ("agency_level", _TEXT, "partition: tier of the territory the issuer serves"),
)
_REPORT = _fields(
    ("title", _TEXT, "title as printed, or synthesised"),
    ("title_inferred", _BOOL, "no title stood on the page"),
    ("published_on", _DATE, "earliest plausible day of publication, null when unknown"),
    ("published_basis", _TEXT, "what told the day: meta, index_block, page, signed, url"),
    ("period_start", _TEXT, "first day of the stated period"),
    ("period_end", _TEXT, "last day of the stated period"),
    ("era_by_structure", _TEXT, "era that tables or outline tell: AB, B, C, D, CD, or empty"),
    ("era_by_year", _TEXT, "era of the report year: A, B, C, D"),
    ("n_chars", _INT, "code points of the text"),
    ("text_sha256", _TEXT, "SHA-256 of the UTF-8 text"),
)
_JUDGED = _fields(
    ("flags", _NAMES, "quality flags, sorted"),
    ("confidence_year", _REAL, "0-1"),
    ("confidence_agency", _REAL, "0-1"),
    ("confidence_level", _REAL, "0-1"),
    ("evidence", _TEXT, "JSON: what decided type, year, agency, host and date"),
    ("stage_version", _INT, "version of the reading stage"),
)
_KEY = _fields(
    ("report_id", _TEXT, "agency_id:year:scope"),
    ("revision", _INT, "1 = first edition; corrected editions count up"),
)
SECTION_FIELDS = _fields(
    ("section", _TEXT, "canonical key"),
    ("also", _NAMES, "other keys merged into it"),
    ("heading", _TEXT, "heading as printed"),
    ("level", _INT, "1 tiles the text; 2 = part of a section, with offsets and no text of its own; 0 = lacking"),
    ("parent", _TEXT, "key of the enclosing section; of a merged one, the section that tells it"),
    ("start", _INT, "offset in the report's text, code points; null for what is merged, absent or not found"),
    ("end", _INT, "end offset, exclusive"),
    (
        "status",
        _TEXT,
        "found, empty; merged = told in parent; absent = no part of this outline; not_found = wanted by law",
    ),
    ("method", _TEXT, "how the heading was found"),
    ("confidence", _REAL, "0-1"),
)
FIGURE_FIELDS = _fields(
    ("form", _TEXT, "A, B, C, D, CD (both have it) or narrative"),
    ("table", _TEXT, "t2, t3, t4, stat, local, narrative"),
    ("row", _TEXT, "row key"),
    ("column", _TEXT, "column key"),
    ("label_printed", _TEXT, "label as printed"),
    ("value_printed", _TEXT, "cell as printed"),
    ("value", _AMOUNT, "number, null unless the cell is one"),
    ("unit", _TEXT, "unit of the value"),
    ("qualifier", _TEXT, "about, cumulative, stated_none …"),
    ("state", _TEXT, "value, blank, dash, slash, none_text, text, missing_table, image_table, unparsed"),
    ("rule_ok", _BOOL, "whether the sums this cell closes hold; null when not assessable"),
    ("start", _INT, "offset in the report's text"),
    ("end", _INT, "end offset, exclusive"),
)
_SEEN = _fields(
    ("canonical_url", _TEXT, "address of the page the text was taken from"),
    ("host", _TEXT, "its host"),
    ("provenance", _TEXT, "official, proxy, unknown, republisher, mirror"),
    ("n_sources", _INT, "pages that carry this edition"),
    ("first_seen", _TIME, "first capture of any of them"),
    ("last_seen", _TIME, "when one of them was last fetched, or found unchanged"),
)

REPORTS = pa.schema([*_KEY, *_fields(("is_current", _BOOL, "latest edition")), *_ISSUER, *_PARTITION, *_REPORT,
                     *_SEEN, *_CRAWLED, *_POINTER, *_JUDGED])  # fmt: skip
INDEX = REPORTS
SECTIONS = pa.schema([*_KEY, *_fields(("position", _INT, "order in the report, from 0")), *SECTION_FIELDS,
                      *_fields(("text", _TEXT, "text of a level-1 section, null in other rows; joined in order they are the report")),
                      *_PARTITION])  # fmt: skip
FIGURES = pa.schema([*_KEY, *FIGURE_FIELDS, *_PARTITION])
SOURCES = pa.schema([*_KEY, *_fields(
    ("url", _TEXT, "address, empty when unknown"), ("host", _TEXT, "host"),
    ("provenance", _TEXT, "official, proxy, unknown, republisher, mirror"),
    ("relation", _TEXT, "canonical; exact, near = other copies; mirror, hijacked = copies on hosts that are not official; superseded = an import that gave way"),
    ("similarity", _REAL, "0-1 against the canonical text"), ("fetched_at", _TIME, "capture time, null when unknown"),
), *_CRAWLED, *_POINTER, *_PARTITION])  # fmt: skip
REVISIONS = pa.schema([*_KEY, *_fields(
    ("position", _INT, "order among the changes of this edition, from 0"),
    ("part", _TEXT, "section or figure"),
    ("change", _TEXT, "added, removed or altered, against the edition before"),
    ("material", _BOOL, "a difference in substance; the others come with it"),
    ("section", _TEXT, "canonical key of the section"), ("heading", _TEXT, "its heading, of this edition if it has one"),
    ("similarity", _REAL, "0-1 between both texts of a section; null when one edition lacks it"),
    ("table", _TEXT, "table of the figure"), ("row", _TEXT, "row key"), ("column", _TEXT, "column key"),
    ("before", _TEXT, "figure as the edition before prints it; null when it has none"),
    ("after", _TEXT, "figure as this edition prints it; null when it has none"),
), *_PARTITION])  # fmt: skip
_OTHER = "of the earlier report (of one year: the first by name): "
REUSE = pa.schema([*_fields(
    ("report_id", _TEXT, "the later report (of one year: the second by name)"), ("revision", _INT, "its edition"),
    ("province", _TEXT, "its province"), ("year", _INT, "partition: its year"), ("agency_level", _TEXT, "its level"),
    ("text_sha256", _TEXT, "hash of its text: the offsets hold for this text"),
    ("other_report_id", _TEXT, _OTHER + "identity"), ("other_revision", _INT, _OTHER + "edition"),
    ("other_province", _TEXT, _OTHER + "province"), ("other_year", _INT, _OTHER + "year"),
    ("other_agency_level", _TEXT, _OTHER + "level"), ("other_text_sha256", _TEXT, _OTHER + "hash of its text"),
    ("across", _TEXT, "agencies, years, both, or scopes (two reports of one agency and year)"),
    ("share", _REAL, "0-1: how much of this report's own prose stands in the other"),
    ("other_share", _REAL, "0-1: how much of the other's own prose stands in this"),
    ("passages", pa.list_(pa.struct(_fields(
        ("start", _INT, "offset in this report's text"), ("end", _INT, "end, exclusive"),
        ("other_start", _INT, "offset in the other's text"), ("other_end", _INT, "end, exclusive"),
    ))), "the passages that both have, in this report's order"),
)])  # fmt: skip
REJECTS = pa.schema([*_fields(
    ("url", _TEXT, "address"), ("host", _TEXT, "host"), ("reason", _TEXT, "first reason"),
    ("reasons", _NAMES, "all reasons"), ("doc_type", _TEXT, "what it is instead"), ("title", _TEXT, "title"),
    ("evidence", _TEXT, "JSON"), ("fetched_at", _TIME, "capture time"), ("fetch_month", _TEXT, "partition: YYYY-MM"),
    ("status", _INT, "HTTP status"), ("stage_version", _INT, "version of the reading stage"),
), *_CRAWLED, *_POINTER])  # fmt: skip
PAGES = pa.schema([*_ISSUER, *_PARTITION, *_REPORT, *_fields(
    ("url", _TEXT, "address"), ("host", _TEXT, "host"), ("provenance", _TEXT, "who serves it"),
    ("hijacked", _BOOL, "tampered with"), ("own_site", _BOOL, "the registry says that the host is of the issuer's division"), ("doc_type", _TEXT, "annual_report"), ("fetched_at", _TIME, "capture time"),
    ("text", _TEXT, "the report's text"), ("sections", pa.list_(pa.struct(SECTION_FIELDS)), "sections"),
    ("figures", pa.list_(pa.struct(FIGURE_FIELDS)), "figures"),
), *_CRAWLED, *_POINTER, *_JUDGED])  # fmt: skip
CRAWLS = pa.schema([*_CRAWLED, *_fields(
    ("crawl_id", _TEXT, "name of the crawl; its WARC files begin with it"), ("years", _TEXT, "years asked for"),
    ("started", _TIME, "start of the crawl"), ("finished", _TIME, "its end, null when it died"),
    ("outcome", _TEXT, "ok, nothing_new, partial (kept, not done), or why it failed"), ("detail", _TEXT, "the same for people"),
    ("requests", _LONG, "answers received, robots.txt included"), ("pages", _LONG, "pages fetched"),
    ("errors", _LONG, "lists and pages that could not be fetched"), ("bytes", _LONG, "bytes of WARC"),
    ("n_warcs", _INT, "WARC files uploaded; of failed crawls only a partial one has any"), ("counts", _TEXT, "JSON: what the spider counted"),
    ("crawl_month", _TEXT, "partition: YYYY-MM"),
)])  # fmt: skip
SITES = pa.schema(_fields(
    ("site_id", _TEXT, "id in the registry"), ("host", _TEXT, "its host"), ("path", _TEXT, "folder of the host that it is"),
    ("name", _TEXT, "name of the site"), ("agency", _TEXT, "full name of the body whose own site it is, empty for a government's portal"),
    ("province", _TEXT, "pinyin slug"), ("division", _TEXT, "GB/T 2260 code of the division it serves"),
    ("division_name", _TEXT, "full name of that division"), ("level", _TEXT, "central, province, prefecture, county, township, other"),
    ("family", _TEXT, "product that it runs on; generic when that is another one or not known"),
    ("grammar", _TEXT, "known address grammar of a generic site, empty when there is none"),
    ("columns", pa.list_(pa.struct(_fields(("url", _TEXT, "address of a list of annual reports"), ("covers", _TEXT, "publication years")))), "its known columns"),
    ("min_reports", _INT, "reports that a crawl must see"),
    ("valid_from", _DATE, "first day on which this holds, null when not known"),
    ("valid_to", _DATE, "first day on which it no longer holds, null while it does"),
    ("basis", _TEXT, "how this is known"), ("checked_on", _DATE, "day on which that was last looked at"),
))  # fmt: skip
COVERAGE = pa.schema(_fields(
    ("province", _TEXT, "partition: pinyin slug of the agency's province"), ("year", _INT, "report year"),
    ("agency_id", _TEXT, "as in reports"), ("agency_name", _TEXT, "normalised name with its division"),
    ("agency_level", _TEXT, "central, province, prefecture, county, township, other"),
    ("agency_kind", _TEXT, "government, department, vertical_agency …"),
    ("status", _TEXT, "found; late = found, published after `due`; not_due = none yet, the day has not passed; without a report: blocked = the site keeps us out, failed = its last crawl did not end well, missing = looked and not there, or (no last_attempt) never looked"),
    ("due", _DATE, "last day on which it is on time"),
    ("obliged", _BOOL, "the law names such a body: otherwise a missing report is no breach and none is late"),
    ("published_on", _DATE, "first known day of publication, null when unknown or not found"),
    ("basis", _TEXT, "why it is expected: registry (a site of its own), listed (named where a site lists who has to publish), seen (has a report of an earlier or this year)"),
    ("site_id", _TEXT, "site to look for it on, empty when none is known"), ("family", _TEXT, "family of that site"),
    ("last_attempt", _TIME, "start of the last crawl of its sites for this year, null when there was none"),
    ("last_outcome", _TEXT, "outcome of that crawl as in crawls, empty when there was none"),
    ("evidence", _TEXT, "report_id of what was found, else name and detail of the last crawl"),
))  # fmt: skip
CHECKS = pa.schema(_fields(
    ("province", _TEXT, "pinyin slug"), ("year", _INT, "report year"),
    ("name", _TEXT, "check of schemas/checks.yml"),
    ("status", _TEXT, "passed; warned; failed = not published, the partition keeps its last good state; accepted = failed, published for `reason`; not_assessed = nothing or too little to measure"),
    ("value", _REAL, "what was measured, null when not assessed"),
    ("reason", _TEXT, "why a failure was accepted, empty otherwise"),
))  # fmt: skip
LAKE = {"reports": REPORTS, "sections": SECTIONS, "figures": FIGURES, "sources": SOURCES, "revisions": REVISIONS}
TABLES = {**LAKE, "reuse": REUSE, "rejects": REJECTS, "crawls": CRAWLS, "sites": SITES,
          "coverage": COVERAGE, "checks": CHECKS}  # fmt: skip
# What similarity is found by, kept in state/signatures/: one row an edition, and one a page that no report has claimed.
SIGNATURES = pa.schema([*_fields(
    ("report_id", _TEXT, "the edition's report; empty for a page"), ("revision", _INT, "its edition; null for a page"),
    ("is_current", _BOOL, "latest edition"), ("agency_id", _TEXT, "issuer"), ("agency_level", _TEXT, "level"),
    ("text_sha256", _TEXT, "SHA-256 of the text"),
    ("sketch", pa.list_(pa.uint32()), "hashes of a sixteenth of the prose's character 5-grams, sorted"),
), *_POINTER])  # fmt: skip
