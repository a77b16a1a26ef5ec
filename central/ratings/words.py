"""The codes of this room; words under ``central.rating_*``."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """How far a bad rating has come (domain rules part 3)."""

    NEW = "NEW"  # before there is a case
    OPEN = "OPEN"
    CONTACTED = "CONTACTED"
    RECTIFYING = "RECTIFYING"
    REPLIED = "REPLIED"
    REVISITED = "REVISITED"
    CLOSED = "CLOSED"
    INVALID = "INVALID"


class Move(StrEnum):
    """What is done with a case."""

    ARRIVE = "ARRIVE"
    CHANGE_GRADE = "CHANGE_GRADE"
    CONTACT = "CONTACT"
    GO_WITHOUT = "GO_WITHOUT"
    CLOSE_SILENT = "CLOSE_SILENT"
    RECTIFY = "RECTIFY"
    REPLY = "REPLY"
    REVISIT = "REVISIT"
    REOPEN = "REOPEN"
    CLOSE = "CLOSE"
    PROPOSE_INVALID = "PROPOSE_INVALID"
    CONFIRM_INVALID = "CONFIRM_INVALID"
    DECLINE_INVALID = "DECLINE_INVALID"
    PUBLISH = "PUBLISH"
    WITHDRAW = "WITHDRAW"


class Who(StrEnum):
    """In which capacity somebody moves a case."""

    HALL = "HALL"  # the rating itself, as the hall sent it
    DESK = "DESK"
    REVIEWER = "REVIEWER"


class How(StrEnum):
    PHONE = "PHONE"
    IN_PERSON = "IN_PERSON"
    LETTER = "LETTER"
    ONLINE = "ONLINE"


class Result(StrEnum):
    RECTIFIED = "RECTIFIED"
    EXPLAINED = "EXPLAINED"  # nothing was wrong, and that was explained


class Content(StrEnum):
    SATISFIED = "SATISFIED"
    NOT_SATISFIED = "NOT_SATISFIED"
    NOT_REACHED = "NOT_REACHED"


class Ground(StrEnum):
    MISTAKE = "MISTAKE"
    MALICIOUS = "MALICIOUS"


class Decision(StrEnum):
    """What a look at a flagged rating came to."""

    EXCLUDE = "EXCLUDE"
    KEEP = "KEEP"


FACTS: dict[str, type[StrEnum]] = {"how": How, "result": Result, "content": Content, "ground": Ground}
HALL = "(hall)"  # who made the steps that came with events
