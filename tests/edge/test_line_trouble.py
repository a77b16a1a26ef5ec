"""What keeps a controller off the line, over a real broker with TLS: each trouble by its name, with words for it."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509

from central.line.authority import Authority
from central.line.broker_files import acl, configuration
from edge.line_key import LineFiles, LineKey, certificate_serial, new_key
from edge.mqtt_link import Connected, Heard, MqttLink, Will
from hall_config.wording import section
from tests.parts import Mosquitto, free_port, mosquitto, skip_unless, wait_for

__all__ = ["mosquitto"]
NOW = datetime.now(UTC)
pytestmark = pytest.mark.broker


@dataclass(frozen=True, slots=True)
class Line:
    """A broker as ``hall line broker`` sets it up, for ``127.0.0.1`` only, and the authority behind it."""

    folder: Path
    authority: Authority
    port: int

    def files(self, hall: str, signed: datetime = NOW, authority: Authority | None = None) -> LineFiles:
        """What a controller has; it trusts this broker whoever has signed its own certificate."""
        key, fresh = LineKey(self.folder / hall), new_key(hall)
        pem = (authority or self.authority).sign(fresh.request, hall, signed).pem
        key.keep(fresh, pem, self.authority.pem)
        assert key.files is not None
        return key.files


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    folder = tmp_path_factory.mktemp("line")
    made = Line(folder, Authority(folder), free_port())
    key, certificate = made.authority.for_program("broker", ["127.0.0.1"])
    revoked = made.files("hall-revoked").certificate.read_text()
    for name, text in {
        "broker.key": key, "broker.crt": certificate, "acl": acl(["hall-good", "hall-revoked", "hall-over"]),
        "crl.pem": made.authority.revocations([(certificate_serial(revoked), NOW)], NOW),
        "mosquitto.conf": configuration(folder, "127.0.0.1", made.port) + "user root\n",
    }.items():  # fmt: skip
        (folder / name).write_text(text)
    process = subprocess.Popen([skip_unless("mosquitto"), "-c", folder / "mosquitto.conf"], stderr=subprocess.DEVNULL)
    yield made
    process.kill()
    process.wait()


class Controller:
    def __init__(self, url: str, hall: str, files: LineFiles | None) -> None:
        self.heard: list[Heard] = []
        self.files = files
        will = Will(f"lh/1/{hall}/node/state", "{}")
        self.link = MqttLink(url, hall, None, (f"lh/1/{hall}/ack",), lambda: will, self.hear, lambda: self.files)
        self.hall = hall
        self.link.start()

    def hear(self, news: Heard) -> None:
        self.heard.append(news)
        if isinstance(news, Connected):
            self.link.publish(f"lh/1/{self.hall}/node/state", "{}", retain=True)


def trouble(url: str, hall: str, files: LineFiles | None) -> str:
    """The first trouble that a controller has."""
    controller = Controller(url, hall, files)
    try:
        return wait_for(lambda: controller.link.trouble, "a trouble with a name", 30)
    finally:
        controller.link.stop()


def test_a_controller_that_gets_enrolled_comes_on_the_line_by_itself(line: Line) -> None:
    controller = Controller(f"mqtts://127.0.0.1:{line.port}", "hall-good", None)
    try:
        wait_for(lambda: controller.link.trouble == "NOT_ENROLLED", "it says that it is not enrolled")
        controller.files = line.files("hall-good")
        wait_for(lambda: Connected() in controller.heard and not controller.link.trouble, "it is on the line")
    finally:
        controller.link.stop()


def test_a_certificate_is_good_whatever_the_controllers_clock_says(line: Line) -> None:
    """Root and broker are valid for years to both sides: a controller a year off reaches the line to learn the time."""
    for name in ("ca.crt", "broker.crt"):
        certificate = x509.load_pem_x509_certificate((line.folder / name).read_bytes())
        assert certificate.not_valid_before_utc < NOW - timedelta(days=5 * 365)
        assert certificate.not_valid_after_utc > NOW + timedelta(days=10 * 365)


def test_each_wrong_certificate_has_a_name_of_its_own(line: Line, tmp_path: Path) -> None:
    url = f"mqtts://127.0.0.1:{line.port}"
    foreign = Authority(_made(tmp_path / "foreign"))
    assert trouble(url, "hall-over", line.files("hall-over", NOW - timedelta(days=200))) == "CERTIFICATE_OVER"
    revoked = LineKey(line.folder / "hall-revoked").files
    assert trouble(url, "hall-revoked", revoked) == "CERTIFICATE_REVOKED"
    assert trouble(url, "hall-good", line.files("hall-good", authority=foreign)) == "CERTIFICATE_FOREIGN"
    assert trouble(url, "hall-unlisted", line.files("hall-unlisted")) == "NOT_PERMITTED"
    good = line.files("hall-good")
    (tmp_path / "other.pem").write_text(foreign.pem)
    assert trouble(url, "hall-good", replace(good, authority=tmp_path / "other.pem")) == "BROKER_FOREIGN"
    assert trouble(f"mqtts://localhost:{line.port}", "hall-good", good) == "BROKER_NAME"


def test_many_threads_say_something_at_once_over_one_connection(line: Line) -> None:
    """Only one of them writes: two in one TLS connection would tear the process down, or the connection."""
    controller = Controller(f"mqtts://127.0.0.1:{line.port}", "hall-good", line.files("hall-good"))
    try:
        wait_for(lambda: Connected() in controller.heard, "it is on the line", 30)
        payload = "x" * 4000

        def say() -> None:
            for _ in range(300):
                controller.link.publish("lh/1/hall-good/tlm/one", payload, qos=0)

        speakers = [threading.Thread(target=say) for _ in range(6)]
        for one in speakers:
            one.start()
        for one in speakers:
            one.join()
        assert controller.link.publish("lh/1/hall-good/node/state", "{}", retain=True)
        assert [one for one in controller.heard if one != Connected()] == []
    finally:
        controller.link.stop()


def test_a_broker_that_is_away_or_speaks_plainly_is_told_apart(line: Line, mosquitto: Mosquitto) -> None:
    good = line.files("hall-good")
    assert trouble(f"mqtts://127.0.0.1:{free_port()}", "hall-good", good) == "UNREACHABLE"
    assert trouble(f"mqtts://127.0.0.1:{mosquitto.port}", "hall-good", good) == "UNREACHABLE"  # it hangs up
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as pages:
        threading.Thread(target=pages.serve_forever, daemon=True).start()
        assert trouble(f"mqtts://127.0.0.1:{pages.server_port}", "hall-good", good) == "BROKER_PLAIN"
        pages.shutdown()


def test_every_trouble_has_words_in_both_languages_and_stands_in_the_docs() -> None:
    text = (Path(__file__).parents[2] / "docs" / "line.md").read_text(encoding="utf-8")
    for language in ("zh", "en"):
        words = section("line", language)
        assert set(words) >= {"NOT_ENROLLED", "NOT_PERMITTED", "UNREACHABLE", "REFUSED"}
        assert [name for name in words if f"`{name}`" not in text] == []


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
