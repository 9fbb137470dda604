import pytest

from transforms.store import Conflict, NotFound, open_store


@pytest.fixture(params=["store", pytest.param("s3", marks=pytest.mark.stack)])
def any_store(request):
    return request.getfixturevalue(request.param)


def test_objects(any_store):
    any_store.put("a/x", b"12345")
    any_store.put("a/b", b"1")
    assert any_store.get("a/x") == b"12345"
    assert any_store.get_range("a/x", 1, 3) == b"234"
    assert list(any_store.list("a/")) == ["a/b", "a/x"]
    any_store.delete("a/x")
    assert any_store.stat("a/x") is None
    with pytest.raises(NotFound):
        any_store.get("a/x")


def test_conditional_writes(any_store):
    first = any_store.put("k", b"1", if_none_match=True)
    with pytest.raises(Conflict):
        any_store.put("k", b"2", if_none_match=True)
    any_store.put("k", b"2", if_match=first)
    with pytest.raises(Conflict):
        any_store.put("k", b"3", if_match=first)
    assert any_store.get("k") == b"2"


def test_put_if_changed(any_store):
    assert any_store.put_if_changed("k", b"1")
    assert not any_store.put_if_changed("k", b"1")
    assert any_store.put_if_changed("k", b"2")


def test_unknown_scheme():
    with pytest.raises(ValueError, match="s3://"):
        open_store("ftp://x")
