"""The language of the program, without a catalogue: English as it stands in the code."""

from console.kernel import tongue
from console.kernel.tongue import mark, tr, trn


def test_english_is_the_text_in_the_code() -> None:
    assert tongue.language() == "en"
    assert tr("Reply to {name}").format(name="Ana") == "Reply to Ana"
    assert [trn("{n} ticket", "{n} tickets", n).format(n=n) for n in (0, 1, 2)] == [
        "0 tickets",
        "1 ticket",
        "2 tickets",
    ]
    assert tr("") == "", "an empty text is no catalogue's heading"
    assert tr(mark("Solve")) == "Solve"


def test_a_language_we_lack_is_english() -> None:
    assert tongue.use("tlh") == "en"
    assert tr("Solve") == "Solve"
