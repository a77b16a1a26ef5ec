"""Who does the work of a case: given to a lawyer, ended, and given back when a step is taken back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

from central.aid import store
from central.aid.change import Change
from central.aid.stages import State
from central.failures import RefusedByRule
from central.lawyers import choosing

_KEPT: Final = ("case", "lawyer", "firm_code", "provisional", "reasons", "accepted_ms", "engaged_ms")


def assign(change: Change, *, provisional: bool = False) -> None:
    work, given = change.work, change.given
    chosen = choosing.check_choice(
        work.connection, work.vault, change.case, given.lawyer, given.override_reason, work.now_ms
    )
    store.assign(
        work.connection, id=secrets.token_hex(8), case=change.case["id"], lawyer=given.lawyer,
        firm_code=chosen.firm_code, provisional=provisional, reasons=chosen.reasons, chosen_by=change.actor.name,
        since_ms=work.now_ms,
    )  # fmt: skip


def end_assignment(change: Change, how: str) -> None:
    store.end_assignment(change.work.connection, change.case["id"], how, change.work.now_ms)


def give_back(change: Change, step: Mapping[Any, Any]) -> None:
    """The lawyer as it was before the step: who came by it goes, who went by it is back."""
    now = change.standing.assignment
    if now is not None and now["since_ms"] == step["at_ms"]:
        end_assignment(change, "TAKEN_BACK")
    if store.assignment_ended_at(change.work.connection, change.case["id"], step["at_ms"]) is None:
        return
    needed = change.to in (State.ASSIGNED, State.ENGAGED)
    if not restore_assignment(change, step["at_ms"]) and needed:
        raise RefusedByRule("AID_LAWYER_INACTIVE")


def restore_assignment(change: Change, ended_ms: int) -> bool:
    """Whether the lawyer whose work ended then goes on, who must be active; a new line, the old one keeps its end."""
    work = change.work
    last = store.assignment_ended_at(work.connection, change.case["id"], ended_ms)
    if last is None or not choosing.is_active(work.connection, last["lawyer"]):
        return False
    kept = {name: last[name] for name in _KEPT}
    if change.to is State.ASSIGNED:
        kept["engaged_ms"] = None
    store.assign(
        work.connection, **kept, id=secrets.token_hex(8), chosen_by=change.actor.name, since_ms=work.now_ms,
    )  # fmt: skip
    return True
