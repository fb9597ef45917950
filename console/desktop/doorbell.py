"""One Parley per profile: a second start rings here, hands over its link, and the first comes up."""

import getpass
import hashlib
import logging
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from console.kernel.errors import Refused
from console.kernel.links import MOST_CHARS, link_to, ticket_number

ANSWER_MS = 2_000
MOST_CALLERS = 8
_CAME, _REFUSED = b"up\n", b"no\n"

log = logging.getLogger(__name__)


def _name(profile: Path) -> str:
    """Where the bell of a profile is: short, as sockets want it, and another for everybody."""
    who = f"{getpass.getuser()} {profile.absolute()}"
    return f"parley-{hashlib.sha256(who.encode()).hexdigest()[:24]}"


class Doorbell(QObject):
    """Hears second starts. `rung` tells the number of the ticket that is wanted, 0 for none.

    Whoever makes one holds the profile's lock: a socket that is there already is a dead one's.
    """

    rung = Signal(object)

    def __init__(self, profile: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(MOST_CALLERS)
        self._server.newConnection.connect(self._came)
        name = _name(profile)
        if not self._server.listen(name):
            QLocalServer.removeServer(name)
            if not self._server.listen(name):
                log.warning("no_doorbell", extra={"cause": self._server.errorString()})

    def close(self) -> None:
        """Hear nobody any more."""
        self._server.close()

    def _came(self) -> None:
        while (caller := self._server.nextPendingConnection()) is not None:
            caller.readyRead.connect(lambda caller=caller: self._hear(caller))
            caller.disconnected.connect(caller.deleteLater)
            self._hear(caller)

    def _hear(self, caller: QLocalSocket) -> None:
        if not caller.canReadLine():
            if caller.bytesAvailable() > MOST_CHARS:
                caller.abort()
            return
        told = bytes(caller.readLine(MOST_CHARS + 2).data()).decode("ascii", "replace").strip()
        try:
            number = ticket_number(told) if told else 0
        except Refused:
            caller.write(_REFUSED)
        else:
            caller.write(_CAME)
            self.rung.emit(number)
        caller.disconnectFromServer()


def ring(profile: Path, ticket: int | None = None) -> bool:
    """Have the Parley that has this profile open come up, at a ticket if one is named.

    False when nobody answers within ANSWER_MS.
    """
    own = QCoreApplication([]) if QCoreApplication.instance() is None else None
    socket = QLocalSocket()
    try:
        socket.connectToServer(_name(profile))
        if not socket.waitForConnected(ANSWER_MS):
            return False
        socket.write(f"{link_to(ticket) if ticket else ''}\n".encode())
        socket.flush()
        answered = socket.waitForReadyRead(ANSWER_MS)
        return answered and bytes(socket.readAll().data()) == _CAME
    finally:
        socket.abort()
        del socket
        if own is not None:
            own.shutdown()
