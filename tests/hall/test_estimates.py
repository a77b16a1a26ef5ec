"""The wait on a slip: unknown is said to be unknown, averages are this hall's own, experience corrects the model."""

from __future__ import annotations

from dataclasses import replace

from hall.moment import Moment
from hall.plan import Plan, QueueRules, WindowPlan
from hall.queue import words
from hall.queue.forecast import Forecast, average_s, forecast
from hall.queue.state import Pace
from tests.hall.halls import Hall, plan


def expected(hall: Hall, service: str = "A", ahead: int = 0) -> Forecast | None:
    found = hall.plan.service(service)
    assert found is not None
    return forecast(hall.state.queue, hall.plan, found, ahead, hall.now)


def one_window() -> Plan:
    return plan(windows=1, services="AB", rules=QueueRules(stop_by_capacity=False))


def give_experience(hall: Hall, **seen: tuple[int, ...]) -> None:
    """Real waits in per cent of the modelled ones, by where they are kept."""
    experience = {name.removeprefix("any_").replace("_", ":"): ratios for name, ratios in seen.items()}
    hall.state = replace(hall.state, queue=replace(hall.state.queue, experience=experience))


def test_nobody_can_know_while_no_window_works_for_the_class() -> None:
    hall = Hall(replace(one_window(), windows=(WindowPlan(1, ("A",)), WindowPlan(2, ("B",)))))
    hall.open(1)
    assert expected(hall, "A") is not None
    assert expected(hall, "B") is None
    hall.do(words.PauseWindow(1, "staff-1"))
    assert expected(hall, "A") is None


def test_a_free_window_means_no_wait_and_each_one_ahead_a_service() -> None:
    hall = Hall(one_window())
    hall.open(1)
    waits = [found.modelled_s for ahead in (0, 1, 3) if (found := expected(hall, ahead=ahead)) is not None]
    assert waits == [0, 600, 1800]


def test_the_visitor_at_the_window_counts_for_what_is_left_of_the_service() -> None:
    hall = Hall(one_window())
    hall.open(1)
    hall.take("A")
    hall.call()
    hall.do(words.Start(1, "staff-1"))
    hall.pass_time(200)
    first = expected(hall)
    hall.pass_time(3600)  # longer than any average: some of it is always to come
    later = expected(hall)
    assert first is not None
    assert later is not None
    assert (first.modelled_s, later.modelled_s) == (400, 150)


def test_who_waits_for_the_windows_earlier_class_stands_before() -> None:
    hall = Hall(one_window())
    hall.open(1)
    hall.take("A")
    hall.take("A")
    found = expected(hall, "B")
    assert found is not None
    assert found.modelled_s == 1200


def test_the_average_begins_with_the_plans_and_becomes_the_halls_own() -> None:
    hall = Hall(one_window())
    service = hall.plan.services[0]
    assert average_s(hall.state.queue, hall.plan, service) == 600
    past = {"A": tuple(Pace(40, 40 * 300) for _ in range(10))}
    queue = replace(hall.state.queue, past=past)
    assert 300 < average_s(queue, hall.plan, service) < 305
    old_first = {"A": (*(Pace(40, 40 * 3000) for _ in range(20)), *past["A"])}
    assert average_s(replace(queue, past=old_first), hall.plan, service) < 305  # only the last days


def test_days_gone_by_are_kept_through_midnight() -> None:
    hall = Hall(one_window())
    hall.open(1)
    hall.take("A")
    hall.serve(served_s=120)
    hall.pass_time(24 * 3600)
    hall.tick()
    assert hall.state.queue.past["A"] == (Pace(1, 120),)
    assert hall.state.queue.experience != {}


def test_the_bound_is_what_four_of_five_did_not_exceed() -> None:
    hall = Hall(one_window())
    hall.open(1)
    give_experience(hall, A_2=tuple(range(10, 1010, 10)))  # 10 % to 1000 %, each equally often
    found = expected(hall, ahead=1)
    assert found is not None
    assert found.modelled_s == 600
    assert found.wait_s == 660 * 500 // 100 - 60
    assert 660 * 800 // 100 - 60 <= found.bound_s <= 660 * 820 // 100 - 60


def test_a_class_is_believed_before_others_and_others_before_nothing() -> None:
    hall = Hall(one_window())
    hall.open(1)
    give_experience(hall, A_2=(300,) * 20, A=(200,) * 20, any_2=(150,) * 20)
    assert expected(hall, ahead=1) == Forecast(660 * 3 - 60, 660 * 3 - 60, 600)
    assert expected(hall, ahead=0) == Forecast(60 * 2 - 60, 60 * 2 - 60, 0)  # of the class, whatever stood before
    other = expected(hall, "B", ahead=1)
    assert other is not None
    assert other.wait_s == 660 * 3 // 2 - 60


def test_few_visitors_are_no_experience_and_no_estimate_is_below_nothing() -> None:
    hall = Hall(one_window())
    hall.open(1)
    give_experience(hall, A_0=(900,) * 19)
    assert expected(hall) == Forecast(0, 36, 0)
    give_experience(hall, A_0=(1,) * 50)
    assert expected(hall) == Forecast(0, 0, 0)


def test_a_bound_that_was_exceeded_makes_the_next_ones_wider_and_four_that_held_narrower_again() -> None:
    hall = Hall(one_window())
    hall.open(1)
    give_experience(hall, A_0=tuple(range(100, 200)))
    assert hall.state.queue.levels == {}
    hall.take("A")
    hall.pass_time(600)
    hall.serve()
    exceeded = hall.state.queue.levels["0"]
    assert exceeded > 800
    for _ in range(4):
        hall.take("A")
        hall.serve()
    assert hall.state.queue.levels["0"] == 800
    hall.take("A")
    hall.pass_time(16 * 3600)
    hall.tick()
    assert hall.state.queue.levels == {}  # each day begins with four of five


def test_every_first_call_is_compared_once_and_appointments_are_not() -> None:
    hall = Hall(one_window())
    hall.open(1)
    hall.take("A")
    hall.miss()
    hall.do(words.Restore("A001", "desk"))
    hall.call()
    assert [len(seen) for seen in hall.state.queue.experience.values()] == [1, 1, 1]


def test_a_wall_clock_that_is_moved_moves_no_estimate() -> None:
    hall = Hall(one_window())
    hall.open(1)
    hall.take("A")
    before = expected(hall, ahead=1)
    hall.now = Moment(hall.now.steady_ms, hall.now.wall_ms - 7 * 86_400_000)
    assert expected(hall, ahead=1) == before
