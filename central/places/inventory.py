"""A small place as it announces itself: what a controller says in ``node/state`` and ``node/birth`` once it is on."""

from __future__ import annotations

from importlib.metadata import version

from sqlalchemy import Connection

from central.live import store as live_store
from central.strict_json import write_json
from hall.plan import Plan
from hall.shape import dump
from hall.wire import NodeBirth, NodeState, ServiceInventory, WindowInventory


def tell(connection: Connection, plan: Plan, epoch: str, now_ms: int) -> None:
    """Let the hall's row say which windows and classes there are, and that the place is on."""
    birth = NodeBirth(
        hall=plan.hall,
        name_zh=plan.name_zh,
        name_en=plan.name_en,
        version=version("legal-hall"),
        devices=(),
        windows=tuple(WindowInventory(one.number, one.services, one.name_zh, one.name_en) for one in plan.windows),
        services=tuple(ServiceInventory(one.letter, one.name_zh, one.name_en) for one in plan.services),
    )
    state = NodeState(True, 0, epoch, epoch, birth.version, plan.revision, "ntp")
    live_store.node_birth(connection, plan.hall, birth, write_json(dump(birth)))
    live_store.node_state(connection, plan.hall, state, now_ms)
