"""The reader's session: told as pairs of bytes, joined to the simulated reader, and over a real pseudo-terminal."""

from __future__ import annotations

import time
from functools import reduce
from operator import xor
from typing import Any

import pytest

from drivers.driver import Order, Report
from drivers.errors import BadFrame, DeviceFault, NoReply, PortLost
from drivers.id_card_reader import MANIFEST, CardRead, CardRemoved, CardUnreadable
from drivers.id_card_reader.codec import Command, encode
from drivers.id_card_reader.driver import IdCardReader
from drivers.id_card_reader.session import TABLE, State, Step
from drivers.transport import Memory
from simulators.id_card_reader import SimulatedSamReader
from simulators.people import TRAY
from tests.drivers.wired import Wired
from tests.drivers.wired_pty import on_pty
from tests.frame_checks import samples

FRAMES = {sample.name: sample.data for sample in samples("id_card_reader")}
FIND, SELECT, READ, STATUS = (encode(which) for which in (Command.FIND, Command.SELECT, Command.READ, Command.STATUS))
SPOILT = next(sample.data for sample in samples("id_card_reader", bad=True) if sample.name == "bad-find-checksum")
NO_CARD, FOUND, SELECTED, OK = (FRAMES[name] for name in ("no-card", "card-found", "selected", "ok"))
GOOD_READ = [(FIND, FOUND), (SELECT, SELECTED), (READ, FRAMES["read-citizen"])]


def answer(status: int) -> bytes:
    return FRAMES["ok"][:-2] + bytes((status, status ^ 0x04))


class Hall:
    """A driver and all that it told."""

    def __init__(self, **options: Any) -> None:
        self.told: list[Report] = []
        self.driver: IdCardReader = MANIFEST.build(  # type: ignore[assignment]
            "reader", self.told.append, address=None, baud=115200, options=options
        )

    def cards(self) -> list[str]:
        return [report.card.number for report in self.told if isinstance(report, CardRead)]

    def codes(self) -> list[str]:
        return [report.code for report in self.told if isinstance(report, CardUnreadable)]


def polled(pairs: list[tuple[bytes, bytes]], times: int) -> Hall:
    hall, line = Hall(), Memory(pairs)
    for _ in range(times):
        hall.driver.poll(line)
    assert line.left_over() == ([], b"")
    return hall


def test_the_handshake_asks_for_the_status() -> None:
    line = Memory([(STATUS, OK)])
    Hall().driver.handshake(line)
    assert line.left_over() == ([], b"")


@pytest.mark.parametrize(("status", "code"), [(0x60, "self_test_failed"), (0x66, "not_authorised")])
def test_a_reader_that_is_not_fit_says_so(status: int, code: str) -> None:
    with pytest.raises(DeviceFault) as problem:
        Hall().driver.handshake(Memory([(STATUS, answer(status))]))
    assert problem.value.code == code


def test_a_card_is_found_selected_read_and_missed_once() -> None:
    hall = polled([*GOOD_READ, (FIND, NO_CARD), (FIND, NO_CARD), (FIND, NO_CARD), (FIND, NO_CARD)], 5)
    assert hall.cards() == ["999999194103150260"]
    assert [type(report) for report in hall.told] == [CardRead, CardRemoved]
    assert hall.driver.state is State.NO_CARD


def test_a_reader_that_finds_the_same_card_again_does_not_read_it_twice() -> None:
    hall = polled([*GOOD_READ, (FIND, FOUND), (FIND, NO_CARD), (FIND, FOUND), (FIND, NO_CARD)], 5)
    assert [type(report) for report in hall.told] == [CardRead]
    assert hall.driver.state is State.WAIT_REMOVAL


@pytest.mark.parametrize("status", [0x31, 0x32, 0x33, 0x37, 0x3F, 0x41, 0x47])
def test_a_card_that_fails_three_times_is_told_once(status: int) -> None:
    failing = [(FIND, FOUND), (SELECT, SELECTED), (READ, answer(status))]
    hall = polled([*failing * 3, (FIND, FOUND), (FIND, NO_CARD), (FIND, NO_CARD)], 6)
    assert len(hall.codes()) == 1
    assert [type(report) for report in hall.told] == [CardUnreadable, CardRemoved]


def test_a_card_that_fails_twice_and_then_reads_is_no_matter() -> None:
    failing = [(FIND, FOUND), (SELECT, answer(0x81))]
    hall = polled([*failing * 2, *GOOD_READ], 3)
    assert [type(report) for report in hall.told] == [CardRead]


@pytest.mark.parametrize(
    "torn", [[(SELECT, NO_CARD)], [(SELECT, SELECTED), (READ, NO_CARD)], [(SELECT, SELECTED), (READ, answer(0x41))]]
)
def test_a_card_pulled_off_before_it_was_read_is_told_apart_once(torn: list[tuple[bytes, bytes]]) -> None:
    hall = polled([(FIND, FOUND), *torn, *[(FIND, NO_CARD)] * 4], 5)
    assert hall.codes() == ["taken_too_early"]
    assert hall.driver.state is State.NO_CARD


def test_a_card_of_another_kind_is_refused_once() -> None:
    hall = polled([(FIND, answer(0x40))] * 5 + [(FIND, NO_CARD)] * 3, 8)
    assert hall.codes() == ["not_an_id_card"]
    assert isinstance(hall.told[-1], CardRemoved)


def test_a_single_empty_answer_does_not_end_a_card() -> None:
    hall = polled([*GOOD_READ, (FIND, NO_CARD), (FIND, FOUND), (FIND, NO_CARD)], 4)
    assert [type(report) for report in hall.told] == [CardRead]


def test_a_sam_that_misheard_is_asked_once_more() -> None:
    for status in (0x10, 0x11, 0x21):
        assert polled([(FIND, answer(status)), (FIND, NO_CARD)], 1).told == []
        with pytest.raises(BadFrame):
            polled([(FIND, answer(status)), (FIND, answer(status))], 1)


@pytest.mark.parametrize("wrong", [OK, answer(0x77)])
def test_an_answer_to_another_question_is_not_believed(wrong: bytes) -> None:
    with pytest.raises(BadFrame):
        polled([(FIND, wrong), (FIND, wrong)], 1)


@pytest.mark.parametrize(
    ("status", "code"),
    [(0x23, "over_privilege"), (0x24, "unrecognised_error"), (0x60, "self_test_failed"), (0x66, "not_authorised")],
)
def test_a_fault_of_the_reader_is_no_fault_of_the_card(status: int, code: str) -> None:
    for pairs in ([(FIND, answer(status))], [(FIND, FOUND), (SELECT, answer(status))]):
        hall = Hall()
        with pytest.raises(DeviceFault) as problem:
            hall.driver.poll(Memory(pairs))
        assert problem.value.code == code
        assert hall.told == []
        assert hall.driver.state is State.NO_CARD


def test_silence_and_rubbish_are_told_apart() -> None:
    with pytest.raises(NoReply):
        polled([(FIND, b"")], 1)
    with pytest.raises(BadFrame):
        polled([(FIND, b"\x00" * 40), (FIND, b"half a fr")], 1)
    with pytest.raises(BadFrame):
        polled([(FIND, NO_CARD[:-1]), (FIND, NO_CARD[:-2])], 1)
    line = Memory()
    line.lost = True
    with pytest.raises(PortLost):
        Hall().driver.poll(line)


def test_a_spoilt_answer_is_asked_for_again() -> None:
    assert polled([(FIND, SPOILT), (FIND, NO_CARD)], 1).told == []


def test_a_late_answer_is_not_taken_for_this_one() -> None:
    hall, line = Hall(), Memory([(FIND, NO_CARD)], unasked=FOUND)
    hall.driver.poll(line)
    assert hall.told == []
    assert line.left_over() == ([], b"")


def test_a_read_spoilt_on_the_line_counts_as_a_try() -> None:
    spoilt = FRAMES["read-citizen"][:-1] + b"\x00"
    hall = polled([*GOOD_READ[:2], (READ, spoilt), (READ, spoilt), (FIND, NO_CARD), (FIND, NO_CARD)], 3)
    assert hall.codes() == ["taken_too_early"]  # it might have been read at the next try
    hall = polled([*GOOD_READ[:2], (READ, spoilt), (READ, spoilt)] * 3, 3)
    assert hall.codes() == ["spoilt_on_the_line"]


def test_two_cards_at_once_give_no_ticket_or_one_but_never_two() -> None:
    jammed = polled([(FIND, FOUND), (SELECT, answer(0x81))] * 3, 3)  # the SAM cannot choose between them
    assert jammed.codes() == ["select_failed"]
    hall = polled([*GOOD_READ, *[(FIND, FOUND)] * 4, (FIND, NO_CARD), (FIND, FOUND)], 7)  # it finds the other one then
    assert hall.cards() == ["999999194103150260"]


def test_a_reader_that_dies_in_the_middle_begins_again_from_find() -> None:
    hall = Hall()
    with pytest.raises(NoReply):
        hall.driver.poll(Memory([*GOOD_READ[:2], (READ, b"")]))
    assert hall.driver.state is State.NO_CARD
    line = Memory(GOOD_READ)
    hall.driver.poll(line)
    assert hall.cards() == ["999999194103150260"]


def test_nothing_is_kept_after_the_hand_over_and_after_a_lost_line() -> None:
    hall = polled(GOOD_READ, 1)
    assert not hall.driver._parser._buffer
    assert "测试" not in repr(hall.told)
    assert "1941" not in repr(hall.told)
    hall.driver._parser.feed(FRAMES["read-citizen"][:700])
    held = hall.driver._parser._buffer
    hall.driver.forget()
    assert not held
    assert hall.driver.state is State.NO_CARD


def test_patience_grows_with_the_slowness_of_the_line_but_has_an_end() -> None:
    waits = [
        MANIFEST.build("r", print, address=None, baud=baud, options={}).reply_timeout_s(Command.READ)  # type: ignore[attr-defined]
        for baud in (115200, 57600, 38400, 19200, 9600, 1200)
    ]
    assert waits == sorted(waits)
    assert waits[4] > 1.35 + 2.5
    assert max(waits) <= 5.0
    assert IdCardReader("r", print, baud=9600, poll_every_s=0.3, failures_allowed=3).reply_timeout_s(
        Command.FIND
    ) == pytest.approx(1.07, abs=0.01)


@pytest.mark.parametrize(
    "options",
    [{"poll_s": 1}, {"poll_every_s": "0.3"}, {"poll_every_s": 9}, {"poll_every_s": True}, {"failures_allowed": 0},
     {"failures_allowed": 2.5}, {"name_rest_bytes": 20}],
)  # fmt: skip
def test_options_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        Hall(**options)


def _with_rest_of_name(frame: bytes, rest: str) -> bytes:
    """The same reply with another second part of the Latin name, and the check byte that belongs to it."""
    at = 14 + 220
    changed = bytearray(frame)
    changed[at : at + 22] = rest.encode("utf-16-le")
    changed[-1] = reduce(xor, changed[5:-1])
    return bytes(changed)


@pytest.mark.parametrize(("options", "rest"), [({}, "ANNELIESE##"), ({"name_rest_bytes": 18}, "ANNELIESE")])
def test_a_long_latin_name_ends_where_the_option_says(options: dict[str, Any], rest: str) -> None:
    hall = Hall(**options)
    read = _with_rest_of_name(FRAMES["read-foreigner-2023"], "ANNELIESE##")
    hall.driver.poll(Memory([(FIND, FOUND), (SELECT, SELECTED), (READ, read)]))
    (told,) = hall.told
    assert isinstance(told, CardRead)
    assert told.card.name_latin == "CESHI, SAMPLE MARIE" + rest


def test_a_reader_carries_out_no_orders() -> None:
    with pytest.raises(DeviceFault):
        Hall().driver.perform(Memory(), Order("reader"))


def test_the_table_of_a_cards_way_has_no_dead_end() -> None:
    assert set(TABLE) == set(State)
    for state in TABLE:
        reached = {state}
        while grown := {after for one in reached for after in TABLE[one].values()} - reached:
            reached |= grown
        assert State.NO_CARD in reached
    assert all(step in Step for ways in TABLE.values() for step in ways)


def joined(piece: int | None = None, **options: Any) -> tuple[Hall, SimulatedSamReader, Wired]:
    simulator = SimulatedSamReader("reader", seed=7, options=options)
    return Hall(), simulator, Wired(simulator, piece=piece)


def run(hall: Hall, line: Wired, seconds: float) -> None:
    for _ in range(round(seconds / 0.3)):
        hall.driver.poll(line)
        line.let_pass(0.3)


EXPECTED = {"bus-card": "not_an_id_card", "torn-1": "text", "wrong-1": "number"}


@pytest.mark.parametrize("piece", [None, 1, 7])
@pytest.mark.parametrize("options", [{}, {"found_again": True, "zero_filled": True}])
def test_the_whole_tray_is_read_through_the_simulated_reader(piece: int | None, options: dict[str, Any]) -> None:
    hall, simulator, line = joined(piece, **options)
    hall.driver.handshake(line)
    for one in TRAY:
        hall.told.clear()
        simulator.do("tap_card", {"person": one.id})
        run(hall, line, 3.0)
        if one.id in EXPECTED:
            assert hall.codes() == [EXPECTED[one.id]], one.id
        else:
            assert hall.cards() == [one.fields["number"]], one.id
            assert hall.codes() == []
        assert isinstance(hall.told[-1], CardRemoved), one.id


def test_a_bus_card_that_the_reader_cannot_see_at_all_is_no_card() -> None:
    hall, simulator, line = joined(bus_card_status=0x80)
    simulator.do("tap_card", {"person": "bus-card"})
    run(hall, line, 3.0)
    assert hall.told == []


@pytest.mark.parametrize("count", [1, 2, 3])
def test_answers_of_the_reader_that_fail_are_survived(count: int) -> None:
    hall, simulator, line = joined(found_again=True)
    simulator.do("answer_fault", {"status": "41", "count": count, "command": "30"})
    simulator.do("tap_card", {"person": "elder-1", "stay_s": 0})
    run(hall, line, 2.0)
    simulator.do("remove_card", {})
    run(hall, line, 1.0)
    assert hall.codes() == (["read_failed"] if count == 3 else [])
    assert hall.cards() == ([] if count == 3 else ["999999194103150260"])


def test_noise_between_answers_costs_nothing() -> None:
    hall, simulator, line = joined()
    for noise in (b"\xaa", b"\xaa\x00\xaa\xaa\x96\x69", b"\x00" * 4096, FOUND[:-1]):
        line.noise(noise)
        hall.driver.poll(line)
    simulator.do("tap_card", {"person": "rare-1"})
    run(hall, line, 1.0)
    assert hall.cards() == ["999999199007140591"]


def test_a_card_is_read_over_a_real_terminal_quickly() -> None:
    simulator = SimulatedSamReader("reader")
    hall = Hall()
    with on_pty(simulator) as path:
        channel = MANIFEST.open_channel(path, 115200)
        try:
            hall.driver.handshake(channel)  # type: ignore[arg-type]
            simulator.do("tap_card", {"person": "elder-2", "stay_s": 0})
            began = time.monotonic()
            hall.driver.poll(channel)  # type: ignore[arg-type]
            assert time.monotonic() - began < 1.0
        finally:
            channel.close()
    assert hall.cards() == ["999999195010010132"]


def test_a_terminal_that_goes_away_is_a_lost_port() -> None:
    with on_pty(SimulatedSamReader("reader")) as path:
        channel = MANIFEST.open_channel(path, 115200)
    try:
        with pytest.raises(PortLost):
            Hall().driver.poll(channel)  # type: ignore[arg-type]
    finally:
        channel.close()
    with pytest.raises(PortLost):
        MANIFEST.open_channel("/dev/serial/by-id/no-such-reader", 115200)
