"""What is asked before a link is opened: where it leads, and to whom."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from console.conversations.viewmodel.rich import host_of
from console.kernel.tongue import tr
from console.ui.question import Question, seen

MAX_SHOWN_CHARS = 300


def ask_to_open(question: Question, href: str) -> None:
    """Ask whether this is to be opened. What leads to nobody is not even asked about."""
    host = host_of(href)
    if not host:
        return
    mail = href.lower().startswith("mailto:")
    asked = tr("Write to {host}?") if mail else tr("Open {host}?")
    question.ask(
        asked.format(host=host),
        seen(href)[:MAX_SHOWN_CHARS],
        tr("Do not open"),
        (
            (tr("Copy the address"), lambda: QApplication.clipboard().setText(href)),
            (
                tr("Open the mail program") if mail else tr("Open in the browser"),
                lambda: _open(href),
            ),
        ),
    )


def _open(href: str) -> None:
    QDesktopServices.openUrl(QUrl(href, QUrl.ParsingMode.StrictMode))
