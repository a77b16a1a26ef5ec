"""Good frames spoilt by a seeded chance in the ways that lines spoil them, and what the parsers make of them."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from tests.fuzz.parsers import Case, messages

WAYS = ("flip", "flips", "drop", "insert", "duplicate", "swap", "truncate", "splice", "burst")
_ODDS_MARGIN = 3


def spoil(way: str, frame: bytes, other: bytes, chance: random.Random) -> bytes:
    """One corrupted frame."""
    data = bytearray(frame)
    place = chance.randrange(len(data))
    match way:
        case "flip":
            data[place] ^= 1 << chance.randrange(8)
        case "flips":
            for _ in range(chance.randint(2, 5)):
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        case "drop":
            del data[place : place + chance.randint(1, 3)]
        case "insert":
            data[place:place] = chance.randbytes(chance.randint(1, 3))
        case "duplicate":
            size = chance.randint(1, 4)
            data[place:place] = data[place : place + size]
        case "swap":
            there = chance.randrange(len(data))
            data[place], data[there] = data[there], data[place]
        case "truncate":
            del data[place:]
        case "splice":
            data[place:] = other[chance.randrange(len(other)) :]
        case _:
            size = chance.randint(2, 8)
            data[place : place + size] = chance.randbytes(len(data[place : place + size]))
    return bytes(data)


@dataclass
class Tally:
    """What became of so many corrupted frames of one codec."""

    fed: Counter[str] = field(default_factory=Counter)  # each of them really other bytes than the good frame
    by_luck: Counter[str] = field(default_factory=Counter)  # a message that no good frame said, with a check that holds
    unproved: list[str] = field(default_factory=list)  # a message whose check does not hold: must stay empty

    def odds(self, case: Case, way: str) -> float:
        """How many may be accepted by luck: the check's width, and several false starts in one frame."""
        return _ODDS_MARGIN * self.fed[way] / 2**case.check_bits + 5


def corrupt(case: Case, count: int, seed: int) -> Tally:
    """Feed ``count`` corrupted frames, each to a fresh parser; nothing may be raised."""
    chance = random.Random(f"{case.name} {seed}")
    frames = case.frames()
    said = [messages(case.make().feed(frame)) for frame in frames]
    tally = Tally()
    while tally.fed.total() < count:
        way = WAYS[tally.fed.total() % len(WAYS)]
        here, there = chance.randrange(len(frames)), chance.randrange(len(frames))
        data = spoil(way, frames[here], frames[there], chance)
        if data == frames[here]:
            continue  # two equal bytes were exchanged: nothing is corrupted, so it is not counted
        tally.fed[way] += 1
        found = messages(case.make().feed(data))
        if case.proof is None:
            continue
        for message in found:
            proof = case.proof(message)
            if proof not in data:
                tally.unproved.append(f"{way}: {data.hex()} gave {proof.hex()}")
            elif message not in said[here] and (way != "splice" or message not in said[there]):
                tally.by_luck[way] += 1
    return tally
