"""The SAM's frames and the card's text: every sample, every split, every kind of card, and rubbish."""

from __future__ import annotations

import random
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from drivers.frames import FrameError
from drivers.id_card_reader.card import IdCard
from drivers.id_card_reader.card_text import (
    CardKind,
    Unreadable,
    blank_reserved,
    check_digit,
    is_date,
    number_is_right,
    problem_of_number,
    take_text,
)
from drivers.id_card_reader.codec import Command, Parser, Reply, encode, encode_set_baud, sam_number
from drivers.id_card_reader.status import Kind, meaning
from tests.frame_checks import Sample, check_all_five, good, samples

OK = bytes.fromhex("AAAAAA9669000400009094")
READS = {
    "read-citizen": (CardKind.CITIZEN, "999999194103150260", "19410315", "测试赵奶奶"),
    "read-citizen-zero-filled": (CardKind.CITIZEN, "999999199007140591", "19900714", "测试䶮"),
    "read-hong-kong-macao-taiwan": (CardKind.HONG_KONG_MACAO_TAIWAN, "999000198204220114", "19820422", "测试陈港生"),
    "read-foreigner-2017": (CardKind.FOREIGNER_2017, "USA999079010110", "19790101", "测试亚历"),
    "read-foreigner-2023": (CardKind.FOREIGNER_2023, "999250198702140226", "19870214", "测试玛丽"),
}


def named(sample: Sample) -> str:
    return sample.name


def sample_of(name: str) -> bytes:
    return next(sample.data for sample in samples("id_card_reader", "device") if sample.name == name)


def text_of(name: str) -> bytearray:
    (reply,) = good(Parser().feed(sample_of(name)))
    return take_text(reply.body, 2)


@pytest.mark.parametrize("sample", samples("id_card_reader", "host"), ids=named)
def test_every_command_encodes_to_its_published_bytes(sample: Sample) -> None:
    name, _, argument = sample.meaning.partition(" ")
    if name == "SET_BAUD":
        assert encode_set_baud(int(argument)) == sample.data
    else:
        assert encode(Command[name], bytes.fromhex(argument)) == sample.data


def test_a_speed_that_no_sam_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="4800"):
        encode_set_baud(4800)


@pytest.mark.parametrize("sample", samples("id_card_reader", "device"), ids=named)
def test_every_reply_survives_all_five_ways(sample: Sample) -> None:
    reply = check_all_five(Parser, sample.data, checksum_at=-1)
    status, size = sample.meaning.split()
    assert reply.status == int(status, 16)
    assert len(reply.body) == int(size)
    assert reply.head == b"\x00\x00"


@pytest.mark.parametrize("sample", samples("id_card_reader", "device", bad=True), ids=named)
def test_every_bad_reply_is_refused_and_the_next_good_one_is_heard(sample: Sample) -> None:
    parser = Parser()
    items = parser.feed(sample.data)
    assert good(items) == []
    after = good(parser.feed(OK * 250))
    assert after, "lost all that followed"
    assert all(reply.status == 0x90 for reply in after)


def test_stray_preamble_bytes_before_a_frame_do_not_hide_it() -> None:
    for stray in (b"\xaa", b"\xaa\xaa\xaa", bytes.fromhex("AAAAAA96"), bytes.fromhex("AA00AAAA9669"), b"\xaa" * 500):
        assert [reply.status for reply in good(Parser().feed(stray + OK))] == [0x90], stray.hex()


def test_ten_thousand_random_bytes_before_a_good_frame_do_not_lose_it() -> None:
    parser = Parser()
    parser.feed(random.Random(20).randbytes(10_000))
    assert [reply.status for reply in good(parser.feed(OK * 300))][-1] == 0x90


def test_two_frames_in_one_read_are_two() -> None:
    both = sample_of("card-found") + sample_of("selected")
    assert [reply.status for reply in good(Parser().feed(both))] == [0x9F, 0x90]


def test_a_megabyte_of_rubbish_is_let_go() -> None:
    chance = random.Random(21)
    tracemalloc.start()
    parser = Parser()
    for _ in range(256):
        parser.feed(chance.randbytes(4096))
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 20_000
    assert peak < 200_000


@given(st.lists(st.binary(max_size=200) | st.sampled_from([OK[:5], OK[:7], OK]), max_size=12))
def test_the_parser_never_raises_and_splits_do_not_matter(pieces: list[bytes]) -> None:
    by_piece, by_byte = Parser(), Parser()
    whole = good(Parser().feed(b"".join(pieces)))
    heard = [item for piece in pieces for item in by_piece.feed(piece)]
    one = [item for piece in pieces for index in range(len(piece)) for item in by_byte.feed(piece[index : index + 1])]
    assert good(heard) == good(one) == whole
    assert all(isinstance(item, Reply | FrameError) for item in heard)


@given(st.integers(min_value=0, max_value=0xFFFF), st.binary(max_size=2500))
def test_any_length_field_is_survived(length: int, rest: bytes) -> None:
    parser = Parser()
    parser.feed(OK[:5] + length.to_bytes(2, "big") + rest)
    assert good(parser.feed(OK * 230))[-1].status == 0x90


def test_a_parser_that_was_cleared_holds_nothing() -> None:
    parser = Parser()
    parser.feed(sample_of("read-citizen")[:900])
    parser.clear()
    assert good(parser.feed(sample_of("read-citizen")[900:])) == []
    assert good(parser.feed(OK)) != []


def test_the_number_of_the_sam_is_printed_as_on_the_module() -> None:
    (reply,) = good(Parser().feed(sample_of("sam-number-reply")))
    assert sam_number(reply.body) == "05.03-20240115-0001234567-0987654321"
    with pytest.raises(ValueError, match="16 bytes"):
        sam_number(b"short")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *[(status, Kind.CARD) for status in (0x31, 0x32, 0x33, 0x37, 0x3F, 0x40, 0x41, 0x47, 0x81)],
        *[(status, Kind.LINE) for status in (0x10, 0x11, 0x21, 0x00, 0x55, 0xFF)],
        *[(status, Kind.DEVICE) for status in (0x23, 0x24, 0x60, 0x66)],
        *[(status, Kind.NO_CARD) for status in (0x34, 0x80)],
        *[(status, Kind.OK) for status in (0x90, 0x91)],
        (0x9F, Kind.FOUND),
    ],
)
def test_every_status_has_somebody_to_do_something(status: int, kind: Kind) -> None:
    assert meaning(status).kind is kind


@pytest.mark.parametrize("name", READS)
def test_each_kind_of_card_is_read(name: str) -> None:
    kind, number, birth, person = READS[name]
    card = IdCard(text_of(name))
    assert (card.kind, card.number, card.birth, card.name) == (kind, number, birth, person)


def test_the_parts_of_a_reply_are_cut_by_their_lengths() -> None:
    for name, size in (("read-two-fingerprints", 1024), ("read-one-fingerprint", 512), ("read-no-fingerprint", 0)):
        (reply,) = good(Parser().feed(sample_of(name)))
        assert len(reply.body) == 6 + 256 + 1024 + size
        assert IdCard(take_text(reply.body, 3)).number == "999999197205050176"
        with pytest.raises(Unreadable, match="parts"):
            take_text(reply.body, 2)


@pytest.mark.parametrize("body", [b"", b"\x01", b"\x01\x00\x04\x00", b"\x00\x10\x00\x00" + bytes(16), b"\xff" * 300])
def test_parts_that_do_not_add_up_are_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable, match="parts"):
        take_text(bytearray(body), 2)


@pytest.mark.parametrize(("count", "rest"), [(22, "ANNELIESE##"), (18, "ANNELIESE")])
def test_the_rest_of_a_latin_name_is_as_long_as_the_option_says(count: int, rest: str) -> None:
    text = text_of("read-foreigner-2023")
    text[220:242] = "ANNELIESE##".encode("utf-16-le")  # the papers that say 18 do not say what stands behind
    blank_reserved(text, count)
    card = IdCard(text)
    assert card.name_latin.endswith(rest)
    assert (card.field("country"), card.number) == ("FRA", "999250198702140226")


def test_no_other_card_has_reserved_bytes_there() -> None:
    for name in set(READS) - {"read-foreigner-2023"}:
        text = text_of(name)
        before = bytes(text)
        blank_reserved(text, 18)
        assert text == before


@pytest.mark.parametrize("unit", ["Z", "K", "0", "中", "i", "j"])
def test_a_kind_of_card_that_is_not_known_is_not_guessed(unit: str) -> None:
    text = text_of("read-citizen")
    text[248:250] = unit.encode("utf-16-le")
    with pytest.raises(Unreadable, match="kind"):
        IdCard(text)


def spoilt(offset: int, words: str) -> bytearray:
    text = text_of("read-citizen")
    raw = words.encode("utf-16-le", "surrogatepass")
    text[offset : offset + len(raw)] = raw
    return text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (spoilt(122, "999999194103150261"), "number"),
        (spoilt(122, "99999919410315026０"), "number"),  # a full-width digit is none
        (spoilt(122, "99999919410315026 "), "number"),
        (spoilt(122, "310115201002290018"), "birth"),
        (spoilt(36, "19410316"), "birth"),
        (spoilt(30, "1"), "sex"),
        (spoilt(0, " " * 15), "text"),
        (spoilt(0, "测试\n"), "text"),
        (spoilt(2, "\ud800 "), "text"),
        (spoilt(52, "\udc00"), "text"),
    ],
)
def test_content_that_does_not_fit_together_is_unreadable(text: bytearray, code: str) -> None:
    with pytest.raises(Unreadable) as problem:
        IdCard(text)
    assert problem.value.code == code
    assert set(text) == {0}, "the refused text is wiped too"


@given(st.binary(min_size=256, max_size=256), st.sampled_from([" ", "\x00", "I", "J", "Y"]))
def test_random_text_is_never_another_error(raw: bytes, unit: str) -> None:
    text = bytearray(raw)
    text[248:250] = unit.encode("utf-16-le")
    with pytest.raises(Unreadable):
        IdCard(text)


def test_a_card_shows_nothing_and_is_gone_when_wiped() -> None:
    text = text_of("read-citizen")
    card = IdCard(text)
    shown = f"{card!r} {card} {vars(Unreadable('text'))}"
    assert "测试" not in shown
    assert "1941" not in shown
    card.wipe()
    card.wipe()
    assert set(text) == {0}
    assert card.wiped
    assert repr(card) == "IdCard(wiped)"
    with pytest.raises(RuntimeError):
        _ = card.number


def test_a_card_cannot_be_copied_into_a_file() -> None:
    import copy
    import pickle

    card = IdCard(text_of("read-citizen"))
    for keep in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            keep(card)


def test_a_card_that_nobody_wiped_is_wiped_when_it_is_let_go() -> None:
    text = text_of("read-citizen")
    card = IdCard(text)
    assert card.number
    del card
    assert set(text) == {0}


def test_check_digits_agree_with_an_independent_library() -> None:
    chance = random.Random(22)
    for _ in range(10_000):
        digits = "".join(chance.choice("0123456789") for _ in range(17))
        assert check_digit(digits) == ric.calc_check_digit(digits + "0")


@pytest.mark.parametrize(
    ("number", "right"),
    [
        ("11010519491231002X", True),  # the standard's own example
        ("11010519491231002x", True),
        ("110105194912310021", False),
        ("310101194901011237", True),
        ("11010519491231002", False),
        ("11010519491231002XX", False),
        ("X1010519491231002X", False),
        ("１10105194912310020", False),
        ("", False),
    ],
)
def test_numbers_are_judged_by_form_and_check_digit(number: str, right: bool) -> None:
    assert number_is_right(number) is right


def test_a_right_check_digit_on_a_day_that_never_was_is_refused() -> None:
    number = "310115201002290018"
    assert number_is_right(number)
    assert not is_date(number[6:14])
    assert problem_of_number(CardKind.CITIZEN, number, "20100229", "1") == "birth"


def test_a_foreigners_number_of_2017_is_judged_by_its_form() -> None:
    kind = CardKind.FOREIGNER_2017
    assert problem_of_number(kind, "USA999079010110", "19790101", "1") is None
    assert problem_of_number(kind, "usa999079010110", "19790101", "1") == "number"
    assert problem_of_number(kind, "USA999079010110", "19791301", "1") == "birth"
