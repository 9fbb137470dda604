"""No test may leave this machine: every address but loopback is refused before a packet is sent."""

from __future__ import annotations

import asyncio
import http.client
import socket
import urllib.request

import pytest
from pytest_socket import SocketConnectBlockedError

pytestmark = pytest.mark.filterwarnings("ignore:A test tried to use socket")
OUTSIDE = "192.0.2.1"  # RFC 5737: reserved for documentation, routed nowhere
OUTSIDE_V6 = "2001:db8::1"  # RFC 3849


def test_a_plain_connect_is_refused() -> None:
    with socket.socket() as sock, pytest.raises(SocketConnectBlockedError):
        sock.settimeout(2)
        sock.connect((OUTSIDE, 80))


def test_ipv6_is_refused() -> None:
    with socket.socket(socket.AF_INET6) as sock, pytest.raises(SocketConnectBlockedError):
        sock.settimeout(2)
        sock.connect((OUTSIDE_V6, 80))


def test_create_connection_is_refused() -> None:
    with pytest.raises(SocketConnectBlockedError):
        socket.create_connection((OUTSIDE, 443), timeout=2)


def test_http_clients_are_refused() -> None:
    with pytest.raises(SocketConnectBlockedError):
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://{OUTSIDE}/", timeout=2)
    with pytest.raises(SocketConnectBlockedError):
        http.client.HTTPConnection(OUTSIDE, timeout=2).request("GET", "/")


def test_asyncio_is_refused() -> None:
    async def reach() -> None:
        await asyncio.wait_for(asyncio.open_connection(OUTSIDE, 80), 2)

    with pytest.raises(SocketConnectBlockedError):
        asyncio.run(reach())


def test_loopback_is_allowed() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        with socket.create_connection(server.getsockname(), timeout=2) as client:
            assert client.getpeername() == server.getsockname()
