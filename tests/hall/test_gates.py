"""A lawyers' gate: let in once, alarm when it is held or forced, nothing invented, nothing unlocked twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hall.gate import words
from hall.gate.lock import LIFE, ImpossibleEvent, follow
from hall.gate.state import GateState, Leaf, Result
from hall.gate.words import Verdict
from hall.plan import GatePlan
from hall.queue.words import Tick
from hall.refusal import Code
from hall.shape import dump, load
from hall.state import HallState
from hall.step import fold
from tests.hall.halls import Hall, plan

G = "gate-1"


def hall(*, sees_passage: bool = False, closed: bool = True) -> Hall:
    gates = (GatePlan(G, sees_passage=sees_passage), GatePlan("gate-2"))
    made = Hall(replace(plan(), gates=gates))
    made.do(Tick())  # the day begins
    if closed:
        made.do(words.MoveGate(G, open=False))
        made.do(words.MoveGate("gate-2", open=False))
    return made


def shown(mark: str = "m1", gate: str = G) -> words.PresentPass:
    return words.PresentPass(gate, Verdict.ALLOW, "", mark)


def leaf(made: Hall, gate: str = G) -> Leaf:
    return made.state.gate.gate(gate).leaf


def test_a_good_pass_unlocks_and_the_door_tells_the_rest() -> None:
    made = hall()
    let_in = made.do(shown())
    assert let_in.events == (words.GateUnlocked(G, "pass", "m1"),)
    assert let_in.effects == (words.PulseLock(G),)
    assert made.do(words.MoveGate(G, open=True), after_s=1).events == (words.GateOpened(G),)
    closed = made.do(words.MoveGate(G, open=False), after_s=2)
    assert closed.events == (words.GatePassed(G, "pass"), words.GateClosed(G))
    assert closed.effects == ()
    assert leaf(made) is Leaf.CLOSED


def test_with_a_sensor_only_who_was_seen_has_passed() -> None:
    made = hall(sees_passage=True)
    made.do(shown())
    made.do(words.MoveGate(G, open=True), after_s=1)
    assert made.do(words.WalkThrough(G), after_s=1).events == (words.GatePassed(G, "pass"),)
    assert made.do(words.WalkThrough(G), after_s=1).events == ()
    assert made.do(words.MoveGate(G, open=False), after_s=1).events == (words.GateClosed(G),)
    made.do(shown("m2"))
    made.do(words.MoveGate(G, open=True), after_s=1)
    assert made.do(words.MoveGate(G, open=False), after_s=1).events == (words.GateClosed(G),)
    assert made.do(words.WalkThrough(G)).events == ()


def test_an_unlock_that_nobody_uses_falls_back() -> None:
    made = hall()
    made.do(shown())
    assert made.do(Tick(), after_s=4.9).events == ()
    assert made.do(Tick(), after_s=0.2).events == (words.GateRelocked(G),)
    assert made.do(words.MoveGate(G, open=True), after_s=0).events == (words.GateForced(G),)


def test_a_door_that_stands_open_too_long_is_one_alarm_and_still_a_passage() -> None:
    made = hall()
    made.do(shown())
    made.do(words.MoveGate(G, open=True), after_s=1)
    assert made.do(Tick(), after_s=14.9).events == ()
    assert made.do(Tick(), after_s=0.2).events == (words.GateHeldOpen(G),)
    assert made.do(Tick(), after_s=60).events == ()
    assert made.do(words.MoveGate(G, open=False)).events == (words.GatePassed(G, "pass"), words.GateClosed(G))


def test_a_door_opened_without_an_unlock_is_forced_and_no_passage() -> None:
    made = hall()
    assert made.do(words.MoveGate(G, open=True)).events == (words.GateForced(G),)
    assert made.do(words.MoveGate(G, open=True)).events == ()
    assert made.do(shown()).events == (words.GateRefused(G, Verdict.DENY, "in_use"),)
    assert made.do(words.MoveGate(G, open=False)).events == (words.GateClosed(G),)


def test_a_pass_opens_once_in_the_whole_hall() -> None:
    made = hall()
    made.do(shown("m1", G))
    for gate in (G, "gate-2"):
        refused = made.do(shown("m1", gate))
        assert refused.events == (words.GateRefused(gate, Verdict.DENY, "used"),)
        assert refused.effects == ()
    made.do(Tick(), after_s=301)
    assert leaf(made) is Leaf.CLOSED
    assert made.do(shown("m1")).effects == (words.PulseLock(G),)  # by then its own short life has ended it


def test_a_pass_shown_while_the_gate_is_in_use_is_not_used_up() -> None:
    made = hall()
    made.do(shown("m1"))
    assert made.do(shown("m2"), after_s=1).events == (words.GateRefused(G, Verdict.DENY, "in_use"),)
    made.do(Tick(), after_s=6)
    assert made.do(shown("m2"), after_s=1).events == (words.GateUnlocked(G, "pass", "m2"),)


@pytest.mark.parametrize("verdict", [Verdict.DENY, Verdict.MANUAL])
def test_what_was_not_allowed_unlocks_nothing(verdict: Verdict) -> None:
    made = hall()
    told = made.do(words.PresentPass(G, verdict, "expired"))
    assert told.events == (words.GateRefused(G, verdict, "expired"),)
    assert told.effects == ()
    assert leaf(made) is Leaf.CLOSED


def test_a_pass_without_a_mark_opens_nothing() -> None:
    assert hall().do(words.PresentPass(G, Verdict.ALLOW)).effects == ()


def test_staff_open_by_name_and_not_while_it_is_in_use() -> None:
    made = hall()
    assert made.do(words.OpenGate(G, "desk")).events == (words.GateUnlocked(G, "desk"),)
    assert made.refused(words.OpenGate(G, "desk"), after_s=1) is Code.GATE_IN_USE
    made.do(words.MoveGate(G, open=True), after_s=1)
    assert made.refused(words.OpenGate(G, "desk")) is Code.GATE_IN_USE
    assert made.do(words.MoveGate(G, open=False)).events[0] == words.GatePassed(G, "desk")


def test_a_gate_that_nobody_knows_is_refused() -> None:
    made = hall()
    for command in (shown(gate="x"), words.OpenGate("x", "desk"), words.MoveGate("x", True), words.LoseGate("x")):
        assert made.refused(command) is Code.UNKNOWN_GATE


def test_a_lost_contact_is_said_once_and_no_state_is_invented() -> None:
    made = hall()
    made.do(shown())
    made.do(words.MoveGate(G, open=True), after_s=1)
    assert made.do(words.LoseGate(G)).events == (words.GateContactLost(G),)
    assert made.do(words.LoseGate(G)).events == ()
    assert made.do(Tick(), after_s=100).events == ()
    assert leaf(made) is Leaf.UNKNOWN
    # a fault of ours is no denial, and staff can still open
    assert made.do(shown("m2")).events == (words.GateRefused(G, Verdict.MANUAL, "contact_lost"),)
    assert made.do(words.OpenGate(G, "desk")).effects == (words.PulseLock(G),)
    assert made.do(words.MoveGate(G, open=False)).events == (words.GateClosed(G),)


def test_a_door_found_open_at_first_is_no_force_and_no_passage_but_an_alarm_in_time() -> None:
    made = hall(closed=False)
    assert made.do(words.MoveGate(G, open=True)).events == (words.GateOpened(G),)
    assert made.do(Tick(), after_s=16).events == (words.GateHeldOpen(G),)
    assert made.do(words.MoveGate(G, open=False)).events == (words.GateClosed(G),)


def test_a_lock_that_got_no_pulse_is_locked_again_and_told() -> None:
    made = hall()
    made.do(shown())
    assert made.do(words.MissPulse(G, "port_lost"), after_s=1).events == (words.GateLockFailed(G, "port_lost"),)
    assert leaf(made) is Leaf.CLOSED
    assert made.do(words.MissPulse(G, "port_lost"), after_s=1).events == ()


def test_a_restart_folds_the_gate_and_pulses_nothing() -> None:
    made = hall()
    made.do(shown())
    folded = fold(HallState(), made.log)
    assert folded == made.state
    assert load(HallState, dump(folded)) == folded
    made.state = folded
    assert made.do(Tick(), after_s=1).effects == ()
    assert made.do(shown()).effects == ()
    assert made.do(Tick(), after_s=6).events == (words.GateRelocked(G),)


def test_marks_are_let_go() -> None:
    made = hall()
    for number in range(30):
        made.do(shown(f"m{number}"), after_s=1000)
        made.do(Tick(), after_s=10)
    assert len(made.state.gate.shown_ms) <= 5


def test_what_is_not_in_the_table_cannot_happen() -> None:
    with pytest.raises(ImpossibleEvent):
        follow(Leaf.CLOSED, words.GateOpened(G))
    reached = {state for row in LIFE.values() for state in row.values()}
    assert reached == set(Leaf)
    assert GateState().gate("any").leaf is Leaf.UNKNOWN


def test_the_last_results_are_kept_newest_first_and_say_nothing_of_the_person() -> None:
    made = hall()
    made.do(words.PresentPass(G, Verdict.MANUAL, "no_clock"))
    made.do(words.PresentPass(G, Verdict.DENY, "expired"), after_s=1)
    made.do(words.OpenGate(G, "desk"), after_s=1)
    made.do(words.MissPulse(G, "no_reply"))
    made.do(shown("secret-mark"), after_s=1)
    lately = made.state.gate.lately[G]
    assert [(one.result, one.reason) for one in lately] == [
        (Result.PASS, ""),
        (Result.LOCK_FAILED, "no_reply"),
        (Result.STAFF, ""),
        (Result.DENY, "expired"),
        (Result.MANUAL, "no_clock"),
    ]
    assert "secret-mark" not in repr(lately)
    assert "desk" not in repr(lately)
    for _ in range(20):
        made.do(words.PresentPass(G, Verdict.DENY, "malformed"))
    assert len(made.state.gate.lately[G]) == 6
    assert "gate-2" not in made.state.gate.lately
    assert load(HallState, dump(made.state)) == made.state
