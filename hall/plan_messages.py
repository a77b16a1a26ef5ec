"""What central and a hall say to each other about plans, as it is sent (`hall.wire` has all other messages)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanDesired:
    """Topic ``cfg/desired``: a plan as central signed it, byte for byte; ``certificate`` is the signer's."""

    plan: str
    certificate: str
    signature: str


@dataclass(frozen=True, slots=True)
class PlanTrouble:
    """Why a plan is not in force: our code, the place in the plan, and a sentence in both languages."""

    code: str
    path: str = ""
    message: str = ""
    message_zh: str = ""


@dataclass(frozen=True, slots=True)
class PlanReported:
    """Topic ``cfg/reported``: the revision in force (1: the hall's own file alone), and what became of the newest.

    ``state``: in_force; waiting (for an empty hall and its first moment); trial (until the line has come back);
    refused; rolled_back.
    """

    revision: int
    state: str
    desired: int = 0
    error: PlanTrouble | None = None
