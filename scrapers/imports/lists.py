"""What the indexes of finished crawls listed: they never change, so each is asked one question once.

`state/lists/<archive>/<site_id>/<crawl_id>.json` holds what one import learned: captures by question.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, astuple

from schemas.sources import Source
from scrapers.imports.captures import Query, Row, filters
from transforms.store import Store


class Lists:
    """The answers of one archive's indexes about one site."""

    def __init__(self, store: Store, source: Source, site_id: str) -> None:
        self._store, self._source = store, source
        self._folder = f"state/lists/{source.name}/{site_id}/"
        self._told: dict[str, list[Row]] = {}
        self._new: dict[str, list[Row]] = {}
        for key in store.list(self._folder):
            for question, rows in json.loads(store.get(key)).items():
                self._told[question] = [Row(**{**row, "place": tuple(row["place"])}) for row in rows]

    def get(self, index: str, query: Query, captured: range | None) -> list[Row] | None:
        """Return what an index answered, None when it was never asked just this."""
        return self._told.get(self._question(index, query, captured))

    def put(self, index: str, query: Query, captured: range | None, rows: list[Row]) -> None:
        """Remember a whole answer."""
        self._new[self._question(index, query, captured)] = rows

    def save(self, crawl_id: str) -> None:
        """Keep what this import learned, if anything."""
        if self._new:
            told = {question: [asdict(row) for row in rows] for question, rows in self._new.items()}
            data = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
            place = hashlib.sha256(data).hexdigest()[:8]  # a try of the same name may have learned something else
            self._store.put(f"{self._folder}{crawl_id}-{place}.json", data)

    def _question(self, index: str, query: Query, captured: range | None) -> str:
        years = [captured.start, captured.stop] if captured else []
        told = [index, *astuple(query), *sorted(filters(self._source, query).items()), *years]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]
