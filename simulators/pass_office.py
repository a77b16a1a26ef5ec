"""A test issuer of lawyers' passes, and the phones that show them: fresh keys for each simulated hall.

The wire format is written here from its document (base45 of CBOR, two Ed25519 signatures) and from nothing of the
controller's, so that a wrong byte cannot agree with itself. No pass names a person; the subjects are numbers.
The keys stay in the simulator's folder, so that a simulator that starts again is still believed; they are worth nothing
anywhere else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from simulators.clock import wall_now_s

SIGNS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
KINDS: Final = (
    "good", "again", "old", "ahead", "expired", "not_yet", "unknown_key", "false_signature", "false_phone",
    "other_hall", "revoked", "suspended", "unknown_state",
)  # fmt: skip
_STATES: Final = {"revoked": "REVOKED", "suspended": "SUSPENDED", "unknown_state": "UNKNOWN"}
_KID: Final = "sim-1"


class PassOffice:
    """Signs the two lists into ``folder`` and makes the code that a phone shows."""

    def __init__(self, folder: Path, hall: str, now_s: Callable[[], int] = wall_now_s) -> None:
        self._folder = folder
        self._hall = hall
        self._now_s = now_s
        self._anchor = self._kept("anchor")
        self._issuer = self._kept("issuer")
        self._phone = Ed25519PrivateKey.generate()
        self._last: str | None = None
        self.publish()

    def part(self) -> dict[str, str]:
        """What ``[passes]`` of a hall file needs to believe these passes."""
        folder = self._folder.resolve()
        return {
            "anchor": _text(_raw(self._anchor)),
            "keys": str(folder / "gate.keys"),
            "revoked": str(folder / "gate.revoked"),
        }

    def publish(self, *, as_of_s: int | None = None) -> None:
        """Write both lists anew, signed, as central will."""
        now_s = self._now_s() if as_of_s is None else as_of_s
        key = {"kid": _KID, "public": _text(_raw(self._issuer)), "since": now_s - 86_400, "until": now_s + 30 * 86_400}
        self._write("gate.keys", {"as_of": now_s, "keys": [key]})
        subjects = {_subject(kind).hex(): state for kind, state in _STATES.items()}
        self._write("gate.revoked", {"as_of": now_s, "subjects": subjects})

    def make(self, kind: str) -> str:
        """The text of a code; raises ValueError for a kind that nobody knows."""
        if kind not in KINDS:
            raise ValueError(f"pass is one of {', '.join(KINDS)}")
        if kind == "again" and self._last is not None:
            return self._last
        self._last = self._shown(kind)
        return self._last

    def _shown(self, kind: str) -> str:
        now_s = self._now_s()
        since_s = {"expired": now_s - 90_000, "not_yet": now_s + 3600}.get(kind, now_s - 600)
        until_s = since_s + 86_400
        shown_s = now_s + {"old": -90, "ahead": 90}.get(kind, 0)
        a = cbor(
            [1, "old-9" if kind == "unknown_key" else _KID, _subject(kind), 1, 3, _raw(self._phone), since_s, until_s]
        )
        issuer = Ed25519PrivateKey.generate() if kind == "false_signature" else self._issuer
        signed = issuer.sign(b"legal-hall attestation 1\x00" + a)
        b = cbor([shown_s, secrets.token_bytes(12), "some-other-hall" if kind == "other_hall" else self._hall])
        phone = Ed25519PrivateKey.generate() if kind == "false_phone" else self._phone
        shown = phone.sign(b"legal-hall presentation 1\x00" + hashlib.sha256(a + signed).digest() + b)
        return base45(cbor([a, signed, b, shown]))

    def _kept(self, name: str) -> Ed25519PrivateKey:
        path = self._folder / f"test-{name}.key"
        if not path.is_file():
            self._folder.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(secrets.token_bytes(32))
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())

    def _write(self, kind: str, content: dict[str, Any]) -> None:
        signed = json.dumps(content)
        signature = self._anchor.sign(f"legal-hall {kind} 1".encode() + b"\x00" + signed.encode())
        fresh = self._folder / f".{kind}.new"
        fresh.write_text(json.dumps({"signed": signed, "signature": _text(signature)}), encoding="utf-8")
        fresh.replace(self._folder / kind)


def cbor(value: Any) -> bytes:
    """RFC 8949, shortest form, as much of it as a pass needs."""
    match value:
        case None:
            return b"\xf6"
        case int():
            return _head(0, value)
        case bytes():
            return _head(2, len(value)) + value
        case str():
            return _head(3, len(value.encode())) + value.encode()
        case list():
            return _head(4, len(value)) + b"".join(cbor(item) for item in value)
    raise TypeError(type(value).__name__)


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    for extra, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 256**size:
            return bytes([major << 5 | extra]) + number.to_bytes(size, "big")
    raise ValueError("too big for CBOR")


def base45(data: bytes) -> str:
    """RFC 9285: two bytes are three signs, a last single byte is two."""
    found = ""
    for place in range(0, len(data), 2):
        pair = data[place : place + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            number, rest = divmod(number, 45)
            found += SIGNS[rest]
    return found


def _subject(kind: str) -> bytes:
    return hashlib.sha256(f"simulated holder {kind}".encode()).digest()[:16]


def _raw(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
