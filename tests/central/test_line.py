"""Enrolment and the broker's lists, over a real Mosquitto with TLS: who is on the line, and who no longer."""

from __future__ import annotations

import base64
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from paho.mqtt.enums import CallbackAPIVersion

from central.accounts.permissions import Role
from central.line.authority import Authority, BadRequest, check_renewal, fingerprint
from central.line.broker_files import BrokerFiles, acl
from edge.line_key import LineFiles, LineKey, new_key
from tests.central.asking import check_error
from tests.central.conftest import Web
from tests.parts import free_port, skip_unless, wait_for

KEY = {"Idempotency-Key": "k"}


def code_for(web: Web, hall: str, key: str = "c1") -> str:
    client = web.as_role(Role.HALL_IT)
    answer = client.post(
        f"/api/v1/halls/{hall}/enrolment-code", json={"unit": "city"}, headers={"Idempotency-Key": key}
    )
    assert answer.status_code == 201, answer.text
    code: str = answer.json()["code"]
    return code


def enrolled(web: Web, hall: str, folder: Path, key: str = "c1") -> LineKey:
    """A controller that went through the whole of it."""
    line, fresh = LineKey(folder), new_key(hall)
    body = {"hall": hall, "code": code_for(web, hall, key), "csr": fresh.request}
    answer = web.client().post("/api/v1/enrolment", json=body)
    assert answer.status_code == 201, answer.text
    line.keep(fresh, answer.json()["certificate"], answer.json()["ca"])
    return line


def test_a_code_gives_one_certificate_and_the_hall_its_place(web: Web, tmp_path: Path) -> None:
    line = enrolled(web, "hall-one", tmp_path / "one")
    certificate = line.certificate
    assert certificate is not None
    assert certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "hall-one"
    days = (certificate.not_valid_after_utc - datetime.now(UTC)).days
    assert 88 <= days <= 90
    assert not line.due(datetime.now(UTC) + timedelta(days=55))
    assert line.due(datetime.now(UTC) + timedelta(days=61))
    (told,) = web.as_role(Role.HALL_IT).get("/api/v1/halls/hall-one/certificates").json()["items"]
    assert told["revoked_at"] is None
    assert (tmp_path / "one" / "line" / "key.pem").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("wrong", ["used", "other hall", "nonsense", "no code"])
def test_a_wrong_code_is_answered_alike_and_gives_nothing(web: Web, tmp_path: Path, wrong: str) -> None:
    code = "AAAA-AAAA-AAAA-AAAA-0123456789abcdef" if wrong == "no code" else code_for(web, "hall-one")
    if wrong == "used":
        assert web.client().post("/api/v1/enrolment", json=_wish("hall-one", code)).status_code == 201
    body = _wish("hall-two" if wrong == "other hall" else "hall-one", "x" if wrong == "nonsense" else code)
    check_error(web.client().post("/api/v1/enrolment", json=body), 401, "WRONG_ENROLMENT")


def _wish(hall: str, code: str) -> dict[str, str]:
    return {"hall": hall, "code": code, "csr": new_key(hall).request}


@pytest.mark.parametrize(
    ("csr", "code"),
    [("", "WRONG_FIELD"), ("x" * 9000, "WRONG_FIELD"), ("rubbish", "CSR_SHAPE"), ("号", "CSR_SHAPE")],
)
def test_a_request_that_is_none_leaves_the_code_good(web: Web, csr: str, code: str) -> None:
    given = code_for(web, "hall-one")
    check_error(web.client().post("/api/v1/enrolment", json={"hall": "hall-one", "code": given, "csr": csr}), 422, code)
    assert web.client().post("/api/v1/enrolment", json=_wish("hall-one", given)).status_code == 201


def _csr(name: str, key: Any) -> str:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM).decode()


@pytest.mark.parametrize(
    ("csr", "code"),
    [
        (_csr("hall-two", ec.generate_private_key(ec.SECP256R1())), "CSR_NAME"),
        (_csr("hall-one", ec.generate_private_key(ec.SECP384R1())), "CSR_KEY"),
        (_csr("hall-one", rsa.generate_private_key(65537, 2048)), "CSR_KEY"),
    ],
    ids=["another name", "another curve", "rsa"],
)
def test_only_the_halls_own_name_on_a_good_key_is_signed(web: Web, csr: str, code: str) -> None:
    given = code_for(web, "hall-one")
    check_error(web.client().post("/api/v1/enrolment", json={"hall": "hall-one", "code": given, "csr": csr}), 422, code)


def test_a_second_enrolment_kills_the_first_certificate(web: Web, tmp_path: Path) -> None:
    enrolled(web, "hall-one", tmp_path / "stolen")
    enrolled(web, "hall-one", tmp_path / "new", "c2")
    new, old = web.as_role(Role.HALL_IT).get("/api/v1/halls/hall-one/certificates").json()["items"]
    assert (new["revoked_at"], old["revoked_at"] is not None) == (None, True)


def _renewal(line: LineKey, **changes: str) -> dict[str, str]:
    files, fresh = line.files, new_key("hall-one")
    assert files is not None
    signature = base64.b64encode(line.signed(fresh.request)).decode()
    return {"certificate": files.certificate.read_text(), "csr": fresh.request, "signature": signature, **changes}


def test_whoever_holds_the_present_key_gets_a_new_certificate(web: Web, tmp_path: Path) -> None:
    line = enrolled(web, "hall-one", tmp_path / "one")
    assert web.client().post("/api/v1/enrolment/renewal", json=_renewal(line)).status_code == 201
    assert len(web.as_role(Role.HALL_IT).get("/api/v1/halls/hall-one/certificates").json()["items"]) == 2


def test_a_renewal_of_nobody_is_refused(web: Web, tmp_path: Path) -> None:
    line = enrolled(web, "hall-one", tmp_path / "one")
    other = Authority(_made(tmp_path / "other"))
    foreign = other.sign(new_key("hall-one").request, "hall-one", datetime.now(UTC)).pem
    for changes, code in (
        ({"signature": base64.b64encode(b"x" * 70).decode()}, "RENEWAL_SIGNATURE"),
        ({"signature": "not base64"}, "RENEWAL_SIGNATURE"),
        ({"certificate": "rubbish"}, "CERTIFICATE_SHAPE"),
        ({"certificate": foreign}, "CERTIFICATE_OF_ANOTHER"),
        ({"csr": new_key("hall-one").request}, "RENEWAL_SIGNATURE"),
    ):
        check_error(web.client().post("/api/v1/enrolment/renewal", json=_renewal(line, **changes)), 422, code)
    revoked = web.as_role(Role.HALL_IT).post("/api/v1/halls/hall-one/revocations", json={}, headers=KEY)
    assert revoked.json() == {"hall": "hall-one", "revoked": 1}
    check_error(web.client().post("/api/v1/enrolment/renewal", json=_renewal(line)), 409, "CERTIFICATE_OVER")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_the_root_is_made_once_and_kept(tmp_path: Path) -> None:
    first, again = Authority(tmp_path), Authority(tmp_path)
    assert first.fingerprint == again.fingerprint == fingerprint(first.pem)
    assert (tmp_path / "ca.key").stat().st_mode & 0o077 == 0


def test_the_access_list_gives_a_hall_its_own_topics_and_no_more() -> None:
    lines = acl(["hall-one"]).splitlines()
    assert "topic write lh/1/hall-one/evt" in lines
    assert "topic read lh/1/hall-one/ack" in lines
    assert not any("readwrite lh/1/hall-one" in one or "write lh/1/hall-one/ack" in one for one in lines)


# --- a real broker ----------------------------------------------------------------------------------------


class TlsBroker:
    """Mosquitto as ``hall line broker`` sets it up, reloaded when its lists change, as systemd does."""

    def __init__(self, folder: Path, files: BrokerFiles) -> None:
        self.folder, self.port = folder, free_port()
        files.prepare(["127.0.0.1", "localhost"], "127.0.0.1", self.port)
        configuration = folder / "mosquitto.conf"
        configuration.write_text(configuration.read_text() + "user root\nlog_dest file " + str(folder / "log") + "\n")
        self.process = subprocess.Popen([skip_unless("mosquitto"), "-c", str(configuration)], stdout=subprocess.DEVNULL)
        wait_for(self._answers, "the broker")
        self._seen = self._mark()
        self._ending = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def _mark(self) -> tuple[float, ...]:
        return tuple((self.folder / name).stat().st_mtime for name in ("acl", "crl.pem"))

    def _watch(self) -> None:
        while not self._ending.wait(0.1):
            if self._mark() != self._seen:
                self._seen = self._mark()
                self.process.send_signal(signal.SIGHUP)

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        self._ending.set()
        self._watcher.join()
        self.process.kill()
        self.process.wait()


class OnLine:
    """A client with a certificate; what it hears, and whether the broker took it."""

    def __init__(self, broker: TlsBroker, name: str, files: LineFiles) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.up = threading.Event()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5)
        context = ssl.create_default_context(cafile=str(files.authority))
        context.load_cert_chain(str(files.certificate), str(files.key))
        self.client.tls_set_context(context)
        self.client.on_connect = lambda *_: self.up.set()
        self.client.on_disconnect = lambda *_: self.up.clear()
        self.client.on_message = lambda _client, _data, message: self.heard.append((message.topic, message.payload))
        self.client.connect("127.0.0.1", broker.port)
        self.client.loop_start()

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def gets_in(broker: TlsBroker, name: str, files: LineFiles) -> bool:
    """Whether the broker takes a connection with this certificate."""
    try:
        line = OnLine(broker, name, files)
    except OSError:
        return False
    came = line.up.wait(3)
    line.close()
    return came


@pytest.fixture
def broker(web: Web, tmp_path: Path) -> Iterator[tuple[Web, TlsBroker]]:
    files = BrokerFiles(web.database, web.parts.authority, tmp_path / "broker")
    with_files = Web(web.database, replace(web.parts, broker_files=files))
    running = TlsBroker(tmp_path / "broker", files)
    yield with_files, running
    running.stop()


def central_of(broker: TlsBroker) -> LineFiles:
    folder = broker.folder
    return LineFiles(folder / "central.key", folder / "central.crt", folder / "ca.crt")


@pytest.mark.broker
def test_a_hall_says_its_own_and_nothing_of_another_until_it_is_revoked(
    broker: tuple[Web, TlsBroker], tmp_path: Path
) -> None:
    web, running = broker
    files = [enrolled(web, name, tmp_path / name, name).files for name in ("hall-one", "hall-two")]
    assert files[0] is not None
    assert files[1] is not None
    central = OnLine(running, "central", central_of(running))
    assert central.up.wait(30)
    central.client.subscribe("lh/1/#", qos=1)
    one, two = OnLine(running, "hall-one", files[0]), OnLine(running, "hall-two", files[1])
    assert one.up.wait(30)
    assert two.up.wait(30)
    two.client.subscribe([("lh/1/+/ack", 1), ("lh/1/+/evt", 1)])

    def said(topic: str, payload: bytes) -> bool:
        one.client.publish(topic, payload, qos=1)
        time.sleep(0.05)
        return any(heard == (topic, payload) for heard in central.heard)

    wait_for(lambda: said("lh/1/hall-one/evt", b"mine"), "a hall's own event reaches central")  # the lists are reread
    for topic in ("lh/1/hall-two/evt", "lh/1/hall-one/ack", "lh/1/central/state", "lh/1/hall-two/node/state"):
        one.client.publish(topic, b"forged", qos=1)

    def acknowledged() -> bool:  # again and again: nothing is kept for who has not subscribed yet
        central.client.publish("lh/1/hall-one/ack", b"not yours", qos=1)
        central.client.publish("lh/1/hall-two/ack", b"yours", qos=1)
        time.sleep(0.05)
        return bool(two.heard)

    wait_for(acknowledged, "the other hall hears its own acknowledgement")
    wait_for(lambda: said("lh/1/hall-one/rsp", b"last"), "what was forged had its time")
    assert not any(payload == b"forged" for _, payload in central.heard)
    denied = [line for line in (running.folder / "log").read_text().splitlines() if "Denied PUBLISH" in line]
    topics = {line.split("'")[1] for line in denied if "Denied PUBLISH from hall-one (" in line}
    topics.discard("lh/1/hall-one/evt")  # until the broker had read the lists that name this hall
    assert topics == {"lh/1/hall-two/evt", "lh/1/hall-one/ack", "lh/1/central/state", "lh/1/hall-two/node/state"}
    assert not any("Denied PUBLISH from hall-two" in line for line in denied)
    assert set(two.heard) == {("lh/1/hall-two/ack", b"yours")}

    assert web.as_role(Role.HALL_IT).post("/api/v1/halls/hall-one/revocations", json={}, headers=KEY).status_code == 201
    began_s = time.monotonic()
    count = iter(range(10_000))

    def still_taken() -> bool:
        return said("lh/1/hall-one/evt", f"after {next(count)}".encode())

    wait_for(lambda: not still_taken(), "a revoked hall says nothing any more", 60)
    assert time.monotonic() - began_s < 60
    one.close()
    assert not gets_in(running, "hall-one", files[0])
    two.close()
    central.close()


@pytest.mark.broker
def test_a_certificate_of_another_authority_gets_no_connection(broker: tuple[Web, TlsBroker], tmp_path: Path) -> None:
    _web, running = broker
    foreign, fresh = Authority(_made(tmp_path / "foreign")), new_key("hall-one")
    line = LineKey(tmp_path / "thief")
    line.keep(fresh, foreign.sign(fresh.request, "hall-one", datetime.now(UTC)).pem, foreign.pem)
    assert line.files is not None
    with pytest.raises(ssl.SSLError):  # it does not even trust our broker
        OnLine(running, "hall-one", line.files)
    assert not gets_in(running, "hall-one", replace(line.files, authority=running.folder / "ca.crt"))


def test_a_renewal_is_checked_against_the_key_it_renews(web: Web, tmp_path: Path) -> None:
    line = enrolled(web, "hall-one", tmp_path / "one")
    other = enrolled(web, "hall-two", tmp_path / "two", "c2")
    files, request = line.files, new_key("hall-one").request
    assert files is not None
    check_renewal(files.certificate.read_text(), request, line.signed(request))
    with pytest.raises(BadRequest):
        check_renewal(files.certificate.read_text(), request, other.signed(request))
