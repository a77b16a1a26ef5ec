"""Devices that answer wrongly, twice or not at all: one device is named in words, and the hall goes on."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import tomlkit

from tests.journeys.house import Hall, House, journal_lines, run_hall
from tests.parts import wait_for

pytestmark = pytest.mark.slow


def parts(hall: Hall) -> dict[str, tuple[str, str]]:
    found = hall.pages.get("/readyz")["parts"]
    return {one["name"].removeprefix("device:"): (one["state"], one["reason"]) for one in found if ":" in one["name"]}


def in_trouble(hall: Hall) -> set[str]:
    return {device for device, (state, _) in parts(hall).items() if state != "ready"}


def told(hall: Hall, device: str) -> dict[str, str]:
    """What `hall devices list` says of it to IT."""
    found = json.loads(run_hall(["devices", "list", "--json", "--config", str(hall.file)]))
    return next(one for one in found["devices"] if one["id"] == device)


def heard_by(hall: Hall, device: str) -> int:
    """How many bytes have reached the device."""
    return int(hall.devices.get(f"/sim/devices/{device}")["bytes"]["heard"])


def log_lines(hall: Hall, event: str) -> list[dict[str, Any]]:
    lines = (json.loads(line) for line in hall.edge.words().splitlines() if line.startswith("{"))
    return [line for line in lines if line["event"] == event]


def call_is_shown(hall: Hall, window: int, sign: str) -> None:
    """A visitor comes and is called, and that sign shows it."""
    status, ticket = hall.pages.post("/api/v1/tickets", {"service": "A"})
    assert status == 201, ticket
    status, called = hall.command(window, "call_next")
    assert status == 200, called
    number = called["ticket"]["number"]
    wait_for(lambda: number in hall.device(sign)["text"], f"{number} on {sign}")
    hall.command(window, "start")
    hall.command(window, "finish")


class Server:
    """A serial server that is none: it closes at once, or it speaks HTTP."""

    def __init__(self, answer: bytes) -> None:
        self.accepted = 0
        self._answer = answer
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"socket://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.accepted += 1
            if self._answer:
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()
            else:
                connection.close()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            try:
                while connection.recv(4096):
                    connection.sendall(self._answer)
            except OSError:
                return

    def close(self) -> None:
        self._listening.close()


@pytest.fixture
def closing() -> Iterator[Server]:
    server = Server(b"")
    yield server
    server.close()


@pytest.fixture
def http() -> Iterator[Server]:
    server = Server(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    yield server
    server.close()


def test_ports_that_lead_to_something_else_are_told_apart_and_told_once(
    lone_house: House, closing: Server, http: Server
) -> None:
    hall = lone_house.add_hall(start=False)
    file: Any = tomlkit.parse(hall.file.read_text(encoding="utf-8"))
    elsewhere = {"printer": closing.url, "card-reader": http.url}
    for device in file["device"]:
        device["port"] = elsewhere.get(device["id"], device.get("port", ""))
        if not device["port"]:
            del device["port"]
    hall.file.write_text(tomlkit.dumps(file), encoding="utf-8")
    hall.start_edge()
    hall.pages.sign_in("staff1", "73920518")
    wait_for(lambda: in_trouble(hall) == set(elsewhere), "the two in trouble and nobody else", 30)
    wait_for(lambda: closing.accepted >= 5, "several attempts", 60)
    assert parts(hall)["card-reader"] == ("lost", "bad_frame")
    assert "串线" in told(hall, "card-reader")["look_at_zh"]
    assert "串口服务器" in told(hall, "printer")["look_at_zh"]
    hall.command(1, "open")
    call_is_shown(hall, 1, "sign-1")
    states = [line["state"] for line in log_lines(hall, "device.state") if line["device"] == "printer"]
    assert states.count("lost") <= 2
    failed = [line for line in journal_lines(hall) if line["type"] == "device.failed/1"]
    assert sum(line["data"]["device"] == "printer" for line in failed) <= 2


def test_a_sign_set_to_the_address_of_another_is_named_and_the_others_show_calls(lone_house: House) -> None:
    hall = lone_house.add_hall()
    hall.command(1, "open")
    hall.do("sign-2", "other_address", address=1)
    wait_for(lambda: "sign-2" in in_trouble(hall), "the sign that is not at its address", 40)
    assert in_trouble(hall) <= {"sign-1", "sign-2"}
    assert told(hall, "sign-2")["look_at_zh"]
    call_is_shown(hall, 1, "sign-1")
    hall.do("sign-2", "other_address", address=2)
    wait_for(lambda: not in_trouble(hall), "all well again", 40)


def test_a_torn_card_gives_no_ticket_and_the_next_card_does(lone_house: House) -> None:
    hall = lone_house.add_hall()
    hall.do("card-reader", "answer_fault", status="41", count=500)
    hall.do("card-reader", "tap_card", person="adult-1", stay_s=3)
    wait_for(lambda: log_lines(hall, "card.unreadable"), "the torn card", 30)
    said = log_lines(hall, "card.unreadable")
    assert [(line["device"], line["code"]) for line in said] == [("card-reader", "read_failed")]
    assert "999999" not in hall.edge.words()
    hall.do("card-reader", "clear_faults")
    hall.do("card-reader", "remove_card")
    assert not [line for line in journal_lines(hall) if line["type"] == "ticket.issued/1"]

    asked = heard_by(hall, "card-reader")
    three_questions = 3 * 10  # a card that follows within two empty answers is taken for the one before
    wait_for(lambda: heard_by(hall, "card-reader") > asked + three_questions, "the reader was asked")
    hall.do("card-reader", "tap_card", person="adult-2", stay_s=3)
    wait_for(
        lambda: any(line["type"] == "ticket.issued/1" for line in journal_lines(hall)),
        "a ticket for the next card",
        40,
    )
    assert not in_trouble(hall)
