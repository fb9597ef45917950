"""Secrets at rest: a real keyring, a passphrase, or memory alone; never in clear on the disk."""

import json
import stat
from pathlib import Path

import pytest

from console.desktop.keystore import KeyStore, backend_name, new_key
from console.kernel.errors import Refused
from tests.desktop.inside import PASSPHRASE, secret
from tests.parts.vault import Vault, missing

# -- memory and passphrases


def test_without_a_keyring_it_stays_in_memory(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    assert store.save(secret()) == "memory"
    assert store.secret is not None
    assert list(tmp_path.iterdir()) == []
    after = KeyStore(tmp_path)
    assert (after.load(), after.locked, after.mode) == (None, False, "memory")


def test_a_passphrase_wraps_it_and_opens_it_again(tmp_path: Path) -> None:
    kept = secret()
    assert KeyStore(tmp_path).save(kept, PASSPHRASE) == "passphrase"
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    told = file.read_bytes()
    for clear in (kept.key, PASSPHRASE, "canary-token", "ana@desk.test"):
        assert clear.encode() not in told
    after = KeyStore(tmp_path)
    assert (after.load(), after.locked) == (None, True)
    with pytest.raises(Refused, match="not the passphrase"):
        after.unlock("correct horsE")
    assert after.locked
    assert after.unlock(PASSPHRASE) == kept
    assert (after.locked, after.mode) == (False, "passphrase")


def test_what_is_locked_needs_its_passphrase_again(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    kept = secret()
    store.save(kept, PASSPHRASE)
    store.lock()
    assert (store.secret, store.locked, store.load()) == (None, True, None)
    assert store.unlock(PASSPHRASE) == kept


def test_what_changes_is_wrapped_anew_without_asking_again(tmp_path: Path) -> None:
    KeyStore(tmp_path).save(secret(), PASSPHRASE)
    store = KeyStore(tmp_path)
    store.unlock(PASSPHRASE)
    before = (tmp_path / "locked.json").read_bytes()
    changed = secret()
    assert store.save(changed) == "passphrase"
    told = json.loads((tmp_path / "locked.json").read_bytes())
    assert told["salt"] != json.loads(before)["salt"]
    assert told["nonce"] != json.loads(before)["nonce"]
    assert KeyStore(tmp_path).unlock(PASSPHRASE) == changed
    assert [file.name for file in tmp_path.iterdir()] == ["locked.json"]


@pytest.mark.parametrize("passphrase", ["short", "         ", "123456789"])
def test_a_short_passphrase_is_refused_and_nothing_is_written(
    tmp_path: Path, passphrase: str
) -> None:
    store = KeyStore(tmp_path)
    with pytest.raises(Refused, match="at least 10 characters"):
        store.save(secret(), passphrase)
    assert list(tmp_path.iterdir()) == []


def test_forgetting_leaves_nothing(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    store.save(secret(), PASSPHRASE)
    store.forget()
    assert (store.secret, store.mode, store.locked) == (None, "memory", False)
    assert list(tmp_path.iterdir()) == []
    assert store.save(secret()) == "memory", "the passphrase is forgotten too"


@pytest.mark.parametrize("broken", [b"", b"{", b'{"salt": "!", "nonce": "", "data": ""}', b"[1]"])
def test_a_broken_file_is_refused_in_words(tmp_path: Path, broken: bytes) -> None:
    KeyStore(tmp_path).save(secret(), PASSPHRASE)
    (tmp_path / "locked.json").write_bytes(broken)
    store = KeyStore(tmp_path)
    assert store.locked
    with pytest.raises(Refused):
        store.unlock(PASSPHRASE)


def test_keys_are_random_and_long() -> None:
    keys = {new_key() for _ in range(50)}
    assert len(keys) == 50
    assert {len(bytes.fromhex(key)) for key in keys} == {32}


def test_no_keyring_is_no_keyring() -> None:
    assert backend_name() is None


# -- a real keyring, in a session of its own


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """A Secret Service; where its programs are not installed the test is skipped."""
    if gone := missing():
        pytest.skip(f"needs Debian's packages {', '.join(gone)}")
    return Vault(tmp_path / "vault")


HERE = "tests.desktop.inside"


def test_a_keyring_keeps_it_from_one_process_to_the_next(vault: Vault, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    first, second = new_key(), new_key()
    kept = vault.call(HERE, "keep", str(one), first)
    assert kept == {"mode": "keyring", "backend": "SecretService Keyring", "files": []}
    vault.call(HERE, "keep", str(two), second)
    here = vault.call(HERE, "found", str(one))
    assert here == {"key": first, "mode": "keyring", "locked": False}
    assert vault.call(HERE, "found", str(two))["key"] == second, "each profile has its own"
    assert len(vault.call(HERE, "listed", str(one))) == 2
    assert vault.call(HERE, "forget", str(one))["key"] is None
    assert vault.call(HERE, "found", str(two))["key"] == second
    told = b"".join(f.read_bytes() for f in (tmp_path / "vault").rglob("*") if f.is_file())
    assert told
    assert second.encode() not in told, "the keyring itself encrypts"


def test_a_shut_keyring_does_not_stop_anybody(vault: Vault, tmp_path: Path) -> None:
    key = new_key()
    vault.call(HERE, "keep", str(tmp_path), key)
    shut = vault.call(HERE, "found", str(tmp_path), unlocked=False)
    assert shut == {"key": None, "mode": "memory", "locked": False}
    assert vault.call(HERE, "found", str(tmp_path))["key"] == key, "it is there when it opens"


def test_behind_a_shut_keyring_the_work_waits_untouched(vault: Vault, tmp_path: Path) -> None:
    vault.call(HERE, "keep", str(tmp_path), new_key())
    work = tmp_path / "work.db"
    work.write_bytes(b"what was not sent yet")
    assert vault.call(HERE, "entered", str(tmp_path), unlocked=False) == ["ShutPage", "ShutPage"]
    assert work.read_bytes() == b"what was not sent yet"
    assert vault.call(HERE, "entered", str(tmp_path)) == ["in", "in"]


def test_a_shut_keyring_over_nothing_asks_to_sign_in(vault: Vault, tmp_path: Path) -> None:
    vault.call(HERE, "keep", str(tmp_path), new_key())
    assert vault.call(HERE, "entered", str(tmp_path), unlocked=False) == ["SignInPage"] * 2


def test_a_passphrase_stands_in_for_a_keyring_that_cannot_be_written(
    vault: Vault, tmp_path: Path
) -> None:
    folder = tmp_path / "profile"
    folder.mkdir()
    kept = vault.call(HERE, "keep", str(folder), new_key(), unlocked=False)
    assert (kept["mode"], kept["files"]) == ("passphrase", ["locked.json"])
