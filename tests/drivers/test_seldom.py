"""What happens often is logged seldom, and its number is not lost."""

from __future__ import annotations

import structlog
from structlog.testing import capture_logs

from drivers.seldom import Seldom
from tests.simulators.waiting import until


def test_many_of_a_kind_are_one_line_and_the_next_one_counts_them() -> None:
    with capture_logs() as said:
        seldom = Seldom(structlog.get_logger().bind(device="sign-1"), "sign_asked_again", every_s=0.5)
        for _ in range(50):
            seldom.note(problem="no answer")
        assert [(line["times"], line["device"]) for line in said] == [(1, "sign-1")]

        def said_again() -> bool:
            seldom.note(problem="no answer")
            return len(said) == 2

        until(said_again, "the second line")
    assert said[1]["times"] >= 50
