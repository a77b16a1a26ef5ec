"""What halls sent of applications, kept as it came until it can be opened: in the transaction that stored the event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, delete, select, update

from central.aid.tables import aid_arrival
from central.database import upsert
from central.strict_json import write_json
from hall.intake.words import ApplicationSubmitted, PageTaken

_LONGEST: Final = 80
_NUMBER: Final = 19
_HASH: Final = 64
_STAFF: Final = 80
_MOST: Final = 1000  # pages of an application, parts of a page


def keep(connection: Connection, hall: str, event: object, at_ms: int) -> None:
    """An application, or a part of a page of its papers; what is about neither changes nothing.

    A hall speaks for its own receipts only: another's stays an event and nothing more.
    """
    if not isinstance(event, ApplicationSubmitted | PageTaken) or not event.receipt.startswith(f"P{hall}-"):
        return
    if not _fits(event):
        return
    table = aid_arrival
    if isinstance(event, ApplicationSubmitted):
        named = ("day", "number", "window", "staff", "code_hash")
        facts = {**{name: getattr(event, name) for name in named}, "channel": event.channel.value}
        _add(connection, hall, event.receipt, 0, 1, 1, facts, event.sealed, at_ms)
    else:
        if event.part == 1:  # a page that begins anew
            here = (table.c.receipt == event.receipt, table.c.hall == hall, table.c.page == event.page)
            connection.execute(delete(table).where(*here, table.c.taken.is_(False)))
        _add(connection, hall, event.receipt, event.page, event.part, event.parts, {}, event.sealed, at_ms)


def _fits(event: ApplicationSubmitted | PageTaken) -> bool:
    """Whether every value is one that a hall of ours could send; what no row can hold stays an event."""
    if len(event.receipt) > _LONGEST:
        return False
    if isinstance(event, PageTaken):
        return 1 <= event.page <= _MOST and 1 <= event.part <= event.parts <= _MOST
    return (
        len(event.day) == len("2026-01-01")
        and len(event.number) <= _NUMBER
        and len(event.code_hash) <= _HASH
        and (len(event.staff or "") <= _STAFF)
    )


def _add(
    connection: Connection, hall: str, receipt: str, page: int, part: int, parts: int, facts: dict[str, Any],
    sealed: str, at_ms: int,
) -> None:  # fmt: skip
    row = {
        "receipt": receipt, "page": page, "part": part, "hall": hall, "parts": parts, "facts": write_json(facts),
        "sealed": sealed, "at_ms": at_ms, "taken": False, "problem": "",
    }  # fmt: skip
    connection.execute(upsert(connection, aid_arrival).on_conflict_do_nothing(), row)


def waiting_applications(connection: Connection, limit: int) -> Sequence[RowMapping]:
    table = aid_arrival
    wanted = select(table).where(table.c.taken.is_(False), table.c.page == 0, table.c.problem == "")
    return connection.execute(wanted.order_by(table.c.at_ms, table.c.receipt).limit(limit)).mappings().all()


def whole_pages(connection: Connection, limit: int) -> list[tuple[str, int]]:
    """Receipt and page of pages of which every part is there, and whose application was taken."""
    table, application = aid_arrival, aid_arrival.alias()
    last = select(table.c.receipt, table.c.page, table.c.parts).where(
        table.c.taken.is_(False), table.c.page > 0, table.c.part == table.c.parts, table.c.problem == ""
    )
    taken = select(application.c.receipt).where(application.c.page == 0, application.c.taken.is_(True))
    found = connection.execute(last.where(table.c.receipt.in_(taken)).order_by(table.c.receipt).limit(limit)).all()
    return [(one.receipt, one.page) for one in found if _count(connection, one.receipt, one.page) == one.parts]


def _count(connection: Connection, receipt: str, page: int) -> int:
    return len(parts_of(connection, receipt, page))


def parts_of(connection: Connection, receipt: str, page: int) -> Sequence[RowMapping]:
    table = aid_arrival
    wanted = select(table).where(table.c.receipt == receipt, table.c.page == page, table.c.taken.is_(False))
    return connection.execute(wanted.order_by(table.c.part)).mappings().all()


def taken(connection: Connection, receipt: str, page: int) -> None:
    """It is in its case now: what was sealed is not kept twice."""
    table = aid_arrival
    here = (table.c.receipt == receipt, table.c.page == page)
    connection.execute(update(table).where(*here).values(taken=True, sealed=""))


def set_aside(connection: Connection, receipt: str, page: int, problem: str) -> None:
    """It cannot be taken: kept as it came, for somebody to look at."""
    table = aid_arrival
    connection.execute(
        update(table).where(table.c.receipt == receipt, table.c.page == page).values(problem=problem[:40])
    )


def aside(connection: Connection) -> Sequence[RowMapping]:
    """What was set aside, without what is sealed."""
    table = aid_arrival
    columns = (table.c.receipt, table.c.page, table.c.hall, table.c.at_ms, table.c.problem)
    return connection.execute(select(*columns).distinct().where(table.c.problem != "")).mappings().all()


def try_again(connection: Connection, hall: str, receipt: str) -> int:
    """Let what was set aside of this receipt be opened again; how many parts."""
    table = aid_arrival
    here = (table.c.receipt == receipt, table.c.hall == hall, table.c.problem != "")
    return connection.execute(update(table).where(*here).values(problem="")).rowcount
