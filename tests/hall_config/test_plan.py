"""A hall file becomes the plan that the rules work by, with nothing lost on the way."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from importlib import resources

from hall.opening import hours_on, open_at
from hall.plan import Plan, PriorityRule, QueueRules, ServicePlan, WindowPlan
from hall_config.load import check_hall_text
from hall_config.plan import plan_of
from hall_config.queue_models import RulesPart, ServicePart, WindowPart
from tests.hall_config.good_hall import GOOD_HALL


def test_the_example_becomes_a_plan() -> None:
    plan = plan_of(check_hall_text((resources.files("hall_config") / "example.toml").read_text(encoding="utf-8")), 7)
    assert plan.hall == "example-hall"
    assert plan.revision == 7
    service = plan.service("A")
    assert service is not None
    assert service.hours == ((540, 720), (810, 1020))
    assert hours_on(plan, service, "2026-11-28") == ((540, 690),)  # a Saturday
    assert hours_on(plan, service, "2026-10-05") == ()  # National Day
    assert plan.service("C") == ServicePlan("C", "人民调解", "People's mediation", 1800, (), speak=False)
    assert plan.window(2) == WindowPlan(2, ("B", "C"))


def test_midnight_ends_the_last_hours() -> None:
    plan = plan_of(check_hall_text(GOOD_HALL.replace('"Advice"', '"Advice"\nhours = ["22:00-24:00"]')))
    assert plan.services[0].hours == ((1320, 1440),)
    assert open_at(plan.services[0].hours, 1439)


def test_every_key_of_a_hall_that_rules_use_reaches_the_plan() -> None:
    assert set(RulesPart.model_fields) - {"noon"} <= {item.name for item in fields(QueueRules)}
    assert set(ServicePart.model_fields) == {item.name for item in fields(ServicePlan)}
    assert set(WindowPart.model_fields) == {item.name for item in fields(WindowPlan)}
    others = {"noon": "13:00", "lunch": ["12:00-13:30"]}
    numbers = {name: value for name, value in RulesPart().model_dump().items() if name not in others}
    changed = {name: not value if isinstance(value, bool) else value + 1 for name, value in numbers.items()}
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in (changed | others).items())
    expected = asdict(QueueRules()) | changed | {"noon_minute": 780, "lunch": ((720, 810),)}
    assert asdict(plan_of(check_hall_text(GOOD_HALL + "[rules]\n" + lines)).queue) == expected


def test_the_priorities_of_the_file_take_the_place_of_the_usual_ones() -> None:
    text = GOOD_HALL + '[[priority]]\ncode = "ELDER"\nrank = 2\nstatutory = true\nat_machine = false\n'
    assert plan_of(check_hall_text(text)).queue.priorities == (PriorityRule("ELDER", 2, True, False),)


def test_the_defaults_of_the_file_are_those_of_the_rules() -> None:
    assert asdict(plan_of(check_hall_text(GOOD_HALL)).queue) == asdict(Plan("x", "", "", (), ()).queue)
