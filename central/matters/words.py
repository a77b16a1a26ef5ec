"""What a short record is called: its kind, its states, the moves between them, who makes them, who is in it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """Words under ``central.matter_kind``."""

    ADVICE = "ADVICE"
    DUTY_HELP = "DUTY_HELP"
    DRAFTING = "DRAFTING"
    MEDIATION = "MEDIATION"
    NOTARY = "NOTARY"
    FORENSIC = "FORENSIC"
    LAWYER_GUIDE = "LAWYER_GUIDE"
    APPROVAL = "APPROVAL"
    RESETTLEMENT = "RESETTLEMENT"
    EXAM = "EXAM"
    INFORMATION = "INFORMATION"
    VISIT = "VISIT"
    COMPLAINT = "COMPLAINT"
    SUGGESTION = "SUGGESTION"


class State(StrEnum):
    """Words under ``central.matter_state``. ``NEW`` is a record that is not there yet."""

    NEW = "NEW"
    REQUESTED = "REQUESTED"
    RECORDED = "RECORDED"
    TO_FORWARD = "TO_FORWARD"
    FORWARDED = "FORWARDED"
    TAKEN = "TAKEN"
    DONE = "DONE"
    APPLIED = "APPLIED"
    ACCEPTED = "ACCEPTED"
    MEDIATING = "MEDIATING"
    AGREED_WRITTEN = "AGREED_WRITTEN"
    AGREED_ORAL = "AGREED_ORAL"
    CONFIRM_ASKED = "CONFIRM_ASKED"
    CONFIRMED = "CONFIRMED"
    NOT_CONFIRMED = "NOT_CONFIRMED"
    SETTLED = "SETTLED"
    DECLINED = "DECLINED"
    FAILED = "FAILED"
    WITHDRAWN = "WITHDRAWN"
    GUIDED = "GUIDED"
    BOOKED = "BOOKED"
    HANDED_OVER = "HANDED_OVER"
    RECEIVED = "RECEIVED"
    REVIEWING = "REVIEWING"
    SUSPENDED = "SUSPENDED"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    REVIEWED = "REVIEWED"
    SENT = "SENT"
    REFUSED = "REFUSED"
    ROOM_BOOKED = "ROOM_BOOKED"
    CHECKED_IN = "CHECKED_IN"
    HELD = "HELD"
    WAIVED = "WAIVED"
    HANDLING = "HANDLING"
    ANSWERED = "ANSWERED"
    NOT_OURS = "NOT_OURS"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"
    STRUCK = "STRUCK"


class Move(StrEnum):
    """Words under ``central.matter_move``."""

    REQUEST = "REQUEST"
    RECORD = "RECORD"
    RECORD_WITH_APPLICATION = "RECORD_WITH_APPLICATION"
    ASK_APPLICATION = "ASK_APPLICATION"
    FORWARD = "FORWARD"
    TAKE = "TAKE"
    HAND_OVER = "HAND_OVER"
    APPLY = "APPLY"
    ACCEPT = "ACCEPT"
    DECLINE = "DECLINE"
    BEGIN = "BEGIN"
    AGREE_WRITTEN = "AGREE_WRITTEN"
    AGREE_ORAL = "AGREE_ORAL"
    FAIL = "FAIL"
    WITHDRAW = "WITHDRAW"
    ASK_CONFIRMATION = "ASK_CONFIRMATION"
    NOTE_CONFIRMED = "NOTE_CONFIRMED"
    NOTE_NOT_CONFIRMED = "NOTE_NOT_CONFIRMED"
    SETTLE = "SETTLE"
    GUIDE = "GUIDE"
    BOOK = "BOOK"
    RECEIVE = "RECEIVE"
    FINISH = "FINISH"
    REVIEW = "REVIEW"
    SUSPEND = "SUSPEND"
    RESUME = "RESUME"
    RETURN = "RETURN"
    HAND_IN = "HAND_IN"
    APPROVE = "APPROVE"
    FORWARD_UP = "FORWARD_UP"
    PASS = "PASS"  # noqa: S105 - a move, no secret
    REFUSE = "REFUSE"
    SEND = "SEND"
    NOTE_TIME = "NOTE_TIME"
    CHANGE_TIME = "CHANGE_TIME"
    BOOK_ROOM = "BOOK_ROOM"
    CHECK_IN = "CHECK_IN"
    NOTE_HELD = "NOTE_HELD"
    WAIVE = "WAIVE"
    HANDLE = "HANDLE"
    NOT_OURS = "NOT_OURS"
    ANSWER = "ANSWER"
    REOPEN = "REOPEN"
    CLOSE = "CLOSE"
    CANCEL = "CANCEL"
    CORRECT = "CORRECT"
    LINK = "LINK"
    STRIKE = "STRIKE"
    TAKE_BACK = "TAKE_BACK"  # in no table: where it leads, the history says


class Who(StrEnum):
    """Who makes a move; words under ``central.matter_who``."""

    DESK = "DESK"
    SUPERVISOR = "SUPERVISOR"
    PUBLIC = "PUBLIC"


class Role(StrEnum):
    """Who somebody is in a record; words under ``central.matter_role``."""

    ASKER = "ASKER"
    APPLICANT = "APPLICANT"
    RESPONDENT = "RESPONDENT"
    DETAINED = "DETAINED"
    VISITOR = "VISITOR"
    PRISONER = "PRISONER"
    ABOUT = "ABOUT"


class Relation(StrEnum):
    """What a visitor is to the prisoner; words under ``central.matter_relation``."""

    SPOUSE = "SPOUSE"
    PARENT = "PARENT"
    CHILD = "CHILD"
    SIBLING = "SIBLING"
    GRANDPARENT = "GRANDPARENT"
    GRANDCHILD = "GRANDCHILD"
    OTHER_RELATIVE = "OTHER_RELATIVE"
    GUARDIAN = "GUARDIAN"
    OTHER = "OTHER"


MAY_VISIT: Final = frozenset(Relation) - {Relation.OTHER}  # relatives and guardians only
# What somebody at home may ask for, to be called back.
ASKED_FROM_HOME: Final = (Kind.MEDIATION, Kind.NOTARY, Kind.FORENSIC, Kind.LAWYER_GUIDE, Kind.EXAM)
