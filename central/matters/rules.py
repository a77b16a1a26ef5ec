"""What must hold beside the table before a record moves: guards, each a pure function that raises a refusal.

人民调解法 17: nobody is made to mediate; 26: whom it fails is told of other ways; 33: both together ask a court for
confirmation, within thirty days. 监狱法 48: relatives and guardians visit. 法律援助法 39: forwarded within 24 hours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from central.failures import RefusedByRule, WrongField
from central.matters.facts import Value, minute_of
from central.matters.words import MAY_VISIT, Kind, Move, Relation, Role
from hall.moment import local_day, local_ms
from hall_config.retention import rules_on

SLOT_MINUTES: Final = 5
_DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the law or this product fixes, as it held on the day: see ``law/matters.toml``."""

    most_visitors: int
    late_minutes: int
    longest_visit_minutes: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A move as its guards see it: what the record would say after it, who is in it, who asks, and when."""

    kind: Kind
    move: Move
    facts: Mapping[str, Value]  # after the move
    given: Mapping[str, Value]
    texts: frozenset[str]
    parties: Sequence[tuple[Role, Relation | None]]  # all of them, after the move
    actor: str
    staff: str  # who has worked on it so far
    answered_by: str | None
    now_ms: int
    due_ms: int | None
    numbers: Numbers

    def day(self, name: str) -> str:
        return str(self.facts[name])

    def moment(self, day: str, clock: str) -> int:
        return local_ms(self.day(day), minute_of(self.day(clock)))

    @property
    def today(self) -> str:
        return local_day(self.now_ms)

    def roles(self) -> Counter[Role]:
        return Counter(role for role, _ in self.parties)


Guard = Callable[[Asked], None]


def check(asked: Asked) -> None:
    """Raises `RefusedByRule` or `WrongField` for a move that must not be made."""
    _no_future(asked)
    for guard in GUARDS.get((asked.kind, asked.move), ()):
        guard(asked)


def check_ticket(kind: Kind, day: str, now_ms: int) -> None:
    """Raises `RefusedByRule` for a record of advice whose ticket is deleted by now: the report counted that advice with
    the ticket then (``report_counts``), and would count the record beside it."""
    kept = rules_on(date.fromisoformat(local_day(now_ms))).get("ticket")
    if kind is Kind.ADVICE and kept is not None and day < local_day(now_ms - kept.days * _DAY_MS):
        raise RefusedByRule("MATTER_TICKET_COUNTED", "ticket")


# --- every record -----------------------------------------------------------------------------------------------


def _no_future(asked: Asked) -> None:
    for name in ("asked_day", "help_day", "effective_day", "confirm_day", "accepted_day"):
        if name in asked.given and asked.day(name) > asked.today:
            raise WrongField("MATTER_DAY_AHEAD", f"facts.{name}")


def _not_before_today(name: str) -> Guard:
    def guard(asked: Asked) -> None:
        if name in asked.given and asked.day(name) < asked.today:
            raise WrongField("MATTER_DAY_PAST", f"facts.{name}")

    return guard


# --- duty lawyers -----------------------------------------------------------------------------------------------


def _when_asked(asked: Asked) -> None:
    if asked.moment("asked_day", "asked_time") > asked.now_ms:
        raise WrongField("MATTER_DAY_AHEAD", "facts.asked_time")


def _late_with_reason(asked: Asked) -> None:
    if asked.due_ms is not None and asked.now_ms > asked.due_ms and "reason" not in asked.texts:
        raise RefusedByRule("MATTER_FORWARD_LATE", "texts.reason")


# --- mediation --------------------------------------------------------------------------------------------------


def _two_sides(asked: Asked) -> None:
    roles = asked.roles()
    if not roles[Role.APPLICANT] or not roles[Role.RESPONDENT]:
        raise RefusedByRule("MATTER_TWO_SIDES", "parties")


def _nobody_refuses(asked: Asked) -> None:
    if asked.given["parties_agree"] is not True:
        raise RefusedByRule("MATTER_PARTY_REFUSES", "facts.parties_agree")


def _told_of_ways(asked: Asked) -> None:
    if asked.given["ways_told"] is not True:
        raise RefusedByRule("MATTER_WAYS_NOT_TOLD", "facts.ways_told")


def _both_ask(asked: Asked) -> None:
    if asked.given["joint"] is not True:
        raise RefusedByRule("MATTER_NOT_JOINT", "facts.joint")


def _within_thirty_days(asked: Asked) -> None:
    if asked.day("confirm_day") < asked.day("effective_day"):
        raise WrongField("WRONG_FIELD", "facts.confirm_day")
    if asked.due_ms is not None and asked.day("confirm_day") > local_day(asked.due_ms):
        raise RefusedByRule("MATTER_CONFIRM_LATE", "facts.confirm_day")


# --- visits -----------------------------------------------------------------------------------------------------


def _visitors(asked: Asked) -> None:
    roles = asked.roles()
    if roles[Role.PRISONER] != 1 or not roles[Role.VISITOR]:
        raise RefusedByRule("MATTER_VISIT_PEOPLE", "parties")
    if roles[Role.VISITOR] > asked.numbers.most_visitors:
        raise RefusedByRule("MATTER_VISITORS_MOST", "parties")
    if any(role is Role.VISITOR and relation not in MAY_VISIT for role, relation in asked.parties):
        raise RefusedByRule("MATTER_NOT_RELATIVE", "parties")


def _papers_shown(asked: Asked) -> None:
    shown = asked.facts.get("id_shown") is True and asked.facts.get("kinship_shown") is True
    if asked.facts["first_time"] is True and not shown:
        raise RefusedByRule("MATTER_VISIT_PAPERS", "facts.kinship_shown")


def _time_that_fits(asked: Asked) -> None:
    begin, end = minute_of(asked.day("visit_from")), minute_of(asked.day("visit_until"))
    if begin % SLOT_MINUTES or end % SLOT_MINUTES:
        raise WrongField("MATTER_VISIT_SLOT", "facts.visit_from" if begin % SLOT_MINUTES else "facts.visit_until")
    if not 0 < end - begin <= asked.numbers.longest_visit_minutes:
        raise WrongField("MATTER_VISIT_LENGTH", "facts.visit_until")
    if asked.moment("visit_day", "visit_from") <= asked.now_ms:
        raise WrongField("MATTER_DAY_PAST", "facts.visit_day")


def _still_to_come(asked: Asked) -> None:
    if asked.moment("visit_day", "visit_until") <= asked.now_ms:
        raise RefusedByRule("MATTER_VISIT_OVER")


def _in_time(asked: Asked) -> None:
    if asked.day("visit_day") != asked.today:
        raise RefusedByRule("MATTER_VISIT_OTHER_DAY")
    if asked.now_ms > asked.moment("visit_day", "visit_from") + asked.numbers.late_minutes * 60_000:
        raise RefusedByRule("MATTER_VISIT_LATE")


def _late(asked: Asked) -> None:
    if asked.now_ms <= asked.moment("visit_day", "visit_from") + asked.numbers.late_minutes * 60_000:
        raise RefusedByRule("MATTER_VISIT_NOT_LATE")


def _begun(asked: Asked) -> None:
    if asked.now_ms < asked.moment("visit_day", "visit_from"):
        raise RefusedByRule("MATTER_VISIT_NOT_BEGUN")


# --- complaints -------------------------------------------------------------------------------------------------


def _second_person(asked: Asked) -> None:
    if asked.actor in (asked.facts.get("handler"), asked.answered_by):
        raise RefusedByRule("MATTER_SECOND_PERSON")


GUARDS: Final[Mapping[tuple[Kind, Move], tuple[Guard, ...]]] = {
    (Kind.DUTY_HELP, Move.RECORD_WITH_APPLICATION): (_when_asked,),
    (Kind.DUTY_HELP, Move.ASK_APPLICATION): (_when_asked,),
    (Kind.DUTY_HELP, Move.FORWARD): (_late_with_reason,),
    (Kind.MEDIATION, Move.APPLY): (_two_sides,),
    (Kind.MEDIATION, Move.ACCEPT): (_two_sides, _nobody_refuses),
    (Kind.MEDIATION, Move.BEGIN): (_nobody_refuses,),
    (Kind.MEDIATION, Move.DECLINE): (_told_of_ways,),
    (Kind.MEDIATION, Move.FAIL): (_told_of_ways,),
    (Kind.MEDIATION, Move.ASK_CONFIRMATION): (_both_ask, _within_thirty_days),
    **{
        (kind, move): (_not_before_today("appointed_day"),)
        for kind in (Kind.MEDIATION, Kind.NOTARY, Kind.FORENSIC, Kind.LAWYER_GUIDE, Kind.EXAM)
        for move in (Move.REQUEST, Move.BOOK)
    },
    (Kind.VISIT, Move.APPLY): (_visitors,),
    (Kind.VISIT, Move.PASS): (_visitors, _papers_shown),
    (Kind.VISIT, Move.NOTE_TIME): (_time_that_fits,),
    (Kind.VISIT, Move.CHANGE_TIME): (_time_that_fits,),
    (Kind.VISIT, Move.BOOK_ROOM): (_still_to_come,),
    (Kind.VISIT, Move.CHECK_IN): (_in_time,),
    (Kind.VISIT, Move.WAIVE): (_late,),
    (Kind.VISIT, Move.NOTE_HELD): (_begun,),
    **{
        (kind, move): (_second_person,)
        for kind in (Kind.COMPLAINT, Kind.SUGGESTION)
        for move in (Move.CLOSE, Move.REOPEN)
    },
}
