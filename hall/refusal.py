"""Asked in vain: the asker's side must change something. Every code has words in both languages in the catalogue."""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """Why a command was refused. The words stand in the message catalogue under ``refusal.<code>``."""

    UNKNOWN_SERVICE = "UNKNOWN_SERVICE"
    SERVICE_CLOSED = "SERVICE_CLOSED"
    STOPPED_BY_TIME = "STOPPED_BY_TIME"
    STOPPED_BY_CAPACITY = "STOPPED_BY_CAPACITY"
    DAILY_CAP = "DAILY_CAP"
    BY_APPOINTMENT = "BY_APPOINTMENT"
    NOBODY_ON_DUTY = "NOBODY_ON_DUTY"
    NOT_ON_DUTY = "NOT_ON_DUTY"
    NOT_ABSENT = "NOT_ABSENT"
    DAY_IS_OVER = "DAY_IS_OVER"
    ROTA_TOO_LONG = "ROTA_TOO_LONG"
    EVACUATING = "EVACUATING"
    NO_EVACUATION = "NO_EVACUATION"
    TOO_MANY_PERSONS = "TOO_MANY_PERSONS"
    PRIORITY_AT_DESK = "PRIORITY_AT_DESK"
    UNKNOWN_APPOINTMENT = "UNKNOWN_APPOINTMENT"
    CHECKED_IN_ALREADY = "CHECKED_IN_ALREADY"
    TOO_EARLY = "TOO_EARLY"
    LIST_TOO_LONG = "LIST_TOO_LONG"
    SAME_APPOINTMENT_TWICE = "SAME_APPOINTMENT_TWICE"
    WRONG_APPOINTMENT = "WRONG_APPOINTMENT"
    NUMBERS_USED_UP = "NUMBERS_USED_UP"
    CARD_HAS_TICKET = "CARD_HAS_TICKET"
    CARD_LIMIT = "CARD_LIMIT"
    UNKNOWN_WINDOW = "UNKNOWN_WINDOW"
    WINDOW_CLOSED = "WINDOW_CLOSED"
    WINDOW_PAUSED = "WINDOW_PAUSED"
    WINDOW_BUSY = "WINDOW_BUSY"
    WINDOW_OPEN = "WINDOW_OPEN"
    WINDOW_NOT_PAUSED = "WINDOW_NOT_PAUSED"
    NOBODY_CALLED = "NOBODY_CALLED"
    NOBODY_SERVED = "NOBODY_SERVED"
    NOTHING_WAITING = "NOTHING_WAITING"
    NOTHING_HELD = "NOTHING_HELD"
    DOUBLE_PRESS = "DOUBLE_PRESS"
    TOO_FEW_CALLS = "TOO_FEW_CALLS"
    CALLED_JUST_NOW = "CALLED_JUST_NOW"
    UNKNOWN_TICKET = "UNKNOWN_TICKET"
    TICKET_NOT_WAITING = "TICKET_NOT_WAITING"
    TICKET_NOT_MISSED = "TICKET_NOT_MISSED"
    ALREADY_RESTORED = "ALREADY_RESTORED"
    NOT_SERVED_THERE = "NOT_SERVED_THERE"
    SAME_PLACE = "SAME_PLACE"
    SAME_PRIORITY = "SAME_PRIORITY"
    ALREADY_PRIVATE = "ALREADY_PRIVATE"
    NOT_ASSIGNED = "NOT_ASSIGNED"
    ASSIGNED_TOO_LONG = "ASSIGNED_TOO_LONG"
    LAST_AT_LUNCH = "LAST_AT_LUNCH"
    NOTHING_TO_UNDO = "NOTHING_TO_UNDO"
    NOT_FINISHED_HERE = "NOT_FINISHED_HERE"
    UNKNOWN_REASON = "UNKNOWN_REASON"
    UNKNOWN_PRIORITY = "UNKNOWN_PRIORITY"
    UNKNOWN_TOKEN = "UNKNOWN_TOKEN"  # noqa: S105 - a code, not a secret
    TOKEN_USED = "TOKEN_USED"  # noqa: S105 - a code, not a secret
    NOT_RATEABLE = "NOT_RATEABLE"
    UNKNOWN_GRADE = "UNKNOWN_GRADE"
    TEXT_TOO_LONG = "TEXT_TOO_LONG"
    NO_HELP_ASKED = "NO_HELP_ASKED"
    LONG_NUMBER = "LONG_NUMBER"
    TOO_MANY_NOTICES = "TOO_MANY_NOTICES"
    UNKNOWN_GATE = "UNKNOWN_GATE"
    GATE_IN_USE = "GATE_IN_USE"


class Refusal(Exception):
    """A rule says no; nothing has changed.

    ``params`` fill the words, ``field`` names the wrong part of the request if there is one.
    """

    def __init__(self, code: Code, field: str | None = None, **params: str | int) -> None:
        super().__init__(code.value)
        self.code = code
        self.field = field
        self.params: dict[str, str | int] = dict(params)
