"""When bytes passed a simulated device: its own stamps, on the one steady clock of the machine."""

from __future__ import annotations

from typing import Any

from tests.journeys.house import Hall


def seen(hall: Hall, device: str, way: str, length: int) -> int:
    """The newest stamp on a device's line; only what comes after it counts."""
    found = [entry["ended_ns"] for entry in recent(hall, device, way) if entry["length"] >= length]
    return max(found, default=0)


def after(hall: Hall, device: str, way: str, stamp_ns: int, length: int, holds: bytes = b"") -> Any:
    for entry in recent(hall, device, way):
        if entry["started_ns"] > stamp_ns and entry["length"] >= length and holds in bytes.fromhex(entry["tail_hex"]):
            return entry
    return None


def recent(hall: Hall, device: str, way: str) -> list[dict[str, Any]]:
    entries = hall.devices.get(f"/sim/devices/{device}")["recent"]
    return [entry for entry in entries if entry["way"] == way]
