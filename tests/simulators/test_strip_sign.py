"""The simulated strip against the public facts: both forms, what it refuses in silence, dots, noise."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.device import ActionRefused
from simulators.strip_sign import SimulatedStripSign
from tests.frame_checks import Sample, samples

FRAMES = {sample.name: sample.data for sample in samples("strip_sign")}
HOST = [sample for sample in samples("strip_sign", "host") if not sample.name.startswith("plain-")]
BAD = samples("strip_sign", "host", bad=True)
TERMINAL = bytes.fromhex("FF 68 03 03 68 03 01 0C 10 16")


class Bench:
    """A strip on a table, and what it has said."""

    def __init__(self, address: int = 3, **options: Any) -> None:
        self.sign = SimulatedStripSign("strip", address=address, options=options)
        self.said: list[bytes] = []
        self.sign.attach(self.said.append)

    def ask(self, data: bytes) -> bytes:
        self.said.clear()
        self.sign.hear(data)
        return b"".join(self.said)

    @property
    def text(self) -> str:
        return str(self.sign.show()["text"])


def message(data: bytes, function: int = 0xA5, address: int = 3) -> bytes:
    body = bytes([address, function]) + len(data).to_bytes(2, "big") + data
    check = 0
    for byte in body:
        check ^= byte
    return b"\xa0\x90" + body + bytes([check])


def test_the_samples_do_what_they_say() -> None:
    bench = Bench()
    bench.ask(FRAMES["show-ticket"])
    assert bench.text == "请A012"
    bench.ask(FRAMES["paused"])
    assert bench.text == "暂停服务"
    bench.ask(message("欢".encode("gb2312") + b"\x01", 0xA2))
    bench.ask(FRAMES["show-stored"])
    assert bench.text == "欢"
    plain = Bench(form="plain")
    plain.ask(FRAMES["plain-ticket"])
    assert plain.text == "请A012"


@pytest.mark.parametrize("sample", HOST, ids=lambda sample: sample.name)
def test_a_message_in_pieces_and_in_noise_is_the_same(sample: Sample) -> None:
    whole, piecewise, noisy = Bench(), Bench(), Bench()
    whole.ask(sample.data)
    for byte in sample.data:
        piecewise.ask(bytes([byte]))
    noisy.ask(b"\x00\xa0\x13" + TERMINAL + sample.data + TERMINAL)
    for other in (piecewise, noisy):
        assert {key: value for key, value in other.sign.show().items() if key != "counters"} == {
            key: value for key, value in whole.sign.show().items() if key != "counters"
        }
        assert other.sign.show()["counters"]["frames"] == 1


@pytest.mark.parametrize("sample", BAD, ids=lambda sample: sample.name)
@pytest.mark.parametrize("form", ["a090", "plain"])
def test_a_bad_message_shows_nothing_and_the_next_one_is_shown(sample: Sample, form: str) -> None:
    bench = Bench(form=form, answers=form == "a090")
    assert bench.ask(sample.data) == b""
    assert bench.text == ""
    bench.ask(FRAMES["plain-ticket" if form == "plain" else "show-ticket"])
    assert bench.text == "请A012"


def test_the_forms_do_not_read_each_other() -> None:
    assert [Bench().ask(FRAMES["plain-ticket"]), Bench(form="plain").ask(FRAMES["show-ticket"])] == [b"", b""]


def test_another_address_is_not_obeyed() -> None:
    bench = Bench(address=4, answers=True)
    assert bench.ask(FRAMES["show-ticket"]) == b""
    assert bench.sign.show()["counters"]["foreign"] == 1


@pytest.mark.parametrize("size", [5, 9])
def test_an_answer_begins_and_ends_as_the_public_host_looks_for_it(size: int) -> None:
    answer = Bench(answers=True, answer_bytes=size).ask(FRAMES["show-ticket"])
    assert (answer[:3], answer[-2:], len(answer)) == (b"\xa0\x90\x03", b"\xa5\xaa", size)
    assert Bench().ask(FRAMES["show-ticket"]) == b""


def test_a_colour_and_a_base() -> None:
    bench = Bench(length_base=255)
    bench.ask(message(b"A\x02"))
    assert bench.sign.show()["colour"] == "yellow"
    data = b"A\x00" * 128
    long = bytearray(message(data))
    long[4:6] = bytes([1, 1])
    long[-1] ^= 0x01
    bench.ask(bytes(long))
    assert bench.text == "A" * 128


def test_a_wide_text_runs_and_a_narrow_one_stands_left() -> None:
    bench = Bench()
    bench.ask(message("口".encode("gb2312") + b"\x00"))
    lit = [column for row in bench.sign.show()["rows"] for column, dot in enumerate(row) if dot == "#"]
    assert max(lit) < 16
    bench.ask(message(("口".encode("gb2312") + b"\x00") * 5))
    assert bench.sign.show()["lit"] == 0
    bench.sign.tick(0.8)
    assert bench.sign.show()["lit"] > 0
    assert bench.sign.picture()


def test_a_message_that_stops_is_forgotten_after_half_a_second() -> None:
    bench = Bench()
    bench.ask(b"\xa0\x90\x03\xa5\x03\xff")
    bench.sign.tick(0.6)
    bench.ask(FRAMES["show-ticket"])
    assert bench.text == "请A012"


@given(st.binary(max_size=300), st.sampled_from(["a090", "plain"]))
def test_any_bytes_raise_nothing_and_the_next_text_is_shown(rubbish: bytes, form: str) -> None:
    bench = Bench(form=form)
    bench.ask(rubbish)
    bench.sign.tick(1.0)
    bench.ask(FRAMES["plain-ticket" if form == "plain" else "show-ticket"])
    assert bench.text == "请A012"


def test_a_megabyte_of_rubbish_leaves_nothing_behind() -> None:
    bench = Bench()
    bench.ask(Random(3).randbytes(1_000_000))
    bench.sign.tick(1.0)
    bench.ask(FRAMES["show-ticket"])
    assert bench.text == "请A012"


def test_a_wrong_action_is_refused_in_words() -> None:
    with pytest.raises(ActionRefused):
        Bench().sign.do("dance", {})
