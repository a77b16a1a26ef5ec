"""Pulled plugs: controller, broker, central, devices, clock. Nothing shown is lost, nothing is counted twice."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.journeys.house import Client, Hall, House, Program, journal_lines
from tests.journeys.old_days import old_day
from tests.parts import Mosquitto, wait_for

pytestmark = pytest.mark.once
KILLS = int(os.environ.get("KILLS", "20"))  # a longer day is asked for: KILLS=50 (docs/performance.md)


class Customers(threading.Thread):
    """Visitors and one member of staff who never give up; whatever they were answered is remembered."""

    def __init__(self, hall: Hall, number: int) -> None:
        super().__init__(daemon=True)
        self.client = Client(hall.pages.url)
        self.client._http.timeout = httpx2.Timeout(2.0)
        self.number = number
        self.answered: list[str] = []
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.is_set():
            try:
                status, ticket = self.client.post("/api/v1/tickets", {"service": random.choice("ABCDT")})
            except httpx2.TransportError:
                time.sleep(0.02)
                continue
            if status == 201:
                self.answered.append(ticket["number"])
            time.sleep(0.01)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_kills_at_random_instants_lose_nothing_and_repeat_nothing(house: House) -> None:
    house.start_central()
    hall = house.add_hall()
    people = [Customers(hall, number) for number in range(3)]
    for person in people:
        person.start()
    chance = random.Random(20261123)
    shown: set[str] = set()
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.05, 0.5))  # the instant of the power cut
        hall.edge.kill()
        hall.edge.start()
        wait_for(hall.pages.ready, "the controller after a power cut", 30)
        shown |= {number for slip in hall.slips() for number in slip["lines"] if _is_number(number)}
    for person in people:
        person.ended.set()
        person.join(30)
    answered = [number for person in people for number in person.answered]
    written = journal_lines(hall)
    tickets = [line["data"] for line in written if line["type"] == "ticket.issued/1"]
    assert len(answered) > KILLS
    days = [(ticket["day"], ticket["number"]) for ticket in tickets]  # midnight in China may come meanwhile
    assert len(days) == len(set(days)), "no number is used twice"
    issued = {ticket["number"] for ticket in tickets}
    assert set(answered) <= issued, "every answer stands in the journal"
    assert shown <= issued, "every slip stands in the journal"
    assert [line["seq"] for line in written] == list(range(1, len(written) + 1))
    last = len(written)
    wait_for(lambda: len(house.stored(hall.id)) >= last, "everything at central", 60)
    stored = house.stored(hall.id)
    assert [(event["seq"], event["id"]) for event in stored][:last] == [(line["seq"], line["id"]) for line in written]


def _is_number(text: str) -> bool:
    return len(text) >= 4 and text[0] in "ABCDT" and text[1:].isdigit()


def take(hall: Hall, count: int, service: str = "A") -> None:
    for _ in range(count):
        status, answer = hall.pages.post("/api/v1/tickets", {"service": service})
        assert status == 201, answer


def all_there_once(house: House, hall: Hall) -> list[dict[str, Any]]:
    """Wait until central has what the journal has, and check that it has it once and in order."""
    last = journal_lines(hall)[-1]["seq"]
    wait_for(lambda: len(house.stored(hall.id)) >= last, "everything at central", 60)
    stored = house.stored(hall.id)
    assert [event["seq"] for event in stored] == list(range(1, len(stored) + 1))
    assert len({event["id"] for event in stored}) == len(stored)
    return stored


def test_a_broker_killed_and_started_empty_costs_nothing(house: House, mosquitto: Mosquitto) -> None:
    house.start_central()
    hall = house.add_hall()
    take(hall, 5)
    for persistence in (False, True, False):
        mosquitto.kill()
        take(hall, 5)
        mosquitto.start(persistence=persistence)
        take(hall, 5)
        all_there_once(house, hall)


def test_central_killed_and_away_gets_all_of_it_later(house: House) -> None:
    central = house.start_central()
    hall = house.add_hall()
    take(hall, 3)
    all_there_once(house, hall)
    assert house.central is not None
    house.central.kill()
    take(hall, 40)
    hall.command(1, "open")
    for _ in range(20):
        assert hall.command(1, "call_next")[0] == 200
        assert hall.command(1, "start")[0] == 200
        assert hall.command(1, "finish")[0] == 200
    central = house.start_central()
    stored = all_there_once(house, hall)
    assert sum(event["type"] == "ticket.finished/1" for event in stored) == 20
    seen = wait_for(lambda: _live(central, hall.id), "the hall on the live page")
    assert seen["today"]["done"] == 20


def test_central_away_for_a_whole_day_counts_that_day_once(house: House) -> None:
    hall = house.add_hall()
    hall.edge.stop()
    totals = old_day(hall, tickets=400)
    hall.start_edge()
    central = house.start_central()
    stored = all_there_once(house, hall)
    closed = next(event["data"] for event in stored if event["type"] == "day.closed/1" and event["data"]["issued"] > 9)
    assert (closed["issued"], closed["done"]) == totals
    figures = central.get("/api/v1/figures", hall=hall.id, day=closed["day"])["items"]
    assert sum(row["issued"] for row in figures) == totals[0]
    assert sum(row["done"] for row in figures) == totals[1]


def _live(central: Client, hall: str) -> Any:
    found = [item for item in central.get("/api/v1/halls")["items"] if item["id"] == hall]
    return found[0] if found and found[0]["today"]["done"] == 20 else None


def test_a_device_unplugged_and_plugged_in_under_another_name_works_again(lone_house: House) -> None:
    hall = lone_house.add_hall()
    hall.do("printer", "unplug")
    wait_for(lambda: _part(hall, "printer") in ("lost", "absent"), "the printer missed")
    status, ticket = hall.pages.post("/api/v1/tickets", {"service": "A"})
    assert status == 201
    hall.do("printer", "replug", another_tty=True)
    wait_for(lambda: _part(hall, "printer") == "ready", "the printer back")
    assert hall.pages.post(f"/api/v1/tickets/{ticket['number']}/reprint", {})[0] == 200
    wait_for(lambda: any(ticket["number"] in slip["lines"] for slip in hall.slips()), "the slip after all")
    kinds = [line["type"] for line in journal_lines(hall) if line["data"].get("device") == "printer"]
    assert kinds.count("device.failed/1") >= 1
    assert kinds[-1] == "device.recovered/1"


def test_a_sign_that_was_off_its_bus_shows_the_call_when_it_is_back(lone_house: House) -> None:
    hall = lone_house.add_hall()
    hall.command(1, "open")
    take(hall, 2)
    hall.do("sign-1", "unplug")
    assert hall.command(1, "call_next")[1]["ticket"]["number"] == "A001"
    wait_for(lambda: hall.device("speaker")["count"], "the call by voice meanwhile")
    wait_for(lambda: _part(hall, "sign-1") == "lost", "the sign missed")
    assert _part(hall, "sign-2") == "ready"
    hall.do("sign-1", "replug")
    wait_for(lambda: _part(hall, "sign-1") == "ready", "the sign back")
    wait_for(lambda: "A001" in hall.device("sign-1")["text"], "the call on the sign that came back")


@pytest.mark.parametrize("fault", [{"action": "garble", "rate": 0.3, "seed": 7}, {"action": "silent"}])
def test_a_bad_line_degrades_its_own_device_and_nothing_else(lone_house: House, fault: dict[str, Any]) -> None:
    hall = lone_house.add_hall()
    hall.do("printer", **fault)
    hall.command(1, "open")
    status, ticket = hall.pages.post("/api/v1/tickets", {"service": "A"})
    assert status == 201
    assert hall.command(1, "call_next")[1]["ticket"]["number"] == ticket["number"]
    wait_for(lambda: ticket["number"] in hall.device("sign-1")["text"], "the call on the sign")
    wait_for(lambda: hall.device("speaker")["count"], "the call by voice")
    wait_for(lambda: _part(hall, "printer") != "ready", "the printer's trouble seen")
    hall.do("printer", "clear_faults")
    wait_for(lambda: _part(hall, "printer") == "ready", "the printer well again", 30)
    assert hall.pages.post(f"/api/v1/tickets/{ticket['number']}/reprint", {})[0] == 200
    wait_for(lambda: any(ticket["number"] in slip["lines"] for slip in hall.slips()), "the slip after all")


def _part(hall: Hall, device: str) -> str:
    parts = hall.pages.get("/readyz")["parts"]
    return str(next(part["state"] for part in parts if part["name"] == f"device:{device}"))


def test_a_megabyte_of_rubbish_on_a_line_stops_nothing(lone_house: House) -> None:
    hall = lone_house.add_hall()
    terminal_tty = Path(os.path.realpath(hall.folder / "run" / "dev" / "terminal-bus"))
    assert terminal_tty.exists()
    before = _memory_kb(hall.edge.pid)
    hall.do("terminal-1", "garble", rate=1.0, seed=3)
    for _ in range(40):
        hall.do("terminal-1", "press", key="recall")
    hall.do("terminal-1", "clear_faults")
    take(hall, 1)
    assert _memory_kb(hall.edge.pid) - before < 20_000


def _memory_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    raise AssertionError("no such process")


def test_a_second_controller_on_the_same_journal_ends_and_names_the_holder(lone_house: House) -> None:
    hall = lone_house.add_hall()
    second = Program(hall.edge.arguments, hall.folder / "second.log")
    second.start()
    assert second.process is not None
    assert second.process.wait(20) == 1
    second.process = None
    assert str(hall.edge.pid) in second.words()
    os.kill(hall.edge.pid, signal.SIGCONT)
    take(hall, 1)
