"""Takes plans from central: checks who signed them, lets them wait for an empty hall, proves them, or takes them back.

A plan comes into force only while central is on the line, so that its return says something: the controller begins anew
under it, and when central has not come back within a minute the plan from before is put in force again, by itself. When
central then stays away for a minute under that one too, the line was cut and the plan is not to blame: it waits once
more, three times at most. Else what was refused or taken back is not tried again; central hands it down under a new
number.
"""

from __future__ import annotations

import base64
import binascii
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import structlog

from edge.line_key import LineKey
from edge.plan_in_force import InForce, told, trouble_of
from edge.plan_shelf import PlanShelf, Standing, acquitted, rolled_back
from edge.plan_signature import PlanRefused, check_signature
from hall.plan_messages import PlanDesired, PlanReported
from hall.shape import load
from hall_config.handed_plan import HandedPlan, hall_under, read_plan
from hall_config.problems import HallFileError

TRIAL_S: Final = 60.0
_MOST_ROLLS: Final = 3  # of one plan: a line that always takes longer than the trial is the plan's trouble after all
_DISK_AGAIN_S: Final = 30.0
log = structlog.get_logger()


class PlanDesk:
    """Of one hall. `desired` is called by the uplink's thread, `turn` by the main one."""

    def __init__(
        self, now: InForce, shelf: PlanShelf, key: LineKey, wall_ms: Callable[[], int], steady_s: Callable[[], float]
    ) -> None:
        self.report: Callable[[PlanReported], None] = lambda reported: None
        self._own = now.own
        self._shelf = shelf
        self._key = key
        self._wall_ms = wall_ms
        self._steady_s = steady_s
        self._lock = threading.Lock()
        self._standing = shelf.standing()
        self._began_s = steady_s()
        self._not_before_s = 0.0

    def reported(self) -> PlanReported:
        """What central is told."""
        now = self._standing
        if now.failed == now.newest and now.failed:
            return PlanReported(now.in_force, now.how, now.failed, now.trouble)
        if now.waiting:
            return PlanReported(now.in_force, "waiting", now.waiting)
        return PlanReported(now.in_force, "in_force" if now.proved else "trial", now.newest)

    def desired(self, payload: bytes) -> None:
        """A plan from the line; raises `ShapeError` or ValueError for what is none."""
        asked = load(PlanDesired, json.loads(payload))
        try:
            plan = self._checked(asked)
        except PlanRefused as refused:
            log.warning("plan.not_believed", code=refused.code)
            return  # it says nothing of whom it is from, so nothing is kept of it
        with self._lock:
            self._take(plan, asked.plan)
        self.report(self.reported())

    def turn(self, *, empty: bool, online: bool) -> bool:
        """Whether the controller shall begin anew now, under another plan than that which it works by.

        A disk that takes nothing stops no hall: it goes on under the plan that it has, and tries again later.
        """
        if self._steady_s() < self._not_before_s:
            return False
        try:
            return self._turn(empty=empty, online=online)
        except OSError as problem:
            log.warning("plan.not_kept", problem=str(problem))
            self._not_before_s = self._steady_s() + _DISK_AGAIN_S
            return False

    def _turn(self, *, empty: bool, online: bool) -> bool:
        with self._lock:
            now = self._standing
            if not now.proved:
                return self._prove(now, online=online)
            if now.watched:
                now = self._judge(now, online=online)
            if not (now.waiting and empty and online):
                return False
            plan = self._shelf.plan(now.waiting)
            if plan is None or plan.valid_from > self._wall_ms():
                return False
            log.info("plan.comes_into_force", revision=plan.revision)
            self._put(replace(now, in_force=plan.revision, good=now.in_force, proved=False, waiting=0))
            return True

    def _prove(self, now: Standing, *, online: bool) -> bool:
        if online:
            log.info("plan.proved", revision=now.in_force)
            self._put(replace(now, proved=True, good=now.in_force, rolls=0))
            self.report(self.reported())
            return False
        if self._steady_s() - self._began_s < TRIAL_S:
            return False
        rolls = now.rolls + 1
        log.error("plan.rolled_back", revision=now.in_force, to=now.good, after_s=TRIAL_S, rolls=rolls)
        self._put(replace(rolled_back(now), trouble=told("LINE_LOST"), watched=rolls < _MOST_ROLLS, rolls=rolls))
        return True

    def _judge(self, now: Standing, *, online: bool) -> Standing:
        """Whether the plan that was taken back is to blame: the controller began anew without it."""
        if online:
            self._put(replace(now, watched=False))
        elif self._steady_s() - self._began_s >= TRIAL_S:
            log.warning("plan.not_to_blame", revision=now.failed, hint="the line is away without it too")
            self._put(acquitted(now))
        return self._standing

    def _checked(self, asked: PlanDesired) -> HandedPlan:
        files = self._key.files
        if files is None:
            raise PlanRefused("NOT_ENROLLED")
        try:
            signature = base64.b64decode(asked.signature, validate=True)
            root = files.authority.read_bytes()
        except (binascii.Error, OSError):
            raise PlanRefused("SIGNATURE") from None
        check_signature(root, asked.certificate, asked.plan, signature)
        plan = read_plan(asked.plan)
        if plan.hall != self._own.hall.id:
            raise PlanRefused("OTHER_HALL")
        return plan

    def _take(self, plan: HandedPlan, text: str) -> None:
        """A plan that central has signed for this hall."""
        now = self._standing
        if plan.revision <= now.newest:
            if plan.revision < now.newest:
                log.warning("plan.older", revision=plan.revision, newest=now.newest)
            return
        try:
            hall_under(self._own, plan.parts)
        except HallFileError as wrong:
            trouble = trouble_of(wrong.problems[0])
            log.warning("plan.refused", revision=plan.revision, code=trouble.code, path=trouble.path)
            self._put(replace(now, waiting=0, failed=plan.revision, how="refused", trouble=trouble))
            return
        self._shelf.keep(plan, text)
        self._put(replace(now, waiting=plan.revision, rolls=0))
        log.info("plan.waits", revision=plan.revision, valid_from=plan.valid_from)

    def _put(self, standing: Standing) -> None:
        self._shelf.put(standing)
        self._standing = standing
