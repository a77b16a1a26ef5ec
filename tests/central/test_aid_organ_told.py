"""Three days to assign and to tell the organ: the limit ends with the letter's delivery, and signing may wait."""

from __future__ import annotations

from typing import Any

import pytest

from central.aid import casework, store
from central.aid.chain import broken_at
from central.aid.rules import Actor
from central.aid.stages import Move, State, Who
from central.aid.steps import texts_of
from central.aid_limits.rules import Outcome
from central.aid_papers import issuing
from central.aid_papers.issuing import Delivery
from central.aid_papers.rules import Method, reached
from central.database import Database
from central.failures import ApiError, NotFound, RefusedByRule, WrongField
from tests.central.aid_house import DAY_MS, HOUR_MS, House, actor
from tests.central.aid_reading import at, day_of, limit, running
from tests.central.test_aid_stages import given_for

ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WRONG = {"reason": "点错了。"}


def assigned(house: House) -> str:
    """A case by a court's notice with its lawyer."""
    house.now_ms = at("2026-11-02")
    case = house.notice()
    house.later(DAY_MS)
    assert house.move(case, Move.ASSIGN, actor(Who.ASSIGNER), choice(house.first_lawyer)) is State.ASSIGNED
    return case


def choice(mark: str) -> dict[str, str]:
    return {"lawyer": mark, "override_reason": "熟悉未成年人案件"}


def letter(house: House, case: str) -> str:
    """The last one to the organ that is not void."""
    rows = issuing.papers_of(house.connection, case)
    return str(next(row["id"] for row in reversed(rows) if row["form"] == "F13" and row["voided_ms"] is None))


def deliver(house: House, document: str, at_ms: int | None = None) -> str:
    note = Delivery(Method.DIRECT, at_ms or house.now_ms, "示例书记员")
    made = issuing.deliver(house.connection, house.vault, document, note, "desk", house.now_ms)
    house.later()
    return made


def take_back(house: House, document: str, note: str) -> None:
    issuing.take_back_delivery(house.connection, house.vault, document, note, "没有送到。", "supervisor", house.now_ms)
    house.later()


def test_the_limit_ends_when_the_letter_reached_the_organ_and_not_with_the_assignment(database: Database) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = assigned(house)
        assert running(house, case) == {"LA_NOTICE", "LA_SIGN"}
        reached_ms = house.now_ms + HOUR_MS
        house.later(5 * DAY_MS)  # noted late, delivered in time
        note = deliver(house, letter(house, case), reached_ms)
        told = limit(house, case, "LA_NOTICE")
        assert (told.ended_ms, told.outcome) == (reached_ms, Outcome.KEPT)
        assert running(house, case) == {"LA_SIGN"}
        take_back(house, letter(house, case), note)  # it was another case's
        assert running(house, case) == {"LA_NOTICE", "LA_SIGN"}
        assert day_of(limit(house, case, "LA_NOTICE").due_ms) == "2026-11-05"
        deliver(house, letter(house, case))
        assert limit(house, case, "LA_NOTICE").outcome is Outcome.LATE
        issuing.void(connection, house.vault, letter(house, case), "写错了名字。", "supervisor", house.now_ms)
        assert running(house, case) == {"LA_NOTICE", "LA_SIGN"}


@ONE_ENGINE
def test_a_step_that_is_taken_back_takes_what_its_letter_told_along(database: Database) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = assigned(house)
        first = letter(house, case)
        deliver(house, first)
        assert running(house, case) == {"LA_SIGN"}
        assert house.move(case, Move.TAKE_BACK, actor(Who.SUPERVISOR), WRONG) is State.NOTICE_IN
        assert running(house, case) == {"LA_NOTICE"}
        house.move(case, Move.ASSIGN, actor(Who.ASSIGNER), choice(house.second_lawyer))
        with pytest.raises(RefusedByRule, match="AID_ALREADY_VOID"):
            deliver(house, first)
        with pytest.raises(WrongField, match="AID_DELIVERY_TIME"):  # before there was a letter
            deliver(house, letter(house, case), house.now_ms - 3 * HOUR_MS)
        old = letter(house, case)
        house.move(case, Move.BEGIN_CHANGE, actor(Who.ASSIGNER), {"by": "AGENCY", "reason": "律师患病。"})
        house.move(case, Move.REASSIGN, actor(Who.ASSIGNER), choice(house.first_lawyer))
        deliver(house, old)  # about a lawyer who is at work no more
        assert running(house, case) == {"LA_NOTICE", "LA_SIGN"}
        deliver(house, letter(house, case))
        assert running(house, case) == {"LA_SIGN"}
        ended = {"ground": "T48_6", "text": "自行委托了辩护人。"}
        house.move(case, Move.TERMINATE, actor(Who.APPROVER), ended)
        house.move(case, Move.TAKE_BACK, actor(Who.SUPERVISOR), WRONG)
        assert running(house, case) == {"LA_SIGN"}


@ONE_ENGINE
def test_a_termination_ends_it_and_what_the_bureau_orders_undone_begins_it_anew(database: Database) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = assigned(house)
        house.move(case, Move.TERMINATE, actor(Who.APPROVER), {"ground": "T48_2", "text": "隐瞒事实。"})
        assert running(house, case) == {"LA_OBJ_FILE"}
        house.move(case, Move.OBJECT, actor(Who.APPLICANT), {"text": "没有隐瞒。"})
        house.move(case, Move.ORDER_CORRECTION, actor(Who.BUREAU), {"text": "没有隐瞒，继续援助。"})
        assert running(house, case) == {"LA_NOTICE", "LA_SIGN"}
        deliver(house, letter(house, case))
        assert running(house, case) == {"LA_SIGN"}


@ONE_ENGINE
def test_a_note_is_taken_back_once_and_never_what_somebody_opened_themselves(database: Database) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.to(State.REFUSED)
        decision = next(row["id"] for row in issuing.papers_of(connection, case) if row["form"] == "F10")
        begun = limit(house, case, "LA_OBJ_FILE").due_ms
        house.later(3 * DAY_MS)
        note = deliver(house, decision)
        assert limit(house, case, "LA_OBJ_FILE").due_ms > begun
        with pytest.raises(NotFound, match="NO_SUCH_DELIVERY"):
            take_back(house, decision, "f" * 16)
        take_back(house, decision, note)
        assert limit(house, case, "LA_OBJ_FILE").due_ms == begun
        with pytest.raises(RefusedByRule, match="AID_DELIVERY_VOID"):
            take_back(house, decision, note)
        assert "没有送到".encode() not in issuing.every_delivery_of(connection, [decision])[0]["void_reason"].record
        read = Delivery(Method.ELECTRONIC, house.now_ms, "示例婆婆")
        note = issuing.deliver(connection, house.vault, decision, read, "applicant", house.now_ms)
        with pytest.raises(RefusedByRule, match="AID_DELIVERY_READ"):
            take_back(house, decision, note)


@pytest.mark.parametrize(
    ("made", "delivered", "works", "told"),
    [
        (10, 20, [("a", 10, None)], 20),
        (10, 5, [("a", 10, None)], 10),  # noted to the minute
        (10, 40, [("a", 10, 30), ("b", 31, None)], None),
        (10, 20, [("a", 10, 30), ("b", 31, None)], 20),
        (31, 40, [("a", 10, 30), ("b", 31, None)], 40),
        (10, 35, [("a", 10, 30), ("a", 40, None)], 40),  # gone, and back
        (10, 35, [("a", 10, 30), ("b", 31, 39), ("a", 40, None)], 40),
        (5, 20, [("a", 10, None)], None),
    ],
)
def test_a_letter_tells_of_the_lawyer_whom_it_names(made: int, delivered: int, works: Any, told: int | None) -> None:
    rows = [dict(zip(("lawyer", "since_ms", "until_ms"), one, strict=True)) for one in works]
    assert reached(made, delivered, rows) == told


# --- signing


def _go(house: House, case: str, move: Move, by: Actor, given: dict[str, Any], now: str) -> None:
    house.now_ms = at(now)
    house.move(case, move, by, given)


def test_the_firms_days_stand_still_while_the_recipient_is_the_cause(database: Database) -> None:
    firm, assigner = actor(Who.FIRM), actor(Who.ASSIGNER)
    with database.write() as connection:
        house = House(connection).furnish()
        house.now_ms = at("2026-11-01")
        case = house.to(State.ASSIGNED)
        house.now_ms = at("2026-11-02")
        due = limit(house, case, "LA_SIGN").due_ms
        refused = [
            (firm, Move.WAIT_FOR_CLIENT, {"cause": "ABSENT"}, "AID_NOT_ACCEPTED"),
            (assigner, Move.WAIT_FOR_CLIENT, {"cause": "OTHER_CAUSE"}, "AID_WAIT_TEXT"),
            (assigner, Move.WAIT_FOR_CLIENT, {"cause": "NO_TIME"}, "WRONG_FIELD|AID_NO_SUCH_CODE"),
            (assigner, Move.CLIENT_CAME, {}, "AID_NOT_WAITING"),
            (actor(Who.DESK), Move.WAIT_FOR_CLIENT, {"cause": "ABSENT"}, "AID_NOT_YOURS"),
        ]
        for by, move, given, code in refused:
            row = store.case(connection, case)
            assert row is not None
            with pytest.raises(ApiError, match=code):
                casework.move(house.work, by, case, move, given, row["version"])
        house.move(case, Move.ACCEPT, firm)
        _go(house, case, Move.WAIT_FOR_CLIENT, firm, {"cause": "ABSENT", "text": "约好周二没有来。"}, "2026-11-03")
        still = limit(house, case, "LA_SIGN")
        assert [(one.reason, one.to_ms) for one in still.stops] == [("CLIENT", None)]
        row, step = store.case(connection, case), store.last_step(connection, case)
        assert row is not None
        assert step is not None
        assert row["due_ms"] is None
        assert "周二" not in step["facts"]
        assert texts_of(house.work, step) == {"text": "约好周二没有来。"}
        with pytest.raises(RefusedByRule, match="AID_WAITING_ALREADY"):
            house.move(case, Move.WAIT_FOR_CLIENT, assigner, {"cause": "PAPERS"})
        _go(house, case, Move.CLIENT_CAME, assigner, {}, "2026-11-06")
        assert limit(house, case, "LA_SIGN").due_ms == due + 3 * DAY_MS
        _go(house, case, Move.WAIT_FOR_CLIENT, firm, {"cause": "POSTPONED"}, "2026-11-07")  # a second time
        house.now_ms = at("2026-12-15")
        house.move(case, Move.ENGAGE, firm, given_for(house, case, Move.ENGAGE) | {"signed_on": "2026-12-15"})
        signed = limit(house, case, "LA_SIGN")
        assert (signed.outcome, len(signed.stops), signed.stops[-1].to_ms) == (Outcome.KEPT, 2, signed.ended_ms)
        house.move(case, Move.TAKE_BACK, actor(Who.SUPERVISOR), WRONG)
        assert limit(house, case, "LA_SIGN").paused_ms == at("2026-11-07")
        assert broken_at(store.steps(connection, case)) is None
