"""Hands plans to halls: works out what each shall work by, gives it a number where it is news, signs it, sends it.

What was handed down is sent again until the hall has answered for it: neither the broker's memory nor one connection is
relied on (contract LH-8).
"""

from __future__ import annotations

import json
from collections.abc import Collection

import structlog
from sqlalchemy import Connection, RowMapping

from central.database import Database
from central.line.authority import Authority
from central.parts import Link
from central.plans import rules, store
from central.plans.signing import PlanSigner
from central.plans.wishes import Wishes
from central.strict_json import write_json
from hall.shape import dump
from hall_config.problems import Problem

log = structlog.get_logger()


def hand_down(
    connection: Connection, halls: Collection[str], by: str, now_ms: int, *, again: bool = False
) -> dict[str, int]:
    """Give each of these halls its plan where that is another one than it was given last (``again``: in any case).

    Returns the new numbers by hall. A hall of whom nobody says anything, and never has, gets none.
    """
    handed: dict[str, int] = {}
    newest = store.newest_plans(connection, halls)
    for hall, wish in Wishes(connection, halls):
        last = newest.get(hall)
        if not is_news(last, wish) and not (again and last is not None):
            continue
        said = store.report(connection, hall)
        numbers = [last["revision"] if last else 0, *((said["revision"], said["desired"]) if said else ())]
        revision = rules.next_revision(numbers)
        text = rules.plan_text(hall, revision, now_ms, wish)
        store.add_plan(connection, hall, revision, text, now_ms, by)
        handed[hall] = revision
    return handed


def problems_below(connection: Connection, halls: Collection[str]) -> list[tuple[str, Problem]]:
    """What would be wrong with the plan of each hall as it is laid together now, the first problem of each."""
    wishes = Wishes(connection, halls)
    return [(hall, problem) for hall, wish in wishes if (problem := wishes.problem(wish)) is not None]


def is_news(last: RowMapping | None, wish: rules.Wanted) -> bool:
    """Whether this is another plan than the one handed last."""
    known = json.loads(last["plan"]) if last is not None else {"parts": {}, "valid_from": 0}
    return (known["parts"], known["valid_from"]) != (json.loads(write_json(wish.parts)), wish.valid_from_ms)


class PlanPost:
    """Sends plans; any thread may call it."""

    def __init__(self, database: Database, link: Link, signer: PlanSigner) -> None:
        self._database = database
        self._link = link
        self._signer = signer

    def send(self) -> int:
        """Send what halls have not answered for; how many that were."""
        if not self._link.up_since_ms:
            return 0
        with self._database.read() as connection:
            waiting = store.to_be_told(connection)
        for hall, plan in waiting:
            self._link.publish(f"lh/1/{hall}/cfg/desired", write_json(dump(self._signer.sign(plan))), retain=True)
        if waiting:
            log.info("plans.sent", halls=len(waiting))
        return len(waiting)

    def look(self, now_ms: int) -> None:
        """By the clock: what the catalogue says may have changed, and a hall may not have heard."""
        with self._database.read() as connection:
            follow = store.halls_of_catalogue(connection)
        if follow:
            with self._database.write() as connection:
                wrong = dict(problems_below(connection, follow))
                halls = [hall for hall in follow if hall not in wrong]
                handed = hand_down(connection, halls, "central", now_ms)
            if len(halls) < len(follow):
                log.warning("plans.do_not_fit", halls=sorted(set(follow) - set(halls)))
            if handed:
                log.info("plans.handed_down", halls=len(handed))
        self.send()


def post_of(database: Database, link: Link, authority: Authority) -> PlanPost:
    """Central's post, with its own key."""
    return PlanPost(database, link, PlanSigner(authority))
