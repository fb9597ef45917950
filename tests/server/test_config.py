"""What `parley serve` was asked for: refused in one sentence when it cannot work."""

import os
from pathlib import Path

import pytest

from console.kernel.errors import Unusable
from console.server.config import ServerConfig, make_private


@pytest.mark.parametrize(
    "more",
    [
        {"host": "0.0.0.0"},  # noqa: S104 - that is what is refused
        {"host": "192.168.0.5"},
        {"tls_cert": Path("cert.pem")},
        {"tls_key": Path("key.pem")},
        {"tls_cert": Path("/no/cert.pem"), "tls_key": Path("/no/key.pem")},
    ],
)
def test_plain_text_stays_on_this_machine(tmp_path: Path, more: dict[str, object]) -> None:
    with pytest.raises(Unusable) as refusal:
        ServerConfig(tmp_path / "data", **more).check()
    assert refusal.value.code == "tls"
    assert "\n" not in refusal.value.message


def test_files_that_are_no_certificate_are_told_before_anything_starts(tmp_path: Path) -> None:
    for name in ("cert.pem", "key.pem"):
        (tmp_path / name).write_text("x")
    config = ServerConfig(
        tmp_path / "data", tls_cert=tmp_path / "cert.pem", tls_key=tmp_path / "key.pem"
    )
    with pytest.raises(Unusable, match=r"cert.pem and .*key.pem are no certificate chain"):
        config.check()
    assert not config.data.exists()


def test_a_database_is_shown_without_its_password(tmp_path: Path) -> None:
    assert ServerConfig(tmp_path).shown == str(tmp_path / "parley.db")
    url = "postgresql://me:sesame@127.0.0.1/parley"
    assert ServerConfig(tmp_path, database_url=url).shown == "postgresql://me:***@127.0.0.1/parley"


def test_the_data_folder_is_its_owners_alone(tmp_path: Path) -> None:
    config = ServerConfig(tmp_path / "data")
    config.check()
    config.check()
    assert config.data.stat().st_mode & 0o077 == 0
    assert list(config.data.iterdir()) == []
    assert config.url == f"sqlite:///{tmp_path / 'data' / 'parley.db'}"


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Unusable) as refusal:
        make_private(tmp_path / "file" / "data")
    assert refusal.value.code == "folder"
    assert os.sep in refusal.value.message


@pytest.mark.parametrize(
    ("database", "nats"),
    [
        (None, "nats://127.0.0.1:4222"),
        ("sqlite:///x.db", "nats://127.0.0.1:4222"),
        ("postgresql://127.0.0.1/parley", "127.0.0.1:4222"),
        ("postgresql://127.0.0.1/parley", "http://127.0.0.1:4222"),
        ("postgresql://127.0.0.1/parley", "nats://"),
    ],
)
def test_nats_joins_servers_over_one_postgres(
    tmp_path: Path, database: str | None, nats: str
) -> None:
    with pytest.raises(Unusable) as refusal:
        ServerConfig(tmp_path / "data", database_url=database, nats_url=nats).check()
    assert refusal.value.code == "nats"
    assert "\n" not in refusal.value.message


@pytest.mark.parametrize("nats", ["nats://127.0.0.1:4222", "tls://user:word@nats.shop"])
def test_postgres_and_nats_go_together(tmp_path: Path, nats: str) -> None:
    for scheme in ("postgresql", "postgresql+psycopg"):
        ServerConfig(tmp_path, database_url=f"{scheme}://h/parley", nats_url=nats).check()
