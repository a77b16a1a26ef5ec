"""The strip's driver joined to the simulated strip, alone and on one wire with call terminals."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from structlog.testing import capture_logs

from drivers.call_terminal import CallTerminal
from drivers.driver import Order, OrderDone, Report
from drivers.errors import BadFrame, DeviceFault, NoReply, PortLost
from drivers.kinds.call_terminal import Action, Beep, ShowNumbers, TerminalAsked
from drivers.kinds.sign import SetBrightness, ShowText, SwitchSign
from drivers.lifecycle import State
from drivers.line import Line
from drivers.strip_sign import MANIFEST, StripSign
from drivers.strip_sign.codec import show
from drivers.transport import Memory, SerialTransport
from drivers.unit import Moved
from simulators.call_terminal import SimulatedCallTerminal
from simulators.doors import PtyDoor, SocketDoor
from simulators.line import Line as SimulatedLine
from simulators.strip_sign import SimulatedStripSign
from tests.drivers.wired import Wired
from tests.frame_checks import samples
from tests.simulators.waiting import until

FRAMES = {sample.name: sample.data for sample in samples("strip_sign")}
TICKET = ShowText("strip-3", ("请A012号",))
SHORT = ShowText("strip-3", ("请A012",))


def ignore(report: Report) -> None:
    raise AssertionError(f"a strip never speaks unasked: {report}")


def strip(address: int = 3, **options: Any) -> StripSign:
    return StripSign("strip-3", ignore, address=address, baud=9600, options=options)


def joined(**options: Any) -> tuple[StripSign, SimulatedStripSign, Wired]:
    simulator = SimulatedStripSign("strip-3", address=3, options=options)
    return strip(**options), simulator, Wired(simulator)


@pytest.mark.parametrize(("form", "sample"), [("a090", "show-ticket"), ("plain", "plain-ticket")])
def test_a_ticket_is_the_samples_bytes_and_nothing_is_waited_for(form: str, sample: str) -> None:
    line = Memory([(FRAMES[sample], b"")])
    strip(form=form, align="left").perform(line, SHORT)
    assert line.left_over() == ([], b"")


@pytest.mark.parametrize(("options", "code"), [({}, 2), ({"yellow_code": 3}, 3)])
def test_yellow_is_said_by_its_code_and_red_stays_red(options: dict[str, Any], code: int) -> None:
    yellow = Memory([(show(3, "请A012".encode("gb2312"), code), b"")])
    strip(colour="yellow", align="left", **options).perform(yellow, SHORT)
    red = Memory([(FRAMES["show-ticket"], b"")])
    strip(align="left", **options).perform(red, SHORT)
    assert yellow.left_over() == red.left_over() == ([], b"")


@pytest.mark.parametrize("form", ["a090", "plain"])
@pytest.mark.parametrize("text", ["请A012号", "暂停服务", "楼蔼爱号"])
def test_what_is_called_is_what_is_seen(form: str, text: str) -> None:
    one, simulator, line = joined(form=form)
    one.perform(line, ShowText("strip-3", (text,)))
    assert simulator.show()["text"] == text
    assert simulator.show()["lit"] > 100
    assert simulator.show()["counters"] == {"frames": 1, "broken": 0, "foreign": 0, "stored": 0}


@pytest.mark.parametrize("form", ["a090", "plain"])
@pytest.mark.parametrize(
    ("text", "cells"),
    [("B001", "  B001  "), ("窗口3", " 窗口3  "), ("请A012号", "请A012号"), ("", " "), ("请A012", " 请A012 ")],
)
def test_a_short_text_stands_in_the_middle(form: str, text: str, cells: str) -> None:
    one, simulator, line = joined(form=form)
    one.perform(line, ShowText("strip-3", (text,)))
    assert simulator.show()["visible"] == [cells]
    one, simulator, line = joined(form=form, align="left")
    one.perform(line, ShowText("strip-3", (text,)))
    assert simulator.show()["visible"] == [text or " "]


def test_a_text_that_fits_only_without_blanks_stands_at_the_left() -> None:
    one, simulator, line = joined(width=1024)
    one.perform(line, ShowText("strip-3", ("B001",)))
    assert simulator.show()["visible"] == ["B001"]


@pytest.mark.parametrize(("form", "wanted"), [("a090", "？？？號"), ("plain", "？？？號")])
def test_rare_characters_are_replaced_and_named_once(form: str, wanted: str) -> None:
    one, simulator, line = joined(form=form)
    with capture_logs() as logs:
        for _ in range(3):
            one.perform(line, ShowText("strip-3", ("䶮㑇𠮷號",)))
    assert simulator.show()["text"] == (wanted if form == "plain" else "？？？？")
    assert [entry["characters"][:3] for entry in logs] == [["U+4DAE", "U+3447", "U+20BB7"]]


def test_pages_take_turns_and_a_long_one_is_cut() -> None:
    one, simulator, line = joined()
    one.perform(line, ShowText("strip-3", ("A012", "请到3号窗口办理")))
    assert one.poll_every_s == 2.0
    seen = []
    for _ in range(4):
        seen.append(simulator.show()["text"])
        one.poll(line)
    assert seen == ["A012", "请到3号", "窗口办理", "A012"]
    one.perform(line, TICKET)
    assert one.poll_every_s == 60.0


def test_a_page_blinks_by_the_poll() -> None:
    one, simulator, line = joined()
    one.perform(line, ShowText("strip-3", ("A012",), blink=True))
    assert one.poll_every_s == 0.5
    lit = []
    for _ in range(4):
        lit.append(simulator.show()["lit"] > 0)
        one.poll(line)
    assert lit == [True, False, True, False]


def test_dark_is_a_blank_text_and_its_own_is_kept() -> None:
    one, simulator, line = joined()
    one.perform(line, TICKET)
    one.perform(line, SwitchSign("strip-3", on=False))
    assert simulator.show()["lit"] == 0
    one.perform(line, ShowText("strip-3", ("A013",)))
    one.poll(line)
    assert simulator.show()["lit"] == 0
    one.perform(line, SwitchSign("strip-3", on=True))
    assert simulator.show()["text"] == "A013"


def test_what_it_cannot_do_is_a_fault_with_a_name() -> None:
    one, _, line = joined()
    with pytest.raises(DeviceFault) as caught:
        one.perform(line, SetBrightness("strip-3", 7))
    assert caught.value.code == "not_supported"
    with pytest.raises(DeviceFault, match="cannot Order"):
        one.perform(line, Order("strip-3"))
    wide = strip(width=1024, text_limit=254)
    with pytest.raises(DeviceFault) as caught:
        wide.perform(line, ShowText("strip-3", ("A" * 128,)))
    assert caught.value.code == "text_too_long"
    assert line.sent == b""


@pytest.mark.parametrize("base", [255, 256])
def test_a_longer_limit_needs_the_right_base(base: int) -> None:
    one, simulator, line = joined(width=1024, text_limit=1024, length_base=base)
    one.perform(line, ShowText("strip-3", ("很" * 64 + "A" * 64,)))
    one.perform(line, ShowText("strip-3", ("很A" * 40 + "A" * 8,)))
    assert len(simulator.show()["text"]) == 88
    assert simulator.show()["counters"]["broken"] == 0


def test_a_power_cut_is_healed_by_the_poll() -> None:
    one, simulator, line = joined()
    one.perform(line, TICKET)
    simulator.do("power_cut", {})
    assert simulator.show()["text"] == ""
    one.poll(line)
    assert simulator.show()["text"] == "请A012号"
    assert strip(refresh_s=0).poll_every_s is None


@pytest.mark.parametrize("size", [0, 5, 12])
def test_a_strip_that_answers_is_heard(size: int) -> None:
    one, simulator, line = joined(answers=True, answer_bytes=size)
    one.handshake(line)
    one.perform(line, TICKET)
    one.handshake(line)
    assert simulator.show()["counters"]["frames"] == 2


def test_silence_where_an_answer_is_expected_is_asked_once_more_and_then_said_so() -> None:
    line = Memory([(FRAMES["show-ticket"], b""), (FRAMES["show-ticket"], b"")])
    one = strip(answers=True, align="left")
    with pytest.raises(NoReply):
        one.perform(line, SHORT)
    assert line.left_over() == ([], b"")
    with pytest.raises(NoReply):
        one.handshake(Memory([(FRAMES["show-ticket"], FRAMES["show-ticket"])]))  # our own words come back
    one.handshake(Memory([(FRAMES["show-ticket"], FRAMES["show-ticket"] + FRAMES["answer"])]))
    with pytest.raises(BadFrame):
        one.handshake(Memory([(FRAMES["show-ticket"], bytes(9))] * 2))


def test_another_strips_answer_is_not_taken() -> None:
    one = strip(answers=True, align="left")
    other = b"\xa0\x90\x04\xa5\xaa"
    with pytest.raises(NoReply):
        one.perform(Memory([(FRAMES["show-ticket"], other), (FRAMES["show-ticket"], other)]), SHORT)
    assert one.late_or_foreign == 2


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"widht": 64}, "unknown option 'widht'"),
        ({"width": 60}, "multiple of 8"),
        ({"form": "b090"}, "a090, plain"),
        ({"colour": "blue"}, "red, green, yellow"),
        ({"align": "right"}, "centre, left"),
        ({"fallback": "䶮"}, "outside GB2312"),
        ({"fallback": "䶮", "form": "plain"}, "outside GBK"),
        ({"answers": 1}, "true or false"),
        ({"answers": True, "form": "plain"}, "it has no answer"),
        ({"answer_bytes": 3}, "0 \\(not known\\) or 5 to 32"),
        ({"length_base": 254}, "255 to 256"),
        ({"yellow_code": 256}, "0 to 255"),
        ({"text_limit": 2000}, "32 to 1024"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        MANIFEST.build("strip-3", ignore, address=3, baud=9600, options=options)


def test_a_plain_strip_has_an_address_below_forty() -> None:
    with pytest.raises(ValueError, match="address is 1 to 63"):
        strip(address=0x40, form="plain")


class Wire:
    """One wire with strips and terminals that bear the same addresses, and the controller's line on it."""

    def __init__(self, folder: Path | None, *, form: str = "a090", answers: bool = False) -> None:
        options = {"form": form, "answers": answers}
        self.strips = [SimulatedStripSign(f"strip-{number}", address=number, options=options) for number in (3, 4)]
        self.terminals = [SimulatedCallTerminal(f"terminal-{number}", address=number) for number in (3, 4)]
        self.bus = SimulatedLine("bus", PtyDoor(folder / "bus") if folder else SocketDoor())
        for device in (*self.strips, *self.terminals):
            self.bus.join(device)
        self.bus.open()
        self.reports: list[Report] = []
        tell = self.reports.append
        strips = [StripSign(f"strip-{n}", tell, address=n, baud=9600, options=options) for n in (3, 4)]
        self.drivers = [
            *strips,
            *(CallTerminal(f"terminal-{n}", tell, address=n, baud=9600, options={}) for n in (3, 4)),
        ]
        port = self.bus.door.port
        self.line = Line("bus", lambda: SerialTransport(port, 9600), self.drivers, tell, baud=9600)
        self.line.start()

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.line.stop()
        self.bus.close()

    def press(self, terminal: int, *keys: str) -> None:
        with self.bus.lock:
            self.terminals[terminal - 3].do("press", {"keys": list(keys)})

    def asked(self) -> list[tuple[str, Action]]:
        return [(report.device, report.action) for report in self.reports if isinstance(report, TerminalAsked)]

    def done(self) -> int:
        return sum(isinstance(report, OrderDone) for report in self.reports)


@pytest.mark.parametrize(("form", "answers"), [("a090", False), ("a090", True), ("plain", False)])
@pytest.mark.parametrize("network", [False, True])
def test_strips_and_terminals_share_a_wire_and_their_addresses(
    form: str, answers: bool, network: bool, tmp_path: Path
) -> None:
    with Wire(None if network else tmp_path, form=form, answers=answers) as wire:
        for turn in range(4):
            wire.press(3 + turn % 2, str(turn + 1), "call")  # the same key twice would count once
            wire.line.submit(ShowText("strip-3", (f"请A{turn:03}号",)))
            wire.line.submit(ShowNumbers("terminal-3", turn, f"A{turn:03}"))
            wire.line.submit(ShowText("strip-4", ("楼蔼爱号",)))
            wire.line.submit(Beep("terminal-4"))
            until(lambda turn=turn: wire.done() == 4 * (turn + 1), "all orders")  # type: ignore[misc]
            until(lambda turn=turn: len(wire.asked()) >= turn + 1, "every key")  # type: ignore[misc]
        # who answers nothing may still be reading when the last byte was sent
        until(lambda: wire.terminals[1].show()["counters"]["beeps"] == 4, "the last beep")
        until(lambda: [strip.show()["text"] for strip in wire.strips] == ["请A003号", "楼蔼爱号"], "the texts")
        until(lambda: wire.terminals[0].show()["ticket"].strip() == "003", "the number")
        assert {action for _, action in wire.asked()} == {Action.CALL_NUMBER}
        assert {device for device, _ in wire.asked()} == {"terminal-3", "terminal-4"}
        assert all(one.show()["counters"]["stored"] == 0 for one in wire.strips)
        states = {report.device: report.state for report in wire.reports if isinstance(report, Moved)}
        assert set(states.values()) == {State.READY}


def test_collisions_are_counted_and_nothing_is_misread(tmp_path: Path) -> None:
    with Wire(tmp_path) as wire:
        chance = Random(11)
        wire.bus.garble(None, 0.01, 11)
        for turn in range(20):
            wire.press(chance.choice((3, 4)), "call")
            wire.line.submit(ShowText(f"strip-{chance.choice((3, 4))}", (f"A{turn:03}",)))
        until(lambda: wire.done() == 20, "all orders")
        assert {action for _, action in wire.asked()} <= {Action.CALL_NEXT}
        wire.bus.clear_faults(None)
        for number in (3, 4):
            wire.line.submit(ShowText(f"strip-{number}", ("A999",)))
        until(lambda: [one.show()["text"] for one in wire.strips] == ["A999", "A999"], "the last texts")


def test_a_page_whose_turn_failed_is_shown_next() -> None:
    one, simulator, line = joined()
    one.perform(line, ShowText("strip-3", ("A012", "3号")))
    line.lost = True
    with pytest.raises(PortLost):
        one.poll(line)
    line.lost = False
    one.poll(line)
    assert simulator.show()["text"] == "3号"
