"""The FF 68 frame and the tables of what keys mean."""

from __future__ import annotations

import tracemalloc
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.call_terminal import codec
from drivers.call_terminal.codec import Frame, Parser
from drivers.call_terminal.keys import MODELS, Key, key_table, meaning
from drivers.frames import FrameError
from drivers.kinds.call_terminal import Action
from tests.frame_checks import Sample, check_all_five, good, samples

GOOD = samples("call_terminal")
BAD = samples("call_terminal", bad=True)
FRAMES = {sample.name: sample.data for sample in GOOD}


@pytest.mark.parametrize("sample", GOOD, ids=lambda sample: sample.name)
def test_a_frame_survives_all_five_ways(sample: Sample) -> None:
    frame = check_all_five(Parser, sample.data, checksum_at=len(sample.data) - 2)
    assert frame.encode() == sample.data


@pytest.mark.parametrize("sample", BAD, ids=lambda sample: sample.name)
def test_a_bad_frame_is_refused_and_the_next_one_read(sample: Sample) -> None:
    parser = Parser()
    found = parser.feed(sample.data + FRAMES["call-next"])
    assert good(found) == [Frame(3, 0x01, b"\x0c")]
    assert any(isinstance(item, FrameError) and item.problem != "noise" for item in found)


def test_what_we_say_is_the_documents_to_the_byte() -> None:
    assert codec.show(3, None, "A012").encode() == FRAMES["show-ticket"]
    assert codec.show(3, 7, None).encode() == FRAMES["show-waiting"]
    assert codec.beep(3).encode() == FRAMES["beep"]
    assert codec.stars(3, 5).encode() == FRAMES["stars"]
    assert codec.start_evaluation(3).encode() == FRAMES["start-evaluation"]
    press = Frame(0x83, 0x11, b"\x03")
    assert codec.acknowledge_press(press) == FRAMES["evaluator-answer"]
    assert codec.acknowledge_press_short(press) == bytes.fromhex("68 02 02 68 83 01 84 16")


@pytest.mark.parametrize(
    ("waiting", "ticket", "data"),
    [
        (None, None, "0A0A0A0A0A0A"),
        (0, "A1", "000000000001"),
        (12345, "B1234", "090909020304"),
        (5, "A", "0000050A0A0A"),
    ],
)
def test_numbers_fit_three_digits_each(waiting: int | None, ticket: str | None, data: str) -> None:
    assert codec.show(3, waiting, ticket).data == bytes.fromhex(data)


def test_the_length_alone_says_where_a_frame_ends() -> None:
    inside = Frame(0x16, 0x68, bytes([0xFF, 0x68, 0x16, 0x16, 0xFF]))
    assert check_all_five(Parser, inside.encode()) == inside


def test_a_cut_frame_does_not_take_the_next_one_with_it() -> None:
    parser = Parser()
    found = parser.feed(FRAMES["call-number"][:6] + FRAMES["call-next"] + FRAMES["recall"])
    assert good(found) == [Frame(3, 1, b"\x0c"), Frame(3, 1, b"\x0d")]


def test_a_half_frame_is_given_up_when_told_so_and_what_it_hid_comes_out() -> None:
    parser = Parser()
    hiding = bytes.fromhex("FF 68 10 10 68") + FRAMES["call-next"]
    assert good(parser.feed(hiding)) == []
    assert good(parser.abandon()) == [Frame(3, 1, b"\x0c")]
    assert parser.abandon() == []


def test_too_much_for_a_frame_is_not_sent() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Frame(1, 1, bytes(15)).encode()
    with pytest.raises(ValueError, match="0 to 5 stars"):
        codec.stars(3, 6)


@given(st.binary(max_size=400), st.integers(1, 40))
def test_any_bytes_in_any_split_raise_nothing_and_delay_at_most_one_frame(rubbish: bytes, piece: int) -> None:
    parser = Parser()
    data = rubbish + FRAMES["call-next"] * 4
    found = [item for start in range(0, len(data), piece) for item in parser.feed(data[start : start + piece])]
    assert Frame(3, 1, b"\x0c") in found[-3:]
    sizes = sum(item.size if isinstance(item, FrameError) else len(item.encode()) for item in found)
    assert 0 <= len(data) - sizes < 23


@given(st.integers(0, 255), st.integers(0, 255), st.binary(max_size=14))
def test_any_frame_comes_back_as_it_was(address: int, function: int, data: bytes) -> None:
    frame = Frame(address, function, data)
    assert Parser().feed(frame.encode()) == [frame]


@pytest.mark.parametrize(
    "noise", [Random(5).randbytes(1_000_000), b"\xff\x68\x10\x10\x68" * 100_000, b"\xff" * 1_000_000]
)
def test_a_megabyte_of_rubbish_is_bounded_in_memory_and_forgotten(noise: bytes) -> None:
    parser = Parser()
    tracemalloc.start()
    for start in range(0, len(noise), 4096):
        parser.feed(noise[start : start + 4096])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000
    assert Frame(3, 1, b"\x0c") in parser.feed(FRAMES["call-next"] * 3)


# --- keys ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "report"),
    [
        (Frame(3, 1, b"\x0c"), ((), 0x0C)),
        (Frame(3, 9, b"\x01\x02\x0c"), ((1, 2), 0x0C)),
        (Frame(3, 2, b"\x0c"), ((), 0x0C)),
        (Frame(3, 1, b""), None),
        (Frame(3, 1, b"\x05"), None),
        (Frame(3, 1, b"\x0c\x0c"), None),
        (Frame(3, 0x11, b"\x0c"), None),
        (Frame(0x83, 1, b"\x0b"), None),
        (codec.show(3, 7, "A012"), None),
        (codec.show(3, None, None), None),
        (codec.show(3, 7, None), None),
        (codec.beep(3), None),
    ],
)
def test_only_digits_and_one_key_are_a_report(frame: Frame, report: object) -> None:
    assert frame.key_report == report


@pytest.mark.parametrize(
    ("model", "digits", "key", "wanted"),
    [
        ("jackqchen", "", Key.CALL, (Action.CALL_NEXT, None)),
        ("jackqchen", "012", Key.CALL, (Action.CALL_NUMBER, 12)),
        ("jackqchen", "", Key.RECALL, (Action.RECALL, None)),
        ("jackqchen", "5", Key.RECALL, None),
        ("jackqchen", "", Key.EVALUATE, (Action.FINISH, None)),
        ("jackqchen", "", Key.START, (Action.START, None)),
        ("jackqchen", "6", Key.CONFIRM, (Action.NO_SHOW, None)),
        ("jackqchen", "0", Key.CONFIRM, (Action.HOLD, None)),
        ("jackqchen", "3", Key.CONFIRM, (Action.RESUME, None)),
        ("jackqchen", "1001", Key.CONFIRM, (Action.LOGIN, 1001)),
        ("jackqchen", "", Key.CONFIRM, None),
        ("jackqchen", "", Key.CANCEL, None),
        ("jackqchen", "", Key.WAIT, (Action.PAUSE, None)),
        ("jackqchen", "5", Key.TRANSFER, (Action.TRANSFER, 5)),
        ("jackqchen", "", Key.TRANSFER, (Action.TRANSFER, None)),
        ("slz", "", Key.START, (Action.TRANSFER, None)),
        ("slz", "4", Key.START, (Action.TRANSFER, 4)),
        ("slz", "0", Key.CONFIRM, (Action.PAUSE, None)),
        ("slz", "5", Key.CONFIRM, (Action.NO_SHOW, None)),
        ("slz", "6", Key.CONFIRM, (Action.SECURITY, None)),
        ("slz", "", Key.WAIT, None),
    ],
)
def test_what_keys_mean_on_each_model(model: str, digits: str, key: Key, wanted: object) -> None:
    assert meaning(key_table(model, {}), digits, key) == wanted


def test_a_hall_changes_single_keys_and_takes_others_out() -> None:
    table = key_table("jackqchen", {"wait": "none", "metre": "pause", "6+call": "call_number", "**+confirm": "none"})
    assert meaning(table, "", Key.WAIT) is None
    assert meaning(table, "", Key.METRE) == (Action.PAUSE, None)
    assert meaning(table, "6", Key.CALL) == (Action.CALL_NUMBER, 6)
    assert meaning(table, "1234", Key.CONFIRM) is None
    assert MODELS["jackqchen"]["wait"] is Action.PAUSE


@pytest.mark.parametrize(
    ("model", "changes", "word"),
    [
        ("sony", {}, "jackqchen, slz"),
        ("slz", {"6+confrim": "no_show"}, "not like 'call'"),
        ("slz", {"***+call": "recall"}, "not like 'call'"),
        ("slz", {"call": "sing"}, "action 'sing'"),
    ],
)
def test_a_wrong_table_is_named(model: str, changes: dict[str, str], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        key_table(model, changes)


@given(st.text("0123456789", max_size=12), st.sampled_from(list(Key)), st.sampled_from(list(MODELS)))
def test_any_combination_means_one_thing_or_nothing(digits: str, key: Key, model: str) -> None:
    found = meaning(key_table(model, {}), digits, key)
    assert found is None or (found[1] is None) or found[1] == int(digits)
