"""The division that a government domain serves: facts of portals.csv."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def _portals() -> dict[str, str]:
    lines = (Path(__file__).parent / "portals.csv").read_text(encoding="utf-8").split()
    return dict(line.split(",") for line in lines[1:])


def portal_code(host: str) -> tuple[str, bool]:
    """Return the code served by a host and whether the host itself is listed (else a domain above it is).

    ("", False) when neither is known. `tjj.xm.gov.cn` gives the code of `xm.gov.cn`, not listed itself.
    """
    name = host.removeprefix("www.")
    listed = True
    while name.count(".") >= 2:
        if code := _portals().get(name):
            return code, listed
        name, listed = name.partition(".")[2], False
    return "", False
