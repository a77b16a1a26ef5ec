"""Letters of the centre to the applicant, read on their own page: opening one is its electronic delivery (form F22)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping

from central.aid.origin import open_notice_of
from central.aid.people import Work, open_application
from central.aid.rules import Actor
from central.aid_applicant.rules import LETTERS
from central.aid_papers import issuing
from central.aid_papers.forms import form_table
from central.aid_papers.issuing import Delivery
from central.aid_papers.rules import Method
from central.failures import NotFound
from hall.intake.codes import Channel
from hall_config.wording import rfc3339


def letters_of(connection: Connection, case: str) -> list[dict[str, Any]]:
    """What there is to read, the newest first."""
    rows = [row for row in issuing.papers_of(connection, case) if _is_theirs(row)]
    opened = {
        one["document"]
        for one in issuing.deliveries_of(connection, [row["id"] for row in rows])
        if one["method"] == Method.ELECTRONIC
    }
    return [
        {
            "id": row["id"],
            "form": row["form"],
            "number": row["number"],
            "at": rfc3339(row["made_ms"]),
            "opened": row["id"] in opened,
        }
        for row in reversed(rows)
    ]


def open_letter(work: Work, case: RowMapping, letter: str, actor: Actor) -> tuple[bytes, str]:
    """The PDF and a name for it; the first opening is noted as its delivery. Raises `NotFound`."""
    known = {row["id"]: row for row in issuing.papers_of(work.connection, case["id"]) if _is_theirs(row)}
    if letter not in known:
        raise NotFound("NO_SUCH_LETTER")
    form = known[letter]["form"]
    content = issuing.open_paper(work.connection, work.vault, letter, "pdf")
    before = issuing.deliveries_of(work.connection, [letter])
    if form_table().forms[form].served and not any(one["method"] == Method.ELECTRONIC for one in before):
        delivery = Delivery(Method.ELECTRONIC, work.now_ms, _receiver(work, case))
        issuing.deliver(work.connection, work.vault, letter, delivery, actor.name, work.now_ms)
    return content, form


def _is_theirs(row: RowMapping) -> bool:
    return row["form"] in LETTERS and row["voided_ms"] is None


def _receiver(work: Work, case: RowMapping) -> str:
    if case["channel"] == Channel.ORGAN:
        return open_notice_of(work, case["id"], case["sealed"]).accused.name
    application = open_application(work, case["id"], case["sealed"])
    return (application.agent.person if application.agent is not None else application.applicant).name
