"""A hall file becomes the plan that the rules work by, with nothing lost on the way."""

from __future__ import annotations

from dataclasses import asdict, fields
from importlib import resources

from hall.plan import Plan, QueueRules, ServicePlan, WindowPlan
from hall_config.load import check_hall_text
from hall_config.models import RulesPart, ServicePart, WindowPart
from hall_config.plan import plan_of
from tests.hall_config.good_hall import GOOD_HALL


def test_the_example_becomes_a_plan() -> None:
    plan = plan_of(check_hall_text((resources.files("hall_config") / "example.toml").read_text(encoding="utf-8")), 7)
    assert plan.hall == "example-hall"
    assert plan.revision == 7
    service = plan.service("A")
    assert service is not None
    assert service.hours == ((540, 720), (810, 1020))
    assert service.open_at(540)
    assert not service.open_at(720)
    assert plan.service("C") == ServicePlan("C", "人民调解", "People's mediation", 1800, (), speak=False)
    assert plan.window(2) == WindowPlan(2, ("B", "C"))


def test_midnight_ends_the_last_hours() -> None:
    plan = plan_of(check_hall_text(GOOD_HALL.replace('"Advice"', '"Advice"\nhours = ["22:00-24:00"]')))
    assert plan.services[0].hours == ((1320, 1440),)
    assert plan.services[0].open_at(1439)


def test_every_key_of_a_hall_that_rules_use_reaches_the_plan() -> None:
    assert set(RulesPart.model_fields) <= {item.name for item in fields(QueueRules)}
    assert set(ServicePart.model_fields) == {item.name for item in fields(ServicePlan)}
    assert set(WindowPart.model_fields) == {item.name for item in fields(WindowPlan)}
    numbers = RulesPart().model_dump()
    changed = {name: value + 1 for name, value in numbers.items()}
    text = GOOD_HALL + "[rules]\n" + "".join(f"{name} = {value}\n" for name, value in changed.items())
    assert asdict(plan_of(check_hall_text(text)).queue) == asdict(QueueRules()) | changed


def test_the_defaults_of_the_file_are_those_of_the_rules() -> None:
    assert asdict(plan_of(check_hall_text(GOOD_HALL)).queue) == asdict(Plan("x", "", "", (), ()).queue)
