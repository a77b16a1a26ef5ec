"""Ten thousand characters, HTML and control characters in every string field of every body that the interface takes.

The fields are those of the interface's own description, so that a new one is tried the day it is added. Where texts are
shown they are shown as text; what carries markup into a page here is everything that the hall file names.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from docs.openapi import edge_document
from edge.aid_desk import aid_without_devices
from edge.screens import PageServer, build_app, pad_link
from edge.sealing import Sealer
from edge.staff import Role, StaffBook
from hall.queue import words
from tests.edge.aid_hall import form
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.plain_door import PLAN, PlainDoor
from tests.edge.screens_fixtures import PINS, Hall, hall_fixture, staff_file_fixture, take  # noqa: F401

HTML: Final = "<img src=x onerror='document.title=1'>"
LONG: Final = "长" * 10_000
ODD: Final = {"long": LONG, "html": HTML, "control": "A\x00\x1b[31m\u202e", "surrogate": "\ud800"}
SEALER: Final = Sealer(PLAN.hall, X25519PrivateKey.generate().public_key())
TOKEN: Final = "token-of-a-slip-0001"
DAY: Final = "2026-11-21"
PLACES: Final = {"token": TOKEN, "number": "A001", "n": "1", "place": "help-1", "gate": "east", "device": "printer-1",
                 "id": "screen-1", "code": "LA-01", "day": DAY, "person": "staff1",
                 "receipt": f"Ptest-hall-{'0' * 26}", "page": "1", "part": "1"}  # fmt: skip
# A body that is right, for each that the interface takes.
BODIES: Final[dict[str, dict[str, Any]]] = {
    "SigningIn": {"name": "staff2", "secret": PINS["staff2"]},
    "TakingTicket": {"service": "A"},
    "ElderAnswer": {"id": "question-1", "wants": True},
    "MachineChoice": {"service": "A"},
    "WindowAct": {"command": "open"},
    "GateAct": {"command": "open"},
    "NoticeToSay": {"text_zh": "测试通知"},
    "Rating": {"token": TOKEN, "grade": 5},
    "DeviceTry": {},
    "DeviceJudged": {"works": True},
    "PortSearch": {},
    "DisplayAct": {"command": "on"},
    "Opinion": {"topic": "PRAISE"},
    "PrintGuide": {},
    "DeskTicket": {"service": "A"},
    "PriorityMark": {"priority": "ILL"},
    "Assigning": {"services": ["B"], "minutes": 30},
    "RotaGiven": {"duties": [{"person": "staff1", "services": ["A"]}]},
    "Absence": {"person": "staff1"},
    "CheckingIn": {"code": "123456"},
    "DayList": {"items": [{"id": "a-1", "time": "10:00", "service": "A"}]},
    "AidDraft": {"form": form()},
    "AidChecked": {"form": form()},
    "AidSubmitted": {"form": form()},
    "AidSubmittedAtWindow": {"number": "A001", "form": form()},
    "PagePart": {"pages": 1, "parts": 1, "data": "/9j/4AAQ"},
    "KeyOnly": {},
    "NoFields": {},
}


DOCUMENT: Final = edge_document()


def asked() -> Iterator[tuple[str, str, str | None]]:
    """Method, path and the name of the body of all that changes something."""
    for path, acts in DOCUMENT["paths"].items():
        for method in {"post", "put", "delete"} & set(acts):
            schema = acts[method].get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            yield method, path, None if schema is None else reference(schema)


def reference(schema: dict[str, Any]) -> str:
    return str((schema if "$ref" in schema else schema["anyOf"][0])["$ref"]).rpartition("/")[2]


def strings(schema: dict[str, Any], at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every string in a body, also in its lists and parts."""
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][reference(schema)]
    for kind in schema.get("anyOf", ()):
        yield from strings(kind, at)
    for name, kind in schema.get("properties", {}).items():
        yield from strings(kind, (*at, name))
    if schema.get("type") == "array":
        yield from strings(schema["items"], (*at, 0))
    if schema.get("type") == "string":
        yield at


def texts(body: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every text of a body itself: for forms, whose fields the interface names elsewhere."""
    for name, value in body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ():
        yield from texts(value, (*at, name))
    if isinstance(body, str):
        yield at


def put(body: Any, way: tuple[str | int, ...], value: str) -> Any:
    """A copy of the body with ``value`` there."""
    made = copy.deepcopy(body)
    inner = made
    for step, after in zip(way, (*way[1:], None), strict=True):
        if isinstance(step, int):
            inner[:] = inner[:1] or [{} if isinstance(after, str) else None]
        elif after is not None and inner.get(step) is None:
            inner[step] = [] if isinstance(after, int) else {}
        if after is None:
            inner[step] = value
        inner = inner[step]
    return made


@pytest.fixture(name="boss")
def boss_fixture(hall: Hall, tmp_path: Path) -> Any:
    """Somebody who may do everything, at window 1, in a hall that knows a ticket and takes drafts."""
    hall.staff.add("boss", "97531086", role=Role.SUPERVISOR)
    hall.app = build_app(hall.door, hall.staff, aid=aid_without_devices(tmp_path, PLAN, lambda: SEALER))
    hall.door.ask(words.TakeTicket("A", TOKEN))
    client = hall.client()
    member = next(one for one in hall.staff.list() if one.name == "boss")
    client.cookies.set("lh_test-hall_staff", hall.staff.open_session(member, 1, hall.door.steady_ms))
    return client


def answered(answer: Any, odd: str, where: tuple[object, ...]) -> None:
    nobody = answer.status_code == 503 and "/setup/" in str(where[0])  # no devices here; test_setup_page.py has them
    assert answer.status_code < 500 or nobody, (where, answer.text[:200])
    if odd == "long":
        assert answer.status_code >= 400, where
    if answer.status_code >= 400:
        assert set(answer.json()["error"]) == {"code", "message", "message_zh", "field", "trace"}, where
        for part in ("长长长", "onerror", "\x1b", "Traceback"):
            assert part not in answer.text, where


ASKED: Final = sorted(asked(), key=str)


def test_each_body_of_the_interface_is_tried_here():
    assert {name for _, _, name in ASKED if name} == set(BODIES)


@pytest.mark.parametrize(("method", "path", "name"), ASKED, ids=[f"{method} {path}" for method, path, _ in ASKED])
def test_odd_texts_in_any_field_are_refused_or_kept_as_they_are_and_nothing_stumbles(hall, boss, method, path, name):
    there = path.format(**PLACES)
    ways = list(strings(DOCUMENT["components"]["schemas"][name])) if name else []
    ways += list(texts(BODIES[name].get("form"), ("form",))) if name else []
    for odd, text in ODD.items():
        for way in ways:
            body = put(BODIES[str(name)], way, text)
            if odd == "surrogate":
                raw = json.dumps(body).encode()
                answer = boss.request(method, there, content=raw, headers={"Content-Type": "application/json"})
            else:
                answer = boss.request(method, there, json=body)
            answered(answer, odd, (path, way, odd))
        for place in [part for part in PLACES if f"{{{part}}}" in path and odd != "surrogate"]:
            wrong = path.format(**PLACES | {place: quote("9" * 10_000 if odd == "long" else text, safe="")})
            answered(boss.request(method, wrong, json=BODIES[name] if name else None), odd, (path, place, odd))
    tickets = hall.door.look()[0].queue.tickets
    assert all(len(str(ticket)) < 2000 for ticket in tickets.values())
    number = boss.post("/api/v1/tickets", json={"service": "B"})
    assert number.status_code in (201, 409)  # 409: the hall is being evacuated, which was just tried


@pytest.mark.browser
def test_markup_in_every_name_of_the_hall_file_is_text_on_every_page(tmp_path, staff_file, browser):
    plan = replace(
        PLAN,
        name_zh=HTML,
        name_en=HTML,
        services=tuple(replace(one, name_zh=HTML, name_en=HTML) for one in PLAN.services),
        windows=tuple(replace(one, name_zh=HTML, name_en=HTML) for one in PLAN.windows),
    )
    door, staff = PlainDoor(plan), StaffBook(tmp_path / "staff.db")
    staff.add("staff1", PINS["staff1"], window=1, role=Role.SUPERVISOR)
    app = build_app(door, staff, place_names={"help-1": (HTML, HTML)})
    for command in (
        words.OpenWindow(1, "staff1"), words.TakeTicket("A", TOKEN), words.TakeTicket("A", TOKEN + "2"),
        words.CallNext(1, "staff1"), words.Start(1, "staff1"), words.Finish(1, "staff1"), words.CallNext(1, "staff1"),
    ):  # fmt: skip
        door.ask(command)
    server = PageServer(app, "127.0.0.1", 0)
    server.start()
    context = browser.new_context(base_url=f"http://127.0.0.1:{server.port}", viewport={"width": 1280, "height": 900})
    try:
        page = context.new_page()
        answer = context.request.post("/api/v1/session", data={"name": "staff1", "secret": PINS["staff1"], "window": 1})
        assert answer.ok, answer.text()
        for path, drawn in (
            ("/", "h1"), ("/machine", "[data-service=A]"), ("/kiosk", "[data-tile=take]"), ("/display", "main"),
            ("/window/1", "#state"), ("/guide", "#class-list li"), ("/desk", "#work"),
            ("/setup", "body"), (f"/t/{TOKEN}", "#number"), (pad_link(door, 1), "main"),
        ):  # fmt: skip
            page.goto(path)
            expect(page.locator(drawn).first).to_be_visible()
            expect(page.locator("body")).to_contain_text("<img src=x")
            assert page.locator("img[src=x], [onerror]").count() == 0, path
            assert page.title() != "1", path
    finally:
        context.close()
        server.stop()
        staff.close()
