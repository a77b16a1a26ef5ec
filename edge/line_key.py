"""This controller's key and certificate for the line to central, in the data folder: ``line/``.

The key is made here and never leaves; what central signs comes back as a certificate for 90 days. A new pair is written
beside the old one, and the link ``line`` is turned to it in one step: a power cut leaves the old pair or the new one.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

RENEWAL: Final = b"legal-hall renewal 1\n"  # what a renewal's signature is made over, before the request
_FOLDER: Final = "line"
_RENEWED_FROM: Final = 2 / 3  # of the certificate's life


@dataclass(frozen=True, slots=True)
class LineFiles:
    """Where TLS finds what it needs."""

    key: Path
    certificate: Path
    authority: Path


@dataclass(frozen=True, slots=True)
class Fresh:
    """A key that was just made, and the request for its certificate; both PEM."""

    key: str
    request: str


class LineKey:
    """The pair in force below ``data``."""

    def __init__(self, data: Path) -> None:
        self._folder = data / _FOLDER

    @property
    def files(self) -> LineFiles | None:
        """None while this controller is not enrolled."""
        found = LineFiles(self._folder / "key.pem", self._folder / "certificate.pem", self._folder / "ca.pem")
        return found if found.certificate.exists() else None

    @property
    def certificate(self) -> x509.Certificate | None:
        found = self.files
        return x509.load_pem_x509_certificate(found.certificate.read_bytes()) if found else None

    def due(self, now: datetime) -> bool:
        """Whether it is time for a new certificate."""
        certificate = self.certificate
        if certificate is None:
            return False
        begun, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        return now >= begun + (ends - begun) * _RENEWED_FROM

    def signed(self, request: str) -> bytes:
        """The present key's word for a request, as a renewal carries it."""
        found = self.files
        assert found is not None
        key = serialization.load_pem_private_key(found.key.read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key.sign(RENEWAL + request.encode(), ec.ECDSA(hashes.SHA256()))

    def keep(self, fresh: Fresh, certificate: str, authority: str, sealing: str = "") -> None:
        """Put a new pair in force, with central's sealing certificate where it has one.

        A ValueError when certificate and key do not belong together.
        """
        public = x509.load_pem_x509_certificate(certificate.encode()).public_key()
        key = serialization.load_pem_private_key(fresh.key.encode(), None)
        if public != key.public_key():
            raise ValueError("the certificate is of another key")
        made = self._folder.with_name(f"{_FOLDER}-{certificate_serial(certificate)}")
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(mode=0o700, parents=True)
        texts = {"key.pem": fresh.key, "ca.pem": authority, "certificate.pem": certificate}
        if sealing:
            texts["sealing.pem"] = sealing
        for name, text in texts.items():
            with open(os.open(made / name, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
        _sync(made)
        pointer = self._folder.with_name(f"{_FOLDER}.new")
        pointer.unlink(missing_ok=True)
        pointer.symlink_to(made.name)
        pointer.replace(self._folder)
        _sync(self._folder.parent)
        for other in self._folder.parent.glob(f"{_FOLDER}-*"):
            if other != made:
                shutil.rmtree(other, ignore_errors=True)


def certificate_serial(pem: str) -> str:
    """As central writes it: hexadecimal."""
    return f"{x509.load_pem_x509_certificate(pem.encode()).serial_number:x}"


def new_key(hall: str) -> Fresh:
    """A P-256 key and a request (PKCS #10) in the hall's name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hall)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return Fresh(text.decode(), request.public_bytes(serialization.Encoding.PEM).decode())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
