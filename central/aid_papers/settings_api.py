"""``/api/v1/aid/centres`` and ``…/templates``: what an administrator says of a centre, and a unit's own templates."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field
from sqlalchemy import Connection

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.aid_papers import centre_store, telling, template_store
from central.aid_papers.api import PathForm
from central.aid_papers.checking import check_template
from central.aid_papers.forms import form_table
from central.aid_papers.numbers import centre_of
from central.aid_papers.templates import bring_in, form_of, go_back, shipped, template_for
from central.audit.changes import note_change
from central.clock import now_ms
from central.failures import NotFound, RefusedByRule
from central.keys import Key, KeyHeader, the_key
from central.once import gone_before, once
from central.units import store as units
from central.web_doors import May, Strict, StrictRoute, TheParts

router = APIRouter(prefix="/api/v1/aid", route_class=StrictRoute, tags=["legal aid"])
uploads = APIRouter(prefix="/api/v1/aid", tags=["legal aid"])  # a template's body is no JSON

Setter = Annotated[Person, Depends(May(Act.AID_SETTINGS))]
PathUnit = Annotated[str, Path(pattern=r"^[0-9a-z-]{2,40}$")]
TheFile = Annotated[bytes, Depends(telling.file_of)]
_LINE = r"^[^\x00-\x1f\x7f\u200e\u200f\u2028-\u202e\u2066-\u2069]*$"
Phone = Annotated[str, Field(max_length=40, pattern=r"^[0-9 +()-]*$")]


class CentreGiven(Strict):
    """What the documents of a unit say of it; ``short_name`` stands in its numbers: （沪浦）."""

    short_name: Annotated[str, Field(min_length=1, max_length=10, pattern=r"^[\u4e00-\u9fff]+$")]
    name_zh: Annotated[str, Field(min_length=4, max_length=60, pattern=_LINE)]
    address: Annotated[str, Field(min_length=1, max_length=100, pattern=_LINE)]
    phone: Annotated[str, Field(min_length=3, max_length=40, pattern=r"^[0-9 +()-]*$")]
    bureau: Annotated[str, Field(min_length=2, max_length=60, pattern=_LINE)]
    bureau_address: Annotated[str, Field(max_length=100, pattern=_LINE)] = ""
    bureau_phone: Phone = ""
    seal: Annotated[str, Field(max_length=60, pattern=_LINE)] = ""
    command_id: Key | None = None


@router.get("/centres/{unit}")
def centre(unit: PathUnit, person: Setter, parts: TheParts) -> dict[str, Any]:
    """What is said of a unit's centre; ``set`` is false until somebody has."""
    with parts.database.read() as connection:
        units.require_unit(connection, unit, person.path)
        row = centre_store.centre(connection, unit)
        fixed = centre_store.used_series(connection, unit)
        said = asdict(centre_of(connection, unit)) if row is not None else None
    return {"unit": unit, "set": said is not None, "short_name_fixed": fixed, **_told(said)}


def _told(said: dict[str, Any] | None) -> dict[str, Any]:
    names = ("short_name", "address", "phone", "bureau", "bureau_address", "bureau_phone", "seal")
    return {"name_zh": said["name"] if said else "", **{name: said[name] if said else "" for name in names}}


@router.put("/centres/{unit}")
def put_centre(
    unit: PathUnit, body: CentreGiven, person: Setter, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Say it. A short name that stands in numbers already cannot be changed, nor one of another unit be taken."""
    asked, now = the_key(key, body.command_id), now_ms()
    given = body.model_dump(exclude={"command_id"})
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            units.require_unit(connection, unit, person.path)
            _check_short_name(connection, unit, body.short_name)
            centre_store.put_centre(connection, unit, now, **given)
            note_change(connection, person, request, "aid.centre_put", unit, now)
            return {"unit": unit, "set": True, **given}

        return once(connection, person.name, asked, {"path": request.url.path, **given}, now, act)


def _check_short_name(connection: Connection, unit: str, short_name: str) -> None:
    owner = centre_store.unit_with_short_name(connection, short_name)
    if owner not in (None, unit):
        raise RefusedByRule("AID_CENTRE_NAME_TAKEN", "short_name")
    row = centre_store.centre(connection, unit)
    if row is not None and row["short_name"] != short_name and centre_store.used_series(connection, unit):
        raise RefusedByRule("AID_CENTRE_NAME_USED", "short_name")


@router.get("/units/{unit}/templates")
def templates(unit: PathUnit, person: Setter, parts: TheParts) -> dict[str, Any]:
    """Every form, the version of its template that the unit uses (0: the shipped one), and all versions it had."""
    with parts.database.read() as connection:
        units.require_unit(connection, unit, person.path)
        had = [telling.version(row) for row in template_store.versions(connection, unit)]
    items = []
    for form in form_table().forms.values():
        own = [one for one in had if one["form"] == form.code]
        used = 0 if not own or own[0]["shipped"] else own[0]["version"]
        named = {"form": form.code, "zh": form.zh, "en": form.en}
        items.append({**named, "version": used, "versions": own, "about": telling.form(form)})
    return {"items": items, "next": None, "source": telling.source()}


@router.get("/units/{unit}/templates/{form}", response_class=Response, responses=telling.GIVEN)
def template(
    unit: PathUnit, form: PathForm, person: Setter, parts: TheParts,
    version: Annotated[int | None, Query(ge=0, le=10**6)] = None,
) -> Response:  # fmt: skip
    """A template as a Word file: the one in use, or that version; 0 is the shipped one."""
    form_of(form)
    with parts.database.read() as connection:
        units.require_unit(connection, unit, person.path)
        if version is None:
            found = template_for(connection, unit, form)
            content, version = found.docx, found.version
        elif version == 0:
            content = shipped(form)
        else:
            row = template_store.version(connection, unit, form, version)
            if row is None or row["docx"] is None:
                raise NotFound("NO_SUCH_TEMPLATE")
            content = bytes(row["docx"])
    return telling.handed_out(content, "docx", f"{form}-template-{version}")


@uploads.post("/units/{unit}/templates/{form}", status_code=201, openapi_extra=telling.BODY)
def put_template(
    unit: PathUnit, form: PathForm, person: Setter, parts: TheParts, request: Request, content: TheFile,
    key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """Use this Word file from now on; what is wrong with it is told whole. The body is the file itself."""
    asked, file = the_key(key, None), hashlib.sha256(content).hexdigest()
    with parts.database.read() as connection:
        units.require_unit(connection, unit, person.path)  # before a foreign file is taken apart
    check_template(content, form_of(form))  # and no transaction waits for it
    now = now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            units.require_unit(connection, unit, person.path)
            made = bring_in(connection, unit, form, content, person.name, now)
            note_change(connection, person, request, "aid.template_put", f"{unit}/{form}", now, version=made, file=file)
            return {"unit": unit, "form": form, "version": made, "sha256": file}

        return once(connection, person.name, asked, {"path": request.url.path, "file": file}, now, act)


@router.delete("/units/{unit}/templates/{form}", status_code=204)
def back_to_shipped(
    unit: PathUnit, form: PathForm, person: Setter, parts: TheParts, request: Request, key: KeyHeader = None
) -> None:
    """Use the shipped template again; the unit's own versions stay listed."""
    now = now_ms()
    with parts.database.write() as connection:
        if gone_before(connection, person.name, key, request.url.path, now):
            return
        units.require_unit(connection, unit, person.path)
        made = go_back(connection, unit, form, person.name, now)
        note_change(connection, person, request, "aid.template_back", f"{unit}/{form}", now, version=made)
