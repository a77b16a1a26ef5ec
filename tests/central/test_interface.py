"""What central shows to programs is described whole: every endpoint, every topic that it listens to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from central.ingest.broker import SUBSCRIPTIONS
from docs.openapi import central_document

DOCS = Path(__file__).parent.parent.parent / "docs"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return central_document()


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(f"{how} {path}", one) for path, ways in document["paths"].items() for how, one in ways.items()]


def test_every_endpoint_says_what_it_does_and_how_it_refuses(document: dict[str, Any]) -> None:
    found = operations(document)
    assert len(found) > 60
    assert [place for place, one in found if len(one.get("description", "")) < 12] == []
    assert [place for place, one in found if not one.get("tags")] == []
    assert [place for place, one in found if not {"4XX", "5XX"} <= set(one["responses"])] == []
    names = [one["operationId"] for _, one in found]
    assert len(names) == len(set(names))


def test_whatever_changes_something_under_a_key_tells_of_the_key(document: dict[str, Any]) -> None:
    with_key = [
        place
        for place, one in operations(document)
        if any(parameter["name"] == "Idempotency-Key" for parameter in one.get("parameters", ()))
    ]
    assert {"post /api/v1/units", "post /api/v1/accounts", "post /api/v1/imports/units"} <= set(with_key)
    assert [place for place in with_key if place.startswith("get ")] == []


def test_every_topic_that_central_listens_to_is_described() -> None:
    told = json.loads((DOCS / "asyncapi.json").read_text(encoding="utf-8"))
    addresses = [channel["address"].replace("{hall}", "+") for channel in told["channels"].values()]
    for wanted in SUBSCRIPTIONS:
        start = wanted.removesuffix("#")
        fits = [one for one in addresses if one == wanted or (wanted.endswith("#") and one.startswith(start))]
        assert fits, wanted
