"""A store in memory, with what the DAGs' functions use of a store."""

from __future__ import annotations

from types import SimpleNamespace

from transforms.store import NotFound


class MemoryStore:
    uri = "memory://"

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def get(self, key: str) -> bytes:
        if key not in self.objects:
            raise NotFound(key)
        return self.objects[key]

    def put(self, key: str, data: bytes, **_: object) -> str:
        self.objects[key] = data
        return str(hash(data))

    def put_if_changed(self, key: str, data: bytes) -> bool:
        changed = self.objects.get(key) != data
        self.objects[key] = data
        return changed

    def stat(self, key: str):
        return SimpleNamespace(etag=str(hash(self.objects[key])), size=1) if key in self.objects else None

    def stats(self, prefix: str):
        return {key: self.stat(key) for key in self.list(prefix)}

    def list(self, prefix: str):
        return iter(sorted(key for key in self.objects if key.startswith(prefix)))
