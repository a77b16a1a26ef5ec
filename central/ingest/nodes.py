"""What a hall says about itself: state and death, inventory, devices, answers to orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import Connection

from central.fleet import store as fleet_store
from central.ingest.envelope import BadMessage
from central.ingest.message import Address, Message
from central.live import store as live_store
from central.orders import store as order_store
from central.plans import store as plan_store
from central.strict_json import NotJson, read_json, write_json
from hall.plan_messages import PlanReported
from hall.shape import ShapeError, load
from hall.wire import DeviceState, NodeBirth, NodeState, OrderAnswer

_MAX_BYTES: Final = 256 * 1024
_MAX_WHOLE: Final = 2**53
_MAX_DEVICES: Final = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class News:
    """``alive``: the hall itself spoke. ``epoch``: it came online with this journal and waits for an answer."""

    alive: bool
    epoch: str = ""


def take_node(connection: Connection, address: Address, message: Message, now_ms: int) -> News:
    """Keep what the message says; raises `BadMessage`."""
    value = _value(message.payload)
    match address.kind:
        case "node/state":
            return _node_state(connection, address, value, now_ms)
        case "node/birth":
            birth = _load(NodeBirth, value)
            if len(birth.devices) > _MAX_DEVICES or len(birth.windows) > _MAX_DEVICES:
                raise BadMessage("an inventory longer than a hall can be")
            live_store.node_birth(connection, address.hall, birth, write_json(value))
        case "dev":
            state = _load(DeviceState, value)
            if state.device != address.device:
                raise BadMessage("the device in the message is not the one of the topic")
            _whole(state.since, state.n)
            if live_store.device_state(connection, address.hall, state):
                fleet_store.device_moved(connection, address.hall, state, now_ms)
        case "rsp":
            order_store.answer(connection, address.hall, _load(OrderAnswer, value), now_ms)
        case "cfg/reported":
            reported = _load(PlanReported, value)
            _whole(reported.revision, reported.desired)
            plan_store.put_report(connection, address.hall, reported, now_ms)
    return News(alive=True)


def _node_state(connection: Connection, address: Address, value: Any, now_ms: int) -> News:
    state = _load(NodeState, value)
    _whole(state.bdseq, state.config_rev)
    if live_store.node_state(connection, address.hall, state, now_ms):
        fleet_store.line_moved(connection, address.hall, state.online, now_ms)
    return News(alive=state.online, epoch=state.epoch[:64] if state.online else "")


def _value(payload: bytes) -> Any:
    if len(payload) > _MAX_BYTES:
        raise BadMessage(f"larger than {_MAX_BYTES} bytes")
    try:
        return read_json(payload)
    except NotJson as problem:
        raise BadMessage(f"not JSON: {problem}") from None


def _load(kind: type[T], value: Any) -> T:
    try:
        return load(kind, value)
    except ShapeError as problem:
        raise BadMessage(f"{kind.__name__}: {problem.path or 'value'} has the wrong shape") from None


def _whole(*numbers: int) -> None:
    if any(not -_MAX_WHOLE <= number <= _MAX_WHOLE for number in numbers):
        raise BadMessage("a number is out of range")
