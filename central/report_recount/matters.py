"""The cells of a unit's short records, each told from its steps (domain rules 4.2, 4.3 B, C36, C37, D, E, N, P)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection

from central.report_recount import store_of_records
from central.report_recount.halls import TIER
from central.report_recount.span import Part
from central.report_recount.steps import Standing, unstruck
from central.report_recount.tally import Behind, Source, Tally
from hall.moment import local_ms

Cell = tuple[str, int]
_CHANNEL: Final = {"VISIT": "B02", "CALL": "B03", "WEB": "B04", "LETTER": "B05"}
_WHOM: Final = {"LAWYER": "B31", "NOTARY": "B32", "AID_STAFF": "B33", "MEDIATOR": "B34", "OTHER": "B35"}
_GROUPS: Final = {
    "MIGRANT_WORKER": "B41", "ELDER": "B42", "WOMAN": "B43", "MINOR": "B44", "DISABLED": "B45", "MILITARY": "B46",
}  # fmt: skip
_ONLINE: Final = {"MEDIATION": "N07", "FORENSIC": "N08", "NOTARY": "N09", "LAWYER_GUIDE": "N10", "EXAM": "N11"}
_SENT: Final = {"STREET": "D11", "SPECIALISED": "D12"}
_AT_PLACE: Final = frozenset({"B02", "E01", "E04", "E05", "E08", "E09", "E12"})  # somebody was served there
_AGREED: Final = ("AGREED_WRITTEN", "AGREED_ORAL")


def into(tally: Tally, connection: Connection, part: Part) -> list[str]:
    """Add what the unit's records are in the form; the ids of those whose chain does not hold."""
    broken = []
    for record in store_of_records.matters(connection, part):
        row = record.row
        if record.broken:
            broken.append(row["id"])
        if not record.steps:
            continue
        stands = unstruck(record.steps)
        source = Source(Behind.MATTER, row["id"], row["kind"], "", row["hall"] or "", _named(row))
        for code, amount in _cells(row, record.steps[0].facts, stands, part):
            tally.add(code, amount, source)
    return broken


def _named(row: Mapping[Any, Any]) -> str:
    return f"{row['year']}-{row['number']:04d}"


def _cells(row: Mapping[Any, Any], first_said: Mapping[str, Any], stands: Standing, part: Part) -> Iterator[Cell]:
    """Cells of its kind, and those of the way in which somebody came."""
    if not stands.steps:
        return
    found = [cell for cell in _TOLD[row["kind"]](stands, part) if cell[1]]
    found += _asked_online(row["kind"], stands, part)
    yield from found
    for code, amount in found:
        if code == "B03":  # the centre's own telephone: a call that came in and that a person answered
            yield from ((one, amount) for one in ("G01", "G02", "A04"))
        if code == "B04":
            yield from (("N04", amount), ("A05", amount))
        if code in _ONLINE.values():
            yield "A05", amount
        if code in _AT_PLACE and row["ticket_number"] is None and first_said.get("channel", "VISIT") == "VISIT":
            yield TIER[part.level], amount


def _asked_online(kind: str, stands: Standing, part: Part) -> list[Cell]:
    first = stands.steps[0]
    asked = first.move == "REQUEST" and first.facts.get("channel") == "WEB" and part.holds(first.at_ms)
    return [(_ONLINE[kind], 1)] if kind in _ONLINE and asked and stands.state != "STRUCK" else []


def _came(stands: Standing, part: Part, *states: str) -> int:
    """1 where it first came into one of these states in the period, and stands."""
    when = stands.first_in(*states)
    return int(when is not None and part.holds(when) and stands.state != "STRUCK")


def _begun(stands: Standing, part: Part) -> int:
    return int(part.holds(stands.steps[0].at_ms) and stands.state != "STRUCK")


def _advice(stands: Standing, part: Part) -> Iterator[Cell]:
    said = stands.facts
    if not _begun(stands, part) or "case" in said:  # inside an application for aid it is no advice of its own
        return
    for code in (_CHANNEL[said["channel"]], said["field"], _WHOM[said["answered_by"]]):
        yield code, 1
    for group in said.get("groups", ()):
        yield _GROUPS[group], 1


def _mediation(stands: Standing, part: Part) -> Iterator[Cell]:
    taken = stands.first_in("ACCEPTED")
    if taken is None or taken >= part.of.to_ms:
        return
    agreed = stands.first_in(*_AGREED)
    over = agreed if agreed is not None else stands.first_in("FAILED", "WITHDRAWN")
    if taken < part.of.from_ms and (over is None or over >= part.of.from_ms):
        yield "D01", 1
    if over is None or over >= part.of.to_ms:
        yield "D05", 1
    said = stands.facts
    if taken >= part.of.from_ms:
        yield from (("D02", 1), (said["dispute"], 1), ("D10", said["people"]))
        if said["sent"] in _SENT:
            yield _SENT[said["sent"]], 1
    if over is None or not part.holds(over):
        return
    if agreed is None:
        yield "D04", 1
        return
    written = stands.first_in("AGREED_WRITTEN") is not None
    yield from (("D03", 1), ("D09", said["amount_fen"]), ("D06" if written else "D07", 1))
    if written and stands.first_in("CONFIRM_ASKED") is not None:
        yield "D08", 1


def _notary(stands: Standing, part: Part) -> Iterator[Cell]:
    yield "E01", _came(stands, part, "GUIDED")
    yield "E02", _came(stands, part, "BOOKED", "RECEIVED")
    if stands.facts.get("free_will_80") is True:
        yield "E03", _came(stands, part, "DONE")


def _visit(stands: Standing, part: Part) -> Iterator[Cell]:
    """On its own day, while it keeps its room; one that was held is one of those that were booked."""
    if stands.state not in ("ROOM_BOOKED", "CHECKED_IN", "HELD", "WAIVED"):
        return
    said = stands.facts
    hour, minute = said["visit_from"].split(":")
    if part.holds(local_ms(said["visit_day"], int(hour) * 60 + int(minute))):
        yield "E10", 1
        yield "E11", int(stands.state == "HELD")


def _approval(stands: Standing, part: Part) -> Iterator[Cell]:
    yield from (("E06", _begun(stands, part)), ("E07", _came(stands, part, "DONE")))


def _complaint(stands: Standing, part: Part) -> Iterator[Cell]:
    yield from (("P14", _begun(stands, part)), ("P15", _came(stands, part, "CLOSED", "NOT_OURS")))


def _at_begin(code: str) -> Callable[[Standing, Part], Iterator[Cell]]:
    def told(stands: Standing, part: Part) -> Iterator[Cell]:
        yield code, _begun(stands, part)

    return told


def _at(code: str, *states: str) -> Callable[[Standing, Part], Iterator[Cell]]:
    def told(stands: Standing, part: Part) -> Iterator[Cell]:
        yield code, _came(stands, part, *states)

    return told


_TOLD: Final[Mapping[str, Callable[[Standing, Part], Iterator[Cell]]]] = {
    "ADVICE": _advice, "DUTY_HELP": _at_begin("C36"), "DRAFTING": _at("C37", "DONE"), "MEDIATION": _mediation,
    "NOTARY": _notary, "FORENSIC": _at("E04", "GUIDED", "BOOKED", "RECEIVED"), "LAWYER_GUIDE": _at("E05", "GUIDED"),
    "APPROVAL": _approval, "RESETTLEMENT": _at_begin("E08"), "EXAM": _at("E09", "RECORDED"),
    "INFORMATION": _at_begin("E12"), "VISIT": _visit, "COMPLAINT": _complaint, "SUGGESTION": _at_begin("P16"),
}  # fmt: skip
