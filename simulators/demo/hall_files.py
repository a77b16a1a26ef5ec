"""A demo hall's file: the shipped one, with this run's ports, folders and pace."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import tomlkit

from simulators.demo.layout import HallPlace, Layout
from simulators.written_copy import write_whole


def write_hall_file(place: HallPlace, layout: Layout, *, speed: float) -> None:
    """Write what ``hall simulate`` reads. ``speed`` shortens what people do, never the machine's clock."""
    document: Any = tomlkit.parse((files("hall_config") / "demo" / place.template).read_text(encoding="utf-8"))
    document["hall"]["id"] = place.id
    document["hall"]["name_zh"] = place.name_zh
    document["hall"]["name_en"] = place.name_en
    document["data"] = {"folder": str(place.data)}
    document["pages"]["listen"] = f"127.0.0.1:{place.port}"
    document["pages"]["public_url"] = place.url
    document["uplink"] = {"broker": layout.broker_url, "central": layout.central_url}
    document["rules"]["call_interval_s"] = max(1, round(document["rules"]["call_interval_s"] / speed))
    for service in document["service"]:
        service["average_service_s"] = max(10, round(service["average_service_s"] / speed))
    write_whole(place.asked_file, tomlkit.dumps(document))
