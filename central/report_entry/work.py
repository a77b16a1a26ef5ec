"""What people do: a figure, a visit, an event, a file put in, and a row taken back. Rows are added, never changed."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, RowMapping

from central.aid_files.clean import CleanFile
from central.failures import NotFound, RefusedByRule, WrongField
from central.imports.register import Register
from central.keeping.sealed_columns import SealedText, Vault
from central.report.form import Field
from central.report.gate import require_open
from central.report.periods import Period
from central.report_entry import rules, store
from central.report_entry.rules import EVENT_CODES, EventKind, How, Stay, Why
from central.units.rules import Level
from hall_config.report_entry_numbers import entry_numbers_on

MOST_FILES: Final = 60  # of a unit in a period
NAME: Final = "adviser"


@dataclass(frozen=True, slots=True)
class Desk:
    """One unit's entries of one period, in one transaction."""

    connection: Connection
    vault: Vault
    unit: str
    level: Level
    period: Period
    now_ms: int

    @property
    def numbers(self) -> Mapping[str, int]:
        """What held on the period's last day."""
        return entry_numbers_on(self.period.last)

    @property
    def days(self) -> tuple[str, str]:
        return self.period.first.isoformat(), self.period.last.isoformat()

    def seal(self, text: str, about: str) -> SealedText:
        return self.vault.seal(self.connection, self.unit, text, about, self.now_ms)

    def open(self, sealed: SealedText, about: str) -> str:
        return self.vault.open(self.connection, sealed, about)

    def event_sums(self) -> Mapping[str, int] | None:
        """F01 to F04 of the unit's events; None where it has none."""
        kinds = store.events_of(self.connection, self.unit, *self.days)
        return rules.of_events(kinds) if kinds else None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it was typed. ``seen``: the entry that the page showed, empty for none."""

    code: str
    value: str
    seen: str
    carried: bool
    evidence: str | None
    kept_at: str


@dataclass(frozen=True, slots=True)
class Adviser:
    """Who was there: one of these. ``like`` is an earlier visit of the unit, whose adviser it was again."""

    lawyer: str | None = None
    licence: str | None = None
    name: str | None = None
    like: str | None = None


# --- figures ------------------------------------------------------------------------------------------------


def enter(desk: Desk, asked: Figure, by: str) -> str:
    """A figure typed in, or a stock confirmed; the id of its row."""
    require_open(desk.connection, desk.unit, desk.period.name)
    field = _field(desk, asked.code)
    value = rules.figure(asked.value, field, desk.level, desk.numbers)
    if asked.code in EVENT_CODES and desk.event_sums() is not None:
        raise RefusedByRule("REPORT_ENTRY_HAS_ROWS", "code")
    row = store.newest_of(desk.connection, desk.unit, desk.period.name, rules.stocks()).get(asked.code)
    stands = rules.filled(asked.code, row, desk.period.name, None)
    here = row.id if row is not None and stands.how is not How.CARRIED else ""
    carries = stands.how is How.CARRIED and row is not None and row.value == value
    if here != asked.seen or (asked.carried and not carries):
        raise RefusedByRule("REPORT_ENTRY_CHANGED", "value")
    rules.check_evidence(asked.code, value, asked.evidence, asked.kept_at)
    _require_evidence(desk, asked.evidence)
    identifier = secrets.token_hex(8)
    store.add(
        desk.connection, "entry", id=identifier, unit=desk.unit, period=desk.period.name, code=asked.code,
        n=store.next_n(desk.connection, desk.unit, desk.period.name, asked.code), value=value, carried=asked.carried,
        evidence=asked.evidence, kept_at=_note(desk, asked.kept_at, identifier), by=by, at_ms=desk.now_ms,
    )  # fmt: skip
    return identifier


def _field(desk: Desk, code: str) -> Field:
    for field in rules.fields_at(desk.level):
        if field.code == code:
            return field
    raise WrongField("REPORT_NOT_ASKED", "code")


def _note(desk: Desk, kept_at: str, row: str) -> SealedText | None:
    return desk.seal(kept_at, f"report_entry/kept_at/{row}") if kept_at else None


def note_of(desk: Desk, row: RowMapping) -> str:
    """Where the evidence of an entry or an event is kept."""
    return "" if row["kept_at"] is None else desk.open(row["kept_at"], f"report_entry/kept_at/{row['id']}")


# --- visits -------------------------------------------------------------------------------------------------


def add_visit(desk: Desk, day: str, stayed: Stay, who: Adviser, people: int, by: str) -> str:
    """An adviser's visit; the id of its row. The same one twice is refused."""
    require_open(desk.connection, desk.unit, desk.period.name)
    rules.check_day(day, desk.period, desk.now_ms)
    rules.check_most(people, desk.numbers["VISIT_PEOPLE_MOST"], "people")
    lawyer, name = _who(desk, who)
    for row in store.visits(desk.connection, desk.unit, day, day):
        same = (row["lawyer"], adviser_name(desk, row)) == (lawyer, name)
        if row["taken_ms"] is None and same and _stay_of(row).meets(stayed):
            raise RefusedByRule("REPORT_VISIT_TWICE", "day")
    identifier = secrets.token_hex(8)
    store.add(
        desk.connection, "visit", id=identifier, unit=desk.unit, day=day, begins=stayed.begins, ends=stayed.ends,
        minutes=stayed.minutes, lawyer=lawyer, adviser=desk.seal(name, _about_name(identifier)) if name else None,
        people=people, by=by, at_ms=desk.now_ms,
    )  # fmt: skip
    return identifier


def _who(desk: Desk, who: Adviser) -> tuple[str | None, str]:
    """The mark of the register, or a name; raises where there is none, or more than one."""
    given = [one for one in (who.lawyer, who.licence, who.name, who.like) if one]
    if len(given) != 1:
        raise WrongField("REPORT_ADVISER_ONE", "adviser")
    if who.like:
        found = store.row(desk.connection, who.like)
        if found is None or found[0] != "visit" or found[1]["unit"] != desk.unit or is_nameless(found[1]):
            raise NotFound("REPORT_NO_SUCH_ROW", "adviser")
        return found[1]["lawyer"], adviser_name(desk, found[1])
    if who.name:
        if not who.name.strip():
            raise WrongField("REPORT_ADVISER_ONE", "adviser")
        return None, who.name.strip()
    register = Register(desk.vault, desk.connection, desk.now_ms)
    mark = who.lawyer or register.mark(who.licence or "")
    if store.lawyer(desk.connection, mark) is None:
        raise WrongField("REPORT_NO_SUCH_ADVISER", "adviser")
    return mark, ""


def is_nameless(row: RowMapping) -> bool:
    """Whether the time for which it is kept who came is over."""
    return row["lawyer"] is None and row["adviser"] is None


def adviser_name(desk: Desk, row: RowMapping) -> str:
    """Of somebody who is in no register; else nothing."""
    return "" if row["adviser"] is None else desk.open(row["adviser"], _about_name(row["id"]))


def _stay_of(row: RowMapping) -> Stay:
    return Stay(row["begins"], row["ends"], row["minutes"])


def _about_name(row: str) -> str:
    return f"adviser_visit/{NAME}/{row}"


# --- events -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Event:
    """A lecture or another event as it was entered."""

    day: str
    kind: EventKind
    title: str
    people: int
    leaflets: int
    evidence: str | None
    kept_at: str


def add_event(desk: Desk, asked: Event, by: str) -> str:
    """The id of its row."""
    require_open(desk.connection, desk.unit, desk.period.name)
    rules.check_day(asked.day, desk.period, desk.now_ms)
    rules.check_most(asked.people, desk.numbers["EVENT_PEOPLE_MOST"], "people")
    rules.check_most(asked.leaflets, desk.numbers["EVENT_LEAFLETS_MOST"], "leaflets")
    if not asked.title.strip():
        raise WrongField("REPORT_EVENT_TITLE", "title")
    rules.check_evidence("F01", "1", asked.evidence, asked.kept_at)
    _require_evidence(desk, asked.evidence)
    identifier = secrets.token_hex(8)
    store.add(
        desk.connection, "event", id=identifier, unit=desk.unit, day=asked.day, kind=asked.kind.value,
        title=desk.seal(asked.title.strip(), f"report_event/title/{identifier}"), people=asked.people,
        leaflets=asked.leaflets, evidence=asked.evidence, kept_at=_note(desk, asked.kept_at, identifier), by=by,
        at_ms=desk.now_ms,
    )  # fmt: skip
    return identifier


def title_of(desk: Desk, row: RowMapping) -> str:
    return desk.open(row["title"], f"report_event/title/{row['id']}")


# --- evidence -----------------------------------------------------------------------------------------------


def keep(desk: Desk, file: CleanFile, by: str) -> str:
    """A clean file, sealed for the unit; its id. The same file twice is one."""
    require_open(desk.connection, desk.unit, desk.period.name)
    known = store.same_evidence(desk.connection, desk.unit, desk.period.name, file.sha256)
    if known is not None:
        return known
    if store.count_evidence(desk.connection, desk.unit, desk.period.name) >= MOST_FILES:
        raise RefusedByRule("REPORT_FILES_FULL", "file")
    identifier = secrets.token_hex(8)
    text = b64encode(file.content).decode("ascii")
    store.add_evidence(
        desk.connection, id=identifier, unit=desk.unit, period=desk.period.name, type=file.type.value,
        size=len(file.content), pages=file.pages, sha256=file.sha256,
        content=desk.seal(text, _about_file(identifier)), by=by, made_ms=desk.now_ms,
    )  # fmt: skip
    return identifier


def content_of(desk: Desk, identifier: str) -> tuple[str, bytes]:
    """Type and content of a file; raises `NotFound` for one of another unit or period."""
    row = store.evidence(desk.connection, identifier, desk.unit, desk.period.name)
    if row is None:
        raise NotFound("NO_SUCH_FILE")
    return row["type"], b64decode(desk.open(row["content"], _about_file(identifier)))


def _require_evidence(desk: Desk, identifier: str | None) -> None:
    if identifier is not None and store.evidence(desk.connection, identifier, desk.unit, desk.period.name) is None:
        raise WrongField("NO_SUCH_FILE", "evidence")


def _about_file(identifier: str) -> str:
    return f"report_evidence/content/{identifier}"


# --- taking back --------------------------------------------------------------------------------------------


def take_back(desk: Desk, identifier: str, why: Why, by: str) -> str:
    """From now on the row does not count; what kind of row it was."""
    require_open(desk.connection, desk.unit, desk.period.name)
    found = store.row(desk.connection, identifier)
    if found is None or found[1]["unit"] != desk.unit or not _in_period(desk, *found):
        raise NotFound("REPORT_NO_SUCH_ROW")
    if store.is_taken_back(desk.connection, identifier):
        raise RefusedByRule("REPORT_ROW_TAKEN_BACK")
    facts: dict[str, Any] = {"unit": desk.unit, "period": desk.period.name, "why": why.value}
    store.take_back(desk.connection, row=identifier, by=by, at_ms=desk.now_ms, **facts)
    return found[0]


def _in_period(desk: Desk, kind: str, row: RowMapping) -> bool:
    if kind == "entry":
        return str(row["period"]) == desk.period.name
    return desk.days[0] <= str(row["day"]) <= desk.days[1]
