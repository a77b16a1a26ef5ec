"""``/api/v1/halls/{hall}/acts``: a member of central's staff acts for a hall, and reads what became of it.

What is asked goes to the hall as an order. Its rules decide there, as they do for its own staff; a refusal comes back
by its code. Nothing is believed to be done before the hall has said so.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, get_args

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from sqlalchemy import Connection

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.audit import store as audit
from central.clock import now_ms
from central.failures import NotFound, WrongField
from central.keys import Key, KeyHeader, the_key
from central.live import store as live_store
from central.orders import store
from central.orders.api import PathHall, PathOrder
from central.orders.sending import send_order, told
from central.web_doors import Limit, May, Strict, StrictRoute, TheParts, source_of
from hall.queue.words import PauseReason

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["orders"])

Operation = Literal["call_next", "open_window", "close_window", "pause", "resume", "announce"]
OPERATIONS: Final = frozenset(get_args(Operation))
_SAYABLE: Final = r"^[^\x00-\x1f\x7f]*\w[^\x00-\x1f\x7f]*$"
Acting = Annotated[Person, Depends(May(Act.ACT_FOR_HALLS))]


class HallAct(Strict):
    """What the hall shall do: at ``window``, or for an announcement the text that is to be said."""

    op: Operation
    window: Annotated[int, Field(ge=1, le=999)] | None = None
    reason: Annotated[PauseReason, Field(strict=False, description="of a pause")] | None = None
    text_zh: Annotated[str, Field(min_length=1, max_length=100, pattern=_SAYABLE)] | None = None
    text_en: Annotated[str, Field(max_length=300, pattern=f"{_SAYABLE}|^$")] = ""
    urgent: bool = False
    ttl_s: Annotated[int, Field(ge=1, le=300, description="after this time the hall does nothing any more")] = 20
    command_id: Key | None = None


@router.post("/halls/{hall}/acts", status_code=202)
def act(
    hall: PathHall, body: HallAct, person: Acting, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Call the next ticket, open, close, pause or resume a window, say a notice: in the name of who asks."""
    asked, args = the_key(key, body.command_id), _arguments(body)

    def note(connection: Connection, order: str) -> None:
        audit.note(
            connection, at_ms=now_ms(), actor=person.name, path=person.path, act=f"hall.{body.op}", object=hall,
            source=source_of(request), detail={"order": order, **args},
        )  # fmt: skip

    sent = send_order(parts, person.name, person.path, hall, body.op, args, body.ttl_s * 1000, asked, note)
    return told(sent, now_ms())


@router.get("/halls/{hall}/acts")
def acts(hall: PathHall, person: Acting, parts: TheParts, limit: Limit = 20) -> dict[str, Any]:
    """What was asked of this hall last, by whom, and what came of it; the newest first."""
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, person.path)
        found = store.newest(connection, hall, OPERATIONS, limit)
    now = now_ms()
    return {"items": [told(row, now) for row in found], "next": None}


@router.get("/halls/{hall}/acts/{order}")
def look(hall: PathHall, order: PathOrder, person: Acting, parts: TheParts) -> dict[str, Any]:
    """One of them."""
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, person.path)
        found = store.by_id(connection, hall, order)
    if found is None or found["op"] not in OPERATIONS:
        raise NotFound("NO_SUCH_ORDER")
    return told(found, now_ms())


def _arguments(body: HallAct) -> dict[str, Any]:
    """What the order says; raises `WrongField` for what is missing or does not belong to it."""
    if body.op == "announce":
        if body.text_zh is None:
            raise WrongField("MISSING_FIELD", "text_zh")
        if body.window is not None or body.reason is not None:
            raise WrongField("UNKNOWN_FIELD", "window" if body.window is not None else "reason")
        return {"text_zh": body.text_zh, "text_en": body.text_en, "urgent": body.urgent}
    if body.window is None:
        raise WrongField("MISSING_FIELD", "window")
    if body.text_zh is not None or body.text_en or body.urgent:
        raise WrongField("UNKNOWN_FIELD", "text_zh" if body.text_zh is not None else "text_en")
    if body.op == "pause":
        return {"window": body.window, "reason": (body.reason or PauseReason.OTHER).value}
    if body.reason is not None:
        raise WrongField("UNKNOWN_FIELD", "reason")
    return {"window": body.window}
