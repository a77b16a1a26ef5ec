"""Whatever a hall can say, central's pages have words for it, and what is named in the words exists in the event."""

import re
from dataclasses import fields
from enum import StrEnum

import pytest

from central.orders.acts_api import OPERATIONS
from hall.queue.state import TicketState, WindowState
from hall.queue.words import Channel, PauseReason, Priority
from hall.wire import TYPES
from hall_config.wording import Language, section


def test_every_kind_of_event_has_a_line_made_of_its_own_fields() -> None:
    for language in ("zh", "en"):
        lines = section("central.event", language)
        for name, kind in TYPES.items():
            line = lines[name.partition("/")[0].replace(".", "_")]
            assert set(re.findall(r"\{(\w+)\}", line)) <= {part.name for part in fields(kind)}, name


@pytest.mark.parametrize(
    ("part", "values"),
    [
        ("window", WindowState),
        ("ticket", TicketState),
        ("pause", PauseReason),
        ("priority", Priority),
        ("channel", Channel),
    ],
)
def test_every_state_and_code_has_a_word(part: str, values: type[StrEnum]) -> None:
    assert {value.value for value in values} <= set(section(f"central.{part}", "zh"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_done_for_a_hall_is_read_in_words_in_the_audit(language: Language) -> None:
    assert {f"hall.{operation}" for operation in OPERATIONS} <= set(section("central.audit_act", language))


def test_every_lifecycle_state_of_a_device_has_a_word() -> None:
    states = ["absent", "opening", "handshake", "ready", "degraded", "lost", "quarantined", "disabled", "stopping"]
    assert set(states) <= set(section("central.device", "en"))
