"""What a crawl leaves in the store besides its pages: a summary of every crawl, and a mark on what is done.

`state/crawls/<month>/…` holds one summary a crawl, good or bad; the lake's table `crawls` is made from them.
`state/done/…` says that a site was crawled for these years and, once its pages are read, by which stage: the
planner asks for no site that is done.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from schemas.seasons import closed_years, day_in_china, is_settled
from transforms.store import NotFound, Store

Summary = dict[str, Any]
GOOD = ("ok", "nothing_new")


def parse_years(text: str | None) -> range | None:
    """Return the years of "2019" or "2008-2025", None for all; ValueError for anything else."""
    if not text or text == "all":
        return None
    first, bar, last = text.strip().partition("-")
    if not (first.isdigit() and (last.isdigit() or not bar)):
        raise ValueError(f"years must look like 2019 or 2008-2025, not {text!r}")
    years = range(int(first), int(last or first) + 1)
    if not years or not 2008 <= years.start <= years.stop <= 2100:
        raise ValueError(f"years {text!r}: the archive begins in 2008 and goes forward")
    return years


def years_text(years: range | None) -> str:
    """Write years as parse_years reads them."""
    if years is None:
        return "all"
    return str(years.start) if len(years) == 1 else f"{years.start}-{years.stop - 1}"


def ended_years(years: range | None, today: date) -> range:
    """Return those of these years that had ended by a day in China, None being all; the others have no reports yet."""
    closed = closed_years(today)
    return closed if years is None else range(years.start, min(years.stop, closed.stop))


def done_key(family: str, site_id: str, years: range | None) -> str:
    """Return where the mark of a finished crawl of a site for these years stands."""
    return f"state/done/{family}/{site_id}/{years_text(years)}.json"


def read_done(store: Store, family: str, site_id: str, years: range | None) -> Summary | None:
    """Return the mark of a finished crawl, None when there is none or it cannot be read."""
    try:
        mark = json.loads(store.get(done_key(family, site_id, years)))
    except (NotFound, ValueError):
        return None
    return mark if isinstance(mark, dict) and "crawl_id" in mark else None


def done_marks(store: Store, family: str, site_id: str) -> list[tuple[range | None, Summary]]:
    """Return every mark of a finished crawl of a site, with the years that it was for."""
    found = []
    for name in store.list(f"state/done/{family}/{site_id}/"):
        years = parse_years(name.rpartition("/")[2].removesuffix(".json"))
        if (mark := read_done(store, family, site_id, years)) is not None:
            found.append((years, mark))
    return found


def covering_marks(
    store: Store, family: str, site_id: str, years: range | None, today: date | None = None
) -> list[Summary]:
    """Return the marks that together answer for these years, empty when a year is left.

    With a day in China, a year that has not ended asks for nothing, and a crawl from within a season answers only as
    long as schemas/season.yml says; without one, a finished crawl answers for good.
    """
    if today is None:
        exact = read_done(store, family, site_id, years)
        if exact is not None or years is None:
            return [exact] if exact is not None else []
        wanted = years
    else:
        wanted = ended_years(years, today)
    marks, used = done_marks(store, family, site_id), dict[tuple[str, str], Summary]()
    for year in wanted:
        best = last_answer(marks, year, today)
        if best is None:
            return []
        used[str(best["crawl_id"]), str(best.get("years"))] = best
    return [used[name] for name in sorted(used)]


def last_answer(marks: Iterable[tuple[range | None, Summary]], year: int, today: date | None = None) -> Summary | None:
    """Return the latest of done_marks that answers for a year, None when there is none; `today` as in covering_marks."""
    answers = [mark for span, mark in marks if _answers(span, mark, year, today)]
    return max(answers, key=lambda mark: (str(mark.get("started")), str(mark["crawl_id"])), default=None)


def _answers(span: range | None, mark: Summary, year: int, today: date | None) -> bool:
    """Say whether a finished crawl answers for a year: it asked for it, and not too early."""
    if today is None:
        return span is not None and year in span
    crawled = day_in_china(datetime.fromisoformat(mark["started"]))
    return (year in span if span is not None else year < crawled.year) and is_settled(year, crawled, today)


def mark_read(store: Store, family: str, site_id: str, years: range | None, stage: int) -> None:
    """Note that the pages of a finished crawl are read by this stage; nothing happens without a crawl."""
    mark = read_done(store, family, site_id, years)
    if mark is not None:
        store.put_if_changed(done_key(family, site_id, years), _json({**mark, "read_stage": stage}))


def save_summary(store: Store, summary: Summary, years: range | None) -> None:
    """Keep the summary of a crawl; a good one also marks the site as done."""
    summary = {**summary, "years": years_text(years)}
    if summary["outcome"] in GOOD:
        store.put(done_key(summary["family"], summary["site_id"], years), _json(summary))
    month = summary["started"][:7]
    store.put(
        f"state/crawls/{month}/{summary['family']}/{summary['site_id']}/{summary['crawl_id']}.json", _json(summary)
    )


def _json(value: Summary) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
