"""Sealed values: the hall seals, central alone opens, and only for that hall and purpose."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from central.keeping.sealing_key import SealingKey
from central.line.authority import Authority
from edge.line_key import LineKey, new_key
from edge.sealing import NotCentrals, Sealer, kept_sealer, read_sealer
from hall_config.sealed_value import MOST_BYTES, NotOpened, open_with, seal
from tests.central.conftest import Web
from tests.central.test_line import code_for

TEXT = "张䶮 991001199001011234"
WIRE = (Path(__file__).parents[2] / "docs" / "wire.md").read_text(encoding="utf-8")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def sealer(authority: Authority, hall: str = "hall-a") -> Sealer:
    return read_sealer(hall, SealingKey(authority).certificate, authority.pem)


def test_only_central_opens_what_a_hall_has_sealed_and_only_as_what_it_is(authority: Authority) -> None:
    key = SealingKey(authority)
    sealed = sealer(authority).seal(TEXT, "person")
    assert sealed != sealer(authority).seal(TEXT, "person")
    assert len(sealed) < 200
    assert key.open(sealed, "hall-a", "person") == TEXT
    for hall, about in (("hall-b", "person"), ("hall-a", "phone"), ("hall-a\nperson", "")):
        with pytest.raises(NotOpened):
            key.open(sealed, hall, about)
    with pytest.raises(NotOpened):
        open_with(X25519PrivateKey.generate(), "hall-a", "person", sealed)
    at_other = SealingKey(Authority(_made(authority.folder / "other")))
    with pytest.raises(NotOpened, match="not here"):
        at_other.open(sealed, "hall-a", "person")


def test_what_is_damaged_or_made_up_is_named_and_never_opened(authority: Authority) -> None:
    key, sealed = SealingKey(authority), sealer(authority).seal(TEXT, "person")
    record = base64.urlsafe_b64decode(sealed[5:] + "==")
    spoilt = [b"", record[:-1], record[:55], record + b"\x00", record[:8] + bytes(32) + record[40:]]
    spoilt += [record[:at] + bytes([record[at] ^ 1]) + record[at + 1 :] for at in range(len(record))]
    texts = ["lhs1." + base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in spoilt]
    texts += [
        "",
        "lhs1.",
        sealed[5:],
        "lhs2." + sealed[5:],
        sealed + "=",
        sealed + "\n",
        "lhs1." + "é" * 90,
        "A" * 100_000,
    ]
    for one in texts:
        with pytest.raises(NotOpened):
            key.open(one, "hall-a", "person")
    with pytest.raises(ValueError, match="at most"):
        sealer(authority).seal("x" * (MOST_BYTES + 1), "person")


def test_a_renewed_key_still_opens_what_was_sealed_before(authority: Authority) -> None:
    before = sealer(authority).seal(TEXT, "person")
    SealingKey(authority).renew()
    after = sealer(authority).seal(TEXT, "person")
    again = SealingKey(authority)
    assert [again.open(one, "hall-a", "person") for one in (before, after)] == [TEXT, TEXT]
    assert {file.stat().st_mode & 0o077 for file in authority.folder.glob("sealing*.key")} == {0}
    assert len(list(authority.folder.glob("sealing*.key"))) == 2


def test_a_controller_seals_for_nobody_but_its_central(authority: Authority) -> None:
    other = Authority(_made(authority.folder / "other"))
    csr = new_key("hall-a")
    own = authority.sign(csr.request, "hall-a", datetime(2026, 1, 1, tzinfo=UTC)).pem
    for certificate in (SealingKey(other).certificate, own, authority.pem, "", "x", "é", csr.key):
        with pytest.raises(NotCentrals):
            read_sealer("hall-a", certificate, authority.pem)


def test_a_hall_gets_the_key_when_it_enrols(web: Web, tmp_path: Path) -> None:
    fresh = new_key("hall-one")
    wish = {"hall": "hall-one", "code": code_for(web, "hall-one"), "csr": fresh.request}
    told = web.client().post("/api/v1/enrolment", json=wish).json()
    line = LineKey(_made(tmp_path / "edge"))
    line.keep(fresh, told["certificate"], told["ca"], told["sealing"])
    assert line.files is not None
    found = kept_sealer("hall-one", line.files.certificate.parent)
    assert found is not None
    key = SealingKey(web.parts.authority)
    assert key.open(found.seal(TEXT, "person"), "hall-one", "person") == TEXT


def test_the_documents_example_is_what_we_make() -> None:
    """Whoever writes another controller has this to compare with; here it is made without our own functions."""
    example = dict(re.findall(r"^\| `([a-z ]+)` \| `([^`]+)` \|$", WIRE, re.MULTILINE))
    private = X25519PrivateKey.from_private_bytes(bytes.fromhex(example["private key of central"]))
    fresh = X25519PrivateKey.from_private_bytes(bytes.fromhex(example["fresh private key"]))
    public = private.public_key()
    hall, about, text = example["hall"], example["about"], example["text"]
    assert seal(public, hall, about, text, fresh) == example["sealed"]
    assert open_with(private, hall, about, example["sealed"]) == text
    ours, theirs = fresh.public_key().public_bytes_raw(), public.public_bytes_raw()
    purpose = f"legal-hall sealed 1\n{hall}\n{about}".encode()
    key = HKDF(SHA256(), 32, ours + theirs, purpose).derive(fresh.exchange(public))
    record = base64.urlsafe_b64decode(example["sealed"][5:] + "=" * (-len(example["sealed"][5:]) % 4))
    assert record[40:] == AESGCM(key).encrypt(bytes(12), text.encode(), None)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
