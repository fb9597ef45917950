"""Commands that change the language."""

from console.desktop.commands.command import UiCommand
from console.kernel.tongue import mark

LANGUAGE: tuple[UiCommand, ...] = (
    UiCommand(
        "language.system",
        mark("Language as the system says"),
        "",
        "translate",
        mark("View"),
        lambda w: w.program.use_language("system"),
    ),
    UiCommand(
        "language.en",
        mark("Language: English"),
        "",
        "translate",
        mark("View"),
        lambda w: w.program.use_language("en"),
    ),
    UiCommand(
        "language.de",
        mark("Language: German"),
        "",
        "translate",
        mark("View"),
        lambda w: w.program.use_language("de"),
    ),
    UiCommand(
        "language.ar",
        mark("Language: Arabic"),
        "",
        "translate",
        mark("View"),
        lambda w: w.program.use_language("ar"),
    ),
)
