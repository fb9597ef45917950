"""Every picture there is: all states in English, and those that tell most in the other languages."""

from dataclasses import replace

from console.kernel.tongue import ENGLISH, LANGUAGES
from tests.screens.states import STATES as IN_ENGLISH

_SPOKEN = frozenset(
    {
        "sign-in", "sign-in-wrong-password", "passphrase-new", "loading", "locked", "workspace",
        "workspace-1024x640", "note", "files", "to-seller", "long-names", "arabic", "empty-view",
        "no-ticket", "offline", "outbox", "outbox-held", "refused", "other-typing", "pick-status",
        "menu", "palette", "keys", "about", "toast", "question", "mail", "hostile", "macros",
        "macro-used", "send-later", "scheduled", "search", "search-remembered", "search-unfolded",
        "draft-elsewhere", "merge-strangers", "merged", "split-asked",
        "filter-many", "table", "bulk-asked", "snooze-asked", "settings", "settings-keys",
        "settings-notifications", "settings-device", "fields", "fields-missing", "fields-page",
        "fields-filter", "tags-open", "customer-notes", "formatted", "misspelled", "mentioned",
        "contacts-seen", "contacts-masked", "masking-page",
    }
)  # fmt: skip
STATES = (
    *IN_ENGLISH,
    *(
        replace(state, name=f"{state.name}-{language}", language=language, elides=True)
        for language in LANGUAGES
        if language != ENGLISH
        for state in IN_ENGLISH
        if state.name in _SPOKEN
    ),
)
"""The names of those in another language end with it; longer words may end in an ellipsis."""
