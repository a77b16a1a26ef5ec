"""The C-Power packets in both framings: each sample of the maker's papers, each way a packet can arrive, rubbish."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.checksums import sum16
from drivers.lumen_sign import messages
from drivers.lumen_sign.codec import DATA_LIMIT, NetworkParser, Packet, SerialParser
from drivers.lumen_sign.messages import CENTRE, DRAW, Request
from tests.frame_checks import Sample, check_all_five, good, samples

GOOD = samples("lumen_sign")
SERIAL = [sample for sample in GOOD if not sample.name.startswith("tcp-")]
NETWORK = [sample for sample in GOOD if sample.name.startswith("tcp-")]
BAD_NETWORK = samples("lumen_sign_network", bad=True)
FRAMES = {sample.name: sample.data for sample in GOOD}
TICKET = "请A012".encode("gb2312")


def call(data: bytes) -> Request:
    (piece,) = messages.pieces(data, 512)
    return piece


REQUESTS = {
    "query-power": messages.read_power(),
    "off": messages.switch(False),
    "on": messages.switch(True),
    "split": call(messages.split(0, 0, 64, 16)),
    "show-ticket": call(messages.text(TICKET, DRAW, 0x05, 1)),
}


def test_the_sums_check_value() -> None:
    assert sum16(b"123456789") == 0x01DD
    assert sum16(b"\xff" * 300) == 300 * 255 & 0xFFFF


@pytest.mark.parametrize("sample", SERIAL, ids=lambda sample: sample.name)
def test_a_published_frame_survives_all_five_ways(sample: Sample) -> None:
    packet = check_all_five(SerialParser, sample.data, checksum_at=len(sample.data) - 3)
    assert packet.on_serial() == sample.data


@pytest.mark.parametrize("sample", NETWORK, ids=lambda sample: sample.name)
def test_a_frame_of_the_network_survives_all_five_ways(sample: Sample) -> None:
    packet = check_all_five(NetworkParser, sample.data, checksum_at=len(sample.data) - 2)
    assert packet.on_network() == sample.data


@pytest.mark.parametrize("sample", samples("lumen_sign", bad=True), ids=lambda sample: sample.name)
def test_each_bad_frame_is_refused_and_the_next_one_read(sample: Sample) -> None:
    parser = SerialParser()
    assert good(parser.feed(sample.data)) == []
    assert len(good(parser.feed(FRAMES["on"]))) == 1


@pytest.mark.parametrize("sample", BAD_NETWORK, ids=lambda sample: sample.name)
def test_a_bad_frame_of_the_network_is_refused_and_the_next_one_read(sample: Sample) -> None:
    parser = NetworkParser()
    assert good(parser.feed(sample.data)) == []
    assert len(good(parser.feed(FRAMES["tcp-exit"]))) == 1


@pytest.mark.parametrize("name", REQUESTS)
def test_our_requests_are_the_papers_to_the_byte(name: str) -> None:
    assert REQUESTS[name].packet(1).on_serial() == FRAMES[name]


@pytest.mark.parametrize("text", ["楼", "蔼", "爱", "楼蔼爱号", "楼A0蔼12"])
def test_text_with_the_frames_own_bytes_inside_travels(text: str) -> None:
    packet = call(messages.text(text.encode("gb2312"), DRAW, 0x05, 1)).packet(1)
    assert check_all_five(SerialParser, packet.on_serial()) == packet
    assert check_all_five(NetworkParser, packet.on_network()) == packet
    inner = packet.on_serial()[1:-1]
    assert inner.count(0xA5) == inner.count(0xAE) == 0
    assert text.encode("gb2312") in packet.on_network()


def test_a_sum_with_the_frames_own_bytes_inside_is_escaped() -> None:
    for want in (0xA5, 0xAE, 0xAA):
        packet = next(
            one for one in (Packet(1, 0x7B, 0, bytes([byte])) for byte in range(256)) if one.body()[-2] == want
        )
        assert packet.on_serial()[-4:-2] in (b"\xaa\x05", b"\xaa\x0e", b"\xaa\x0a")
        assert good(SerialParser().feed(packet.on_serial())) == [packet]


@pytest.mark.parametrize("make", [SerialParser, NetworkParser])
def test_every_byte_value_travels(make: Callable[[], SerialParser | NetworkParser]) -> None:
    packet = Packet(0xA5, 0xAE, 0xAA, bytes(range(256)) * 4)
    data = packet.on_serial() if make is SerialParser else packet.on_network(0x1234_5678)
    assert check_all_five(make, data) == packet


def test_more_data_than_a_packet_holds_is_not_sent() -> None:
    assert Packet(1, 0x7B, 1, bytes(DATA_LIMIT)).on_serial()
    with pytest.raises(ValueError, match="do not fit"):
        Packet(1, 0x7B, 1, bytes(DATA_LIMIT + 1)).on_serial()


def test_two_packets_in_one_read_and_a_cut_one_before() -> None:
    one, two = FRAMES["on"], FRAMES["query-power"]
    assert [item.data for item in good(SerialParser().feed(one[:7] + one + two))] == [bytes([0, 1, *bytes(7)]), b"\x01"]


@pytest.mark.parametrize("make", [SerialParser, NetworkParser])
def test_ten_thousand_bytes_of_noise_do_not_lose_what_follows(
    make: Callable[[], SerialParser | NetworkParser],
) -> None:
    packet = messages.read_power().packet(1)
    data = packet.on_serial() if make is SerialParser else packet.on_network()
    parser = make()
    parser.feed(Random(5).randbytes(10_000))
    found = [item for _ in range(80) for item in good(parser.feed(data))]  # a false head holds up one longest packet
    assert packet in found
    assert len(found) >= 80 - (DATA_LIMIT + 20) // len(data) - 1


@given(st.binary(max_size=400), st.integers(1, 50))
def test_any_bytes_in_any_split_raise_nothing(rubbish: bytes, piece: int) -> None:
    for make in (SerialParser, NetworkParser):
        parser: SerialParser | NetworkParser = make()
        for start in range(0, len(rubbish), piece):
            parser.feed(rubbish[start : start + piece])


@settings(max_examples=200)
@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255), st.binary(max_size=DATA_LIMIT))
def test_any_packet_comes_back_as_it_was(card: int, command: int, flag: int, data: bytes) -> None:
    packet = Packet(card, command, flag, data)
    assert SerialParser().feed(packet.on_serial()) == [packet]
    assert NetworkParser().feed(packet.on_network()) == [packet]


@pytest.mark.parametrize("make", [SerialParser, NetworkParser])
def test_a_megabyte_of_rubbish_is_bounded_in_memory(make: Callable[[], SerialParser | NetworkParser]) -> None:
    rubbish = Random(7).randbytes(1_000_000)
    parser = make()
    tracemalloc.start()
    for start in range(0, len(rubbish), 4096):
        parser.feed(rubbish[start : start + 4096])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 500_000


@pytest.mark.parametrize("command", range(256))
def test_nothing_that_restarts_a_card_or_writes_its_flash_can_be_built(command: int) -> None:
    if command in (0x2E, 0x46, 0x76, 0x7B):
        assert Request(command, b"\x01").packet(1)
        return
    with pytest.raises(ValueError, match="never sent"):
        Request(command, b"\x00")


def test_the_call_that_saves_to_flash_cannot_be_built() -> None:
    for first in range(256):
        if first in (0x01, 0x03, 0x12):
            continue
        with pytest.raises(ValueError, match="never sent"):
            list(messages.pieces(bytes([first, 0, 0, 0]), 512))


def test_a_long_call_is_cut_and_only_its_first_piece_names_it() -> None:
    red = bytes(range(256)) * 8
    parts = list(messages.pieces(messages.image(1024, 16, red), 512))
    heads = [(part.data[:2], part.data[2], part.data[3]) for part in parts]
    assert heads == [(b"\x00\x02", number, 4) for number in range(4)] + [(b"\x13\x00", 4, 4)]
    assert b"".join(part.data[4:] for part in parts) == messages.image(1024, 16, red)
    with pytest.raises(ValueError, match="do not fit 256 packets"):
        list(messages.pieces(bytes([0x03]) + bytes(64 * 256), 64))


def answer(flag: int, data: bytes, command: int = messages.CALL) -> Packet:
    return Packet(1, command, flag, data, 0xE8)


@pytest.mark.parametrize(
    ("request_", "packet", "judge", "code"),
    [
        (call(messages.split(0, 0, 64, 16)), answer(0, bytes(4)), "paper", None),
        (call(messages.split(0, 0, 64, 16)), answer(1, bytes(4)), "paper", "checksum"),
        (call(messages.split(0, 0, 64, 16)), answer(2, bytes(4)), "paper", "sequence"),
        (call(messages.split(0, 0, 64, 16)), answer(0x77, bytes(4)), "paper", "error_77"),
        (call(messages.split(0, 0, 64, 16)), answer(2, bytes(4)), "any", None),
        (messages.set_brightness(3), answer(1, b"\x01", 0x46), "paper", None),
        (messages.set_brightness(3), answer(0, b"\x00", 0x46), "paper", "refused"),
        (messages.set_brightness(3), answer(0, b"\x00", 0x46), "flag", None),
        (messages.set_brightness(3), answer(1, b"\x01", 0x46), "flag", "checksum"),
        (messages.switch(True), answer(0, b"\x00\x01", 0x76), "paper", None),
        (messages.switch(True), answer(0, b"\x00\x00", 0x76), "paper", "refused"),
        (messages.read_power(), answer(0, b"\x01\x00" + bytes(8), 0x76), "paper", None),
        (messages.read_power(), answer(0, b"", 0x76), "paper", "refused"),
    ],
)
def test_how_an_answer_is_judged(request_: Request, packet: Packet, judge: messages.Judge, code: str | None) -> None:
    assert messages.fault(packet, request_, judge) == code


def test_an_answer_is_known_by_card_and_command_and_is_not_our_own_echo() -> None:
    asked = messages.read_power().packet(1)
    old, new = Packet(1, 0x76, 0, b"\x01\x01", 0x68), Packet(1, 0x76, 0, b"\x01\x01", 0xE8)
    assert messages.answers(old, asked)
    assert messages.answers(new, asked)
    assert not messages.answers(asked, asked)
    assert not messages.answers(Packet(2, 0x76, 0, b"\x01\x01", 0xE8), asked)
    assert not messages.answers(Packet(1, 0x46, 0, b"\x01", 0xE8), asked)


@pytest.mark.parametrize(("level", "value"), [(0, 0), (7, 14), (8, 17), (15, 31)])
def test_brightness_of_ours_in_the_cards_scale(level: int, value: int) -> None:
    assert messages.set_brightness(level).data == bytes([0]) + bytes([value]) * 24


def test_what_cannot_be_said_is_not_sent() -> None:
    with pytest.raises(ValueError, match="0 to 15"):
        messages.set_brightness(16)
    with pytest.raises(ValueError, match="zero byte"):
        messages.text(b"A\x00B", DRAW, CENTRE, 1)


def test_a_versions_words() -> None:
    data = bytes([0, 0x0C, 0x41, 0x31, 0, 0, 0, 0x35])
    assert messages.version_words(answer(0, data, 0x2E)) == "C-Power type 0C, program 3.5"
    assert messages.version_words(answer(0, data[:4], 0x2E)) == ""
