"""Every state of the console that has a picture."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from console.conversations.viewmodel.items import MessageItem
from console.desktop.signin import LoadingPage, PassphrasePage, ShutPage, SignInAgain, SignInPage
from console.kernel.ids import new_id
from console.kernel.tongue import tr
from console.store import sqlite
from console.sync.client import pipe
from console.sync.client.mode import Mode
from console.sync.client.work import CACHE_FILE
from console.tickets.model import View, ViewName
from tests.parts.blobs import noise
from tests.parts.desk import KEY
from tests.screens.composing import COMPOSING
from tests.screens.content import LONG_NAME, NOW
from tests.screens.fielded import FIELDED
from tests.screens.looking import LOOKING
from tests.screens.many import MANY
from tests.screens.masked import MASKED
from tests.screens.merging import MERGING
from tests.screens.others import OTHERS
from tests.screens.searching import SEARCHING
from tests.screens.settled import SETTLED
from tests.screens.stage import Scene, State
from tests.screens.thread import THREAD
from tests.screens.unsettled import UNSETTLED

LENA = "Lena Hoffmann"
SERVER, EMAIL = "https://desk.shop.example", "ana@shop.example"
ANSWER = "Would you like the replacement, or a full refund of €64.90 today?"


def _standing(mode: Mode, done: int = 0, total: int = 0) -> pipe.Standing:
    return pipe.Standing(mode, done, total, 0, None, NOW)


# -- before the workspace


async def sign_in(scene: Scene) -> None:
    await scene.page(SignInPage(SERVER, ""))


async def sign_in_wrong(scene: Scene) -> None:
    page = SignInPage(SERVER, EMAIL)
    await scene.page(page)
    page.refuse("wrong_password", "")
    await scene.settle()


async def sign_in_away(scene: Scene) -> None:
    page = SignInPage(SERVER, EMAIL)
    await scene.page(page)
    page.refuse("unreachable", "")
    await scene.settle()


async def passphrase_new(scene: Scene) -> None:
    page = PassphrasePage(new=True)
    await scene.page(page)
    page.refuse(tr("A passphrase needs at least {count} characters.").format(count=10))
    await scene.settle()


async def passphrase(scene: Scene) -> None:
    await scene.page(PassphrasePage(new=False))


async def keyring_shut(scene: Scene) -> None:
    await scene.page(ShutPage())


async def loading(scene: Scene) -> None:
    page = LoadingPage()
    await scene.page(page)
    page.show_standing(_standing("loading", 41_250, 96_400))
    await scene.settle()


async def loading_away(scene: Scene) -> None:
    page = LoadingPage()
    await scene.page(page)
    page.show_standing(_standing("offline"))
    await scene.settle()


async def locked(scene: Scene) -> None:
    page = LoadingPage()
    await scene.page(page)
    page.show_locked()
    await scene.settle()


# -- the workspace


async def workspace(scene: Scene) -> None:
    shown = await scene.work(LENA)
    shown.page.write("buyer")
    shown.page.composer.editor.insertPlainText(ANSWER)
    await scene.settle()


async def workspace_narrow(scene: Scene) -> None:
    await workspace(scene)


async def workspace_large(scene: Scene) -> None:
    await workspace(scene)


async def note(scene: Scene) -> None:
    shown = await scene.work(LENA)
    shown.page.write("internal")
    shown.page.composer.editor.insertPlainText("Refund is within my limit, I do it if she wants.")
    await scene.settle()


async def files(scene: Scene) -> None:
    """Files in the draft, each another way along, and one of a message on its way down."""
    shown = await scene.work(LENA)
    shown.page.write("buyer")
    composer = shown.opened.composer
    names = ("replacement-offer.pdf", "parcel-label.png", "packing-list-for-the-carrier-2026.csv")
    made = [scene.folder / name for name in names]
    for n, path in enumerate(made):
        path.write_bytes(noise(400_000 * (n + 1)))
    await composer.attach(made)
    for share, item in zip((1.0, 0.4), composer.state.files, strict=False):
        told = pipe.Transfer(item.id, "up", int(item.size * share), item.size)
        scene.local.hear(told)
    failed = composer.state.files[2]
    scene.local.hear(pipe.Transfer(failed.id, "up", 0, 0, "hash_mismatch"))
    shown.page.composer.editor.insertPlainText(ANSWER)
    timeline = shown.opened.timeline
    carrying = [i.message for i in timeline.items.values() if isinstance(i, MessageItem)]
    message, other = (m for m in carrying if m.attachments)
    timeline.fetch(message, message.attachments[0])
    size = message.attachments[0].size
    scene.local.hear(pipe.Transfer(message.attachments[0].id, "down", size * 2 // 3, size))
    timeline.fetch(other, other.attachments[0])
    scene.local.hear(pipe.Transfer(other.attachments[0].id, "down", 0, 0, "no_file"))
    await scene.settle()


async def files_offline(scene: Scene) -> None:
    shown = await scene.work("Ines Costa")
    scene.link("offline", minutes=4)
    timeline = shown.opened.timeline
    for item in list(timeline.items.values()):
        if isinstance(item, MessageItem) and item.message.attachments:
            timeline.fetch(item.message, item.message.attachments[0])
    await scene.settle()


async def to_seller(scene: Scene) -> None:
    shown = await scene.work(LENA)
    shown.page.write("seller")
    await scene.settle()


async def long_thread(scene: Scene) -> None:
    shown = await scene.work()
    shown.show_view(View(name=ViewName.MINE))
    shown.show_ticket(scene.made.tickets["thread"])
    await scene.settle()


async def older_away(scene: Scene) -> None:
    """Only the last messages are kept here, and the server cannot be asked for the others."""
    shown = await scene.work()
    cache = sqlite.connect(scene.folder / CACHE_FILE, key=KEY)
    cache.execute("DELETE FROM messages WHERE pos < 50")
    cache.close()
    shown.show_view(View(name=ViewName.MINE))
    shown.show_ticket(scene.made.tickets["thread"])
    scene.link("offline", minutes=12)
    await scene.settle()
    shown.opened.timeline.older()
    shown.page.timeline.scrollToTop()
    await scene.settle()


async def long_names(scene: Scene) -> None:
    await scene.work(LONG_NAME)


async def arabic(scene: Scene) -> None:
    shown = await scene.work("ليلى منصور")
    shown.page.write("buyer")
    shown.page.composer.editor.insertPlainText("سنتحقق من الأمر اليوم ونعود إليك.")
    await scene.settle()


async def japanese(scene: Scene) -> None:
    await scene.work("佐藤 健")


async def empty_view(scene: Scene) -> None:
    shown = await scene.work()
    shown.show_view(View(name=ViewName.HOLD))
    await scene.settle()


async def empty_ticket(scene: Scene) -> None:
    shown = await scene.work()
    shown.opened.open(new_id())
    shown.list.choose_ticket(new_id())
    await scene.settle()


async def nothing_open(scene: Scene) -> None:
    shown = await scene.work()
    shown.list.choose_ticket(new_id())
    shown.opened.open(type(scene.made.me)(int=0))
    await scene.settle()


# -- over the workspace


async def pick_status(scene: Scene) -> None:
    (await scene.work(LENA)).picks.status()
    await scene.settle()


async def pick_priority(scene: Scene) -> None:
    (await scene.work(LENA)).picks.priority()
    await scene.settle()


async def pick_assignee(scene: Scene) -> None:
    (await scene.work(LENA)).picks.assignee()
    await scene.settle()


async def pick_tags(scene: Scene) -> None:
    (await scene.work(LENA)).picks.tags()
    _type("lost")
    await scene.settle()


async def menu(scene: Scene) -> None:
    (await scene.work(LENA)).program.open_menu()
    await scene.settle()


async def palette(scene: Scene) -> None:
    (await scene.work(LENA)).program.open_palette()
    await scene.settle()


async def palette_typed(scene: Scene) -> None:
    (await scene.work(LENA)).program.open_palette()
    _type("len")
    await scene.settle()


async def palette_nothing(scene: Scene) -> None:
    (await scene.work(LENA)).program.open_palette()
    _type("zzzzqqq")
    await scene.settle()


def _type(text: str) -> None:
    popup = QApplication.activePopupWidget()
    assert popup is not None, "nothing is open"
    QTest.keyClicks(popup.focusWidget(), text)


async def keys(scene: Scene) -> None:
    (await scene.work(LENA)).program.show_keys()
    await scene.settle()


async def about(scene: Scene) -> None:
    (await scene.work(LENA)).program.show_about()
    await scene.settle()


async def toast(scene: Scene) -> None:
    (await scene.work("Omar Haddad")).current.take()
    await scene.settle()


async def memory_notice(scene: Scene) -> None:
    from console.desktop.desk import MEMORY_NOTICE

    (await scene.work(LENA)).status.notice.setText(MEMORY_NOTICE)
    await scene.settle()


async def sign_in_again(scene: Scene) -> None:
    await scene.work(LENA, mode="signed_out")
    dialog = SignInAgain("Ana Kovač", EMAIL, scene.window)
    dialog.open()
    dialog.refuse("wrong_password", "")
    await scene.settle()


async def question(scene: Scene) -> None:
    from console.desktop.leaving import LEAVE_UNSENT
    from console.kernel.tongue import trn

    await scene.work(LENA)
    asked = trn(*LEAVE_UNSENT, 3).format(count=3)
    scene.window.ask(asked, "Sign out and lose it", lambda: None)
    await scene.settle()


# -- focus


async def focus_views(scene: Scene) -> None:
    (await scene.work(LENA)).views_list.setFocus(Qt.FocusReason.TabFocusReason)
    await scene.settle()


async def focus_timeline(scene: Scene) -> None:
    shown = await scene.work(LENA)
    shown.enter()
    last = shown.page.timeline.model().rowCount() - 1
    shown.page.timeline.setCurrentIndex(shown.page.timeline.model().index(last, 0))
    await scene.settle()


async def focus_buttons(scene: Scene) -> None:
    shown = await scene.work(LENA)
    shown.page.header.priority.setFocus(Qt.FocusReason.TabFocusReason)
    await scene.settle()


async def focus_send(scene: Scene) -> None:
    shown = await scene.work(LENA)
    shown.page.write("buyer")
    send = next(b for b in shown.page.composer.findChildren(QPushButton) if "Lena" in b.text())
    send.setFocus(Qt.FocusReason.TabFocusReason)
    await scene.settle()


async def focus_rail(scene: Scene) -> None:
    shown = await scene.work(LENA)
    button = next(b for b in shown.rail.findChildren(QPushButton) if "Outbox" in b.toolTip())
    button.setFocus(Qt.FocusReason.TabFocusReason)
    await scene.settle()


STATES = (
    State("sign-in", sign_in),
    State("sign-in-wrong-password", sign_in_wrong),
    State("sign-in-server-away", sign_in_away),
    State("passphrase-new", passphrase_new),
    State("passphrase", passphrase),
    State("keyring-shut", keyring_shut),
    State("loading", loading),
    State("loading-server-away", loading_away),
    State("locked", locked),
    State("workspace", workspace),
    State("workspace-1024x640", workspace_narrow, (1024, 640), elides=True),
    State("workspace-1366x768", workspace_narrow, (1366, 768), elides=True),
    State("workspace-1920x1200", workspace_large, (1920, 1200)),
    State("note", note),
    State("files", files, elides=True),
    State("files-offline", files_offline),
    State("to-seller", to_seller),
    State("long-thread", long_thread),
    State("older-away", older_away),
    State("long-names", long_names, elides=True),
    State("arabic", arabic),
    State("japanese", japanese),
    State("empty-view", empty_view),
    State("no-ticket", nothing_open),
    State("ticket-gone", empty_ticket),
    *UNSETTLED,
    *THREAD,
    *LOOKING,
    *COMPOSING,
    *SEARCHING,
    *SETTLED,
    *MANY,
    *MERGING,
    *FIELDED,
    *OTHERS,
    *MASKED,
    State("pick-status", pick_status),
    State("pick-priority", pick_priority),
    State("pick-assignee", pick_assignee),
    State("pick-tags", pick_tags),
    State("menu", menu),
    State("palette", palette),
    State("palette-typed", palette_typed),
    State("palette-nothing", palette_nothing),
    State("keys", keys),
    State("about", about),
    State("toast", toast),
    State("memory-notice", memory_notice),
    State("sign-in-again", sign_in_again),
    State("question", question),
    State("focus-views", focus_views),
    State("focus-timeline", focus_timeline),
    State("focus-field", focus_buttons),
    State("focus-send", focus_send),
    State("focus-rail", focus_rail),
)
