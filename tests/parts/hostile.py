"""Mail that wants to do harm: by its names, its words, its markup, its size and its depth."""

from typing import Any

from tests.conversations.hostile.corpus import HEAVY, NAMES

REMOTE = (
    "<link rel=stylesheet href={there}/s.css><style>@import url({there}/i.css); p {{background:"
    " url({there}/b.png)}}</style><p style='background-image: url({there}/c.png)'>Look</p>"
    "<img src={there}/p.png width=1 height=1><img srcset='{there}/q.png 2x' src=//{host}/r.png>"
    "<video src={there}/v.mp4 poster={there}/v.png></video><iframe src={there}></iframe>"
    "<object data={there}/o.svg></object><embed src={there}/e><audio src={there}/a.mp3></audio>"
    "<table background={there}/t.png><tr><td background={there}/d.png>cell</td></tr></table>"
    "<svg><image href={there}/x.svg /></svg><a href='{there}/click'>a link</a>"
)
"""All the ways a mail has of fetching something as soon as it is looked at."""
FILES = (
    "<p><a href='file:///etc/passwd'>here</a> <img src='file:///etc/passwd'>"
    " <a href='smb://evil.test/x'>there</a> <a href='javascript:alert(1)'>click</a></p>"
)
BODIES = {
    "one word": "W" * 100_000,
    "marks": ("a" + "\u0301" * 50) * 1_900,
    "lines": "x\n" * 50_000,
    "quotes": "> " * 50_000,
    "tags": "<b>" * 33_000,
    "turns": "\u202eevil\u2066 \u2067" * 12_000,
    "pictograms": "👩\u200d👩\u200d👧\u200d👦" * 14_000,
    "arabic": "مرحبا" * 20_000,
    "joined": "\u200d" * 100_000,
}
"""Plain words as long as a message may be."""


def messages(host: str) -> list[dict[str, Any]]:
    """What `received` takes for each; `host` is who is asked where a picture is fetched."""
    remote = REMOTE.format(there=f"http://{host}", host=host)
    told: list[dict[str, Any]] = [
        {"subject": f"{n} {name}", "name": name, "body": name} for n, name in enumerate(NAMES)
    ]
    told += [{"subject": f"html {name}", "html": html} for name, html in HEAVY.items()]
    told += [{"subject": f"body {name}", "body": body} for name, body in BODIES.items()]
    told += [
        {"subject": "remote", "html": remote, "body": "Look"},
        {"subject": "files", "html": FILES, "body": "here"},
        {"subject": "<img src=http://" + host + "/s.png>", "body": remote},
    ]
    return [{"body": "Words.", **each, "email": f"m{n}@mail.test"} for n, each in enumerate(told)]
