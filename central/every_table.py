"""Brings in each room's tables, so that ``schema.tables`` knows all of them."""

from __future__ import annotations

from central import schema
from central.accounts import tables as accounts
from central.aid import tables as aid
from central.alarms import tables as alarms
from central.appointments import tables as appointments
from central.audit import tables as audit
from central.catalogue import tables as catalogue
from central.fleet import tables as fleet
from central.imports import tables as imports
from central.keeping import tables as keeping
from central.phone import tables as phone
from central.places import tables as places
from central.plans import tables as plans

# each puts its tables to the others when it is imported
_ROOMS = (aid, audit, keeping, imports, accounts, places, appointments, catalogue, phone, alarms, fleet, plans)
EVERY_TABLE = schema.tables
