"""The simulated reader against the makers' document: bytes written out by hand, no driver."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from simulators.device import ActionRefused, WrongArgument
from simulators.id_card_reader import SimulatedSamReader
from simulators.people import TRAY, card_text, full_number, person
from tests.frame_checks import samples

FRAMES = {sample.name: sample.data for sample in samples("id_card_reader")}
BAD = {sample.name: sample.data for sample in samples("id_card_reader", bad=True)}
START = bytes.fromhex("AAAAAA9669")


class Bench:
    def __init__(self, **options: object) -> None:
        self.reader = SimulatedSamReader("reader", options=options)
        self.said = bytearray()
        self.reader.attach(self.said.extend)

    def ask(self, data: bytes) -> bytes:
        self.said.clear()
        self.reader.hear(data)
        return bytes(self.said)

    def status(self, name: str) -> int:
        return self.ask(FRAMES[name])[9]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [("reset", "ok"), ("status", "ok"), ("set-baud-9600", "ok"), ("limit-radio-bytes", "ok"), ("find", "no-card"),
     ("select", "select-failed"), ("read", "read-failed"), ("sam-number", "sam-number-reply")],
)  # fmt: skip
def test_an_empty_reader_answers_as_documented(asked: str, answered: str) -> None:
    assert Bench().ask(FRAMES[asked]) == FRAMES[answered]


def test_a_card_is_found_selected_read_and_then_not_found_again() -> None:
    bench = Bench()
    bench.reader.do("tap_card", {"person": "elder-1"})
    assert bench.ask(FRAMES["find"]) == FRAMES["card-found"]
    assert bench.ask(FRAMES["select"]) == FRAMES["selected"]
    frame = bench.ask(FRAMES["read"])
    assert len(frame) == 1295
    assert frame[5:7] == b"\x05\x08"
    assert frame[10:14] == b"\x01\x00\x04\x00"
    assert frame[14:270] == FRAMES["read-citizen"][14:270]
    assert frame[270:274] == bytes.fromhex("574C6600")
    assert bench.ask(FRAMES["find"]) == FRAMES["no-card"]
    assert bench.status("read-newest-address") == 0x91


def test_the_order_find_select_read_is_kept() -> None:
    bench = Bench()
    bench.reader.do("tap_card", {"person": "elder-1"})
    assert bench.status("select") == 0x81
    assert bench.status("read") == 0x41
    bench.ask(FRAMES["find"])
    assert bench.status("read") == 0x41


@pytest.mark.parametrize(("fingers", "size"), [(2, 2321), (1, 1809), (0, 1297)])
def test_fingerprints_follow_the_photo(fingers: int, size: int) -> None:
    bench = Bench(fingerprints=fingers)
    bench.reader.do("tap_card", {})
    bench.ask(FRAMES["find"])
    bench.ask(FRAMES["select"])
    assert len(bench.ask(FRAMES["read-with-fingerprints"])) == size


@pytest.mark.parametrize(
    ("name", "status"), [("bad-find-of-one-client", 0x21), ("bad-checksum-of-find", 0x10), ("bad-length-two", 0x11)]
)
def test_bad_requests_are_refused_loudly(name: str, status: int) -> None:
    bench = Bench()
    assert bench.ask(BAD[name])[9] == status
    assert bench.ask(FRAMES["find"]) == FRAMES["no-card"]


@pytest.mark.parametrize("sample", samples("id_card_reader", "host"), ids=lambda sample: sample.name)
def test_requests_are_understood_in_any_split_and_in_rubbish(sample: object) -> None:
    data: bytes = sample.data  # type: ignore[attr-defined]
    whole = Bench().ask(data)
    assert whole.startswith(START)
    bench = Bench()
    assert b"".join(bench.ask(data[index : index + 1]) for index in range(len(data))) == whole
    assert Bench().ask(b"\x00\xaa" + data + b"\x13") == whole
    assert Bench().ask(data + data) == whole + whole


def test_a_planned_fault_is_answered_so_many_times() -> None:
    bench = Bench()
    bench.reader.do("answer_fault", {"status": "60", "count": 2, "command": "11"})
    assert bench.ask(FRAMES["find"]) == FRAMES["no-card"]
    assert [bench.status("status") for _ in range(3)] == [0x60, 0x60, 0x90]
    bench.reader.do("answer_fault", {"status": 0x66})
    bench.reader.do("clear_faults", {})
    assert bench.status("status") == 0x90


def test_a_hand_takes_the_card_away_after_a_while() -> None:
    bench = Bench()
    bench.reader.tick(100.0)
    bench.reader.do("tap_card", {"person": "adult-1"})
    bench.reader.tick(101.4)
    assert bench.status("find") == 0x9F
    bench.reader.tick(101.6)
    assert bench.status("find") == 0x80
    bench.reader.do("tap_card", {"person": "adult-1", "stay_s": 0})
    bench.reader.tick(900.0)
    assert bench.status("find") == 0x9F
    bench.reader.do("remove_card", {})
    assert bench.status("find") == 0x80


@pytest.mark.parametrize(
    ("action", "arguments"),
    [("fly", {}), ("tap_card", {"person": "nobody"}), ("tap_card", {"person": 7}), ("tap_card", {"who": "elder-1"}),
     ("tap_card", {"person": "elder-1", "name": "测试"}), ("tap_card", {"stay_s": -1}), ("tap_card", {"stay_s": True}),
     ("tap_card", {"name": "测" * 16}), ("tap_card", {"birth": "soon"}), ("tap_card", {"number": "1" * 19}),
     ("answer_fault", {"status": "xyz"}), ("answer_fault", {"status": 256}), ("answer_fault", {"count": 0}),
     ("answer_fault", {"colour": 1}), ("tap_card", {"stay_s": float("nan")}), ("answer_fault", {"status": None})],
)  # fmt: skip
def test_what_the_reader_cannot_do_is_refused(action: str, arguments: dict[str, object]) -> None:
    with pytest.raises(ActionRefused):
        Bench().reader.do(action, arguments)


def test_a_card_of_given_fields_is_laid_on() -> None:
    bench = Bench()
    bench.reader.do("tap_card", {"name": "测试甲", "birth": "19500101"})
    bench.ask(FRAMES["find"])
    bench.ask(FRAMES["select"])
    text = bench.ask(FRAMES["read"])[14:270].decode("utf-16-le")
    assert text.startswith("测试甲 ")
    assert text[61:79] == full_number("999999", "19500101", "001")


def test_what_is_not_given_follows_from_the_number() -> None:
    bench = Bench()
    number = full_number("999999", "19491231", "002")
    bench.reader.do("tap_card", {"name": "测试乙", "number": number, "address": "样本路9号", "sex": "2"})
    for frame in ("find", "select"):
        bench.ask(FRAMES[frame])
    text = bench.ask(FRAMES["read"])[14:270].decode("utf-16-le")
    assert text[15] == "2"
    assert text[18:26] == "19491231"
    assert text[26:61].strip() == "样本路9号"
    assert text[61:79] == number


@pytest.mark.parametrize(
    ("given", "field"), [({"person": 5}, "person"), ({"junk": "1"}, "junk"), ({"name": 1}, "name")]
)
def test_a_wrong_argument_is_named(given: dict[str, object], field: str) -> None:
    with pytest.raises(WrongArgument) as wrong:
        Bench().reader.do("tap_card", given)
    assert wrong.value.field == field


def test_nothing_personal_is_shown() -> None:
    bench = Bench()
    bench.reader.do("tap_card", {"name": "测试甲", "birth": "19500101"})
    for one in TRAY:
        bench.reader.do("tap_card", {"person": one.id})
        shown = json.dumps(bench.reader.show(), ensure_ascii=False)
        assert "测试" not in shown
        assert "99999" not in shown
        assert "测试" not in repr(one)


def test_every_number_of_the_tray_has_its_check_digit_and_a_region_that_is_none() -> None:
    chance = random.Random(3)
    crowd = [person(f"visitor-{chance.randrange(1_000_000)}") for _ in range(300)]
    for one in (*TRAY, *(someone for someone in crowd if someone is not None)):
        number = one.fields.get("number", "")
        assert one.kind in "I-" or number.startswith("99")
        if one.kind in "CJY":
            assert (ric.calc_check_digit(number) == number[-1]) is (one.fault != "wrong_check_digit"), one.id
        if one.kind != "-":
            assert "测试" in one.fields["name"]
            assert len(card_text(one)) == 256


def test_strangers_are_many_and_each_is_himself() -> None:
    numbers = {one.fields["number"] for index in range(5000) if (one := person(f"visitor-{index}")) is not None}
    assert len(numbers) == 5000
    assert person("visitor-42") == person("visitor-42")
    assert person("visitor-1000000") is None


def test_a_bus_card_has_no_text() -> None:
    card = person("bus-card")
    assert card is not None
    with pytest.raises(ValueError, match="no ID card"):
        card_text(card)


@given(st.lists(st.binary(max_size=120) | st.sampled_from([FRAMES["find"], FRAMES["select"], START]), max_size=10))
def test_any_bytes_are_survived(pieces: list[bytes]) -> None:
    bench = Bench()
    bench.reader.do("tap_card", {"person": "bus-card"})
    for piece in pieces:
        bench.ask(piece)
    for _ in range(8):
        bench.ask(FRAMES["status"])
    assert bench.ask(FRAMES["status"]) == FRAMES["ok"]
    assert len(bench.reader._ear._held) < 80
