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
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Ask as somebody who may, with a key, and two times of three about what is there."""
    token = _WALK["tokens"].get(f"{case.operation.method.upper()} {case.operation.path}")
    if token is not None:
        case.headers["Authorization"] = f"Bearer {token}"
    if case.method.upper() in _CHANGING and "Idempotency-Key" not in case.headers and _chance.random() < 0.8:
        case.headers["Idempotency-Key"] = str(uuid.UUID(int=_chance.getrandbits(128)))
    if isinstance(case.body, dict) and "Idempotency-Key" in case.headers and _chance.random() < 0.9:
        case.body.pop("command_id", None)  # the same one again and again would be another wish's key
    for part in (case.path_parameters, case.query, case.body):
        if isinstance(part, dict) and _chance.random() < 0.67:
            part.update({name: value for name, value in _WALK["known"].items() if isinstance(part.get(name), str)})
