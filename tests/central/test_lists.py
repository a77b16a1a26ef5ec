"""Lists come in pages that leave nothing out and tell nothing twice; a cursor that was never given is refused."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from central import cursors, schema
from central.accounts.permissions import Role
from central.failures import WrongField
from central.ingest.intake import Intake
from tests.central.asking import check_error, filled
from tests.central.conftest import Web
from tests.central.event_log import DAY, HallLog, batch, issued
from tests.central.taking_in import HALL, evt, take

LISTS = ("/api/v1/halls", f"/api/v1/halls/{HALL}/journals", f"/api/v1/halls/{HALL}/set-aside", "/api/v1/figures")


def everything(client: TestClient, path: str, limit: int, **more: str) -> list[dict[str, Any]]:
    """All pages of a list, one behind the other."""
    seen: list[dict[str, Any]] = []
    asked: dict[str, Any] = {"limit": limit, **more}
    while True:
        page = client.get(path, params=asked).json()
        assert len(page["items"]) <= limit
        for item in page["items"]:
            item.pop("longest_wait_s", None)  # counts on between two questions
            seen.append(item)
        if page["next"] is None:
            return seen
        assert len(page["items"]) == limit
        asked["cursor"] = page["next"]


def many_halls(web: Web) -> None:
    """Seven halls with a ticket each; the test hall with five journals, and three things of each kind set aside."""
    filled(web)
    for number in range(7):
        log = HallLog("epoch-1")
        log.add(issued("A001"))
        take(web.database, Intake(), evt(log.batches()[0], f"hall-{number}"))
    log = HallLog("bad")
    for number in range(3):
        log.add_raw("ticket.called/1", {"number": number})
    take(web.database, Intake(), evt(log.batches()[0]), *(evt(b"rubbish") for _ in range(3)))
    clones = [envelope | {"id": f"clone-{name}"} for name in "abc" for envelope in log.envelopes[:1]]
    for clone in clones:
        take(web.database, Intake(), evt(batch("bad", [clone])))
    for number in range(3):
        log = HallLog(f"later-{number}")
        log.add(issued("A001"))
        take(web.database, Intake(), evt(log.batches()[0]))


@pytest.mark.parametrize("path", LISTS)
def test_pages_of_any_size_give_the_whole_list_once(web: Web, path: str) -> None:
    many_halls(web)
    client = web.as_role(Role.ADMIN)
    whole = everything(client, path, 500, day=DAY)
    assert len(whole) >= 5
    for limit in (1, 2, 3, 4, len(whole)):
        assert everything(client, path, limit, day=DAY) == whole


def test_what_was_set_aside_in_one_moment_is_told_lane_by_lane_and_the_newest_first(web: Web) -> None:
    many_halls(web)
    with web.database.write() as connection:
        connection.execute(schema.rejected.update().values(received_ms=schema.rejected.c.id))
    client = web.as_role(Role.ADMIN)
    told = everything(client, f"/api/v1/halls/{HALL}/set-aside", 2)
    assert [item["lane"] for item in told] == ["conflict"] * 3 + ["poison"] * 3 + ["rejected"] * 3
    assert [item["id"] for item in told[6:]] == sorted((item["id"] for item in told[6:]), reverse=True)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("cursor", ["garbage", "", "5", "hall-3", "AAAAAAAAAAAA", "é", "a=b", "x" * 601])
def test_a_cursor_that_was_never_given_is_a_wrong_field(web: Web, path: str, cursor: str) -> None:
    filled(web)
    answer = web.as_role(Role.ADMIN).get(path, params={"cursor": cursor})
    assert check_error(answer, 422, "WRONG_FIELD")["field"] == "cursor"


def test_a_cursor_of_another_list_is_a_wrong_field(web: Web) -> None:
    many_halls(web)
    client = web.as_role(Role.ADMIN)
    cursor = client.get("/api/v1/halls", params={"limit": 2}).json()["next"]
    for path in LISTS[1:]:
        check_error(client.get(path, params={"cursor": cursor}), 422, "WRONG_FIELD")


def test_a_cursor_goes_on_working_when_its_item_is_gone(web: Web) -> None:
    many_halls(web)
    client = web.as_role(Role.ADMIN)
    page = client.get("/api/v1/halls", params={"limit": 3}).json()
    gone = page["items"][-1]["id"]
    with web.database.write() as connection:
        connection.execute(schema.hall.delete().where(schema.hall.c.id == gone))
    behind = client.get("/api/v1/halls", params={"limit": 3, "cursor": page["next"]}).json()["items"]
    assert [hall["id"] for hall in behind] == ["hall-3", "hall-4", "hall-5"]


@pytest.mark.parametrize("place", [(), (1,), ("a", "b"), (1, "a"), ("a", -1), ("a", 2**63), ("a", True), ("\0", 1)])
def test_a_forged_place_does_not_get_as_far_as_the_store(place: tuple[Any, ...]) -> None:
    with pytest.raises(WrongField):
        cursors.read("list", cursors.give("list", place), str, int)


def test_a_place_comes_back_as_it_was_given() -> None:
    assert cursors.read("list", cursors.give("list", ("厅", 2**63 - 1)), str, int) == ("厅", 2**63 - 1)
    assert cursors.read("list", None, str, int) is None


@pytest.mark.parametrize(
    "path",
    ["/api/v1/halls/nope", "/api/v1/halls/nope/journals", "/api/v1/halls/nope/set-aside", "/api/v1/figures?hall=nope"],
)
def test_a_hall_that_never_spoke_is_not_there(web: Web, path: str) -> None:
    filled(web)
    check_error(web.as_role(Role.ADMIN).get(path), 404, "NO_SUCH_HALL")


def test_a_hall_that_has_only_said_rubbish_is_there_with_its_rubbish(web: Web) -> None:
    take(web.database, Intake(), evt(b"rubbish"))
    told = web.as_role(Role.ADMIN).get(f"/api/v1/halls/{HALL}/set-aside").json()
    assert [item["lane"] for item in told["items"]] == ["rejected"]


def test_a_day_that_no_calendar_has_is_a_wrong_field(web: Web) -> None:
    answer = web.as_role(Role.VIEWER).get("/api/v1/figures", params={"day": "2026-02-30"})
    assert check_error(answer, 422, "WRONG_FIELD")["field"] == "day"
