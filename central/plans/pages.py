"""The pages of plans: how far each hall follows, and the plan of one hall or unit. What they show comes by the API."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.pages import page
from central.web_doors import Looking, May
from hall_config.handed_plan import PlanParts

router = APIRouter(include_in_schema=False)

_MODELS: Final = PlanParts.model_json_schema()  # which fields there are, and their bounds
_ORDER: Final = {name: list(model["properties"]) for name, model in _MODELS["$defs"].items()}  # as people read them
SCHEMA: Final = {**_MODELS, "order": _ORDER, "parts": list(_MODELS["properties"])}
_LONGEST: Final = 40
Planner = Annotated[Person, Depends(May(Act.MANAGE_PLANS))]


@router.get("/plans")
def plans_page(request: Request, person: Looking) -> Response:
    may_plan = person.may(Act.MANAGE_PLANS)
    return page(request, "plans.html", person, sections=("manage", "plans"), may_plan=may_plan)


@router.get("/plans/halls/{hall}")
def hall_plan_page(hall: str, request: Request, person: Planner) -> Response:
    return _plan_page(request, person, "hall", hall)


@router.get("/plans/units/{unit}")
def unit_plan_page(unit: str, request: Request, person: Planner) -> Response:
    return _plan_page(request, person, "unit", unit)


def _plan_page(request: Request, person: Person, kind: str, owner: str) -> Response:
    sections = ("manage", "plans", "plan_form")
    return page(request, "plan.html", person, sections=sections, kind=kind, owner=owner[:_LONGEST], schema=SCHEMA)
