"""Where a card is between being laid on and being taken off: one table, followed by one function.

    NO_CARD -found-> FOUND -selected-> SELECTED -read-> WAIT_REMOVAL -gone-> NO_CARD
                       `---- failed ----' `-- failed / card away --> NO_CARD

After a good read most readers do not find the same card again until it was taken off: then ``gone`` comes while the
card still lies there, and nothing happens until the next card. Other readers find it again and again: then WAIT_REMOVAL
keeps it from being read twice. Two empty answers in a row stand for ``gone``, because a single one is common with a
card at the rim of the field.

A card that fails is tried again from find. It is given up after three failures. One that was found and is gone before
it could be read was taken off too early. Its owner has to be told in both cases, once.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

EMPTY_ANSWERS_FOR_GONE: Final = 2
TAKEN_TOO_EARLY: Final = "taken_too_early"


class State(Enum):
    NO_CARD = "no_card"
    FOUND = "found"
    SELECTED = "selected"
    WAIT_REMOVAL = "wait_removal"


class Step(Enum):
    FOUND = "found"
    SELECTED = "selected"
    READ = "read"
    FAILED = "failed"
    GIVEN_UP = "given_up"
    GONE = "gone"


TABLE: Final[dict[State, dict[Step, State]]] = {
    State.NO_CARD: {
        Step.FOUND: State.FOUND,
        Step.FAILED: State.NO_CARD,  # a card of another kind is refused by find itself
        Step.GIVEN_UP: State.WAIT_REMOVAL,
        Step.GONE: State.NO_CARD,
    },
    State.FOUND: {Step.SELECTED: State.SELECTED, Step.FAILED: State.NO_CARD, Step.GIVEN_UP: State.WAIT_REMOVAL},
    State.SELECTED: {Step.READ: State.WAIT_REMOVAL, Step.FAILED: State.NO_CARD, Step.GIVEN_UP: State.WAIT_REMOVAL},
    State.WAIT_REMOVAL: {Step.GONE: State.NO_CARD},
}


class Session:
    """One card's way. Methods say what follows for the owner of the card; none does I/O."""

    def __init__(self, failures_allowed: int) -> None:
        self.state = State.NO_CARD
        self._failures_allowed = failures_allowed
        self._failures = 0
        self._met = False  # a card was found and nobody knows yet what became of it
        self._empty_answers = 0

    def step(self, step: Step) -> None:
        """Follow the table; a step that is not in it is a mistake of this program."""
        self.state = TABLE[self.state][step]
        self._met = step in {Step.FOUND, Step.SELECTED} or (self._met and step is Step.FAILED)
        self._empty_answers = 0

    def failed(self, code: str) -> str | None:
        """The card could not be read this time; gives the code to tell when it is given up."""
        self._failures += 1
        if self._failures < self._failures_allowed:
            self.step(Step.FAILED)
            return None
        return self.given_up(code)

    def given_up(self, code: str) -> str:
        """No further try with this card."""
        self.step(Step.GIVEN_UP)
        self._failures = 0
        return code

    def was_read(self) -> None:
        self.step(Step.READ)
        self._failures = 0

    def interrupted(self) -> None:
        """The line failed in the middle: begin again from find."""
        if self.state in {State.FOUND, State.SELECTED}:
            self.step(Step.FAILED)

    def seems_away(self) -> bool:
        """The reader finds nothing; True when that makes the card gone."""
        if self.state in {State.FOUND, State.SELECTED}:
            self.step(Step.FAILED)
        self._empty_answers += 1
        return self._empty_answers == EMPTY_ANSWERS_FOR_GONE and self._something_to_end()

    def _something_to_end(self) -> bool:
        return self.state is State.WAIT_REMOVAL or self._failures > 0 or self._met

    def gone(self) -> str | None:
        """The card is gone; gives the code to tell when it left before it could be read."""
        code = TAKEN_TOO_EARLY if self._failures or self._met else None
        self._failures = 0
        self.step(Step.GONE)
        return code

    def still_there(self) -> None:
        """In WAIT_REMOVAL the same card is found again."""
        self._empty_answers = 0
