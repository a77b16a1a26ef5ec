"""Legal-aid forms as they come over HTTP: read strictly, and what is wrong said with the way to its field.

A draft is the same form with nothing but consent and matter required. What was sent is never said again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import takewhile
from typing import Annotated, Any, Final, TypeVar, get_args

from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError, WithJsonSchema

from edge.screens.errors import ApiError
from hall.identity_numbers import Fault, fault_of_id_number
from hall.intake.codes import CIVIL, CRIMINAL, PRESUMED, STATED, UNCONDITIONAL, Group, Nature, Stage
from hall_config.aid_application import Agent, Application, IdKind, Person, WrongNumber
from hall_config.aid_checks import lacks
from hall_config.sealed_value import MOST_BYTES

_LINE: Final = r"^[^\x00-\x1f\x7f]*$"
# What a form for legal aid may hold, in the order of its lists; their words stand under ``aid``.
AID_CODES: Final[dict[str, list[str]]] = {
    "matter": [*CIVIL, *UNCONDITIONAL, *CRIMINAL],
    "stage": [item.value for item in Stage],
    "presumed": [*PRESUMED],
    "basis": [item.value for item in STATED],
    "nature": [item.value for item in Nature],
    "group": [item.value for item in Group],
    "aid_form": list(get_args(Application.model_fields["aid_form"].annotation)),
    "sex": ["M", "F"],
    "id_kind": list(get_args(IdKind)),
    "relation": list(get_args(Agent.model_fields["relation"].annotation)),
    "signed_how": ["SIGNATURE", "FINGERPRINT", "SCAN"],
}
_ASKED_FIRST: Final[Mapping[tuple[int | str, ...], str]] = {
    ("consent",): "CONSENT_MISSING",
    ("matter",): "MATTER_MISSING",
}
_INSTEAD: Final[Mapping[str, Any]] = {"CONSENT_MISSING": True, "MATTER_MISSING": CIVIL[-1]}  # to look at the rest
F = TypeVar("F", bound=Application)
FormFields = Annotated[
    dict[str, Any],
    WithJsonSchema({"type": "object", "description": "an application as `hall_config.aid_application.Application`"}),
]


class DraftPerson(Person):
    """Somebody whose name may still be missing."""

    name: Annotated[str, Field(max_length=60, pattern=_LINE)] = ""


class DraftForm(Application):
    """What the applicant knows; all but the consent and the matter may be left to the window."""

    applicant: DraftPerson = DraftPerson()


def read_form(kind: type[F], fields: Mapping[str, Any]) -> F:
    """The form, or an `ApiError` or `RequestValidationError` that names the field."""
    try:
        return kind.model_validate_json(json.dumps(fields))
    except ValidationError as problem:
        errors = problem.errors(include_url=False, include_input=False)
    first = errors[0]
    if first["loc"] in _ASKED_FIRST and not fields.get(str(first["loc"][0])):
        raise ApiError(422, _ASKED_FIRST[first["loc"]], f"form.{first['loc'][0]}")
    if isinstance(first.get("ctx", {}).get("error"), WrongNumber):
        fault = fault_of_id_number(str(_at(fields, first["loc"]).get("id_number", "")).upper()) or Fault.FORM
        raise ApiError(422, fault.value, _field((*first["loc"], "id_number")))
    raise RequestValidationError([{**one, "loc": ("body", "form", *one["loc"])} for one in errors])


def complete_form(fields: Mapping[str, Any], today: str) -> Application:
    """An application with nothing missing, or an `ApiError` about the first thing that is."""
    form = read_form(DraftForm, fields)
    found = lacks(form, date.fromisoformat(today))
    if found:
        raise ApiError(422, found[0].code, _field(found[0].field.split(".")))
    made = read_form(Application, fields)
    if len(made.model_dump_json().encode()) > MOST_BYTES:
        raise ApiError(422, "AID_TOO_LONG", "form.facts")
    return made


def all_lacks(fields: Mapping[str, Any], today: str) -> list[tuple[str, str]]:
    """Code and field of everything that is missing; raises as `read_form` for what cannot be read."""
    first = [(code, f"form.{way[0]}") for way, code in _ASKED_FIRST.items() if not fields.get(str(way[0]))]
    form = read_form(DraftForm, {**fields, **{field.removeprefix("form."): _INSTEAD[code] for code, field in first}})
    return [*first, *((lack.code, _field(lack.field.split("."))) for lack in lacks(form, date.fromisoformat(today)))]


def _at(fields: Mapping[str, Any], way: Sequence[int | str]) -> Mapping[str, Any]:
    found: Any = fields
    for step in way:
        found = found[step]
    return found if isinstance(found, Mapping) else {}


def _field(way: Sequence[int | str]) -> str:
    """As far as the first list, as all errors of this interface."""
    return ".".join(["form", *map(str, takewhile(lambda step: not str(step).isdigit(), way))])
