"""The failure that passes by itself, apart from the store so that DAG files can name it without loading one."""

from __future__ import annotations


class StoreUnreachable(RuntimeError):
    """The object store does not answer, breaks off or is overloaded; no OSError, which would mean a damaged object."""
