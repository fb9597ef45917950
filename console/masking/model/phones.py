"""Telephone numbers in a text, by Google's rules for every country and by what stands around them.

A number with its country's prefix is one wherever it stands. As people write it at home it is one
where its shape or the words before it say so: most digits of a shop are orders, parcels and amounts.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from console.masking.model.contacts import Contact
from console.masking.model.digits import (
    KNOWN_DIGITS,
    MAX_DIGITS,
    MIN_DIGITS,
    digits_in,
    digits_of,
    same,
)

MAX_TRIED = 400
"""So many runs of digits are looked up in a text; of those beyond, the shape decides alone."""
MIN_CALLED, MAX_CALLED = 8, 12
"""So many digits have the numbers that words alone say to be one."""
_AROUND = 40
_ANYWHERE = (
    "DE",
    "GB",
    "FR",
    "US",
    "IT",
    "NL",
    "AT",
    "CH",
    "BE",
    "SE",
    "TR",
    "AU",
    "IN",
    "JP",
    "EG",
    "SA",
)
"""Whose numbers are known by their shape though nobody of the conversation lives there."""
_RUN = re.compile(r"(?<![^\W_])(?<![^\W_]-)(?:\+[^\S\n]?)?\(?\+?\d(?:[^\S\n]|[\d().\-/+]){5,58}+")
_DATE = re.compile(
    r"(?<!\d)(?<!\d\.)(?:\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-][^\S\n]?\d{1,2}[./-][^\S\n]?(?:\d{4}|\d{2}))(?![\d/-]|\.\d)"
)
_HOURS = re.compile(r"\d{1,2}\.\d{2}[^\S\n]?-[^\S\n]?\d{1,2}\.\d{2}")
_SIGNS = re.compile(r"\D+")
_PIECE = re.compile(r"[^\s+]+")
_APART = re.compile(r"\+?(?:\d[ .\-]){7,15}\d(?!\d)")
"""A number whose digits stand each for itself."""
_US = re.compile(r"(?:1[ .-])?\(?\d{3}\)?[ .\-/]{1,2}\d{3}[ .-]\d{4}")
_CALLED = re.compile(
    r"(?<![^\W_])(?:tel|phone|telephone|mobile|cell|cellphone|call|ring|text|sms|whats ?app|signal|viber|fax"
    r"|hotline|reach|mob|kom|telegram|tg|wechat|weixin|kik|threema|telefon\w*|handy\w*|mobil\w*|anruf\w*|ruf\w*|erreich\w*|téléphone|tél|portable|appel\w*"
    r"|joindre|teléfono|móvil|celular|ll[aá]m\w*|telefono|cellulare|chiam\w*|telefone|telemóvel|lig[ua]\w*"
    r"|telefoon\w*|bel|mobiel|komórk\w*|zadzwo\w*|dzwo\w*|ring|ringa|puhelin\w*|телефон\w*|тел|звон\w*|позвон\w*"
    r"|(?:my|your|his|her|their|contact|other|new|which|meine?|mon|mi|mio|mój)[^\S\n](?:number|no|nummer|numéro"
    r"|número|numero|numer)|هاتف\w*|جوال\w*|موبايل|اتصل\w*|واتساب|رقمي|電話|电话|手机)(?![^\W_])",
    re.IGNORECASE,
)
_DIRECTLY = re.compile(
    _CALLED.pattern + r"[^\S\n]?(?:[.:=,-]{1,2}[^\S\n]?)?"
    r"(?:(?:me|us|him|her|them|at|on|is|mich|mir|uns|an|unter|auf|ist|moi|au|sur|est|al|en|es|un|è"
    r"|to|na|pod|nr|no|number|nummer|numer|numéro|número|numero|op|på|على|هو|رقم):?[^\S\n]){0,3}\(?$",
    re.IGNORECASE,
)
"""What says so directly before a number: then it is one, whatever country's."""
_NUMBERED = re.compile(
    r"(?:(?<![^\W_])(?:order|orders|tracking|track|parcel|package|shipment|invoice|ticket|case|claim|ref|reference"
    r"|sku|ean|upc|isbn|imei|serial|article|item|product|model|id|account|username|zip|postcode|batch|lot|rma"
    r"|transaction|payment|card|consignment|waybill|awb|barcode|code|voucher|coupon|vat|bestell\w*|auftrag\w*|rechnung\w*|sendung\w*|paket\w*|artikel\w*|kunden\w*"
    r"|vorgang\w*|serien\w*|modell\w*|lieferschein\w*|akten\w*|commande|suivi|colis|facture|dossier|réf|référence"
    r"|pedido|seguimiento|factura|referencia|envío|paquete|guía|ordine|riferimento|pacco|spedizione|fattura|zam[oó]wien\w*"
    r"|przesył\w*|paczk\w*|faktur\w*|nadania|bestelling\w*|zending\w*|pakket\w*|factuur\w*|encomenda|fatura"
    r"|заказ\w*|трек\w*|(?:ال)?(?:طلب\w*|شحن\w*|فاتور\w*|تتبع|مرجع\w*))"
    r"(?![^\W_])|[#№])",
    re.IGNORECASE,
)
_MONEY_AFTER = re.compile(
    r"[^\S\n]?(?:[€$£¥₹₺%]|[,.]\d{2}(?!\d)|(?:eur|usd|gbp|chf|pln|kr|zł|euros?|dollars?)\b)",
    re.IGNORECASE,
)
_MONEY_BEFORE = re.compile(r"(?:[€$£¥₹₺]|eur|usd|gbp|chf|pln)[^\S\n]?$", re.IGNORECASE)


def find(text: str, regions: tuple[str, ...], numbers: tuple[str, ...]) -> Iterator[Contact]:
    """The telephone numbers in a text; each value is its digits, with the country's where it has them.

    A run of digits is looked for in `regions` first. `numbers` are found however they are written.
    """
    tried = 0
    for run in _RUN.finditer(text):
        told = _DATE.sub(lambda date: "x" * len(date.group()), run.group())
        told = _PIECE.sub(_without_long, told)
        count = len(digits_in(told))
        if count < MIN_DIGITS:
            continue
        if (known := _known(told, numbers)) is not None:
            yield Contact(run.start() + known[0], run.start() + known[1], "phone", known[2])
            continue
        tried += 1
        if tried > MAX_TRIED:
            yield from _by_shape(told, run.start())
        else:
            yield from _looked_up(text, run.start(), told, regions)


def _without_long(piece: re.Match[str]) -> str:
    """Digits in one piece that are too many for any number are an order's, or a parcel's."""
    told = piece.group()
    return "x" * len(told) if len(digits_in(told)) > MAX_DIGITS else told


def _known(told: str, numbers: tuple[str, ...]) -> tuple[int, int, str] | None:
    """Where in a run one of the numbers stands, and which."""
    places = [place for place, letter in enumerate(told) if letter.isdigit()]
    digits = "".join(told[place] for place in places)
    for number in numbers:
        tail = number.lstrip("0")[-9:]
        at = digits.find(tail) if len(tail) >= KNOWN_DIGITS else -1
        if at >= 0 and at + len(tail) == len(digits):
            start = 0 if same(digits.removeprefix("00"), number) else places[at]
            return start, places[-1] + 1, number
    return None


def _by_shape(told: str, start: int) -> Iterator[Contact]:
    digits = digits_of(told)
    if (
        told.lstrip("( ").startswith(("+", "0"))
        and MIN_DIGITS < len(digits) <= MAX_DIGITS
        and "x" not in told
    ):
        yield Contact(start, start + len(told.rstrip(" .-/(")), "phone", digits)


def _looked_up(text: str, start: int, told: str, regions: tuple[str, ...]) -> Iterator[Contact]:
    apart = _APART.match(told)
    if apart is not None:
        yield from _spread(apart.group(), start, regions)
        return
    taken = [False] * len(told)
    for region in dict.fromkeys((*regions, *_ANYWHERE)):
        if told.lstrip("( ").startswith("+") and any(taken):
            break
        for begin, end, raw, digits, local in _matches(told, region):
            if any(taken[begin:end]) or len(digits_in(raw)) > MAX_DIGITS:
                continue
            at_home = region in regions
            if not local or _is_meant(text, start + begin, raw, region, at_home=at_home):
                taken[begin:end] = [True] * (end - begin)
                yield Contact(start + begin, start + end, "phone", digits)
    if not any(taken):
        yield from _called(text, start, told)


def _called(text: str, start: int, told: str) -> Iterator[Contact]:
    """A number of no country that is looked in, where the words directly before it call it one."""
    raw = told.rstrip(" .-/(")
    digits, before = digits_of(raw), text[max(0, start - _AROUND) : start]
    other = "x" in raw or _HOURS.fullmatch(raw) or _is_money(text, start, raw)
    if MIN_CALLED <= len(digits) <= MAX_CALLED and not other and _DIRECTLY.search(before):
        yield Contact(start, start + len(raw), "phone", digits)


def _spread(raw: str, start: int, regions: tuple[str, ...]) -> Iterator[Contact]:
    digits = digits_in(raw)
    number = "+" + digits if raw.startswith("+") else digits
    if raw[0] in "+0" and len(digits) >= 9:
        for region in dict.fromkeys((*regions, *_ANYWHERE)):
            for *_, value, _local in _matches(number, region):
                yield Contact(start, start + len(raw), "phone", value)
                return


@lru_cache(maxsize=1024)
def _matches(told: str, region: str) -> tuple[tuple[int, int, str, str, bool], ...]:
    """Valid numbers in a run: begin, end, as written, digits, and whether without their country."""
    import phonenumbers

    sources = phonenumbers.CountryCodeSource
    found = []
    for match in phonenumbers.PhoneNumberMatcher(told, region, max_tries=8):
        raw = match.raw_string
        number = phonenumbers.parse(raw, region, keep_raw_input=True)
        digits = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:]
        source = number.country_code_source
        abroad = source == sources.FROM_NUMBER_WITH_PLUS_SIGN or (
            source == sources.FROM_NUMBER_WITH_IDD and raw.startswith("00")
        )
        bracket = raw.startswith("(") and ")" not in raw  # the sentence's, not the number's
        found.append((match.start + bracket, match.end, raw[bracket:], digits, not abroad))
    return tuple(found)


def _is_meant(text: str, start: int, raw: str, region: str, *, at_home: bool) -> bool:
    """Whether digits that could be a number of a country are meant as one."""
    before = text[max(0, start - _AROUND) : start].rpartition("\n")[2]
    if _is_money(text, start, raw):
        return False
    called, numbered = _last(_CALLED, before), _last(_NUMBERED, before)
    if called != numbered:
        return called > numbered
    digits = digits_in(raw)
    signs = len(_SIGNS.findall(raw.strip("()")))
    if raw.lstrip("(").startswith("0"):
        if signs:
            return 9 <= len(digits) <= 12
        return at_home and 10 <= len(digits) <= 11
    if region == "US":
        return _US.fullmatch(raw) is not None
    return at_home and signs >= 2 and len(digits) >= 8


def _is_money(text: str, start: int, raw: str) -> bool:
    before = text[max(0, start - _AROUND) : start]
    return bool(_MONEY_BEFORE.search(before) or _MONEY_AFTER.match(text, start + len(raw)))


def _last(words: re.Pattern[str], before: str) -> int:
    """Where the last of the words begins, -1 for none."""
    return max((found.start() for found in words.finditer(before)), default=-1)
