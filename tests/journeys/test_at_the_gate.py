"""A lawyers' gate end to end on real bytes, with neither broker nor central: code, check, journal, lock, door."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
import tomlkit

from edge import clock
from edge.main import Controller, build
from hall.wire import event_data, type_name
from hall_config.load import read_hall_file
from simulators.host import Host
from simulators.written_copy import with_ports
from tests.hall_config.good_hall import with_devices
from tests.journeys.house import PIN, House, journal_lines
from tests.parts import free_port
from tests.simulators.waiting import until

DEVICES = (
    'id = "gate-reader"\ndriver = "gm65-code-reader"\nport = "pty:"',
    'id = "gate-lock"\ndriver = "gpio-output"\nport = "gpio:5"',
    'id = "gate-door"\ndriver = "gpio-contact"\nport = "gpio:6"',
    'id = "ticket-button"\ndriver = "gpio-button"\nport = "gpio:7"\ngives = "A"\noptions = { lamp = "gpio:8" }',
)
GATE = """
[[gate]]
id = "gate-1"
lock = "gate-lock"
contact = "gate-door"
reader = "gate-reader"
unlock_s = 60
open_alarm_s = 60
"""
G = "gate-1"


class AtTheGate:
    """Simulated devices and the controller in one process, with real ports between them."""

    def __init__(self, folder: Path, text: str = "", *, closed: bool = True) -> None:
        self.folder = folder
        self.closed = closed
        text = text or with_devices(*DEVICES) + GATE
        listen = f'\n[pages]\nlisten = "127.0.0.1:{free_port()}"\n[data]\nfolder = "{folder / "data"}"\n'
        asked = folder / "asked.toml"
        asked.write_text(text + listen, encoding="utf-8")
        self.host = Host(read_hall_file(asked), folder / "run")
        self.host.open()
        self.ready = folder / "hall.toml"
        self.ready.write_text(with_ports(asked.read_text(encoding="utf-8"), self.host.ports()), encoding="utf-8")
        self.controller: Controller | None = None
        self.start()

    def start(self) -> None:
        self.controller = build(read_hall_file(self.ready))
        self.controller.start()
        until(lambda: self.state() != "UNKNOWN", "the gate is known", 30)
        until(lambda: self.state() == "CLOSED" or not self.closed, "the gate is closed", 30)
        until(lambda: all(one.state == "ready" for one in self.healths()), "all devices", 30)

    def stop(self) -> None:
        if self.controller is not None:
            self.controller.stop()
            self.controller = None

    def healths(self) -> Any:
        assert self.controller is not None
        return self.controller.devices.health()

    def state(self) -> str:
        assert self.controller is not None
        return self.controller.loop.look()[0].gate.gate(G).leaf.value

    def do(self, device: str, action: str, **arguments: Any) -> None:
        with self.host.stations[device].held() as one:
            one.do(action, arguments)

    def shows(self, device: str) -> dict[str, Any]:
        with self.host.stations[device].held() as one:
            return one.show()

    def events(self, prefix: str = "gate.") -> list[tuple[str, dict[str, Any]]]:
        assert self.controller is not None

        def read(journal: Any) -> list[tuple[str, dict[str, Any]]]:
            known = [event for _, event, _ in journal.events(0) if event is not None]
            told = [(type_name(event), event_data(event)) for event in known]
            return [(name, data) for name, data in told if name.startswith(prefix)]

        found: list[tuple[str, dict[str, Any]]] = self.controller.loop.on_journal(read)
        return found

    def names(self) -> list[str]:
        return [name.partition("/")[0].removeprefix("gate.") for name, _ in self.events()]

    def wait_for(self, *names: str) -> None:
        until(lambda: self.names()[-len(names) :] == list(names), f"{names}, not {self.names()}", 30)


@pytest.fixture
def good_clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """This machine's clock is said to be synchronised."""
    sign = tmp_path / "synchronized"
    sign.touch()
    monkeypatch.setattr(clock, "_SYNCHRONISED", sign)


@pytest.fixture
def at_gate(tmp_path: Path, good_clock: None) -> Iterator[AtTheGate]:
    made = AtTheGate(tmp_path)
    yield made
    made.stop()
    made.host.close()


def test_a_pass_lets_a_lawyer_in_and_does_so_once(at_gate: AtTheGate) -> None:
    with structlog.testing.capture_logs() as logs:
        at_gate.do("gate-reader", "scan", **{"pass": "good"})
        until(lambda: at_gate.shows("gate-lock")["pulses"] == 1, "the lock's pulse", 30)
        assert at_gate.names()[-1] == "unlocked"  # written before it was done
        at_gate.do("gate-door", "open")
        at_gate.wait_for("unlocked", "opened")
        at_gate.do("gate-door", "close")
        at_gate.wait_for("unlocked", "opened", "passed", "closed")
        until(lambda: at_gate.shows("gate-lock")["on"] is False, "the lock is released", 30)
        assert at_gate.shows("gate-lock")["last_s"] >= 0.6
        until(lambda: logs_of(logs, "gate.pass_checked") == [("gate-1", "ALLOW", "")], "the log", 30)
    assert at_gate.events()[-2] == ("gate.passed/1", {"gate": G, "by": "pass"})


def test_the_same_code_again_is_refused_also_after_a_restart(at_gate: AtTheGate) -> None:
    at_gate.do("gate-reader", "scan", **{"pass": "good"})
    at_gate.wait_for("unlocked")
    at_gate.do("gate-door", "open")
    at_gate.wait_for("opened")
    at_gate.do("gate-door", "close")
    at_gate.wait_for("closed")
    at_gate.stop()
    at_gate.start()
    at_gate.do("gate-reader", "scan", **{"pass": "again"})
    at_gate.wait_for("refused")
    assert at_gate.events()[-1][1] == {"gate": G, "verdict": "DENY", "reason": "used"}
    assert at_gate.shows("gate-lock")["pulses"] == 1


def test_a_restart_while_it_is_unlocked_gives_no_second_pulse(at_gate: AtTheGate) -> None:
    at_gate.do("gate-reader", "scan", **{"pass": "good"})
    until(lambda: at_gate.shows("gate-lock")["pulses"] == 1, "the pulse", 30)
    assert at_gate.controller is not None
    at_gate.stop()
    until(lambda: at_gate.shows("gate-lock")["on"] is False, "released", 30)
    at_gate.controller = build(read_hall_file(at_gate.ready))
    at_gate.controller.start()
    until(lambda: all(one.state == "ready" for one in at_gate.healths()), "all devices", 30)
    assert at_gate.state() == "UNLOCKED"
    at_gate.do("gate-door", "open")
    at_gate.wait_for("unlocked", "opened")
    assert at_gate.shows("gate-lock")["pulses"] == 1


@pytest.mark.parametrize(
    ("what", "verdict", "reason"),
    [
        ({"pass": "old"}, "DENY", "old_code"),
        ({"pass": "revoked"}, "DENY", "revoked"),
        ({"pass": "false_phone"}, "DENY", "signature"),
        ({"pass": "unknown_state"}, "MANUAL", "state_unknown"),
        ({"text": "'; DROP TABLE events; --"}, "DENY", "malformed"),
        ({"text": "4" * 4096}, "DENY", "malformed"),
        ({"text": "A\x00B"}, "DENY", "malformed"),
        ({"hex": "ed a0 bd ff"}, "DENY", "malformed"),
    ],
)
def test_what_is_no_good_pass_opens_nothing(
    at_gate: AtTheGate, what: dict[str, str], verdict: str, reason: str
) -> None:
    at_gate.do("gate-reader", "scan", **what)
    at_gate.wait_for("refused")
    assert at_gate.events()[-1][1] == {"gate": G, "verdict": verdict, "reason": reason}
    assert at_gate.shows("gate-lock")["pulses"] == 0
    assert at_gate.state() == "CLOSED"


def test_a_forced_door_and_a_lost_contact_are_told(at_gate: AtTheGate) -> None:
    at_gate.do("gate-door", "open")
    at_gate.wait_for("forced")
    at_gate.do("gate-door", "close")
    at_gate.wait_for("forced", "closed")
    at_gate.host.stations["gate-door"].line.unplug(None)
    at_gate.wait_for("contact_lost")
    at_gate.do("gate-reader", "scan", **{"pass": "good"})
    at_gate.wait_for("contact_lost", "refused")
    assert at_gate.events()[-1][1] == {"gate": G, "verdict": "MANUAL", "reason": "contact_lost"}
    at_gate.host.stations["gate-door"].line.replug(None)
    at_gate.wait_for("refused", "closed")


def test_no_journal_and_no_log_holds_anything_of_a_pass(at_gate: AtTheGate) -> None:
    assert at_gate.host.stations["gate-reader"].device.make_pass is not None  # type: ignore[attr-defined]
    code = at_gate.host.stations["gate-reader"].device.make_pass("good")  # type: ignore[attr-defined]
    with structlog.testing.capture_logs() as logs:
        at_gate.do("gate-reader", "scan", text=code)
        at_gate.wait_for("unlocked")
    found = json.dumps(logs, default=str) + json.dumps(at_gate.events(""))
    assert not any(code[place : place + 12] in found for place in range(0, len(code) - 12, 6))


def test_a_button_gives_a_ticket_and_its_lamp_is_lit_until_that_is_done(at_gate: AtTheGate) -> None:
    at_gate.do("ticket-button", "press")
    until(lambda: [name for name, _ in at_gate.events("ticket.")] == ["ticket.issued/1"], "a ticket", 30)
    until(lambda: at_gate.shows("ticket-button")["lamp"] is True, "the lamp", 30)  # no printer here: it waits
    assert at_gate.events("help.") == []
    assert at_gate.controller is not None
    at_gate.do("ticket-button", "press")
    at_gate.do("gate-door", "open")  # told after the press: so the press has been heard when this is
    at_gate.wait_for("forced")
    assert len(at_gate.events("ticket.")) == 1


def logs_of(logs: list[Any], event: str) -> list[tuple[str, str, str]]:
    return [(line["gate"], line["verdict"], line["reason"]) for line in logs if line["event"] == event]


@pytest.mark.slow
def test_in_a_hall_of_processes_the_staff_open_by_name(lone_house: House) -> None:
    hall = lone_house.add_hall(change=_with_gate)
    assert hall.state()  # anybody may see the hall
    assert "gate" not in json.dumps(hall.state())
    hall.do("gate-reader", "scan", text="no pass at all")
    until(lambda: gates(hall) == ["gate.closed/1", "gate.refused/1"], "refused", 30)
    status, answer = hall.pages.post("/api/v1/gates/gate-1/commands", {"command": "open"}, key="k1")
    assert (status, answer["state"], answer["events"]) == (200, "UNLOCKED", ["gate.unlocked"])
    again, same = hall.pages.post("/api/v1/gates/gate-1/commands", {"command": "open"}, key="k1")
    assert (again, same["events"]) == (200, ["gate.unlocked"])
    until(lambda: hall.device("gate-lock")["pulses"] == 1, "the pulse", 30)
    assert hall.pages.get("/api/v1/gates") == [{"gate": "gate-1", "state": "UNLOCKED"}]
    for gate, body, wanted in (
        ("gate-1", {"command": "open"}, 409),
        ("gate-9", {"command": "open"}, 404),
        ("gate-1", {"command": "close"}, 422),
        ("gate-1", {"command": "open", "x": 1}, 422),
        ("..%2f", {"command": "open"}, 404),
    ):
        assert hall.pages.post(f"/api/v1/gates/{gate}/commands", body)[0] == wanted, gate
    hall.do("gate-door", "open")
    hall.do("gate-door", "close")
    until(lambda: gates(hall)[-1] == "gate.closed/1", "closed", 30)
    passed = [line["data"] for line in journal_lines(hall) if line["type"] == "gate.passed/1"]
    assert passed == [{"gate": "gate-1", "by": "staff1"}]
    stranger = type(hall.pages)(hall.pages.url)
    assert stranger.post("/api/v1/gates/gate-1/commands", {"command": "open"})[0] == 401
    assert PIN not in hall.edge.words()


def gates(hall: Any) -> list[str]:
    return [line["type"] for line in journal_lines(hall) if line["type"].startswith("gate.")]


def _with_gate(file: Any) -> None:
    for table in DEVICES[:3]:
        part = dict(line.split(" = ") for line in table.splitlines())
        file["device"].append({key: value.strip('"') for key, value in part.items()})
    file["gate"] = tomlkit.parse(GATE)["gate"]


ON_A_BUS = (
    'id = "gate-reader"\ndriver = "newland-code-reader"\nport = "pty:"',
    'id = "relays-1"\ndriver = "waveshare-relay"\nline = "bus"\naddress = 1\noptions = { zones = [0, 1] }',
    'id = "inputs-1"\ndriver = "modbus-inputs"\nline = "bus"\naddress = 2',
)
BUS = '\n[[line]]\nid = "bus"\nport = "pty:"\n'
BUS_GATE = GATE.replace("gate-lock", "relays-1:7").replace("gate-door", "inputs-1:0") + 'passage = "inputs-1:1"\n'


def test_a_gate_on_a_relay_board_and_an_input_board(tmp_path: Path, good_clock: None) -> None:
    at_gate = AtTheGate(tmp_path, with_devices(*ON_A_BUS) + BUS + BUS_GATE, closed=False)
    try:
        at_gate.do("inputs-1", "set", input=0, on=True)
        until(lambda: at_gate.state() == "CLOSED", "closed", 30)
        at_gate.do("gate-reader", "scan", **{"pass": "good"})
        at_gate.wait_for("unlocked")
        until(lambda: at_gate.shows("relays-1")["relays"][7] is True, "the pulse on relay 7", 30)
        at_gate.do("inputs-1", "set", input=0, on=False)
        at_gate.wait_for("unlocked", "opened")
        at_gate.do("inputs-1", "press", input=1)
        at_gate.wait_for("opened", "passed")
        at_gate.do("inputs-1", "set", input=0, on=True)
        at_gate.wait_for("passed", "closed")
        until(lambda: at_gate.shows("relays-1")["relays"][7] is False, "the board ends it", 30)
    finally:
        at_gate.stop()
        at_gate.host.close()
