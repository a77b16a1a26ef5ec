"""What may go into the opinion box: words within the limit, no numbers that name a person, no more than a box holds."""

from __future__ import annotations

from typing import Final

from hall.moment import Moment, local_day
from hall.opinions import words
from hall.opinions.state import OpinionsState
from hall.personal_numbers import LONG_NUMBER, SPELLED_NUMBER
from hall.queue.state import QueueState
from hall.queue.words import DayOpened
from hall.refusal import Code, Refusal

TEXT_LIMIT: Final = 500
_MOST_A_DAY: Final = 500  # a box that somebody stuffs must not fill the journal


def decide(state: OpinionsState, queue: QueueState, command: words.Command, now: Moment) -> list[words.Event]:
    """The event that answers ``command``; raises `Refusal`."""
    text = command.text.strip()
    if len(text) > TEXT_LIMIT:
        raise Refusal(Code.TEXT_TOO_LONG, "text", limit=TEXT_LIMIT)
    if not text and command.topic is words.Topic.OTHER:
        raise Refusal(Code.NOTHING_SAID, "text")
    if state.given >= _MOST_A_DAY:
        raise Refusal(Code.OPINION_BOX_FULL)
    masked = SPELLED_NUMBER.sub("＊", LONG_NUMBER.sub("＊", text))
    day = queue.day or local_day(now.wall_ms)
    return [words.OpinionGiven(day, state.given + 1, command.topic, masked, command.channel)]


def apply(state: OpinionsState, event: object) -> OpinionsState:
    """The next state; events of other rooms change nothing here."""
    match event:
        case words.OpinionGiven(opinion=opinion):
            return OpinionsState(opinion)
        case DayOpened():
            return OpinionsState()
        case _:
            return state
