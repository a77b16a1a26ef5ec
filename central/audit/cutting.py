"""Cutting the audit at its old end: what is older than its rule goes, in whole, and an anchor stays.

Who cuts is the daily round of ``central.keeping``, or ``hall purge``. It writes a line that tells of the cut (act
``audit.cut``: number and hash of the last line that goes, how many, from when to when, by which rule), and an anchor
with the same facts; the database checks the anchor and takes the lines out itself. The chain of the rest stands on the
anchor's hash, and the line that tells of it is in that chain: whoever makes an anchor up has to break the one or the
other. Only whole months go, so that a bureau has twelve anchors a year and not one a day.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, RowMapping, func, insert, select

from central import schema
from central.audit import store
from central.audit.chain import START, Standing, follow
from central.audit.tables import audit_anchor
from hall_config.wording import CHINA, rfc3339

ACT: Final = "audit.cut"
_AT_ONCE: Final = 20_000  # lines of one cut: nobody who writes waits longer than for these
_FACTS: Final = ("upto", "hash", "first", "lines", "days")


def month_begin_ms(at_ms: int) -> int:
    """When the month of this moment began in the halls."""
    month = datetime.fromtimestamp(at_ms / 1000, CHINA).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return int(month.timestamp() * 1000)


def old_lines(connection: Connection, before_ms: int) -> list[tuple[int, int]]:
    """The first and last number of each cut: all lines in front of the first that is not older than that.

    A line whose time is wrong never lets a younger one go: what lies behind the first young one stays.
    """
    table = schema.audit
    first = connection.execute(select(func.min(table.c.id))).scalar()
    young = connection.execute(
        select(table.c.id).where(table.c.at_ms >= before_ms).order_by(table.c.id).limit(1)
    ).scalar()
    if first is None or young is None:  # where all are old nobody has written for years: the clock may be wrong
        return []
    return [(start, min(start + _AT_ONCE, young) - 1) for start in range(first, young, _AT_ONCE)]


def cut(connection: Connection, part: tuple[int, int], days: int, now_ms: int, actor: str, path: str) -> int:
    """Take these lines out, in the caller's transaction; how many."""
    table, (first, upto) = schema.audit, part
    inside = table.c.id.between(first, upto)
    spans = connection.execute(select(func.min(table.c.at_ms), func.max(table.c.at_ms)).where(inside)).one()
    lines, from_ms, until_ms = upto - first + 1, *spans
    last = connection.execute(select(table.c.hash).where(table.c.id == upto)).scalar_one()
    facts = {"upto": upto, "hash": last, "first": first, "lines": lines, "days": days}
    told = {**facts, "from": rfc3339(from_ms), "until": rfc3339(until_ms)}
    line = store.note(connection, at_ms=now_ms, actor=actor, path=path, act=ACT, object="audit", detail=told)
    row = {**facts, "from_ms": from_ms, "until_ms": until_ms, "cut_ms": now_ms, "line": line}
    connection.execute(insert(audit_anchor).values(row))
    return lines


def anchors(connection: Connection) -> list[RowMapping]:
    """Every cut there was, the oldest first."""
    return list(connection.execute(select(audit_anchor).order_by(audit_anchor.c.upto)).mappings())


def ground(connection: Connection) -> tuple[int, str, int | None]:
    """What the chain stands on: number and hash of the last line that was cut, and the first number that is wrong.

    Wrong is what the anchors do not say together with the chain: a gap between two cuts, or a newest cut that no line
    of the chain tells of, or not so.
    """
    known = anchors(connection)
    number = 0
    for one in known:
        if one["first"] != number + 1 or one["upto"] != number + one["lines"]:
            return one["upto"], one["hash"], number + 1
        number = one["upto"]
    if not known:
        return 0, START, None
    newest = known[-1]
    table = schema.audit
    told = connection.execute(select(table).where(table.c.id == newest["line"])).mappings().one_or_none()
    return newest["upto"], newest["hash"], None if told is not None and _tells(told, newest) else newest["upto"] + 1


def stands(connection: Connection) -> Standing:
    """The whole chain, from what it stands on to its newest line."""
    after, before, wrong = ground(connection)
    if wrong is not None:
        return Standing(0, before, wrong)
    return follow(store.lines(connection, after=0), before, after + 1)


def _tells(line: RowMapping, anchor: RowMapping) -> bool:
    detail = json.loads(line["detail"])
    same = all(detail.get(name) == anchor[name] for name in _FACTS)
    spans = (rfc3339(anchor["from_ms"]), rfc3339(anchor["until_ms"])) == (detail.get("from"), detail.get("until"))
    return line["act"] == ACT and line["at_ms"] == anchor["cut_ms"] and same and spans
