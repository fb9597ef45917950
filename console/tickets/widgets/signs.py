"""Signs of what a ticket has: the icons of statuses and priorities, orders and channels in words.

Apart from what shows them: the list that is painted first needs them, and little else.
"""

from collections.abc import Mapping

from console.kernel.tongue import mark
from console.tickets.model import Priority, Sort, Status

STATUS_ICONS = {
    Status.NEW: ("circle-fill", "accent"),
    Status.OPEN: ("circle-fill", "accent"),
    Status.PENDING: ("hourglass", "dim"),
    Status.HOLD: ("pause-circle", "dim"),
    Status.SOLVED: ("check-circle-fill", "green_mark"),
    Status.CLOSED: ("lock-simple", "dim"),
}
PRIORITY_ICONS = {
    Priority.LOW: ("arrow-down", "dim"),
    Priority.NORMAL: ("minus", "dim"),
    Priority.HIGH: ("caret-up-fill", "amber_mark"),
    Priority.URGENT: ("warning-fill", "red_mark"),
}
SORT_WORDS: Mapping[Sort, str] = {
    Sort.NEWEST: mark("Newest first"),
    Sort.WAITING: mark("Longest waiting"),
    Sort.PRIORITY: mark("Most urgent"),
    Sort.OLDEST: mark("Oldest first"),
}
SORT_ICONS: Mapping[Sort, str] = {
    Sort.NEWEST: "sort-descending",
    Sort.WAITING: "clock",
    Sort.PRIORITY: "flag",
    Sort.OLDEST: "sort-ascending",
}
CHANNEL_WORDS = {
    "email": mark("E-mail"),
    "chat": mark("Chat"),
    "web": mark("Web"),
    "phone": mark("Phone"),
    "import": mark("Import"),
}
