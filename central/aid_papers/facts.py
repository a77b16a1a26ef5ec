"""What is known of a case when one of its documents is made. Plain values: no store, no clock, no secret key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hall.intake.codes import Basis
from hall_config.aid_application import Application


@dataclass(frozen=True, slots=True)
class Centre:
    """The legal-aid centre of a unit, or the bureau above it where that one issues the document."""

    name: str
    short_name: str
    address: str
    phone: str
    bureau: str
    bureau_address: str = ""
    bureau_phone: str = ""
    seal: str = ""  # what the seal says where it is not the name

    def sealed_as(self) -> str:
        return self.seal or self.name


@dataclass(frozen=True, slots=True)
class Lawyer:
    name: str
    firm: str
    licence: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The facts behind one document.

    What most documents share has a place of its own; what only some say stands in ``texts``, ``moments`` (UTC ms) and
    ``lists`` under the field's name as ``forms.toml`` has it. What stands there goes before everything else, so that a
    reviewer's words replace the applicant's. ``days``: limits by the id of their rule, for instance ``LA_DECIDE``.
    """

    centre: Centre
    today_ms: int
    application: Application | None = None
    case_number: str = ""
    receipt_number: str = ""
    received_ms: int | None = None
    case_title: str = ""
    basis: Basis | None = None
    lawyer: Lawyer | None = None
    old_lawyer: Lawyer | None = None
    organ: str = ""
    clerk: str = ""
    gaps: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()  # T48_1 …
    days: Mapping[str, int] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    moments: Mapping[str, int] = field(default_factory=dict)
    lists: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
