"""Commands about the messages of the open ticket: which lane is shown, and how a message is."""

from console.desktop.commands.command import UiCommand

THREAD: tuple[UiCommand, ...] = (
    UiCommand(
        "lane.all", "Show all lanes", "L, A", "rows", "Messages", lambda w: w.page.show_lane("all")
    ),
    UiCommand(
        "lane.buyer",
        "Show the buyer lane alone",
        "L, B",
        "user",
        "Messages",
        lambda w: w.page.show_lane("buyer"),
    ),
    UiCommand(
        "lane.seller",
        "Show the seller lane alone",
        "L, S",
        "storefront",
        "Messages",
        lambda w: w.page.show_lane("seller"),
    ),
    UiCommand(
        "lane.internal",
        "Show internal notes alone",
        "L, N",
        "note",
        "Messages",
        lambda w: w.page.show_lane("internal"),
    ),
    UiCommand(
        "lane.orders",
        "Show order events alone",
        "L, O",
        "package",
        "Messages",
        lambda w: w.page.show_lane("orders"),
    ),
    UiCommand(
        "unfold",
        "Unfold or fold the message",
        "L, F",
        "caret-down",
        "Messages",
        lambda w: w.page.timeline.toggle_fold(),
    ),
    UiCommand(
        "link",
        "Open a link of the message…",
        "L, L",
        "link",
        "Messages",
        lambda w: w.page.timeline.choose_link(),
    ),
    UiCommand(
        "plain",
        "Show the message as plain text, or formatted",
        "L, P",
        "text-t",
        "Messages",
        lambda w: w.page.timeline.toggle_plain(),
    ),
    UiCommand(
        "source",
        "Original source of the message",
        "L, U",
        "code",
        "Messages",
        lambda w: w.page.timeline.want_source(),
    ),
    UiCommand(
        "context",
        "Go to customer and order",
        "L, C",
        "identification-card",
        "Messages",
        lambda w: w.context.focus_first(),
    ),
)
