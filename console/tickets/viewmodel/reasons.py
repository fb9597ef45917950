"""Why an action was not done, in words: one for every code with which the server refuses."""

from collections.abc import Mapping
from dataclasses import dataclass

from console.kernel.tongue import mark, tr
from console.sync.client.outbox import Entry


@dataclass(frozen=True)
class Reason:
    """The end of a sentence that says why. `again`: asking once more as things are can help."""

    words: str
    again: bool = True


_NEVER = False

REASONS: Mapping[str, Reason] = {
    # somebody else was there first
    "newer_reply": Reason(mark("a colleague answered meanwhile")),
    "taken_by": Reason(mark("somebody else has it by now")),
    "moved": Reason(mark("somebody moved it meanwhile")),
    "status_changed": Reason(mark("somebody changed the status meanwhile")),
    "macro_changed": Reason(mark("a colleague changed the macro meanwhile")),
    "field_changed": Reason(mark("a colleague changed the field meanwhile")),
    "masking_changed": Reason(mark("a colleague changed what is masked meanwhile")),
    "fields_missing": Reason(mark("a field that must be filled in is empty")),
    "bad_transition": Reason(mark("the ticket cannot take that status any more"), _NEVER),
    "wrote_meanwhile": Reason(mark("the other side wrote meanwhile")),
    "snooze_changed": Reason(mark("somebody snoozed it until another time meanwhile")),
    "finished": Reason(mark("it is solved or closed by now"), _NEVER),
    "bad_snooze": Reason(mark("it would be snoozed for too long"), _NEVER),
    "merged": Reason(mark("it was merged into another ticket meanwhile"), _NEVER),
    "merged_elsewhere": Reason(mark("it was merged into another ticket meanwhile"), _NEVER),
    "merged_again": Reason(
        mark("the ticket it is in was merged as well: take that back first"), _NEVER
    ),
    "merge_itself": Reason(mark("a ticket cannot be merged into itself"), _NEVER),
    "into_closed": Reason(mark("the ticket it was to be merged into is closed"), _NEVER),
    "other_requester": Reason(mark("somebody else asked there")),
    "one_conversation": Reason(mark("both are about the same conversation"), _NEVER),
    "too_many_merged": Reason(mark("too many tickets would be one"), _NEVER),
    "messages_moved": Reason(
        mark("one of the messages was moved to another ticket meanwhile"), _NEVER
    ),
    "nothing_stays": Reason(mark("it would leave the ticket without a message"), _NEVER),
    "bad_split": Reason(mark("so many messages cannot become another ticket"), _NEVER),
    "too_many_tags": Reason(mark("the ticket has as many tags as it may have")),
    "view_gone": Reason(mark("somebody deleted the view meanwhile"), _NEVER),
    "too_many_views": Reason(mark("there are as many views as there may be: delete one first")),
    "too_many_files": Reason(mark("it brings more files than it may"), _NEVER),
    "too_many_mentions": Reason(mark("it mentions more colleagues than it may"), _NEVER),
    "too_many_fields": Reason(mark("there are as many fields as there may be")),
    "too_many_notes": Reason(mark("there are as many notes as there may be: delete one first")),
    # it cannot be reached any more
    "denied": Reason(mark("you have no access to it"), _NEVER),
    "access_revoked": Reason(mark("you lost access to it"), _NEVER),
    "no_conversation": Reason(mark("the conversation is gone"), _NEVER),
    "nobody_there": Reason(mark("nobody is in that lane"), _NEVER),
    "no_user": Reason(mark("that colleague is not there any more"), _NEVER),
    "no_team": Reason(mark("that team is not there any more"), _NEVER),
    "no_field": Reason(mark("that field is not in use any more"), _NEVER),
    "no_order": Reason(mark("that order is not known"), _NEVER),
    # it cannot be done as it is
    "empty_message": Reason(mark("it says nothing"), _NEVER),
    "message_too_long": Reason(mark("it is too long: shorten it"), _NEVER),
    "too_many_attachments": Reason(mark("it has too many files"), _NEVER),
    "attachment_missing": Reason(mark("the server does not have its file")),
    "attachment_infected": Reason(mark("a virus was found in its file"), _NEVER),
    "attachment_differs": Reason(mark("its file is not what it says"), _NEVER),
    "hash_mismatch": Reason(mark("its file arrived damaged")),
    "disk_full": Reason(mark("this computer’s disk refused to give its file")),
    "may_not_unmask": Reason(mark("you may not send contact data as it is: it would go masked")),
    "too_many_own": Reason(mark("more is kept from masking than may be"), _NEVER),
    "bad_own": Reason(mark("one of its lines is no domain, address or number"), _NEVER),
    "bad_lane": Reason(mark("it is addressed to nobody outside"), _NEVER),
    "bad_view": Reason(mark("the view cannot be kept like that"), _NEVER),
    "bad_macro_name": Reason(mark("the macro has no usable name"), _NEVER),
    "bad_shortcut": Reason(mark("the macro's shortcut cannot be used"), _NEVER),
    "bad_placeholder": Reason(mark("a placeholder in it is not known"), _NEVER),
    "macro_empty": Reason(mark("the macro says and does nothing"), _NEVER),
    "macro_too_long": Reason(mark("the macro is too long"), _NEVER),
    "bad_tag": Reason(mark("a tag is empty or too long"), _NEVER),
    "empty_note": Reason(mark("it says nothing"), _NEVER),
    "note_too_long": Reason(mark("it is too long: shorten it"), _NEVER),
    "bad_value": Reason(mark("the field does not take that value"), _NEVER),
    "bad_field_name": Reason(mark("the field has no usable name"), _NEVER),
    "field_name_taken": Reason(mark("a field of that name is in use already"), _NEVER),
    "field_type_fixed": Reason(mark("what a field holds stays as it is"), _NEVER),
    "bad_options": Reason(mark("the field's options cannot be kept like that"), _NEVER),
    "too_many_teams": Reason(mark("it is for too many teams"), _NEVER),
    "bad_order_number": Reason(mark("the order's number cannot be used"), _NEVER),
    "bad_size": Reason(mark("it is too large, or empty"), _NEVER),
    "bad_author": Reason(mark("a message is by somebody unknown"), _NEVER),
    "wrong_target": Reason(mark("it was aimed at something else"), _NEVER),
    "bad_input": Reason(mark("the server did not understand it"), _NEVER),
    # it is there, or was decided
    "message_id_taken": Reason(mark("it is there already"), _NEVER),
    "already_there": Reason(mark("it is there already"), _NEVER),
    "already_processed": Reason(
        mark("the server decided it long ago: look at the ticket whether it was done"), _NEVER
    ),
    # between console and server
    "dependency_rejected": Reason(mark("the action before it was refused")),
    "unknown_command": Reason(mark("the server is older than this Parley and does not know it")),
    "idempotency_mismatch": Reason(mark("the server knows another action by the same id")),
    "server_error": Reason(mark("the server failed on it")),
}


def reason(entry: Entry) -> Reason:
    """Why an action was refused; a code that nobody has words for is told as it is."""
    code = entry.refusal.code if entry.refusal else ""
    found = REASONS.get(code)
    if found is None:
        return Reason(tr("the server refused it ({code})").format(code=code))
    return Reason(tr(found.words), found.again)
