"""Who a case is about, for whoever keeps a reason for looking into it: no line of the audit may name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from central.aid.origin import open_notice_of
from central.aid.people import Work, open_application, parties
from hall.intake.codes import Channel


def named(work: Work, row: Mapping[Any, Any]) -> tuple[str, ...]:
    """Names and numbers of everybody in a case as it stands now."""
    if row["channel"] == Channel.ORGAN:
        people = [open_notice_of(work, row["id"], row["sealed"]).accused]
    else:
        people = [person for _, person in parties(open_application(work, row["id"], row["sealed"]))]
    return tuple(text for one in people for text in (one.name, one.id_number) if text)
