"""The ready file of the contract: what runs where, as whom one signs in, and which device is at which port."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulators.demo.accounts import CentralUser, StaffMember
from simulators.demo.layout import HallPlace, Layout


@dataclass(slots=True)
class Standing:
    """What stands by now, beside the processes."""

    users: list[CentralUser] = field(default_factory=list)
    staff: dict[str, list[StaffMember]] = field(default_factory=dict)
    managers: dict[str, StaffMember] = field(default_factory=dict)
    devices: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    broker_files: Path = Path()
    month: str = ""  # whose report is on its way


def contents(layout: Layout, standing: Standing, pids: Mapping[str, int | None]) -> dict[str, Any]:
    """The ready file as the contract's section 1 has it."""
    return {
        "central": {
            "url": layout.central_url,
            "pid": pids.get("central"),
            "openapi": f"{layout.central_url}/openapi.json",
            "users": [{"role": user.role, "name": user.name, "secret": user.secret} for user in standing.users],
        },
        "broker": {
            "url": layout.broker_url,
            "pid": pids.get("broker"),
            "ca": str(standing.broker_files / "ca.crt"),
            "users": [_on_line("central", standing.broker_files / "central.crt", standing.broker_files / "central.key")]
            + [_on_line(one.id, one.line / "certificate.pem", one.line / "key.pem") for one in layout.halls],
            "log": str(layout.logs / "broker.log"),
        },
        "halls": [_hall(place, standing, pids) for place in layout.halls],
        "supervisor": {"pid": os.getpid(), "data": str(layout.data), "logs": str(layout.logs)},
    }


def _on_line(name: str, certificate: Path, key: Path) -> dict[str, str]:
    """With these files one is that user of the broker; any client id but the user's own disturbs nobody."""
    return {"name": name, "certificate": str(certificate), "key": str(key)}


def _hall(place: HallPlace, standing: Standing, pids: Mapping[str, int | None]) -> dict[str, Any]:
    manager = standing.managers.get(place.id)
    return {
        "id": place.id,
        "url": place.url,
        "pid": pids.get(f"edge {place.id}"),
        "journal": str(place.journal),
        "config": str(place.edge_file),
        "staff": [member.as_json() for member in standing.staff.get(place.id, [])],
        "manager": manager.as_json() if manager else None,
        "simulator": {"url": place.simulator_url, "pid": pids.get(f"simulator {place.id}")},
        "devices": standing.devices.get(place.id, []),
    }


def write_secret_file(path: Path, value: Any) -> None:
    """As JSON; whole or not at all, and readable by this user alone: there are secrets in it."""
    write_secret_text(path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def write_secret_text(path: Path, text: str) -> None:
    """Whole or not at all, and readable by this user alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
