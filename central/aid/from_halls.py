"""Applications that halls took become cases: opened with central's key, sealed for their centre, each once.

The hall has printed a receipt; so what it sent is a case whatever is wrong with it, received when the hall took it.
What cannot even be opened is set aside, with an alarm, and stays as it came.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, Final

import structlog
from sqlalchemy import Connection, RowMapping

from central.aid import arrivals, casework, late, store
from central.aid.origin import Origin
from central.aid.people import Work, read_application
from central.aid.rules import Actor
from central.aid.stages import Who
from central.aid_files import kept as files
from central.aid_files.rules import FileKind, Source
from central.aid_papers.centres import nearest_centre
from central.database import Database
from central.failures import ApiError, Unavailable
from central.keeping.sealed_columns import Vault
from central.strict_json import read_json
from central.units.rules import ROOT
from hall.intake.codes import Channel
from hall_config.aid_application import ABOUT, ABOUT_PAGE
from hall_config.sealed_value import NotOpened

EVERY_S: Final = 2.0
_AT_ONCE: Final = 50
log = structlog.get_logger()
Opener = Callable[[str, str, str], str]  # sealed, hall, about


class Arrivals:
    """The job that opens what has arrived."""

    def __init__(self, database: Database, vault: Vault, open_sealed: Opener) -> None:
        self._database = database
        self._vault = vault
        self._open = open_sealed

    def look(self, now_ms: int) -> int:
        """Take what is waiting; how much that was. Each application and page in a transaction of its own."""
        with self._database.read() as connection:
            waiting = arrivals.waiting_applications(connection, _AT_ONCE)
        for row in waiting:
            self._take_application(row, now_ms)
        with self._database.read() as connection:
            pages = arrivals.whole_pages(connection, _AT_ONCE)
        for receipt, page in pages:
            self._take_page(receipt, page, now_ms)
        self._catch_up(now_ms)
        return len(waiting) + len(pages)

    def _catch_up(self, now_ms: int) -> None:
        """Numbers and receipts of what came before its centre was set up."""
        with self._database.read() as connection:
            found = late.waiting(Work(connection, self._vault, now_ms))
        for case, centre in found:
            with self._database.write() as connection:
                late.catch_up(Work(connection, self._vault, now_ms), case, centre)

    def _take_application(self, row: RowMapping, now_ms: int) -> None:
        receipt, hall = row["receipt"], row["hall"]
        with self._database.write() as connection:
            work = Work(connection, self._vault, now_ms)
            try:
                application = read_application(self._open(row["sealed"], hall, ABOUT))
            except (NotOpened, ApiError) as problem:
                self._set_aside(connection, receipt, 0, problem)
                return
            if store.case_by(connection, "receipt", receipt) is None:
                unit, path = _unit_of(connection, hall)
                facts = read_json(row["facts"])
                origin = Origin(
                    unit=nearest_centre(connection, unit) or unit,
                    channel=Channel(facts["channel"]),
                    received_ms=row["at_ms"],
                    receipt=receipt,
                    code_hash=_free(connection, facts["code_hash"]),
                    hall=hall,
                    ticket=f"{facts['day']} {facts['number']}",
                    identified=facts["channel"] == Channel.WINDOW.value,
                )
                actor = Actor(facts["staff"] or "applicant", _who(facts), unit, path, f"hall {hall}")
                try:
                    with connection.begin_nested():
                        casework.open_case(work, actor, application, origin, checked=True)
                except Unavailable as problem:  # the same one is tried again; those behind it do not wait for it
                    log.warning("aid.arrival_waits", receipt=receipt, reason=problem.code)
                    return
                except ApiError as problem:
                    self._set_aside(connection, receipt, 0, problem)
                    return
            arrivals.taken(connection, receipt, 0)

    def _take_page(self, receipt: str, page: int, now_ms: int) -> None:
        with self._database.write() as connection:
            parts = arrivals.parts_of(connection, receipt, page)
            case = store.case_by(connection, "receipt", receipt)
            if not parts or case is None:
                return
            hall = parts[0]["hall"]
            try:
                raw = b"".join(self._part(row, hall) for row in parts)
                files.keep(
                    connection, self._vault, case["id"], case["unit"], raw, FileKind.PAPER, "", f"hall {hall}",
                    Source.CAMERA, now_ms,
                )  # fmt: skip
            except (ValueError, ApiError) as problem:  # not opened, or no base64
                self._set_aside(connection, receipt, page, problem)
                return
            arrivals.taken(connection, receipt, page)

    def _part(self, row: RowMapping, hall: str) -> bytes:
        about = f"{ABOUT_PAGE}/{row['receipt']}/{row['page']}/{row['part']}"
        return base64.b64decode(self._open(row["sealed"], hall, about), validate=True)

    def _set_aside(self, connection: Connection, receipt: str, page: int, problem: Exception) -> None:
        code = problem.code if isinstance(problem, ApiError) else type(problem).__name__
        arrivals.set_aside(connection, receipt, page, code)
        log.error("aid.arrival_set_aside", receipt=receipt, page=page, reason=code)


def _who(facts: dict[str, Any]) -> frozenset[Who]:
    return frozenset({Who.DESK if facts["staff"] else Who.APPLICANT})


def _unit_of(connection: Connection, hall: str) -> tuple[str, str]:
    """The hall's unit and its path; the city's for a hall that stands nowhere yet."""
    found = store.unit_of_hall(connection, hall) or ROOT
    return found, store.path_of(connection, found)


def _free(connection: Connection, code_hash: str) -> str | None:
    """A code that another case has already is nobody's: its applicant is helped at the window."""
    return code_hash if code_hash and store.case_by(connection, "code_hash", code_hash) is None else None
