"""``example.toml`` holds every key there is, explained, and is itself a right hall."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from hall_config.driver_book import driver_names
from hall_config.load import check_hall_text, read_hall_file
from hall_config.model_faults import inner_model
from hall_config.models import HallFile

EXAMPLE = (resources.files("hall_config") / "example.toml").read_text(encoding="utf-8")


def keys_of(model: type[BaseModel], path: str = "") -> list[str]:
    keys: list[str] = []
    for name, field in model.model_fields.items():
        inner = inner_model(field.annotation)
        keys += keys_of(inner, f"{path}{name}.") if inner else [f"{path}{name}"]
    return keys


def stands(data: Any, key: str) -> bool:
    if isinstance(data, list):
        return any(stands(item, key) for item in data)
    name, _, rest = key.partition(".")
    return name in data and (not rest or stands(data[name], rest))


@pytest.mark.parametrize(
    "file", sorted(Path(__file__).parents[2].glob("hall_config/demo/*.toml")), ids=lambda file: file.stem
)
def test_the_halls_of_the_demo_are_right(file: Path) -> None:
    assert read_hall_file(file).hall.id == file.stem


def test_the_example_is_right() -> None:
    assert check_hall_text(EXAMPLE).hall.id == "example-hall"


@pytest.mark.parametrize("key", keys_of(HallFile))
def test_every_key_stands_in_the_example(key: str) -> None:
    assert stands(tomllib.loads(EXAMPLE), key)


@pytest.mark.parametrize("key", keys_of(HallFile))
def test_every_key_is_explained_in_both_languages_where_it_first_stands(key: str) -> None:
    table, _, name = key.rpartition(".")
    part = re.split(rf"(?m)^\[\[?{re.escape(table)}\]\]?$", EXAMPLE, maxsplit=1)[1]
    before = re.split(rf"(?m)^(?:{re.escape(name)} = |\[{re.escape(key)}\]$)", part, maxsplit=1)[0]
    comment = before[before.rstrip("\n").rfind("\n\n") + 1 :].splitlines()
    told = [line for line in comment[-4:] if line.startswith("#")]
    if not told:  # explained together with the key above it, as name_zh and name_en are
        assert name.endswith("_en")
        return
    assert re.search(r"[\u4e00-\u9fff]", "".join(told))
    assert re.search(r"[A-Za-z]{3}", "".join(told))


@pytest.mark.parametrize("driver", driver_names())
def test_every_driver_stands_in_the_example(driver: str) -> None:
    assert any(device["driver"] == driver for device in tomllib.loads(EXAMPLE)["device"])
