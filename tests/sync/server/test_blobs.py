"""Files on the server: shared by right and not by hash, limited, collected, never lost in use."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs

from console.conversations.records import CONVERSATION, MESSAGE, AddNote, SendReply
from console.kernel.errors import Denied, Refused, Unavailable
from console.kernel.ids import new_id
from console.people.model import Actor
from console.sync.blobs import MAX_BLOB_BYTES, MAX_PATCH_BYTES, PART_BYTES, BlobAsked
from console.sync.records import Accepted, Outcome, Rejected
from console.sync.server import blobs
from console.sync.server.blobs import Blob
from console.sync.server.erasure import erase
from console.sync.server.tx import Tx
from tests.parts.acts import Case, act, begin_case, note, received
from tests.parts.blobs import Sample, noise, put
from tests.parts.office import Office


@pytest.fixture
def ana(office: Office) -> Actor:
    return office.actor(office.user("Ana Kovac", teams=("Europe",)))


@pytest.fixture
def case(office: Office, ana: Actor) -> Case:
    return begin_case(office, team="Europe")


def outsider(office: Office) -> Actor:
    return office.actor(office.user("Ben Ode", teams=("Asia",)))


def send(office: Office, who: Actor, case: Case, *files: Sample, **more: Any) -> Outcome:
    told = tuple(file.attachment for file in files)
    args = SendReply(message_id=new_id(), lane="buyer", body="Look.", attachments=told, **more)
    return office.run(who, act(case.conversation_id, args))


def jot(office: Office, who: Actor, case: Case, *files: Sample) -> Outcome:
    told = tuple(file.attachment for file in files)
    args = AddNote(message_id=new_id(), body="Look.", attachments=told)
    return office.run(who, act(case.conversation_id, args))


def seen(office: Office, who: Actor, file: Sample) -> bytes | None:
    """What that actor gets of a file."""

    def look(reader: Any) -> bytes | None:
        found = blobs.readable(reader, office.catalog, who, file.id)
        if found is None:
            return None
        count = -(-found.size // PART_BYTES)
        return b"".join(blobs.part(reader, found, n) for n in range(count))

    return office.read(look)


def begun(office: Office, who: Actor, asked: BlobAsked) -> Blob:
    return office.write(lambda tx: blobs.begin(tx, who, asked))


def code(outcome: Outcome) -> str:
    assert isinstance(outcome, Rejected), outcome
    return outcome.code


# -- in and out


def test_a_file_comes_in_parts_and_goes_out_whole(office: Office, ana: Actor, case: Case) -> None:
    file = put(office, ana, Sample(noise(2 * PART_BYTES + 3)))
    assert seen(office, ana, file) == file.data
    assert isinstance(send(office, ana, case, file), Accepted)
    assert seen(office, ana, file) == file.data
    assert seen(office, outsider(office), file) is None


def test_what_is_not_all_here_is_nobodys(office: Office, ana: Actor, case: Case) -> None:
    file = put(office, ana, Sample(noise(PART_BYTES + 1)), most=PART_BYTES)
    assert seen(office, ana, file) is None
    assert code(send(office, ana, case, file)) == "attachment_missing"


def test_the_server_says_what_a_file_is(office: Office, ana: Actor, case: Case) -> None:
    file = put(
        office, ana, Sample(b"<svg/>", name="../..\\evil\u202egpj.svg", type="image/svg+xml")
    )
    lied = structs.replace(file.attachment, type="image/png", size=0, sha256="")
    args = SendReply(message_id=new_id(), lane="buyer", body="", attachments=(lied,))
    assert isinstance(office.run(ana, act(case.conversation_id, args)), Accepted)
    message = office.record(MESSAGE, args.message_id)
    assert message.attachments == (structs.replace(file.attachment, name="evilgpj.svg"),)


@pytest.mark.parametrize("wrong", [{"size": 7}, {"sha256": "0" * 64}])
def test_a_message_that_says_otherwise_is_refused(
    office: Office, ana: Actor, case: Case, wrong: dict[str, Any]
) -> None:
    file = put(office, ana, Sample(noise(50)))
    told = structs.replace(file.attachment, **wrong)
    args = AddNote(message_id=new_id(), body="x", attachments=(told,))
    assert code(office.run(ana, act(case.conversation_id, args))) == "attachment_differs"


def test_a_file_of_somebody_else_cannot_be_attached(office: Office, ana: Actor, case: Case) -> None:
    theirs = put(office, outsider(office), Sample(noise(50)))
    assert code(send(office, ana, case, theirs)) == "attachment_missing"
    assert code(send(office, ana, case, Sample(b"never uploaded"))) == "attachment_missing"


def test_what_one_sees_may_be_passed_on(office: Office, ana: Actor, case: Case) -> None:
    file = put(office, case.shop, Sample(noise(50)))
    told = (file.attachment,)
    assert isinstance(
        office.run(case.shop, received(case.conversation_id, attachments=told)), Accepted
    )
    assert isinstance(jot(office, ana, case, file), Accepted)


def test_a_note_s_file_is_for_those_who_see_notes(office: Office, ana: Actor, case: Case) -> None:
    file = put(office, ana, Sample(noise(50)))
    assert isinstance(jot(office, ana, case, file), Accepted)
    assert seen(office, ana, file) == file.data
    assert seen(office, case.shop, file) is None
    assert case.shop.scopes, "the integration sees the queue, and not its inside"
    assert isinstance(send(office, ana, case, file, anyway=True), Accepted)
    assert seen(office, case.shop, file) == file.data


# -- bytes that are here already


def test_equal_bytes_of_one_s_own_come_once(office: Office, ana: Actor) -> None:
    first = put(office, ana, Sample(noise(PART_BYTES + 9)))
    again = Sample(first.data, name="copy.png")
    known = begun(office, ana, again.asked)
    assert (known.complete, known.received) == (True, len(first.data))
    assert office.rows("SELECT count(*) FROM blob_part") == [(2,)]
    assert seen(office, ana, again) == first.data


def test_a_hash_alone_gives_nothing(office: Office, ana: Actor, case: Case) -> None:
    file = put(office, ana, Sample(noise(50)))
    ben, ben_s = outsider(office), Sample(file.data)
    assert begun(office, ben, ben_s.asked).received == 0
    send(office, ana, case, file)
    assert begun(office, ben, Sample(file.data).asked).received == 0
    cara = office.actor(office.user("Cara Lind", "supervisor"))
    assert begun(office, cara, Sample(file.data).asked).complete


def test_declaring_again_goes_on_and_never_takes_over(office: Office, ana: Actor) -> None:
    file = put(office, ana, Sample(noise(PART_BYTES + 9)), most=PART_BYTES)
    assert begun(office, ana, file.asked).received == PART_BYTES
    with pytest.raises(Refused) as other:
        begun(office, outsider(office), file.asked)
    assert other.value.code == "blob_id_taken"
    with pytest.raises(Refused):
        begun(office, ana, structs.replace(file.asked, size=8))


# -- what is refused


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"size": 0}, "empty_file"),
        ({"size": -1}, "empty_file"),
        ({"size": MAX_BLOB_BYTES + 1}, "file_too_large"),
        ({"sha256": "x"}, "bad_sha256"),
    ],
)
def test_what_cannot_be_declared(
    office: Office, ana: Actor, more: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        begun(office, ana, structs.replace(Sample(b"x").asked, **more))
    assert refused.value.code == code


def test_the_largest_file_may_come(office: Office, ana: Actor) -> None:
    assert begun(office, ana, structs.replace(Sample(b"x").asked, size=MAX_BLOB_BYTES)).size


@pytest.mark.parametrize("size", [0, 1, PART_BYTES - 1, PART_BYTES + 1, 4 * PART_BYTES])
def test_only_whole_parts_and_the_end_are_taken(office: Office, ana: Actor, size: int) -> None:
    known = begun(office, ana, Sample(noise(3 * PART_BYTES + 5)).asked)
    with pytest.raises(Refused) as refused:
        office.write(lambda tx: blobs.append(tx, ana, known, noise(size)))
    assert refused.value.code == "bad_part"


def test_the_same_place_is_written_once(office: Office, ana: Actor) -> None:
    known = begun(office, ana, Sample(noise(MAX_PATCH_BYTES)).asked)
    first, other = noise(PART_BYTES, 1), noise(PART_BYTES, 2)

    def write(data: bytes) -> Any:
        return lambda tx: blobs.append(tx, ana, known, data)

    done, refused = office.together(write(first), write(other))
    assert done.received == PART_BYTES
    assert refused.code == "wrong_offset"
    (again,) = office.together(write(other))
    assert again.code == "wrong_offset"
    assert office.read(lambda r: blobs.part(r, known, 0)) == first


def test_somebody_else_adds_nothing(office: Office, ana: Actor) -> None:
    known = begun(office, ana, Sample(noise(PART_BYTES)).asked)
    ben = outsider(office)
    with pytest.raises(Denied):
        office.write(lambda tx: blobs.append(tx, ben, known, noise(PART_BYTES)))
    office.write(lambda tx: blobs.drop(tx, ben, known))
    assert office.rows("SELECT count(*) FROM blob") == [(1,)]


# -- how much may wait


def test_so_many_files_may_wait_for_their_messages(
    office: Office, ana: Actor, case: Case, clock: Any
) -> None:
    files = [Sample(noise(9, n)) for n in range(blobs.MAX_PENDING)]
    office.together(*[lambda tx, f=f: blobs.begin(tx, ana, f.asked) for f in files])
    with pytest.raises(Unavailable) as away:
        begun(office, ana, Sample(b"one more").asked)
    assert away.value.retry_after_s == blobs.ASK_AGAIN_S
    assert begun(office, outsider(office), Sample(b"another's").asked)
    file = put(office, ana, files[0])
    send(office, ana, case, file)
    assert begun(office, ana, Sample(b"one more").asked), "what is sent waits no more"
    with pytest.raises(Unavailable):
        begun(office, ana, Sample(b"and more").asked)
    clock.advance(blobs.PENDING_WITHIN.total_seconds() + 1)
    assert begun(office, ana, Sample(b"and more").asked)


def test_so_many_bytes_may_wait(office: Office, ana: Actor) -> None:
    def large(n: int) -> BlobAsked:
        return structs.replace(Sample(noise(9, n)).asked, size=MAX_BLOB_BYTES)

    count = blobs.MAX_PENDING_BYTES // MAX_BLOB_BYTES
    made = office.together(*[lambda tx, n=n: blobs.begin(tx, ana, large(n)) for n in range(count)])
    assert len({known.id for known in made}) == count
    with pytest.raises(Unavailable):
        begun(office, ana, Sample(b"x").asked)


# -- collecting


def collect(office: Office) -> int:
    return office.write(lambda tx: blobs.collect(tx, office.clock.now()))


def counts(office: Office) -> tuple[int, int]:
    (files,), (parts,) = (
        office.rows(f"SELECT count(*) FROM {t}")[0] for t in ("blob", "blob_part")
    )
    return files, parts


def after_thirty_days(office: Office) -> None:
    office.clock.advance(blobs.KEPT_UNREFERENCED.total_seconds() + 1)


def test_what_nobody_sends_goes_after_thirty_days(office: Office, ana: Actor, case: Case) -> None:
    sent, unsent = put(office, ana, Sample(noise(50))), put(office, ana, Sample(noise(60)))
    put(office, ana, Sample(noise(PART_BYTES + 1)), most=PART_BYTES)
    send(office, ana, case, sent)
    office.clock.advance((blobs.KEPT_UNREFERENCED - timedelta(seconds=1)).total_seconds())
    assert collect(office) == 0
    office.clock.advance(2)
    assert collect(office) == 2
    assert counts(office) == (1, 1)
    assert seen(office, ana, sent) == sent.data
    assert seen(office, ana, unsent) is None


def test_shared_bytes_stay_while_one_of_them_is_used(
    office: Office, ana: Actor, case: Case
) -> None:
    first = put(office, ana, Sample(noise(50)))
    second = put(office, ana, Sample(first.data))
    send(office, ana, case, second)
    after_thirty_days(office)
    assert collect(office) == 1
    assert seen(office, ana, second) == first.data
    assert counts(office) == (1, 1)


def test_twins_that_nobody_uses_go_together(office: Office, ana: Actor) -> None:
    first = put(office, ana, Sample(noise(50)))
    put(office, ana, Sample(first.data))
    after_thirty_days(office)
    assert collect(office) == 2
    assert counts(office) == (0, 0)


def test_what_is_used_in_the_same_transaction_stays(office: Office, ana: Actor, case: Case) -> None:
    file, equal = put(office, ana, Sample(noise(50))), put(office, ana, Sample(noise(60)))
    after_thirty_days(office)
    args = AddNote(message_id=new_id(), body="x", attachments=(file.attachment,))
    late, copy = act(case.conversation_id, args), Sample(equal.data)

    def send_it(tx: Tx) -> Any:
        return office.dispatch.execute(tx, ana, late)

    def take_copy(tx: Tx) -> Any:
        return blobs.begin(tx, ana, copy.asked)

    def sweep(tx: Tx) -> int:
        return blobs.collect(tx, office.clock.now())

    assert office.together(send_it, take_copy, sweep)[2] == 0
    assert seen(office, ana, file) == file.data
    assert seen(office, ana, copy) == equal.data


def test_what_is_collected_in_the_same_transaction_is_not_there(
    office: Office, ana: Actor, case: Case
) -> None:
    file = put(office, ana, Sample(noise(50)))
    after_thirty_days(office)
    args = AddNote(message_id=new_id(), body="x", attachments=(file.attachment,))

    def send_it(tx: Tx) -> Any:
        return office.dispatch.execute(tx, ana, act(case.conversation_id, args))

    _, decision = office.together(lambda tx: blobs.collect(tx, office.clock.now()), send_it)
    assert code(decision.settled) == "attachment_missing"


def test_an_erased_message_takes_its_file_along(office: Office, ana: Actor, case: Case) -> None:
    file = put(office, ana, Sample(noise(50)))
    args = SendReply(message_id=new_id(), lane="buyer", body="x", attachments=(file.attachment,))
    office.run(ana, act(case.conversation_id, args))
    office.write(lambda tx: tx.erase(MESSAGE, args.message_id))
    assert seen(office, ana, file) is None, "not even for who uploaded it"
    assert collect(office) == 1
    assert counts(office) == (0, 0)


def test_who_erases_has_the_bytes_deleted_soon_after(
    office: Office, ana: Actor, case: Case
) -> None:
    file = put(office, ana, Sample(noise(50)))
    jot(office, ana, case)
    send(office, ana, case, file)
    office.write(lambda tx: erase(tx, CONVERSATION, case.conversation_id))
    assert office.read(lambda r: r.rows("SELECT kind FROM job")) == [("drop_erased_files",)]


def test_who_erases_what_has_no_files_asks_for_nothing(
    office: Office, ana: Actor, case: Case
) -> None:
    jot(office, ana, case)
    office.write(lambda tx: erase(tx, CONVERSATION, case.conversation_id))
    assert office.read(lambda r: r.rows("SELECT kind FROM job")) == []


def test_an_erased_message_leaves_what_another_carries(
    office: Office, ana: Actor, case: Case
) -> None:
    file = put(office, ana, Sample(noise(50)))
    args = SendReply(message_id=new_id(), lane="buyer", body="x", attachments=(file.attachment,))
    office.run(ana, act(case.conversation_id, args))
    jot(office, ana, case, file)
    office.write(lambda tx: tx.erase(MESSAGE, args.message_id))
    assert seen(office, ana, file) == file.data
    after_thirty_days(office)
    assert collect(office) == 0


def test_collecting_stops_at_its_limit(
    office: Office, ana: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        put(office, ana, Sample(noise(9, n)))
    after_thirty_days(office)
    monkeypatch.setattr(blobs, "COLLECTED_AT_ONCE", 2)
    assert [collect(office), collect(office), collect(office)] == [2, 1, 0]


def test_messages_without_files_write_no_uses(office: Office, ana: Actor, case: Case) -> None:
    office.run(ana, note(case.conversation_id))
    assert office.rows("SELECT count(*) FROM blob_use") == [(0,)]


def test_a_message_that_carries_other_files_now(office: Office, ana: Actor, case: Case) -> None:
    files = [put(office, ana, Sample(noise(50, n))) for n in range(2)]
    args = SendReply(
        message_id=new_id(), lane="buyer", body="x", attachments=(files[0].attachment,)
    )
    office.run(ana, act(case.conversation_id, args))
    message: Any = office.record(MESSAGE, args.message_id)
    edited = structs.replace(message, attachments=(files[1].attachment,))
    office.write(lambda tx: tx.record(MESSAGE, edited))
    carried = office.rows("SELECT blob FROM blob_use")
    assert [UUID(bytes=bytes(row[0])) for row in carried] == [files[1].id]
