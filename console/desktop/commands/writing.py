"""Commands about the text that is being written."""

from console.conversations.widgets.formatting import Name
from console.desktop.commands.command import UiCommand
from console.kernel.tongue import mark

_GROUP = mark("Writing")


def _format(name: Name, title: str, key: str, icon: str) -> UiCommand:
    return UiCommand(f"format.{name}", title, key, icon, _GROUP, lambda w: w.formats.toggle(name))


WRITING: tuple[UiCommand, ...] = (
    UiCommand(
        "format.rich",
        mark("Write formatted or plain text"),
        "Ctrl+Shift+T",
        "text-aa",
        _GROUP,
        lambda w: w.formats.turn(),
    ),
    _format("bold", mark("Format: bold"), "Ctrl+B", "text-bolder"),
    _format("italic", mark("Format: italic"), "Ctrl+I", "text-italic"),
    _format("code", mark("Format: code"), "Ctrl+Shift+C", "code"),
    _format("link", mark("Format: link…"), "Ctrl+Shift+U", "link"),
    _format("ul", mark("Format: list"), "Ctrl+Shift+8", "list-bullets"),
    _format("ol", mark("Format: numbered list"), "Ctrl+Shift+7", "list-numbers"),
    _format("quote", mark("Format: quote"), "Ctrl+Shift+9", "quotes"),
    UiCommand(
        "paste_plain",
        mark("Paste as plain text"),
        "Ctrl+Shift+V",
        "clipboard-text",
        _GROUP,
        lambda w: w.formats.paste_plain(),
    ),
    UiCommand(
        "contacts",
        mark("Send contact data as it is, or masked"),
        "",
        "eye-slash",
        _GROUP,
        lambda w: w.page.composer.contacts.turn(),
    ),
    UiCommand(
        "spelling",
        mark("Next misspelled word"),
        "F7",
        "check-square",
        _GROUP,
        lambda w: w.spelling.next_wrong(),
    ),
    UiCommand(
        "spelling_language",
        mark("Spelling: language of the message…"),
        "Shift+F7",
        "translate",
        _GROUP,
        lambda w: w.spelling.pick_language(),
    ),
    UiCommand(
        "spelling_words",
        mark("Spelling: words of my dictionary…"),
        "",
        "book-open",
        _GROUP,
        lambda w: w.spelling.pick_word(),
    ),
)
