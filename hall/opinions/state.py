"""How many opinions were given today; their words stand in the journal alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpinionsState:
    given: int = 0
