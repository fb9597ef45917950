"""Nothing secret is on the disk in clear: password, passphrase, token, and what people write."""

import base64
from pathlib import Path

import pytest

from tests.desktop.conftest import Shop, to_work
from tests.parts.seat import PASSPHRASE, Seat, sit_down
from tests.parts.server import PASSWORD

pytestmark = pytest.mark.usefixtures("qapp")
SENT, DRAFT, HEARD = "canary-in-a-reply", "canary-in-a-draft", "canary-from-a-buyer"


def _forms(secret: str) -> list[bytes]:
    raw = secret.encode()
    return [raw, secret.encode("utf-16-le"), raw.hex().encode(), base64.b64encode(raw)[:-4]]


def _leaks(folder: Path, secrets: list[str]) -> list[tuple[str, str]]:
    files = [(file.name, file.read_bytes()) for file in folder.rglob("*") if file.is_file()]
    assert files, "nothing is kept at all"
    return [(s, n) for s in secrets for n, told in files if any(f in told for f in _forms(s))]


def test_no_secret_is_in_clear_while_working_and_afterwards(
    shop: Shop, capfd: pytest.CaptureFixture[str]
) -> None:
    shop.hear("Canary", HEARD)
    secrets = [PASSWORD, PASSPHRASE, SENT, DRAFT, HEARD]

    async def work(seat: Seat) -> None:
        await to_work(seat, shop, PASSPHRASE)
        kept = seat.desk.entrance.keys.secret
        assert kept is not None
        assert kept.session is not None
        secrets.extend((kept.key, kept.session.token))
        await seat.press("R")
        await seat.type(SENT)
        await seat.press("Ctrl+Return")
        await seat.until(lambda: any(SENT in body for body in shop.bodies()), "the reply")
        await seat.settled()
        await seat.type(DRAFT)
        assert _leaks(shop.profile, secrets) == []

    sit_down(shop.options, work)
    assert _leaks(shop.profile, secrets) == []
    said = "".join(capfd.readouterr())
    assert [secret for secret in secrets if secret in said] == []
