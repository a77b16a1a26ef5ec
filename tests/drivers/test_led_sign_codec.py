"""The sign's packets: every sample of the vendor's paper, every way a packet can arrive, and rubbish."""

from __future__ import annotations

import tracemalloc
from datetime import datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.frames import FrameError
from drivers.led_sign import messages
from drivers.led_sign.codec import BROADCAST, DATA_LIMIT, HOST, Packet, Parser
from drivers.led_sign.messages import Area, Reply, Request, Status
from drivers.led_sign.text import to_card
from drivers.sign_text import cut_to_width
from tests.frame_checks import Sample, check_all_five, good, samples

GOOD = samples("led_sign")
BAD = samples("led_sign", bad=True)

REQUESTS: dict[str, tuple[int, Request]] = {
    "ping": (1, messages.ping()),
    "status": (1, messages.read_status()),
    "fonts": (1, messages.read_fonts()),
    "set-clock": (1, messages.set_clock(datetime(2013, 1, 25, 11, 17, 26))),
    "brightness": (1, messages.set_brightness(12)),
    "delete-areas": (1, messages.delete_areas()),
    "clear": (1, messages.clear()),
    "welcome": (
        BROADCAST,
        messages.show_area(
            Area(
                "欢迎光临".encode("gb2312"),
                128,
                32,
                timeout_s=10,
                alignment=0,
                single_line=False,
                speed=2,
                stay_half_s=10,
            )
        ),
    ),
    "show-ticket": (1, messages.show_area(Area(rb"\FO000\C1" + "请A012号".encode("gb2312"), 64, 16))),
}


@pytest.mark.parametrize("sample", GOOD, ids=lambda sample: sample.name)
def test_a_published_frame_survives_all_five_ways(sample: Sample) -> None:
    packet = check_all_five(Parser, sample.data, checksum_at=len(sample.data) - 2)
    assert packet.encode().lstrip(b"\xa5") == sample.data.lstrip(b"\xa5")


@pytest.mark.parametrize("sample", BAD, ids=lambda sample: sample.name)
def test_a_bad_frame_is_refused_and_the_next_one_read(sample: Sample) -> None:
    parser = Parser()
    assert good(parser.feed(sample.data)) == []
    assert len(good(parser.feed(GOOD[0].data))) == 1


@pytest.mark.parametrize("name", REQUESTS)
def test_our_requests_are_the_papers_to_the_byte(name: str) -> None:
    address, request = REQUESTS[name]
    wanted = next(sample.data for sample in GOOD if sample.name == name)
    assert Packet(address, HOST, request.data()).encode() == wanted


def test_every_request_the_paper_shows_is_built_except_those_that_write_flash() -> None:
    shown = {sample.name for sample in GOOD if sample.sender == "host"}
    assert shown - set(REQUESTS) == {"begin-file", "write-file", "lock", "unlock", "special-area"}


def test_nothing_that_erases_the_card_or_writes_its_flash_can_be_built() -> None:
    sent = {(request.group, request.command) for _, request in REQUESTS.values()} | {(0xA3, 0x00)}
    for group in range(256):
        for command in range(256):
            if (group, command) not in sent:
                with pytest.raises(ValueError, match="never sent"):
                    Request(group, command)


def test_every_byte_value_travels() -> None:
    packet = Packet(0xA65A, HOST, bytes(range(256)) * 4)
    assert check_all_five(Parser, packet.encode()) == packet
    assert packet.encode()[8:-1].count(0xA5) == packet.encode()[8:-1].count(0x5A) == 0


@pytest.mark.parametrize("text", ["楼", "蔼爱", "ZZ[[", "楼蔼爱Z[号", "Z" * 40])
def test_text_with_the_frames_own_bytes_inside_travels(text: str) -> None:
    request = messages.show_area(Area(to_card(text, "？")[0], 64, 16))
    packet = Packet(1, HOST, request.data())
    assert check_all_five(Parser, packet.encode()) == packet
    assert request.data().endswith(text.encode("gb2312"))


def test_two_packets_in_one_read_and_a_cut_one_before() -> None:
    one, two = GOOD[0].data, GOOD[1].data
    parser = Parser()
    found = parser.feed(one[:17] + one + two)
    assert [item.data[:2] for item in good(found)] == [b"\xa2\x00", b"\xa1\x02"]
    assert sum(isinstance(item, FrameError) for item in found) == 1


def test_more_data_than_a_packet_holds_is_not_sent() -> None:
    assert Packet(1, HOST, bytes(DATA_LIMIT)).encode()
    with pytest.raises(ValueError, match="do not fit"):
        Packet(1, HOST, bytes(DATA_LIMIT + 1)).encode()


def test_a_packet_that_never_ends_is_given_up() -> None:
    parser = Parser()
    assert FrameError("length", 1041) in parser.feed(b"\xa5" + bytes(5000))
    assert len(good(parser.feed(GOOD[0].data))) == 1


@given(st.binary(max_size=600), st.integers(1, 50))
def test_any_bytes_in_any_split_raise_nothing_and_lose_no_later_packet(rubbish: bytes, piece: int) -> None:
    parser = Parser()
    data = rubbish + GOOD[0].data
    found = [item for start in range(0, len(data), piece) for item in parser.feed(data[start : start + piece])]
    assert good(found)[-1].encode() == GOOD[0].data


@settings(max_examples=200)
@given(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF), st.binary(max_size=DATA_LIMIT))
def test_any_packet_comes_back_as_it_was(to: int, sender: int, data: bytes) -> None:
    packet = Packet(to, sender, data)
    assert Parser().feed(packet.encode()) == [packet]


def test_a_megabyte_of_rubbish_is_bounded_in_memory_and_forgotten() -> None:
    rubbish = Random(7).randbytes(1_000_000)
    parser = Parser()
    tracemalloc.start()
    for start in range(0, len(rubbish), 4096):
        parser.feed(rubbish[start : start + 4096])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200_000
    assert len(good(parser.feed(GOOD[0].data))) == 1


def test_an_answer_is_known_by_its_question() -> None:
    ack, nack = Reply.decode(b"\xa0\x00\x00\x00\x00"), Reply.decode(b"\xa0\x01\x0c\x00\x00")
    own = Reply.decode(b"\xa1\x02\x00\x00\x00")
    assert ack
    assert nack
    assert own
    assert (ack.answers(messages.ping()), own.answers(messages.ping())) == (True, False)
    assert (ack.answers(messages.read_status()), own.answers(messages.read_status())) == (False, True)
    assert nack.answers(messages.ping())
    assert nack.answers(messages.read_status())
    assert (ack.fault, nack.fault) == (None, "font_missing")
    assert Reply.decode(b"\xa0\x00\x00") is None


def test_an_error_that_the_paper_does_not_name_keeps_its_number() -> None:
    reply = Reply.decode(b"\xa0\x01\x77\x00\x00")
    assert reply
    assert reply.fault == "error_77"
    silent = Reply.decode(b"\xa0\x01\x00\x00\x00")
    assert silent
    assert silent.fault == "refused"


def test_status_of_both_layouts() -> None:
    head = bytes([1, 12, *bytes(8), 3]) + b"P000"
    tail = bytes(28)
    wanted = Status(on=True, brightness=12, programs=3, areas=(0, 4))
    assert Status.decode(head + b"\x00\x00" + b"\x02\x00\x04" + tail) == wanted
    assert Status.decode(head + b"\x02\x00\x04" + tail) == wanted
    assert Status.decode(head + b"\x02\x00" + tail) is None
    assert Status.decode(b"") is None


def test_what_gb2312_lacks_is_replaced_and_named() -> None:
    assert to_card("请䶮𠮷到", "？") == ("请？？到".encode("gb2312"), "䶮𠮷")
    assert to_card("a\ud800b", "*") == (b"a*b", "\ud800")


def test_nothing_in_a_text_can_pose_as_an_escape() -> None:
    card, lost = to_card("a\\C3\nb\x00c—·", "？")
    assert b"\\" not in card
    assert card == "a＼C3 b c".encode("gb2312") + b"\xa1\xaa\xa1\xa4"
    assert lost == ""


@given(st.text(max_size=60), st.integers(2, 40))
def test_cutting_loses_nothing_and_tears_nothing(text: str, cells: int) -> None:
    card, _ = to_card(text, "？")
    pieces = cut_to_width(card, cells)
    assert b"".join(pieces) == card
    for piece in pieces:
        assert len(piece) <= cells
        piece.decode("gb2312")


@pytest.mark.parametrize(
    ("coordinates", "x", "width"),
    [("pixel_flag", "0080", "4080"), ("bytes", "0000", "0800"), ("pixel_raw", "0000", "4000")],
)
def test_three_ways_to_say_sixty_four_dots(coordinates: messages.Coordinates, x: str, width: str) -> None:
    area = Area(b"1", 64, 16, coordinates=coordinates).encode()
    assert (area[3:5].hex(), area[7:9].hex()) == (x, width)


def test_brightness_beyond_the_scale_is_not_sent() -> None:
    with pytest.raises(ValueError, match="0 to 15"):
        messages.set_brightness(16)
