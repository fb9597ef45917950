"""Why an action was not done, in words: one for every code with which the server refuses."""

from collections.abc import Mapping
from dataclasses import dataclass

from console.kernel.tongue import mark
from console.sync.client.outbox import Entry


@dataclass(frozen=True)
class Reason:
    """The end of a sentence that says why. `again`: asking once more as things are can help."""

    words: str
    again: bool = True


_NEVER = False

REASONS: Mapping[str, Reason] = {
    # somebody else was there first
    "newer_reply": Reason("a colleague answered meanwhile"),
    "taken_by": Reason("somebody else has it by now"),
    "moved": Reason("somebody moved it meanwhile"),
    "status_changed": Reason("somebody changed the status meanwhile"),
    "bad_transition": Reason("the ticket cannot take that status any more", _NEVER),
    "wrote_meanwhile": Reason(mark("the other side wrote meanwhile")),
    "snooze_changed": Reason(mark("somebody snoozed it until another time meanwhile")),
    "finished": Reason(mark("it is solved or closed by now"), _NEVER),
    "bad_snooze": Reason(mark("it would be snoozed for too long"), _NEVER),
    "too_many_tags": Reason("the ticket has as many tags as it may have"),
    # it cannot be reached any more
    "denied": Reason("you have no access to it", _NEVER),
    "access_revoked": Reason("you lost access to it", _NEVER),
    "no_conversation": Reason("the conversation is gone", _NEVER),
    "nobody_there": Reason("nobody is in that lane", _NEVER),
    "no_user": Reason("that colleague is not there any more", _NEVER),
    "no_team": Reason("that team is not there any more", _NEVER),
    "no_order": Reason("that order is not known", _NEVER),
    # it cannot be done as it is
    "empty_message": Reason("it says nothing", _NEVER),
    "message_too_long": Reason("it is too long: shorten it", _NEVER),
    "too_many_attachments": Reason("it has too many files", _NEVER),
    "attachment_missing": Reason("the server does not have its file"),
    "attachment_differs": Reason("its file is not what it says", _NEVER),
    "hash_mismatch": Reason("its file arrived damaged"),
    "disk_full": Reason("this computer’s disk refused to give its file"),
    "bad_lane": Reason("it is addressed to nobody outside", _NEVER),
    "bad_tag": Reason("a tag is empty or too long", _NEVER),
    "bad_order_number": Reason("the order's number cannot be used", _NEVER),
    "bad_size": Reason("it is too large, or empty", _NEVER),
    "bad_author": Reason("a message is by somebody unknown", _NEVER),
    "wrong_target": Reason("it was aimed at something else", _NEVER),
    "bad_input": Reason("the server did not understand it", _NEVER),
    # it is there, or was decided
    "message_id_taken": Reason("it is there already", _NEVER),
    "already_there": Reason("it is there already", _NEVER),
    "already_processed": Reason(
        "the server decided it long ago: look at the ticket whether it was done", _NEVER
    ),
    # between console and server
    "dependency_rejected": Reason("the action before it was refused"),
    "unknown_command": Reason("the server is older than this Parley and does not know it"),
    "idempotency_mismatch": Reason("the server knows another action by the same id"),
    "server_error": Reason("the server failed on it"),
}


def reason(entry: Entry) -> Reason:
    """Why an action was refused; a code that nobody has words for is told as it is."""
    code = entry.refusal.code if entry.refusal else ""
    return REASONS.get(code, Reason(f"the server refused it ({code})"))
