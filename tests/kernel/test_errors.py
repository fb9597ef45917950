"""The error tree: what a caller branches on."""

import pytest

from console.kernel import errors


def test_the_tree_is_as_drawn() -> None:
    assert issubclass(errors.SignedOut, errors.Denied)
    assert issubclass(errors.Denied, errors.Refused)
    assert issubclass(errors.Unusable, errors.Refused)
    tops = (errors.Refused, errors.Unavailable, errors.Bug)
    assert all(issubclass(top, errors.ParleyError) for top in tops)
    assert not issubclass(errors.Unavailable, errors.Refused)


def test_every_class_is_in_the_drawing() -> None:
    drawn = errors.__doc__ or ""
    classes = [name for name, thing in vars(errors).items() if isinstance(thing, type)]
    assert [n for n in classes if n.endswith(("Error", "Bug")) or "Refused" in n]
    missing = [n for n in classes if n not in drawn and n != "Mapping"]
    assert missing == []


def test_a_refusal_carries_code_sentence_and_fields() -> None:
    fields = {"body": "empty"}
    refused = errors.Refused("empty_message", "Write something first.", fields=fields)
    assert (refused.code, str(refused), refused.fields) == (
        "empty_message",
        "Write something first.",
        fields,
    )
    fields["body"] = "changed later"
    assert refused.fields == {"body": "empty"}


@pytest.mark.parametrize(
    ("error", "code"), [(errors.Denied(), "denied"), (errors.SignedOut(), "signed_out")]
)
def test_denials_have_their_codes(error: errors.Refused, code: str) -> None:
    assert error.code == code
    assert error.message


def test_unavailable_says_when_to_come_back() -> None:
    assert errors.Unavailable("Later.", retry_after_s=4.0).retry_after_s == 4.0
    assert errors.Unavailable("Later.").retry_after_s is None
