"""The list of pairing links in parts, and what the published description says of a grade."""

from __future__ import annotations

import pytest

from edge.screens import pad_link
from edge.staff import Role
from tests.edge.screens_fixtures import hall_fixture, staff_file_fixture  # noqa: F401


@pytest.fixture(name="manager")
def manager_fixture(hall):
    hall.staff.add("主任测试", "97531864", role=Role.SUPERVISOR)
    client = hall.client()
    assert client.post("/api/v1/session", json={"name": "主任测试", "secret": "97531864"}).status_code == 200
    return client


def test_the_pairing_links_come_in_parts_of_the_size_that_was_asked_for(hall, manager):
    found, cursor = [], None
    for _ in range(2):
        answer = manager.get("/api/v1/pads", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        assert len(answer["items"]) == 2
        found += [item["window"] for item in answer["items"]]
        cursor = answer["next"]
    assert (found, cursor) == ([1, 2, 3, 4], None)
    whole = manager.get("/api/v1/pads").json()
    assert whole["items"][0] == {"window": 1, "link": pad_link(hall.door, 1)}
    assert whole["next"] is None


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "501"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "-1"}, "cursor"),
        ({"cursor": "1" * 40}, "cursor"),
        ({"cursor": "１"}, "cursor"),
    ],
)
def test_a_bad_limit_or_cursor_is_a_wrong_field(manager, asked, field):
    answer = manager.get("/api/v1/pads", params=asked)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["field"]) == (422, "WRONG_FIELD", field)


def test_the_description_says_that_a_grade_is_1_to_5(hall):
    grade = hall.app.openapi()["components"]["schemas"]["Rating"]["properties"]["grade"]
    assert (grade["minimum"], grade["maximum"]) == (1, 5)
