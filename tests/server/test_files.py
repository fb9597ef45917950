"""What each format's lines become, and what is wrong with those that become nothing."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from console.conversations.records import Sender
from console.kernel import codec
from console.kernel.errors import Refused
from console.server.files import Format, command_for, found_in
from console.tickets.model import Priority, Status
from console.tickets.records import ImportConversation, ImportTurn
from console.tickets.server.imports import MAX_ORDERS

NUMBER, OTHER = "303-9182736-4567890", "402-1111111-2222222"


def line(**fields: Any) -> bytes:
    return json.dumps({"id": "c1", **fields}).encode()


def turns(*said: tuple[str, str]) -> bytes:
    return line(turns=[{"role": role, "content": content} for role, content in said])


def messages(*said: tuple[str, str], **fields: Any) -> bytes:
    return line(messages=[{"from": who, "body": body} for who, body in said], **fields)


def test_turns() -> None:
    raw = turns(("user", f"Order {NUMBER}: where is it?"), ("Agent", "On its way."))
    found = found_in(raw, "turns")
    assert found.team == ""
    assert found.args == ImportConversation(
        external_id="c1",
        turns=(
            ImportTurn("buyer", f"Order {NUMBER}: where is it?"),
            ImportTurn("agent", "On its way."),
        ),
        requester=Sender(side="buyer", name="Buyer c1"),
        subject="Where is it?",
        order_numbers=(NUMBER,),
    )


@pytest.mark.parametrize(
    ("role", "author"),
    [
        ("user", "buyer"), ("BUYER", "buyer"), (" Customer ", "buyer"), ("Seller", "seller"),
        ("agent", "agent"), ("assistant", "agent"), ("Support", "agent"), ("NOTE", "note"),
    ],
)  # fmt: skip
def test_roles_in_any_letter_case(role: str, author: str) -> None:
    assert found_in(turns((role, "hello")), "turns").args.turns[0].author == author


def test_only_a_seller_makes_the_seller_the_requester() -> None:
    args = found_in(turns(("seller", "my payout?"), ("agent", "soon")), "turns").args
    assert args.requester == Sender(side="seller", name="Seller c1")


def test_other_keys_are_ignored() -> None:
    raw = b'{"id": 7, "turns": [{"role": "user", "content": "x", "mood": 3}], "source": {"a": []}}'
    assert found_in(raw, "turns").args.external_id == "7"


def test_order_numbers_are_distinct_in_order_and_whole() -> None:
    said = f"{OTHER}, then {NUMBER}, {OTHER} and 1{NUMBER} and {NUMBER}9"
    assert found_in(turns(("user", said)), "turns").args.order_numbers == (OTHER, NUMBER)


def test_more_orders_than_a_conversation_can_have_stay_text() -> None:
    said = " ".join(f"303-0000000-{n:07}" for n in range(MAX_ORDERS + 5))
    assert len(found_in(turns(("user", said)), "turns").args.order_numbers) == MAX_ORDERS


def test_jsonl_with_everything() -> None:
    raw = messages(
        ("buyer", "late"),
        ("seller", f"see {OTHER}"),
        ("note", "call them"),
        subject=" Late \n parcel ",
        channel="email",
        requester={
            "name": "Lena Vogt",
            "email": "lena@x.io",
            "country": "DE",
            "phone": None,
            "?": 1,
        },
        order=NUMBER,
        orders=["A-1", NUMBER],
        status="Solved",
        priority="HIGH",
        tags=["Late parcel", "vip", "VIP"],
        team="Europe ",
    )
    args, team = found_in(raw, "jsonl")
    assert team == "Europe"
    assert args.subject == "Late parcel"
    assert args.channel == "email"
    assert args.requester == Sender(side="buyer", name="Lena Vogt", email="lena@x.io", country="DE")
    assert args.order_numbers == (NUMBER, "A-1", OTHER)
    assert (args.status, args.priority) == (Status.SOLVED, Priority.HIGH)
    assert args.tags == ("late-parcel", "vip")
    assert [turn.author for turn in args.turns] == ["buyer", "seller", "note"]


def test_jsonl_times_carry_their_zone() -> None:
    said = {"from": "buyer", "body": "x", "at": "2026-11-22T12:00:00+02:00"}
    at = found_in(line(messages=[said]), "jsonl").args.turns[0].at
    assert at == datetime(2026, 11, 22, 10, tzinfo=UTC)
    with pytest.raises(Refused, match="timezone"):
        found_in(line(messages=[{**said, "at": "2026-11-22T12:00:00"}]), "jsonl")


def test_jsonl_takes_turns_too_and_it_is_the_same_conversation() -> None:
    raw = turns(("user", "where is it"))
    plain, rich = found_in(raw, "turns").args, found_in(raw, "jsonl").args
    assert plain == rich
    other = found_in(messages(("customer", "where is it"), status="closed"), "jsonl").args
    assert command_for(other).target == command_for(plain).target


def test_a_requester_without_a_name_is_called_by_address() -> None:
    raw = messages(("buyer", "x"), requester={"email": "a@b.c"})
    assert found_in(raw, "jsonl").args.requester.name == "a@b.c"


@pytest.mark.parametrize(
    ("written_as", "raw", "reason"),
    [
        ("turns", b"not json\n", "malformed"),
        ("turns", b'{"id": "x", "turns": [\n', "truncated"),
        ("turns", b"\xff\xfe{}", "malformed|utf"),
        ("turns", b"[]", "Expected `object`, got `array`"),
        ("turns", b'{"turns": []}', "missing required field `id`"),
        ("turns", line(), "missing required field `turns`"),
        ("turns", line(turns=[]), "There are no messages"),
        ("turns", line(turns=[{"role": "user"}]), "missing required field `content`"),
        ("turns", line(turns=[{"role": "user", "content": 5}]), "Expected `str`, got `int`"),
        ("turns", turns(("robot", "x")), "Message 1 is from 'robot'"),
        ("turns", turns(("user", "x"), ("agent", " \n")), "Message 2 is empty"),
        ("turns", line(id=" ", turns=[{"role": "user", "content": "x"}]), "An id has 1 to"),
        ("jsonl", line(subject="x"), "There are no messages"),
        ("jsonl", messages(("buyer", "x"), status="lost"), "The status is 'lost', not one of new"),
        ("jsonl", messages(("buyer", "x"), priority="asap"), "The priority is 'asap'"),
        ("jsonl", messages(("buyer", "x"), channel="fax"), "The channel is 'fax'"),
        ("jsonl", messages(("buyer", "x"), tags=[""]), "A tag has 1 to"),
        ("jsonl", messages(("buyer", "x"), tags=[f"t{n}" for n in range(31)]), "more than 30 tags"),
        ("jsonl", messages(("buyer", "x"), requester={"side": "bank"}), "Invalid enum value"),
    ],
)
def test_a_bad_line_says_what_is_wrong(written_as: Format, raw: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=f"(?i){reason}") as caught:
        found_in(raw, written_as)
    assert "\n" not in caught.value.message


def test_the_command_follows_from_id_and_messages_alone() -> None:
    first = command_for(found_in(turns(("user", "a"), ("agent", "b")), "turns").args)
    same = command_for(found_in(turns(("Customer", "a"), ("support", "b")), "turns").args)
    assert (first.target, first.cmd_id) == (same.target, same.cmd_id)
    changed = command_for(found_in(turns(("user", "a"), ("agent", "c")), "turns").args)
    assert changed.target != first.target
    assert changed.cmd_id != first.cmd_id
    assert codec.decode(first.args, ImportConversation).external_id == "c1"
