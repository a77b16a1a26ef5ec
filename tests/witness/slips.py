"""A slip as a visitor gets it, by the controller's own words, and its bytes on a perfect printer."""

from __future__ import annotations

from drivers.kinds.slip import Part
from drivers.ticket_printer.codec import encode_slip
from drivers.ticket_printer.profile import Profile
from edge.slips import slip_parts
from hall.queue.words import PrintSlip
from hall_config.load import check_hall_text
from hall_config.plan import plan_of
from tests.hall_config.good_hall import GOOD_HALL

LINK = "http://hall.test/t/k3J9s2LmQx"


def slip() -> tuple[Part, ...]:
    """Number A012 with four people ahead."""
    plan = plan_of(check_hall_text(GOOD_HALL))
    issued = PrintSlip(
        number="A012", service="A", token="k3J9s2LmQx", ahead=4, estimated_wait_s=900, issued_wall_ms=1_763_776_800_000
    )
    return slip_parts(issued, plan, "http://hall.test")


def slip_bytes() -> bytes:
    return encode_slip(slip(), Profile()).data
