"""What the benchmark pages must always give; their cost is measured by `make bench`, on a quiet machine."""

from statistics import mean

import pytest

from tests.benchmarks.corpus import GENERATOR, MISSING, agreement, generated, scored
from transforms.documents.decode import decode
from transforms.documents.html import parse_html
from transforms.tables.grids import grid_of
from transforms.warc import read_captures

pytestmark = pytest.mark.skipif(not GENERATOR.is_file(), reason=MISSING)


def test_main_content_and_tables_of_generated_pages(tmp_path):
    files, truth = generated(tmp_path, 300)
    scores, found, wanted = [], 0, 0
    for capture in (capture for data in files for capture in read_captures(data, "k")):
        page = truth[capture.url]
        if not scored(page):
            continue
        document = parse_html(decode(capture.body, capture.content_type).text)
        scores.append(agreement(document.text, page))
        cells = {
            (c.start, c.text) for table in document.tables for row in grid_of(document.text, table).rows for c in row
        }
        numbers = sorted(
            str(n) for table in page["tables"] for row in table["rows"] for n in row[1:] if n not in ("", 0)
        )
        wanted += len(numbers)
        left = [text for _, text in cells]
        for number in numbers:
            if number in left:
                left.remove(number)
                found += 1
    assert len(scores) > 200 and mean(scores) >= 0.995 and min(scores) >= 0.95
    assert found == wanted
