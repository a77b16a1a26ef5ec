"""Each parser with bytes that hypothesis thinks up: any split, rubbish before a frame, no end, no luck.

``make test`` runs a bounded number of seeded examples; ``make fuzz`` looks for more as long as it is told.
"""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.corruption import WAYS, spoil
from tests.fuzz.parsers import CASES, SLICE, Case, held_bytes, messages

EXAMPLES = 60
RUBBISH = 10_000
FLOOD = 262_144
FLOOD_CPU_S = 30.0  # thousands of times what a line of 115200 baud brings in this time; a square would not end in it

each_parser = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
seeded = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None)


@st.composite
def traffic(draw: st.DrawFn, case: Case) -> bytes:
    """Good frames, spoilt ones and rubbish, one behind the other."""
    frames = case.frames()
    parts = []
    for _ in range(draw(st.integers(1, 6))):
        frame, chance = draw(st.sampled_from(frames)), random.Random(draw(st.integers(0, 2**32)))
        match draw(st.sampled_from(("good", "spoilt", "rubbish"))):
            case "good":
                parts.append(frame)
            case "spoilt":
                parts.append(spoil(draw(st.sampled_from(WAYS)), frame, draw(st.sampled_from(frames)), chance))
            case _:
                parts.append(draw(st.binary(max_size=60)))
    return b"".join(parts)[:SLICE]


@each_parser
def test_any_split_gives_the_same_messages(case: Case) -> None:
    @seeded
    @given(traffic(case), st.lists(st.integers(0, SLICE), max_size=12))
    def property_holds(data: bytes, cuts: list[int]) -> None:
        whole = messages(case.make().feed(data))
        parser, split = case.make(), []
        places = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
        for begin, end in pairwise(places):
            split += messages(parser.feed(data[begin:end]))
        assert split == whole
        parser, single = case.make(), []
        for place in range(len(data)):
            single += messages(parser.feed(data[place : place + 1]))
        assert single == whole

    property_holds()


@each_parser
def test_nothing_is_raised_and_little_is_kept(case: Case) -> None:
    @seeded
    @given(st.lists(st.one_of(st.binary(max_size=300), traffic(case)), max_size=30))
    def property_holds(pieces: list[bytes]) -> None:
        parser = case.make()
        for piece in pieces:
            parser.feed(piece)
            assert held_bytes(parser) <= case.longest + SLICE

    property_holds()


@each_parser
def test_rubbish_before_a_frame_loses_at_most_one_longest_frame(case: Case) -> None:
    for seed in range(6):
        chance = random.Random(f"{case.name} {seed}")
        frames = case.frames()
        frame = chance.choice(frames)
        wanted = messages(case.make().feed(frame))
        parser = case.make()
        for _ in range(RUBBISH // 1000):
            parser.feed(chance.randbytes(1000))
            assert held_bytes(parser) <= case.longest + SLICE
        lost = b""
        found = []
        while wanted[-1] not in found:
            assert len(lost) <= case.longest + 2 * len(frame), f"seed {seed}: nothing after {len(lost)} bytes of frames"
            found += messages(parser.feed(frame))
            lost += frame


@st.composite
def beginnings(draw: st.DrawFn, case: Case) -> bytes:
    """What a frame begins with, again and again: the worst for a parser that looks from the start each time."""
    frame = draw(st.sampled_from(case.frames()))
    return frame[: draw(st.integers(1, min(len(frame), 24)))]


@each_parser
def test_a_flood_of_beginnings_costs_bounded_time_and_memory(case: Case) -> None:
    @settings(seeded, max_examples=6)
    @given(st.one_of(beginnings(case), st.binary(min_size=1, max_size=3)))
    def property_holds(beginning: bytes) -> None:
        flood = (beginning * (FLOOD // len(beginning) + 1))[:FLOOD]
        parser, began_s = case.make(), time.process_time()
        for start in range(0, FLOOD, SLICE):
            parser.feed(flood[start : start + SLICE])
            assert held_bytes(parser) <= case.longest + SLICE
        assert time.process_time() - began_s < FLOOD_CPU_S

    property_holds()
