"""Our own bytes coming back: RS-485 adapters whose receiver stays on give the host all that it says.

Knows what was written and what was read. Must not know any device's frames: some devices answer with the very bytes of
the question (a Modbus write, a key's acknowledgement), and such an answer must not be taken for an echo. So bytes are
dropped only after the adapter has given itself away ``PROOFS`` times: our bytes came back whole and then something
else followed, or they came back and the device that was asked turned out to be silent. A write that does not come
back ends it.
"""

from __future__ import annotations

from typing import Final

PROOFS: Final = 2


class EchoFilter:
    """For one open port. `write` and `take` see all bytes; `silent` says that an answer was waited for in vain."""

    def __init__(self) -> None:
        self._proofs = 0
        self._written = b""
        self._back = bytearray()  # what has come since, as far as it equals what was written
        self._proved = True  # by the present write; one write is one proof at most
        self.dropped = 0

    @property
    def echoing(self) -> bool:
        """Whether this adapter is known to echo."""
        return self._proofs >= PROOFS

    def write(self, data: bytes) -> None:
        if self._written and not self._back and not self._proved:
            self._proofs = 0  # nothing at all came back
        self._written, self._proved = data, False
        self._back.clear()

    def take(self, data: bytes) -> bytes:
        """What the driver shall see of bytes that came."""
        if not data or self._proved:
            return data
        missing = self._written[len(self._back) :]
        same = _same_length(missing, data)
        if same < min(len(missing), len(data)):
            return self._other_bytes(data)
        self._back += data[:same]
        rest = data[same:]
        if rest and len(self._back) == len(self._written):
            self._prove()
        if not self.echoing:
            return data
        self.dropped += same
        return rest

    def silent(self) -> None:
        """The device did not answer: whatever came back was our own."""
        if self._written and bytes(self._back) == self._written and not self._proved:
            self._prove()

    def _prove(self) -> None:
        self._proved = True
        self._proofs = min(PROOFS, self._proofs + 1)

    def _other_bytes(self, data: bytes) -> bytes:
        """Something else came where an echo would stand: the bytes that were held back belong to it."""
        held = bytes(self._back) if self.echoing else b""
        self.dropped -= len(held)
        if len(self._back) < len(self._written):
            self._proofs = 0
        self._proved = True
        return held + data


def _same_length(left: bytes, right: bytes) -> int:
    """How many bytes at the beginning are equal."""
    length = min(len(left), len(right))
    if left[:length] == right[:length]:
        return length
    return next(at for at in range(length) if left[at] != right[at])
