"""A million corrupted frames over all codecs: no message is accepted whose check does not hold, and nothing raises.

What a check cannot see is counted and not asked for: an XOR or a sum is the same in any order, a sum does not see a
zero that came or went, the first byte of a GM65 reply is not in its CRC, and 1 of 256 is lucky with eight bits.
"""

from __future__ import annotations

import random

import pytest

from drivers.id_card_reader.card import IdCard
from drivers.id_card_reader.card_text import take_text
from drivers.id_card_reader.codec import Parser
from tests.fuzz.corruption import WAYS, corrupt, spoil
from tests.fuzz.parsers import CASES, MODBUS, Case, messages

FRAMES = 80_000  # of each codec; 13 codecs make a million
SEED = 20_260_731
CARDS = 20_000
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_ALL = (*CASES, MODBUS)
_CHECKED = tuple(case for case in _ALL if case.check_bits)


def test_the_codecs_make_a_million() -> None:
    assert FRAMES * len(_ALL) >= 1_000_000


@pytest.mark.parametrize("case", _ALL, ids=lambda case: case.name)
def test_no_corrupted_frame_is_accepted_that_its_check_can_catch(case: Case) -> None:
    tally = corrupt(case, FRAMES, SEED)
    assert sum(tally.fed.values()) == FRAMES
    assert tally.unproved == []
    assert tally.by_luck["truncate"] == 0
    if case.name != "gm65":
        assert tally.by_luck["flip"] == 0, "one flipped bit is caught by every check"
    if case in _CHECKED and not case.blind_to_swaps and case.name != "gm65":
        assert {way: tally.by_luck[way] for way in WAYS if tally.by_luck[way] > tally.odds(case, way)} == {}
    if case in _CHECKED and case.name != "gm65":
        assert tally.by_luck["burst"] <= tally.odds(case, "burst")


def _true_check(number: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return "10X98765432"[total % 11] == number[17]


def test_no_card_is_accepted_whose_number_is_untrue() -> None:
    """Whatever gets past the XOR meets the check digit: a wrong number needs luck with both."""
    chance = random.Random(SEED)
    case = next(case for case in CASES if case.name == "sam")
    frames = [frame for frame in case.frames() if len(frame) > 1000]
    known = {card.number for frame in frames if (card := _card(frame)) is not None}
    accepted = wrong = 0
    for index in range(CARDS):
        frame = frames[index % len(frames)]
        card = _card(spoil(WAYS[index % len(WAYS)], frame, frames[0], chance))
        if card is not None:
            accepted += 1
            assert len(card.number) == 15 or _true_check(card.number)
            wrong += card.number not in known
    assert accepted, "a frame that was not really changed is accepted"
    assert wrong <= CARDS / 256 / 11 + 5


def _card(frame: bytes) -> IdCard | None:
    for reply in messages(Parser().feed(frame)):
        try:
            return IdCard(take_text(reply.body, 2))
        except ValueError:
            return None
    return None
