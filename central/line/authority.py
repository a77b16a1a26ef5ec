"""Central's own certificate authority: makes its root once, signs controllers' keys, lists what was revoked.

Keys are ECDSA P-256. A controller makes its key itself and sends only a request (PKCS #10, RFC 2986). Roots and server
certificates are valid from 2020 on: a controller whose clock is behind must reach the broker to learn the time.
"""

from __future__ import annotations

import hashlib
import ipaddress
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from central.line.rules import CERTIFICATE_DAYS
from hall_config.sealed_value import SEALING_NAME

_FROM: Final = datetime(2020, 1, 1, tzinfo=UTC)
_ROOT_YEARS: Final = 30
_LIST_DAYS: Final = 3650  # Mosquitto takes no connection at all once its list is out of date
_MOST_BYTES: Final = 8192
RENEWAL: Final = b"legal-hall renewal 1\n"  # what a renewal's signature is made over, before the request's bytes


class BadRequest(ValueError):
    """A signing request or certificate that is not what it must be; ``code`` names how."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate that was just made."""

    serial: str
    pem: str
    not_after_ms: int


class Authority:
    """The root in ``folder``: ``ca.key`` (for central's user alone) and ``ca.crt``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key, self._root = _root_in(folder)

    @property
    def pem(self) -> str:
        """The root, which every controller keeps."""
        return self._root.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the root, 64 hexadecimal digits: what a one-time code carries the beginning of."""
        return fingerprint(self.pem)

    def sign(self, request_pem: str, hall: str, now: datetime) -> Issued:
        """A controller's certificate for 90 days; raises `BadRequest`."""
        request = read_request(request_pem)
        if _name(request.subject) != hall:
            raise BadRequest("CSR_NAME")
        not_after = now + timedelta(days=CERTIFICATE_DAYS)
        return self._issue(request.public_key(), hall, now - timedelta(days=1), not_after, _CLIENT)

    def for_program(self, name: str, hosts: Iterable[str]) -> tuple[str, str]:
        """Key and certificate of the broker (``hosts``: where it is reached) or of central itself; both PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._issue(key.public_key(), name, _FROM, _FROM + timedelta(days=365 * _ROOT_YEARS), _SERVER, hosts)
        return _key_pem(key), made.pem

    def for_signing(self, name: str) -> tuple[str, str]:
        """Key and certificate of central's own for signing under this name, and for nothing else; both PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._issue(key.public_key(), name, _FROM, _FROM + timedelta(days=365 * _ROOT_YEARS), _SIGNING)
        return _key_pem(key), made.pem

    def for_sealing(self, public: X25519PublicKey) -> str:
        """The certificate by which controllers know whom to seal personal data for; PEM."""
        return self._issue(public, SEALING_NAME, _FROM, _FROM + timedelta(days=365 * _ROOT_YEARS), ()).pem

    def https_files(self, folder: Path, hosts: Iterable[str]) -> tuple[Path, Path]:
        """Key and certificate of central's own pages for these names, made anew where the names have changed."""
        key_file, certificate_file, names_file = (folder / f"https.{end}" for end in ("key", "crt", "names"))
        names = "\n".join(hosts)
        if not names_file.exists() or names_file.read_text(encoding="utf-8") != names:
            key, certificate = self.for_program("central", names.splitlines())
            write_whole(key_file, key)
            write_whole(certificate_file, certificate)
            write_whole(names_file, names)
        return key_file, certificate_file

    def revocations(self, revoked: Iterable[tuple[str, datetime]], now: datetime) -> str:
        """The list of revoked serials, PEM."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self._root.subject)
        builder = builder.last_update(now - timedelta(days=1)).next_update(now + timedelta(days=_LIST_DAYS))
        for serial, at in revoked:
            one = x509.RevokedCertificateBuilder().serial_number(int(serial, 16)).revocation_date(at).build()
            builder = builder.add_revoked_certificate(one)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()

    def holder(self, certificate_pem: str) -> tuple[str, str]:
        """Name and serial of a certificate of ours; raises `BadRequest` for anybody else's."""
        certificate = _certificate(certificate_pem)
        try:
            certificate.verify_directly_issued_by(self._root)
        except (ValueError, TypeError, InvalidSignature):
            raise BadRequest("CERTIFICATE_OF_ANOTHER") from None
        return _name(certificate.subject), f"{certificate.serial_number:x}"

    def _issue(
        self,
        public: object,
        name: str,
        not_before: datetime,
        not_after: datetime,
        usage: Iterable[x509.ObjectIdentifier],
        hosts: Iterable[str] = (),
    ) -> Issued:
        assert isinstance(public, ec.EllipticCurvePublicKey | X25519PublicKey)
        serial = x509.random_serial_number()
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(self._root.subject)
            .public_key(public)
            .serial_number(serial)
            .not_valid_before(not_before)
            .not_valid_after(not_after)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        usages, places = list(usage), [_place(host) for host in hosts]
        if usages:
            builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        if places:
            builder = builder.add_extension(x509.SubjectAlternativeName(places), critical=False)
        made = builder.sign(self._key, hashes.SHA256())
        pem = made.public_bytes(serialization.Encoding.PEM).decode()
        return Issued(f"{serial:x}", pem, int(not_after.timestamp() * 1000))


_CLIENT: Final = (ExtendedKeyUsageOID.CLIENT_AUTH,)
_SERVER: Final = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH)
_SIGNING: Final = (ExtendedKeyUsageOID.CODE_SIGNING,)


def read_request(pem: str) -> x509.CertificateSigningRequest:
    """A request that its own key has signed, for a P-256 key; raises `BadRequest`."""
    if len(pem) > _MOST_BYTES:
        raise BadRequest("CSR_SHAPE")
    try:
        request = x509.load_pem_x509_csr(pem.encode("ascii"))
        key = request.public_key()
        right = request.is_signature_valid
    except (ValueError, UnicodeEncodeError, TypeError):
        raise BadRequest("CSR_SHAPE") from None
    if not right:
        raise BadRequest("CSR_SHAPE")
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise BadRequest("CSR_KEY")
    return request


def check_renewal(certificate_pem: str, request_pem: str, signature: bytes) -> None:
    """Raises `BadRequest` unless the holder of the present key asks for the new one."""
    key = _certificate(certificate_pem).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    try:
        key.verify(signature, RENEWAL + request_pem.encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise BadRequest("RENEWAL_SIGNATURE") from None


def fingerprint(pem: str) -> str:
    """SHA-256 over a certificate's DER."""
    return hashlib.sha256(_certificate(pem).public_bytes(serialization.Encoding.DER)).hexdigest()


def _certificate(pem: str) -> x509.Certificate:
    if len(pem) > _MOST_BYTES:
        raise BadRequest("CERTIFICATE_SHAPE")
    try:
        found = x509.load_pem_x509_certificate(pem.encode("ascii"))
        if not isinstance(found.public_key(), ec.EllipticCurvePublicKey):
            raise BadRequest("CERTIFICATE_SHAPE")
    except (ValueError, UnicodeEncodeError, TypeError):
        raise BadRequest("CERTIFICATE_SHAPE") from None
    return found


def _name(subject: x509.Name) -> str:
    names = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if len(names) == 1 else ""


def _place(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()


def _root_in(folder: Path) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """The root of this folder, made when there is none yet. The certificate is written last: it says that both are."""
    key_file, certificate_file = folder / "ca.key", folder / "ca.crt"
    if certificate_file.exists():
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key, x509.load_pem_x509_certificate(certificate_file.read_bytes())
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Legal hall central")])
    root = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_FROM + timedelta(days=365 * _ROOT_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_ROOT_USAGE, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    write_whole(key_file, _key_pem(key))
    write_whole(certificate_file, root.public_bytes(serialization.Encoding.PEM).decode())
    return key, root


_ROOT_USAGE: Final = x509.KeyUsage(
    digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
    key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
)  # fmt: skip


def write_whole(file: Path, text: str, mode: int = 0o600) -> None:
    """The file as it was or as it shall be, never half of it, also after a power cut."""
    fresh = file.with_suffix(file.suffix + ".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fchmod(out.fileno(), mode)  # whatever the account's umask takes away: the broker must read its lists
        os.fsync(out.fileno())
    fresh.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
