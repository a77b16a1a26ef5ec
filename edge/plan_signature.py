"""Whether a plan comes from central: signed by a certificate that its root has made for plans and for nothing else.

A hall's own certificate is from the same root; it is for being a client on the line, so it signs no plan. Dates of the
signer's certificate are not held against this controller's clock, which may be a year off.
"""

from __future__ import annotations

from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hall_config.handed_plan import SIGNED

SIGNER: Final = "central-plans"
_LARGEST: Final = 8192


class PlanRefused(Exception):
    """Whoever sent this plan cannot show that it is central's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_signature(root_pem: bytes, certificate_pem: str, plan: str, signature: bytes) -> None:
    """Raises `PlanRefused` unless the plan is central's."""
    if len(certificate_pem) > _LARGEST:
        raise PlanRefused("SIGNER")
    try:
        certificate = x509.load_pem_x509_certificate(certificate_pem.encode("ascii"))
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(root_pem))
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        key = certificate.public_key()
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        raise PlanRefused("SIGNER") from None
    names = [one.value for one in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if names != [SIGNER] or list(usage) != [ExtendedKeyUsageOID.CODE_SIGNING]:
        raise PlanRefused("SIGNER")
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise PlanRefused("SIGNER")
    try:
        key.verify(signature, SIGNED + plan.encode(), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, UnicodeEncodeError):
        raise PlanRefused("SIGNATURE") from None
