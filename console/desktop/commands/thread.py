"""Commands about the messages of the open ticket: which lane is shown, and how a message is."""

from console.desktop.commands.command import UiCommand
from console.kernel.tongue import mark

THREAD: tuple[UiCommand, ...] = (
    UiCommand(
        "lane.all",
        mark("Show all lanes"),
        "L, A",
        "rows",
        mark("Messages"),
        lambda w: w.page.show_lane("all"),
    ),
    UiCommand(
        "lane.buyer",
        mark("Show the buyer lane alone"),
        "L, B",
        "user",
        mark("Messages"),
        lambda w: w.page.show_lane("buyer"),
    ),
    UiCommand(
        "lane.seller",
        mark("Show the seller lane alone"),
        "L, S",
        "storefront",
        mark("Messages"),
        lambda w: w.page.show_lane("seller"),
    ),
    UiCommand(
        "lane.internal",
        mark("Show internal notes alone"),
        "L, N",
        "note",
        mark("Messages"),
        lambda w: w.page.show_lane("internal"),
    ),
    UiCommand(
        "lane.orders",
        mark("Show order events alone"),
        "L, O",
        "package",
        mark("Messages"),
        lambda w: w.page.show_lane("orders"),
    ),
    UiCommand(
        "unfold",
        mark("Unfold or fold the message"),
        "L, F",
        "caret-down",
        mark("Messages"),
        lambda w: w.page.timeline.toggle_fold(),
    ),
    UiCommand(
        "link",
        mark("Open a link of the message…"),
        "L, L",
        "link",
        mark("Messages"),
        lambda w: w.page.timeline.choose_link(),
    ),
    UiCommand(
        "plain",
        mark("Show the message as plain text, or formatted"),
        "L, P",
        "text-t",
        mark("Messages"),
        lambda w: w.page.timeline.toggle_plain(),
    ),
    UiCommand(
        "source",
        mark("Original source of the message"),
        "L, U",
        "code",
        mark("Messages"),
        lambda w: w.page.timeline.want_source(),
    ),
    UiCommand(
        "context",
        mark("Go to customer and order"),
        "L, C",
        "identification-card",
        mark("Messages"),
        lambda w: w.context.focus_first(),
    ),
)
