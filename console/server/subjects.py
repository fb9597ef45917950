"""A subject line for a conversation that came without one: its first sentence, cut well."""

import re

MAX_CHARS = 80
MIN_CHARS = 24
"""Sentences are taken until there is this much: "Hi." alone tells nothing."""
MIN_LETTERS = 8
"""What is left without the order number must have so many, else the number stays."""

# "Order ID: #303-9182736-4567890", "order number is 4471", "Order #YX6543210": the number says
# nothing in a list, and the ticket shows its order anyway. Group 1 is the bare word.
_REFERENCE = re.compile(
    r"\b(orders?)\b(?:\s+(?:id|number|num|nr|no|ref|reference)\b\.?)?(?:\s+is\b)?"
    r"[\s:#,]*(?=[A-Za-z0-9-]*\d)[A-Za-z0-9][A-Za-z0-9-]{3,}",
    re.IGNORECASE,
)
_PREAMBLE = re.compile(
    r"^(?:(?i:subject|re|ref|reference|regarding|about|concerning|my)\b[\s:,]*)*"
    r"(?i:order)(?:\s*[.,:;!–—-]+\s*|\s+(?=[A-Z]))(?=\S)"
)
_LABEL = re.compile(r"^subject\s*:\s*", re.IGNORECASE)
_DANGLING = re.compile(r"\s+[-–—]\s+order$", re.IGNORECASE)
_SENTENCES = re.compile(r"(?<=[.!?…。！？])(?<!\bRs\.)(?<!\bNo\.)\s+", re.IGNORECASE)
_EDGES = " \t-–—:;,#"


def subject_of(body: str) -> str:
    """One line of at most MAX_CHARS that reads like a subject; empty for a body without words."""
    plain = " ".join(body[: MAX_CHARS * 8].split())
    bare = _LABEL.sub("", _REFERENCE.sub(r"\1", plain))
    rest = _PREAMBLE.sub("", bare)
    text = next((part for part in (rest, bare, plain) if _tells(part)), plain)
    return _cut(_first_sentences(text.strip(_EDGES)))


def _tells(text: str) -> bool:
    return sum(letter.isalpha() for letter in text) >= MIN_LETTERS


def _first_sentences(text: str) -> str:
    taken = ""
    for sentence in _SENTENCES.split(text):
        taken = f"{taken} {sentence}".strip()
        if len(taken) >= MIN_CHARS:
            break
    bare = taken[:-1] if taken.endswith(".") and not taken.endswith("..") else taken
    bare = _DANGLING.sub("", bare)
    return bare[:1].upper() + bare[1:]


def _cut(text: str) -> str:
    if len(text) <= MAX_CHARS:
        return text
    head = text[: MAX_CHARS - 1]
    at_word = head.rpartition(" ")[0]
    return (at_word if len(at_word) > MAX_CHARS // 2 else head).rstrip(" .,:;-–—") + "…"
