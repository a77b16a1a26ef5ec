"""The documentation says what the code does: generated files are up to date, and each word has its place."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import typing
from dataclasses import MISSING, fields
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, get_args

import pytest

from hall import wire
from hall.shape import dump, load
from hall_config.wire_files import TOPICS, event_file
from hall_config.wire_meanings import MeaningMissing, Meanings
from hall_config.wire_tables import ROOMS
from hall_config.wording import catalogue

DOCS = Path(__file__).parent.parent / "docs"
WIRE = (DOCS / "wire.md").read_text(encoding="utf-8")


def words(sort: str) -> list[type]:
    found: list[type] = []
    for room in ROOMS.values():
        union = getattr(room, sort, None)
        if union is not None:
            found += get_args(union) or (union,)
    return found


def test_generated_files_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "docs.generate", "--check"], cwd=DOCS.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("sort", ["Command", "Event", "Effect"])
def test_every_word_of_the_hall_is_described(sort: str) -> None:
    assert words(sort)
    assert [kind.__name__ for kind in words(sort) if f"`{kind.__name__}`" not in WIRE] == []


def test_every_event_has_a_name_on_the_wire() -> None:
    assert set(words("Event")) == set(wire.TYPES.values())
    assert [name for name in wire.TYPES if f"### `{name}`" not in WIRE] == []


def test_every_topic_of_the_contract_is_described() -> None:
    topics = ["node/state", "node/birth", "dev/{device}/state", "evt", "tlm/{device}", "cmd", "rsp", "ack"]
    for topic in [*topics, "cfg/desired", "cfg/reported", "lh/1/central/state"]:
        assert re.search(rf"`(lh/1/\{{hall\}}/)?{re.escape(topic)}`", WIRE), topic
    for number in range(1, 10):
        assert f"**LH-{number}," in WIRE


def schema(name: str) -> dict[str, Any]:
    result: dict[str, Any] = json.loads((DOCS / "schemas" / name).read_text(encoding="utf-8"))
    return result


@pytest.mark.parametrize(
    "kind", [*wire.TYPES.values(), *(topic.message for topic in TOPICS)], ids=lambda kind: kind.__name__
)
def test_a_schema_has_the_fields_that_the_reader_wants(kind: type) -> None:
    names = {event: event_file(name) for name, event in wire.TYPES.items()}
    names |= {topic.message: f"{topic.name}.json" for topic in TOPICS}
    found = schema(names[kind])
    assert set(found["properties"]) == {item.name for item in fields(kind)}
    needed = {item.name for item in fields(kind) if item.default is MISSING and item.default_factory is MISSING}
    assert set(found.get("required", ())) == needed
    assert all(part["description"] for part in found["properties"].values())


def example(hint: Any) -> Any:
    """A value of that type."""
    if hint in (str, int, float, bool):
        return {str: "x", int: 1, float: 1.5, bool: True}[hint]
    if isinstance(hint, type) and hasattr(hint, "__members__"):
        return next(iter(hint))
    origin = typing.get_origin(hint)
    if origin is tuple:
        return ()
    if origin is not None and origin not in (typing.Union,) and hasattr(origin, "keys"):
        return {}
    return None


@pytest.mark.parametrize("name", list(wire.TYPES))
def test_what_a_schema_allows_is_read_and_what_it_requires_is_missed(name: str) -> None:
    kind = wire.TYPES[name]
    hints = typing.get_type_hints(kind)
    data = dump(kind(**{item.name: example(hints[item.name]) for item in fields(kind)}))
    assert wire.read_event(name, json.loads(json.dumps(data))) == load(kind, data)
    for needed in schema(event_file(name)).get("required", ()):
        with pytest.raises(ValueError, match=needed):
            wire.read_event(name, {key: value for key, value in data.items() if key != needed})


def test_every_reference_between_the_files_leads_somewhere() -> None:
    for file in [*(DOCS / "schemas").glob("*.json"), DOCS / "asyncapi.json"]:
        whole = json.loads(file.read_text(encoding="utf-8"))
        for target in re.findall(r'"\$ref": "([^"]+)"', file.read_text(encoding="utf-8")):
            path, _, pointer = target.partition("#")
            if path:
                assert (file.parent / path).is_file(), target
            else:
                found = whole
                for part in pointer.strip("/").split("/"):
                    found = found[part]


def test_links_in_the_documents_lead_somewhere() -> None:
    broken = []
    for file in [*DOCS.parent.glob("*.md"), *DOCS.rglob("*.md"), *(DOCS.parent / "drivers").rglob("*.md")]:
        text = re.sub(r"```.*?```", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
            if "://" not in target and not target.startswith("mailto:") and not (file.parent / target).exists():
                broken.append(f"{file.relative_to(DOCS.parent)}: {target}")
    assert broken == []


def test_every_command_of_the_program_has_words() -> None:
    names = {point.name.partition(".")[0] for point in entry_points(group="legal_hall.commands")}
    assert [name for name in names if f"command.{name}" not in catalogue()] == []


def test_a_word_without_a_meaning_stops_the_generator() -> None:
    class Silent:
        pass

    with pytest.raises(MeaningMissing, match="silent/1"):
        Meanings({}).of_kind("event", "silent/1", Silent)
    with pytest.raises(MeaningMissing, match="window"):
        Meanings({"field": {"number": "x"}}).of_field("silent/1", "window")
    told = Meanings({"field": {"number": "x", "gone": "y", "silent/1": {"number": "z"}}})
    assert told.of_field("silent/1", "number") == "z"
    assert told.of_field("other/1", "number") == "x"
    assert told.never_used() == ["field.gone"]
