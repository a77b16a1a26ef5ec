"""``hall enrol`` against a central that runs as a process of its own, over HTTPS, and against those that are not it."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from central.line.authority import Authority
from edge.certificate_watch import CertificateWatch
from edge.clock import wall_now_ms
from edge.enrolment import EnrolmentFailed, meet, renew
from edge.line_key import LineKey, new_key
from edge.orders import OrderDesk
from hall_config.program import run
from tests.central.running import RunningCentral
from tests.parts import Mosquitto, mosquitto  # noqa: F401 - a fixture

HALL = "enrolled-hall"
YEAR_MS = 365 * 86_400_000


@pytest.fixture
def central(tmp_path: Path, mosquitto: Mosquitto):  # type: ignore[no-untyped-def]  # noqa: F811
    running = RunningCentral(tmp_path / "central", mosquitto)
    running.more = ["--https-host", "127.0.0.1"]
    running.start()
    yield running
    running.kill()


@pytest.fixture
def hall_file(tmp_path: Path) -> Path:
    file = tmp_path / "hall.toml"
    file.write_text(
        f'[hall]\nid = "{HALL}"\nname_zh = "测试"\nname_en = "Test"\n[data]\nfolder = "{tmp_path / "data"}"\n'
        '[[service]]\nletter = "A"\nname_zh = "咨询"\nname_en = "Advice"\n[[window]]\nnumber = 1\nservices = ["A"]\n',
        encoding="utf-8",
    )
    return file


def code(central: RunningCentral) -> str:
    client = central.client("hall_it")
    body, key = {"unit": "city"}, {"Idempotency-Key": "c"}
    given: str = client.post(f"/api/v1/halls/{HALL}/enrolment-code", json=body, headers=key).json()["code"]
    return given


@pytest.mark.broker
def test_a_controller_enrols_renews_and_is_told_what_is_wrong(
    central: RunningCentral,
    hall_file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given, where = code(central), ["enrol", "--config", str(hall_file), "--central", central.url]
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{given}\n"))
    assert run([*where, "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["hall"] == HALL
    assert "登记码" in told.err
    key = LineKey(tmp_path / "data")
    first = key.certificate
    assert first is not None
    assert run([*where, "--code", given]) == 1  # used
    assert "was used" in capsys.readouterr().err
    assert key.certificate == first
    renew(central.url, HALL, key)
    second = key.certificate
    assert second is not None
    assert second.serial_number != first.serial_number
    assert len(list((tmp_path / "data").glob("line-*"))) == 1


@pytest.mark.broker
def test_a_certificate_is_renewed_in_time_and_not_before(
    central: RunningCentral, hall_file: Path, tmp_path: Path
) -> None:
    assert run(["enrol", "--config", str(hall_file), "--central", central.url, "--code", code(central)]) == 0
    key = LineKey(tmp_path / "data")
    first = key.certificate
    watch = CertificateWatch(central.url, HALL, key, wall_now_ms)
    watch.look()
    assert key.certificate == first
    fast = OrderDesk(lambda work: None, lambda: wall_now_ms() + YEAR_MS)  # the controller's clock is a year ahead
    fast.central_clock(-YEAR_MS)  # as central's first acknowledgement tells
    CertificateWatch(central.url, HALL, key, fast.central_now_ms).look()
    assert key.certificate == first
    # as on day 61: the same root has signed one whose life is nearly over
    old, authority = new_key(HALL), Authority(central.data)
    key.keep(old, authority.sign(old.request, HALL, datetime.now(UTC) - timedelta(days=61)).pem, authority.pem)
    watch.look()  # central does not know this one
    assert key.certificate is not None
    assert key.due(datetime.now(UTC))


@pytest.mark.parametrize(
    ("url", "typed", "failed"),
    [
        ("central.example", "A-B-C-D-0123456789abcdef", "ADDRESS"),
        ("ftp://central.example", "A-B-C-D-0123456789abcdef", "ADDRESS"),
        ("http://central.example", "A-B-C-D-0123456789abcdef", "PLAIN_HTTP"),
        ("https://127.0.0.1:1", "ABCD", "CODE_SHAPE"),
        ("https://127.0.0.1:1", "A-B-C-D-0123456789abcdef", "NO_CENTRAL"),
    ],
)
def test_what_cannot_work_is_said_before_the_code_is(url: str, typed: str, failed: str) -> None:
    with pytest.raises(EnrolmentFailed) as found:
        meet(url, typed)
    assert found.value.code == failed


@pytest.mark.parametrize(("url", "exit_code"), [("https://127.0.0.1:1", 3), ("nonsense", 2)])
def test_a_central_that_is_not_there_is_missing_and_a_wrong_address_is_wrong_use(
    hall_file: Path, capsys: pytest.CaptureFixture[str], url: str, exit_code: int
) -> None:
    typed = "A-B-C-D-0123456789abcdef"
    assert run(["enrol", "--config", str(hall_file), "--central", url, "--code", typed]) == exit_code
    assert len(capsys.readouterr().err.strip().splitlines()) == 2


@pytest.mark.broker
def test_a_central_that_did_not_give_the_code_never_hears_it(central: RunningCentral) -> None:
    with pytest.raises(EnrolmentFailed) as found:
        meet(central.url, "AAAA-BBBB-CCCC-DDDD-0123456789abcdef")
    assert found.value.code == "OTHER_CENTRAL"


def test_a_pair_that_does_not_fit_is_not_put_in_force(tmp_path: Path) -> None:
    authority, one, other = Authority(tmp_path), new_key(HALL), new_key(HALL)
    key = LineKey(tmp_path / "data")
    with pytest.raises(ValueError, match="another key"):
        key.keep(one, authority.sign(other.request, HALL, datetime.now(UTC)).pem, authority.pem)
    assert key.files is None
