"""Somebody with an account of one district against everything of another: by id, body, query, list, and stream."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, select

from central.accounts.permissions import MAY, Role
from central.aid.stages import State
from central.aid_files.rules import FileKind
from central.aid_limits import clocks, reminders, store_of_promises
from central.aid_limits.tables import aid_notice
from central.aid_papers import issuing
from central.aid_papers.issuing import Delivery, papers_of
from central.aid_papers.rules import Method
from central.alarms.tables import alarm
from central.clock import now_ms
from central.database import Database
from central.every_table import EVERY_TABLE
from central.lawyers import store as lawyers
from central.places import asking
from central.ratings import taking as ratings
from central.ratings.tables import rating, rating_case
from central.rest_days.store import day_table
from tests.central.aid_house import DAY_MS, FIRM, House
from tests.central.asking import check_error, filled
from tests.central.conftest import SECRET, Web, empty_store
from tests.central.halls_open import OFFER, PHONE, WEEK, in_days
from tests.central.link import with_link
from tests.central.platforms import HOTLINE, WEB, bring, csv_of, day_row
from tests.central.taking_in import HALL
from tests.central.test_permissions import acts, endpoints

PLACE = "north-room"
# What grows or is touched by asking alone.
MOVES = {"session", "audit", "answered", "attempt", "account"}
OFFERED = {"enabled": True, "level": "severe", "open_at": 30, "end_below": 20, "hold_s": 60, "clear_s": 60}
NAMES = {"name_zh": "别人的", "name_en": "Theirs"}
WHY = {"reason": "办理案件需要"}
# Nobody's in particular: the days of the whole country, forms as they ship, one's own days of duty.
FOR_ALL = ("/rest-days/", "/aid/forms/", "/aid/rota/")
# A body that would be taken, were it one's own.
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("PATCH", "/accounts/{name}"): {"roles": ["admin"]},
    ("PUT", "/accounts/{name}/lock"): {"reason": "it is mine now"},
    ("PUT", "/alarm-rules/{rule}/units/{unit}"): OFFERED,
    ("POST", "/halls/{hall}/acts"): {"op": "call_next", "window": 1},
    ("POST", "/halls/{hall}/appointments"): {"service": "A", "day": in_days(1), "time": "09:30", "phone": PHONE},
    ("PUT", "/halls/{hall}/calendar"): {"opening": [WEEK]},
    ("POST", "/halls/{hall}/enrolment-code"): {"unit": "south"},
    ("POST", "/halls/{hall}/orders"): {"op": "ping"},
    ("PUT", "/halls/{hall}/place"): {"address_zh": "别处"},
    ("PUT", "/halls/{hall}/slot-offers/{letter}"): OFFER,
    ("PUT", "/halls/{hall}/unit"): {"unit": "south"},
    ("PATCH", "/places/{place}"): {"closed": True},
    ("PUT", "/places/{place}/plan"): {"parts": {}},
    ("POST", "/places/{place}/plan/preview"): {"parts": {}},
    ("POST", "/places/{place}/tablets"): {"window": 1},
    ("POST", "/places/{place}/tickets"): {"service": "A"},
    ("POST", "/places/{place}/windows/{n}/commands"): {"command": "open"},
    ("PATCH", "/units/{unit}"): {"name_zh": "我的"},
    ("PUT", "/units/{unit}/calendar"): {"opening": [WEEK]},
    ("PUT", "/units/{unit}/services/{letter}"): NAMES,
    ("POST", "/matters/{matter}/moves"): {"move": "CLOSE", "version": 1},
    ("POST", "/matters/{matter}/disclose"): WHY,
    ("POST", "/matters/{matter}/papers"): {"form": "F01"},
    ("POST", "/ratings/cases/{rating_case}/moves"): {"move": "CONTACT", "version": 1, "facts": {"how": "PHONE"}},
    ("POST", "/ratings/cases/{rating_case}/disclose"): WHY,
    ("POST", "/ratings/flagged/{hall}/{day}/{number}/decisions"): {"decision": "KEEP", "seen": 0, **WHY},
    ("POST", "/aid/cases/{case}/papers"): {"form": "F31"},
    ("POST", "/lawyers/{mark}/status"): {"state": "ACTIVE", "evidence": "NATIONAL_REGISTER"},
    ("POST", "/firm/cases/{case}/disclose"): WHY,
    ("POST", "/aid/cases/{case}/disclose"): WHY,
    ("POST", "/aid/cases/{case}/code"): WHY,
    ("POST", "/aid/cases/{case}/moves"): {"move": "GRANT", "version": 5},
    ("POST", "/aid/cases/{case}/owner"): {"owner": "", "seen": ""},
    ("POST", "/aid/limits/{limit_id}/reason"): {"reason": "COMPLEX"},
    ("POST", "/aid/papers/{paper}/open"): WHY,
    ("POST", "/aid/firm/papers/{paper}/open"): WHY,
    ("POST", "/aid/papers/{paper}/deliveries"): {"method": "WINDOW", "at": "2026-10-09T03:00:00Z", "receiver": "某人"},
    ("POST", "/aid/papers/{paper}/deliveries/{delivery}/void"): WHY,
    ("POST", "/aid/papers/{paper}/void"): WHY,
    ("POST", "/aid/units/{unit}/promises"): {"rule": "LA_DECIDE", "value": 5, "day_kind": "WORKING",
                                             "valid_from": in_days(1)},
    ("PUT", "/aid/centres/{unit}"): {"short_name": "抢", "name_zh": "别人的中心", "address": "某路", "phone": "021",
                                     "bureau": "某局"},
    ("PATCH", "/aid/cases/{case}/files/{file}"): {"title": "我的"},
    ("POST", "/aid/cases/{case}/files/{file}/open"): WHY,
    ("POST", "/aid/firm/cases/{case}/files/{file}/open"): WHY,
    ("POST", "/report/units/{unit}/periods/{period}/entries"): {"code": "A06", "value": "1"},
    ("POST", "/report/units/{unit}/periods/{period}/visits"): {"day": "2026-10-08", "hours": "2", "people": 1,
                                                            "adviser": {"name": "某人"}},
    ("POST", "/report/units/{unit}/periods/{period}/events"): {"day": "2026-10-08", "kind": "LECTURE", "title": "讲座",
                                                            "people": 1, "leaflets": 0, "kept_at": "柜"},
    ("POST", "/report/units/{unit}/periods/{period}/rows/{row}/take-back"): {"why": "TWICE"},
    ("POST", "/report/units/{unit}/periods/{period}/evidence/{file}/open"): WHY,
    ("POST", "/report/units/{unit}/periods/{period}/moves"): {"move": "DRAW_UP", "step": 0},
    ("POST", "/report/units/{unit}/periods/{period}/lower/accept"): {"units": {"north-room": 0}},
    ("POST", "/report/units/{unit}/periods/{period}/lines"): {"code": "A10", "by": "1", "text": "已核对"},
    ("POST", "/report/units/{unit}/periods/{period}/lines/{line}/take-back"): {"text": ""},
    ("PUT", "/report/units/{unit}/periods/{period}/notes/{finding}"): {"text": "已核对"},
    ("PUT", "/report/units/{unit}/periods/{period}/missing/{lower}"): {"missing": True, "text": "停电"},
    ("POST", "/report/units/{unit}/periods/{period}/slips"): {"code": "A14", "new": "1", "text": "漏计"},
    ("POST", "/report/units/{unit}/periods/{period}/slips/{slip}/decide"): {"approved": True},
    ("PUT", "/report/units/{unit}/periods/{period}/rule"): {"since": "2026-10", "rule": "D21_20"},
    ("PUT", "/report/units/{unit}/years/{year}/notes/{code}"): {"text": "已核对"},
    ("PUT", "/outside/units/{unit}/hotline-days/{day}"): HOTLINE,
    ("PUT", "/outside/units/{unit}/web-days/{day}"): WEB,
    ("POST", "/outside/units/{unit}/hotline-calls"): {
        "calls": [{"call": "CN-1", "at": "2026-10-12T01:31:05Z", "ended": "MENU", "talk_s": 0}]
    },
}  # fmt: skip

QUERIES = {
    "/halls/{hall}/appointments": {"day": in_days(1)}, "/aid/cases/{case}/files": {"kind": "PAPER"},
    "/report/units/{unit}/periods/{period}/compare": {"old": 1, "new": 1},
}  # fmt: skip


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Who may what is decided before the store: one engine is enough."""
    return empty_store(tmp_path / "central.db")


@pytest.fixture
def districts(web: Web) -> tuple[Web, dict[str, str]]:
    """North with a hall, a small place, an account, an alarm and an order; south beside it; what north's are called."""
    filled(web)
    web, _ = with_link(web)
    admin = web.as_role(Role.ADMIN)
    for unit, parent, level in (
        ("north", "city", "district"), ("south", "city", "district"), (PLACE, "north", "village"),
    ):  # fmt: skip
        put(admin, "POST", "/units", {"id": unit, "parent": parent, "level": level, "name_zh": unit, "name_en": unit})
    put(admin, "PUT", f"/halls/{HALL}/unit", {"unit": "north"})
    put(admin, "POST", "/places", {"unit": PLACE})
    web.parts.accounts.add("north.person", [Role.VIEWER], now_ms(), SECRET, "north")
    supervisor = web.as_role(Role.SUPERVISOR)
    order = put(supervisor, "POST", f"/halls/{HALL}/acts", {"op": "call_next", "window": 1})
    put(supervisor, "POST", f"/halls/{HALL}/orders", {"op": "ping"})
    named = {"hall": HALL, "unit": "north", "place": PLACE, "name": "north.person", "order": order["id"]}
    rest = {"rule": "hall_dark", "letter": "A", "day": "2026-11-18", "number": "A001", "n": "1", "revision": "1",
            "period": "2026-10", "row": "f" * 16, "code": "A10", "line": "1", "lower": "north-room", "slip": "1",
            "year": "2025", "finding": "R-A10"}  # fmt: skip
    facts = {"hall": HALL, "rule": "hall_dark", "subject": "", "level": "severe", "value": 1, "note": ""}
    with web.database.write() as connection:
        connection.execute(insert(alarm).values(id=1, begun_ms=now_ms(), **facts))
        given = connection.execute(select(rating).limit(1)).mappings().one()
        ratings.open_case(connection, {**given, "grade": 1}, day_table(connection))
        bad = connection.execute(select(rating_case.c.id).limit(1)).scalar_one()
    return web, {
        **named,
        **rest,
        **legal_aid(web, supervisor),
        "session": "0123456789abcdef",
        "alarm": "1",
        "appointment": "1",
        "tablet": "0123456789abcdef",
        "rating_case": bad,
    }


def legal_aid(web: Web, supervisor: TestClient) -> dict[str, str]:
    """A third district with a case at its lawyer, and a record and a room of the north's hall."""
    with web.database.write() as connection:
        house = House(connection, web.parts.vault).furnish()
        case = house.to(State.ASSIGNED)
        file, mark = house.file(case, FileKind.PAPER), house.first_lawyer
        paper = next(row["id"] for row in papers_of(connection, case) if row["form"] == "F11")
        clock = clocks.of_case(connection, case, house.now_ms)[-1].id
        reminders.tell(connection, day_table(connection), house.now_ms + 90 * DAY_MS)
        note = Delivery(Method.DIRECT, house.now_ms, "示例乙")
        delivery = issuing.deliver(connection, house.vault, paper, note, "desk", house.now_ms)
        promise = store_of_promises.add(
            connection, unit="north", rule_id="LA_DECIDE", value=5, day_kind="WORKING", valid_from="2026-10-09",
            set_by="test", set_ms=0,
        )  # fmt: skip
        notice = connection.execute(select(aid_notice.c.id).limit(1)).scalar_one()
    facts = {"channel": "VISIT", "field": "B13", "answered_by": "LAWYER"}
    record = {"kind": "ADVICE", "hall": HALL, "facts": facts}
    matter = put(supervisor, "POST", "/matters", record)["id"]
    room = put(supervisor, "POST", "/visit-rooms", {"hall": HALL, **NAMES})["id"]
    told = {"case": case, "file": file, "mark": mark, "paper": paper, "limit_id": clock, "notice": notice,
            "delivery": delivery, "promise": promise}  # fmt: skip
    return {**{name: str(value) for name, value in told.items()}, "matter": matter, "room": room, "firm_code": FIRM,
            "form": "F05", "receipt": f"P{HALL}-01J0000000000000000000000A"}  # fmt: skip


def put(client: TestClient, method: str, path: str, body: dict[str, Any]) -> Any:
    key = hashlib.sha256(f"{method} {path} {body}".encode()).hexdigest()
    answer = client.request(method, f"/api/v1{path}", json=body, headers={"Idempotency-Key": key})
    assert answer.status_code in (200, 201, 202), answer.text
    return answer.json()


def somebody(web: Web, role: Role, unit: str = "south") -> TestClient:
    name = f"{unit}.{role.value}"
    web.parts.accounts.add(name, [role], now_ms(), SECRET, unit)
    client = web.client()
    client.headers["Authorization"] = f"Bearer {web.parts.accounts.sign_in(name, SECRET, now_ms())}"
    return client


def everything(database: Database) -> dict[str, list[Any]]:
    with database.read() as connection:
        return {
            name: list(connection.execute(select(table)).all())
            for name, table in EVERY_TABLE.tables.items()
            if name not in MOVES
        }


def test_nothing_of_another_district_answers_to_its_id(districts: tuple[Web, dict[str, str]]) -> None:
    """Not even with another no than for what does not exist."""
    web, named = districts
    walked = [
        (method, route)
        for method, route in endpoints(web)
        if "{" in route.path and acts(route) and not route.path.endswith("/directory")  # there is none here
        if not route.path.removeprefix("/api/v1").startswith(FOR_ALL)
    ]
    assert len(walked) > 45
    clients = {role: somebody(web, role) for role in Role}
    with web.database.write() as connection:  # the south's firm is of the same name as that of the case
        row = {"account": "south.firm", "firm_code": FIRM, "unit": "south", "made_ms": now_ms(), "by": "test"}
        lawyers.put_firm_account(connection, row)
    before, wrong = everything(web.database), []
    for method, route in walked:
        short = route.path.removeprefix("/api/v1")
        role = min(MAY[next(iter(acts(route)))])
        for kind in ("theirs", "nobody's"):
            where = named if kind == "theirs" else {**named, **NOBODYS}
            if kind == "nobody's" and route.path.endswith("/enrolment-code"):
                continue  # a hall need not be known to be let in
            body: dict[str, Any] = (
                {"json": BODIES.get((method, short), {})} if method in ("POST", "PUT", "PATCH") else {}
            )
            answer = clients[role].request(
                method,
                route.path.format_map(where),
                params=QUERIES.get(short, {}),
                headers={"Idempotency-Key": f"{kind}{method}{short}"},
                **body,
            )
            if answer.status_code != 404:
                wrong.append((kind, role.value, method, short, answer.status_code, answer.text[:160]))
    assert wrong == [], "\n".join(map(str, wrong))
    assert everything(web.database) == before


NOBODYS = {"hall": "no-such-hall", "unit": "no-such-unit", "place": "no-such-place", "name": "nobody.here",
           "alarm": "999999", "case": "f" * 16, "paper": "f" * 16, "file": "f" * 16, "mark": "f" * 64,
           "matter": "f" * 16, "room": "f" * 16, "limit_id": f"{'f' * 16}.9", "notice": "999999",
           "delivery": "f" * 16, "promise": "999999", "rating_case": "f" * 16}  # fmt: skip


def test_no_query_reaches_what_is_not_below(districts: tuple[Web, dict[str, str]]) -> None:
    web, _ = districts
    spy = somebody(web, Role.SUPERVISOR)
    for path, query in (
        ("/stream", {"hall": HALL}), ("/stream", {"unit": "north"}), ("/stream", {"unit": "city"}),
        ("/trend", {"hall": HALL}), ("/trend", {"unit": "north"}), ("/trend", {"unit": "city"}),
        ("/events", {"hall": HALL}), ("/places", {"unit": "north"}), ("/places", {"unit": "city"}),
    ):  # fmt: skip
        answer = spy.get(f"/api/v1{path}", params=query)
        assert answer.status_code == 404, (path, query, answer.text[:200])
    for path in ("/halls", "/alarms", "/fleet", "/plans", "/places", "/figures", "/controllers", "/accounts", "/audit"):
        role = {"/controllers": Role.HALL_IT, "/accounts": Role.SECURITY_ADMIN, "/audit": Role.AUDIT_ADMIN}.get(path)
        client = somebody(web, role) if role else spy
        told = client.get(f"/api/v1{path}", params={"hall": HALL} if path in ("/alarms", "/figures") else {})
        assert told.status_code in (200, 404), told.text
        for theirs in (HALL, PLACE, "north"):
            assert theirs not in told.text, (path, theirs)


def test_nobody_raises_themselves_or_takes_an_account_or_a_unit_over(districts: tuple[Web, dict[str, str]]) -> None:
    web, _ = districts
    guard = somebody(web, Role.SECURITY_ADMIN)
    web.parts.accounts.add("south.person", [Role.VIEWER], now_ms(), SECRET, "south")

    def patch(account: str, key: str, **body: Any) -> Any:
        return guard.patch(f"/api/v1/accounts/{account}", json=body, headers={"Idempotency-Key": key})

    check_error(patch("south.security_admin", "a", roles=["admin"]), 409, "OWN_ACCOUNT")
    check_error(patch("south.security_admin", "b", unit="city"), 409, "OWN_ACCOUNT")
    check_error(patch("south.person", "c", unit="city"), 404, "NO_SUCH_UNIT")
    check_error(patch("south.person", "d", unit="north"), 404, "NO_SUCH_UNIT")
    check_error(patch("south.person", "e", roles=["viewer", "admin"]), 422, "ROLES_APART")
    check_error(patch("south.person", "f", roles=["root"]), 422, "WRONG_FIELD")
    for field in ("name", "path", "waived", "secret_hash", "secret", "active", "locked", "changed_ms"):
        check_error(patch("south.person", f"g{field}", **{field: True}), 422, "UNKNOWN_FIELD")
    check_error(patch("north.person", "h", roles=["admin"]), 404, "NO_SUCH_ACCOUNT")
    check_error(patch("supervisor", "i", roles=["viewer"]), 404, "NO_SUCH_ACCOUNT")
    viewer = somebody(web, Role.VIEWER)
    for role in ("admin", "viewer"):
        wish = viewer.patch("/api/v1/accounts/south.viewer", json={"roles": [role]}, headers={"Idempotency-Key": role})
        check_error(wish, 403, "NOT_ALLOWED")
    admin = somebody(web, Role.ADMIN)
    for unit, body in (("south", {"parent": "north"}), ("city", {"name_zh": "我的"}), ("city", {"closed": True})):
        moved = admin.patch(f"/api/v1/units/{unit}", json=body, headers={"Idempotency-Key": f"{unit}{body}"[:9]})
        assert moved.status_code in (404, 409), moved.text


def test_a_hall_that_another_district_is_letting_in_is_not_taken_over(districts: tuple[Web, dict[str, str]]) -> None:
    web, _ = districts
    theirs, spy = somebody(web, Role.HALL_IT, "north"), somebody(web, Role.HALL_IT)

    def ask(client: TestClient, unit: str, key: str) -> Any:
        body, headers = {"unit": unit}, {"Idempotency-Key": key}
        return client.post("/api/v1/halls/hall-to-be/enrolment-code", json=body, headers=headers)

    code = ask(theirs, "north", "n1").json()["code"]
    check_error(ask(spy, "south", "s1"), 404, "NO_SUCH_HALL")
    check_error(spy.get("/api/v1/halls/hall-to-be/certificates"), 404, "NO_SUCH_HALL")
    assert ask(theirs, "north", "n2").json()["code"] not in (None, code)
    assert ask(web.as_role(Role.HALL_IT), "city", "c").status_code == 201  # who stands above both


def test_a_list_brought_in_reaches_no_further_than_its_bringer(districts: tuple[Web, dict[str, str]]) -> None:
    web, _ = districts
    before = everything(web.database)
    admin, guard = somebody(web, Role.ADMIN), somebody(web, Role.SECURITY_ADMIN)
    for client, kind, line, fault in (
        (admin, "units", "lane,north,街镇,巷,Lane", "PARENT_UNKNOWN"),
        (admin, "units", "north,city,区,我的,Mine", "UNIT_TAKEN"),
        (admin, "units", f"{PLACE},south,村居,我的,Mine", "UNIT_TAKEN"),
        (guard, "users", "new.person,north,查看人员", "NO_SUCH_UNIT"),
        (guard, "users", "north.person,south,查看人员", "ACCOUNT_THERE"),
        (guard, "users", "supervisor,south,查看人员", "ACCOUNT_THERE"),
        (guard, "users", "south.security_admin,south,系统管理员", "ACCOUNT_THERE"),
        (admin, "windows", f"{HALL},1,A,我的,Mine", "NO_SUCH_HALL"),
    ):
        template = client.get(f"/api/v1/imports/{kind}/template", params={"format": "csv", "lang": "zh"})
        content = f"{template.content.decode('utf-8-sig').splitlines()[0]}\n{line}\n".encode()
        headers = {"Content-Type": "application/octet-stream", "Idempotency-Key": f"{kind}{len(line)}{fault}"}
        tried = client.post(f"/api/v1/imports/{kind}?dry_run=true", content=content, headers=headers).json()
        assert [one["code"] for one in tried["faults"]] == [fault], line
        meant = client.post(f"/api/v1/imports/{kind}?dry_run=false", content=content, headers=headers)
        check_error(meant, 409, "IMPORT_FAULTS")
    told = bring(somebody(web, Role.REPORT_PREPARER), "hotline_days", csv_of([day_row(in_days(-3), HOTLINE, "north")]))
    assert [one["code"] for one in told.json()["faults"]] == ["NO_SUCH_UNIT"]
    assert everything(web.database) == before


@pytest.mark.parametrize("busy", [True, False])
def test_a_stream_ends_with_its_session_however_much_happens(web: Web, busy: bool, monkeypatch: Any) -> None:
    """A place at which something happens all the time went on being shown to somebody whose session had ended."""
    monkeypatch.setattr(asking, "_LOOK_S", 0.4)
    monkeypatch.setattr(asking, "_PAUSE_S", 0.01)
    hub, living = web.parts.places.hub(PLACE), [True]

    async def stir() -> None:
        while busy:
            hub.tell([PLACE])
            await anyio.sleep(0.02)

    async def look() -> list[str | None]:
        seen: list[str | None] = []
        async with anyio.create_task_group() as group:
            group.start_soon(stir)
            with anyio.fail_after(30):
                async for event in asking.watch(web.parts, PLACE, lambda: {"shown": len(seen)}, lambda: living[0]):
                    seen.append(event.event)
                    living[0] = False  # it has ended in the moment in which the first thing is shown
            group.cancel_scope.cancel()
        return seen

    seen = anyio.run(look)
    assert seen[0] == "change"
    assert seen[-1] == "signed_out"
