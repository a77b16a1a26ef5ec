"""A signed POST to another system: how alarms and reminders leave central.

The signature is ``X-Hall-Signature: t=<unix seconds>,v1=<hex>``, HMAC-SHA256 under the shared secret over
``<t>.<body>``: whoever receives it computes it anew and refuses what is older than a few minutes. A redirect is not
followed, and nothing of the answer is read but its status.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ssl
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

_TIMEOUT_S: Final = 10.0


class WrongAddress(ValueError):
    """Not an http or https address of a host."""


@dataclass(frozen=True, slots=True)
class Hook:
    """Where something is sent, and the secret that both sides know."""

    url: str
    secret: str = field(repr=False)


def check_url(url: str) -> str:
    """The address as it is; raises `WrongAddress`."""
    try:
        parts = urlsplit(url)
        port = parts.port
        (parts.hostname or "").encode("idna")  # what looking it up begins with
    except ValueError:
        raise WrongAddress(url) from None
    plain = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or parts.username or not plain:
        raise WrongAddress(url)
    return url


def signature(secret: str, body: bytes, now_ms: int) -> str:
    at = str(now_ms // 1000)
    return f"t={at},v1={hmac.new(secret.encode(), at.encode() + b'.' + body, hashlib.sha256).hexdigest()}"


def post(hook: Hook, body: bytes, now_ms: int) -> str | None:
    """Why it was not taken, or None."""
    parts = urlsplit(hook.url)
    assert parts.hostname is not None
    headers = {"Content-Type": "application/json", "X-Hall-Signature": signature(hook.secret, body, now_ms)}
    line: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        line = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=_TIMEOUT_S, context=context)
    else:
        line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=_TIMEOUT_S)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        line.request("POST", target, body, headers)
        status = line.getresponse().status
    except (OSError, http.client.HTTPException) as problem:
        return type(problem).__name__
    finally:
        line.close()
    return None if 200 <= status < 300 else f"status {status}"
