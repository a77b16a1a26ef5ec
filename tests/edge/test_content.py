"""The content over HTTP: valid today or not at all, HTML as text, a broken pack never shown, only public names."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from edge.content import Content
from edge.screens import build_app
from edge.screens.content_view import safe_html
from edge.surroundings import nothing_around
from hall.duty.words import Duty, Half, MarkAbsent, SetRota
from hall.opinions.words import OpinionGiven
from tests.edge.screens_fixtures import Hall, hall_fixture, staff_file_fixture  # noqa: F401
from tests.spoilt_pack import GUIDE, change, pack_fixture, picture  # noqa: F401

TODAY = "2026-11-21"
PNG = picture("PNG")


class Impatient(Content):
    """Looks at its folder each time that it is asked."""

    def now(self):
        self._looked_s = None
        return super().now()


def client_of(hall: Hall, folder: Path) -> TestClient:
    around = replace(nothing_around(), content=Impatient(str(folder)))
    app = build_app(hall.door, hall.staff, surroundings=around)
    return TestClient(app, base_url="http://hall.test", raise_server_exceptions=False)


def test_without_a_pack_of_its_own_a_hall_shows_the_sample_and_says_so(hall):
    shown = hall.client().get("/api/v1/content").json()
    assert (shown["state"], shown["pack"]["sample"], shown["day"]) == ("ready", True, TODAY)
    assert (len(shown["guides"]), len(shown["knowledge"]), len(shown["people"])) == (6, 10, 5)
    assert shown["guides"][0]["guide"]["name"]["zh"].startswith("申请法律援助")


def test_drafts_and_what_is_not_valid_today_are_not_shown_and_overdue_is_marked(hall, pack):
    change(pack, GUIDE, "version = 1", "published = false\nversion = 1")
    change(pack, "guides/02-consultation.toml", "valid_from = 2026-11-20", "valid_from = 2026-11-22")
    change(
        pack, "guides/03-mediation.toml", "valid_from = 2026-11-20", "valid_from = 2020-01-01\nvalid_to = 2026-11-20"
    )
    change(
        pack,
        "guides/04-notary.toml",
        "valid_from = 2026-11-20\nreview_by = 2027-05-31",
        "valid_from = 2026-01-01\nreview_by = 2026-11-20",
    )
    shown = client_of(hall, pack).get("/api/v1/content").json()
    assert {one["guide"]["code"]: one["overdue"] for one in shown["guides"]} == {
        "NT-01": True,
        "LB-01": False,
        "FE-01": False,
    }


def test_a_pack_that_breaks_is_not_shown_and_the_one_before_stays(hall, pack):
    client = client_of(hall, pack)
    before = client.get("/api/v1/content").json()
    change(pack, GUIDE, "reviewer", "reviewr")
    kept = client.get("/api/v1/content").json()
    assert (kept["state"], kept["guides"]) == ("kept", before["guides"])
    change(pack, GUIDE, "reviewr", "reviewer")
    assert client.get("/api/v1/content").json()["state"] == "ready"


def test_a_pack_that_never_was_right_shows_nothing_and_a_repaired_one_shows(hall, pack, tmp_path):
    os.rename(pack, tmp_path / "away")
    client = client_of(hall, pack)
    shown = client.get("/api/v1/content").json()
    assert (shown["state"], shown["guides"], shown["people"], shown["places"]) == ("wrong", [], [], None)
    os.rename(tmp_path / "away", pack)
    assert client.get("/api/v1/content").json()["state"] == "ready"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "a <b onclick=alert(1)>b</b>",
        "[go](javascript:alert(1))",
        "![x](http://elsewhere.test/x.png)",
        "<http://elsewhere.test>",
        "[a]: javascript:alert(1)\n\n[a]",
        "<!-- x --><iframe src=//elsewhere.test>",
    ],
)
def test_markdown_makes_no_script_no_link_and_no_foreign_picture(text):
    html = safe_html(text)
    rest = html
    for plain in ("<p>", "</p>", "\n"):
        rest = rest.replace(plain, "")
    assert "<" not in rest


def test_a_picture_is_had_by_its_own_name_only(hall, pack):
    (pack / "pictures").mkdir()
    (pack / "pictures" / "lin.png").write_bytes(PNG)
    change(pack, "people.toml", "since = 2015", 'since = 2015\nphoto = "lin.png"')
    client = client_of(hall, pack)
    address = client.get("/api/v1/content").json()["people"][0]["photo"]
    answer = client.get(address)
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, PNG, "image/png")
    for wrong in (
        "/content/pictures/" + "0" * 24,
        "/content/pictures/..%2f..%2fpack.toml",
        "/content/pictures/lin.png",
    ):
        assert client.get(wrong).status_code == 404


def test_the_rota_names_only_people_of_the_pack_and_says_who_is_here(hall):
    duties = (
        Duty("staff1", ("A", "B")), Duty("staff2", ("A",), Half.AFTERNOON),
        Duty("staff3", ("C",)), Duty("secret", ("A",)),
    )  # fmt: skip
    hall.door.ask(SetRota(TODAY, duties, "boss"))
    hall.door.ask(MarkAbsent("staff3", "boss"))
    rota = hall.client().get("/api/v1/content/rota").json()
    assert [(one["person"], one["half"], one["here"], one["absent"]) for one in rota["duties"]] == [
        ("staff1", "DAY", True, False), ("staff2", "AFTERNOON", False, False), ("staff3", "DAY", False, True),
    ]  # fmt: skip
    assert "secret" not in json.dumps(rota)


def test_a_court_fee_is_told_with_its_article_its_date_and_its_reckoning(hall):
    found = hall.client().get("/api/v1/content/court-fee?kind=PROPERTY&amount_fen=10000000").json()
    assert (found["low_fen"], found["high_fen"], found["article"], found["valid_from"]) == (
        230_000,
        230_000,
        "13(1)",
        "2007-04-01",
    )
    assert found["shares"] == [{"from_fen": 1_000_000, "to_fen": 10_000_000, "per_ten_thousand": 250}]
    divorce = hall.client().get("/api/v1/content/court-fee?kind=DIVORCE&halved=true").json()
    assert (divorce["low_fen"], divorce["high_fen"]) == (2_500, 15_000)
    rules = hall.client().get("/api/v1/content/court-fee/rules").json()
    assert "诉讼费用交纳办法" in rules["source_zh"]
    assert len(rules["rules"]) == 10


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("kind=NONE", "kind"), ("kind=<b>", "kind"), ("kind=PROPERTY&amount_fen=-1", "amount_fen"),
        ("kind=PROPERTY&amount_fen=1e9", "amount_fen"), ("kind=PROPERTY&amount_fen=" + "9" * 400, "amount_fen"),
        ("kind=LABOUR&amount_fen=1", "amount_fen"), ("kind=PRESERVATION&halved=true", "halved"), ("", "kind"),
    ],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused_by_its_field(hall, query, field):
    answer = hall.client().get(f"/api/v1/content/court-fee?{query}")
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)


def test_an_opinion_is_kept_once_under_its_key_and_masked(hall, monkeypatch):
    kept = []
    ask = hall.door.ask
    monkeypatch.setattr(hall.door, "ask", lambda *told: kept.append(ask(*told)) or kept[-1])
    client = hall.client()
    body = {"topic": "PLACE", "text": "椅子坏了，电话 13800138000 <b>急</b>"}
    for _ in range(2):
        answer = client.post("/api/v1/content/opinions", json=body, headers={"Idempotency-Key": "one"})
        assert (answer.status_code, answer.json()) == (201, {"opinion": 1})
    events = [event for one in kept if not one.repeated for event in one.events if isinstance(event, OpinionGiven)]
    assert [event.text for event in events] == ["椅子坏了，电话 ＊ <b>急</b>"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"topic": "OTHER", "text": ""}, 409, "NOTHING_SAID"),
        ({"topic": "PLACE", "text": "长" * 10_000}, 422, "TEXT_TOO_LONG"),
        ({"topic": "NONE"}, 422, "WRONG_FIELD"),
        ({"topic": "PLACE", "text": "a\x00b"}, 422, "WRONG_FIELD"),
        ({"topic": "PLACE", "text": 5}, 422, "WRONG_FIELD"),
        ({"topic": "PLACE", "name": "张三"}, 422, "UNKNOWN_FIELD"),
        ({}, 422, "MISSING_FIELD"),
    ],
)
def test_a_wrong_opinion_is_refused_and_never_said_back(hall, body, status, code):
    answer = hall.client().post("/api/v1/content/opinions", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert "张三" not in answer.text


def test_the_kiosk_calls_a_person_once_however_often_it_is_pressed(hall):
    client = hall.client()
    assert [client.post("/api/v1/content/help").status_code for _ in range(3)] == [204, 204, 204]
    assert list(hall.door.look()[0].gate.help_since_ms) == ["kiosk"]


def test_whoever_looks_after_the_hall_sees_what_pack_it_shows_and_that_one_is_broken(hall, pack):
    client = client_of(hall, pack)

    def part():
        return next(one for one in client.get("/readyz").json()["parts"] if one["name"] == "content")

    assert (part()["state"], part()["reason"], part()["needed"]) == ("ready", "sample 1.0", False)
    change(pack, GUIDE, "reviewer", "reviewr")
    assert (part()["state"], part()["reason"]) == ("kept", "2 mistakes; hall content check")
    assert client.get("/readyz").status_code == 200


def test_another_folder_in_the_hall_file_shows_at_once_and_none_shows_the_sample(pack):
    change(pack, "pack.toml", "sample = true", "sample = false")
    content = Content(None)
    assert content.now().pack.pack.sample
    content.follow(str(pack))
    assert not content.now().pack.pack.sample
    content.follow(str(pack / "nowhere"))
    assert (content.now().state, content.now().pack) == ("wrong", None)
    content.follow(None)
    assert content.now().pack.pack.sample
