"""The states of the conversation: formatted mail, quotes, hostile content, links, files looked at."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

from console.conversations.model import Attachment
from console.conversations.viewmodel.items import MessageItem
from console.conversations.widgets.viewer import Viewer
from tests.screens.content import HOSTILE, MAILED
from tests.screens.stage import Scene, State

MAIL, MALLORY = MAILED[0].name, HOSTILE[0].name
SOURCE = """Return-Path: <nora.eklund@mail.example>
Received: from mx.mail.example by desk.shop.example; Wed, 18 Nov 2026 23:48:02 +0000
From: Nora Eklund <nora.eklund@mail.example>
To: support@shop.example
Subject: =?utf-8?q?Re=3A_Your_order_303-9182736?=
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<h2>Two questions about my order</h2><p>Hello <b>support team</b>,</p>
"""


async def mail(scene: Scene) -> None:
    await scene.work(MAIL)


async def mail_unfolded(scene: Scene) -> None:
    shown = await scene.work(MAIL)
    for item in list(shown.opened.timeline.items.values()):
        if isinstance(item, MessageItem):
            shown.opened.timeline.toggle(("message", item.message.id))
    shown.page.timeline.scrollToTop()
    await scene.settle()


async def mail_plain(scene: Scene) -> None:
    shown = await scene.work(MAIL)
    for item in list(shown.opened.timeline.items.values()):
        if isinstance(item, MessageItem):
            shown.opened.timeline.toggle_plain(item.message.id)
    await scene.settle()


async def hostile(scene: Scene) -> None:
    await scene.work(MALLORY)


async def link_asked(scene: Scene) -> None:
    shown = await scene.work(MALLORY)
    shown.page.timeline.link_wanted.emit("https://login.shop.example@evil.example/x")
    await scene.settle()


async def save_asked(scene: Scene) -> None:
    shown = await scene.work(MALLORY)
    items = shown.opened.timeline.items.values()
    files = [f for i in items if isinstance(i, MessageItem) for f in i.message.attachments]
    shown.page.files.save(files[0])
    await scene.settle()


async def events_unfolded(scene: Scene) -> None:
    shown = await scene.work("Lena Hoffmann")
    fold = next((key for key in shown.opened.timeline.items if key[0] == "fold"), None)
    if fold is not None:
        shown.opened.timeline.toggle(fold)
    await scene.settle()


async def picture(scene: Scene) -> None:
    await _look(scene, "plates-1.jpg", "image/png", _drawn())


async def picture_broken(scene: Scene) -> None:
    await _look(scene, "plates-2.jpg", "image/png", b"\x89PNG\r\n\x1a\nnothing more")


async def source(scene: Scene) -> None:
    await _look(scene, "message.eml", "message/rfc822", SOURCE.encode())


async def _look(scene: Scene, name: str, kind: str, data: bytes) -> None:
    """Look at a file of these bytes."""
    shown = await scene.work(MAIL)
    viewer = Viewer(scene.theme, shown.page)

    async def read(_: Attachment) -> bytes:
        return data

    viewer.open()
    file = Attachment(scene.made.me, name, kind, len(data), "")
    await viewer.show_file(file, read)
    await scene.settle()


def _drawn() -> bytes:
    """A picture of something."""
    image = QImage(1_600, 1_000, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    sky = QLinearGradient(0, 0, 0, 1_000)
    sky.setColorAt(0, QColor("#8ecae6"))
    sky.setColorAt(1, QColor("#ffb703"))
    painter.fillRect(image.rect(), sky)
    for n, color in enumerate(("#ffffff", "#e9ecef", "#ced4da")):
        painter.setBrush(QColor(color))
        painter.drawEllipse(300 + n * 260, 380 + n * 60, 460, 300)
    painter.end()
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(held.data())


THREAD = (
    State("mail", mail),
    State("mail-unfolded", mail_unfolded),
    State("mail-plain", mail_plain),
    State("hostile", hostile, elides=True),
    State("link-asked", link_asked, elides=True),
    State("save-asked", save_asked, elides=True),
    State("events-unfolded", events_unfolded),
    State("picture", picture),
    State("picture-broken", picture_broken),
    State("source", source),
)
