"""The printer's session: told as pairs of bytes, joined to the simulated printer, and over a real pseudo-terminal."""

from __future__ import annotations

import time
from typing import Any

import pytest
import segno

from drivers.driver import Order, Report
from drivers.errors import BadFrame, DeviceFault, NoReply, PortLost
from drivers.kinds.printer import NotPrinted, PaperLow, Print, Printed
from drivers.kinds.slip import Feed, Part, Qr, Rule, Text
from drivers.ticket_printer import MANIFEST, driver
from drivers.ticket_printer.codec import encode_slip
from drivers.ticket_printer.driver import TicketPrinter
from drivers.ticket_printer.profile import Profile
from drivers.transport import Memory
from simulators.ticket_printer import SimulatedEscposPrinter
from tests.drivers.wired import Wired
from tests.drivers.wired_pty import on_pty

ALL = bytes.fromhex("100401 100402 100403 100404")
TWO = bytes.fromhex("100401 100404")
PAPER = bytes.fromhex("1D7201")
FINE = b"\x12\x12\x12\x12"
SLIP: tuple[Part, ...] = (
    Text("测试区公共法律服务中心", align="center", high=2),
    Rule(),
    Text("A012", align="center", wide=4, high=4),
    Text("法律援助 Legal aid 䶮𠮷"),
    Qr("http://hall.test/t/k3J9s2LmQx"),
    Feed(2),
)
JOB = Print("printer", "A012", SLIP)
BYTES = encode_slip(SLIP, Profile()).data


class Hall:
    """A driver and all that it told."""

    def __init__(self, **options: Any) -> None:
        self.told: list[Report] = []
        self.driver: TicketPrinter = MANIFEST.build(  # type: ignore[assignment]
            "printer", self.told.append, address=None, baud=115200, options=options
        )


def told_by(pairs: list[tuple[bytes, bytes]]) -> Hall:
    """A printer that answers ``1D 72 01`` at the handshake, then prints one slip so."""
    hall = Hall()
    line = Memory([(ALL, FINE), (PAPER, b"\x00"), *pairs])
    hall.driver.handshake(line)
    try:
        hall.driver.perform(line, JOB)
    finally:
        assert line.left_over() == ([], b"")
    return hall


def test_a_slip_is_proved_by_the_answer_that_comes_in_its_turn() -> None:
    hall = told_by([(ALL, FINE), (BYTES + PAPER, b"\x00"), (ALL, FINE)])
    assert hall.told == [Printed("printer", "A012")]


def test_automatic_status_between_the_answers_disturbs_nobody() -> None:
    automatic = b"\x10\x00\x00\x00"
    hall = told_by([
        (ALL, automatic + b"\x12\x12" + automatic + b"\x12\x12"),
        (BYTES + PAPER, automatic + b"\x00"),
        (ALL, FINE + automatic),
    ])  # fmt: skip
    assert hall.told == [Printed("printer", "A012")]


def test_before_the_slip_there_is_one_question_only() -> None:
    """Card tap to slip is measured: one write of four questions, one write of the whole slip."""
    writes: list[bytes] = []

    class Counting(Memory):
        def write(self, data: bytes) -> None:
            writes.append(data)
            super().write(data)

    hall = Hall()
    line = Counting([(ALL, FINE), (PAPER, b"\x00"), (ALL, FINE), (BYTES + PAPER, b"\x00"), (ALL, FINE)])
    hall.driver.handshake(line)
    hall.driver.perform(line, JOB)
    assert writes[2:] == [ALL, BYTES + PAPER, ALL]


def test_a_printer_that_does_not_know_the_paper_question_is_believed_by_its_status() -> None:
    hall = Hall()
    first = [(ALL, FINE), (BYTES + PAPER, b""), *[(ALL, FINE)] * 5]
    second = [(ALL, FINE), (BYTES, b""), (ALL, FINE)]
    line = Memory([(ALL, FINE), (PAPER, b""), *first, *second])
    hall.driver.handshake(line)
    hall.driver.perform(line, JOB)
    hall.driver.perform(line, JOB)
    assert hall.told == [Printed("printer", "A012")] * 2
    assert line.left_over() == ([], b"")


def test_the_paper_question_can_be_switched_off() -> None:
    hall = Hall(paper_query=False)
    line = Memory([(ALL, FINE), (ALL, FINE), (BYTES, b""), (ALL, FINE)])
    hall.driver.handshake(line)
    hall.driver.perform(line, JOB)
    assert hall.told == [Printed("printer", "A012")]
    assert line.left_over() == ([], b"")


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (b"\x1a\x16\x12\x12", "cover_open"),
        (b"\x1a\x32\x12\x7e", "paper_out"),
        (b"\x12\x12\x12\x72", "paper_out"),
        (b"\x1a\x52\x1a\x12", "cutter"),
        (b"\x1a\x52\x32\x12", "error"),
        (b"\x3a\x12\x12\x12", "error"),
        (b"\x1a\x1a\x12\x12", "offline"),
    ],
)
def test_a_printer_that_cannot_print_is_asked_nothing_more(answers: bytes, code: str) -> None:
    hall, line = Hall(), Memory([(ALL, answers)])
    with pytest.raises(DeviceFault) as problem:
        hall.driver.perform(line, JOB)
    assert problem.value.code == code
    assert [report for report in hall.told if isinstance(report, NotPrinted)] == [NotPrinted("printer", "A012", code)]
    assert line.left_over() == ([], b"")


def test_a_printer_that_finds_no_paper_afterwards_has_not_printed() -> None:
    for pairs in (
        [(ALL, FINE), (BYTES + PAPER, b"\x00"), (ALL, b"\x1a\x32\x12\x7e")],
        [(ALL, FINE), (BYTES + PAPER, b"\x0f")],
        [(ALL, FINE), (BYTES + PAPER, b""), (ALL, b"\x1a\x32\x12\x7e")],
    ):
        with pytest.raises(DeviceFault, match="paper_out"):
            told_by(pairs)


def test_three_silences_are_no_reply() -> None:
    hall, line = Hall(), Memory([(ALL, b"")] * 3)
    with pytest.raises(NoReply):
        hall.driver.perform(line, JOB)
    assert hall.told == [NotPrinted("printer", "A012", "no_reply")]
    assert line.left_over() == ([], b"")


def test_a_byte_too_few_is_asked_for_again() -> None:
    hall = told_by([(ALL, FINE[:3]), (ALL, FINE), (BYTES + PAPER, b"\x00"), (ALL, b"\xff"), (ALL, FINE)])
    assert hall.told == [Printed("printer", "A012")]


def test_rubbish_is_not_silence() -> None:
    with pytest.raises(BadFrame):
        Hall().driver.poll(Memory([(TWO, b"\xff\x00\x81")] * 3))
    with pytest.raises(BadFrame):
        Hall().driver.poll(Memory([(TWO, b"\x12\x12\x12")] * 3))


def test_a_line_that_babbles_without_end_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "_STATUS_TIMEOUT_S", 0.05)

    class Babbling(Memory):
        def read(self, timeout_s: float) -> bytes:
            time.sleep(0.001)
            return b"\xff\x00\x13" * 1000

    began = time.monotonic()
    with pytest.raises(BadFrame):
        Hall().driver.poll(Babbling())
    assert time.monotonic() - began < 3


def test_a_line_that_is_cut_is_told_as_such() -> None:
    class Cut(Memory):
        def write(self, data: bytes) -> None:
            super().write(data)
            self.lost = data == ALL

    for line in (Memory(), Cut([(ALL, FINE)])):
        line.lost = not isinstance(line, Cut)
        hall = Hall()
        with pytest.raises(PortLost):
            hall.driver.perform(line, JOB)
        assert hall.told == [NotPrinted("printer", "A012", "line_lost")]


def test_paper_that_comes_to_its_end_is_told_once_each_way() -> None:
    hall = Hall()
    low, fine = (TWO, b"\x12\x1e"), (TWO, b"\x12\x12")
    line = Memory([fine, low, low, fine, fine])
    for _ in range(5):
        hall.driver.poll(line)
    assert hall.told == [PaperLow("printer", True), PaperLow("printer", False)]
    assert line.left_over() == ([], b"")


def test_a_poll_that_sees_trouble_looks_closer_and_says_what_it_is() -> None:
    hall = Hall()
    line = Memory([(TWO, b"\x1a\x12"), (ALL, b"\x1a\x16\x12\x12"), (TWO, b"\x12\x12")])
    with pytest.raises(DeviceFault, match="cover_open"):
        hall.driver.poll(line)
    hall.driver.poll(line)
    assert line.left_over() == ([], b"")


def test_automatic_status_is_heard_while_nothing_is_asked() -> None:
    hall = Hall()
    hall.driver.heard(Memory(), b"\x10\x00")
    hall.driver.heard(Memory(), b"\x03\x00")
    assert hall.told == [PaperLow("printer", True)]
    with pytest.raises(DeviceFault, match="cover_open"):
        hall.driver.heard(Memory(), b"\x38\x00\x00\x00")
    hall.driver.heard(Memory(), b"\xff\x00\x13rubbish")


def test_an_order_of_another_device_is_refused() -> None:
    with pytest.raises(DeviceFault, match="prints"):
        Hall().driver.perform(Memory(), Order("printer"))  # type: ignore[arg-type]


def joined(piece: int | None = None, **options: Any) -> tuple[Hall, SimulatedEscposPrinter, Wired]:
    simulator = SimulatedEscposPrinter("printer", options=options)
    hall, line = (
        Hall(**{key: value for key, value in options.items() if key != "speed_mm_s"}),
        Wired(simulator, piece=piece),
    )
    hall.driver.handshake(line)
    return hall, simulator, line


PRINTED_LINES = ["测试区公共法律服务中心", "─" * 24, "A012", "法律援助 Legal aid 䶮𠮷"]


@pytest.mark.parametrize("piece", [None, 1])
@pytest.mark.parametrize("speed", [0, 80, 250])
def test_the_simulated_printer_reads_the_same_words_and_code(piece: int | None, speed: int) -> None:
    hall, simulator, line = joined(piece, speed_mm_s=speed)
    hall.driver.perform(line, JOB)
    assert hall.told == [Printed("printer", "A012")]
    shown = simulator.show()
    assert shown["slips"] == [
        {"number": 1, "lines": PRINTED_LINES, "qr": ["http://hall.test/t/k3J9s2LmQx"], "cut": "partial", "taken": False}
    ]
    assert (shown["unknown_commands"], shown["lost_bytes"], shown["waiting_bytes"]) == (0, 0, 0)


@pytest.mark.parametrize("cut", ["full", "partial"])
@pytest.mark.parametrize("charset", ["gbk", "gb2312"])
def test_a_printer_with_older_fonts_prints_a_mark_where_it_has_no_character(charset: str, cut: str) -> None:
    hall, simulator, line = joined(width_mm=58, charset=charset, cut=cut)
    hall.driver.perform(line, JOB)
    assert hall.told == [Printed("printer", "A012", 2)]
    (slip,) = simulator.show()["slips"]
    assert slip["lines"][1:] == ["─" * 16, "A012", "法律援助 Legal aid 〓〓"]
    assert slip["cut"] == cut


def test_a_code_sent_as_dots_is_the_same_code() -> None:
    hall, simulator, line = joined(native_qr=False)
    hall.driver.perform(line, JOB)
    dots = [mark for mark in simulator._slips[-1].marks if hasattr(mark, "rows")]
    rows = [row for mark in dots for row in mark.rows]
    expected = segno.make(b"http://hall.test/t/k3J9s2LmQx", error="m", micro=False, boost_error=False).matrix
    size = len(rows) // len(expected)
    found = [
        [rows[y * size + size // 2][(x * size + size // 2) // 8] >> (7 - (x * size + size // 2) % 8) & 1
         for x in range(len(expected))]
        for y in range(len(expected))
    ]  # fmt: skip
    assert size == 6
    assert found == [[int(module != 0) for module in row] for row in expected]
    assert simulator.show()["unknown_commands"] == 0


def test_no_question_is_answered_that_was_not_asked() -> None:
    """The simulated printer answers ``10 04 n`` also inside dots and text, as real ones may."""
    for options in ({}, {"native_qr": False}, {"charset": "gb2312"}):
        answered: list[bytes] = []
        simulator = SimulatedEscposPrinter("printer", options={**options, "speed_mm_s": 0})
        simulator.attach(answered.append)
        simulator.hear(encode_slip((*SLIP, Text("\x10\x04\x01 \x10\x14\x01\x00\x01")), Profile(**options)).data)
        assert answered == []
        assert simulator.show()["slips"][0]["cut"] == "partial"


@pytest.mark.parametrize(
    ("action", "code"),
    [("paper_out", "paper_out"), ("cover_open", "cover_open"), ("cutter_jam", "cutter"), ("error", "error"),
     ("offline", "offline")],
)  # fmt: skip
def test_every_trouble_of_the_printer_is_told_and_passes(action: str, code: str) -> None:
    hall, simulator, line = joined()
    simulator.do(action, {"on": True})
    for act in (lambda: hall.driver.poll(line), lambda: hall.driver.perform(line, JOB)):
        with pytest.raises(DeviceFault) as problem:
            act()
        assert problem.value.code == code
    assert NotPrinted("printer", "A012", code) in hall.told
    assert simulator.show()["slips"] == []
    simulator.do(action, {"on": False})
    hall.driver.poll(line)
    hall.driver.perform(line, JOB)
    assert hall.told[-1] == Printed("printer", "A012")
    assert len(simulator.show()["slips"]) == 1


def test_paper_that_ends_in_the_middle_of_a_slip_is_noticed() -> None:
    hall, simulator, _ = joined(speed_mm_s=50)

    class Ending(Wired):
        def let_pass(self, seconds: float) -> None:
            super().let_pass(seconds)
            if self.steady_s > 0.5 and simulator._slip.marks:
                simulator.do("paper_out", {})

    ending = Ending(simulator)
    with pytest.raises(DeviceFault, match="paper_out"):
        hall.driver.perform(ending, JOB)
    assert NotPrinted("printer", "A012", "paper_out") in hall.told
    (slip,) = simulator.show()["slips"]
    assert slip["cut"] is None, "half a slip hangs there"


def test_a_printer_that_says_all_is_well_and_does_not_print_is_not_believed() -> None:
    simulator = SimulatedEscposPrinter("printer", options={"speed_mm_s": 1})
    hall, line = Hall(), Wired(simulator)
    hall.driver.handshake(line)
    with pytest.raises(NoReply):
        hall.driver.perform(line, JOB)
    assert hall.told == [NotPrinted("printer", "A012", "no_reply")]


def test_the_answer_to_an_older_question_proves_nothing() -> None:
    """A handshake while an older slip is still printing: its answer comes late and must not be taken for the slip's."""
    simulator = SimulatedEscposPrinter("printer", options={"speed_mm_s": 20})
    hall, line = Hall(), Wired(simulator)
    simulator.hear(b"older\n" * 8)
    hall.driver.handshake(line)
    hall.driver.perform(line, Print("printer", "A013", (Text("A013"),)))
    assert hall.told == [Printed("printer", "A013")]
    assert simulator.show()["slips"][0]["lines"][-1] == "A013"
    assert simulator.show()["slips"][0]["cut"] == "partial"


def test_an_answer_that_comes_when_nobody_waits_any_more_is_not_owed() -> None:
    hall, simulator, line = joined()
    simulator.do("paper_out", {})
    simulator.hear(b"held back by the printer")
    hall.driver._ask_paper(line, b"")
    simulator.do("paper_out", {"on": False})
    line.let_pass(1.0)
    hall.driver.heard(line, line.read(0.0))
    assert hall.driver._papers_owed == 0


def test_one_lost_answer_does_not_make_every_slip_a_failure() -> None:
    looked = [(ALL, FINE)] * 4
    hall = Hall()
    line = Memory([(ALL, FINE), (PAPER, b"\x00"), (ALL, FINE), (BYTES + PAPER, b""), *[(ALL, FINE)] * 21])
    hall.driver.handshake(line)
    with pytest.raises(NoReply):
        hall.driver.perform(line, JOB)
    assert line.left_over() == ([], b"")
    hall.told.clear()
    padded = bytes(encode_slip(SLIP, Profile()).longest_command) + BYTES + PAPER
    again = Memory([(ALL, FINE), (padded, b"\x00"), *looked, (ALL, FINE)])
    hall.driver.perform(again, JOB)
    assert hall.told == [Printed("printer", "A012")]
    assert again.left_over() == ([], b"")


@pytest.mark.parametrize("native_qr", [True, False])
@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.9])
def test_a_slip_after_a_torn_one_is_whole(share: float, native_qr: bool) -> None:
    """Half a picture or code waits in the printer for the rest: the next slip must not be swallowed by it."""
    hall, simulator, _ = joined(native_qr=native_qr)

    class Torn(Wired):
        def write(self, data: bytes) -> None:
            if len(data) > 100:
                super().write(data[: int(len(data) * share)])
                raise PortLost("cut in the middle")
            super().write(data)

    with pytest.raises(PortLost):
        hall.driver.perform(Torn(simulator), JOB)
    hall.driver.forget()
    again = Wired(simulator)
    hall.driver.handshake(again)
    hall.driver.perform(again, JOB)
    assert hall.told[-1] == Printed("printer", "A012")
    assert simulator.show()["slips"][-1]["lines"][-4:] == PRINTED_LINES


def test_a_slip_is_printed_over_a_real_terminal() -> None:
    simulator = SimulatedEscposPrinter("printer", options={"speed_mm_s": 0})
    hall = Hall()
    with on_pty(simulator) as path:
        channel = MANIFEST.open_channel(path, 115200)
        try:
            hall.driver.handshake(channel)  # type: ignore[arg-type]
            for _ in range(5):
                hall.driver.perform(channel, JOB)  # type: ignore[arg-type]
        finally:
            channel.close()
    assert hall.told == [Printed("printer", "A012")] * 5
    assert [slip["lines"] for slip in simulator.show()["slips"]] == [PRINTED_LINES] * 5


def test_our_own_share_of_a_slip_is_short() -> None:
    hall, _, line = joined(speed_mm_s=0)
    spent = []
    for _ in range(100):
        began = time.perf_counter()
        hall.driver._look(line)
        encode_slip(JOB.parts, Profile())
        spent.append(time.perf_counter() - began)
    assert sorted(spent)[len(spent) // 2] < 0.005
