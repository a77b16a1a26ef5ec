"""Central as the fleet's people meet it, over HTTP: certificates for halls, and what central says it has stored."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpx2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from simulators.fleet.hall import FleetHall
from simulators.fleet.journal import canonical, digest
from simulators.fleet.line import KeyFiles

_PAGE: Final = 100_000  # events a request


class CentralRefused(Exception):
    """Central said no; the words are its own."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What central has of what was sent: all of it once, in order, and word for word, or not."""

    sent: int = 0
    stored: int = 0
    missing: int = 0
    different: int = 0
    out_of_place: int = 0

    def __add__(self, other: Comparison) -> Comparison:
        return Comparison(
            self.sent + other.sent, self.stored + other.stored, self.missing + other.missing,
            self.different + other.different, self.out_of_place + other.out_of_place,
        )  # fmt: skip

    @property
    def good(self) -> bool:
        return self.sent == self.stored and not (self.missing or self.different or self.out_of_place)


class Central:
    """A session at central; a context, ended with it."""

    def __init__(self, url: str, name: str, secret: str, authority: Path | None = None) -> None:
        verify: Any = str(authority) if authority is not None else True
        self._http = httpx2.Client(
            base_url=url, timeout=60.0, trust_env=False, verify=verify, limits=httpx2.Limits(keepalive_expiry=2.0)
        )
        try:
            told = self._answer("POST", "/api/v1/session", {"name": name, "secret": secret})
        except BaseException:
            self._http.close()
            raise
        self._http.headers["Authorization"] = f"Bearer {told['token']}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._http.close()

    def enrol(self, hall: str, folder: Path, unit: str) -> KeyFiles:
        """Key and certificate of a hall as its controller would get them; those it has already stay."""
        files = KeyFiles(*(folder / hall / name for name in ("key.pem", "certificate.pem", "ca.pem")))
        if files.certificate.exists():
            return files
        code = self._answer("POST", f"/api/v1/halls/{hall}/enrolment-code", {"unit": unit})["code"]
        key, csr = _key_and_request(hall)
        told = self._answer("POST", "/api/v1/enrolment", {"hall": hall, "code": code, "csr": csr})
        if hashlib.sha256(_der(told["ca"])).hexdigest()[:16] != code.rpartition("-")[2]:
            raise CentralRefused("the authority is not the one of the code")
        files.key.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(files.key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(key)
        files.authority.write_text(told["ca"], encoding="ascii")
        files.certificate.write_text(told["certificate"], encoding="ascii")
        return files

    def get(self, path: str) -> Any:
        """What central answers to a question."""
        answer = self._http.get(path)
        if answer.status_code != 200:
            raise CentralRefused(f"GET {path}: {answer.status_code} {answer.text[:200]}")
        return answer.json()

    def compare(self, hall: FleetHall) -> Comparison:
        """What central stored of this hall's journal against what was sent."""
        journal = hall.journal
        stored = different = out_of_place = 0
        for envelope in self._events(hall.name, journal.epoch):
            stored += 1
            if envelope["seq"] != stored:
                out_of_place += 1
            elif stored <= journal.last and digest(canonical(envelope)) != journal.digest_of(stored):
                different += 1
        return Comparison(journal.last, stored, max(0, journal.last - stored), different, out_of_place)

    def _events(self, hall: str, epoch: str) -> Iterator[dict[str, Any]]:
        from_seq, found = 1, _PAGE
        while found == _PAGE:
            found = 0
            asked: dict[str, str | int] = {"hall": hall, "epoch": epoch, "from_seq": from_seq, "limit": _PAGE}
            with self._http.stream("GET", "/api/v1/events", params=asked) as answer:
                if answer.status_code != 200:
                    return  # a hall or journal that central does not know: nothing is stored
                for line in answer.iter_lines():
                    envelope = json.loads(line)
                    found, from_seq = found + 1, envelope["seq"] + 1
                    yield envelope

    def _answer(self, method: str, path: str, body: dict[str, Any]) -> Any:
        answer = self._http.request(method, path, json=body, headers={"Idempotency-Key": secrets.token_hex(16)})
        if answer.status_code >= 300:
            raise CentralRefused(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer.json()


def _key_and_request(hall: str) -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hall)])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode(), request.public_bytes(serialization.Encoding.PEM).decode()


def _der(pem: str) -> bytes:
    return x509.load_pem_x509_certificate(pem.encode()).public_bytes(serialization.Encoding.DER)
