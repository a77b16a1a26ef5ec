"""Legal aid from home: applying without an account, and one's own case behind the code from the receipt."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from central.accounts.permissions import Role
from central.aid import store as cases
from central.aid.centres import code_of, give_code
from central.aid.stages import Move, State, Who
from central.aid.tables import aid_case, aid_step
from central.aid_applicant import rules
from central.aid_applicant.tables import aid_applicant_session
from central.aid_files.rules import FileKind, Source
from central.aid_papers import issuing
from central.aid_papers.tables import aid_delivery
from central.clock import now_ms
from central.phone.tries import LIMITS
from tests.central import strange_files
from tests.central.aid_house import GAPS, UNIT, House, actor, application, id_number
from tests.central.asking import check_error
from tests.central.conftest import Web
from tests.central.test_aid_files import HTML

OWN = "/api/v1/public/aid/my"


def at_home(**changes: Any) -> dict[str, Any]:
    whole = application(**changes)
    return {name: value for name, value in whole.items() if name not in ("signature", "signed_how", "papers")}


def open_house(web: Web) -> None:
    with web.database.write() as connection:
        House(connection, now_ms=now_ms()).furnish()


def apply(client: Any, key: str = "k1", centre: str = UNIT, **changes: Any) -> Any:
    body = {"centre": centre, "application": at_home(**changes)}
    return client.post("/api/v1/public/aid/applications", json=body, headers={"Idempotency-Key": key})


def enter(client: Any, code: str) -> dict[str, str]:
    answer = client.post(f"{OWN}/session", json={"code": code})
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def standing(web: Web, state: State) -> tuple[str, str]:
    """A case in this state and its applicant's code."""
    with web.database.write() as connection:
        house = House(connection, now_ms=now_ms() - 6 * 3_600_000).furnish()
        case = house.to(state)
        return case, give_code(connection, web.parts.visitors.key, case)


def test_whoever_applies_from_home_gets_a_number_a_day_and_a_code(web: Web) -> None:
    open_house(web)
    client = web.client()
    (centre,) = client.get("/api/v1/public/aid/centres").json()["items"]
    assert (centre["id"], centre["name_zh"], centre["name_en"]) == (UNIT, "长宁区法律援助中心", "Changning")
    done = apply(client)
    assert done.status_code == 201, done.text
    told = done.json()
    assert told["receipt"].startswith(f"W{UNIT}-")
    assert len(told["receipt"]) == len(f"W{UNIT}-") + 26
    assert told["number"]
    assert told["due_at"]
    assert set(told["code"]) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ-")
    assert len(told["code"].replace("-", "")) == 16
    assert "id" not in told
    assert apply(client).json() == told  # the answer was lost: the same key tells the same code
    with web.database.read() as connection:
        (row,) = connection.execute(select(aid_case)).mappings()
        (step,) = connection.execute(select(aid_step)).mappings()
    assert (row["state"], row["channel"], row["identified"], row["unit"]) == ("SUBMITTED", "WEB", False, UNIT)
    assert (step["actor"], step["capacity"]) == ("applicant", "APPLICANT")
    assert told["code"].replace("-", "") not in str(dict(row)) + str(dict(step))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"applicant": {"name": "示例婆婆", "id_number": "990101194912310022", "phone": "13900000000"}},
         "AID_ID_NUMBER", "application.applicant.id_number"),
        ({"applicant": {"name": "示例婆婆", "id_number": "990101201002290010", "phone": "13900000000"}},
         "AID_ID_NUMBER", "application.applicant.id_number"),
        ({"applicant": {"name": "示例少年", "id_number": id_number("0101", "20150601", "001"), "phone": "13900000000"}},
         "AID_MINOR_ALONE", "application.agent"),
        ({"hardship": {}}, "AID_HARDSHIP_MISSING", "application.hardship.basis"),
        ({"facts": " "}, "AID_FACTS_MISSING", "application.facts"),
        ({"consent": 1}, "WRONG_FIELD", "application.consent"),
        ({"matter": "N25_1"}, "AID_NO_SUCH_CODE", "application.matter"),
        ({"granted": True}, "UNKNOWN_FIELD", "application"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field_and_opens_no_case(
    web: Web, changes: dict[str, Any], code: str, field: str
) -> None:
    open_house(web)
    told = check_error(apply(web.client(), **changes), 422, code)
    assert told["field"] == field
    with web.database.read() as connection:
        assert connection.execute(select(aid_case.c.id)).all() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_matter_of_article_32_asks_nobody_for_means(web: Web) -> None:
    open_house(web)
    assert apply(web.client(), matter="M32_4", hardship={}).status_code == 201


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_a_centre_takes_applications_and_only_so_many_from_one_source(web: Web) -> None:
    open_house(web)
    client = web.client()
    told = check_error(apply(client, centre="city"), 404, "NO_SUCH_AID_CENTRE")
    assert told["field"] == "centre"
    check_error(
        client.post("/api/v1/public/aid/applications", json={"centre": UNIT, "application": at_home()}),
        422,
        "KEY_MISSING",
    )
    for number in range(LIMITS["aid_apply"][0] - 1):
        assert apply(client, f"n{number}").status_code == 201
    answer = apply(client, "one-more")
    check_error(answer, 429, "TOO_MANY_TRIES")
    assert int(answer.headers["Retry-After"]) > 0


def test_the_code_opens_ones_own_case_and_shows_no_number_and_no_whole_name(web: Web) -> None:
    open_house(web)
    client = web.client()
    done = apply(client).json()
    headers = enter(client, done["code"].lower().replace("-", " "))
    answer = client.get(OWN, headers=headers)
    told = answer.json()
    assert (told["number"], told["receipt"], told["name"]) == (done["number"], done["receipt"], "示*")
    assert (told["state"], told["identified"], told["moves"]) == ("SUBMITTED", False, ["WITHDRAW"])
    assert [one["rule"] for one in told["dates"]] == ["LA_DECIDE"]
    assert told["dates"][0]["day"] is not None
    assert [one["form"] for one in told["letters"]] == ["F05"]
    assert told["centre"]["phone"] == "021-00000000"
    for hidden in ("婆婆", "9901011949", "13900000000", "示例路1号", "儿子"):
        assert hidden not in answer.text
    client.delete(f"{OWN}/session", headers=headers)
    check_error(client.get(OWN, headers=headers), 401, "AID_CODE_NEEDED")


def test_a_code_opens_no_other_case_and_a_strangers_token_nothing(web: Web) -> None:
    first, code = standing(web, State.SUBMITTED)
    with web.database.write() as connection:
        house = House(connection, now_ms=now_ms())
        second = house.take()
        give_code(connection, web.parts.visitors.key, second)
        foreign = house.file(second, FileKind.PAPER, Source.APPLICANT)
        (letter,) = issuing.papers_of(connection, second)
    client = web.client()
    headers = enter(client, code)
    assert client.get(OWN, headers=headers).json()["files"] == []
    named = {"title": "别人的"}
    check_error(client.patch(f"{OWN}/files/{foreign}", json=named, headers=headers), 404, "NO_SUCH_FILE")
    check_error(client.post(f"{OWN}/letters/{letter['id']}/open", headers=headers), 404, "NO_SUCH_LETTER")
    for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}):
        check_error(client.get(OWN, headers=wrong), 401, "AID_CODE_NEEDED")
    staff = web.as_role(Role.WINDOW_STAFF)
    check_error(staff.get(OWN), 401, "AID_CODE_NEEDED")  # an account is no code
    check_error(client.get(f"/api/v1/aid/cases/{first}/files", headers=headers), 401, "NOT_SIGNED_IN")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_codes_are_not_found_by_trying(web: Web) -> None:
    case, code = standing(web, State.SUBMITTED)
    client = web.client()
    for shape in ("", "ABCD", "ABCD-EFGH-JKMN-PQR\n", "甲" * 16, "A" * 41):
        check_error(client.post(f"{OWN}/session", json={"code": shape}), 422, "WRONG_FIELD")
    for _ in range(LIMITS["aid_wrong"][0]):
        check_error(client.post(f"{OWN}/session", json={"code": "0000-0000-0000-0000"}), 404, "NO_SUCH_AID_CODE")
    check_error(client.post(f"{OWN}/session", json={"code": code}), 429, "TOO_MANY_TRIES")
    assert code == code_of(web.parts.visitors.key, case)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("column", "ago_ms"), [("seen_ms", 15 * 60_000 + 1000), ("made_ms", 2 * 3_600_000 + 1000)])
def test_a_token_ends_when_nobody_touches_it_and_at_last(web: Web, column: str, ago_ms: int) -> None:
    _, code = standing(web, State.SUBMITTED)
    client = web.client()
    headers = enter(client, code)
    with web.database.write() as connection:
        connection.execute(update(aid_applicant_session).values({column: now_ms() - ago_ms}))
    check_error(client.get(OWN, headers=headers), 401, "AID_CODE_NEEDED")
    enter(client, code)
    with web.database.read() as connection:
        assert len(connection.execute(select(aid_applicant_session)).all()) == 1  # the old one was taken out


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_three_places_at_once_are_the_most(web: Web) -> None:
    _, code = standing(web, State.SUBMITTED)
    client = web.client()
    tokens = [enter(client, code) for _ in range(4)]
    check_error(client.get(OWN, headers=tokens[0]), 401, "AID_CODE_NEEDED")
    assert all(client.get(OWN, headers=token).status_code == 200 for token in tokens[1:])


def test_what_is_missing_is_told_and_papers_are_taken(web: Web) -> None:
    case, code = standing(web, State.NEED_SUPPLEMENT)
    client = web.client()
    headers = enter(client, code)
    told = client.get(OWN, headers=headers).json()
    assert [(one["kind"], one["text"], one["filled"]) for one in told["gaps"]] == [
        (one["kind"], one.get("text"), False) for one in GAPS["gaps"]
    ]
    assert {one["rule"]: one["day"] for one in told["dates"]}["LA_DECIDE"] is None  # it stands still
    assert {one["form"] for one in told["letters"]} == {"F05", "F06"}
    hand_in = {**headers, "Idempotency-Key": "f1"}
    done = client.post(f"{OWN}/files?kind=PAPER", content=strange_files.jpeg(located=True), headers=hand_in)
    assert done.status_code == 201, done.text
    file = done.json()["id"]
    assert client.patch(f"{OWN}/files/{file}", json={"title": "户口簿"}, headers=headers).status_code == 200
    (listed,) = client.get(OWN, headers=headers).json()["files"]
    assert (listed["title"], listed["source"]) == ("户口簿", "APPLICANT")
    check_error(
        client.post(f"{OWN}/files?kind=PAPER", content=HTML, headers={**headers, "Idempotency-Key": "f2"}),
        422,
        "FILE_KIND",
    )
    check_error(
        client.post(
            f"{OWN}/files?kind=JUDGMENT", content=strange_files.jpeg(), headers={**headers, "Idempotency-Key": "f3"}
        ),
        422,
        "WRONG_FIELD",
    )
    desk = web.as_role(Role.REVIEWER)
    assert [one["id"] for one in desk.get(f"/api/v1/aid/cases/{case}/files").json()["items"]] == [file]


def test_opening_a_letter_is_its_delivery_once(web: Web) -> None:
    _, code = standing(web, State.REFUSED)
    client = web.client()
    headers = enter(client, code)
    told = client.get(OWN, headers=headers).json()
    letter = next(one for one in told["letters"] if one["form"] == "F10")
    assert letter["opened"] is False
    for _ in range(2):
        answer = client.post(f"{OWN}/letters/{letter['id']}/open", headers=headers)
        assert answer.status_code == 200, answer.text
        assert answer.content.startswith(b"%PDF-")
        assert answer.headers["content-disposition"] == 'attachment; filename="F10.pdf"'
        assert answer.headers["content-security-policy"].startswith("sandbox")
    with web.database.read() as connection:
        notes = connection.execute(select(aid_delivery).where(aid_delivery.c.document == letter["id"])).mappings().all()
    assert [(one["method"], one["noted_by"]) for one in notes] == [("ELECTRONIC", "applicant")]
    again = client.get(OWN, headers=headers).json()
    assert next(one for one in again["letters"] if one["form"] == "F10")["opened"] is True


@pytest.mark.parametrize(
    ("state", "move", "text", "to"),
    [
        (State.SUBMITTED, "WITHDRAW", "已经和解，不再申请。", "WITHDRAWN"),
        (State.ENGAGED, "BEGIN_CHANGE", "律师两个月没有联系我。", "CHANGING"),
        (State.REFUSED, "OBJECT", "收入计算有误，请重新核查。", "OBJECTED"),
        (State.TERMINATED, "OBJECT", "我没有要求终止。", "OBJECTED"),
    ],
)
def test_an_applicant_moves_the_case_in_ones_own_words(web: Web, state: State, move: str, text: str, to: str) -> None:
    case, code = standing(web, state)
    client = web.client()
    headers = enter(client, code)
    told = client.get(OWN, headers=headers).json()
    assert move in told["moves"]
    body = {"move": move, "text": text, "version": told["version"]}
    keyed = {**headers, "Idempotency-Key": "m1"}
    done = client.post(f"{OWN}/moves", json=body, headers=keyed)
    assert done.status_code == 200, done.text
    assert done.json()["state"] == to
    assert client.post(f"{OWN}/moves", json=body, headers=keyed).json() == done.json()
    check_error(
        client.post(f"{OWN}/moves", json=body, headers={**headers, "Idempotency-Key": "m2"}), 409, "AID_MY_NOT_NOW"
    )
    with web.database.read() as connection:
        step = cases.last_step(connection, case)
    assert step is not None
    assert (step["move"], step["capacity"], step["actor"]) == (move, Who.APPLICANT, "applicant")
    assert text not in step["facts"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_case_that_somebody_moved_meanwhile_is_looked_at_first(web: Web) -> None:
    case, code = standing(web, State.SUBMITTED)
    client = web.client()
    headers = enter(client, code)
    version = client.get(OWN, headers=headers).json()["version"]
    with web.database.write() as connection:
        House(connection, now_ms=now_ms()).move(case, Move.BEGIN_REVIEW, actor(Who.REVIEWER))
    body = {"move": "WITHDRAW", "text": "不再申请。", "version": version}
    check_error(client.post(f"{OWN}/moves", json=body, headers={**headers, "Idempotency-Key": "m"}), 409, "AID_CHANGED")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", [State.WITHDRAWN, State.ARCHIVED])
def test_a_case_that_is_over_takes_nothing_more(web: Web, state: State) -> None:
    _, code = standing(web, state)
    client = web.client()
    headers = enter(client, code)
    told = client.get(OWN, headers=headers).json()
    assert (told["takes_files"], told["moves"]) == (False, [])
    keyed = {**headers, "Idempotency-Key": "f1"}
    check_error(
        client.post(f"{OWN}/files?kind=PAPER", content=strange_files.jpeg(), headers=keyed), 409, "AID_MY_NO_MORE_FILES"
    )


def test_every_state_date_and_gap_has_plain_words() -> None:
    from central.aid.given import GAPS as KINDS
    from hall_config.wording import section

    for language in ("zh", "en"):
        words = section("central.aid_my", language)  # type: ignore[arg-type]
        assert {f"state.{one}" for one in State} | {f"then.{one}" for one in State} <= set(words)
        assert {f"due.{one}" for one in rules.LIMITS} | {f"gap.{one}" for one in KINDS} <= set(words)
        assert {f"letter.{one}" for one in rules.LETTERS} | {one.value for one in rules.MOVES} <= set(words)
