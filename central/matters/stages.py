"""The life of each kind of record, as one table a kind: state -> move -> where it leads, who may, what it needs.

One function follows it (`way`); a move that is not in the table is refused and changes nothing. What else must hold
stands in ``rules.py``. Nothing is deleted by hand: a record made by mistake is struck out, which is a move itself.

Mediation goes by 人民调解法 17, 26, 28, 33; a duty lawyer's help by 法律援助法 39; remote visits by the service guides
of counties. A limit that a move begins runs until the record leaves that state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from central.matters.words import Kind, Move, Role, State, Who

K, S, M, R = Kind, State, Move, Role
GOES_ON: Final = ("-",)


@dataclass(frozen=True, slots=True)
class Way:
    """One row of a table: facts and texts it needs and may have, whom it names, the limit that begins with it."""

    to: State
    who: frozenset[Who] = frozenset({Who.DESK})
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    may_texts: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    limit: str | None = None
    since: tuple[str, ...] = ()  # the facts that say when the limit began; none: with the move; `GOES_ON`: before it


def _to(
    to: State, needs: str = "", may: str = "", *, texts: str = "", may_texts: str = "", roles: tuple[Role, ...] = (),
    limit: str | None = None, since: str = "", who: tuple[Who, ...] = (Who.DESK,),
) -> Way:  # fmt: skip
    facts = (tuple(needs.split()), tuple(may.split()), tuple(texts.split()), tuple(may_texts.split()))
    return Way(to, frozenset(who), *facts, roles, limit, tuple(since.split()))


Table = Mapping[State, Mapping[Move, Way]]
_STRIKE: Final = {M.STRIKE: _to(S.STRUCK, "cancel_reason", may_texts="reason", who=(Who.SUPERVISOR,))}
_CANCEL: Final = {M.CANCEL: _to(S.CANCELLED, "cancel_reason", may_texts="reason")}
_WITHDRAW: Final = {M.WITHDRAW: _to(S.WITHDRAWN, may_texts="reason")}
_ASKERS: Final = (R.ASKER,)
_REQUEST: Final = _to(
    S.REQUESTED, "channel", "appointed_day", may_texts="subject", roles=_ASKERS, limit="CALL_BACK",
    who=(Who.PUBLIC, Who.DESK),
)  # fmt: skip


def _short(needs: str, may: str = "", *, texts: str = "", roles: tuple[Role, ...] = (), asked: bool = False) -> Table:
    """A record of one contact: written down, corrected, linked to a case, or struck out."""
    record = _to(S.RECORDED, f"channel {needs}", f"lawyer case {may}", may_texts=texts, roles=roles)
    correct = _to(S.RECORDED, may=f"channel {needs} lawyer {may}", may_texts=texts, roles=roles)
    asking: Table = {S.REQUESTED: {M.RECORD: record, **_CANCEL, **_STRIKE}, S.CANCELLED: {}} if asked else {}
    return {
        S.NEW: {M.RECORD: record} | ({M.REQUEST: _REQUEST} if asked else {}),
        **asking,
        S.RECORDED: {M.CORRECT: correct, M.LINK: _to(S.RECORDED, "case"), **_STRIKE},
        S.STRUCK: {},
    }


def _duty_help() -> Table:
    asked = "place help lawyer"
    more = "field method stage help_day help_time read_file"
    roles, texts = (R.DETAINED,), "charge organ held_at subject answer opinion"
    forward = _to(S.FORWARDED, may="case", may_texts="receiver reason")
    when = "asked_day asked_time"
    late = _to(S.TO_FORWARD, when, may_texts="reason", limit="LA_FWD", since=when)
    return {
        S.NEW: {
            M.RECORD: _to(S.RECORDED, asked, more, may_texts=texts, roles=roles),
            M.RECORD_WITH_APPLICATION: _to(
                S.TO_FORWARD, f"{asked} {when}", more, may_texts=texts, roles=roles, limit="LA_FWD", since=when
            ),
        },
        S.RECORDED: {
            M.ASK_APPLICATION: late,
            M.CORRECT: _to(S.RECORDED, may=f"{asked} {more}", may_texts=texts, roles=roles),
            **_STRIKE,
        },
        S.TO_FORWARD: {M.FORWARD: forward, **_STRIKE},
        S.FORWARDED: {M.LINK: _to(S.FORWARDED, "case"), **_STRIKE},
        S.STRUCK: {},
    }


def _drafting() -> Table:
    taken = _to(S.TAKEN, "channel paper", "field groups lawyer case", may_texts="subject", roles=_ASKERS)
    done = _to(S.DONE, "channel paper", "field groups lawyer case", may_texts="subject", roles=_ASKERS)
    return {
        S.NEW: {M.HAND_OVER: done, M.TAKE: taken},
        S.TAKEN: {M.HAND_OVER: _to(S.DONE, may="paper lawyer case"), **_WITHDRAW, **_STRIKE},
        S.DONE: {M.LINK: _to(S.DONE, "case"), **_STRIKE},
        S.WITHDRAWN: {},
        S.STRUCK: {},
    }


def _mediation() -> Table:
    both = (R.APPLICANT, R.RESPONDENT)
    applied = _to(S.APPLIED, "channel dispute", "groups case", may_texts="subject", roles=both)
    accept = _to(S.ACCEPTED, "parties_agree sent people", may_texts="receiver", limit="MED_TARGET")
    declined = _to(S.DECLINED, "fail_reason ways_told", may_texts="reason")
    failed = _to(S.FAILED, "fail_reason ways_told", may_texts="reason")
    agreed = "effective_day amount_fen"
    written = _to(S.AGREED_WRITTEN, agreed, "people", may_texts="agreement", limit="MED_CONFIRM", since="effective_day")
    oral = _to(S.AGREED_ORAL, agreed, "people", may_texts="agreement")
    more = {M.CORRECT: _to(S.APPLIED, may="channel dispute groups", may_texts="subject", roles=both)}
    return {
        S.NEW: {M.APPLY: applied, M.REQUEST: _REQUEST},
        S.REQUESTED: {M.APPLY: applied, **_CANCEL, **_STRIKE},
        S.APPLIED: {M.ACCEPT: accept, M.DECLINE: declined, **more, **_WITHDRAW, **_STRIKE},
        S.ACCEPTED: {
            M.BEGIN: _to(S.MEDIATING, "parties_agree", limit="MED_TARGET", since="-"),
            M.FAIL: failed,
            **_WITHDRAW,
        },
        S.MEDIATING: {M.AGREE_WRITTEN: written, M.AGREE_ORAL: oral, M.FAIL: failed, **_WITHDRAW},
        S.AGREED_WRITTEN: {
            M.ASK_CONFIRMATION: _to(S.CONFIRM_ASKED, "joint confirm_day", may_texts="receiver"),
            M.SETTLE: _to(S.SETTLED),
        },
        S.CONFIRM_ASKED: {
            M.NOTE_CONFIRMED: _to(S.CONFIRMED),
            M.NOTE_NOT_CONFIRMED: _to(S.NOT_CONFIRMED, may_texts="reason"),
        },
        **{end: {} for end in (S.AGREED_ORAL, S.CONFIRMED, S.NOT_CONFIRMED, S.SETTLED, S.DECLINED, S.FAILED)},
        **{end: {} for end in (S.WITHDRAWN, S.CANCELLED, S.STRUCK)},
    }


def _institution(handed_limit: str | None, facts: str) -> Table:
    """Notary and forensic examination: guidance, an appointment or papers received, handed to the institution."""
    guide = _to(S.GUIDED, "channel guidance", "groups lawyer", may_texts="subject", roles=_ASKERS)
    book = _to(S.BOOKED, "channel appointed_day appointed_time", facts, may_texts="subject receiver", roles=_ASKERS)
    receive = _to(S.RECEIVED, "channel", facts, may_texts="subject", roles=_ASKERS)
    over = _to(S.HANDED_OVER, "accepted_day", may_texts="receiver", limit=handed_limit, since="accepted_day")
    finish = _to(S.DONE, "outcome", facts)
    begin = {M.GUIDE: guide, M.BOOK: book, M.RECEIVE: receive}
    later = {
        M.GUIDE: _to(S.GUIDED, "guidance"),
        M.BOOK: _to(S.BOOKED, "appointed_day appointed_time", facts, may_texts="receiver"),
        M.RECEIVE: _to(S.RECEIVED, may=facts),
    }
    booking = {M.BOOK: later[M.BOOK], M.RECEIVE: later[M.RECEIVE]}
    return {
        S.NEW: {**begin, M.REQUEST: _REQUEST},
        S.REQUESTED: {**later, **_CANCEL, **_STRIKE},
        S.GUIDED: {**booking, **_STRIKE},
        S.BOOKED: {M.BOOK: later[M.BOOK], M.RECEIVE: later[M.RECEIVE], M.HAND_OVER: over, **_CANCEL},
        S.RECEIVED: {M.HAND_OVER: over, **_CANCEL},
        S.HANDED_OVER: {M.FINISH: finish, **_CANCEL},
        **{end: {} for end in (S.DONE, S.CANCELLED, S.STRUCK)},
    }


def _lawyer_guide() -> Table:
    guide = _to(S.GUIDED, "channel guidance", "field groups lawyer", may_texts="subject", roles=_ASKERS)
    return {
        S.NEW: {M.GUIDE: guide, M.REQUEST: _REQUEST},
        S.REQUESTED: {M.GUIDE: _to(S.GUIDED, "guidance", "field lawyer", may_texts="subject"), **_CANCEL, **_STRIKE},
        S.GUIDED: {**_STRIKE},
        S.CANCELLED: {},
        S.STRUCK: {},
    }


def _approval() -> Table:
    returned = _to(S.RETURNED, "return_reason", texts="reason")
    done = _to(S.DONE, "outcome", may_texts="reason")
    suspend = {M.SUSPEND: _to(S.SUSPENDED, "return_reason", may_texts="reason")}
    return {
        S.NEW: {M.TAKE: _to(S.RECEIVED, "channel approval", may_texts="subject", roles=(R.APPLICANT,))},
        S.RECEIVED: {M.REVIEW: _to(S.REVIEWING), M.RETURN: returned, **suspend, **_STRIKE},
        S.REVIEWING: {
            M.APPROVE: _to(S.APPROVED, texts="opinion"), M.RETURN: returned, M.FINISH: done, **suspend,
        },
        S.APPROVED: {M.FORWARD_UP: _to(S.SENT, may_texts="receiver"), M.FINISH: done},
        S.SENT: {M.FINISH: done, M.RETURN: returned},
        S.SUSPENDED: {M.RESUME: _to(S.REVIEWING), M.RETURN: returned, **_WITHDRAW},
        S.RETURNED: {M.HAND_IN: _to(S.RECEIVED), **_WITHDRAW},
        **{end: {} for end in (S.DONE, S.WITHDRAWN, S.STRUCK)},
    }  # fmt: skip


def _visit() -> Table:
    ask = _to(
        S.APPLIED, "channel first_time", "id_shown kinship_shown", texts="prison",
        roles=(R.VISITOR, R.PRISONER), limit="VISIT_REVIEW",
    )  # fmt: skip
    papers = {M.CORRECT: _to(S.APPLIED, may="id_shown kinship_shown first_time", limit="VISIT_REVIEW", since="-")}
    times = "visit_day visit_from visit_until"
    refused = _to(S.REFUSED, "refuse_reason", may_texts="reason")
    retime = {M.CHANGE_TIME: _to(S.APPROVED, times)}
    return {
        S.NEW: {M.APPLY: ask},
        S.APPLIED: {M.PASS: _to(S.REVIEWED), M.REFUSE: refused, **papers, **_CANCEL, **_STRIKE},
        S.REVIEWED: {M.SEND: _to(S.SENT, limit="VISIT_PRISON"), **_CANCEL},
        S.SENT: {M.NOTE_TIME: _to(S.APPROVED, times), M.REFUSE: refused, **_CANCEL},
        S.APPROVED: {M.BOOK_ROOM: _to(S.ROOM_BOOKED, "room"), **retime, **_CANCEL},
        S.ROOM_BOOKED: {M.CHECK_IN: _to(S.CHECKED_IN), M.WAIVE: _to(S.WAIVED), **retime, **_CANCEL},
        S.CHECKED_IN: {M.NOTE_HELD: _to(S.HELD), **_CANCEL},
        **{end: {} for end in (S.HELD, S.WAIVED, S.REFUSED, S.CANCELLED, S.STRUCK)},
    }


def _complaint(about: str) -> Table:
    second = (Who.SUPERVISOR,)
    roles = (R.ASKER, R.ABOUT)
    received = _to(S.RECEIVED, f"channel {about}".strip(), texts="subject", roles=roles, limit="COMPLAINT_ANSWER")
    ours = {M.NOT_OURS: _to(S.NOT_OURS, texts="receiver")}
    return {
        S.NEW: {M.RECEIVE: received},
        S.RECEIVED: {
            M.HANDLE: _to(S.HANDLING, "handler", limit="COMPLAINT_ANSWER", since="-"), **ours, **_STRIKE,
        },
        S.HANDLING: {
            M.ANSWER: _to(S.ANSWERED, texts="answer"), **ours,
            M.HANDLE: _to(S.HANDLING, "handler", limit="COMPLAINT_ANSWER", since="-"),
        },
        S.ANSWERED: {
            M.CLOSE: _to(S.CLOSED, "content_with", may_texts="reason", who=second),
            M.REOPEN: _to(S.HANDLING, texts="reason", limit="COMPLAINT_ANSWER", who=second),
        },
        **{end: {} for end in (S.CLOSED, S.NOT_OURS, S.STRUCK)},
    }  # fmt: skip


STAGES: Final[Mapping[Kind, Table]] = {
    K.ADVICE: _short("field answered_by", "groups", texts="subject answer", roles=_ASKERS),
    K.DUTY_HELP: _duty_help(),
    K.DRAFTING: _drafting(),
    K.MEDIATION: _mediation(),
    K.NOTARY: _institution("NOTARY_CERT", "free_will_80"),
    K.FORENSIC: _institution(None, ""),
    K.LAWYER_GUIDE: _lawyer_guide(),
    K.APPROVAL: _approval(),
    K.RESETTLEMENT: {  # privacy: that somebody came, and nothing else
        S.NEW: {M.RECORD: _to(S.RECORDED, "channel")},
        S.RECORDED: {**_STRIKE},
        S.STRUCK: {},
    },
    K.EXAM: _short("exam_topic", texts="subject", roles=_ASKERS, asked=True),
    K.INFORMATION: _short("information", texts="subject", roles=_ASKERS),
    K.VISIT: _visit(),
    K.COMPLAINT: _complaint("about"),
    K.SUGGESTION: _complaint(""),
}
# Nothing is left to be done; a reminder of a confirmation in court is all that a written agreement still waits for.
ENDS: Final = frozenset({
    S.RECORDED, S.FORWARDED, S.DONE, S.AGREED_ORAL, S.CONFIRMED, S.NOT_CONFIRMED, S.SETTLED, S.DECLINED, S.FAILED,
    S.WITHDRAWN, S.GUIDED, S.REFUSED, S.HELD, S.WAIVED, S.NOT_OURS, S.CLOSED, S.CANCELLED, S.STRUCK,
})  # fmt: skip


def way(kind: Kind, state: State, move: Move) -> Way | None:
    """Where this move leads from there; None for one that the table does not have."""
    return STAGES[kind].get(state, {}).get(move)


def moves_from(kind: Kind, state: State) -> tuple[Move, ...]:
    """What may be done with such a record now, by whomever."""
    return tuple(STAGES[kind].get(state, {}))


def opening(kind: Kind) -> Move:
    """How a record of this kind is usually begun at the desk."""
    return next(iter(STAGES[kind][S.NEW]))


def states_of(kind: Kind) -> tuple[State, ...]:
    """All states that a record of this kind can be in."""
    return tuple(state for state in STAGES[kind] if state is not S.NEW)
