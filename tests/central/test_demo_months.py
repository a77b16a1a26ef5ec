"""The months that a demo begins with: filled in by its people over central's own interface, so that each can go on."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import httpx2
import pytest
from sqlalchemy import update

from central import schema
from central.accounts.permissions import Role
from central.accounts.person import NewAccount
from central.clock import now_ms
from simulators.demo.accounts import CentralUser
from simulators.demo.asking import People
from simulators.demo.posts import DISTRICT, POSTS, REPORT_POSTS, Post, sights
from simulators.demo.report import fill_months, make_units, month_before, month_now
from simulators.demo.web import Web as Asking
from tests.central.conftest import SECRET, Web, app_over
from tests.central.villages import ONE_ENGINE

MONTH: Final = month_before(month_now(now_ms()))


def _accounts(web: Web, posts: tuple[Post, ...]) -> None:
    made = [NewAccount(post.name, frozenset({Role(post.role)}), SECRET, post.unit) for post in posts]
    web.parts.accounts.add_all(made, now_ms(), anew=True)
    with web.database.write() as connection:  # as those of the demo, which are not asked for a second factor
        connection.execute(update(schema.account).values(waived=True))


async def _begin(web: Web) -> Any:
    asking = Asking(httpx2.ASGITransport(app_over(web.parts)))
    people = People(asking, "http://demo", [CentralUser(one.role, one.name, SECRET) for one in POSTS + REPORT_POSTS])
    await make_units(people, MONTH)
    _accounts(web, REPORT_POSTS)
    for _ in range(2):  # a second start on the same data adds nothing
        await fill_months(people, MONTH)

    async def seen(name: str, path: str) -> Any:
        return await people.ask(name, "GET", path, None)

    place = f"report/units/{DISTRICT}/periods/{MONTH}"
    found = {
        "board": await seen("district-reviewer", f"{place}/board"),
        "form": await seen("district-preparer", place),
        "before": await seen("city-signer", f"report/units/city/periods/{month_before(MONTH)}"),
        "room": await seen("room", f"report/units/heping/periods/{MONTH}/entries"),
    }
    await asking.close()
    return found


@ONE_ENGINE
def test_everybody_of_a_demo_finds_something_to_do_in_its_last_month(web: Web) -> None:
    _accounts(web, POSTS)
    found = asyncio.run(_begin(web))
    states = {one["unit"]: one["state"] for one in found["board"]["items"]}
    assert states == {"wutong": "SUBMITTED", "matou": "RETURNED", "chengbei": "COLLECTING"}
    form = found["form"]
    assert (form["state"], form["version"]) == ("DRAFT", 1)
    assert {one["id"] for one in form["findings"]} == {"R-B22", "R-C18"}
    assert not any(one["hard"] for one in form["findings"])
    assert form["notes"] == []
    assert (found["before"]["state"], found["before"]["late"]) == ("ACCEPTED", True)
    assert found["room"]["form"]["state"] == "COLLECTING"
    assert len(found["room"]["missing"]) > 3


@pytest.mark.parametrize("month", ["2026-01", "2026-12"])
def test_the_pages_worth_seeing_name_accounts_that_there_are(month: str) -> None:
    known = {post.name for post in POSTS + REPORT_POSTS}
    assert {name for sight in sights(month) for name in sight.names} <= known
    assert len(known) == len(POSTS) + len(REPORT_POSTS)


def test_the_month_before_january_is_december() -> None:
    assert month_before("2027-01") == "2026-12"
    assert month_now(1_798_732_800_000) == "2027-01"  # midnight in China, the year before in Greenwich
