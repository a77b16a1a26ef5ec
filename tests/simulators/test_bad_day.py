"""A bad day: the same seed gives the same faults, each of them ends, and nothing is left broken."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from typing import Any

import pytest

from simulators.bad_day import BadDay, Mishap, Patient, ending, plan_of
from tests.parts import wait_for

PATIENTS = [
    Patient("printer", "escpos-printer", "printer"),
    Patient("reader", "sam-id-card", "reader"),
    Patient("sign-1", "onbon-bx-sign", "bus"),
    Patient("sign-2", "onbon-bx-sign", "bus"),
    Patient("relay", "waveshare-relay", "relay"),
    Patient("button", "gpio-button", "pins", on_bytes=False),
]


def day(seed: int, count: int = 2000) -> list[Mishap]:
    return list(itertools.islice(plan_of(seed, PATIENTS, every_s=60, lasts_s=15), count))


def test_the_same_seed_gives_the_same_day_and_another_seed_another() -> None:
    assert day(7, 50) == day(7, 50)
    assert day(7, 50) != day(8, 50)


def test_every_device_and_every_fault_has_its_turn() -> None:
    faults = day(1)
    assert {fault.device for fault in faults} == {patient.id for patient in PATIENTS}
    seen = Counter(fault.action for fault in faults)
    assert {"unplug", "silent", "garble", "slow", "echo", "reset", "paper_out", "cover_open"} <= set(seen)
    assert {fault.action for fault in faults if fault.device == "button"} == {"unplug"}


def test_a_line_has_one_fault_at_a_time_and_rests_between_them() -> None:
    lines = {patient.id: patient.line for patient in PATIENTS}
    over: dict[str, float] = defaultdict(float)
    for fault in day(3):
        assert fault.at_s >= over[lines[fault.device]]
        over[lines[fault.device]] = fault.at_s + fault.lasts_s


def test_faults_come_as_often_as_asked() -> None:
    faults = day(5)
    assert 45 <= faults[-1].at_s / len(faults) <= 90  # a little rarer: a line that is ill is not struck again
    lasting = [fault.lasts_s for fault in faults if ending(fault) is not None]
    assert 13 <= sum(lasting) / len(lasting) <= 17


def test_a_day_that_is_ended_leaves_nothing_broken() -> None:
    broken: dict[tuple[str, str], bool] = {}
    acts: list[tuple[str, dict[str, Any]]] = []

    def act(device: str, asked: dict[str, Any]) -> None:
        acts.append((device, asked))
        match asked["action"]:
            case "replug":
                broken[device, "unplug"] = False
            case "clear_faults":
                for name in ("silent", "garble", "slow", "echo"):
                    broken[device, name] = False
            case "reset" | "answer_fault" | "answer_exception":
                pass
            case name:
                broken[device, name] = asked.get("on", True)

    bad = BadDay(plan_of(2, PATIENTS, every_s=0.005, lasts_s=0.02), act, seed=2)
    bad.start()
    wait_for(lambda: len(acts) > 200, "200 acts of fate")
    bad.end()
    bad.end()
    assert not any(broken.values())
    assert bad.as_json()["in_force"] == []
    assert not bad.as_json()["running"]


@pytest.mark.parametrize("action", ["unplug", "silent", "garble", "slow", "echo", "paper_out"])
def test_what_lasts_has_an_end(action: str) -> None:
    faults = [fault for fault in day(4) if fault.action == action]
    assert faults
    assert all(ending(fault) is not None and fault.lasts_s > 0 for fault in faults)
