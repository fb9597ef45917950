"""From what is typed to the command that says it, and from what was said back to a draft."""

from typing import Any

from console.conversations import markup
from console.conversations.model import (
    MAX_ATTACHMENTS,
    MAX_BODY_CHARS,
    MAX_MENTIONS,
    Attachment,
    Mention,
)
from console.conversations.records import AddNote, SendReply
from console.conversations.viewmodel.message import (
    PROBLEMS,
    ComposerState,
    Said,
    Then,
    caret_at_end,
)
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.kernel.tongue import number, tr
from console.sync.client.scratch import Draft


def formats_of(state: ComposerState) -> str:
    """The formats that go along, empty for none. Raises Refused `formats_too_long`."""
    if not markup.is_formatted(state.html):
        return ""
    html = markup.own(state.html)
    if not html:
        raise Refused("formats_too_long", problem("formats_too_long"))
    return html


def mentioned(draft: Draft) -> tuple[Mention, ...]:
    """The colleagues that a draft names."""
    return tuple(Mention(user_id, name) for user_id, name in draft.mentions)


def drafted(state: ComposerState, then: Then) -> Draft:
    """What is typed and what is to follow it, as a draft."""
    return Draft(
        to=state.to.key, body=state.text, caret=state.caret, then=then, html=state.html,
        mentions=tuple((each.user_id, each.name) for each in state.mentions), as_is=state.as_is,
    )  # fmt: skip


def worded(
    state: ComposerState,
    body: str,
    files: tuple[Attachment, ...],
    html: str,
    seen: int,
    *,
    as_is: bool = False,
) -> tuple[SendReply | AddNote, str]:
    """The command that says it, and what that is called.

    `seen` is the newest change of all that is shown as one, 0 for one conversation; `as_is` leaves
    contact data as it stands.
    """
    to = state.to
    told: dict[str, Any] = {
        "message_id": new_id(),
        "body": body,
        "attachments": files,
        "html": html,
    }
    if to.lane == "internal":
        return AddNote(mentions=state.mentions, **told), tr("Note")
    return SendReply(lane=to.lane, seen=seen, as_is=as_is, **told), tr("Reply to {name}").format(
        name=to.name
    )


def problem(code: str) -> str:
    """Why a message may not go, in words; empty for a reason of another kind."""
    limits = {
        "mentions": MAX_MENTIONS,
        "files": MAX_ATTACHMENTS,
        "characters": number(MAX_BODY_CHARS),
        "formatted": number(markup.MAX_HTML_CHARS),
    }
    return tr(PROBLEMS.get(code, "")).format(**limits)


def below(before: Draft | None, said: Said, then: Then, to: str) -> Draft:
    """A draft of what a message said, below what is typed already, the caret behind both.

    `to` is the key of whoever it goes to. Contact data goes out as it is only where all of it was to.
    """
    typed = before.body.rstrip() if before else ""
    body, html = "\n\n".join(filter(None, (typed, said.body))), ""
    if said.html or (before and before.html):
        html = said.html or markup.from_plain(said.body)
        if before and typed:
            html = (before.html or markup.from_plain(typed)) + html
        body = markup.text_of(html)
    named = [(each.user_id, each.name) for each in said.mentions]
    return Draft(
        to=to, body=body, caret=caret_at_end(body), then=then, html=html,
        mentions=(*(before.mentions if before else ()), *named),
        as_is=said.as_is and (before is None or not typed or before.as_is),
    )  # fmt: skip
