"""Which units are legal-aid centres: those whose administrator has said so, with a name, a short name, and where."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from central.aid_papers import centre_store


def nearest_centre(connection: Connection, unit: str) -> str | None:
    """The unit itself if it is a centre, else the nearest one above it."""
    path = centre_store.path_of(connection, unit)
    above = path.split("/")[:-1] if path else []
    known = centre_store.centres_among(connection, above)
    return next((one for one in reversed(above) if one in known), None)


def every_centre(connection: Connection) -> list[dict[str, Any]]:
    """Every centre that is open, as the public is told of it."""
    return [
        {"unit": row["unit"], "name_zh": row["name_zh"], "address": row["address"], "phone": row["phone"]}
        for row in centre_store.open_centres(connection)
    ]
