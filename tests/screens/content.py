"""What has happened in the shop of the pictures: who wrote what, and how long ago."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from console.kernel.money import Money
from console.orders.model import (
    Address,
    EventName,
    Fulfilment,
    Order,
    OrderEvent,
    OrderLine,
    Payment,
)
from console.people.model import Side

NOW = datetime(2026, 11, 20, 14, 8, 41, tzinfo=UTC)
EUROPE, AMERICAS, PAYMENTS = "Europe", "Americas", "Payments"
TEA_ORDER = "303-9182736"


@dataclass(frozen=True)
class Heard:
    """A message from outside, `ago` minutes before NOW; `told` describes whoever wrote."""

    ago: int
    name: str
    subject: str
    body: str
    team: str = EUROPE
    side: Side = "buyer"
    channel: str = "email"
    order: str = ""
    files: tuple[tuple[str, int], ...] = ()
    told: dict[str, Any] = field(default_factory=dict)
    html: str = ""


LENA = Heard(
    38,
    "Lena Hoffmann",
    "Parcel never arrived, tracking stuck",
    "Hello, I paid 14 days ago and the carrier says “in transit” since last Friday. It is a"
    " birthday present for Sunday. Can you find out where it is, or send another one?",
    order=TEA_ORDER,
    files=(("screenshot-tracking.png", 218_000),),
    told={
        "city": "Hamburg", "country": "DE", "language": "de", "zone": "Europe/Berlin",
        "since": datetime(2021, 3, 1, tzinfo=UTC),
    },
)  # fmt: skip
MARTA = Heard(
    17,
    "Marta Kowalska",
    "",
    "I handed it over on the 9th, receipt attached. I can send a replacement tomorrow if you"
    " confirm it is lost.",
    side="seller",
    files=(("receipt-dhl.pdf", 84_000),),
    told={"city": "Kraków", "country": "PL", "language": "pl", "zone": "Europe/Warsaw"},
)
LENA_AGAIN = Heard(
    2, "Lena Hoffmann", "", "Sunday is the day after tomorrow. Is there any news?",
    told=LENA.told,
)  # fmt: skip
NOTE = "Carrier confirms it is lost in the depot. @Ana ok to settle with a replacement by express, the seller agreed by phone."
ANSWER = "Hello Lena, thank you for writing. I have asked the carrier and the seller and will tell you within the hour."
LENAS_OTHERS = (
    Heard(60 * 24 * 40, "Lena Hoffmann", "Gift wrap question", "Can it be wrapped?"),
    Heard(60 * 24 * 90, "Lena Hoffmann", "Late delivery", "It came two days late."),
)

QUEUE = (
    Heard(
        9, "Omar Haddad", "Wrong size delivered, need exchange",
        "The box says 42 but inside they are 40. I need them before my trip.", channel="chat",
    ),
    Heard(
        17, "Priya Nair", "Seller refuses the return",
        "She says the window is closed, but I asked on day 12 and she did not answer.",
    ),
    Heard(
        26, "Jonas Weber", "Invoice for order 408-1192034",
        "Could you send it to our accounting address?", order="408-1192034",
    ),
    Heard(
        38, "Mei Lin", "Charged twice for one order",
        "My bank shows two payments for the same order 😟", PAYMENTS,
    ),
    Heard(
        64, "Studio Falk", "Re: Your review was hidden",
        "We would like to know which rule the review broke.", side="seller",
    ),
    Heard(
        71, "ليلى منصور", "مرحبا، أين طلبي؟",
        "الطلب 303-5550142 لم يصل بعد، هل يمكنكم التحقق من فضلكم؟ لقد انتظرت أسبوعين كاملين.",
        told={"city": "Dubai", "country": "AE", "language": "ar", "zone": "Asia/Dubai"},
    ),
    Heard(
        118, "Carla Ruiz", "Address change before dispatch",
        "I have moved, the new street is Calle Mayor 4.", channel="web",
    ),
    Heard(
        132, "佐藤 健", "返品の送料について",
        "返品ラベルはどこでダウンロードできますか。送料は誰が負担しますか。よろしくお願いします。",
        told={"city": "大阪市", "country": "JP", "language": "ja", "zone": "Asia/Tokyo"},
    ),
    Heard(
        175, "Tom Baker", "Voucher code does not work",
        "It says “not valid for this seller”, but it is the seller who sent it.", channel="chat",
    ),
    Heard(
        190, "Ines Costa", "Damaged on arrival, photos attached",
        "Three plates are broken, see the pictures.\n\nBest regards\nInes",
        files=(("plates-1.jpg", 1_640_000), ("plates-2.jpg", 1_120_000)),
    ),
    Heard(
        244, "Emil Novak", "Seller asks to pay outside",
        "He sent me an IBAN in the chat. Is that allowed?", PAYMENTS,
    ),
    Heard(300, "Hannah Scott", "Where is my refund?", "You told me five working days.", PAYMENTS),
    Heard(340, "Luca Moretti", "Change payment method", "I would rather pay by bank transfer."),
    Heard(
        410, "रोहन शर्मा", "मेरा ऑर्डर कहाँ है", "तीन हफ़्ते हो गए, अभी तक कुछ नहीं आया।", AMERICAS,
        told={"city": "Pune", "country": "IN", "language": "hi", "zone": "Asia/Kolkata"},
    ),
    Heard(460, "Grace Okafor", "Two parcels, one arrived", "The second one is not in tracking."),
    Heard(
        530, "Nina Petrova", "Cancel the second item please",
        "I only need one of the two lamps.", AMERICAS, channel="web",
    ),
    Heard(1500, "Yusuf Demir", "Warranty for the kettle", "It stopped after three months."),
    Heard(1620, "Ola Berg", "Invoice shows the wrong VAT number", "Ours ends in 771.", PAYMENTS),
    Heard(2900, "Wei Zhang", "Parcel returned to sender", "Why was it returned?", AMERICAS),
)  # fmt: skip

MAILED = (
    Heard(
        2_300, "Nora Eklund", "Re: Your order 303-9182736", "See formatted mail.",
        html=(
            "<h2>Two questions about my order</h2><p>Hello <b>support team</b>,</p><p>thank you for"
            " the quick answer. Before I send it back I would like to know:</p><ol><li>Who pays for"
            " the <i>return label</i>?</li><li>Is <a href='https://shop.example/returns?order="
            "303-9182736'>this page</a> the right one for sellers abroad?</li></ol><p>What I"
            " received:</p><table><tr><th>Article</th><th>Pieces</th><th>Price</th></tr><tr><td>"
            "Linen tablecloth, 140 × 240</td><td>1</td><td>€58.00</td></tr><tr><td>Napkins</td>"
            "<td>6</td><td>€21.00</td></tr></table><p>Best regards<br>Nora</p>"
            "<p><img src='https://mail.example/logo.png' alt=''><img src='cid:2'>"
            "<img src='https://mail.example/open.gif'></p><blockquote><p>On 18 November, Ana wrote:"
            "</p><p>You can return it within 30 days.</p><p>Kind regards<br>Ana</p></blockquote>"
        ),
        told={"city": "Göteborg", "country": "SE", "language": "sv", "zone": "Europe/Stockholm"},
    ),
    Heard(
        2_200, "Nora Eklund", "", "Sorry, one more: may I keep the napkins?\n\nNora\n\n"
        "On Wed, 18 Nov 2026 at 09:14, Ana Kovač <ana@shop.example> wrote:\n> You can return it"
        " within 30 days.\n> The label is in the parcel.\n>\n> Kind regards\n> Ana",
    ),
)  # fmt: skip
HOSTILE = (
    Heard(
        2_500, "<b>Mallory</b> \u202emoc.elgoog", "<h1>Urgent</h1> invoice \u202efdp.exe",
        "<script>alert(1)</script> <img src=http://evil.example/p.png> &amp; &lt;b&gt;",
        html=(
            "<script>alert(1)</script><p style='position:fixed'>Your account is <a href="
            "'https://login.shop.example@evil.example/x'>https://shop.example/login</a> locked."
            "</p><iframe src='http://evil.example'></iframe><form><input></form>"
            "<p><a href='javascript:alert(1)'>Click</a> or <a href='file:///etc/passwd'>here</a></p>"
            + "<table><tr><td>" * 20 + "deep" + "</td></tr></table>" * 20
            + "<img src='http://evil.example/pixel.gif'>"
        ),
        files=(("invoice\u202efdp.exe", 3_000),),
    ),
    Heard(2_490, "<b>Mallory</b> \u202emoc.elgoog", "", "W" * 700 + "\n" + "مرحبا " * 40 + "\n😀🏳️‍🌈👩‍👩‍👧 日本語のテキスト"),
)  # fmt: skip

LONG_NAME = "Maximiliane-Friederike von und zu Habersdorf-Löwenstein-Wertheim-Freudenberg"
LONG = Heard(
    1_400,
    LONG_NAME,
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft und die"
    " fehlende Rechnung für die Bestellung vom vergangenen Dienstag",
    "Sehr geehrte Damen und Herren,\n\nhttps://shop.example/" + "rechnung-" * 30 + "\n\n"
    "Die Rechtsschutzversicherungsgesellschaft verlangt eine Eingangsbestätigung.",
    order="408-7712345-0099881",
    told={
        "city": "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch", "country": "GB",
        "language": "de", "zone": "Europe/London",
    },
)  # fmt: skip
THREAD = "Assembly of the wardrobe"
TURNS = (
    "The left door does not close. I followed page 14 twice.",
    "Thank you for telling us. Which of the two hinges touches the frame?",
    (
        "The upper one. There is a gap of about three millimetres, and the screw turns without"
        " holding. I think the hole was drilled too wide in the factory."
    ),
    (
        "That can happen with this batch. A larger screw is in the bag marked C; please try it first"
        " and tell us whether the door holds then."
    ),
    "ok",
    "Great. I leave the ticket open until Friday, in case it comes loose again.",
    "It did come loose again. 🙁",
    (
        "I am sorry. We send you a new side panel today, you need not return the old one."
        " It comes in one parcel, 18 kg, and the driver calls half an hour before."
    ),
)


def _event(days: int, clock: tuple[int, int], name: EventName, place: str = "") -> OrderEvent:
    day = NOW - timedelta(days=days)
    return OrderEvent(day.replace(hour=clock[0], minute=clock[1], second=0), name, place)


TEA = Order(
    number=TEA_ORDER,
    placed_at=NOW - timedelta(days=14),
    lines=(OrderLine("TEA-1", "Ceramic tea set, blue", 1, Money(5800, "EUR")),),
    shipping=Money(690, "EUR"),
    total=Money(6490, "EUR"),
    payment=Payment("card", "Visa ···· 4242"),
    ship_to=Address("Lena Hoffmann", "Lange Reihe 12", "Hamburg", "20099", "DE"),
    fulfilments=(Fulfilment("DHL", "JJD000390007", NOW.replace(day=17, hour=17)),),
    events=(
        _event(14, (9, 12), EventName.PLACED),
        _event(14, (9, 13), EventName.PAID),
        _event(11, (15, 40), EventName.FULFILLED),
        _event(7, (2, 22), EventName.IN_TRANSIT, "Leipzig"),
        _event(0, (8, 12), EventName.DELAYED, "Leipzig"),
    ),
)
LAMPS = Order(
    number="408-7712345-0099881",
    placed_at=NOW - timedelta(days=3),
    lines=(
        OrderLine(
            "L-1", "Standing lamp of hand-blown Bohemian glass, amber", 3, Money(148900, "JPY")
        ),
        OrderLine("L-2", "Bulb", 12, Money(990, "JPY")),
    ),
    shipping=Money(0, "JPY"),
    total=Money(458580, "JPY"),
    payment=Payment("invoice", "30 days net"),
    ship_to=Address(
        LONG_NAME,
        "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch 4",
        "Llanfair",
        "LL61 5UJ",
        "GB",
    ),
    fulfilments=(Fulfilment("Deutsche Post International", "RR123456789DE-000-1"),),
    events=(_event(3, (10, 0), EventName.PLACED),),
)
