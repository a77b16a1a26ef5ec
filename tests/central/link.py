"""A line to the broker that notes what is published on it: for whoever asks only what central would send."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from central.parts import Parts
from tests.central.conftest import Web


@dataclass
class NotedLink:
    """`central.parts.Link`; down with ``up_since_ms`` 0."""

    up_since_ms: int = 1
    said: list[tuple[str, Any]] = field(default_factory=list)

    def publish(self, topic: str, payload: str, *, retain: bool = False, expires_s: int | None = None) -> bool:
        self.said.append((topic, json.loads(payload)))
        return True


def with_link(web: Web) -> tuple[Web, NotedLink]:
    """The same central with a line that is up."""
    link = NotedLink()
    parts: Parts = replace(web.parts, link=link)
    return replace(web, parts=parts), link
