"""A conflict of interest that comes up while a lawyer is at work: it is seen, stops the work, and somebody settles it.

Whether a lawyer may be chosen at all is shown in ``test_lawyers.py`` and ``test_lawyers_over_http.py``.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from central.accounts.permissions import Role
from central.aid import store, telling
from central.aid.conflicts import CERTAIN, POSSIBLE
from central.aid.stages import Move, State, Who
from central.aid.tables import aid_case
from central.aid_files.rules import FileKind
from central.database import Database
from central.failures import ApiError
from central.lawyers.conflict import Against
from tests.central.aid_desk_over_http import open_desk
from tests.central.aid_house import House, actor, application, id_number
from tests.central.asking import check_error
from tests.central.conftest import Web
from tests.central.test_aid_refusals import refused
from tests.central.test_aid_stages import given_for

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SON = application()["opposing"][0]
NUMBER = id_number("0101", "19800101", "001")
REASON = {"reason": "已核实：出生日期不同，不是同一人。"}


def correct(house: House, case: str, *opposing: dict[str, Any], **changes: Any) -> str:
    """What stands with the case once it says that these are opposing."""
    whole = application(opposing=list(opposing), **changes)
    house.move(case, Move.CORRECT, actor(Who.DESK), {"application": whole, "reason": "当事人更正。"})
    return conflict(house, case)


def conflict(house: House, case: str) -> str:
    row = store.case(house.connection, case)
    assert row is not None
    return str(row["conflict"])


def offered(house: House, case: str, *who: Who) -> set[str]:
    row = store.case(house.connection, case)
    assert row is not None
    return set(telling.whole(house.work, row, who)["moves"])


def test_whom_the_firm_helped_stops_its_work_until_the_case_is_another_firms(database: Database) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.to(State.ENGAGED)
        house.helped("旧名字", NUMBER)
        assert correct(house, case, SON, {"name": "新名字", "id_number": NUMBER}) == CERTAIN
        step = store.last_step(connection, case)
        assert step is not None
        assert Against.OPPOSING_IS_CLIENT in step["facts"]
        assert NUMBER not in step["facts"]
        closing = {"outcome": "WON", "text": "结案。", "files": [house.file(case, FileKind.JUDGMENT)]}
        for move, given in ((Move.REPORT, {"text": "已开庭。"}), (Move.CLOSE, closing)):
            with refused(house, "AID_CONFLICT_OPEN"):
                house.move(case, move, actor(Who.FIRM), given)
        assert offered(house, case, Who.FIRM) == set()
        assert Move.CLEAR_CONFLICT not in offered(house, case, Who.ASSIGNER, Who.SUPERVISOR)
        for who in (Who.ASSIGNER, Who.SUPERVISOR):  # what a number makes certain nobody overrides
            with refused(house, "AID_CONFLICT_CERTAIN"):
                house.move(case, Move.CLEAR_CONFLICT, actor(who), REASON)
        house.move(case, Move.BEGIN_CHANGE, actor(Who.ASSIGNER), {"by": "AGENCY", "reason": "利益冲突。"})
        assert conflict(house, case) == ""
        back = {"lawyer": house.first_lawyer, "override_reason": "当事人信任"}
        with refused(house, "AID_CONFLICT"):
            house.move(case, Move.REASSIGN, actor(Who.ASSIGNER), back)
        house.move(case, Move.REASSIGN, actor(Who.ASSIGNER), given_for(house, case, Move.REASSIGN))
        assert correct(house, case, SON, {"name": "新名字", "id_number": NUMBER}, facts="又更正。") == ""
        house.move(case, Move.ACCEPT, actor(Who.FIRM))


def test_a_name_alone_is_for_a_person_to_look_at_and_what_was_looked_at_is_not_asked_again(database: Database) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.to(State.ASSIGNED)
        house.helped("示例乙方", NUMBER)
        with refused(house, "AID_NO_CONFLICT"):
            house.move(case, Move.CLEAR_CONFLICT, actor(Who.ASSIGNER), REASON)
        assert correct(house, case, SON, {"name": "示例乙方"}) == POSSIBLE
        for move in (Move.ACCEPT, Move.ENGAGE):  # nor does the firm learn who the recipient is
            with refused(house, "AID_CONFLICT_OPEN"):
                house.move(case, move, actor(Who.FIRM), given_for(house, case, move) if move is Move.ENGAGE else {})
        assert Move.DECLINE in offered(house, case, Who.FIRM)
        for hostile in ({}, {"reason": ""}, {"reason": True}, {"override_reason": "不是同一人"}):
            with pytest.raises(ApiError, match=r"MISSING_FIELD|WRONG_FIELD|UNKNOWN_FIELD|AID_TEXT_SHORT"):
                house.move(case, Move.CLEAR_CONFLICT, actor(Who.ASSIGNER), hostile)
        house.move(case, Move.CLEAR_CONFLICT, actor(Who.SUPERVISOR), REASON)
        assert conflict(house, case) == ""
        assert correct(house, case, SON, {"name": "示例乙方"}, facts="只改了事实。") == ""
        house.move(case, Move.ACCEPT, actor(Who.FIRM))
        assert correct(house, case, SON, {"name": "示例乙方", "id_number": NUMBER}) == CERTAIN
        assert correct(house, case, SON, {"name": "示例乙方", "id_number": id_number("0101", "19900101", "001")}) == ""


def test_a_correction_that_is_corrected_leaves_only_what_was_known_when_the_lawyer_was_chosen(
    database: Database,
) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        house.helped("同名者")
        case = house.take(application(opposing=[{"name": "同名者"}]))
        first = {"lawyer": house.first_lawyer, "override_reason": "已核实。", "why": "PRESERVATION"}
        house.move(case, Move.AID_FIRST, actor(Who.ASSIGNER), {**first, "until": "2026-10-20"})
        assert conflict(house, case) == ""  # looked at when the choice was made
        house.helped("示例乙方")
        assert correct(house, case, {"name": "同名者"}, {"name": "示例乙方"}) == POSSIBLE
        assert correct(house, case, {"name": "同名者"}, {"name": "示例乙方"}, facts="又更正。") == POSSIBLE
        assert correct(house, case, {"name": "同名者"}) == ""
        assert correct(house, case, {"name": "示例乙方"}) == POSSIBLE
        house.move(case, Move.WITHDRAW, actor(Who.DESK), {"how": "WRITTEN"})
        assert conflict(house, case) == ""
        house.move(case, Move.TAKE_BACK, actor(Who.SUPERVISOR), {"reason": "点错了。"})
        assert conflict(house, case) == POSSIBLE  # the lawyer is back, and so is what stands against them


def test_a_lawyer_who_comes_back_is_looked_at_and_what_was_cleared_for_another_counts_for_nothing(
    database: Database,
) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.to(State.CHANGING)
        for firm in (house.first_lawyer, house.second_lawyer):
            code = "31990000MD00000001" if firm == house.first_lawyer else "31990000MD00000002"
            house.helped("示例乙方", firm_code=code, lawyer=firm)
        house.move(case, Move.REASSIGN, actor(Who.ASSIGNER), given_for(house, case, Move.REASSIGN))
        assert correct(house, case, {"name": "示例乙方"}) == POSSIBLE
        house.move(case, Move.CLEAR_CONFLICT, actor(Who.ASSIGNER), REASON)
        for _ in range(2):  # the second lawyer goes, the first is back
            house.move(case, Move.TAKE_BACK, actor(Who.SUPERVISOR), {"reason": "点错了。"})
        live = store.live_assignment(connection, case)
        assert live is not None
        assert live["lawyer"] == house.first_lawyer
        assert conflict(house, case) == POSSIBLE


def test_a_name_that_differs_by_one_rare_character_is_another_person(database: Database) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.take()
        first = {"lawyer": house.first_lawyer, "override_reason": "信任", "why": "PRESERVATION", "until": "2026-10-20"}
        house.move(case, Move.AID_FIRST, actor(Who.ASSIGNER), first)
        house.helped("示例乙")
        for name in ("示例㐀", "示例\U00020000", "示例乙方"):
            assert correct(house, case, SON, {"name": name}) == ""
        assert correct(house, case, SON, {"name": "示例 乙"}) == POSSIBLE  # as `name_key` writes it


def test_the_desk_is_told_where_and_why_and_of_foreign_cases_nothing_more(web: Web) -> None:
    desk = open_desk(web)
    case, theirs = desk.case(State.ENGAGED), desk.case(State.SUBMITTED)
    with web.database.write() as connection:
        house = House(connection, web.parts.vault)
        mine = house.helped("示例乙方")
        correct(house, case, {"name": "示例乙方"})
        row = store.case(connection, theirs)
        assert row is not None
        connection.execute(update(aid_case).where(aid_case.c.id == theirs).values(id=mine))
    assigner, firm = desk.of(Role.ASSIGNER), desk.of(Role.FIRM)
    counted = assigner.get("/api/v1/aid/desk/buckets").json()["buckets"]
    (listed,) = assigner.get("/api/v1/aid/cases?waiting=CONFLICT").json()["items"]
    assert (counted["waiting_CONFLICT"]["count"], listed["id"], listed["conflict"]) == (1, case, POSSIBLE)
    assert "waiting_CONFLICT" not in desk.of(Role.REVIEWER).get("/api/v1/aid/desk/buckets").json()["buckets"]
    told = assigner.get(f"/api/v1/aid/cases/{case}").json()
    against = {"against": "OPPOSING_IS_CLIENT", "certain": False, "live": False}
    assert told["conflicts"] == [{**against, "case": mine, "number": row["number"]}]
    assert (told["assignment"]["name"], told["assignment"]["firm"]) == ("示*", "示例甲律师事务所")
    first = assigner.get(f"/api/v1/aid/cases/{case}/tasks").json()["items"][0]
    assert (first["task"], first["about"], first["mine"]) == ("SETTLE_CONFLICT", POSSIBLE, True)
    seen = firm.get(f"/api/v1/firm/cases/{case}").json()
    assert (seen["conflict"], seen["moves"]) == (POSSIBLE, [])
    assert mine not in str(seen)
    answer = desk.move(Role.FIRM, case, "REPORT", {"text": "已开庭。"})
    assert "《律师法》第39条" in check_error(answer, 409, "AID_CONFLICT_OPEN")["message_zh"]
    with web.database.write() as connection:
        connection.execute(update(aid_case).where(aid_case.c.id == mine).values(unit="elsewhere"))
    told = assigner.get(f"/api/v1/aid/cases/{case}").json()
    assert told["conflicts"] == [{**against, "case": None, "number": None}]
    assert desk.move(Role.SUPERVISOR, case, "CLEAR_CONFLICT", REASON).status_code == 200
    assert assigner.get("/api/v1/aid/cases?waiting=CONFLICT").json()["items"] == []
    assert assigner.get(f"/api/v1/aid/cases/{case}").json()["conflicts"] == []
