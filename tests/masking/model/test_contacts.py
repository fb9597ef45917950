"""Contact data in texts: found however it is written, and nothing else taken for it."""

import pytest

from console.masking.model import phones
from console.masking.model.contacts import find

MB = 1_000_000

HITS = [
    ("Mail lena@example.org, please", "email", "lena@example.org"),
    ("LENA.Krüger+shop@Example.org!", "email", "lena.krüger+shop@example.org"),
    ("lena.k at gmail dot com", "email", "lena.k@gmail.com"),
    ("lena dot k at gmail dot com", "email", "lena.k@gmail.com"),
    ("lena (at) web (dot) de", "email", "lena@web.de"),
    ("lena [at] gmx.de", "email", "lena@gmx.de"),
    ("lena @ gmail . com", "email", "lena@gmail.com"),
    ("schreib an lena ät web punkt de", "email", "lena@web.de"),
    ("escribe a lena arroba gmail punto com", "email", "lena@gmail.com"),
    ("pisz do lena małpa onet kropka pl", "email", "lena@onet.pl"),
    ("lena@gmail", "email", "lena@gmail"),
    ("it is lena at hotmail", "email", "lena@hotmail"),
    ("lena＠example．org", "email", "lena@example.org"),
    ("le\u200bna@exam\u00adple.org", "email", "lena@example.org"),
    ("lena@example.org.Please answer", "email", "lena@example.org"),
    ("lena@mail.example.co.uk", "email", "lena@mail.example.co.uk"),
    ("+49 171 2345678", "phone", "491712345678"),
    ("+49 (0)171 / 23 45 678", "phone", "491712345678"),
    ("0049 171 2345678", "phone", "491712345678"),
    ("+442079460958", "phone", "442079460958"),
    ("ruf 0171 2345678 an", "phone", "491712345678"),
    ("(030) 2345 6789", "phone", "493023456789"),
    ("0 1 7 1 2 3 4 5 6 7 8", "phone", "491712345678"),
    ("am 12.11.2026 0171 2345678", "phone", "491712345678"),
    ("020 7946 0958", "phone", "442079460958"),
    ("call (212) 555-0123", "phone", "12125550123"),
    ("415-555-2671", "phone", "14155552671"),
    ("my number is 9876543210", "phone", "919876543210"),
    ("اتصل على +٢٠ ١٠٠ ١٢٣ ٤٥٦٧", "phone", "201001234567"),
    ("mi móvil es +34 612 345 678", "phone", "34612345678"),
    ("WhatsApp: 0171 2345678", "phone", "491712345678"),
    ("Telegram: 0171-2345678", "phone", "491712345678"),
    ("WhatsApp me on 612345678", "phone", "612345678"),
    ("llámame al 612 345 678", "phone", "612345678"),
    ("zadzwoń: 601 234 567", "phone", "601234567"),
    ("mój numer to 601-234-567", "phone", "601234567"),
    ("kom. 601234567", "phone", "601234567"),
    ("ring 22 33 44 55", "phone", "22334455"),
    ("\u0660\ufe0f1\ufe0f\u20e37\u20e31 2345678", "phone", "491712345678"),
    ("https://wa.me/49171234567", "messenger", "wa.me"),
    ("t.me/lena_k", "messenger", "t.me"),
    ("my Telegram: @lena_k92", "messenger", "lena_k92"),
    ("insta is @lena.shop", "messenger", "lena.shop"),
    ("skype: lena_k92", "messenger", "lena_k92"),
    ("Skype: live:lena.k92", "messenger", "lena.k92"),
    ("https://www.facebook.com/lena", "messenger", "facebook.com"),
    ("DE89 3704 0044 0532 0130 00", "account", "DE89370400440532013000"),
    ("GB82WEST12345698765432", "account", "GB82WEST12345698765432"),
    ("iban: fr14 2004 1010 0505 0001 3m02 606", "account", "FR1420041010050500013M02606"),
    ("https://shop.example/x?y=1", "link", "shop.example"),
    ("see www.lena-shop.de.", "link", "lena-shop.de"),
    ("lena-shop.com has it cheaper", "link", "lena-shop.com"),
    ("lena-shop [.] com", "link", "lena-shop.com"),
    ("lena-shop dot com", "link", "lena-shop.com"),
    ("hxxps://lena.example/pay", "link", "lena.example"),
    ("negozio.it/offerta", "link", "negozio.it"),
    ("il-negozio.it", "link", "il-negozio.it"),
    ("lena-shop.com.au", "link", "lena-shop.com.au"),
    ("bit.ly/3xyzAbC", "link", "bit.ly"),
]

MISSES = [
    "Order 303-9182736-1234567 of 2026-11-23",
    "order number 3348917502",
    "Order ID 789-456-1230 received today",
    "Amazon 028-1234567-1234567, ticket #48213 and #3348917502",
    "DHL 00340434161094042557, UPS 1Z999AA10123456784, JJD000390007827391234",
    "Your reference is REF-20231027-001",
    "EAN 4006381333931, ISBN 978-3-16-148410-0, IMEI 490154203237518",
    "We refund 1.234.567,89 € or $12,345.00 or 1 234 567 kr",
    "on 2026-11-23 10:30, am 23.11.2026, 11/23/2026, 1.-3. 12. 2026",
    "between 12:30 and 14:45, size 42-44, 10 x 20 x 30 cm",
    "It has arrived.it was broken",
    "an option at this point as the items are packed",
    "look at the dot on the screen",
    "see file.pdf, readme.md and node.js, e.g. z.B. i.e.",
    "@Ben please look, 3 @ 9.99 each",
    "my id is 9999999999. just find it",
    "Paket mit Sendungsnummer 0123 456 7890",
    "Bestellung 2026 1123 4567, Rechnung 0815-4711-2026",
    "commande 06-12-34-56-78",
    "Facebook told me about it, a Telegram post",
    "https is safe, mail me here",
    "Größe 38, Modell 1234567, Version 1.2.3",
    "文字 2026年11月23日 订单 1234567",
    "Numéro de dossier 06 12 34 56 78, référence 06.12.34.56.78",
    "referencia 612 345 678, factura 612345678",
    "الفاتورة رقم 0100 123 4567 ورقم الشحنة 01012345678",
    "Le colis est cassé.il fuit, le 06.12.26 et 08.12.26",
    "It came.my order was late, it arrived.today I saw it",
    "El paquete está a punto de salir",
    "Call us at 10.00 - 12.30, phone 8806095299907, your phone IMEI 490154203237518",
    "Telegram 1234, WhatsApp has 3.000.000 users, signal 12 345 678 €",
    "FedEx 7712 3456 7890, 9612 0196 0012 3456 7890 12, Royal Mail AB123456785GB",
    "GLS 12345678901, Hermes H1001990012345601024, DPD 01505012345678",
    "SIRET 732 829 320 00074, NIP 525-000-12-34, VAT GB123456789",
    "Numer przesyłki 523 456 789 012 345 678 901 234, paczka 601 234 567",
    "IP 192.168.100.200, version 1.02.03.04.05, 1200*800*400 mm",
]


@pytest.mark.parametrize(("text", "kind", "value"), HITS)
def test_contact_data_is_found(text: str, kind: str, value: str) -> None:
    (found,) = find(text)
    assert (found.kind, found.value) == (kind, value)


@pytest.mark.parametrize("text", MISSES)
def test_numbers_of_a_shop_dates_and_words_are_none(text: str) -> None:
    assert find(text) == []


def test_the_letters_that_say_it_are_told_and_no_others() -> None:
    text = "Frag (lena@example.org) oder 🙂 ruf +49 171 2345678, ja?"
    assert [text[c.start : c.end] for c in find(text)] == ["lena@example.org", "+49 171 2345678"]


def test_unseen_letters_inside_belong_to_it() -> None:
    text = "x le\u200bna@example.org y"
    (found,) = find(text)
    assert text[found.start : found.end] == "le\u200bna@example.org"


def test_people_write_numbers_as_at_home_where_they_are() -> None:
    text = "612 345 678"
    assert find(text) == []
    assert [c.value for c in find(text, ("ES",))] == ["34612345678"]
    for text in ("06 12 34 56 78", "06.12.34.56.78"):
        assert [c.value for c in find(text, ("FR",))] == ["33612345678"]
    assert find("pedido 612 345 678", ("ES",)) == [], "an order is none at home either"


def test_a_known_number_is_found_however_it_is_written() -> None:
    for text in ("1712345678", "0171-2345-678", "order 49171 2345678"):
        assert [c.value for c in find(text, (), ("491712345678",))] == ["491712345678"]


def test_a_host_of_many_kinds_counts_once() -> None:
    found = find("https://wa.me/491712345678?text=lena@example.org x")
    assert [(c.kind, c.start) for c in found if c.kind != "email"] == [("messenger", 0)]


@pytest.mark.parametrize(
    "piece",
    ["a", "a@", "a.", "1 ", "+", "(", "at ", " at dot", "https://", "DE89 ", "é@", "x dot ", "telegram ",
     "0171-23 45 ", " ", "@ ", "[at]", "1", "www."],
)  # fmt: skip
def test_a_megabyte_of_anything_is_read_to_its_end(piece: str) -> None:
    """What takes more than linear time would not end here before the test is given up."""
    text = piece * (MB // len(piece)) + "\nlena@example.org"
    assert find.__wrapped__(text)[-1].value == "lena@example.org"


def test_beyond_so_many_runs_of_digits_the_shape_decides() -> None:
    number = "0171 2345678\n"
    many = phones.MAX_TRIED + 10
    found = find.__wrapped__(number * many + "order 3348917502\n")
    assert len(found) == many, "none passes because there are many"
