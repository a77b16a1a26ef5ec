"""What every endpoint of the report stands on: the unit and the period of the address, and a change that acts once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import Depends, Path, Request
from pydantic import Field
from sqlalchemy import Connection, RowMapping

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.audit.changes import note_change
from central.audit.reasons import has_number
from central.clock import now_ms
from central.failures import NotFound, RefusedByRule, WrongField
from central.keys import the_key
from central.once import once
from central.parts import Parts
from central.report.form import form
from central.report.periods import Period, is_name
from central.report.whole import period_named
from central.units import store as units
from central.web_doors import May, Strict

TEXT_MOST: Final = 400
Viewer = Annotated[Person, Depends(May(Act.REPORT_SEE))]
Preparer = Annotated[Person, Depends(May(Act.REPORT_PREPARE))]
Reviewer = Annotated[Person, Depends(May(Act.REPORT_REVIEW))]
Signer = Annotated[Person, Depends(May(Act.REPORT_SIGN))]
Setter = Annotated[Person, Depends(May(Act.REPORT_SETTINGS))]
PathUnit = Annotated[str, Path(pattern=r"^[0-9a-z-]{2,40}$")]
PathPeriod = Annotated[str, Path(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
_SAYABLE: Final = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"  # line breaks and tabs are; what no store or page can hold is not
LINE: Final = r"^[^\x00-\x1f\x7f]*$"
Text = Annotated[str, Field(max_length=TEXT_MOST, pattern=_SAYABLE)]
Said = Annotated[str, Field(min_length=2, max_length=TEXT_MOST, pattern=_SAYABLE)]
Code = Annotated[str, Field(pattern=r"^[A-Z][0-9]{2,3}[A-Z]?$")]
Step = Annotated[int, Field(ge=0, le=2**31 - 1)]


def place(
    connection: Connection, unit: str, period: str, person: Person, *, ahead: bool = False
) -> tuple[RowMapping, Period]:
    """The unit, if it is the person's or below, and the period.

    Raises `NotFound` for either, and `RefusedByRule` for a period that has not begun, unless it may lie ``ahead``.
    """
    row = units.require_unit(connection, unit, person.path)
    if not is_name(period):
        raise NotFound("NO_SUCH_PERIOD")
    of = period_named(connection, period)
    if not ahead and now_ms() < of.from_ms:
        raise RefusedByRule("REPORT_PERIOD_AHEAD", "period")
    return row, of


def changed(
    parts: Parts, request: Request, person: Person, key: str | None, body: Strict, act: str, unit: str, period: str,
    do: Callable[[Connection, RowMapping, Period, int], dict[str, Any]], *, ahead: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """One change of a form: once for each key, in one transaction, with its line in the audit."""
    now = now_ms()
    asked = the_key(key, getattr(body, "command_id", None))
    with parts.database.write() as connection:

        def once_only() -> dict[str, Any]:
            row, of = place(connection, unit, period, person, ahead=ahead)
            answer = do(connection, row, of, now)
            note_change(connection, person, request, act, f"{unit}/{period}", now, **_of_audit(body))
            return answer

        wish = {"path": request.url.path, **body.model_dump(mode="json", exclude={"command_id"})}
        return once(connection, person.name, asked, wish, now, once_only)


def _of_audit(body: Strict) -> dict[str, Any]:
    """What was asked, without the words that people wrote, and how many where it is of few people: both stand in the
    form itself, and an audit is read from above."""
    field = form().fields.get(getattr(body, "code", ""))
    figures = {"by", "new"} if field is not None and field.few else set()
    return body.model_dump(mode="json", exclude={"command_id", "text", *figures}, exclude_none=True)


def checked(text: str) -> str:
    """Words of a form that others read for years: nobody's number in them; raises `WrongField`."""
    if has_number(text):
        raise WrongField("REASON_HAS_NUMBER", "text")
    return text.strip()
