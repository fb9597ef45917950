"""Spelling at the desk: what is set of it, the language of a draft, and one's own dictionary."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from console.conversations.viewmodel.spelling import OFF, Spelling, called
from console.conversations.widgets.spelling import SpellChecker
from console.desktop.preferences import SPELLING, SPELLING_LANGUAGE
from console.kernel.tongue import tr, trn
from console.people.viewmodel import listed
from console.sync.client.local import Local
from console.ui.picker import Choice, Picker, containing
from console.ui.theme import Theme
from console.ui.words import bare

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace

_WIDTH = 340
_UNCHECKED = "–"


class SpellingDesk:
    """Checks what is written at one workspace."""

    def __init__(self, workspace: "Workspace", local: Local, theme: Theme) -> None:
        self._workspace, self._theme, self._settings = workspace, theme, workspace.settings
        self._box = workspace.page.composer
        self._spelling = Spelling(local, workspace.opened.composer, workspace.directory)
        self._checker = SpellChecker(self._box.editor, self._spelling, theme, workspace.slots)
        self._checker.learned.connect(self._learned)
        self._box.language.clicked.connect(self.pick_language)
        self._spelling.changed.connect(self._show)
        self._settings.changed.connect(self._set)
        self._set("")

    def cut(self) -> None:
        """What is being looked up is told to nobody: the widgets go."""
        self._spelling.changed.cut(self._spelling.changed.held())

    async def close(self) -> None:
        """Check nothing any more."""
        await self._spelling.close()

    def _set(self, _: str) -> None:
        follow = SPELLING_LANGUAGE.of(self._settings)
        self._spelling.arrange(on=SPELLING.of(self._settings), follow=follow)
        if self._box.editor.hasFocus():
            self._spelling.begin()

    def _show(self, _: None) -> None:
        """In which language is checked stands above the text, once that is known."""
        told, button = self._spelling.told, self._box.language
        name = tr("Spelling: {language}").format(language=told)
        button.setText(self._spelling.language.partition("_")[0].upper() or _UNCHECKED)
        button.setAccessibleName(name)
        more = tr("The language whose spelling is checked: press for another")
        button.setToolTip(f"{name}\n{more}")
        button.setVisible(self._spelling.on and self._spelling.languages is not None)

    # -- what the settings tell

    @property
    def own(self) -> Sequence[str]:
        """One's own words."""
        return self._spelling.own

    @property
    def own_told(self) -> str:
        """How many of them there are."""
        count = len(self._spelling.own)
        told = trn("{count} word, on this computer", "{count} words, on this computer", count)
        return told.format(count=count)

    @property
    def found(self) -> str:
        """Which dictionaries there are, in words."""
        languages = self._spelling.languages
        if languages is None:
            return tr("Looked for when you begin to write.")
        if not languages:
            return tr("None. Install Hunspell dictionaries with your system's package manager.")
        return listed(sorted({called(tag.partition("_")[0]) for tag in languages}))

    # -- commands

    def next_wrong(self) -> None:
        """To the next misspelled word of the message, with what may have been meant."""
        if self._workspace.opened.state is not None:
            self._workspace.slots.start(self._next_wrong(), "next-misspelled")

    async def _next_wrong(self) -> None:
        spelling = self._spelling
        await spelling.ready()
        if self._checker.next_wrong():
            return
        await spelling.settle()  # what was typed just now
        if not self._checker.next_wrong():
            told = tr("No misspelled words: {language}").format(language=spelling.told)
            self._workspace.toast.say(told if spelling.language else spelling.told)

    def pick_language(self) -> None:
        """Choose the language in which what is written on the open ticket is checked."""
        self._spelling.begin()
        spelling, chosen = self._spelling, self._spelling.chosen
        choices = [
            Choice("", tr("By what is written"), "magic-wand", checked=not chosen),
            Choice(OFF, tr("Not at all"), "prohibit", checked=chosen == OFF),
        ]
        choices += [
            Choice(tag, called(tag), "translate", tag, checked=tag == chosen)
            for tag in spelling.languages or ()
        ]
        self._open(tr("Check what I write on this ticket in"), choices, spelling.choose)

    def pick_word(self) -> None:
        """Look through one's own words; the chosen one is taken out again."""
        choices = [Choice(word, bare(word), "trash") for word in self._spelling.own]
        self._open(tr("Take a word out of my dictionary"), choices, self._forget)

    def _forget(self, word: str) -> None:
        self._spelling.forget(word)
        told = tr("“{word}” is not in your dictionary any more").format(word=bare(word))
        self._workspace.toast.say(told, lambda: self._spelling.learn(word))

    def _learned(self, word: str) -> None:
        told = tr("“{word}” is in your dictionary").format(word=bare(word))
        self._workspace.toast.say(told, lambda: self._spelling.forget(word))

    def _open(self, title: str, choices: Sequence[Choice], chosen: Callable[[str], None]) -> None:
        search = containing(choices)
        picker = Picker(self._theme, title, search, chosen, self._workspace, width=_WIDTH)
        place = self._box.mapToGlobal(QPoint(0, 0))
        picker.open_at(QPoint(place.x(), place.y() - picker.sizeHint().height() - 4))
