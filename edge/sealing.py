"""Sealing personal data for central, which alone can open it. Knows central's public key and no private one.

The key comes as a certificate of central's authority, so that it may come by any way: whoever puts another key in its
place would have to be the authority.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.x509.oid import NameOID

from hall_config.sealed_value import SEALING_NAME, seal


class NotCentrals(ValueError):
    """A sealing certificate that is none, or that central's authority did not give."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals values of one hall."""

    hall: str
    public: X25519PublicKey

    def seal(self, text: str, about: str) -> str:
        """A text that only central can read again, and only as what it is ``about``."""
        return seal(self.public, self.hall, about, text)


def read_sealer(hall: str, certificate: str, authority: str) -> Sealer:
    """Central's key out of its certificate; raises `NotCentrals`."""
    try:
        found = x509.load_pem_x509_certificate(certificate.encode("ascii"))
        found.verify_directly_issued_by(x509.load_pem_x509_certificate(authority.encode("ascii")))
        names = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        public = found.public_key()
    except (ValueError, TypeError, InvalidSignature) as problem:
        raise NotCentrals(f"no certificate of central's authority: {problem}") from None
    if [name.value for name in names] != [SEALING_NAME] or not isinstance(public, X25519PublicKey):
        raise NotCentrals("a certificate of the authority, but not of central's sealing key")
    return Sealer(hall, public)


def kept_sealer(hall: str, line: Path) -> Sealer | None:
    """The sealer of a controller that is enrolled; None before, and where central gave no key."""
    certificate, authority = line / "sealing.pem", line / "ca.pem"
    if not certificate.exists():
        return None
    return read_sealer(hall, certificate.read_text(encoding="ascii"), authority.read_text(encoding="ascii"))
