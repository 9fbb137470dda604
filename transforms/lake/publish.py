"""Objects of the lake are written only where they differ, and never over what another builder wrote meanwhile."""

from __future__ import annotations

from transforms.store import Stat, Store


def publish(store: Store, wanted: dict[str, bytes], seen: dict[str, Stat]) -> dict[str, str]:
    """Make the store show exactly `wanted`, in its order, where it showed `seen`; return the etags that stand then.

    Raises Conflict when an object is not what was seen.
    """
    left: dict[str, str] = {}
    for name, data in wanted.items():
        there = seen.get(name)
        if there is None:
            left[name] = store.put(name, data, if_none_match=True)
        elif there.size == len(data) and store.get(name) == data:
            left[name] = there.etag
        else:
            left[name] = store.put(name, data, if_match=there.etag)
    for name in reversed(list(seen)):  # reports first: no report is ever left without its parts
        if name not in wanted:
            store.delete(name, if_match=seen[name].etag)
    return left
