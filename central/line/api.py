"""Enrolment over HTTP: an administrator's code, a certificate for it, a new one in time, its end when it must be."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field
from sqlalchemy import Connection

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.accounts.rules import new_code, plain_code
from central.audit import store as audit
from central.clock import now_ms, steady_s
from central.failures import NotFound, NotSignedIn, RefusedByRule, WrongField
from central.keeping.sealing_key import SealingKey
from central.keys import Key, KeyHeader, the_key
from central.line import rules, store
from central.line.authority import BadRequest, check_renewal
from central.live import store as live_store
from central.once import once
from central.parts import Parts
from central.places.store import is_place
from central.units import store as units
from central.web_doors import May, Strict, StrictRoute, TheParts, source_of
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["line"])

Enroller = Annotated[Person, Depends(May(Act.ENROL_HALLS))]
HallName = Annotated[str, Field(pattern=r"^[0-9a-z-]{3,40}$")]
PathHall = Annotated[str, Path(pattern=r"^[0-9a-z-]{3,40}$")]
UnitId = Annotated[str, Field(min_length=2, max_length=40, pattern=r"^[0-9a-z-]+$")]
Pem = Annotated[str, Field(min_length=1, max_length=8192)]
_SHOWN_OF_FINGERPRINT = 16


class CodeWish(Strict):
    """``unit``: where a hall that never spoke shall belong."""

    unit: UnitId
    command_id: Key | None = None


class Enrolment(Strict):
    hall: HallName
    code: Annotated[str, Field(min_length=1, max_length=60)]
    csr: Pem


class Renewal(Strict):
    certificate: Pem
    csr: Pem
    signature: Annotated[str, Field(min_length=1, max_length=400)]


class Revocation(Strict):
    """Without a serial: every certificate of the hall."""

    serial: Annotated[str, Field(pattern=r"^[0-9a-f]{1,40}$")] | None = None
    command_id: Key | None = None


@router.post("/halls/{hall}/enrolment-code", status_code=201)
def code(
    hall: PathHall, body: CodeWish, person: Enroller, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """A one-time code for the controller of a hall, for 24 hours; told once. The hall need not be known yet."""
    asked, now, fresh = the_key(key, body.command_id), now_ms(), new_code()
    told: dict[str, Any] = {}
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            units.require_unit(connection, body.unit, person.path)
            if is_place(connection, hall):
                raise RefusedByRule("HALL_IS_PLACE", "hall")
            if live_store.read_hall(connection, hall, "") is not None:
                live_store.require_hall(connection, hall, person.path)
            waiting = store.code(connection, hall)
            if waiting is not None and waiting["until_ms"] > now:  # nobody takes over a hall that others let in
                _require_below(connection, waiting["unit"], person)
            until = now + rules.CODE_LIFE_MS
            store.put_code(connection, hall, body.unit, _digest(fresh), until)
            _note(connection, person.name, person.path, request, "hall.code", hall, now)
            told["code"] = f"{fresh}-{parts.authority.fingerprint[:_SHOWN_OF_FINGERPRINT]}"
            return {"hall": hall, "until": rfc3339(until), "fingerprint": parts.authority.fingerprint}

        wish = {"path": f"/halls/{hall}/enrolment-code", **body.model_dump()}
        return {"code": None, **once(connection, person.name, asked, wish, now, act), **told}


@router.get("/authority")
def authority(parts: TheParts) -> dict[str, Any]:
    """Central's root certificate, for whoever is about to enrol; the code says whether it is the right one."""
    return {"certificate": parts.authority.pem, "fingerprint": parts.authority.fingerprint}


@router.post("/enrolment", status_code=201)
def enrol(body: Enrolment, parts: TheParts, request: Request) -> dict[str, Any]:
    """The controller's own request with its code; the same answer whatever is wrong with hall or code."""
    now = now_ms()
    with _wrong_counted(parts, request), parts.database.write() as connection:
        known = store.code(connection, body.hall)
        typed = body.code.rpartition("-")[0] if body.code.count("-") == 4 else body.code
        fits = (
            known is not None and known["until_ms"] > now and secrets.compare_digest(known["code_hash"], _digest(typed))
        )
        if known is None or not fits:
            raise NotSignedIn("WRONG_ENROLMENT")
        issued = _sign(parts, body.csr, body.hall, now)
        live_store.know(connection, body.hall, now)
        units.put_hall(connection, body.hall, known["unit"])
        store.use_code(connection, body.hall)
        store.revoke(connection, body.hall, now)  # one controller, one certificate: the one before is dead
        _keep(connection, issued, body.hall, now)
        unit = units.unit(connection, known["unit"])
        _note(
            connection,
            body.hall,
            unit["path"] if unit else "",
            request,
            "hall.enrol",
            body.hall,
            now,
            serial=issued["serial"],
        )
    parts.broker_files.refresh()
    return {"hall": body.hall, **_roots(parts), **issued}


@router.post("/enrolment/renewal", status_code=201)
def renew(body: Renewal, parts: TheParts, request: Request) -> dict[str, Any]:
    """A new certificate for whoever holds the present one; refused when it was revoked or is out of date for long."""
    now = now_ms()
    with _wrong_counted(parts, request):
        hall, serial = _holder(parts, body)
    with parts.database.write() as connection:
        row = store.certificate(connection, serial)
        if row is None or not rules.may_renew(row["not_after_ms"], row["revoked_ms"] is not None, now):
            raise RefusedByRule("CERTIFICATE_OVER", "certificate")
        issued = _sign(parts, body.csr, hall, now)
        _keep(connection, issued, hall, now)
        _note(connection, hall, "", request, "hall.renew", hall, now, serial=issued["serial"])
    parts.broker_files.refresh()
    return {"hall": hall, **_roots(parts), **issued}


def _wrong_counted(parts: Parts, request: Request) -> AbstractContextManager[None]:
    """Anybody may ask, and each asking costs a turn at the store: who is always wrong is not heard for a while."""
    return parts.visitors.tries.wrong_ones("enrol", source_of(request), steady_s())


def _holder(parts: Parts, body: Renewal) -> tuple[str, str]:
    """Whose certificate this is, and its number, when the request proves that its key is there."""
    try:
        found: tuple[str, str] = parts.authority.holder(body.certificate)
        check_renewal(body.certificate, body.csr, base64.b64decode(body.signature, validate=True))
    except binascii.Error:
        raise WrongField("RENEWAL_SIGNATURE", "signature") from None
    except BadRequest as problem:
        raise WrongField(problem.code, "certificate") from None
    return found


def _require_below(connection: Connection, unit: str, person: Person) -> None:
    row = units.unit(connection, unit)
    if row is not None and not row["path"].startswith(person.path):
        raise NotFound("NO_SUCH_HALL")


def _roots(parts: Parts) -> dict[str, str]:
    """What a controller trusts: the root, and the certificate of the key that it seals personal data for."""
    authority = parts.authority
    return {"ca": authority.pem, "fingerprint": authority.fingerprint, "sealing": SealingKey(authority).certificate}


@router.get("/halls/{hall}/certificates")
def certificates(hall: PathHall, person: Enroller, parts: TheParts) -> dict[str, Any]:
    """What a hall's controllers were given, the newest first."""
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, person.path)
        found = store.certificates(connection, hall)
    items = [
        {
            "serial": row["serial"],
            "issued_at": rfc3339(row["issued_ms"]),
            "not_after": rfc3339(row["not_after_ms"]),
            "revoked_at": rfc3339(row["revoked_ms"]) if row["revoked_ms"] is not None else None,
        }
        for row in found
    ]
    return {"items": items, "next": None}


@router.post("/halls/{hall}/revocations", status_code=201)
def revoke(
    hall: PathHall, body: Revocation, person: Enroller, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """End one certificate of a hall, or all: within a minute the broker takes nothing of it any more."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            live_store.require_hall(connection, hall, person.path)
            ended = store.revoke(connection, hall, now, body.serial)
            if body.serial is not None and not ended:
                raise NotFound("NO_SUCH_CERTIFICATE")
            _note(connection, person.name, person.path, request, "hall.revoke", hall, now, serial=body.serial or "all")
            return {"hall": hall, "revoked": ended}

        told = once(
            connection, person.name, asked, {"path": f"/halls/{hall}/revocations", **body.model_dump()}, now, act
        )
    parts.broker_files.refresh()
    return told


def _sign(parts: Parts, csr: str, hall: str, now: int) -> dict[str, Any]:
    try:
        made = parts.authority.sign(csr, hall, datetime.fromtimestamp(now / 1000, UTC))
    except BadRequest as problem:
        raise WrongField(problem.code, "csr") from None
    return {"serial": made.serial, "certificate": made.pem, "not_after": rfc3339(made.not_after_ms)}


def _keep(connection: Connection, issued: dict[str, Any], hall: str, now: int) -> None:
    not_after_ms = int(datetime.fromisoformat(issued["not_after"]).timestamp() * 1000)
    store.add_certificate(connection, serial=issued["serial"], hall=hall, issued_ms=now, not_after_ms=not_after_ms)


def _digest(code: str) -> str:
    return hashlib.sha256(plain_code(code).encode()).hexdigest()


def _note(
    connection: Connection, actor: str, path: str, request: Request, act: str, object: str, now: int, **detail: Any
) -> None:
    audit.note(
        connection, at_ms=now, actor=actor, path=path, act=act, object=object, source=source_of(request), detail=detail
    )
