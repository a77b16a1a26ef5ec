"""A hall's day told again from its events: every ticket's story, what was noted of its service, how it was rated.

The rules are those of the domain (2.4, 4.2): one ticket is one service contact, however often it was moved on; it waits
from its number to its first call; a group of n people is one ticket and n contacts; what is noted last counts. A number
that a hall gives again after its disk was lost is another ticket; an event of a journal belongs to the ticket of that
number of its own journal, else of the last one before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from central.report_recount.journals import Happened
from hall.appointments.words import AppointmentCheckedIn
from hall.intake.codes import Channel
from hall.intake.words import ApplicationSubmitted
from hall.opinions.words import OpinionGiven
from hall.queue import words
from hall.rating.words import RatingGiven
from hall.record.words import ServiceRecorded

Key = tuple[str, str]  # day, number
By = tuple[str, str]  # id and type of an event
NOBODY: Final[By] = ("", "")


@dataclass(slots=True)
class Story:
    """One ticket, as far as its events went."""

    journal: int
    day: str
    number: str
    stands: str = ""  # the last of its life: DONE, NO_SHOW, CANCELLED, EXPIRED; empty while it goes on
    service: str = ""
    priority: str = ""
    persons: int = 1
    begun: bool = False
    waited_s: int | None = None
    served_s: int | None = None
    last: By = NOBODY  # by which event: the last of its life, the first call, the one that gave it priority
    called: By = NOBODY
    preferred: By = NOBODY


@dataclass(frozen=True, slots=True)
class Noted:
    """Something else of a hall's day that the form counts: in which cells, and by which event."""

    day: str
    number: str
    codes: tuple[str, ...]
    id: str
    type: str


@dataclass(slots=True)
class Days:
    """All that was told of a hall."""

    stories: dict[Key, list[Story]] = field(default_factory=dict)
    records: dict[Key, dict[int, tuple[ServiceRecorded, str]]] = field(default_factory=dict)
    ratings: dict[Key, list[tuple[Happened, RatingGiven]]] = field(default_factory=dict)
    noted: list[Noted] = field(default_factory=list)

    def every(self) -> Iterator[Story]:
        for of_number in self.stories.values():
            yield from of_number

    def record_of(self, story: Story) -> ServiceRecorded | None:
        """What was noted of its service: by its own journal, else by one after that, which went on with it."""
        known = self.records.get((story.day, story.number), {})
        owners = [one.journal for one in self.stories[story.day, story.number]]
        mine = [one for one in known if max((own for own in owners if own <= one), default=owners[0]) == story.journal]
        return known[max(mine)][0] if mine else None


def told(events: Iterator[Happened]) -> Days:
    """The days of a hall, folded event by event."""
    days = Days()
    for happened in events:
        event = happened.event
        change = _LIFE.get(type(event))
        if change is not None:
            story = _story(days, happened)
            story.last = (happened.id, happened.type)
            change(story, event)
            if isinstance(event, words.TicketCalled) and story.called == NOBODY:
                story.called = story.last
        elif isinstance(event, words.TicketPrioritised):
            _prefer(days, happened)
        else:
            _note(days, happened)
    return days


def _story(days: Days, happened: Happened) -> Story:
    """The ticket that an event of a ticket's life belongs to, begun if nobody heard of it before."""
    event, journal = happened.event, happened.journal
    of_number = days.stories.setdefault((event.day, event.number), [])
    if of_number:
        newest = of_number[-1]
        again = isinstance(event, words.TicketIssued) and newest.begun and newest.journal != journal
        if not again:
            return newest
    of_number.append(Story(journal, event.day, event.number))
    return of_number[-1]


def _prefer(days: Days, happened: Happened) -> None:
    event = happened.event
    of_number = days.stories.get((event.day, event.number))
    if of_number:
        of_number[-1].priority = event.priority.value if event.priority else ""
        of_number[-1].preferred = (happened.id, happened.type)


def _note(days: Days, happened: Happened) -> None:
    match happened.event:
        case ServiceRecorded() as record:
            known = days.records.setdefault((record.day, record.number), {})
            held = known.get(happened.journal)
            if held is None or record.version >= held[0].version:
                known[happened.journal] = (record, happened.id)
        case RatingGiven() as given:
            days.ratings.setdefault((given.day, given.number), []).append((happened, given))
        case AppointmentCheckedIn(day=day, number=number, late=False):
            days.noted.append(Noted(day, number, ("A15",), happened.id, happened.type))
        case OpinionGiven(day=day, channel=channel):
            codes = ("P16", "A03") if channel == "KIOSK" else ("P16",)
            days.noted.append(Noted(day, "", codes, happened.id, happened.type))
        case ApplicationSubmitted(day=day, number=number, channel=Channel.KIOSK):
            days.noted.append(Noted(day, number, ("A03",), happened.id, happened.type))


# --- a ticket's life ----------------------------------------------------------------------------------------


def _issued(story: Story, event: words.TicketIssued) -> None:
    story.begun, story.stands = True, ""
    story.service, story.persons = event.service, event.persons
    story.priority = event.priority.value if event.priority else ""
    story.preferred = story.last


def _called(story: Story, event: words.TicketCalled) -> None:
    story.stands, story.service = "", event.service
    if story.waited_s is None:
        story.waited_s = event.waited_s


def _goes_on(story: Story, event: Any) -> None:
    story.stands = ""
    story.service = getattr(event, "service", story.service)


def _returned(story: Story, event: words.TicketReturned) -> None:
    _goes_on(story, event)
    if event.first:  # the call was a mistake, and it has waited for none yet
        story.waited_s, story.called = None, NOBODY


def _moved(story: Story, event: words.TicketTransferred) -> None:
    story.stands, story.service = "", event.to_service


def _taken_back(story: Story, event: Any) -> None:
    _goes_on(story, event)
    story.served_s = None


def _done(story: Story, event: words.TicketFinished) -> None:
    story.stands, story.service, story.served_s = "DONE", event.service, event.served_s


def _ends(how: str) -> Callable[[Story, Any], None]:
    def end(story: Story, event: Any) -> None:
        story.stands, story.service = how, event.service

    return end


_LIFE: Final[Mapping[type, Callable[[Story, Any], None]]] = {
    words.TicketIssued: _issued, words.TicketCalled: _called, words.TicketRecalled: _goes_on,
    words.TicketServedStarted: _goes_on, words.TicketHeld: _goes_on, words.TicketResumed: _goes_on,
    words.TicketReturned: _returned, words.TicketRestored: _goes_on, words.TicketTransferred: _moved,
    words.TicketReopened: _taken_back, words.TicketKeptCalled: _taken_back, words.TicketFinished: _done,
    words.TicketNoShow: _ends("NO_SHOW"), words.TicketCancelled: _ends("CANCELLED"),
    words.TicketExpired: _ends("EXPIRED"),
}  # fmt: skip
