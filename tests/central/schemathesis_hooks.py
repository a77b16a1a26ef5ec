"""What schemathesis does before each request of the walk: who asks, with which key, now and then about what exists.

Loaded by the program `schemathesis` (``SCHEMATHESIS_HOOKS``), in its own process; ``WALK`` in the environment says
whose token may ask what, and the names that are known to central.
"""

from __future__ import annotations

import json
import os
import random
import uuid
from typing import Any

import schemathesis

_WALK = json.loads(os.environ["WALK"])
_CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
_chance = random.Random(1)


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: Any) -> Any:
    """Half of the requests are about something that is there."""
    if not isinstance(path_parameters, dict):
        return path_parameters
    known = _WALK["known"]
    return {
        name: known[name] if name in known and _chance.random() < 0.5 else value
        for name, value in path_parameters.items()
    }


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    token = _WALK["tokens"].get(f"{case.operation.method.upper()} {case.operation.path}")
    if token is not None:
        case.headers["Authorization"] = f"Bearer {token}"
    if case.method.upper() in _CHANGING and "Idempotency-Key" not in case.headers and _chance.random() < 0.8:
        case.headers["Idempotency-Key"] = str(uuid.UUID(int=_chance.getrandbits(128)))
