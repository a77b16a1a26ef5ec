"""The command and the event of the opinion box. Nobody is named: long rows of digits are masked first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Topic(StrEnum):
    """What an opinion is about, so that a tap alone says something."""

    PRAISE = "PRAISE"
    STAFF = "STAFF"
    WAITING = "WAITING"
    PLACE = "PLACE"
    DEVICES = "DEVICES"
    CONTENT = "CONTENT"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class GiveOpinion:
    """A topic, and as many words as one likes up to the limit; ``OTHER`` needs words."""

    topic: Topic
    text: str = ""
    channel: str = "KIOSK"


@dataclass(frozen=True, slots=True)
class OpinionGiven:
    """A visitor put something into the opinion box; ``opinion`` counts from 1 each day."""

    day: str
    opinion: int
    topic: Topic
    text: str = ""
    channel: str = "KIOSK"


Command = GiveOpinion
Event = OpinionGiven
