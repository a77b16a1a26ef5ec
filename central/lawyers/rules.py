"""Who may be given a case, in which order they are suggested, and why. Pure: what is known comes in.

Three things are kept apart. What excludes a lawyer (not active, state not checked lately, a certain conflict, too few
years of defence for a matter of life or death, no knowledge of minors for a minor's criminal case) nobody can override.
What is in doubt (a conflict that goes by the name alone) needs a person who looks, and their reason. All else is only
an order: a person chooses, and says why if it is not who stands first.

Sources: 法律援助法 (2022) 26, 46; 办理法律援助案件程序规定 (司法部令第148号, 2023) 25, 26; 律师法 39, 47-49.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from central.imports.lawyers import LawyerState
from central.lawyers.codes import DEFENCE_MATTERS, JUVENILE_MATTERS, Field, Language, fields_of
from central.lawyers.conflict import Conflict
from hall.intake.codes import Group

_HOUR_MS: Final = 3_600_000
_LAST: Final = 10_000


class Because(StrEnum):
    """What speaks for a lawyer, or is to be known of them; words under ``central.lawyer_reason``."""

    TURN = "TURN"
    FIELD = "FIELD"
    NO_FIELD = "NO_FIELD"
    LANGUAGE = "LANGUAGE"
    NO_LANGUAGE = "NO_LANGUAGE"
    MINORS = "MINORS"
    DEFENCE_YEARS = "DEFENCE_YEARS"
    YEARS = "YEARS"
    LOAD = "LOAD"


class Bar(StrEnum):
    """What keeps a lawyer from a case; each is the code of the refusal too (``central.error``)."""

    INACTIVE = "AID_LAWYER_INACTIVE"
    STALE = "AID_LAWYER_STALE"
    CONFLICT = "AID_CONFLICT"
    YEARS = "AID_LAWYER_YEARS"
    MINORS = "AID_LAWYER_MINORS"


class Doubt(StrEnum):
    """What only a person can settle; words under ``central.error``."""

    CONFLICT = "AID_CONFLICT_POSSIBLE"
    WAS_REPLACED = "AID_LAWYER_REPLACED"


@dataclass(frozen=True, slots=True)
class Lawyer:
    """What the register knows of somebody, with today's load and turn."""

    mark: str
    firm_code: str
    firm: str
    state: LawyerState
    state_as_of_ms: int
    specialities: frozenset[Field] = frozenset()
    languages: frozenset[Language] = frozenset()
    first_year: int | None = None
    knows_minors: bool = False
    criminal_since: str | None = None  # YYYY or YYYY-MM
    load: int = 0
    turn: int | None = None  # place in today's rota, 0 is first
    replaced: bool = False  # was at work in this case and is no longer


@dataclass(frozen=True, slots=True)
class Needs:
    """What a case asks of its lawyer."""

    fields: frozenset[Field]
    language: Language | None = None
    defence: bool = False
    juvenile: bool = False
    minor: bool = False  # the recipient is one, in whatever matter


@dataclass(frozen=True, slots=True)
class Reason:
    """A code with what its words need."""

    code: Because
    facts: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A lawyer as judged for one case. ``suggested``: nobody stands before them."""

    lawyer: Lawyer
    reasons: tuple[Reason, ...]
    bars: tuple[Bar, ...]
    doubts: tuple[Doubt, ...]
    conflicts: tuple[Conflict, ...]
    order: tuple[int, ...]
    suggested: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """The numbers of the law on the day, and the day itself."""

    today: date
    now_ms: int
    defence_years: int
    status_hours: int


def needs_of(matter: str, nature: str, groups: Iterable[str], language: Language | None = None) -> Needs:
    """What the law and the matter ask for."""
    held = frozenset(groups)
    return Needs(
        fields_of(matter, nature),
        language,
        defence=matter in DEFENCE_MATTERS,
        juvenile=matter in JUVENILE_MATTERS,
        minor=Group.MINOR in held or matter in JUVENILE_MATTERS,
    )


def in_order(
    lawyers: Iterable[Lawyer], needs: Needs, conflicts: Mapping[str, tuple[Conflict, ...]], measure: Measure
) -> list[Candidate]:
    """All of them, who may be given the case first; ``conflicts`` by mark."""
    judged = [_judged(one, needs, conflicts.get(one.mark, ()), measure) for one in lawyers]
    judged.sort(key=lambda one: (one.order, one.lawyer.mark))
    fit = [one for one in judged if not one.bars and not one.doubts]
    best = fit[0].order if fit else None
    return [_suggested(one) if not (one.bars or one.doubts) and one.order == best else one for one in judged]


def is_stale(state: LawyerState, as_of_ms: int, now_ms: int, hours: int) -> bool:
    """Whether a person has to look the state up before anybody goes by it."""
    return state is LawyerState.UNKNOWN or now_ms - as_of_ms > hours * _HOUR_MS


def defence_years(since: str | None, today: date) -> int | None:
    """Whole years of criminal defence; a year or month alone counts from its end, so that nobody has a day too many."""
    if since is None:
        return None
    year, _, month = since.partition("-")
    first = date(int(year) + 1, 1, 1) if not month else _next_month(int(year), int(month))
    return max(0, today.year - first.year - ((today.month, today.day) < (first.month, first.day)))


def _next_month(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1)


def _suggested(one: Candidate) -> Candidate:
    return Candidate(one.lawyer, one.reasons, one.bars, one.doubts, one.conflicts, one.order, suggested=True)


def _judged(lawyer: Lawyer, needs: Needs, conflicts: tuple[Conflict, ...], measure: Measure) -> Candidate:
    bars, doubts = _bars(lawyer, needs, conflicts, measure), _doubts(lawyer, conflicts)
    reasons = tuple(_reasons(lawyer, needs, measure))
    said = {one.code for one in reasons}
    order = (
        int(bool(bars)),
        int(bool(doubts)),
        int(Because.NO_LANGUAGE in said),
        int(Because.NO_FIELD in said),
        int(needs.minor and not lawyer.knows_minors),
        lawyer.turn if lawyer.turn is not None else _LAST,
        lawyer.load,
        lawyer.first_year or _LAST,
    )
    return Candidate(lawyer, reasons, bars, doubts, conflicts, order)


def _bars(lawyer: Lawyer, needs: Needs, conflicts: tuple[Conflict, ...], measure: Measure) -> tuple[Bar, ...]:
    bars = []
    if is_stale(lawyer.state, lawyer.state_as_of_ms, measure.now_ms, measure.status_hours):
        bars.append(Bar.STALE)
    if lawyer.state not in (LawyerState.ACTIVE, LawyerState.UNKNOWN):
        bars.insert(0, Bar.INACTIVE)
    if any(one.certain for one in conflicts):
        bars.append(Bar.CONFLICT)
    if needs.defence and (defence_years(lawyer.criminal_since, measure.today) or 0) < measure.defence_years:
        bars.append(Bar.YEARS)
    if needs.juvenile and not lawyer.knows_minors:
        bars.append(Bar.MINORS)
    return tuple(bars)


def _doubts(lawyer: Lawyer, conflicts: tuple[Conflict, ...]) -> tuple[Doubt, ...]:
    doubts = [Doubt.CONFLICT] if any(not one.certain for one in conflicts) else []
    return (*doubts, Doubt.WAS_REPLACED) if lawyer.replaced else tuple(doubts)


def _reasons(lawyer: Lawyer, needs: Needs, measure: Measure) -> Iterable[Reason]:
    if lawyer.turn is not None:
        yield Reason(Because.TURN, {"place": lawyer.turn + 1})
    if needs.fields:
        fitting = sorted(needs.fields & lawyer.specialities)
        yield Reason(Because.FIELD, {"fields": " ".join(fitting)}) if fitting else Reason(Because.NO_FIELD)
    if needs.language is not None:
        speaks = needs.language in lawyer.languages
        yield Reason(Because.LANGUAGE if speaks else Because.NO_LANGUAGE, {"language": needs.language.value})
    if needs.minor and lawyer.knows_minors:
        yield Reason(Because.MINORS)
    years = defence_years(lawyer.criminal_since, measure.today)
    if years is not None and Field.CRIMINAL in needs.fields:
        yield Reason(Because.DEFENCE_YEARS, {"years": years})
    if lawyer.first_year is not None:
        yield Reason(Because.YEARS, {"years": max(0, measure.today.year - lawyer.first_year)})
    yield Reason(Because.LOAD, {"cases": lawyer.load})
