"""The hall file that a controller works by: its own, under the plan that central has handed down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from edge.driver_book import read_workable
from edge.plan_shelf import PlanShelf
from hall.plan_messages import PlanTrouble
from hall_config.handed_plan import OF_THE_HALL_ALONE, hall_under
from hall_config.models import HallFile
from hall_config.problems import HallFileError, Problem
from hall_config.wording import say

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class InForce:
    """``file`` is ``own`` with the plan of ``revision`` laid over it."""

    file: HallFile
    own: HallFile
    revision: int = OF_THE_HALL_ALONE


def read_in_force(path: Path) -> InForce:
    """The hall file at ``path`` as it is to be worked by; raises `HallFileError` for one that is wrong by itself.

    A plan that does not fit that file (any more) stops no hall: the hall goes by its own file and central is told.
    """
    own = read_workable(path)
    shelf = PlanShelf(Path(own.data.folder))
    standing = shelf.standing()
    if standing.in_force == OF_THE_HALL_ALONE:
        return InForce(own, own)
    plan = shelf.plan(standing.in_force)
    trouble = told("PLAN_LOST")
    if plan is not None:
        try:
            return InForce(hall_under(own, plan.parts), own, plan.revision)
        except HallFileError as wrong:
            trouble = trouble_of(wrong.problems[0])
    log.error("plan.out_of_force", revision=standing.in_force, code=trouble.code, path=trouble.path)
    out = replace(standing, in_force=OF_THE_HALL_ALONE, good=OF_THE_HALL_ALONE, proved=True)
    try:
        shelf.put(replace(out, failed=standing.in_force, how="refused", trouble=trouble, watched=False))
    except OSError as problem:
        log.warning("plan.not_kept", problem=str(problem))  # the next start finds the same and does the same
    return InForce(own, own)


def trouble_of(problem: Problem) -> PlanTrouble:
    """The first thing that is wrong with a plan, for central's page."""
    return PlanTrouble(problem.code, problem.key, problem.words("en"), problem.words("zh"))


def told(code: str) -> PlanTrouble:
    """What is wrong with a plan as a whole; the words stand under ``plan``."""
    return PlanTrouble(code, "", say(f"plan.{code}", "en"), say(f"plan.{code}", "zh"))
