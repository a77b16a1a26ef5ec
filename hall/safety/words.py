"""Commands and events of evacuation and of the windows' silent emergency key."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evacuate:
    staff: str


@dataclass(frozen=True, slots=True)
class EndEvacuation:
    staff: str


@dataclass(frozen=True, slots=True)
class CallColleagues:
    """Somebody at this window needs colleagues at once, unseen and unheard by the visitor."""

    window: int
    staff: str


@dataclass(frozen=True, slots=True)
class GoToColleague:
    """A colleague goes there."""

    window: int
    staff: str


@dataclass(frozen=True, slots=True)
class EvacuationBegan:
    staff: str


@dataclass(frozen=True, slots=True)
class EvacuationEnded:
    staff: str
    lasted_s: int


@dataclass(frozen=True, slots=True)
class ColleaguesCalled:
    window: int
    staff: str


@dataclass(frozen=True, slots=True)
class ColleagueWent:
    window: int
    staff: str
    waited_s: int


Command = Evacuate | EndEvacuation | CallColleagues | GoToColleague
Event = EvacuationBegan | EvacuationEnded | ColleaguesCalled | ColleagueWent
