"""A stream of bytes, compressed and encrypted piece by piece, so that neither end holds more than a piece of it.

    "LHBACKUP" 1 | key's mark, 8 | salt, 32 | (length of the piece, 4 | piece) …

Each piece is AES-256-GCM under a key made by HKDF-SHA256 from key and salt; its nonce is the piece's number and whether
it is the last one, and the head is bound to each. So a piece that is changed, left out, doubled, moved, or missing at
the end is noticed before anything of it is used (the construction is STREAM, Hoang et al. 2015).
"""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC: Final = b"LHBACKUP\x01"
_MARK_BYTES: Final = 8
_SALT_BYTES: Final = 32
_HEAD_BYTES: Final = len(MAGIC) + _MARK_BYTES + _SALT_BYTES
_PIECE_BYTES: Final = 256 * 1024
_TAG_BYTES: Final = 16
_LINE_BYTES: Final = 256 * 1024 * 1024


class BadArchive(Exception):
    """Not an archive of ours (``NOT_ONE``), of another key (``OTHER_KEY``), or not as it was written (``DAMAGED``)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SealedWriter:
    """Takes bytes, writes pieces. What is written is worth nothing until `finish` has been called."""

    def __init__(self, out: BinaryIO, key: bytes) -> None:
        self._out = out
        salt = secrets.token_bytes(_SALT_BYTES)
        self._head = MAGIC + _mark(key) + salt
        self._cipher = AESGCM(_derived(key, salt, b"legal-hall backup 1 pieces", 32))
        self._pressed = zlib.compressobj(3)
        self._waiting = bytearray()
        self._number = 0
        out.write(self._head)

    def write(self, text: bytes) -> None:
        self._waiting += self._pressed.compress(text)
        while len(self._waiting) > _PIECE_BYTES:
            self._seal(bytes(self._waiting[:_PIECE_BYTES]), last=False)
            del self._waiting[:_PIECE_BYTES]

    def finish(self) -> None:
        """The last piece, which says that it is the last."""
        self._waiting += self._pressed.flush()
        while len(self._waiting) > _PIECE_BYTES:
            self._seal(bytes(self._waiting[:_PIECE_BYTES]), last=False)
            del self._waiting[:_PIECE_BYTES]
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last), piece, self._head)
        self._number += 1
        self._out.write(len(sealed).to_bytes(4, "big") + sealed)


def read_sealed(opened: BinaryIO, key: bytes) -> Iterator[bytes]:
    """The bytes that were written, each piece checked before it is given; raises `BadArchive`."""
    head = opened.read(_HEAD_BYTES)
    if len(head) != _HEAD_BYTES or not head.startswith(MAGIC):
        raise BadArchive("NOT_ONE")
    mark, salt = head[len(MAGIC) : -_SALT_BYTES], head[-_SALT_BYTES:]
    if not secrets.compare_digest(mark, _mark(key)):
        raise BadArchive("OTHER_KEY")
    cipher = AESGCM(_derived(key, salt, b"legal-hall backup 1 pieces", 32))
    unpressed = zlib.decompressobj()
    piece, number = _next_piece(opened), 0
    while piece is not None:
        following = _next_piece(opened)
        try:
            text = cipher.decrypt(_nonce(number, following is None), piece, head)
            while text:
                yield unpressed.decompress(text, _PIECE_BYTES)
                text = unpressed.unconsumed_tail
        except (InvalidTag, zlib.error):
            raise BadArchive("DAMAGED") from None
        piece, number = following, number + 1
    if not unpressed.eof or unpressed.unused_data:
        raise BadArchive("DAMAGED")


def lines_of(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Whole lines out of pieces; raises `BadArchive` for one that has no end."""
    rest = bytearray()
    for piece in pieces:
        begin = len(rest)
        rest += piece
        if b"\n" in piece:
            cut = rest.rindex(b"\n", begin) + 1
            yield from bytes(rest[:cut]).split(b"\n")[:-1]
            del rest[:cut]
        elif len(rest) > _LINE_BYTES:
            raise BadArchive("DAMAGED")
    if rest:
        raise BadArchive("DAMAGED")


def _next_piece(opened: BinaryIO) -> bytes | None:
    """The next sealed piece; None at the end of the file."""
    length = opened.read(4)
    if not length:
        return None
    size = int.from_bytes(length, "big")
    if len(length) < 4 or not _TAG_BYTES <= size <= _PIECE_BYTES + _TAG_BYTES:
        raise BadArchive("DAMAGED")
    piece = opened.read(size)
    if len(piece) < size:
        raise BadArchive("DAMAGED")
    return piece


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _mark(key: bytes) -> bytes:
    """Tells one key from another and nothing else of it."""
    return _derived(key, b"", b"legal-hall backup 1 mark", _MARK_BYTES)


def _derived(key: bytes, salt: bytes, purpose: bytes, size: int) -> bytes:
    return HKDF(SHA256(), size, salt, purpose).derive(key)
