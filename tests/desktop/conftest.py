"""A server with a small shop, and a computer without a keyring."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from console.desktop.app import DesktopOptions
from console.desktop.settings import Settings
from console.people.model import User
from console.people.server import accounts
from console.people.tables import rows as people_rows
from console.tickets.tables import rows as ticket_rows
from console.ui.theme import Theme
from tests.desktop.at import At
from tests.parts.acts import received
from tests.parts.seat import Seat
from tests.parts.server import PASSWORD, PASSWORD_HASH, LiveServer, live_server
from tests.screens.shop import Made

SUBJECTS = ("Parcel never arrived", "Wrong size", "Invoice please")


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's real keyring is touched."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


@dataclass
class Shop:
    """A server with three tickets in Europe's queue, and Ana who works there."""

    server: LiveServer
    ana: User
    profile: Path

    @property
    def options(self) -> DesktopOptions:
        """Ana's desk."""
        return DesktopOptions(server=None, profile=self.profile)

    def hear(self, subject: str, body: str) -> None:
        """A new ticket from a buyer."""
        team = self.server.write(lambda tx: accounts.ensure_team(tx, "Europe"))
        name = f"{subject.split(maxsplit=1)[0]} Buyer"
        told = received(
            subject=subject, body=body, name=name, email=f"{name.split(maxsplit=1)[0].lower()}@mail.test",
            team_id=team.id,
        )  # fmt: skip
        (result,) = self.server.execute(self.server.operator(), told)
        assert type(result.outcome).__name__ == "Accepted", result

    def bodies(self) -> list[str]:
        """Every message on the server, oldest first."""
        core = self.server.core
        found = self.server.call(
            core.read(lambda r: r.rows("SELECT doc FROM messages ORDER BY rev"))
        )
        return [str(row[0]) for row in found]

    def end_sessions(self) -> None:
        """Ana's password is set anew by an administrator, to the same one as it happens."""
        self.server.write(lambda tx: accounts.set_password(tx, self.ana.id, PASSWORD_HASH))

    def status(self, number: int) -> str:
        """A ticket's status on the server."""
        core = self.server.core
        found = self.server.call(core.read(lambda r: ticket_rows.by_number(r, number)))
        assert found is not None
        return str(found.status)


async def to_work(seat: Seat, shop: Shop, passphrase: str = "") -> None:
    """Sign in; without a passphrase everything stays in memory."""
    await seat.sign_in(shop.server.url, shop.ana.email, PASSWORD)
    await seat.give_passphrase(passphrase)
    await seat.at_work()


@contextmanager
def open_shop(folder: Path, port: int = 0) -> Iterator[Shop]:
    """The shop in a folder, with its server running; the same one when it is opened again."""
    with live_server(folder / "server", port=port) as server:
        core = server.core
        known = server.call(core.read(lambda r: people_rows.user_by_email(r, "ana@desk.test")))
        ana = known or server.add_user("Ana Kovac", teams=("Europe",))
        made = Shop(server, ana, folder / "profile")
        made.profile.mkdir(exist_ok=True)
        Settings(made.profile).undo_s = 0  # what is sent is not waited for
        if known is None:
            for subject in SUBJECTS:
                made.hear(subject, f"{subject}: can you help?")
        yield made


@pytest.fixture
def at(made: Made, theme: Theme) -> At:
    """Ana's window over it."""
    return At(made, theme)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """The shop, with its server running."""
    with open_shop(tmp_path) as made:
        yield made
