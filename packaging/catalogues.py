"""Bring the catalogues up to what the code says: `python packaging/catalogues.py [LANGUAGE …]`.

Collects every sentence from `console/`, updates `resources/locale/LANGUAGE/LC_MESSAGES/parley.po`
and compiles the `.mo` beside it; what is still without a translation is listed and ends it with 1.
A language named that is not there yet is begun. The same sentences give the same files.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "resources" / "locale"
DOMAIN = "parley"
KEYWORDS = {"tr": None, "mark": None, "trn": (1, 2), "pair": (1, 2)}
_ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)  # a date of its own would make every run a change
_WIDTH = 96


def template() -> Catalog:
    """Every sentence in the code, with the files it stands in."""
    made = Catalog(project="Parley", version="1", creation_date=_ALWAYS, charset="utf-8")
    found = extract_from_dir(ROOT / "console", [("**.py", "python")], keywords=KEYWORDS)
    for file, _line, text, _comments, _context in found:
        made.add(text, None, [(f"console/{file}", 0)])
    return made


def languages() -> list[str]:
    """The languages that have a catalogue."""
    return sorted(folder.name for folder in LOCALE.iterdir() if folder.is_dir())


def po_file(language: str) -> Path:
    """The catalogue that people edit."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str) -> Catalog:
    """A language's catalogue as it is; an empty one for a language not begun."""
    if not po_file(language).exists():
        return Catalog(locale=language, charset="utf-8")
    with po_file(language).open("rb") as file:
        return read_po(file, locale=language)


def sentences(catalogue: Catalog) -> Iterator[Message]:
    """The messages without the heading."""
    return (message for message in catalogue if message.id)


def missing(message: Message) -> bool:
    """Whether a message is not translated whole, or only guessed."""
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return message.fuzzy or not all(forms)


def write(language: str, known: Catalog) -> Catalog:
    """Update a language's files; what the code does not say any more goes. The new catalogue."""
    before = read(language)
    made = Catalog(
        locale=language, project="Parley", version="1", charset="utf-8",
        creation_date=_ALWAYS, revision_date=_ALWAYS, fuzzy=False,
        header_comment="# Parley. The sentences are collected by packaging/catalogues.py.",
        last_translator="Parley", language_team=language, copyright_holder="Parley",
    )  # fmt: skip
    empty = ("",) * made.num_plurals
    for message in sentences(known):
        found = before.get(message.id)
        text = found.string if found is not None and not found.fuzzy else None
        if isinstance(message.id, tuple) and (not text or len(text) != made.num_plurals):
            text = empty
        made.add(message.id, text, message.locations)
    po_file(language).parent.mkdir(parents=True, exist_ok=True)
    with po_file(language).open("wb") as file:
        write_po(file, made, width=_WIDTH, include_lineno=False, sort_output=True)
    with po_file(language).with_suffix(".mo").open("wb") as file:
        write_mo(file, made)
    return made


def main(asked: list[str]) -> int:
    """Update all languages, or those named; how many are not complete, at most 1."""
    known = template()
    incomplete = 0
    for language in asked or languages():
        lacking = [message for message in sentences(write(language, known)) if missing(message)]
        print(f"{language}: {len(known)} sentences, {len(lacking)} to translate")
        for message in lacking:
            print(f"  {message.id!r}")
        incomplete |= bool(lacking)
    return incomplete


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
