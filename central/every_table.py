"""Brings in each room's tables, so that ``schema.tables`` knows all of them."""

from __future__ import annotations

from central import schema
from central.accounts import tables as accounts
from central.appointments import tables as appointments
from central.catalogue import tables as catalogue
from central.keeping import tables as keeping
from central.phone import tables as phone
from central.places import tables as places

_ROOMS = (
    keeping,
    accounts,
    places,
    appointments,
    catalogue,
    phone,
)  # each puts its tables to the others when it is imported
EVERY_TABLE = schema.tables
