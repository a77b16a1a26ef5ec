"""Forms to be filled in by hand: a blank one of each, and the proof of delivery of a document before it is signed."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping

from central.aid_papers import numbers
from central.aid_papers.centres import nearest_centre
from central.aid_papers.facts import CaseFacts, Centre
from central.aid_papers.fields import fields_of
from central.aid_papers.filling import Fields, fill
from central.aid_papers.forms import form_table
from central.aid_papers.issuing import Format
from central.aid_papers.pdf import to_pdf
from central.aid_papers.templates import template_for
from central.failures import Unavailable
from hall_config.paper import NoPaper

_NOBODY = Centre(name="", short_name="", address="", phone="", bureau="")


def blank_paper(connection: Connection, unit: str, form: str, now_ms: int, kind: Format) -> bytes:
    """A form with its centre's name and nothing else; raises `Unavailable` where no PDF can be made."""
    centre = nearest_centre(connection, unit)
    whose = numbers.centre_of(connection, centre) if centre is not None else _NOBODY
    facts = CaseFacts(centre=whose, today_ms=now_ms, texts={})
    fields = {**fields_of(form, facts, blank=True)}
    if "today" in fields:
        fields["today"] = "　　　　年　　月　　日"
    return _made(connection, centre or unit, form, fields, kind)


def delivery_sheet(connection: Connection, document: RowMapping, facts: CaseFacts, kind: Format) -> bytes:
    """The F22 of a document: what is known is filled in, the rest is left open for the hand."""
    unit = nearest_centre(connection, document["unit"]) or document["unit"]
    return _made(connection, unit, "F22", {**fields_of("F22", facts, blank=True)}, kind)


def _made(connection: Connection, unit: str, form: str, fields: Fields, kind: Format) -> bytes:
    template = template_for(connection, unit, form).docx
    docx = fill(template, fields, form_table().forms[form].zh)
    if kind == "docx":
        return docx
    try:
        return to_pdf(docx)
    except NoPaper as problem:
        raise Unavailable(problem.code) from None
