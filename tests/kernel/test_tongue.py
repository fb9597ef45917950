"""The language of the program: English as in the code, others by catalogue, each direction kept."""

from collections.abc import Callable, Iterator

import pytest

from console.kernel import tongue
from console.kernel.tongue import apart, beside, mark, tr, trn


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


@pytest.fixture
def speak() -> Iterator[Callable[[str], str]]:
    """Speak a language for the length of a test."""
    yield tongue.use
    tongue.use(tongue.ENGLISH)


def test_the_same_sentence_in_three_languages(speak: Callable[[str], str]) -> None:
    told = {}
    for language in tongue.LANGUAGES:
        assert speak(language) == language
        told[language] = tr("Sign in")
    assert told == {"en": "Sign in", "de": "Anmelden", "ar": "تسجيل الدخول"}


def test_each_number_has_the_form_of_its_language(speak: Callable[[str], str]) -> None:
    def tickets(number: int) -> str:
        return trn("{count} ticket", "{count} tickets", number).format(count=number).strip("\u200f")

    speak("de")
    assert [tickets(n) for n in (0, 1, 2)] == ["0 Tickets", "1 Ticket", "2 Tickets"]
    speak("ar")
    assert [tickets(n) for n in (0, 1, 2, 3, 11, 100)] == [
        "لا تذاكر", "تذكرة واحدة", "تذكرتان", "3 تذاكر", "11 تذكرة", "100 تذكرة",
    ]  # fmt: skip


def test_thousands_stand_apart_as_the_language_writes_them(speak: Callable[[str], str]) -> None:
    assert tongue.number(1_234_567) == "1,234,567"
    tongue.use("de", ".")
    assert tongue.number(1_234_567) == "1.234.567"


def test_a_name_of_the_other_direction_keeps_to_itself(speak: Callable[[str], str]) -> None:
    """Else its letters, or a figure beside it, would change places with what we say."""
    sentence = tr("Reply to {name}")
    assert sentence.format(name="Lena") == "Reply to Lena"
    assert sentence.format(name="ליאת") == "Reply to \u2068ליאת\u2069"
    assert beside(("Lena", "", "ליאת")) == "Lena · \u2068ליאת\u2069"
    speak("ar")
    assert tr("Reply to {name}").format(name="Lena") == "\u200fرد على \u2068Lena\u2069"
    assert beside(("أمل", "Lena")) == "\u200fأمل · \u2068Lena\u2069"
    assert beside(()) == ""
    assert tr("Reply to {name}").format(name="أمل") == "\u200fرد على أمل"


def test_a_sign_stays_in_front_of_its_word(speak: Callable[[str], str]) -> None:
    assert apart("+vip") == "+vip"
    speak("ar")
    assert apart("+vip") == "\u2068+vip\u2069"
    assert apart("+عاجل") == "+عاجل"
