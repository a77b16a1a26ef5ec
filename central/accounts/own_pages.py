"""Pages of one's own account: signing in, activating, the second factor, the secret, where one is signed in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from central.accounts.desk import Person
from central.accounts.person import Must
from central.pages import page
from central.units import store as units
from central.web_doors import Known, Still, TheParts

router = APIRouter(include_in_schema=False)

SecretChanger = Annotated[Person, Depends(Still(Must.CHANGE_SECRET, Must.SET_UP_FACTOR))]
SettingUp = Annotated[Person, Depends(Still(Must.SET_UP_FACTOR))]


@router.get("/sign-in")
def sign_in_page(request: Request, parts: TheParts) -> Response:
    return page(request, "sign_in.html", None, sections=("account",), directory=parts.accounts.settings.directory)


@router.get("/sign-in/code")
def code_page(request: Request, person: Known) -> Response:
    return page(request, "code.html", None, sections=("account",))


@router.get("/activate")
def activation_page(request: Request) -> Response:
    return page(request, "activate.html", None)


@router.get("/account")
def account_page(request: Request, person: SettingUp, parts: TheParts) -> Response:
    with parts.database.read() as connection:
        unit = units.require_unit(connection, person.unit, person.path)
    return page(request, "account.html", person, sections=("account",), unit=unit)


@router.get("/account/secret")
def secret_page(request: Request, person: SecretChanger) -> Response:
    return page(request, "secret.html", person, sections=("account",))


@router.get("/account/second-factor")
def second_factor_page(request: Request, person: SettingUp) -> Response:
    return page(request, "second_factor.html", person, sections=("account",))
