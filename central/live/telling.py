"""A hall as it is told to pages and programs: names beside letters, times as text, honest about what is not known.

A hall is ``open`` when it is connected and at least one window is not closed, ``closed`` when it is connected and none
is, ``offline`` when its last word was its death, or when nothing came from it since central's own line to the broker
came back (a broker that forgot everything remembers no death either).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import RowMapping

from central.live.keeping import from_text
from central.live.rules import LiveView, WindowView
from hall.queue.state import WindowState
from hall_config.wording import rfc3339

SETTLE_MS: Final = 10_000
_SOUND: Final = frozenset({"ready", "disabled", "opening", "handshake", "stopping"})


def connected(row: RowMapping, link_up_since_ms: int, now_ms: int) -> bool:
    """Whether the hall's line to central stands, as far as can be known; a small place needs none."""
    if not row["online"] or row["kept_here"]:
        return bool(row["online"])
    heard_ms = max(row["state_ms"], row["heard_ms"])
    settled = link_up_since_ms and now_ms - link_up_since_ms > SETTLE_MS
    return not (settled and heard_ms < link_up_since_ms)


def hall(row: RowMapping, devices: Iterable[RowMapping], link_up_since_ms: int, now_ms: int) -> dict[str, Any]:
    """One line of the list of halls."""
    view = from_text(row["view"])
    birth = _birth(row)
    windows = _windows(view, birth)
    is_connected = connected(row, link_up_since_ms, now_ms)
    open_windows = sum(1 for window in windows if window["state"] != WindowState.CLOSED.value)
    state = ("open" if open_windows else "closed") if is_connected else "offline"
    oldest_ms = min((facts[1] for facts in view.waiting.values()), default=None)
    troubled = trouble(view, devices)
    return {
        "id": row["id"],
        "kept_here": row["kept_here"],  # a small place
        "name_zh": row["name_zh"],
        "name_en": row["name_en"],
        "state": state,
        "online": is_connected,
        "heard_at": _time(row["heard_ms"]),
        "day": view.day,
        "waiting": len(view.waiting),
        "waiting_since": _time(oldest_ms),
        "longest_wait_s": _age_s(oldest_ms, now_ms),
        "held": view.held,
        "windows_open": open_windows,
        "windows": windows,
        "today": dict(view.counts),
        "devices": sum(1 for _ in devices),
        "devices_in_trouble": len(troubled),
        "help": sorted(view.help),
        "unit": row["unit"],
        "path": row["path"],
        "sums": dict(view.sums),
        "mean_wait_s": ratio(view.sums["waited_s"], view.sums["waited"], 1),
        "satisfaction": ratio(view.sums["satisfied"], view.sums["rated"], 4),
    }


def hall_whole(row: RowMapping, devices: list[RowMapping], link_up_since_ms: int, now_ms: int) -> dict[str, Any]:
    """One hall in detail."""
    view = from_text(row["view"])
    return {
        **hall(row, devices, link_up_since_ms, now_ms),
        "version": row["version"],
        "clock": row["clock"],
        "config_rev": row["config_rev"],
        "journal": {"epoch": view.epoch, "applied": view.seq, "last_event_at": _time(view.ts)},
        "services": _services(row),
        "queues": _queues(view, row, now_ms),
        "device_states": [
            {
                "device": device["device"],
                "kind": device["kind"],
                "state": device["state"],
                "reason": device["reason"],
                "since": _time(device["since"]),
            }
            for device in devices
        ],
        "trouble": trouble(view, devices),
        "recent": [
            {**{name: value for name, value in told.items() if name != "ts"}, "at": _time(told["ts"])}
            for told in reversed(view.recent)
        ],
    }


def totals(halls: Iterable[Mapping[str, Any]], today: str) -> dict[str, Any]:
    """The numbers on top. Who waits in a hall that cannot be reached is not known, so it is not added.

    Of today's sums each hall's last word counts, also of one that cannot be reached; ``heard_at`` is the newest word
    of all, and ``offline`` how many halls are behind it.
    """
    whole = list(halls)
    reached = [one for one in whole if one["online"]]
    sums = [one["sums"] for one in whole if one["day"] == today]
    waited, rated = sum(one["waited"] for one in sums), sum(one["rated"] for one in sums)
    return {
        "open": sum(1 for one in whole if one["state"] == "open"),
        "offline": len(whole) - len(reached),
        "halls": len(whole),
        "waiting": sum(one["waiting"] for one in reached),
        "waiting_since": min((one["waiting_since"] for one in reached if one["waiting_since"]), default=None),
        "longest_wait_s": max(
            (one["longest_wait_s"] for one in reached if one["longest_wait_s"] is not None), default=None
        ),
        "visitors": sum(one["today"]["issued"] for one in whole if one["day"] == today),
        "mean_wait_s": ratio(sum(one["waited_s"] for one in sums), waited, 1),
        "satisfaction": ratio(sum(one["satisfied"] for one in sums), rated, 4),
        "rated": rated,
        "heard_at": max((one["heard_at"] for one in whole if one["heard_at"]), default=None),
    }


def ratio(part: int, whole: int, digits: int) -> float | None:
    """None where nothing can be divided."""
    return round(part / whole, digits) if whole else None


def trouble(view: LiveView, devices: Iterable[RowMapping]) -> list[dict[str, Any]]:
    """Devices that are not well: by their own published state, and by the hall's events where there is none."""
    known = {device["device"]: device for device in devices}
    told = [
        {"device": name, "state": device["state"], "reason": device["reason"], "since": _time(device["since"])}
        for name, device in known.items()
        if device["state"] not in _SOUND
    ]
    told += [
        {"device": name, "state": facts["state"], "reason": facts["reason"], "since": _time(facts["since_ms"])}
        for name, facts in view.trouble.items()
        if name not in known
    ]
    return told


def service_names(row: RowMapping) -> dict[str, dict[str, str]]:
    """Names of the hall's service classes by letter."""
    names: dict[str, dict[str, str]] = {}
    for service in _birth(row).get("services", ()):
        names[service["letter"]] = {"name_zh": service["name_zh"], "name_en": service["name_en"]}
    return names


def _services(row: RowMapping) -> list[dict[str, str]]:
    return [{"letter": letter, **names} for letter, names in service_names(row).items()]


def _queues(view: LiveView, row: RowMapping, now_ms: int) -> list[dict[str, Any]]:
    names = service_names(row)
    letters = [*names, *sorted({facts[0] for facts in view.waiting.values()} - set(names))]
    queues = []
    for letter in letters:
        waiting = [(facts[1], number, facts[2]) for number, facts in view.waiting.items() if facts[0] == letter]
        oldest_ms = min((since for since, _, _ in waiting), default=None)
        queues.append(
            {
                "service": letter,
                **names.get(letter, {"name_zh": letter, "name_en": letter}),
                "waiting": len(waiting),
                "priority": sum(1 for _, _, priority in waiting if priority),
                "waiting_since": _time(oldest_ms),
                "longest_wait_s": _age_s(oldest_ms, now_ms),
                "numbers": [number for _, number, _ in sorted(waiting)[:50]],
            }
        )
    return queues


def _windows(view: LiveView, birth: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every window the hall says it has or that something happened at."""
    named = {window["number"]: window for window in birth.get("windows", ())}
    told = []
    for number in sorted({*named, *view.windows}):
        window = view.windows.get(number, WindowView())
        facts = named.get(number, {})
        told.append(
            {
                "number": number,
                "state": window.state,
                "ticket": window.ticket,
                "pause": window.pause,
                "since": _time(window.since_ms or None),
                "name_zh": facts.get("name_zh", ""),
                "name_en": facts.get("name_en", ""),
                "services": list(facts.get("services", ())),
            }
        )
    return told


def _birth(row: RowMapping) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(row["birth"]) if row["birth"] else {}
    return found


def _time(wall_ms: int | None) -> str | None:
    return rfc3339(wall_ms) if wall_ms and 0 < wall_ms < 253_000_000_000_000 else None


def _age_s(since_ms: int | None, now_ms: int) -> int | None:
    return None if since_ms is None else max(0, (now_ms - since_ms) // 1000)
