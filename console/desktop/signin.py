"""Sign-in: server, address, password; a passphrase where there is no keyring; then loading."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.kernel.tongue import mark, tr
from console.sync.client import pipe
from console.sync.client.lease import LEASE
from console.ui import words
from console.ui.widgets import Mark, Text

_WIDTH, _MARK = 380, 44
REASONS = {
    "wrong_password": mark("The address or the password is wrong."),
    "unreachable": mark("The server does not answer: check its address and your network."),
    "unavailable": mark("The server is busy or you tried too often: wait a minute."),
    "insecure": mark("Only a server on this computer is reached without https."),
    "bad_url": mark("This is not a server address: write it like https://desk.shop.example."),
}


def _page(content: QWidget) -> QVBoxLayout:
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(content)
    row.addStretch(1)
    box = QVBoxLayout()
    box.addStretch(2)
    box.addLayout(row)
    box.addStretch(3)
    return box


def _card() -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setObjectName("card")
    card.setFixedWidth(_WIDTH)
    box = QVBoxLayout(card)
    box.setContentsMargins(28, 26, 28, 26)
    box.setSpacing(6)
    box.addWidget(Mark(_MARK))
    box.addSpacing(10)
    return card, box


class SignInPage(QWidget):
    """Asks who one is. `asked(server, email, password)`; `sandbox_wanted` starts the trial shop."""

    asked = Signal(str, str, str)
    sandbox_wanted = Signal()

    def __init__(self, server: str, email: str) -> None:
        super().__init__()
        self.setObjectName("ground")
        card, box = _card()
        self._server = _field(tr("Server address"), server)
        self._email = _field(tr("E-mail address"), email)
        self._password = _secret(tr("Password"))
        self._problem = _problem()
        self._go = QPushButton(tr("Sign in"))
        self._go.setProperty("kind", "primary")
        self._go.setDefault(True)
        sandbox = QPushButton(tr("Try the sandbox shop instead"))
        sandbox.setProperty("kind", "link")
        box.addWidget(Text("Parley", "display"))
        box.addWidget(Text(tr("Sign in to your support desk."), "dim"))
        box.addSpacing(8)
        for name, field in (
            (tr("Server"), self._server),
            (tr("E-mail"), self._email),
            (tr("Password"), self._password),
        ):
            label = Text(name, "strong")
            label.setBuddy(field)
            box.addWidget(label)
            box.addWidget(field)
            box.addSpacing(6)
            field.returnPressed.connect(self._ask)
        box.addWidget(self._problem)
        box.addWidget(self._go)
        box.addSpacing(4)
        box.addWidget(sandbox, 0, Qt.AlignmentFlag.AlignHCenter)
        self.setLayout(_page(card))
        self._go.clicked.connect(self._ask)
        sandbox.clicked.connect(self.sandbox_wanted)
        self._fields = (self._server, self._email, self._password)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        first = next((field for field in self._fields if not field.text()), self._password)
        first.setFocus()

    def _ask(self) -> None:
        for field in self._fields:
            if not field.text().strip():
                field.setFocus()
                self.refuse(
                    "", tr("Fill in: {field}.").format(field=field.placeholderText().lower())
                )
                return
        self._busy(busy=True)
        server, email, password = (field.text() for field in self._fields)
        self.asked.emit(server.strip(), email.strip(), password)

    def refuse(self, code: str, message: str) -> None:
        """Say why it did not work; what was typed stays."""
        self._busy(busy=False)
        self._problem.setText(tr(REASONS[code]) if code in REASONS else message)
        self._problem.show()
        if code == "wrong_password":
            self._password.selectAll()
            self._password.setFocus()

    def _busy(self, *, busy: bool) -> None:
        self._go.setEnabled(not busy)
        self._go.setText(tr("Signing in…") if busy else tr("Sign in"))
        if busy:
            self._problem.hide()


def _field(name: str, text: str) -> QLineEdit:
    field = QLineEdit(text, placeholderText=name)
    field.setAccessibleName(name)
    return field


def _secret(name: str) -> QLineEdit:
    field = _field(name, "")
    field.setEchoMode(QLineEdit.EchoMode.Password)
    return field


def _problem() -> Text:
    line = Text("", "error")
    line.setWordWrap(True)
    line.hide()
    return line


class SignInAgain(QDialog):
    """Asks for the password of a session that the server has ended. `given(password)`."""

    given = Signal(str)

    def __init__(self, name: str, email: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Sign in again"))
        self.setFixedWidth(_WIDTH + 40)
        why = Text(
            tr("Your session has ended. What you wrote is kept and goes out afterwards."), "dim"
        )
        why.setWordWrap(True)
        self._password = _secret(tr("Password"))
        self._problem = _problem()
        self._go = QPushButton(tr("Sign in"))
        self._go.setProperty("kind", "primary")
        self._go.setDefault(True)
        later = QPushButton(tr("Later"))
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(later)
        buttons.addWidget(self._go)
        box = QVBoxLayout(self)
        box.setContentsMargins(28, 24, 28, 22)
        box.setSpacing(10)
        box.addWidget(Text(tr("Sign in again, {name}").format(name=name), "title"))
        box.addWidget(why)
        box.addWidget(Text(email, "strong"))
        box.addWidget(self._password)
        box.addWidget(self._problem)
        box.addSpacing(4)
        box.addLayout(buttons)
        self._go.clicked.connect(self._give)
        later.clicked.connect(self.reject)

    def _give(self) -> None:
        if not self._password.text():
            self.refuse("", tr("Fill in: password."))
            return
        self._problem.hide()
        self._go.setEnabled(False)
        self.given.emit(self._password.text())

    def refuse(self, code: str, message: str) -> None:
        """Say why it did not work."""
        self._go.setEnabled(True)
        self._problem.setText(tr(REASONS[code]) if code in REASONS else message)
        self._problem.show()
        self.adjustSize()
        self._password.selectAll()
        self._password.setFocus()


class PassphrasePage(QWidget):
    """Asks for a passphrase: a new one, or the one that opens what is kept here."""

    given = Signal(str)
    declined = Signal()

    def __init__(self, *, new: bool) -> None:
        super().__init__()
        self.setObjectName("ground")
        card, box = _card()
        head = tr("Protect what is kept on this computer") if new else tr("Unlock Parley")
        why = (
            tr(
                "This computer has no keyring that Parley can use. A passphrase encrypts the tickets"
                " kept here, so that you can start offline and nothing is lost when you quit."
            )
            if new
            else tr(
                "The tickets and drafts kept on this computer are encrypted with your passphrase."
            )
        )
        other = tr("Keep it for this session only") if new else tr("Forget them and sign in anew")
        self._line = _secret(tr("Passphrase"))
        self._problem = _problem()
        go = QPushButton(tr("Use this passphrase") if new else tr("Unlock"))
        go.setProperty("kind", "primary")
        decline = QPushButton(other)
        decline.setProperty("kind", "link")
        told = Text(why, "dim")
        told.setWordWrap(True)
        box.addWidget(Text(head, "title"))
        box.addWidget(told)
        box.addSpacing(6)
        box.addWidget(self._line)
        box.addWidget(self._problem)
        box.addWidget(go)
        box.addWidget(decline, 0, Qt.AlignmentFlag.AlignHCenter)
        self.setLayout(_page(card))
        self._line.returnPressed.connect(self._give)
        go.clicked.connect(self._give)
        decline.clicked.connect(self.declined)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._line.setFocus()

    def _give(self) -> None:
        self.given.emit(self._line.text())

    def refuse(self, message: str) -> None:
        """Say why not."""
        self._problem.setText(message)
        self._problem.show()
        self._line.selectAll()


class ShutPage(QWidget):
    """Says that the keyring is shut while work is kept under its key."""

    again = Signal()
    declined = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("ground")
        card, box = _card()
        told = Text(
            tr(
                "Your tickets and what you have not sent yet are kept on this computer, and the key"
                " to them is in the keyring, which does not open. Unlock it, then try again."
            ),
            "dim",
        )
        told.setWordWrap(True)
        self._again = QPushButton(tr("Try again"))
        self._again.setProperty("kind", "primary")
        decline = QPushButton(tr("Forget them and sign in anew"))
        decline.setProperty("kind", "link")
        box.addWidget(Text(tr("The keyring is locked"), "title"))
        box.addWidget(told)
        box.addSpacing(6)
        box.addWidget(self._again)
        box.addWidget(decline, 0, Qt.AlignmentFlag.AlignHCenter)
        self.setLayout(_page(card))
        self._again.clicked.connect(self.again)
        decline.clicked.connect(self.declined)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._again.setFocus()


LOCKED = mark(
    "This computer has not met your server for {days} days, so customers' data here is shut"
    " until it does. What you wrote and have not sent is kept. Connect to the network: it opens"
    " by itself."
)


class LoadingPage(QWidget):
    """The first load, with a figure that is true."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("ground")
        card, box = _card()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(tr("Loading"))
        self._text = Text(tr("Connecting to your server"), "dim")
        self._text.setWordWrap(True)
        self._title = Text(tr("Fetching your desk"), "title")
        box.addWidget(self._title)
        box.addWidget(self._bar)
        box.addWidget(self._text)
        self.setLayout(_page(card))

    def show_locked(self) -> None:
        """Say why nothing is shown: the lease on the cache has run out."""
        self._title.setText(tr("Your desk is locked"))
        self._bar.hide()
        self._text.setText(tr(LOCKED).format(days=LEASE.days))

    def show_standing(self, standing: pipe.Standing) -> None:
        """Show how far it is."""
        self._title.setText(
            tr("Your desk is locked") if standing.locked else tr("Fetching your desk")
        )
        self._bar.show()
        if standing.locked and standing.mode == "offline":
            self.show_locked()
        elif standing.mode == "loading" and standing.total:
            self._bar.setRange(0, standing.total)
            self._bar.setValue(standing.done)
            done, total = words.count(standing.done), words.count(standing.total)
            told = tr("{done} of {total} records. The queue opens as soon as it is here.")
            self._text.setText(told.format(done=done, total=total))
        elif standing.mode == "stuck":
            self._bar.setRange(0, 1)
            self._text.setText(tr("This computer's disk is full or cannot be written: make room."))
        elif standing.mode == "offline":
            self._bar.setRange(0, 1)
            self._text.setText(tr("The server does not answer. Trying again by itself."))
        else:
            self._bar.setRange(0, 0)
            self._text.setText(tr("Connecting to your server"))
