"""The call terminal's driver: echo at once, report once; in memory, joined to the simulated terminal, over a pty."""

from __future__ import annotations

from typing import Any

import pytest

from drivers.call_terminal import MANIFEST, CallTerminal
from drivers.driver import Order, Report
from drivers.errors import DeviceFault, PortLost
from drivers.kinds.call_terminal import Action, AskGrade, Beep, GradePressed, ShowGrade, ShowNumbers, TerminalAsked
from drivers.transport import Memory
from tests.frame_checks import samples

FRAMES = {sample.name: sample.data for sample in samples("call_terminal")}
CALL = FRAMES["call-next"]


class Desk:
    """A terminal's driver with its reports, and a clock that the test moves."""

    def __init__(self, address: int = 3, **options: Any) -> None:
        self.reports: list[Report] = []
        self.now_s = 100.0
        self.driver = CallTerminal(
            "t3", self.reports.append, address=address, baud=9600, options=options, steady=lambda: self.now_s
        )
        self.line = Memory()

    def hear(self, data: bytes) -> bytes:
        """What the driver answers to these bytes."""
        before = len(self.line.left_over()[1])
        self.driver.heard(self.line, data)
        return self.line.left_over()[1][before:]

    @property
    def asked(self) -> list[tuple[Action, int | None]]:
        return [(report.action, report.number) for report in self.reports if isinstance(report, TerminalAsked)]


def test_a_key_is_echoed_byte_for_byte_and_reported_once() -> None:
    desk = Desk()
    assert desk.hear(CALL) == CALL
    assert desk.reports == [TerminalAsked("t3", Action.CALL_NEXT, None, ("call",))]


def test_the_echo_is_written_before_anybody_is_told() -> None:
    line = Memory()
    seen: list[bytes] = []
    one = CallTerminal("t3", lambda report: seen.append(line.left_over()[1]), address=3, baud=9600)
    one.heard(line, CALL)
    assert seen == [CALL]


def test_byte_by_byte_and_two_in_one_read() -> None:
    desk = Desk()
    answers = b"".join(desk.hear(CALL[place : place + 1]) for place in range(len(CALL)))
    assert answers == CALL
    assert desk.hear(FRAMES["recall"] + FRAMES["pause"]) == FRAMES["recall"] + FRAMES["pause"]
    assert desk.asked == [(Action.CALL_NEXT, None), (Action.RECALL, None), (Action.PAUSE, None)]


def test_a_repeat_is_echoed_again_and_not_reported_again() -> None:
    desk = Desk()
    for _ in range(4):
        assert desk.hear(CALL) == CALL
        desk.now_s += 0.1
    assert desk.asked == [(Action.CALL_NEXT, None)]


def test_the_same_key_after_the_repeats_time_is_a_new_press() -> None:
    desk = Desk()
    desk.hear(CALL)
    desk.now_s += 0.31
    assert desk.hear(CALL) == CALL
    assert len(desk.asked) == 2


def test_another_key_within_the_time_is_a_new_press() -> None:
    desk = Desk()
    desk.hear(CALL + FRAMES["recall"] + CALL)
    assert [action for action, _ in desk.asked] == [Action.CALL_NEXT, Action.RECALL, Action.CALL_NEXT]


def test_a_line_that_gives_our_words_back_does_not_make_us_talk_to_ourselves() -> None:
    desk = Desk()
    echo, rounds = desk.hear(CALL), 0
    while echo:
        rounds += 1
        assert rounds < 10
        echo = desk.hear(echo)
    assert desk.asked == [(Action.CALL_NEXT, None)]
    desk.driver.perform(desk.line, ShowNumbers("t3", waiting=7, ticket="A012"))
    desk.driver.perform(desk.line, Beep("t3"))
    assert desk.hear(FRAMES["show-ticket"] + FRAMES["show-waiting"] + FRAMES["beep"]) == b""
    assert len(desk.reports) == 1


def test_other_terminals_are_left_to_their_own_drivers() -> None:
    desk = Desk(address=4)
    assert desk.hear(CALL + FRAMES["evaluator-press"]) == b""
    assert desk.reports == []


def test_numbers_and_meanings() -> None:
    desk = Desk()
    desk.hear(FRAMES["give-up"] + FRAMES["call-number"] + FRAMES["evaluate"])
    assert desk.asked == [(Action.NO_SHOW, None), (Action.CALL_NUMBER, 12), (Action.FINISH, None)]


def test_a_logins_digits_stand_in_no_log() -> None:
    desk = Desk()
    desk.hear(bytes.fromhex("FF 68 08 08 68 03 01 00 04 07 01 01 0F 20 16"))
    (report,) = desk.reports
    assert isinstance(report, TerminalAsked)
    assert (report.action, report.number) == (Action.LOGIN, 4711)
    assert report.code == "04711"
    assert report.keys == ("*", "*", "*", "*", "*", "confirm")
    assert "4711" not in repr(report)


@pytest.mark.parametrize("beeps", [True, False])
def test_a_key_without_meaning_is_echoed_and_heard_to_do_nothing(beeps: bool) -> None:
    desk = Desk(beep_without_meaning=beeps)
    unknown = bytes.fromhex("FF 68 03 03 68 03 01 10 14 16")
    cancel = bytes.fromhex("FF 68 03 03 68 03 01 0E 12 16")
    beep = FRAMES["beep"] if beeps else b""
    assert desk.hear(unknown + cancel) == unknown + beep + cancel + beep
    assert desk.hear(cancel) == cancel, "a repeat is no second key"
    assert desk.reports == []


def test_an_evaluator_press_is_answered_in_either_form() -> None:
    desk = Desk()
    assert desk.hear(FRAMES["evaluator-press"]) == FRAMES["evaluator-answer"]
    assert desk.hear(FRAMES["evaluator-press"]) == FRAMES["evaluator-answer"]
    assert desk.reports == [GradePressed("t3", 5)]
    other = Desk(evaluator_answer="short")
    assert other.hear(FRAMES["evaluator-press"]) == bytes.fromhex("68 02 02 68 83 01 84 16")


PRESS = [bytes.fromhex(f"FF 68 03 03 68 83 11 {value:02x} {0x94 + value:02x} 16") for value in range(5)]


@pytest.mark.parametrize(
    ("options", "grades"),
    [
        ({}, [2, 1, 4, 5, None]),
        ({"model": "slz"}, [2, 3, 4, 5, None]),
        ({"grades": {"4": 3, "0": 1, "1": 0}}, [1, None, 4, 5, 3]),
    ],
)
def test_each_button_is_a_grade_by_the_models_table(options: dict[str, Any], grades: list[int | None]) -> None:
    for press, grade in zip(PRESS, grades, strict=True):
        desk = Desk(**options)
        answer = desk.hear(press)
        assert desk.reports == ([] if grade is None else [GradePressed("t3", grade)])
        assert answer.endswith(FRAMES["beep"]) == (grade is None), "a button without a grade is heard"


def test_a_press_with_no_value_or_two_is_acknowledged_and_is_no_grade() -> None:
    desk = Desk(beep_without_meaning=False)
    for press in ("FF 68 02 02 68 83 11 94 16", "FF 68 04 04 68 83 11 03 03 9A 16"):
        assert desk.hear(bytes.fromhex(press))
    assert desk.reports == []


def test_a_repeated_press_between_repeated_keys_is_still_one_press() -> None:
    desk = Desk()
    for _ in range(3):
        desk.hear(CALL + PRESS[3])
        desk.now_s += 0.1
    assert desk.asked == [(Action.CALL_NEXT, None)]
    assert desk.reports.count(GradePressed("t3", 5)) == 1


def test_the_time_in_which_the_same_frame_is_a_repeat_is_an_option() -> None:
    desk = Desk(repeat_window_ms=1000)
    for _ in range(3):
        desk.hear(CALL)
        desk.now_s += 0.9
    assert len(desk.asked) == 1


def test_the_function_byte_of_a_key_may_be_fixed_and_is_free_otherwise() -> None:
    other = bytes.fromhex("FF 68 03 03 68 03 05 0C 14 16")
    assert Desk().hear(other) == other
    fixed = Desk(key_functions=[1])
    assert fixed.hear(other) == b""
    assert fixed.hear(CALL) == CALL
    assert len(fixed.asked) == 1


def test_the_evaluator_is_woken_only_where_it_does_not_wake_by_itself_and_thanks_with_stars() -> None:
    for options, written in (
        ({}, FRAMES["stars"]),
        ({"start_evaluation": True}, FRAMES["start-evaluation"] + FRAMES["stars"]),
        ({"show_stars": False}, b""),
    ):
        desk = Desk(**options)
        desk.driver.perform(desk.line, AskGrade("t3"))
        desk.driver.perform(desk.line, ShowGrade("t3", 5))
        assert desk.line.left_over()[1] == written


def test_the_terminal_shows_its_address_when_asked() -> None:
    desk = Desk()
    key = bytes.fromhex("FF 68 04 04 68 03 01 08 0F 1B 16")
    shown = bytes.fromhex("FF 68 08 08 68 03 02 00 00 03 0A 0A 0A 26 16")
    assert desk.hear(key) == key + shown
    assert desk.asked == [(Action.BEEP_ADDRESS, None)]


def test_orders_are_the_documents_bytes() -> None:
    line = Memory([(FRAMES["show-ticket"], b""), (FRAMES["show-waiting"], b""), (FRAMES["beep"], b"")])
    one = Desk().driver
    for order in (ShowNumbers("t3", ticket="A012"), ShowNumbers("t3", waiting=7), Beep("t3")):
        one.perform(line, order)
    assert line.left_over() == ([], b"")
    with pytest.raises(DeviceFault, match="cannot Order"):
        one.perform(line, Order("t3"))


def test_a_broken_frame_is_counted_and_the_next_key_heard() -> None:
    desk = Desk()
    spoilt = CALL[:-2] + b"\x00" + CALL[-1:]
    assert desk.hear(b"\x00\xfe" + spoilt + FRAMES["recall"]) == FRAMES["recall"]
    assert desk.driver.broken_frames == 1


def test_a_half_frame_does_not_swallow_a_later_key() -> None:
    desk = Desk()
    assert desk.hear(bytes.fromhex("FF 68 10 10 68 03 01")) == b""
    desk.now_s += 2.0
    assert desk.hear(CALL) == CALL
    assert desk.asked == [(Action.CALL_NEXT, None)]


def test_a_megabyte_of_rubbish_asks_for_nothing() -> None:
    desk = Desk()
    desk.hear(b"\xff\x68\x03\x03\x68\x03\x01\x0c\x11\x16" * 100_000)
    assert desk.reports == []
    desk.now_s += 2.0
    assert desk.hear(CALL) == CALL


def test_a_lost_line_forgets_half_a_frame_and_says_so() -> None:
    desk = Desk()
    desk.hear(CALL[:5])
    desk.driver.forget()
    assert desk.hear(CALL[5:]) == b""
    desk.line.lost = True
    with pytest.raises(PortLost):
        desk.driver.heard(desk.line, CALL)


def test_nothing_is_asked_and_silence_is_no_fault() -> None:
    one = Desk().driver
    line = Memory()
    one.handshake(line)
    one.poll(line)
    assert line.left_over() == ([], b"")


def test_the_numbers_are_said_again_now_and_then_for_a_terminal_that_was_switched_off() -> None:
    one = Desk().driver
    shown = bytes.fromhex("FF 68 08 08 68 03 02 0A 0A 0A 00 01 02 26 16")
    line = Memory([(shown, b""), (shown, b"")])
    one.perform(line, ShowNumbers("terminal-3", waiting=None, ticket="A012"))
    one.poll(line)
    assert line.left_over() == ([], b"")
    assert one.poll_every_s == 30


@pytest.mark.parametrize(
    ("address", "options", "word"),
    [
        (0, {}, "1 to 127"),
        (128, {}, "1 to 127"),
        (3, {"modle": "slz"}, "unknown option 'modle'"),
        (3, {"model": "sony"}, "jackqchen, slz"),
        (3, {"keys": ["call"]}, "keys is a table"),
        (3, {"keys": {"call": 3}}, "keys is a table"),
        (3, {"evaluator_answer": "long"}, "same_with_01, short"),
        (3, {"model": ["slz"]}, "model is a text"),
        (3, {"grades": {"0": 6}}, "grades is a table"),
        (3, {"grades": {"0": True}}, "grades is a table"),
        (3, {"grades": {"best": 5}}, "grades is a table"),
        (3, {"grades": {"²": 5}}, "grades is a table"),
        (3, {"grades": {"256": 5}}, "grades is a table"),
        (3, {"key_functions": [17]}, "key_functions cannot hold 17"),
        (3, {"key_functions": ["1"]}, "key_functions is a list of bytes"),
        (3, {"repeat_window_ms": 0}, "repeat_window_ms is 50 to 2000"),
        (3, {"start_evaluation": "yes"}, "start_evaluation is true or false"),
    ],
)
def test_a_wrong_option_is_named(address: int, options: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        MANIFEST.build("t3", lambda report: None, address=address, baud=9600, options=options)
