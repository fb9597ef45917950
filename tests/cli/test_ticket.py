"""`parley ticket 48213` and links: what is meant, and what is refused before anything starts."""

import argparse

import pytest

from console.cli.options import ticket_number, without_links
from console.kernel.errors import Refused
from tests.cli.parley import Parley


def test_a_link_is_the_command() -> None:
    words = ["--profile", "p", "parley://ticket/48213"]
    assert without_links(words) == ["--profile", "p", "ticket", "48213"]
    assert without_links(["serve", "--port", "0"]) == ["serve", "--port", "0"]


@pytest.mark.parametrize("link", ["parley://order/1", "PARLEY:x", "parley://ticket/1/../2"])
def test_another_link_is_refused(link: str) -> None:
    with pytest.raises(Refused, match="not a link that Parley knows"):
        without_links([link])


@pytest.mark.parametrize("text", ["0", "-1", "48a", "", "٤٨", "1" * 13, "012"])
def test_a_number_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="written like 48213"):
        ticket_number(text)


def test_it_is_said_in_one_sentence_before_a_window_is_opened(parley: Parley) -> None:
    done = parley("ticket", "x48")
    assert (done.code, done.out) == (2, "")
    assert "a ticket's number is written like 48213" in done.err
    done = parley("parley://ticket/0")
    assert (done.code, done.err.strip()) == (
        1,
        "parley: This is not a link that Parley knows: write it like parley://ticket/48213.",
    )
