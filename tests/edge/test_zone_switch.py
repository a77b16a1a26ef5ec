"""Zones of a call: which are opened, in what order, and never more than the amplifier bears."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from drivers.driver import Order, OrderDone, OrderFailed
from drivers.kinds.relays import SwitchRelays
from drivers.kinds.speaker import Play
from drivers.speaker import Clips, Sound
from drivers.unit import Moved
from edge.announcer import Announcer
from edge.devices import Devices
from edge.loudspeakers import Timing
from edge.notices import Notice
from edge.spoken import SpokenWords
from edge.zone_switch import Amplifier, ZoneSwitch, amplifier_of
from hall.plan import Plan, ServicePlan, WindowPlan
from hall.queue.words import Announce, Phrase
from hall_config.models import HallFile
from hall_config.zones import Zone
from simulators.host import Host
from tests.edge.answering_lines import SPEAKER, Lines
from tests.edge.quick_voice import QuickVoice
from tests.parts import wait_for

LOBBY = Zone("lobby", "left", 0, 30, services=frozenset("A"))
UPSTAIRS = Zone("upstairs", "right", 1, 30, services=frozenset("B"))
PLAN = Plan(
    "h",
    "测试",
    "Test",
    (ServicePlan("A", "咨询", "Advice"), ServicePlan("B", "调解", "Mediation")),
    (WindowPlan(3, ("A", "B")),),
)
QUICK = Timing(relay_answer_s=0.2, zones_open_s=0.02, zones_close_s=0.3, start_s=0.2, overrun_s=0.2)


class Boards:
    """Relay boards that obey, or say nothing; every order is kept."""

    def __init__(self, amplifier: Amplifier) -> None:
        self.orders: list[SwitchRelays] = []
        self.on: dict[str, frozenset[int]] = {}
        self.silent: set[str] = set()
        self.changed = threading.Condition()
        self.switch = ZoneSwitch(self.submit, amplifier, self.changed)

    def submit(self, order: Order) -> None:
        assert isinstance(order, SwitchRelays)
        self.orders.append(order)
        if order.device not in self.silent:
            self.on[order.device] = order.on
            self.switch.heard(OrderDone(order.device, order))

    def asked(self) -> list[tuple[str, list[int]]]:
        orders, self.orders = self.orders, []
        return [(order.device, sorted(order.on)) for order in orders]


def test_what_would_be_too_much_together_is_closed_before_the_new_is_opened() -> None:
    boards = Boards(Amplifier((LOBBY, UPSTAIRS), watts=45))
    assert boards.switch.open((LOBBY,), 1.0) is True
    assert boards.asked() == [("left", [0])]
    assert boards.switch.open((LOBBY,), 1.0) is False, "open already"
    boards.asked()
    assert boards.switch.open((UPSTAIRS,), 1.0) is True
    assert boards.asked() == [("left", []), ("right", [1])]
    boards.switch.close()
    assert boards.asked() == [("right", [])]
    boards.switch.close()
    assert boards.asked() == []


def test_what_the_amplifier_bears_together_is_changed_at_once_and_closings_are_sent_first() -> None:
    boards = Boards(Amplifier((LOBBY, UPSTAIRS), watts=60))
    boards.switch.open((LOBBY,), 1.0)
    boards.asked()
    boards.switch.open((UPSTAIRS,), 1.0)
    assert boards.asked() == [("left", []), ("right", [1])]


def test_a_zone_whose_board_does_not_say_that_it_is_shut_counts_as_open() -> None:
    boards = Boards(Amplifier((LOBBY, UPSTAIRS), watts=45))
    boards.switch.open((LOBBY,), 0.1)
    boards.silent = {"left"}
    boards.asked()
    assert boards.switch.open((UPSTAIRS,), 0.1) is False, "nothing is opened, so nothing is waited for"
    assert [order for order in boards.asked() if order[1]] == []
    boards.switch.close()
    boards.switch.open((UPSTAIRS,), 0.1)
    assert [order for order in boards.asked() if order[1]] == [], "still not known"
    boards.silent = set()
    boards.switch.open((UPSTAIRS,), 0.1)
    assert boards.asked()[-1] == ("right", [1])
    assert boards.on == {"left": frozenset(), "right": frozenset({1})}


def test_the_priority_contact_goes_with_the_zones() -> None:
    boards = Boards(Amplifier((LOBBY, UPSTAIRS), watts=60, priority=("right", 7)))
    boards.switch.open((LOBBY,), 1.0)
    assert sorted(boards.asked()) == [("left", [0]), ("right", [7])]
    boards.switch.open((UPSTAIRS,), 1.0)
    assert sorted(boards.asked()) == [("left", []), ("right", [1, 7])]
    boards.switch.close()
    assert boards.asked()[-1] == ("right", [])


def test_words_about_other_orders_are_not_ours() -> None:
    boards = Boards(Amplifier((LOBBY,), watts=45))
    boards.switch.open((LOBBY,), 0.1)
    other = SwitchRelays("left", frozenset({0}))
    assert boards.switch.heard(OrderDone("left", other)) is False
    assert boards.switch.heard(OrderFailed("left", other, "lost", "")) is False


@pytest.fixture
def announcer(tmp_path: Path) -> Iterator[Callable[[Amplifier], tuple[Announcer, Lines]]]:
    made: list[tuple[Announcer, Lines]] = []

    def make(amplifier: Amplifier) -> tuple[Announcer, Lines]:
        lines, clips = Lines(), Clips(tmp_path / "clips", voice=QuickVoice())
        announcer = Announcer(
            lines.submit,
            speaker=SPEAKER,
            amplifier=amplifier,
            words=SpokenWords(PLAN),
            clips=clips,
            report=lines.report,
            timing=QUICK,
        )
        lines.announcer = announcer
        announcer.start()
        assert clips.wait_ready(10)
        made.append((announcer, lines))
        return announcer, lines

    yield make
    for one, lines in made:
        lines.hold.set()
        one.stop()


def call(number: str) -> Announce:
    return Announce(Phrase.CALL, number, 3)


def opened(lines: Lines) -> list[str]:
    """The boards that were asked to open, in order, and what was played between."""
    found = []
    for _, order in lines.orders:
        if isinstance(order, Play):
            found.append(order.job.rsplit("-", 1)[0])
        elif isinstance(order, SwitchRelays) and order.on:
            found.append(order.device)
    return found


def test_a_call_is_heard_only_where_its_service_belongs(
    announcer: Callable[[Amplifier], tuple[Announcer, Lines]],
) -> None:
    one, lines = announcer(Amplifier((LOBBY, UPSTAIRS), watts=45))
    one.announce(call("A001"))
    lines.wait_for(lambda: len(lines.plays) == 1)
    one.announce(call("B002"))
    lines.wait_for(lambda: len(lines.plays) == 2)
    assert opened(lines) == ["left", "A001", "right", "B002"]


def test_an_urgent_notice_cuts_the_call_is_heard_everywhere_in_rounds_and_the_call_is_said_again(
    announcer: Callable[[Amplifier], tuple[Announcer, Lines]],
) -> None:
    one, lines = announcer(Amplifier((LOBBY, UPSTAIRS), watts=45))
    lines.hold.clear()
    one.announce(call("A001"))
    one.announce(Announce(Phrase.CALL, "A003", 4))
    lines.wait_for(lambda: len(lines.plays) == 1)
    siren = Sound(one._clips.announcement((), 1).wav, 0.1, spoken=True)
    one.notice_ready(Notice("fire-drill", siren, urgent=True, first=True))
    lines.wait_for(lambda: len(lines.plays) >= 3)
    lines.hold.set()
    lines.wait_for(lambda: len(lines.plays) == 5)
    played = [name for name in opened(lines) if name not in ("left", "right")]
    assert played == ["A001", "fire-drill", "fire-drill", "A001", "A003"]
    assert opened(lines)[:6] == ["left", "A001", "left", "fire-drill", "right", "fire-drill"]


def test_a_hall_file_gives_its_zones_or_those_of_its_first_board() -> None:
    base: dict[str, Any] = {
        "hall": {"id": "test-hall", "name_zh": "测试", "name_en": "Test"},
        "service": [{"letter": "A", "name_zh": "咨询", "name_en": "Advice"}],
        "window": [{"number": 3, "services": ["A"]}],
        "device": [{"id": "left", "driver": "waveshare-relay", "port": "pty:", "options": {"zones": [2, 3]}}],
    }
    found = amplifier_of(HallFile.model_validate(base), ["left"])
    assert found is not None
    assert [(zone.device, zone.relay) for zone in found.zones] == [("left", 2), ("left", 3)]
    assert amplifier_of(HallFile.model_validate(base), []) is None
    zone = {"id": "lobby", "relay": "left:3", "watts": 24, "services": ["A"]}
    more = {**base, "zone": [zone], "amplifier": {"watts": 45, "priority": "left:7"}}
    found = amplifier_of(HallFile.model_validate(more), ["left"])
    assert found == Amplifier((Zone("lobby", "left", 3, 24, frozenset("A")),), 45, ("left", 7))


def test_without_zones_a_relay_that_is_named_for_something_else_is_no_zone() -> None:
    parts: dict[str, Any] = {
        "hall": {"id": "test-hall", "name_zh": "测试", "name_en": "Test"},
        "service": [{"letter": "A", "name_zh": "咨询", "name_en": "Advice"}],
        "window": [{"number": 3, "services": ["A"]}],
        "device": [
            {"id": "left", "driver": "waveshare-relay", "port": "pty:", "options": {"hands_off": [6]}},
            {"id": "help", "driver": "gpio-button", "port": "gpio:17", "options": {"lamp": "left:5"}},
        ],
        "gate": [{"id": "gate-1", "lock": "left:4", "contact": "inputs:0", "reader": "scanner"}],
    }
    found = amplifier_of(HallFile.model_validate(parts), ["left"])
    assert found is not None
    assert [zone.relay for zone in found.zones] == [0, 1, 2, 3, 7]
    parts["device"].insert(0, {"id": "lock", "driver": "gpio-output", "port": "gpio:5"})
    parts["gate"][0]["lock"] = "lock"
    found = amplifier_of(HallFile.model_validate(parts), ["lock", "left"])
    assert found is not None
    assert {zone.device for zone in found.zones} == {"left"}
    assert amplifier_of(HallFile.model_validate(parts), ["lock"]) is None


def test_without_zones_an_output_of_one_relay_is_one_zone() -> None:
    parts: dict[str, Any] = {
        "hall": {"id": "test-hall", "name_zh": "测试", "name_en": "Test"},
        "service": [{"letter": "A", "name_zh": "咨询", "name_en": "Advice"}],
        "window": [{"number": 3, "services": ["A"]}],
        "device": [{"id": "key", "driver": "gpio-output", "port": "gpio:5"}],
    }
    found = amplifier_of(HallFile.model_validate(parts), ["key"])
    assert found is not None
    assert [(zone.device, zone.relay) for zone in found.zones] == [("key", 0)]


def test_the_simulated_amplifier_is_never_overloaded_while_calls_change_between_zones(tmp_path: Path) -> None:
    parts: dict[str, Any] = {
        "hall": {"id": "test-hall", "name_zh": "测试", "name_en": "Test"},
        "service": [{"letter": letter, "name_zh": "咨询", "name_en": "Advice"} for letter in "AB"],
        "window": [{"number": 3, "services": ["A", "B"]}],
        "line": [{"id": "bus", "port": "pty:"}],
        "device": [
            {"id": "left", "driver": "waveshare-relay", "line": "bus", "address": 1},
            {"id": "right", "driver": "waveshare-relay", "line": "bus", "address": 2},
        ],
        "amplifier": {"watts": 45, "priority": "right:7"},
        "zone": [
            {"id": "lobby", "relay": "left:0", "watts": 30, "services": ["A"]},
            {"id": "upstairs", "relay": "right:1", "watts": 30, "services": ["B"]},
        ],
    }
    file = HallFile.model_validate(parts)
    host = Host(file, tmp_path)
    host.open()
    changed = threading.Condition()
    port = host.lines["bus"].door.port
    devices = Devices(
        HallFile.model_validate({**parts, "line": [{"id": "bus", "port": port}]}),
        lambda report: heard(report),
        lambda: 0,
    )
    amplifier = amplifier_of(file, ["left", "right"])
    assert amplifier is not None
    switch = ZoneSwitch(devices.submit, amplifier, changed)

    def heard(report: Any) -> None:
        if isinstance(report, Moved):
            devices.moved(report)
        with changed:
            switch.heard(report)
            changed.notify_all()

    devices.start()
    try:
        wait_for(lambda: all(one.state == "ready" for one in devices.health()), "both boards are ready")
        for number in range(10):
            (zones,) = amplifier.rounds_for("AB"[number % 2], 3)
            switch.open(zones, 5.0)
            switch.wait(5.0, 0.0, lambda: False)
        switch.close()
        simulated = host.amplifier
        assert simulated is not None
        wait_for(lambda: not simulated.heard(), "all is shut")
        assert simulated.overloads == 0
        assert simulated.most_watts == 30
    finally:
        devices.stop()
        host.close()


def test_a_silent_board_is_logged_once_and_again_only_after_it_had_answered() -> None:
    boards = Boards(Amplifier((LOBBY,), 60))
    boards.silent = {"left"}
    said = []
    for dead in (True, True, True, False, True):
        boards.silent = {"left"} if dead else set()
        with capture_logs() as lines:
            boards.switch.open((LOBBY,), 0.05)
            boards.switch.wait(0.05, 0.0, lambda: False)
            boards.switch.close()
        said.append([line["event"] for line in lines if line["event"] == "zones.not_opened"])
    assert [len(one) for one in said] == [1, 0, 0, 0, 1]
