"""Asking a server over HTTP, each time on a connection of its own, as httpx's own functions do.

What this machine trusts is read once: reading it takes longer than most answers.
"""

import ssl
from contextlib import AbstractContextManager
from typing import Any

import httpx

TRUSTED = ssl.create_default_context()


def request(method: str, url: str, **more: Any) -> httpx.Response:
    """The answer; `more` is what httpx's `request` takes."""
    return httpx.request(method, url, verify=TRUSTED, **more)


def get(url: str, **more: Any) -> httpx.Response:
    """The answer to a GET."""
    return request("GET", url, **more)


def post(url: str, **more: Any) -> httpx.Response:
    """The answer to a POST."""
    return request("POST", url, **more)


def stream(method: str, url: str, **more: Any) -> AbstractContextManager[httpx.Response]:
    """The answer while it comes."""
    return httpx.stream(method, url, verify=TRUSTED, **more)
