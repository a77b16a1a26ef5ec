"""Statements that find, count and delete old rows; how old is old comes from outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, case, delete, func, insert, select, true, update
from sqlalchemy.sql.elements import KeyedColumnElement

from central import schema
from central.accounts.tables import attempt
from central.aid.tables import aid_arrival
from central.alarms.tables import alarm
from central.appointments.tables import appointment, appointment_list, reminder_due
from central.database import upsert
from central.fleet.tables import device_fault, line_change
from central.ingest.months import month_of
from central.keeping.partitions import drop_month
from central.keeping.tables import purge_log, ticket_count
from central.outside.tables import hotline_call
from central.phone.tables import phone_ticket
from central.places.tables import place, place_state
from central.ratings.store import leave_served
from central.report_counts.clocks import leave_doubts
from central.report_counts.store import leave_tallies
from central.report_entry.tables import report_evidence
from central.strict_json import write_json
from hall_config.retention import RetentionRule

__all__ = ["SIMPLE", "Aged", "month_of"]
_LAST: Final = 2**62
_KINDS: Final = ("day", "hall", "service_issued", "service", "state", "priority", "grade", "channel")


@dataclass(frozen=True, slots=True)
class Aged:
    """Rows of one table that grow old by one column: milliseconds, or a day."""

    table: Table
    since: KeyedColumnElement[Any]
    also: ColumnElement[bool]

    def count(self, connection: Connection, before: int | str) -> int:
        found = select(func.count()).select_from(self.table).where(self.since < before, self.also)
        return connection.execute(found).scalar_one()

    def delete(self, connection: Connection, before: int | str) -> int:
        return connection.execute(delete(self.table).where(self.since < before, self.also)).rowcount


_later: Final = line_change.alias("later")
_came_later: Final = select(_later.c.at_ms).where(
    _later.c.hall == line_change.c.hall, _later.c.at_ms > line_change.c.at_ms
)
SIMPLE: Final = {
    "rejected": Aged(schema.rejected, schema.rejected.c.received_ms, true()),
    "conflict": Aged(schema.conflict, schema.conflict.c.first_ms, true()),
    "order": Aged(schema.order, schema.order.c.sent_ms, true()),
    "attempt": Aged(attempt, attempt.c.last_ms, true()),
    "enrolment_code": Aged(schema.enrolment_code, schema.enrolment_code.c.until_ms, true()),
    "certificate": Aged(schema.certificate, schema.certificate.c.not_after_ms, true()),
    "purge_log": Aged(purge_log, purge_log.c.at_ms, true()),
    "alarm": Aged(alarm, alarm.c.ended_ms, true()),  # one that has not ended has no age
    "device_fault": Aged(device_fault, device_fault.c.ended_ms, true()),
    "line_change": Aged(line_change, line_change.c.at_ms, _came_later.exists()),  # the last one says how it still is
    "aid_arrival": Aged(aid_arrival, aid_arrival.c.at_ms, aid_arrival.c.taken),  # its application is in a case
    "phone_ticket": Aged(phone_ticket, phone_ticket.c.asked_ms, true()),
    "report_evidence": Aged(report_evidence, report_evidence.c.made_ms, true()),
}
# Those that grow old by their day in the hall.
DATED: Final = {
    "appointment": Aged(appointment, appointment.c.day, true()),
    "reminder": Aged(reminder_due, reminder_due.c.day, true()),
    "appointment_list": Aged(appointment_list, appointment_list.c.day, true()),
    "hotline_call": Aged(hotline_call, hotline_call.c.day, true()),
}


def note_purge(connection: Connection, now_ms: int, rule: RetentionRule, before: Any, rows: int) -> None:
    """One line of what was deleted, by which rule."""
    told = f"{rule.days} d: {rule.source_zh}"[:200]
    detail = write_json({"days": rule.days, "valid_from": rule.valid_from.isoformat(), "source": rule.source_en})
    facts = {"at_ms": now_ms, "topic": rule.topic, "before": str(before), "rows": rows, "rule": told, "detail": detail}
    connection.execute(insert(purge_log).values(facts))


# --- tickets ------------------------------------------------------------------------------------------------


def ticket_days(connection: Connection, before: str) -> list[str]:
    """The days that still have tickets, older than this one."""
    column = schema.ticket.c.day
    return list(connection.execute(select(column).where(column < before).distinct().order_by(column)).scalars())


def count_tickets(connection: Connection, day: str) -> int:
    return connection.execute(
        select(func.count()).select_from(schema.ticket).where(schema.ticket.c.day == day)
    ).scalar_one()


def tickets_to_counts(connection: Connection, day: str, _now_ms: int) -> int:
    """A day's tickets become counts, beside those that late tickets of the same day left before."""
    table = schema.ticket
    kinds = {
        "day": table.c.day, "hall": table.c.hall, "service_issued": table.c.service_issued,
        "service": table.c.service, "state": table.c.state, "priority": func.coalesce(table.c.priority, ""),
        "grade": func.coalesce(table.c.grade, 0), "channel": table.c.channel,
    }  # fmt: skip
    sums = {
        "count": func.count(), "persons": func.coalesce(func.sum(table.c.persons), 0),
        "waited": func.count(table.c.waited_s), "waited_total_s": func.coalesce(func.sum(table.c.waited_s), 0),
        "waited_max_s": func.max(table.c.waited_s), "served": func.count(table.c.served_s),
        "served_total_s": func.coalesce(func.sum(table.c.served_s), 0),
    }  # fmt: skip
    columns = [column.label(name) for name, column in (kinds | sums).items()]
    found = connection.execute(select(*columns).where(table.c.day == day).group_by(*kinds.values())).mappings().all()
    if found:
        statement = upsert(connection, ticket_count)
        fresh = statement.excluded
        added = {name: ticket_count.c[name] + fresh[name] for name in sums if name != "waited_max_s"}
        longer = case(
            (ticket_count.c.waited_max_s.is_(None), fresh.waited_max_s),
            (fresh.waited_max_s > ticket_count.c.waited_max_s, fresh.waited_max_s),
            else_=ticket_count.c.waited_max_s,
        )
        statement = statement.on_conflict_do_update(index_elements=list(_KINDS), set_={**added, "waited_max_s": longer})
        connection.execute(statement, [dict(row) for row in found])
    leave_tallies(connection, day)
    leave_doubts(connection, day)
    leave_served(connection, day)
    return connection.execute(delete(table).where(table.c.day == day)).rowcount


# --- events -------------------------------------------------------------------------------------------------


def event_months(connection: Connection, before: int) -> list[int]:
    """The months that lie wholly before this one, are not deleted, and of which every view has taken in everything."""
    months = schema.event_month
    found = connection.execute(
        select(months.c.month).where(months.c.month < before, months.c.purged_ms.is_(None)).distinct()
    ).scalars()
    return [month for month in sorted(found) if not _is_needed(connection, month)]


def _is_needed(connection: Connection, month: int) -> bool:
    """Whether some journal has numbers in this month that are not folded, or that a place has to be read from."""
    months, streams = schema.event_month, schema.stream
    behind = months.alias()
    end = select(func.min(behind.c.from_seq)).where(behind.c.stream == months.c.stream, behind.c.month > month)
    newest = select(func.max(schema.event.c.seq)).where(schema.event.c.stream == months.c.stream)
    last = func.coalesce(end.scalar_subquery() - 1, newest.scalar_subquery(), 0)
    taken_in = case((place.c.id.is_(None), streams.c.applied), else_=func.coalesce(place_state.c.seq, 0))
    statement = (
        select(months.c.stream)
        .join(streams, streams.c.id == months.c.stream)
        .outerjoin(place, (place.c.id == streams.c.hall) & (place.c.epoch == streams.c.epoch))
        .outerjoin(place_state, place_state.c.place == place.c.id)
        .where(months.c.month == month, last > taken_in)
        .limit(1)
    )
    return connection.execute(statement).first() is not None


def count_events(connection: Connection, month: int) -> int:
    table = schema.event
    return connection.execute(select(func.count()).select_from(table).where(table.c.month == month)).scalar_one()


def delete_events(connection: Connection, month: int, now_ms: int) -> int:
    """A month's events with what points to them. From now on none of them is stored again."""
    if _is_needed(connection, month):
        return 0
    months, rows = schema.event_month, 0
    on_postgresql = connection.dialect.name == "postgresql"
    if on_postgresql:
        rows = count_events(connection, month)
        drop_month(connection, month)
    for stream, first, last in _ranges(connection, month):
        for table in (schema.poison,) if on_postgresql else (schema.poison, schema.event):
            wanted = (table.c.stream == stream) & table.c.seq.between(first, last)
            gone = connection.execute(delete(table).where(wanted)).rowcount
            rows += gone if table is schema.event else 0
    connection.execute(update(months).where(months.c.month == month).values(purged_ms=now_ms))
    return rows


def _ranges(connection: Connection, month: int) -> list[tuple[int, int, int]]:
    """The first and last number of each journal that belong to this month."""
    months = schema.event_month
    behind = months.alias()
    end = select(func.min(behind.c.from_seq)).where(behind.c.stream == months.c.stream, behind.c.month > month)
    last = func.coalesce(end.scalar_subquery() - 1, _LAST).label("last")
    found = select(months.c.stream, months.c.from_seq, last).where(months.c.month == month)
    return [(row.stream, row.from_seq, row.last) for row in connection.execute(found)]
