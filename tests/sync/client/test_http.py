"""The one way out: which addresses are used, and that plain text never leaves this machine."""

import ssl

import pytest

from console.kernel.errors import Refused
from console.sync.client.http import (
    CLOSE_S,
    PING_S,
    checked_url,
    is_local,
    make_client,
    open_live,
    trust,
)
from tests.parts.server import LiveServer


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("desk.shop", "https://desk.shop"),
        ("desk.shop:8443", "https://desk.shop:8443"),
        ("  https://desk.shop/ ", "https://desk.shop"),
        ("HTTPS://Desk.Shop", "https://desk.shop"),
        ("localhost", "http://localhost"),
        ("localhost:8425", "http://localhost:8425"),
        ("127.0.0.1:8425/", "http://127.0.0.1:8425"),
        ("[::1]:8425", "http://[::1]:8425"),
        ("http://[::1]:8425", "http://[::1]:8425"),
        ("https://127.0.0.1:1", "https://127.0.0.1:1"),
        ("https://me:sesame@desk.shop", "https://desk.shop"),
        ("127.0.0.1.evil.test", "https://127.0.0.1.evil.test"),
    ],
)
def test_addresses_as_they_are_used(text: str, url: str) -> None:
    assert checked_url(text) == url


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "https://", "ftp://desk.shop", "file:///etc/passwd", "https://desk.shop/path",
        "https://desk.shop?x=1", "http://localhost:99999", "http://localhost:x", "[::1",
        "http://[::1", "desk shop", "https://desk shop", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        checked_url(text)
    assert refusal.value.code == "bad_url"


@pytest.mark.parametrize(
    "text",
    ["http://desk.shop", "http://192.168.0.2:8425", "http://127.0.0.1@desk.shop", "http://0.0.0.0"],
)
def test_plain_text_to_another_machine_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        checked_url(text)
    assert refusal.value.code == "insecure"


def test_who_is_this_machine() -> None:
    assert [is_local(url) for url in ("http://[::1]:1", "https://localhost", "https://a.b")] == [
        True,
        True,
        False,
    ]


@pytest.mark.anyio
async def test_clients_follow_no_redirect_and_ask_no_proxy_for_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    client = make_client("127.0.0.1:8425")
    assert client.follow_redirects is False
    assert client.trust_env is False
    assert client.timeout.read is not None
    await client.aclose()


@pytest.mark.anyio
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_server_that_is_silently_gone_is_given_up_soon(server: LiveServer) -> None:
    socket = await open_live(server.url)
    assert (socket.ping_interval, socket.ping_timeout) == (PING_S, PING_S)
    assert socket.close_timeout == CLOSE_S < PING_S
    await socket.close()


def test_certificates_are_checked() -> None:
    context = trust()
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
