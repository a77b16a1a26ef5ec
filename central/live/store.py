"""Statements over halls, their live views and their devices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, case, func, select, update

from central import schema
from central.database import put_rows, replace_row, upsert
from central.failures import NotFound
from central.live.keeping import from_text, to_text
from central.live.rules import SATISFIED, LiveView
from central.strict_json import write_json
from central.units.store import below
from hall.wire import DeviceState, NodeBirth, NodeState


def know(connection: Connection, hall: str, now_ms: int) -> None:
    """Make sure that the hall has a row."""
    statement = upsert(connection, schema.hall).on_conflict_do_nothing(index_elements=["id"])
    connection.execute(
        statement,
        {
            "id": hall,
            "name_zh": hall,
            "name_en": hall,
            "birth": "",
            "online": False,
            "bdseq": -1,
            "epoch": "",
            "boot": "",
            "version": "",
            "config_rev": 0,
            "clock": "none",
            "state_ms": 0,
            "heard_ms": 0,
            "first_ms": now_ms,
        },
    )


def heard(connection: Connection, halls: Sequence[str], now_ms: int) -> None:
    """Note that something of their own came from these halls."""
    table = schema.hall
    for start in range(0, len(halls), 500):
        these = table.c.id.in_(halls[start : start + 500]) & (table.c.heard_ms < now_ms)
        connection.execute(update(table).where(these).values(heard_ms=now_ms))


def node_state(connection: Connection, hall: str, state: NodeState, now_ms: int) -> bool:
    """Take in a hall's own word, or its Last Will; False when a death is not of the present connection."""
    table = schema.hall
    row = connection.execute(select(table.c.bdseq, table.c.online).where(table.c.id == hall)).one()
    if not state.online:
        if row.bdseq not in (-1, state.bdseq):
            return False
        connection.execute(
            update(table).where(table.c.id == hall).values(online=False, bdseq=state.bdseq, state_ms=now_ms)
        )
        return True
    connection.execute(
        update(table)
        .where(table.c.id == hall)
        .values(
            online=True,
            bdseq=state.bdseq,
            epoch=state.epoch[:64],
            boot=state.boot[:64],
            version=state.version[:60],
            config_rev=state.config_rev,
            clock=state.clock[:16],
            state_ms=now_ms,
        )
    )
    return True


def current_epoch(connection: Connection, hall: str) -> str:
    """The epoch that the hall announced last; until it has said so itself, that of the journal begun last."""
    return current_epochs(connection, [hall])[hall]


def current_epochs(connection: Connection, halls: Sequence[str]) -> dict[str, str]:
    """`current_epoch` of each of these."""
    table, found = schema.hall, dict.fromkeys(halls, "")
    for start in range(0, len(halls), 500):
        announced = select(table.c.id, table.c.epoch).where(table.c.id.in_(halls[start : start + 500]))
        found.update({row.id: row.epoch for row in connection.execute(announced)})
    return {hall: epoch or _begun_last(connection, hall) for hall, epoch in found.items()}


def _begun_last(connection: Connection, hall: str) -> str:
    table = schema.stream
    begun = select(table.c.epoch).where(table.c.hall == hall).order_by(table.c.first_ms.desc(), table.c.id.desc())
    return connection.execute(begun.limit(1)).scalar() or ""


def node_birth(connection: Connection, hall: str, birth: NodeBirth, text: str) -> None:
    """Keep what a hall says it has."""
    table = schema.hall
    names = {"name_zh": birth.name_zh[:60] or hall, "name_en": birth.name_en[:60] or hall}
    connection.execute(update(table).where(table.c.id == hall).values(birth=text, version=birth.version[:60], **names))


def device_state(connection: Connection, hall: str, state: DeviceState) -> bool:
    """Keep a device's state unless a newer one is kept; False for an older one."""
    table = schema.device
    key = (table.c.hall == hall) & (table.c.device == state.device)
    known = connection.execute(select(table.c.epoch, table.c.n).where(key)).one_or_none()
    if known is not None and _is_older(connection, hall, state, known.epoch, known.n):
        return False
    connection.execute(
        replace_row(connection, table),
        {
            "hall": hall,
            "device": state.device,
            "kind": state.kind[:60],
            "state": state.state[:20],
            "since": state.since,
            "reason": state.reason[:200],
            "epoch": state.epoch,
            "n": state.n,
            "counters": write_json(dict(state.counters)),
        },
    )
    return True


def _is_older(connection: Connection, hall: str, state: DeviceState, known_epoch: str, known_n: int) -> bool:
    """Within an epoch by ``n``; across epochs only the current one is known to be newer than another.

    An epoch that nobody heard of has just begun: its ``node/state`` is on its way, retained messages keep no order.
    """
    if state.epoch == known_epoch:
        return state.n < known_n
    if known_epoch != current_epoch(connection, hall):
        return False
    table = schema.stream
    heard_of = select(table.c.id).where(table.c.hall == hall, table.c.epoch == state.epoch)
    return connection.execute(heard_of).first() is not None


def load_live(connection: Connection, hall: str) -> LiveView:
    """The hall's live view as last committed; what an older program did not keep in it is made of the day's tickets."""
    table = schema.live
    text = connection.execute(select(table.c.view).where(table.c.hall == hall)).scalar()
    view = from_text(text)
    if text is not None and '"sums"' not in text and view.day is not None:
        view.sums = _sums_of_day(connection, hall, view.day)
    return view


def _sums_of_day(connection: Connection, hall: str, day: str) -> dict[str, int]:
    table = schema.ticket
    satisfied = func.sum(case((table.c.grade >= SATISFIED, 1), else_=0))
    found = select(
        func.count(table.c.waited_s).label("waited"),
        func.coalesce(func.sum(table.c.waited_s), 0).label("waited_s"),
        func.count(table.c.grade).label("rated"),
        func.coalesce(satisfied, 0).label("satisfied"),
    ).where(table.c.hall == hall, table.c.day == day)
    return {name: int(value) for name, value in connection.execute(found).mappings().one().items()}


def keep_live(connection: Connection, views: Mapping[str, LiveView]) -> None:
    """Write the views as they are now."""
    put_rows(connection, schema.live, [(hall, to_text(view)) for hall, view in views.items()])


def read_halls(connection: Connection, path: str, after: str = "", limit: int = 10_000) -> list[RowMapping]:
    """Halls at or below a unit's path, by id, with the text of their live view and the path of their unit."""
    table = schema.hall
    statement = _with_view().where(table.c.id > after, schema.unit.c.path.startswith(path))
    return list(connection.execute(statement.order_by(table.c.id).limit(limit)).mappings())


def read_these(connection: Connection, halls: Sequence[str]) -> list[RowMapping]:
    """These halls, as `read_halls` gives them."""
    found: list[RowMapping] = []
    for start in range(0, len(halls), 500):
        wanted = _with_view().where(schema.hall.c.id.in_(halls[start : start + 500]))
        found += connection.execute(wanted).mappings()
    return found


def read_hall(connection: Connection, hall: str, path: str) -> RowMapping | None:
    """One hall at or below a unit's path, as `read_halls` gives it."""
    statement = _with_view().where(schema.hall.c.id == hall, schema.unit.c.path.startswith(path))
    return connection.execute(statement).mappings().one_or_none()


def _with_view() -> Select[Any]:
    table = schema.hall
    return (
        select(table, schema.live.c.view, schema.unit.c.path)
        .join(schema.unit, schema.unit.c.id == table.c.unit)
        .outerjoin(schema.live, schema.live.c.hall == table.c.id)
    )


def require_hall(connection: Connection, hall: str, path: str) -> None:
    """Raises `NotFound` for a hall that never spoke, or that stands elsewhere than at or below a unit's path."""
    if connection.execute(select(schema.hall.c.id).where(schema.hall.c.id == hall, below(path))).first() is None:
        raise NotFound("NO_SUCH_HALL")


def read_devices(connection: Connection, hall: str | None = None) -> list[RowMapping]:
    """Devices' states as the halls published them."""
    table = schema.device
    statement = select(table).order_by(table.c.hall, table.c.device)
    if hall is not None:
        statement = statement.where(table.c.hall == hall)
    return list(connection.execute(statement).mappings())


def devices_of(connection: Connection, halls: Sequence[str]) -> dict[str, list[RowMapping]]:
    """Devices' states by hall; of all halls when none is named."""
    table, found = schema.device, dict[str, list[RowMapping]]()
    everyone = select(table).order_by(table.c.hall, table.c.device)
    parts = [everyone.where(table.c.hall.in_(halls[start : start + 500])) for start in range(0, len(halls), 500)]
    for statement in parts or [everyone]:
        for row in connection.execute(statement).mappings():
            found.setdefault(row["hall"], []).append(row)
    return found
