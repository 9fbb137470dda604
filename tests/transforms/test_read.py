"""A batch of pages is read as its pages are one by one; a page that fails, fails alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from schemas.records import Capture
from schemas.registry import RegistryError
from tests.labelled.pages import labelled_pages
from transforms import read
from transforms.read import read_batch, read_capture
from transforms.reading import STAGES, Reading

MOMENT = datetime(2024, 5, 6, tzinfo=UTC)


def captures() -> list[Capture]:
    pages = labelled_pages()[::25]
    good = [Capture(page.url, MOMENT, 200, "", page.data, page.id, kind=page.kind) for page in pages]
    bad = [
        Capture("https://www.example.gov.cn/a", MOMENT, 404, "text/html", b"<p>x</p>", "a"),
        Capture("https://www.example.gov.cn/b", MOMENT, 200, "text/html", b"  ", "b"),
        Capture("https://www.example.gov.cn/c", None, 200, "text/html", b"\xff\xfe" * 40, "c"),
        Capture("https://www.example.gov.cn/d", MOMENT, 200, "", b"%PDF-1.4\n" + b"\xff" * 500, "d", kind="pdf"),
        Capture("https://www.example.gov.cn/e", MOMENT, 200, "text/html", b"<p>" * 2_000_000, "e"),
    ]
    return [*good[:20], *bad, *good[20:]]


def test_batches_change_nothing():
    given = captures()
    assert len(given) > 2 * read._BATCH - 20
    answers = list(read_batch(map(Reading, given)))
    assert answers == [read_capture(capture) for capture in given]
    assert sum(page is not None for page, _ in answers) > 20
    assert {reject["reason"] for _, reject in answers if reject} >= {"http_404", "empty_body", "unreadable_attachment"}


def test_a_page_that_fails_takes_none_with_it(monkeypatch):
    given = captures()[:10]
    whole = list(read_batch(map(Reading, given)))

    def breaks(reading: Reading) -> None:
        if reading.capture is given[4]:
            raise RecursionError("too deep")

    monkeypatch.setattr(read, "STAGES", (*STAGES[:3], breaks, *STAGES[3:]))
    answers = list(read_batch(map(Reading, given)))
    assert answers[4][0] is None and answers[4][1]["reasons"] == ["reader_error", "RecursionError: too deep"]
    assert answers[:4] + answers[5:] == whole[:4] + whole[5:]


def test_a_wrong_registry_is_no_page_s_fault(tmp_path, monkeypatch):
    monkeypatch.setenv("ARCHIVE_SITES", str(tmp_path / "nowhere"))
    with pytest.raises(RegistryError, match="nowhere"):
        list(read_batch(map(Reading, captures()[:3])))
