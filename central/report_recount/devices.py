"""Hours in which a unit's devices should have worked (K05H) and in which they were out of order (K06).

All hours count in which the hall's line stood; of the rest nothing is known. Devices are those that the hall has now,
for nobody noted since when: a figure of the past cannot be told for sure when one has come or gone since.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from central.report_recount import store_of_figures as store
from central.report_recount.span import Part
from central.report_recount.tally import Behind, Source, Tally

DEVICES_NOW = "DEVICES_NOW"


def into(tally: Tally, connection: Connection, hall: str, part: Part) -> None:
    first_ms, names = store.devices(connection, hall)
    end_ms = min(part.of.to_ms, part.cut_ms)
    if not names or first_ms >= end_ms:
        return
    tally.doubt(("K05H", "K06"), DEVICES_NOW)
    begin_ms = max(part.of.from_ms, first_ms)
    heard = list(_heard(store.line(connection, hall), begin_ms, end_ms))
    whole_ms = sum(end - begin for begin, end in heard)
    if whole_ms > 0:
        tally.add("K05H", whole_ms * len(names), Source(Behind.HALL, hall, "", "", hall, str(len(names))))
    for fault in store.faults(connection, hall, begin_ms, end_ms):
        if fault["device"] in names:
            over_ms = end_ms if fault["ended_ms"] is None else fault["ended_ms"]
            out_ms = sum(max(0, min(end, over_ms) - max(begin, fault["begun_ms"])) for begin, end in heard)
            if out_ms:
                name = f"{hall}/{fault['device']}/{fault['begun_ms']}"
                tally.add("K06", out_ms, Source(Behind.FAULT, name, fault["state"], "", hall, fault["device"]))


def _heard(changes: list[tuple[int, bool]], begin_ms: int, end_ms: int) -> Iterator[tuple[int, int]]:
    """The times in which the line stood; before its first change it did."""
    up, since_ms = True, begin_ms
    for at_ms, online in (*changes, (end_ms, False)):
        moment = min(max(at_ms, begin_ms), end_ms)
        if up and not online and moment > since_ms:
            yield since_ms, moment
        if online and not up:
            since_ms = moment
        up = online
