"""Our own bytes coming back: found out, dropped, and never mistaken for an answer that equals the question."""

from __future__ import annotations

import pytest

from drivers.echo import PROOFS, EchoFilter

ASKED = bytes.fromhex("01 01 00 00 00 08 3D CC")
ANSWER = bytes.fromhex("01 01 01 00 51 88")
SWITCH = bytes.fromhex("01 05 00 00 FF 00 8C 3A")  # a relay board answers a write with the same bytes


def proved() -> EchoFilter:
    echo = EchoFilter()
    for _ in range(PROOFS):
        echo.write(ASKED)
        echo.take(ASKED + ANSWER)
    assert echo.echoing
    return echo


def test_a_quiet_adapter_is_never_suspected() -> None:
    echo = EchoFilter()
    for _ in range(100):
        echo.write(ASKED)
        assert echo.take(ANSWER) == ANSWER
    assert not echo.echoing


def test_an_answer_that_equals_the_question_is_no_echo() -> None:
    echo = EchoFilter()
    for _ in range(100):
        echo.write(SWITCH)
        assert echo.take(SWITCH) == SWITCH
    assert not echo.echoing


def test_an_echoing_adapter_gives_itself_away_and_is_silenced() -> None:
    echo = proved()
    echo.write(SWITCH)
    assert echo.take(SWITCH) == b""
    assert echo.take(SWITCH) == SWITCH  # the board's own answer
    assert echo.dropped == len(SWITCH) + len(ASKED)  # from the second proof on


def test_a_silent_device_on_an_echoing_adapter_proves_it_too() -> None:
    echo = EchoFilter()
    for _ in range(PROOFS):
        echo.write(ASKED)
        echo.take(ASKED)
        echo.silent()
    assert echo.echoing


@pytest.mark.parametrize("piece", [1, 2, 3, 7])
def test_pieces_are_the_same_as_the_whole(piece: int) -> None:
    echo = proved()
    echo.write(ASKED)
    said = ASKED + ANSWER
    seen = b"".join(echo.take(said[at : at + piece]) for at in range(0, len(said), piece))
    assert seen == ANSWER


def test_other_bytes_in_an_echos_place_are_given_whole_and_end_it() -> None:
    echo = proved()
    echo.write(ASKED)
    assert echo.take(ASKED[:3]) == b""
    assert echo.take(b"\xee\xee") == ASKED[:3] + b"\xee\xee"
    assert not echo.echoing


def test_a_write_that_does_not_come_back_ends_it() -> None:
    echo = proved()
    echo.write(ASKED)
    echo.write(ASKED)
    assert not echo.echoing
    assert echo.take(SWITCH) == SWITCH


def test_what_comes_unasked_passes() -> None:
    echo = EchoFilter()
    assert echo.take(b"key") == b"key"
    assert proved().take(b"") == b""
