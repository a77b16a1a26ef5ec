"""The outside of the product as files, made from the classes themselves: JSON Schemas and AsyncAPI.

Nothing here is written by hand twice: shapes come from ``hall.wire`` and the rooms' words, meanings from docstrings
and ``docs/meanings.toml``. ``docs/generate.py`` writes the files, ``make check`` compares them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from pydantic import TypeAdapter

from hall import plan_messages, wire
from hall.queue.now import QueueNow
from hall_config.wire_meanings import Meanings, docstring

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic of contract section 3 that carries one of our messages."""

    name: str  # of its schema file
    address: str
    message: type
    sender: str
    retain: bool
    note: str = ""
    qos: int = 1


TOPICS: Final = (
    Topic("node-state", "lh/1/{hall}/node/state", wire.NodeState, "edge", retain=True, note="also the Last Will"),
    Topic("node-birth", "lh/1/{hall}/node/birth", wire.NodeBirth, "edge", retain=True),
    Topic("device-state", "lh/1/{hall}/dev/{device}/state", wire.DeviceState, "edge", retain=True),
    Topic("batch", "lh/1/{hall}/evt", wire.Batch, "edge", retain=False, note="the one stream that loses nothing"),
    Topic("order", "lh/1/{hall}/cmd", wire.Order, "central", retain=False, note="Message Expiry is `ttl_ms`"),
    Topic("order-answer", "lh/1/{hall}/rsp", wire.OrderAnswer, "edge", retain=False),
    Topic("ack", "lh/1/{hall}/ack", wire.Ack, "central", retain=False, note="after central's own commit"),
    Topic("queue-now", "lh/1/{hall}/tlm/queue", QueueNow, "edge", retain=False, note="may be lost", qos=0),
    Topic(
        "plan-desired",
        "lh/1/{hall}/cfg/desired",
        plan_messages.PlanDesired,
        "central",
        retain=True,
        note="a signed plan",
    ),
    Topic("plan-reported", "lh/1/{hall}/cfg/reported", plan_messages.PlanReported, "edge", retain=True),
    Topic("central-state", "lh/1/central/state", wire.CentralState, "central", retain=True, note="also central's Will"),
    Topic("central-beat", "lh/1/central/beat", wire.CentralBeat, "central", retain=False, note="to itself, each 15 s"),
)


def schema_files(meanings: Meanings) -> dict[str, str]:
    """File name -> JSON Schema, for every message and every event type."""
    files = {f"{topic.name}.json": _schema(topic.message) for topic in TOPICS}
    files["batch.json"]["properties"]["events"] |= {"minItems": 1, "maxItems": 100, "items": {"$ref": "event.json"}}
    files["batch.json"].pop("$defs", None)
    envelope = files["event.json"] = _schema(wire.Envelope)
    for name, schema in files.items():
        kind = wire.Envelope if name == "event.json" else next(t.message for t in TOPICS if f"{t.name}.json" == name)
        for field, part in schema["properties"].items():
            part["description"] = meanings.of_part(kind, field)
    envelope["allOf"] = []
    for type_name, kind in wire.TYPES.items():
        file = event_file(type_name)
        files[file] = _event_schema(type_name, kind, meanings)
        condition = {"properties": {"type": {"const": type_name}}}
        envelope["allOf"].append({"if": condition, "then": {"properties": {"data": {"$ref": file}}}})
    return {name: _json(schema) for name, schema in sorted(files.items())}


def event_file(type_name: str) -> str:
    """``ticket.called/1`` -> ``ticket.called-1.json``."""
    return type_name.replace("/", "-") + ".json"


def asyncapi_file(version: str) -> str:
    """Every topic with its message, as the controller sees it: ``send`` goes to central, ``receive`` comes from it."""
    return _json(
        {
            "asyncapi": "3.0.0",
            "info": {
                "title": "Legal hall: between a hall's controller and central",
                "version": version,
                "description": "MQTT 5, root lh/1. The words and the rules stand in wire.md.",
                "license": {"name": "Apache-2.0"},
            },
            "defaultContentType": "application/json",
            "channels": {topic.name: _channel(topic) for topic in TOPICS},
            "operations": dict(_operation(topic) for topic in TOPICS),
            "components": {"messages": {topic.name: _message(topic) for topic in TOPICS}},
        }
    )


def _channel(topic: Topic) -> dict[str, Any]:
    channel: dict[str, Any] = {
        "address": topic.address,
        "messages": {topic.name: {"$ref": f"#/components/messages/{topic.name}"}},
    }
    names = [part[1:-1] for part in topic.address.split("/") if part.startswith("{")]
    if names:
        channel["parameters"] = {name: {"description": _PARAMETERS[name]} for name in names}
    return channel


def _operation(topic: Topic) -> tuple[str, dict[str, Any]]:
    action = "send" if topic.sender == "edge" else "receive"
    return f"{action}-{topic.name}", {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "bindings": {"mqtt": {"qos": topic.qos, "retain": topic.retain, "bindingVersion": "0.2.0"}},
    }


def _message(topic: Topic) -> dict[str, Any]:
    return {
        "name": topic.name,
        "summary": docstring(topic.message),
        "contentType": "application/json",
        "payload": {"$ref": f"schemas/{topic.name}.json"},
    }


_PARAMETERS: Final = {
    "hall": "The hall's id, [0-9a-z-]{3,40}; at once user name, client id and certificate CN of its controller.",
    "device": "The device's id in the hall file.",
}


def _event_schema(type_name: str, kind: type, meanings: Meanings) -> dict[str, Any]:
    schema = _schema(kind)
    schema["title"] = type_name
    schema["description"] = meanings.of_kind("event", type_name, kind)
    for field, part in schema.get("properties", {}).items():
        part["description"] = meanings.of_field(type_name, field)
    return schema


def _schema(kind: type) -> dict[str, Any]:
    schema: dict[str, Any] = {"$schema": _DIALECT, **TypeAdapter(kind).json_schema()}
    _tidy(schema)
    return schema


def _tidy(value: Any) -> None:
    """Take off the titles that pydantic makes of names, and write code marks as Markdown does."""
    if isinstance(value, list):
        for item in value:
            _tidy(item)
    elif isinstance(value, dict):
        for part in value.get("properties", {}).values():
            part.pop("title", None)
        if isinstance(said := value.get("description"), str):
            value["description"] = said.replace("``", "`")
        for item in value.values():
            _tidy(item)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
