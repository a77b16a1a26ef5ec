"""Brings alarms to another system: one signed POST after the other, tried again until it is taken or a day old.

The signature is ``X-Hall-Signature: t=<unix seconds>,v1=<hex>``, HMAC-SHA256 under the shared secret over
``<t>.<body>``: whoever receives it computes it anew and refuses what is older than a few minutes. A redirect is not
followed, nothing of the answer is read but its status, and nobody waits for it: the calls are made by a job of their
own from a table in the store, so they survive a restart.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ssl
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import structlog

from central.alarms import store
from central.database import Database

EVERY_S: Final = 3.0
_TIMEOUT_S: Final = 10.0
_FIRST_WAIT_MS: Final = 5_000
_LONGEST_WAIT_MS: Final = 3_600_000
_GIVE_UP_MS: Final = 24 * 3_600_000
_AT_ONCE: Final = 20
log = structlog.get_logger()


class WrongAddress(ValueError):
    """Not an http or https address of a host."""


@dataclass(frozen=True, slots=True)
class Hook:
    """Where alarms are sent, and the secret that both sides know."""

    url: str
    secret: str


def check_url(url: str) -> str:
    """The address as it is; raises `WrongAddress`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise WrongAddress(url) from None
    plain = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or parts.username or not plain:
        raise WrongAddress(url)
    return url


def signature(secret: str, body: bytes, now_ms: int) -> str:
    at = str(now_ms // 1000)
    return f"t={at},v1={hmac.new(secret.encode(), at.encode() + b'.' + body, hashlib.sha256).hexdigest()}"


class Messenger:
    """Sends what waits; called by a job."""

    def __init__(self, database: Database, hook: Hook) -> None:
        self._database, self._hook = database, hook

    def send(self, now_ms: int) -> None:
        """What waits, in order, until one of them is not taken."""
        self._give_up(now_ms)
        for _ in range(_AT_ONCE):
            with self._database.read() as connection:
                row = store.next_message(connection)
            if row is None or row["next_ms"] > now_ms:
                return
            problem = self._post(row["body"].encode(), now_ms)
            with self._database.write() as connection:
                if problem is None:
                    store.drop_messages(connection, [row["id"]])
                    continue
                wait_ms = min(_FIRST_WAIT_MS << min(row["attempts"], 20), _LONGEST_WAIT_MS)
                store.try_later(connection, row["id"], row["attempts"] + 1, now_ms + wait_ms)
            log.warning("alarm_webhook.not_taken", reason=problem, attempts=row["attempts"] + 1)
            return

    def _give_up(self, now_ms: int) -> None:
        with self._database.read() as connection:
            oldest = store.next_message(connection)
        if oldest is not None and oldest["made_ms"] < now_ms - _GIVE_UP_MS:
            with self._database.write() as connection:
                dropped = store.drop_older(connection, now_ms - _GIVE_UP_MS)
            log.error("alarm_webhook.given_up", messages=dropped)

    def _post(self, body: bytes, now_ms: int) -> str | None:
        """Why it was not taken, or None."""
        parts = urlsplit(self._hook.url)
        assert parts.hostname is not None
        headers = {"Content-Type": "application/json", "X-Hall-Signature": signature(self._hook.secret, body, now_ms)}
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
