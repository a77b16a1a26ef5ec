"""All halls as anybody may see them, and where a ticket that was taken from a phone stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping

from central.appointments import store as appointments
from central.catalogue import rules as catalogue
from central.catalogue import store as catalogue_store
from central.catalogue.rules import Calendar, Service
from central.clock import steady_s
from central.live import store as live_store
from central.live import telling
from central.live.keeping import from_text
from central.orders.sending import refusal_words, status_of
from central.parts import Parts
from central.phone import rules, store
from central.phone.figures import Heard
from central.places import store as place_store
from hall.moment import local_day
from hall.opening import Hours
from hall.queue.now import queue_now
from hall_config.wording import rfc3339


def halls(parts: Parts, now_ms: int) -> list[dict[str, Any]]:
    """Every hall: where it is, today's hours, each class with its honest wait, and how fresh that is.

    A small place is among them while somebody works there. Whoever looks within two seconds sees the same.
    """

    def look() -> list[dict[str, Any]]:
        with parts.database.read() as connection:
            return _halls(parts, connection, now_ms)

    return parts.visitors.seen.now(steady_s(), look)


def _halls(parts: Parts, connection: Connection, now_ms: int) -> list[dict[str, Any]]:
    places, offers = catalogue_store.places(connection), appointments.offers(connection)
    entries, calendars = catalogue_store.everything(connection)
    paths = catalogue_store.paths(connection)
    told = []
    for row in store.halls_shown(connection, place_store.awake(connection)):
        owners = catalogue_store.owners_on(paths.get(row["unit"], ""))
        offered = catalogue.services((entry for entry in entries if entry.owner in owners), owners)
        chain = [("hall", row["id"]), *(("unit", owner) for owner in owners)]
        own = [calendars[one] for one in chain if one in calendars]
        booking = {service for hall, service in offers if hall == row["id"]}
        told.append(_hall(parts, row, places.get(row["id"]), offered, own, booking, now_ms))
    return told


def _hall(
    parts: Parts,
    row: RowMapping,
    place: RowMapping | None,
    offered: Mapping[str, Service],
    calendars: list[Calendar],
    booking: set[str],
    now_ms: int,
) -> dict[str, Any]:
    connected = telling.connected(row, parts.link.up_since_ms, now_ms)
    heard = _heard(parts, row, now_ms) if connected else None
    names = telling.service_names(row)
    services = [
        rules.class_told(
            letter,
            names[letter],
            heard.of(letter) if heard else None,
            phones=not row["kept_here"] and (letter not in offered or offered[letter].from_phones),
            booking=letter in booking,
        )
        for letter in names
    ]
    return {
        "id": row["id"],
        "name_zh": row["name_zh"],
        "name_en": row["name_en"],
        "address_zh": place["address_zh"] if place else "",
        "address_en": place["address_en"] if place else "",
        "phone": place["phone"] if place else "",
        "latitude": _degrees(place["latitude_micro"]) if place else None,
        "longitude": _degrees(place["longitude_micro"]) if place else None,
        "hours_today": _hours_today(calendars, now_ms),
        "state": _state(connected, services),
        "page": f"/p/{row['id']}" if row["kept_here"] else None,
        "told_at": rfc3339(heard.came_ms) if heard else None,
        "services": services,
    }


def _heard(parts: Parts, row: RowMapping, now_ms: int) -> Heard | None:
    """The hall's own word; a small place's rules run here, so it is asked."""
    if not row["kept_here"]:
        return parts.visitors.queues.of(row["id"], now_ms)
    place, moment = parts.places.look(row["id"])
    return Heard(queue_now(place.state, place.plan, moment), now_ms)


def _state(connected: bool, services: list[dict[str, Any]]) -> str:
    """``unknown`` while nobody can say; ``open`` when any class gives numbers."""
    known = [one["state"] for one in services if one["state"] != "unknown"]
    if not connected or not known:
        return "unknown"
    return "open" if "open" in known else "closed"


def _hours_today(calendars: list[Calendar], now_ms: int) -> list[str] | None:
    """``["09:00-11:30"]``, nothing on a rest day, None where nobody says."""
    opening = catalogue.opening(calendars)
    if opening is None:
        return None
    hours: Hours = catalogue.hours_of(opening, "A", local_day(now_ms))
    return [f"{_clock(start)}-{_clock(end)}" for start, end in hours or ()]


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _degrees(micro: int | None) -> float | None:
    return None if micro is None else micro / 1_000_000


def ticket(parts: Parts, connection: Connection, row: RowMapping, now_ms: int) -> dict[str, Any]:
    """A ticket that was asked for from a phone, as the hall and its events tell it."""
    status, data = status_of(row, now_ms), json.loads(row["answer"])
    told: dict[str, Any] = {
        "hall": row["hall"],
        "service": row["service"],
        "status": {"sent": "asked", "accepted": "asked", "done": "given"}.get(status, "refused"),
        "refusal": refusal_words(data.get("code")) if status == "rejected" else None,
        "number": data.get("number"),
        "state": None,
        "window": None,
        "ahead": None,
        "wait_s": data.get("estimated_wait_s"),
        "told_at": None,
    }
    if status == "done":
        told |= _standing(parts, connection, row["hall"], data, now_ms)
    return told


def _standing(parts: Parts, connection: Connection, hall: str, data: Mapping[str, Any], now_ms: int) -> dict[str, Any]:
    """Where the ticket stands by the hall's events; before they have come, what the hall answered."""
    known = store.ticket(connection, hall, data["day"], data["number"])
    row = live_store.read_hall(connection, hall, "")
    if known is None or row is None:
        return {"state": "WAITING", "ahead": data.get("ahead")}
    view = from_text(row["view"])
    ahead = None
    if known["state"] == "WAITING" and view.day == known["day"] and data["number"] in view.waiting:
        mine = view.waiting[data["number"]]
        ahead = sum(one[0] == mine[0] and one[1] < mine[1] for one in view.waiting.values())
    fresh = telling.connected(row, parts.link.up_since_ms, now_ms)
    return {
        "state": known["state"],
        "window": known["window"],
        "service": known["service"],
        "ahead": ahead,
        "told_at": rfc3339(row["heard_ms"]) if row["heard_ms"] else None,
        "stale": not fresh,
    }
