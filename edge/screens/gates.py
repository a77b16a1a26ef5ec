"""The lawyers' gates over HTTP: how they stand, and the staff's own opening, by name."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict

from edge.screens.desk import Desk
from edge.screens.requests import Key, KeyHeader, command_key
from edge.screens.sessions import staff_only
from edge.staff import Session
from hall.gate.state import Leaf
from hall.gate.words import OpenGate
from hall.wire import type_name


class GateAct(BaseModel):
    """``POST /api/v1/gates/{gate}/commands``"""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    command: Literal["open"]
    command_id: Key | None = None


class GateDid(BaseModel):
    gate: str
    state: Leaf
    events: list[str]


class GateNow(BaseModel):
    """How a gate stands; nothing about who went through."""

    gate: str
    state: Leaf


def gates_router(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["staff"])
    signed_in = Depends(staff_only(desk))

    @router.get("/gates")
    def gates(session: Session = signed_in) -> list[GateNow]:
        """Every gate of the hall, for its staff."""
        state = desk.door.look()[0].gate
        return [GateNow(gate=gate.id, state=state.gate(gate.id).leaf) for gate in desk.door.plan.gates]

    @router.post("/gates/{gate}/commands")
    def act(
        gate: Annotated[str, Path(pattern=r"^[a-z][0-9a-z-]{0,39}$")],
        body: GateAct,
        key: KeyHeader = None,
        session: Session = signed_in,
    ) -> GateDid:
        """Let in a person whose licence and identity card were looked at."""
        name = session.staff.name
        answer = desk.door.ask(OpenGate(gate, name), command_key(f"gate:{gate}:{name}", key, body.command_id))
        names = [type_name(event).partition("/")[0] for event in answer.events]
        return GateDid(gate=gate, state=answer.state.gate.gate(gate).leaf, events=names)

    return router
