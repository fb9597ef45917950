"""What one party must not learn from a text: found, and covered by words in their language.

This is the one rule. Whoever brings a text to a party passes it through the shield made for them:
what staff write does so when it becomes a message, so that what is kept is what they get.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from console.masking.model.contacts import KINDS, Contact, ContactKind, find
from console.masking.model.digits import digits_of, same
from console.masking.model.policy import Audience, Content
from console.people.model import Party, User

COVER = "••••"
_FREE_MAIL_TOLD = (
    "aol.com gmail.com gmx.at gmx.ch gmx.de gmx.net googlemail.com hotmail.com icloud.com live.com"
    " mail.ru outlook.com proton.me protonmail.com qq.com t-online.de web.de yahoo.com"
)
_FREE_MAIL = frozenset(_FREE_MAIL_TOLD.split())
"""Where anybody has an address: a colleague's there makes its domain nobody's own."""
_WORDS: dict[str, tuple[str, str, str, str, str]] = {
    "en": ("e-mail address removed", "telephone number removed", "messenger contact removed", "bank account removed", "link removed"),
    "de": ("E-Mail-Adresse entfernt", "Telefonnummer entfernt", "Messenger-Kontakt entfernt", "Bankverbindung entfernt", "Link entfernt"),
    "fr": ("adresse e-mail supprimée", "numéro de téléphone supprimé", "contact de messagerie supprimé", "compte bancaire supprimé", "lien supprimé"),
    "es": ("correo electrónico eliminado", "número de teléfono eliminado", "contacto de mensajería eliminado", "cuenta bancaria eliminada", "enlace eliminado"),
    "it": ("indirizzo e-mail rimosso", "numero di telefono rimosso", "contatto di messaggistica rimosso", "conto bancario rimosso", "link rimosso"),
    "nl": ("e-mailadres verwijderd", "telefoonnummer verwijderd", "messengercontact verwijderd", "bankrekening verwijderd", "link verwijderd"),
    "pl": ("adres e-mail usunięty", "numer telefonu usunięty", "kontakt do komunikatora usunięty", "rachunek bankowy usunięty", "link usunięty"),
    "pt": ("endereço de e-mail removido", "número de telefone removido", "contato de mensagens removido", "conta bancária removida", "link removido"),
    "sv": ("e-postadress borttagen", "telefonnummer borttaget", "meddelandekontakt borttagen", "bankkonto borttaget", "länk borttagen"),
    "tr": ("e-posta adresi kaldırıldı", "telefon numarası kaldırıldı", "mesajlaşma hesabı kaldırıldı", "banka hesabı kaldırıldı", "bağlantı kaldırıldı"),
    "ar": ("أُزيل عنوان البريد الإلكتروني", "أُزيل رقم الهاتف", "أُزيلت جهة اتصال المراسلة", "أُزيل الحساب المصرفي", "أُزيل الرابط"),
}  # fmt: skip
"""What stands in a text instead, by the language of whoever gets it, in the order of `KINDS`."""


@dataclass(frozen=True)
class Covered:
    """A text as a party gets it, and the kinds of what was covered in it, in its order."""

    text: str
    kinds: tuple[ContactKind, ...]


@dataclass(frozen=True)
class Shield:
    """Keeps `kinds` of contact data from a party, but for what is `own` or theirs.

    `numbers` are telephone numbers of the others in the conversation, found however written.
    """

    kinds: tuple[ContactKind, ...] = ()
    own: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    language: str = "en"

    def find(self, text: str) -> list[Contact]:
        """What is covered of a text, in its order."""
        if not self.kinds or not text:
            return []
        kept: list[Contact] = []
        for each in find(text, self.regions, self.numbers):
            inside = kept and each.start < kept[-1].end
            if each.kind in self.kinds and not inside and not self._is_own(each):
                kept.append(each)
        return kept

    def cover(self, text: str) -> Covered:
        """The text as they get it."""
        found = self.find(text)
        return Covered(covered(text, found, self.words), tuple(each.kind for each in found))

    def words(self, kind: ContactKind) -> str:
        """What stands in the place of contact data: `•••• (link removed)`."""
        told = _WORDS.get(self.language) or _WORDS["en"]
        return f"{COVER} ({told[KINDS.index(kind)]})"

    def _is_own(self, contact: Contact) -> bool:
        value = contact.value
        match contact.kind:
            case "email":
                return value in self.own or _within(value.partition("@")[2], self.own)
            case "link":
                return _within(value, self.own)
            case "phone":
                return any(
                    same(value, digits_of(own)) for own in self.own if own[:1] in "+0123456789("
                )
        return False


def covered(text: str, contacts: Iterable[Contact], words: Callable[[ContactKind], str]) -> str:
    """The text with these contacts, which are in its order, replaced by words."""
    parts, place = [], 0
    for contact in contacts:
        parts += [text[place : contact.start], words(contact.kind)]
        place = contact.end
    return "".join([*parts, text[place:]])


def shield_for(
    content: Content,
    to: Audience,
    party: Party | None,
    others: Sequence[Party],
    author: User | None,
) -> Shield:
    """The shield before a party. What they know already, of themselves and of staff, passes.

    `others` are the other parties of the conversation; `author` is the colleague who writes: their
    work address, and all addresses and links of its domain, are the exchange's own.
    """
    own = [*content.own]
    if author is not None and "@" in author.email:
        address = author.email.lower()
        domain = address.partition("@")[2]
        own += [address] if domain in _FREE_MAIL else [address, domain]
    if party is not None:
        own += filter(None, (party.email.lower(), party.phone))
    return Shield(
        kinds=content.masked(to),
        own=tuple(own),
        numbers=tuple(digits for other in others if (digits := digits_of(other.phone))),
        regions=tuple(
            dict.fromkeys(p.country.upper() for p in (party, *others) if p and p.country)
        ),
        language=party.language.partition("-")[0].lower() if party else "en",
    )


def covers(text: str) -> list[tuple[int, int]]:
    """Where words that cover contact data stand in a text that was covered, in its order."""
    found, place = [], text.find(COVER)
    while place >= 0:
        told = next((each for each in _ALL if text.startswith(each, place)), "")
        if told:
            found.append((place, place + len(told)))
        place = text.find(COVER, place + len(COVER))
    return found


def unmarked(text: str) -> str:
    """A covered text as it is read aloud: the words in brackets alone, without the signs before them."""
    return text.replace(f"{COVER} (", "(")


def _within(host: str, domains: Iterable[str]) -> bool:
    return any(host == own or host.endswith("." + own) for own in domains)


_ALL = tuple(f"{COVER} ({each})" for told in _WORDS.values() for each in told)
