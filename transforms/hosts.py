"""Who serves a page: official site, proxy, republisher, mirror; and the marks of hijacking."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit

from schemas.facts import facts, pattern
from schemas.records import Document


@dataclass(slots=True)
class HostVerdict:
    """`provenance` is one of official, proxy, republisher, mirror, unknown; `hijacked` pages are never trusted."""

    host: str
    provenance: str
    hijacked: bool
    reasons: list[str] = field(default_factory=list)


@cache
def _official_suffixes() -> tuple[str, ...]:
    return tuple(facts("hosts")["official_suffixes"])


def host_of(url: str) -> str:
    """Return the lower-case host of an address, "" when there is none or it cannot be read."""
    try:
        return (urlsplit(url if "//" in url else f"//{url}").hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def is_official(host: str) -> bool:
    """Whether the host lies under an official suffix (whole labels) or on the reviewed list."""
    return host in facts("hosts")["official_hosts"] or any(
        host == suffix or host.endswith("." + suffix) for suffix in _official_suffixes()
    )


def judge_host(url: str, document: Document) -> HostVerdict:
    """Judge the server of a page by its name alone; judge tampering by the page's content.

    Content can condemn a page, never make it official (families.md: clones copy everything else).
    """
    host = host_of(url)
    listed = facts("hosts")
    if not host:
        provenance = "unknown"
    elif any(host.startswith(prefix) for prefix in listed["proxy_prefixes"]) and is_official(host):
        provenance = "proxy"
    elif any(mark in url for mark in listed["proxy_paths"]):
        provenance = "proxy" if is_official(host) else "mirror"
    elif is_official(host):
        provenance = "official"
    elif any(host == name or host.endswith("." + name) for name in listed["republishers"]):
        provenance = "republisher"
    else:
        provenance = "mirror"
    reasons = _tampering(host, provenance, document)
    if provenance in ("mirror", "republisher"):
        reasons.insert(0, f"{provenance}_host_not_gov")
    tampered = [reason for reason in reasons if not reason.endswith("host_not_gov")]
    return HostVerdict(host, provenance, bool(tampered), reasons)


def _tampering(host: str, provenance: str, document: Document) -> list[str]:
    text = f"{document.page_title}\n{document.text}\n{document.chrome}\n{document.metas.get('keywords', '')}"
    reasons = []
    if pattern("hosts", "spam", flags=re.I).search(text):
        reasons.append("gambling_brand_injection")
    if len(pattern("hosts", "glosses").findall(text)) >= 3:
        reasons.append("pinyin_glosses")
    if pattern("hosts", "forged").search(text):
        reasons.append("forged_contact")
    claimed = host_of(document.metas.get("sitedomain", ""))
    if provenance == "mirror" and claimed and is_official(claimed) and claimed != host:
        reasons.append("site_domain_of_another_host")
    return reasons
