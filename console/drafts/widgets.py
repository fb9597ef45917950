"""What was begun on another computer, above the composer: write on with it, or forget it."""

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from console.conversations.model import snippet
from console.drafts.viewmodel import Drafts
from console.kernel.tongue import tr, trn
from console.ui import words
from console.ui.slots import Slots
from console.ui.widgets import Block, Text


class OtherVersions(QWidget):
    """Offers the newest other version of the open ticket's draft; hidden when there is none."""

    def __init__(self, drafts: Drafts, slots: Slots) -> None:
        super().__init__()
        block = Block(calm=True)
        self._drafts, self._slots = drafts, slots
        self._head = Text()
        self._head.setWordWrap(True)
        self._text = Text("", "quote")
        self._text.setWordWrap(True)
        use = QPushButton(tr("Write on with this"))
        leave = QPushButton(tr("Forget it"))
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 8)
        around.addWidget(block)
        block.lines.addWidget(self._head)
        block.lines.addWidget(self._text)
        block.offer(use)
        block.offer(leave)
        use.clicked.connect(self._use)
        leave.clicked.connect(lambda: slots.start(drafts.leave(), "forget-version"))
        drafts.changed.connect(self.look)
        self.look(None)

    def look(self, _: object) -> None:
        """Show what there is for the open ticket now."""
        others = self._drafts.others
        self.setVisible(bool(others))
        if not others:
            return
        newest = others[0]
        head = tr("Begun on another computer, {when}:").format(when=words.stamp(newest.at))
        if len(others) > 1:
            told = trn(
                "{count} version begun on another computer, the newest {when}:",
                "{count} versions begun on other computers, the newest {when}:",
                len(others),
            )
            head = told.format(count=len(others), when=words.stamp(newest.at))
        self._head.setText(head)
        self._text.setText(tr("“{text}”").format(text=snippet(newest.body)))

    def _use(self) -> None:
        others = self._drafts.others
        if others:
            self._slots.start(self._drafts.use(others[0]), "use-version")
