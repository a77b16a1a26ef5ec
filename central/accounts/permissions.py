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
    ASSIGNER = "assigner"
    ARCHIVIST = "archivist"
    BUREAU_REVIEWER = "bureau_reviewer"
    FIRM = "firm"
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
    AID_WORK = "aid_work"
    AID_SEE = "aid_see"
    AID_MOVE = "aid_move"
    AID_REVIEW = "aid_review"
    AID_APPROVE = "aid_approve"
    AID_ASSIGN = "aid_assign"
    AID_ARCHIVE = "aid_archive"
    AID_OBJECTIONS = "aid_objections"
    AID_SUPERVISE = "aid_supervise"
    AID_SETTINGS = "aid_settings"
    AID_FIRM = "aid_firm"
    MATTERS_WORK = "matters_work"
    MATTERS_SUPERVISE = "matters_supervise"
    RATING_WORK = "rating_work"
    RATING_REVIEW = "rating_review"
    RATING_SEE = "rating_see"
    RATING_OWN = "rating_own"
    OUTSIDE_FIGURES = "outside_figures"
    REPORT_ENTER = "report_enter"
    REPORT_ENTRIES = "report_entries"
    REPORT_SEE = "report_see"
    REPORT_PREPARE = "report_prepare"
    REPORT_REVIEW = "report_review"
    REPORT_SIGN = "report_sign"
    REPORT_SETTINGS = "report_settings"


ADMINISTRATORS: Final = frozenset({Role.ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
_OUTSIDE: Final = frozenset({Role.FIRM})  # no part of the bureau: sees what was assigned to it and nothing else
_AT_WORK: Final = frozenset(Role) - ADMINISTRATORS - _OUTSIDE
# The centre's people decide on applications; the bureau's decides on objections against them (法律援助法 49).
_CENTRE: Final = frozenset(
    {Role.WINDOW_STAFF, Role.REVIEWER, Role.APPROVER, Role.ASSIGNER, Role.ARCHIVIST, Role.SUPERVISOR}
)

_REPORT: Final = frozenset({Role.REPORT_PREPARER, Role.REPORT_REVIEWER, Role.REPORT_SIGNER})

MAY: Final[Mapping[Act, frozenset[Role]]] = {
    Act.LOOK: _AT_WORK | {Role.ADMIN},
    Act.SEE_UNITS: frozenset(Role) - _OUTSIDE,
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
    Act.AID_WORK: _CENTRE,
    Act.AID_SEE: _CENTRE | {Role.BUREAU_REVIEWER},
    Act.AID_MOVE: _CENTRE | {Role.BUREAU_REVIEWER, Role.FIRM},
    Act.AID_REVIEW: frozenset({Role.REVIEWER}),
    Act.AID_APPROVE: frozenset({Role.APPROVER}),
    Act.AID_ASSIGN: frozenset({Role.ASSIGNER}),
    Act.AID_ARCHIVE: frozenset({Role.ARCHIVIST}),
    Act.AID_OBJECTIONS: frozenset({Role.BUREAU_REVIEWER}),
    Act.AID_SUPERVISE: frozenset({Role.SUPERVISOR}),
    Act.AID_SETTINGS: frozenset({Role.SUPERVISOR, Role.ADMIN}),
    Act.AID_FIRM: frozenset({Role.FIRM}),
    Act.MATTERS_WORK: frozenset({Role.WINDOW_STAFF, Role.SUPERVISOR, Role.REVIEWER}),
    Act.MATTERS_SUPERVISE: frozenset({Role.SUPERVISOR}),
    # not the window that was rated: somebody else asks the visitor
    Act.RATING_WORK: frozenset({Role.SUPERVISOR}),
    Act.RATING_REVIEW: frozenset({Role.SUPERVISOR}),
    Act.RATING_SEE: frozenset({Role.SUPERVISOR, Role.REPORT_PREPARER, Role.REPORT_REVIEWER, Role.REPORT_SIGNER}),
    Act.RATING_OWN: _CENTRE,
    Act.OUTSIDE_FIGURES: frozenset({Role.REPORT_PREPARER, Role.SUPERVISOR}),
    Act.REPORT_ENTER: frozenset({Role.REPORT_PREPARER, Role.WINDOW_STAFF}),
    Act.REPORT_ENTRIES: _REPORT | {Role.WINDOW_STAFF, Role.SUPERVISOR},
    Act.REPORT_SEE: _REPORT | {Role.SUPERVISOR, Role.VIEWER},
    Act.REPORT_PREPARE: frozenset({Role.REPORT_PREPARER}),
    Act.REPORT_REVIEW: frozenset({Role.REPORT_REVIEWER}),
    Act.REPORT_SIGN: frozenset({Role.REPORT_SIGNER}),
    Act.REPORT_SETTINGS: frozenset({Role.REPORT_SIGNER, Role.ADMIN}),
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
    if Role.FIRM in roles and len(roles) > 1:
        raise WrongField("FIRM_APART", "roles")
    if Role.BUREAU_REVIEWER in roles and roles & _CENTRE:
        raise WrongField("BUREAU_APART", "roles")
