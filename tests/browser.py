"""A real Chromium for the tests of the status page, which notes all that a page asks for and complains of."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

# As root, in a container, without a screen; and without the calls home that Chromium makes by itself.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass
class Noted:
    """What a page asked for, and what it or the browser complained of."""

    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def check(self, base: str) -> None:
        """Nothing outside was asked for, and nothing went wrong."""
        assert self.complaints == []
        assert self.asked and [url for url in self.asked if not url.startswith(base)] == []


@contextlib.contextmanager
def browser() -> Iterator[Any]:
    """Start Chromium; skip the test where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=found, args=FLAGS, env={**os.environ})
        yield made
        made.close()


def page_of(context: Any) -> tuple[Any, Noted]:
    """Return a new page of a browser context, and what is noted of it."""
    page, noted = context.new_page(), Noted()
    page.set_default_timeout(15_000)
    page.on("request", lambda request: noted.asked.append(request.url))
    page.on("console", lambda line: noted.complaints.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: noted.complaints.append(str(error)))
    page.on("dialog", lambda dialog: (noted.complaints.append(dialog.message), dialog.dismiss()))
    return page, noted
