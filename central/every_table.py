"""Brings in each room's tables, so that ``schema.tables`` knows all of them."""

from __future__ import annotations

from central import schema
from central.accounts import tables as accounts
from central.aid import tables as aid
from central.aid_applicant import tables as aid_applicant
from central.aid_desk import tables as aid_desk
from central.aid_limits import tables as aid_limits
from central.aid_papers import tables as aid_papers
from central.alarms import tables as alarms
from central.appointments import tables as appointments
from central.audit import tables as audit
from central.catalogue import tables as catalogue
from central.fleet import tables as fleet
from central.imports import tables as imports
from central.keeping import tables as keeping
from central.lawyers import tables as lawyers
from central.matters import tables as matters
from central.outside import tables as outside
from central.phone import tables as phone
from central.places import tables as places
from central.plans import tables as plans
from central.ratings import tables as ratings
from central.report import tables as report
from central.report_counts import tables as report_counts
from central.report_entry import tables as report_entry
from central.rest_days import tables as rest_days

# each puts its tables to the others when it is imported
_ROOMS = (
    aid,
    aid_desk,
    audit,
    keeping,
    lawyers,
    imports,
    accounts,
    places,
    appointments,
    catalogue,
    phone,
    alarms,
    fleet,
    plans,
    aid_applicant,
    aid_limits,
    aid_papers,
    rest_days,
    matters,
    ratings,
    report_counts,
    report_entry,
    report,
    outside,
)
EVERY_TABLE = schema.tables
