"""What the broker brought, and where on it: topics of the contract, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

HALL_ID: Final = re.compile(r"[0-9a-z-]{3,40}")
_DEVICE: Final = re.compile(r"[0-9a-z-]{1,40}")
CENTRAL: Final = "central"  # our own branch of the tree; no hall may be called so


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it came. ``mid`` and ``life`` say which delivery to confirm to the broker."""

    topic: str
    payload: bytes
    retained: bool = False
    mid: int = 0
    qos: int = 0
    life: int = 0  # of the broker connection it came through


@dataclass(frozen=True, slots=True)
class LinkUp:
    """The broker has taken our subscriptions."""

    life: int


@dataclass(frozen=True, slots=True)
class Address:
    """A topic taken apart: ``lh/1/{hall}/{kind}`` with the device of a ``dev/…`` topic."""

    hall: str
    kind: str
    device: str = ""


def read_topic(topic: str) -> Address | None:
    """Where the message belongs; None for a topic that is not of the contract."""
    parts = topic.split("/")
    if len(parts) < 4 or parts[0] != "lh" or parts[1] != "1":
        return None
    hall, rest = parts[2], parts[3:]
    if not HALL_ID.fullmatch(hall) or hall == CENTRAL:
        return None
    match rest:
        case ["evt"] | ["rsp"]:
            return Address(hall, rest[0])
        case ["cfg", "reported"]:
            return Address(hall, "cfg/reported")
        case ["node", "state" | "birth" as part]:
            return Address(hall, f"node/{part}")
        case ["dev", device, "state"] if _DEVICE.fullmatch(device):
            return Address(hall, "dev", device)
        case _:
            return None
