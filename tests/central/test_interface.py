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


# What changes something and needs no key: it proves itself by a code that is good once, only looks, or says by nature
# the same when it is said twice.
WITHOUT_KEY = {
    "post /api/v1/activation", "post /api/v1/enrolment", "post /api/v1/enrolment/renewal",
    "post /api/v1/session", "delete /api/v1/session", "post /api/v1/session/code", "post /api/v1/session/secret",
    "post /api/v1/session/second-factor", "post /api/v1/session/second-factor/confirm",
    "post /api/v1/public/appointments/find", "post /api/v1/public/tickets/find",
    "post /api/v1/public/appointments/change", "post /api/v1/public/appointments/cancel",
    "delete /api/v1/halls/{hall}/appointments/{appointment}",
    "post /api/v1/plans/check",
    "post /api/v1/halls/{hall}/plan/preview", "post /api/v1/units/{unit}/plan/preview",
    "post /api/v1/places/{place}/plan/preview", "post /api/v1/rest-days/{year}/preview",
    # looks that write a line of the audit each time, as they must
    "post /api/v1/aid/search", "post /api/v1/matters/search", "post /api/v1/aid/cases/{case}/disclose",
    "post /api/v1/aid/objections/find", "post /api/v1/ratings/cases/{rating_case}/disclose",
    "post /api/v1/firm/cases/{case}/disclose", "post /api/v1/matters/{matter}/disclose",
    "post /api/v1/aid/cases/{case}/files/{file}/open", "post /api/v1/aid/firm/cases/{case}/files/{file}/open",
    "post /api/v1/report/units/{unit}/periods/{period}/evidence/{file}/open",
    "post /api/v1/aid/papers/{paper}/open", "post /api/v1/aid/firm/papers/{paper}/open",
    "post /api/v1/public/aid/my/letters/{letter}/open",
    "post /api/v1/public/aid/my/session", "delete /api/v1/public/aid/my/session",
    "patch /api/v1/public/aid/my/files/{file}",
}  # fmt: skip


def test_whatever_changes_something_takes_a_key_or_is_named_here(document: dict[str, Any]) -> None:
    with_key = {
        place
        for place, one in operations(document)
        if any(parameter["name"].lower() == "idempotency-key" for parameter in one.get("parameters", ()))
    }
    changing = {place for place, _ in operations(document) if not place.startswith("get ")}
    assert with_key == changing - WITHOUT_KEY
    assert changing >= WITHOUT_KEY


def test_every_topic_that_central_listens_to_is_described() -> None:
    told = json.loads((DOCS / "asyncapi.json").read_text(encoding="utf-8"))
    addresses = [channel["address"].replace("{hall}", "+") for channel in told["channels"].values()]
    for wanted in SUBSCRIPTIONS:
        start = wanted.removesuffix("#")
        fits = [one for one in addresses if one == wanted or (wanted.endswith("#") and one.startswith(start))]
        assert fits, wanted
