"""Sealed values: personal data that a controller may carry and nobody but central can open (docs/wire.md).

    "lhs1." + base64url without padding of: mark of central's key, 8 | fresh public key, 32 | sealed text and tag

X25519 between a key pair made for this one value and central's; HKDF-SHA256 over the shared secret, with both public
keys as salt and the purpose (hall and what the value is about) as info, gives the key of AES-256-GCM; as no key is
used twice the nonce is zero. The fresh private key is forgotten, so who sealed a value cannot open it again. A value
that is carried to another hall or another field does not open.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PREFIX: Final = "lhs1."
MOST_BYTES: Final = 16 * 1024
SEALING_NAME: Final = "central sealing"  # whom the authority's certificate of central's key names
_MARK_BYTES: Final = 8
_KEY_BYTES: Final = 32
_TAG_BYTES: Final = 16
_NONCE: Final = bytes(12)
_SHAPE: Final = re.compile(r"lhs1\.[A-Za-z0-9_-]{75,22000}")


class NotOpened(ValueError):
    """No sealed value, damaged, sealed for another hall or purpose, or for a key that is not here."""


def seal(public: X25519PublicKey, hall: str, about: str, text: str, fresh: X25519PrivateKey | None = None) -> str:
    """Seal for whoever has the private key; raises `ValueError` for a text that is too long.

    ``fresh`` is for comparing with a published example and nothing else: it must never be used twice.
    """
    clear = text.encode("utf-8", "surrogatepass")
    if len(clear) > MOST_BYTES:
        raise ValueError(f"a sealed value holds at most {MOST_BYTES} bytes")
    once = fresh or X25519PrivateKey.generate()
    theirs, ours = public.public_bytes_raw(), once.public_key().public_bytes_raw()
    key = _key(once.exchange(public), ours, theirs, hall, about)
    record = mark_of(public) + ours + AESGCM(key).encrypt(_NONCE, clear, None)
    return PREFIX + base64.urlsafe_b64encode(record).rstrip(b"=").decode()


def open_with(private: X25519PrivateKey, hall: str, about: str, sealed: str) -> str:
    """What was sealed for this key; raises `NotOpened`."""
    record = _record(sealed)
    public = private.public_key()
    ours, rest = record[_MARK_BYTES : _MARK_BYTES + _KEY_BYTES], record[_MARK_BYTES + _KEY_BYTES :]
    if record[:_MARK_BYTES] != mark_of(public):
        raise NotOpened("sealed for another key")
    try:
        secret = private.exchange(X25519PublicKey.from_public_bytes(ours))
        key = _key(secret, ours, public.public_bytes_raw(), hall, about)
        return AESGCM(key).decrypt(_NONCE, rest, None).decode("utf-8", "surrogatepass")
    except (InvalidTag, ValueError):  # a ValueError: a public key that leads to no secret
        raise NotOpened("damaged, or sealed for another hall or purpose") from None


def mark_of(public: X25519PublicKey) -> bytes:
    """Tells which key a value was sealed for."""
    return hashlib.sha256(public.public_bytes_raw()).digest()[:_MARK_BYTES]


def mark_in(sealed: str) -> bytes:
    """The mark of the key that opens a value; raises `NotOpened` for what is no sealed value."""
    return _record(sealed)[:_MARK_BYTES]


def _record(sealed: str) -> bytes:
    if not _SHAPE.fullmatch(sealed):
        raise NotOpened("not a sealed value")
    text = sealed[len(PREFIX) :]
    try:
        record = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except binascii.Error:
        raise NotOpened("not a sealed value") from None
    if len(record) < _MARK_BYTES + _KEY_BYTES + _TAG_BYTES:
        raise NotOpened("not a sealed value")
    return record


def _key(secret: bytes, ours: bytes, theirs: bytes, hall: str, about: str) -> bytes:
    purpose = f"legal-hall sealed 1\n{hall}\n{about}".encode()
    return HKDF(SHA256(), _KEY_BYTES, ours + theirs, purpose).derive(secret)
