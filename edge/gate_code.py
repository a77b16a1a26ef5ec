"""What stands in a pass's QR code: base45 of CBOR, and nothing in it that names a person.

    base45( [ a, signature of a (64), b, signature of b (64) ] )            at most 400 characters
    a: attestation, signed by central   [ 1, kid, sub (16), role, lawyer_state_ver, device_pub (32), nbf, exp ]
    b: presentation, signed by the phone   [ iat, nonce (8 to 16), hall or null ]

Times are seconds since 1970. What is signed: ``legal-hall attestation 1`` NUL a, by the key that ``kid`` names;
``legal-hall presentation 1`` NUL SHA-256(a, its signature) b, by ``device_pub``: so the attestation's hash binds the
two and need not be sent. Reads a stranger's bytes: whatever is not exactly this is `MalformedPass`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Final

import cbor2

CODE_LIMIT: Final = 400
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES: Final = {sign: value for value, sign in enumerate(_ALPHABET)}
_ATTESTATION: Final = b"legal-hall attestation 1\0"
_PRESENTATION: Final = b"legal-hall presentation 1\0"
_LATEST_S: Final = 2**33
_KID_LIMIT: Final = 16
_HALL_LIMIT: Final = 40


class MalformedPass(ValueError):
    """The code is no pass. The words never repeat what stood in it."""


@dataclass(frozen=True, slots=True)
class PassCode:
    """One pass as it was shown; nothing of it is believed yet."""

    kid: str
    subject: bytes = field(repr=False)
    role: int
    state_version: int
    device_key: bytes = field(repr=False)
    not_before_s: int
    expires_s: int
    issued_s: int
    nonce: bytes = field(repr=False)
    hall: str | None
    attested: bytes = field(repr=False)  # what central signed
    attested_by: bytes = field(repr=False)
    presented: bytes = field(repr=False)  # what the phone signed
    presented_by: bytes = field(repr=False)

    def mark(self) -> str:
        """Tells this presentation from any other, and says nothing about its holder."""
        return hashlib.sha256(self.presented).hexdigest()[:32]


def read_pass(text: str) -> PassCode:
    """The pass in a code's text; raises `MalformedPass`."""
    if not 0 < len(text) <= CODE_LIMIT:
        raise MalformedPass("not 1 to 400 characters")
    parts = _array(from_base45(text), 4)
    attestation, attested_by, presentation, presented_by = (_bytes(part, 1, 300) for part in parts)
    if len(attested_by) != 64 or len(presented_by) != 64:
        raise MalformedPass("a signature has 64 bytes")
    version, kid, subject, role, state_version, device_key, not_before, expires = _array(attestation, 8)
    if version != 1 or type(version) is not int:
        raise MalformedPass("not version 1")
    issued, nonce, hall = _array(presentation, 3)
    bound = hashlib.sha256(attestation + attested_by).digest()
    return PassCode(
        kid=_text(kid, _KID_LIMIT),
        subject=_bytes(subject, 16, 16),
        role=_number(role),
        state_version=_number(state_version),
        device_key=_bytes(device_key, 32, 32),
        not_before_s=_number(not_before),
        expires_s=_number(expires),
        issued_s=_number(issued),
        nonce=_bytes(nonce, 8, 16),
        hall=None if hall is None else _text(hall, _HALL_LIMIT),
        attested=_ATTESTATION + attestation,
        attested_by=attested_by,
        presented=_PRESENTATION + bound + presentation,
        presented_by=presented_by,
    )


def from_base45(text: str) -> bytes:
    """RFC 9285; raises `MalformedPass`."""
    try:
        values = [_VALUES[sign] for sign in text]
    except KeyError:
        raise MalformedPass("not base45") from None
    found = bytearray()
    for place in range(0, len(values), 3):
        group = values[place : place + 3]
        number = sum(value * 45**power for power, value in enumerate(group))
        size = len(group) - 1
        if not size or number >= 256**size:
            raise MalformedPass("not base45")
        found += number.to_bytes(size, "big")
    return bytes(found)


def _array(data: bytes, length: int) -> Any:
    """One CBOR array of so many plain values in their shortest form, and nothing after it. No tag is looked into."""
    try:
        found = cbor2.loads(data, tag_hook=_no_tag, semantic_decoders=_NO_TAGS, max_depth=2, allow_indefinite=False)
        exact = isinstance(found, list) and len(found) == length and cbor2.dumps(found) == data
    except (cbor2.CBORError, ValueError, TypeError, RecursionError, OverflowError, MemoryError) as problem:
        raise MalformedPass(f"not CBOR ({type(problem).__name__})") from None
    if not exact:
        raise MalformedPass("not the array that it should be")
    return found


def _no_tag(*_: Any) -> Any:
    raise MalformedPass("a tag")


# cbor2 makes dates, patterns and addresses of tagged values; here every tag is refused before that.
_NO_TAGS: Final = dict.fromkeys((*range(64), 100, 256, 258, 260, 261, 1004, 43000, 55799), _no_tag)


def _bytes(value: Any, low: int, high: int) -> bytes:
    if type(value) is not bytes or not low <= len(value) <= high:
        raise MalformedPass("a value of the wrong form")
    return value


def _text(value: Any, limit: int) -> str:
    if type(value) is not str or not 0 < len(value) <= limit or not value.isascii() or not value.isprintable():
        raise MalformedPass("a value of the wrong form")
    return value


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= _LATEST_S:
        raise MalformedPass("a value of the wrong form")
    return value
