"""Getting a certificate from central: the first by a one-time code, later ones by the certificate before.

The code from central's page ends with the beginning of its root's fingerprint. So a controller that meets central for
the first time knows that it talks to the right one before it says its code, whatever certificates the machine trusts.
"""

from __future__ import annotations

import base64
import json
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from edge.line_key import LineKey, new_key

_WAIT_S: Final = 20.0
_MOST_BYTES: Final = 64 * 1024
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


class EnrolmentFailed(Exception):
    """``code`` names the words under ``enrol``; ``said`` is what central answered, if it did."""

    def __init__(self, code: str, said_zh: str = "", said_en: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.said = {"zh": said_zh, "en": said_en}


@dataclass(frozen=True, slots=True)
class Central:
    """Central's address, and the root that its certificate must come from (None: what this machine trusts)."""

    url: str
    authority: str | None = None

    def post(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        """The answer to one request; raises `EnrolmentFailed`."""
        data = json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data, {"Content-Type": "application/json"})  # noqa: S310 - checked in `meet`
        return _answered(request, _trusting(self.authority))


def enrol(url: str, hall: str, code: str, key: LineKey) -> str:
    """Make a key, have it signed, put it in force; gives the certificate's last day as central wrote it."""
    central = meet(url.rstrip("/"), code)
    fresh = new_key(hall)
    told = central.post("/api/v1/enrolment", {"hall": hall, "code": code, "csr": fresh.request})
    key.keep(fresh, told["certificate"], told["ca"], told.get("sealing", ""))
    return str(told["not_after"])


def renew(url: str, hall: str, key: LineKey) -> str:
    """A new key and certificate in place of those in force."""
    files = key.files
    if files is None:
        raise EnrolmentFailed("NOT_ENROLLED")
    fresh = new_key(hall)
    body = {
        "certificate": files.certificate.read_text(encoding="ascii"),
        "csr": fresh.request,
        "signature": base64.b64encode(key.signed(fresh.request)).decode(),
    }
    central = Central(url.rstrip("/"), files.authority.read_text(encoding="ascii"))
    told = central.post("/api/v1/enrolment/renewal", body)
    key.keep(fresh, told["certificate"], told["ca"], told.get("sealing", ""))
    return str(told["not_after"])


def meet(url: str, code: str) -> Central:
    """Central as the code's last part names it; raises `EnrolmentFailed` when somebody else answers."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise EnrolmentFailed("ADDRESS")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise EnrolmentFailed("PLAIN_HTTP")
    expected = code.strip().rpartition("-")[2].lower()
    if len(expected) != 16:
        raise EnrolmentFailed("CODE_SHAPE")
    unproved = ssl.create_default_context()
    unproved.check_hostname = False
    unproved.verify_mode = ssl.CERT_NONE  # only to learn the root, which is then held against the code
    told = _answered(urllib.request.Request(f"{url}/api/v1/authority"), unproved)  # noqa: S310 - scheme checked above
    authority = str(told.get("certificate", ""))
    if not _fingerprint(authority).startswith(expected):
        raise EnrolmentFailed("OTHER_CENTRAL")
    return Central(url, authority)


def _trusting(authority: str | None) -> ssl.SSLContext:
    """The machine's own roots, and central's."""
    context = ssl.create_default_context()
    if authority is not None:
        context.load_verify_locations(cadata=authority)
    return context


def _answered(request: urllib.request.Request, context: ssl.SSLContext) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(request, timeout=_WAIT_S, context=context) as answer:  # noqa: S310 - scheme checked
            told: dict[str, Any] = json.loads(answer.read(_MOST_BYTES))
            return told
    except urllib.error.HTTPError as refused:
        raise _refusal(refused.read(_MOST_BYTES)) from None
    except (OSError, ValueError) as problem:
        raise EnrolmentFailed("NO_CENTRAL", str(problem), str(problem)) from None


def _refusal(body: bytes) -> EnrolmentFailed:
    try:
        error = json.loads(body)["error"]
        return EnrolmentFailed("REFUSED", str(error["message_zh"]), str(error["message"]))
    except (ValueError, KeyError, TypeError):
        return EnrolmentFailed("NO_CENTRAL")


def _fingerprint(pem: str) -> str:
    try:
        return x509.load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA256()).hex()
    except ValueError:
        raise EnrolmentFailed("OTHER_CENTRAL") from None
