"""Any order of moves, asked of a case and of a model that knows only the table of the domain rules, part 1.6.

The model was written from the text of the rules and not from `WAYS`. After each move: the state is the model's, the
chain holds, at most one lawyer is at work, nobody decides twice, and no limit runs that the state has ended.
"""

from __future__ import annotations

from contextlib import ExitStack
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from central.aid import casework, store
from central.aid.chain import broken_at
from central.aid.stages import Move, State, Who
from central.aid_limits import clocks
from central.aid_papers import issuing
from central.aid_papers.issuing import Delivery
from central.aid_papers.rules import Method
from central.database import Database
from central.failures import ApiError
from tests.central.aid_house import HOUR_MS, House, actor
from tests.central.conftest import empty_store
from tests.central.test_aid_stages import given_for

# from | to | by which move: the rows of the table in the order of the text.
TABLE: Final = """
SUBMITTED REDIRECTED REDIRECT
SUBMITTED,UNDER_REVIEW NEED_SUPPLEMENT ASK_SUPPLEMENT
NEED_SUPPLEMENT,UNDER_REVIEW UNDER_REVIEW TAKE_SUPPLEMENT
NEED_SUPPLEMENT DEEMED_WITHDRAWN DEEM_WITHDRAWN
SUBMITTED UNDER_REVIEW BEGIN_REVIEW
UNDER_REVIEW COOP_CHECK ASK_COOPERATION
COOP_CHECK UNDER_REVIEW TAKE_COOPERATION
SUBMITTED,NEED_SUPPLEMENT,UNDER_REVIEW,COOP_CHECK WITHDRAWN WITHDRAW
UNDER_REVIEW GRANTED GRANT
UNDER_REVIEW REFUSED REFUSE
GRANTED,NOTICE_IN ASSIGNED ASSIGN
ASSIGNED ENGAGED ENGAGE
ASSIGNED,ENGAGED CHANGING BEGIN_CHANGE
ASSIGNED CHANGING DECLINE
CHANGING ASSIGNED REASSIGN
GRANTED,ASSIGNED,ENGAGED TERMINATED TERMINATE
REFUSED,TERMINATED OBJECTED OBJECT
OBJECTED UPHELD UPHOLD
OBJECTED * ORDER_CORRECTION
ENGAGED CLOSED CLOSE
CLOSED ENGAGED RETURN_FILE
CLOSED ARCHIVED ARCHIVE
"""
MODEL: Final = {
    (source, move): to
    for line in TABLE.split("\n")
    if line
    for sources, to, move in [line.split()]
    for source in sources.split(",")
}
CHANGING_MOVES: Final = sorted({move for _, move in MODEL})
STAYING_MOVES: Final = ["PROPOSE", "ACCEPT", "REPORT", "IDENTIFY", "WAIT_FOR_CLIENT", "CLIENT_CAME"]
WITH_LAWYER: Final = ("ASSIGNED", "ENGAGED", "CLOSED")
TO_BE_TOLD: Final = ("NOTICE_IN", "CHANGING", *WITH_LAWYER)
UNDECIDED: Final = ("SUBMITTED", "NEED_SUPPLEMENT", "UNDER_REVIEW", "COOP_CHECK")
PEOPLE: Final = {
    "REDIRECT": Who.DESK, "BEGIN_REVIEW": Who.REVIEWER, "ASK_SUPPLEMENT": Who.SUPERVISOR,
    "TAKE_SUPPLEMENT": Who.DESK, "DEEM_WITHDRAWN": Who.REVIEWER, "ASK_COOPERATION": Who.REVIEWER,
    "TAKE_COOPERATION": Who.REVIEWER, "WITHDRAW": Who.APPLICANT, "PROPOSE": Who.REVIEWER, "GRANT": Who.APPROVER,
    "REFUSE": Who.APPROVER, "ASSIGN": Who.ASSIGNER, "REASSIGN": Who.ASSIGNER, "ACCEPT": Who.FIRM, "ENGAGE": Who.FIRM,
    "WAIT_FOR_CLIENT": Who.FIRM, "CLIENT_CAME": Who.ASSIGNER,
    "DECLINE": Who.FIRM, "REPORT": Who.FIRM, "BEGIN_CHANGE": Who.ASSIGNER, "TERMINATE": Who.APPROVER,
    "OBJECT": Who.APPLICANT, "UPHOLD": Who.BUREAU, "ORDER_CORRECTION": Who.BUREAU, "CLOSE": Who.FIRM,
    "RETURN_FILE": Who.ARCHIVIST, "ARCHIVE": Who.ARCHIVIST, "IDENTIFY": Who.DESK,
}  # fmt: skip


class CaseLife(RuleBasedStateMachine):
    """One case, whatever happens to it."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(TemporaryDirectory(prefix="hall-case-")))
        database = Database(empty_store(folder / "central.db"))
        self.stack.callback(database.close)
        self.house = House(self.stack.enter_context(database.write())).furnish()
        self.state = "SUBMITTED"
        self.was = ""  # before it was refused, terminated or objected to
        self.objected = ""
        self.steps = 1
        self.turns = count()
        self.gave_notice = False
        self.waits = False  # for the recipient, to sign
        self.lawyer = 0  # at work, or the last one
        self.letters: dict[str, list[Any]] = {}  # to the organ: whom it names, is it delivered, did that one work since

    def teardown(self) -> None:
        self.stack.close()

    @initialize(notice=st.booleans())
    def begins(self, notice: bool) -> None:
        self.case = self.house.notice() if notice else self.house.take()
        self.state = "NOTICE_IN" if notice else "SUBMITTED"
        self.gave_notice = notice

    @rule(move=st.sampled_from(CHANGING_MOVES))
    def changes(self, move: str) -> None:
        wanted = MODEL.get((self.state, move))
        before = self.state
        done = self._ask(move)
        if wanted is None:
            assert not done, f"{move} was made in {before}"
            return
        if not done:
            return  # a guard: they have tests of their own
        self.steps += 1
        if wanted == "*":
            wanted = "GRANTED" if self.objected == "REFUSED" else self.was
        if move == "TERMINATE":
            self.was = before
        if move == "OBJECT":
            self.objected = before
        self.state = wanted
        self.waits = False
        self._letters_tell()

    @rule(pick=st.integers(0, 1000))
    def goes_on(self, pick: int) -> None:
        """Some move that the state allows, after what its guard asks for: so that lives get long."""
        allowed = sorted(move for source, move in MODEL if source == self.state)
        if not allowed:
            return
        move = allowed[pick % len(allowed)]
        for before in {"GRANT": ["PROPOSE"], "REFUSE": ["PROPOSE"], "ENGAGE": ["ACCEPT"]}.get(move, []):
            self.stays(before)
        if move == "DEEM_WITHDRAWN":
            self.time_passes(60)
        self.changes(move)

    @rule(move=st.sampled_from(STAYING_MOVES))
    def stays(self, move: str) -> None:
        done = self._ask(move)
        self.steps += done
        if move in ("WAIT_FOR_CLIENT", "CLIENT_CAME") and done:
            assert (self.state, self.waits) == ("ASSIGNED", move == "CLIENT_CAME")
            self.waits = not self.waits

    @rule(pick=st.integers(0, 1000))
    def a_letter_reaches_the_organ(self, pick: int) -> None:
        """Any of them: one about a lawyer who has gone tells nothing, unless that one comes back."""
        if self.letters:
            letter = sorted(self.letters)[pick % len(self.letters)]
            note = Delivery(Method.DIRECT, self.house.now_ms, "示例书记员")
            issuing.deliver(self.house.connection, self.house.vault, letter, note, "desk", self.house.now_ms)
            self.letters[letter][1] = True
            self._letters_tell()
            self.house.later()

    @rule(pick=st.integers(0, 1000), whole=st.booleans())
    def that_was_noted_wrongly(self, pick: int, whole: bool) -> None:
        """The letter is void, or every note that it was delivered."""
        house = self.house
        if not self.letters:
            return
        letter = sorted(self.letters)[pick % len(self.letters)]
        if whole:
            issuing.void(house.connection, house.vault, letter, "写错了人。", "supervisor", house.now_ms)
            del self.letters[letter]
        else:
            for note in issuing.deliveries_of(house.connection, [letter]):
                given = (letter, note["id"], "没有送到。", "supervisor", house.now_ms)
                issuing.take_back_delivery(house.connection, house.vault, *given)
            self.letters[letter][1:] = [False, False]
        house.later()

    def _letters_tell(self) -> None:
        papers = issuing.papers_of(self.house.connection, self.case) if self.gave_notice else []
        for row in papers:
            if row["form"] == "F13" and row["voided_ms"] is None and row["id"] not in self.letters:
                self.letters[row["id"]] = [self.lawyer, False, False]
        for letter in self.letters.values():
            letter[2] = letter[2] or (letter[1] and self.state in WITH_LAWYER and letter[0] == self.lawyer)

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.house.later(days * 24 * HOUR_MS)

    def _ask(self, move: str) -> bool:
        house, row = self.house, store.case(self.house.connection, self.case)
        assert row is not None
        wanted = Move(move)
        given: dict[str, Any] = given_for(house, self.case, wanted)
        if wanted is Move.ASK_SUPPLEMENT:
            given = {**given, "override_reason": "确有必要。"}
        if wanted is Move.TAKE_SUPPLEMENT:
            given = {
                "filled": [gap["n"] for gap in store.gaps(house.connection, self.case) if gap["filled_ms"] is None]
            }
        if wanted in (Move.ASSIGN, Move.REASSIGN):  # now the one, now the other
            given = {**given, "lawyer": (house.first_lawyer, house.second_lawyer)[pick := next(self.turns) % 2]}
        who = actor(PEOPLE[move])
        trial = house.connection.begin_nested()
        try:
            casework.move(house.work, who, self.case, wanted, given, row["version"])
        except ApiError:
            trial.rollback()
            return False
        trial.commit()
        if wanted in (Move.ASSIGN, Move.REASSIGN):
            self.lawyer = pick
        house.later()
        return True

    @invariant()
    def it_is_where_the_model_is(self) -> None:
        row = store.case(self.house.connection, self.case)
        assert row is not None
        assert row["state"] == self.state
        assert row["version"] == self.steps

    @invariant()
    def its_history_is_whole(self) -> None:
        steps = store.steps(self.house.connection, self.case)
        assert len(steps) == self.steps
        assert broken_at(steps) is None

    @invariant()
    def a_lawyer_is_at_work_where_one_should_be_and_nowhere_else(self) -> None:
        live = store.live_assignment(self.house.connection, self.case)
        assert (live is not None) == (self.state in WITH_LAWYER)

    @invariant()
    def no_limit_runs_that_is_over(self) -> None:
        found = clocks.of_case(self.house.connection, self.case, self.house.now_ms)
        running = {one.rule.rule_id for one in found if one.ended_ms is None}
        assert ("LA_DECIDE" in running) == (self.state in UNDECIDED)
        assert ("LA_SUPPL" in running) == (self.state == "NEED_SUPPLEMENT")
        assert ("LA_ASSIGN" in running) == (self.state == "GRANTED")
        told = any(told for _, _, told in self.letters.values())
        assert ("LA_NOTICE" in running) == (self.gave_notice and self.state in TO_BE_TOLD and not told)
        assert ("LA_SIGN" in running) == (self.state == "ASSIGNED")
        assert ("LA_CHANGE" in running) == (self.state == "CHANGING")
        assert ("LA_OBJ_FILE" in running) == (self.state in ("REFUSED", "TERMINATED"))
        assert ("LA_OBJ_REVIEW" in running) == (self.state == "OBJECTED")
        assert ("LA_PAY" in running) == (self.state == "CLOSED")

    @invariant()
    def the_days_of_the_firm_stand_still_while_the_recipient_is_the_cause(self) -> None:
        found = clocks.of_case(self.house.connection, self.case, self.house.now_ms)
        still = {one.rule.rule_id for one in found if one.ended_ms is None and one.paused_ms is not None}
        assert ("LA_SIGN" in still) == self.waits

    @invariant()
    def the_case_shows_the_nearest_of_its_limits(self) -> None:
        row = store.case(self.house.connection, self.case)
        assert row is not None
        found = clocks.of_case(self.house.connection, self.case, self.house.now_ms)
        waits = [one for one in found if one.ended_ms is None and one.paused_ms is None and one.rule.remind]
        running = [one.near_ms for one in waits]
        assert row["due_ms"] == min(running, default=None)


CaseLife.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),  # each step makes real documents: to look for a shorter way would take minutes
)
TestCaseLife = CaseLife.TestCase


def test_the_model_names_every_state_that_a_case_may_have() -> None:
    named = {source for source, _ in MODEL} | set(MODEL.values()) - {"*"}
    assert named == set(State) - {"DRAFT"}
