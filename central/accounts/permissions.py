"""Who may do what: one table. Every endpoint names its act; a test walks every endpoint with every role.

A person holds roles in one unit and sees that unit and what is below it. The three administrators are kept apart from
each other and from the work itself (三权分立, GB/T 22239 level 3): whoever makes accounts reads no case, and whoever
reads the audit changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from central.failures import WrongField


class Role(StrEnum):
    """What somebody is at work; words under ``central.role``."""

    VIEWER = "viewer"
    WINDOW_STAFF = "window_staff"
    SUPERVISOR = "supervisor"
    HALL_IT = "hall_it"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    REPORT_PREPARER = "report_preparer"
    REPORT_REVIEWER = "report_reviewer"
    REPORT_SIGNER = "report_signer"
    ADMIN = "admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


class Act(StrEnum):
    """What an endpoint does; words under ``central.act``."""

    LOOK = "look"
    SEE_UNITS = "see_units"
    READ_EVENTS = "read_events"
    PING_HALLS = "ping_halls"
    ACT_FOR_HALLS = "act_for_halls"
    MANAGE_UNITS = "manage_units"
    MANAGE_ACCOUNTS = "manage_accounts"
    READ_AUDIT = "read_audit"
    ENROL_HALLS = "enrol_halls"
    MANAGE_PLANS = "manage_plans"
    KEEP_REGISTERS = "keep_registers"
    MANAGE_PLACES = "manage_places"
    PLAN_PLACES = "plan_places"
    SERVE_PLACES = "serve_places"
    ACKNOWLEDGE_ALARMS = "acknowledge_alarms"
    SET_ALARM_RULES = "set_alarm_rules"
    KEEP_CATALOGUE = "keep_catalogue"
    KEEP_APPOINTMENTS = "keep_appointments"


ADMINISTRATORS: Final = frozenset({Role.ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
_AT_WORK: Final = frozenset(Role) - ADMINISTRATORS

MAY: Final[Mapping[Act, frozenset[Role]]] = {
    Act.LOOK: _AT_WORK | {Role.ADMIN},
    Act.SEE_UNITS: frozenset(Role),
    Act.READ_EVENTS: frozenset({Role.SUPERVISOR, Role.HALL_IT, Role.ADMIN}),
    Act.PING_HALLS: frozenset({Role.SUPERVISOR, Role.HALL_IT, Role.ADMIN}),
    Act.ACT_FOR_HALLS: frozenset({Role.SUPERVISOR}),
    Act.MANAGE_UNITS: frozenset({Role.ADMIN}),
    Act.MANAGE_ACCOUNTS: frozenset({Role.SECURITY_ADMIN}),
    Act.READ_AUDIT: frozenset({Role.AUDIT_ADMIN}),
    Act.ENROL_HALLS: frozenset({Role.HALL_IT, Role.ADMIN}),
    Act.MANAGE_PLANS: frozenset({Role.SUPERVISOR, Role.ADMIN}),
    Act.KEEP_REGISTERS: frozenset({Role.ADMIN}),
    Act.MANAGE_PLACES: frozenset({Role.HALL_IT, Role.ADMIN}),
    Act.PLAN_PLACES: frozenset({Role.SUPERVISOR, Role.HALL_IT, Role.ADMIN}),
    Act.SERVE_PLACES: frozenset({Role.WINDOW_STAFF, Role.SUPERVISOR}),
    Act.ACKNOWLEDGE_ALARMS: frozenset({Role.SUPERVISOR, Role.HALL_IT}),
    Act.SET_ALARM_RULES: frozenset({Role.HALL_IT, Role.ADMIN}),
    Act.KEEP_CATALOGUE: frozenset({Role.SUPERVISOR, Role.ADMIN}),
    Act.KEEP_APPOINTMENTS: frozenset({Role.SUPERVISOR, Role.WINDOW_STAFF}),
}


def may(roles: Iterable[Role], act: Act) -> bool:
    """Whether somebody with these roles may do that."""
    return not MAY[act].isdisjoint(roles)


def check_roles(roles: frozenset[Role]) -> None:
    """Raises `WrongField` for roles that one account cannot hold together."""
    if not roles:
        raise WrongField("NO_ROLE", "roles")
    if roles & ADMINISTRATORS and len(roles) > 1:
        raise WrongField("ROLES_APART", "roles")
