"""The states of writing: macros, completion, sending later, taking back, asking once."""

from datetime import timedelta
from uuid import UUID

from PySide6.QtTest import QTest

from console.conversations import markup
from console.conversations.model import Mention
from console.drafts.model import SharedDraft, Version, draft_id
from console.kernel.codec import write_record
from console.kernel.ids import new_id
from console.store import sqlite
from console.sync.client import pipe
from console.sync.client.work import CACHE_FILE
from console.tickets.model import View, ViewName
from tests.parts.desk import KEY
from tests.screens.content import LENA as HEARD
from tests.screens.content import NOW
from tests.screens.stage import Scene, State

LENA = HEARD.name
WORDS = "Marta can send a new one by express tomorrow."


async def macro_used(scene: Scene) -> None:
    """A macro with what was filled in, a gap nobody could fill, and what is done when it is sent."""
    shown = await scene.work("Omar Haddad")
    shown.page.write("buyer")
    shown.writing.use(_macro(scene, "late"))
    await scene.settle()


async def macro_pick(scene: Scene) -> None:
    shown = await scene.work(LENA)
    shown.writing.pick_macro()
    await scene.settle()


async def gap_asked(scene: Scene) -> None:
    await macro_used(scene)
    scene.workspace.page.send(False)
    await scene.settle()


async def complete_macro(scene: Scene) -> None:
    await _typing(scene, "buyer", "/re")


async def complete_emoji(scene: Scene) -> None:
    await _typing(scene, "buyer", "Thank you :th")


async def complete_colleague(scene: Scene) -> None:
    await _typing(scene, "internal", "Can you look at this, @")


async def complete_number(scene: Scene) -> None:
    await _typing(scene, "internal", "Same as #")


async def macros(scene: Scene) -> None:
    shown = await scene.work(LENA)
    shown.macros.choose(_macro(scene, "late"))
    shown.show_page("macros")
    await scene.settle()


async def macros_wrong(scene: Scene) -> None:
    shown = await scene.work(LENA)
    shown.show_page("macros")
    shown.macros.new.click()
    QTest.keyClicks(shown.macros.form.name, "Second parcel")
    shown.macros.form.text.setPlainText("Hello {recipient.first}, parcel {parcel.number} left.")
    shown.macros.save()
    await scene.settle()


async def macros_none(scene: Scene) -> None:
    shown = await scene.work(LENA)
    shown.show_page("macros")
    await scene.settle()


async def sent_undo(scene: Scene) -> None:
    shown = await scene.work(LENA)
    shown.page.write("buyer")
    shown.page.composer.editor.insertPlainText(WORDS)
    shown.page.send(False)
    shown.page.send(False)  # Lena did not write last, perhaps
    await scene.settle()


async def send_later(scene: Scene) -> None:
    shown = await scene.work(LENA)
    shown.page.write("buyer")
    shown.page.composer.editor.insertPlainText(WORDS)
    shown.writing.send_later()
    await scene.settle()


async def scheduled(scene: Scene) -> None:
    shown = await scene.work(LENA)
    shown.page.write("buyer")
    shown.page.composer.editor.insertPlainText(WORDS)
    shown.page.send_later(NOW + timedelta(hours=14))
    await scene.settle()


async def scheduled_outbox(scene: Scene) -> None:
    await scheduled(scene)
    scene.workspace.show_outbox()
    await scene.settle()


async def wrong_person(scene: Scene) -> None:
    """To the seller, who did not write last: asked once, in place."""
    shown = await scene.work(LENA)
    shown.show_view(View(name=ViewName.ACTIVE))
    shown.page.write("seller")
    shown.page.composer.editor.insertPlainText("Could you send a new one by express?")
    shown.page.send(False)
    await scene.settle()


async def draft_elsewhere(scene: Scene) -> None:
    """Something was begun on another computer while another text stands here."""
    shown = await scene.work(LENA)
    shown.page.write("buyer")
    shown.page.composer.editor.insertPlainText(WORDS)
    ticket = scene.made.tickets[LENA]
    version = Version("buyer", "Hello Lena, I have asked the carrier and", NOW)
    draft = SharedDraft(
        id=draft_id(scene.made.me, ticket), owner_id=scene.made.me, ticket_id=ticket,
        version=version, device=new_id(),
    )  # fmt: skip
    cache = sqlite.connect(scene.folder / CACHE_FILE, key=KEY)
    cache.execute(
        "INSERT INTO drafts (id, rev, sc, ticket_id, doc) VALUES (?, 1, '[]', ?, ?)",
        (draft.id.bytes, ticket.bytes, write_record(draft).decode()),
    )
    cache.close()
    scene.local.hear(pipe.Changed({"draft": [draft.id]}, 0))
    await scene.settle()


RICH = (
    "<p>Hello Lena, thank you for <strong>your patience</strong>. You can choose:</p>"
    "<ul><li>a new kettle by <em>express</em>, with you tomorrow</li>"
    '<li>the full amount back, see <a href="https://shop.example/refunds">our terms</a></li></ul>'
    "<blockquote><p>It never arrived, and nobody at the depot knows.</p></blockquote>"
    "<p>Tell us the number <code>303-9182736</code> if you call.</p>"
)


async def formatted(scene: Scene) -> None:
    """A message with every format, the bar below it."""
    shown = await scene.work(LENA)
    shown.page.write("buyer")
    shown.formats.turn()
    shown.opened.composer.rewrite(markup.text_of(RICH), RICH)
    await scene.settle()


async def formatted_sent(scene: Scene) -> None:
    await formatted(scene)
    scene.workspace.opened.composer.undo_s = 0
    scene.workspace.page.send(False)
    scene.workspace.page.send(False)
    await scene.settle()


async def misspelled(scene: Scene) -> None:
    """Words that no dictionary has, and what may have been meant."""
    await _typing(scene, "buyer", "Helo Lena, the parcle is on its way. See you tomorow ")
    scene.workspace.spelling.next_wrong()
    await scene.settle()


async def spelled_as_written(scene: Scene) -> None:
    """German to somebody who writes English: what is written tells which dictionary is asked."""
    await _typing(scene, "buyer", "Guten Tag, Ihr Paket ist unterwegs und kommt morgn an. ")
    await scene.workspace.spelling._spelling.settle()
    await scene.settle()


async def mentioned(scene: Scene) -> None:
    """A note that names a colleague, sent, and another being written."""
    shown = await scene.work(LENA)
    shown.page.write("internal")
    shown.opened.composer.undo_s = 0
    for words in ("Can you ask the depot, ", "Or do you know more, "):
        editor = shown.page.composer.editor
        QTest.keyClicks(editor, words)
        ben = next(u for u in shown.directory.colleagues if u.id != scene.made.me)
        editor.mention(Mention(ben.id, ben.name))
        QTest.keyClicks(editor, "?")
        if words.startswith("Can"):
            shown.page.send(False)
            await scene.settle()
    await scene.settle()


async def macro_files(scene: Scene) -> None:
    """A macro with a file, as it is written."""
    await macros(scene)
    page = scene.workspace.macros
    terms = scene.folder / "Returns and refunds.pdf"
    terms.write_bytes(b"%PDF-1.7 " + bytes(84_000))
    page.form.files_brought.emit([terms])
    await scene.settle()


async def _typing(scene: Scene, lane: str, text: str) -> None:
    shown = await scene.work(LENA)
    shown.page.write(lane)
    QTest.keyClicks(shown.page.composer.editor, text)
    await scene.settle()


def _macro(scene: Scene, shortcut: str) -> UUID:
    found = scene.workspace.writing.shelf.macros
    return next(macro.id for macro in found if macro.content.shortcut == shortcut)


COMPOSING = (
    State("macro-used", macro_used),
    State("macro-pick", macro_pick),
    State("macro-gap", gap_asked),
    State("complete-macro", complete_macro),
    State("complete-emoji", complete_emoji),
    State("complete-colleague", complete_colleague),
    State("complete-number", complete_number),
    State("macros", macros),
    State("macros-1024x640", macros, (1024, 640), elides=True),
    State("macros-wrong", macros_wrong),
    State("macros-none", macros_none),
    State("sent-undo", sent_undo),
    State("send-later", send_later),
    State("scheduled", scheduled),
    State("scheduled-outbox", scheduled_outbox),
    State("wrong-person", wrong_person),
    State("draft-elsewhere", draft_elsewhere),
    State("formatted", formatted),
    State("formatted-sent", formatted_sent),
    State("misspelled", misspelled),
    State("spelled-as-written", spelled_as_written),
    State("mentioned", mentioned),
    State("macro-files", macro_files),
)
