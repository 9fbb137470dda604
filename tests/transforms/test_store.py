import pytest
from botocore.exceptions import ClientError

from transforms import store as store_module
from transforms.store import Conflict, NotFound, open_store
from transforms.unreachable import StoreUnreachable


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


@pytest.mark.stack
def test_each_store_has_the_credentials_of_its_own_time(s3, monkeypatch):
    s3.put("k", b"1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    with pytest.raises(ClientError):
        open_store(s3.uri).get("k")
    assert s3.get("k") == b"1"


def test_put_if_changed(any_store):
    assert any_store.put_if_changed("k", b"1")
    assert not any_store.put_if_changed("k", b"1")
    assert any_store.put_if_changed("k", b"2")


@pytest.mark.parametrize("address", ["ftp://x", "s3://", "file://data/x"])
def test_bad_addresses(address):
    with pytest.raises(ValueError, match=r"address|bucket"):
        open_store(address)


@pytest.mark.parametrize("name", ["plain", "with space", "h#1", "q?x", "a%20b", "新疆"])
def test_a_folder_of_any_name_is_one_store(tmp_path, name):
    one = open_store(str(tmp_path / name))
    one.put("k", b"1")
    assert open_store(one.uri).get("k") == b"1"
    filesystem, base = one.filesystem()
    assert filesystem.open_input_file(f"{base}/k").read() == b"1"
    assert (tmp_path / name / "k").stat().st_mode & 0o044 == 0o044, "other users may read the lake"


def test_a_delete_is_conditional_too(any_store):
    first = any_store.put("k", b"1")
    any_store.put("k", b"2")
    with pytest.raises(Conflict):
        any_store.delete("k", if_match=first)
    any_store.delete("k", if_match=any_store.stats("k")["k"].etag)
    any_store.delete("k")
    with pytest.raises(Conflict):
        any_store.delete("k", if_match=first)
    assert any_store.stats("") == {}


def test_a_store_that_cannot_be_reached_is_said_to_be(monkeypatch):
    monkeypatch.setattr(store_module, "_ATTEMPTS", 1)
    for name, value in {"ENDPOINT_URL": "http://127.0.0.1:9", "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    absent = open_store("s3://archive")
    for ask in (
        lambda: absent.get("k"), lambda: absent.get_range("k", 0, 1), lambda: absent.put("k", b""), lambda: absent.stat("k"),
        lambda: list(absent.list()), lambda: absent.stats(), lambda: absent.delete("k"), lambda: absent.put_if_changed("k", b""),
    ):  # fmt: skip
        with pytest.raises(StoreUnreachable, match=r"127\.0\.0\.1:9"):
            ask()
