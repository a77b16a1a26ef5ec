"""What is taken of a rating that a hall sends, which version counts, and what must hold before a case moves. Pure.

Whoever was rated moves nothing in a case about it and looks at no flag of it. That a rating is none (误评, 恶意差评) is
said by one person and decided by another; so is what of a case the public sees: a reply is read by somebody who did not
write it, and a visitor's own words are shown with parts blotted out, never with others put in.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from central.audit.reasons import has_number
from central.failures import RefusedByRule, WrongField
from central.ratings.words import Content, Move
from hall.moment import local_day, local_ms
from hall.rating.words import RatingGiven

GRADES: Final = (5, 4, 3, 2, 1)
WORST_GOOD: Final = 3
BLOT: Final = "＊"
LONGEST_TEXT: Final = 2000
_NUMBER, _SERVICE, _STAFF, _WINDOW, _VERSION = 12, 8, 80, 9999, 1000
_DAY: Final = re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")
_LINE_BREAKS_APART: Final = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f]*")


def fits(event: RatingGiven) -> bool:
    """Whether every value is one that a hall of ours could send; what no row can hold stays an event."""
    return (
        is_day(event.day)
        and event.grade in GRADES
        and _written(event.number, _NUMBER)
        and _written(event.service, _SERVICE)
        and (event.staff == "" or _written(event.staff, _STAFF))
        and 0 <= event.window <= _WINDOW
        and 1 <= event.version <= _VERSION
    )


def is_day(text: str) -> bool:
    """Whether a hall's word is a day of a calendar: what it says is as good as its clock."""
    if _DAY.fullmatch(text) is None:
        return False
    year, month, day = (int(part) for part in text.split("-"))
    return day <= monthrange(year, month)[1]


def _written(text: str, longest: int) -> bool:
    return 1 <= len(text) <= longest and text.isprintable()


def row_of(hall: str, epoch: str, event: RatingGiven) -> dict[str, Any]:
    """The columns that a version and a rating share."""
    return {
        "hall": hall, "day": event.day, "number": event.number, "epoch": epoch, "version": event.version,
        "grade": event.grade, "channel": event.channel.value, "has_text": bool(event.text.strip()),
        "reasons": " ".join(sorted({reason.value for reason in event.reasons})),
        "too_fast": event.too_fast, "equal_run": event.equal_run, "same_device": event.same_device,
    }  # fmt: skip


def newest(versions: Iterable[Mapping[Any, Any]]) -> Mapping[Any, Any]:
    """Which version counts: of one journal the highest, of several journals' that which was given last."""
    of_journal: dict[str, Mapping[Any, Any]] = {}
    for one in versions:
        known = of_journal.get(one["epoch"])
        if known is None or one["version"] > known["version"]:
            of_journal[one["epoch"]] = one
    return max(of_journal.values(), key=lambda one: (one["at_ms"], one["stream"]))


def told_until(now_ms: int) -> tuple[str, int]:
    """The last day that the board and one's own ratings tell of, and when it ended.

    Whoever looked before and after a visitor would read that one's grade from a day that runs still, or from a rating
    of an earlier day that was given or changed in this one.
    """
    midnight = local_ms(local_day(now_ms), 0)
    return local_day(midnight - 1), midnight


def is_bad(grade: int) -> bool:
    return grade < WORST_GOOD


# --- texts ------------------------------------------------------------------------------------------------------


def checked_texts(given: Mapping[str, str], needed: tuple[str, ...], may: tuple[str, ...]) -> dict[str, str]:
    """The texts as they are kept; raises `WrongField`."""
    for name in needed:
        if not given.get(name, "").strip():
            raise WrongField("MISSING_FIELD", f"texts.{name}")
    for name, text in given.items():
        if name not in {*needed, *may}:
            raise WrongField("UNKNOWN_FIELD", "texts")
        if len(text) > LONGEST_TEXT or not _LINE_BREAKS_APART.fullmatch(text):
            raise WrongField("WRONG_FIELD", f"texts.{name}")
    return {name: text.strip() for name, text in given.items() if text.strip()}


def is_blotted(original: str, shown: str) -> bool:
    """Whether this is the original with nothing but parts of it blotted out; each blot stands for one or more.

    Each part is taken where it stands first, which leaves the most to those behind it: no way is tried twice, for a
    pattern of many blots would hold up everybody who waits to write.
    """
    whole, parts = original.strip(), re.split(f"{BLOT}+", shown.strip())
    if len(parts) == 1:
        return whole == parts[0]
    first, *middle, last = parts
    if not whole.startswith(first) or not whole.endswith(last):
        return False
    end = len(first)
    for part in middle:
        place = whole.find(part, end + 1)
        if place < 0:
            return False
        end = place + len(part)
    return end + 1 <= len(whole) - len(last)


# --- guards -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """A move as its guards see it."""

    move: Move
    actor: str
    case: Mapping[Any, Any]
    staff: str  # who was rated
    has_text: bool
    texts: Mapping[str, str]
    said: str  # what the visitor wrote
    reply: str  # what was last answered


Guard = Callable[[Asked], None]


def check(asked: Asked) -> None:
    """Raises `RefusedByRule` or `WrongField` for a move that must not be made."""
    if asked.actor == asked.staff:
        raise RefusedByRule("RATING_OWN")
    if asked.case["proposed_by"] and asked.move not in _WHILE_PROPOSED:
        raise RefusedByRule("RATING_PROPOSAL_WAITS", "move")
    for guard in GUARDS.get(asked.move, ()):
        guard(asked)


def _nothing_written(asked: Asked) -> None:
    if asked.has_text:
        raise RefusedByRule("RATING_HAS_TEXT", "move")


def _proposed(asked: Asked) -> None:
    if not asked.case["proposed_by"]:
        raise RefusedByRule("RATING_NOT_PROPOSED", "move")


def _second_person(asked: Asked) -> None:
    if asked.actor == asked.case["proposed_by"]:
        raise RefusedByRule("RATING_SECOND_PERSON")


def _content_or_why(asked: Asked) -> None:
    if asked.case["content"] == Content.NOT_SATISFIED and "reason" not in asked.texts:
        raise RefusedByRule("RATING_NOT_CONTENT", "texts.reason")


def _not_ones_own_reply(asked: Asked) -> None:
    if asked.actor == asked.case["replied_by"]:
        raise RefusedByRule("RATING_OWN_REPLY")


def _only_blotted(asked: Asked) -> None:
    for name, original in (("public_reply", asked.reply), ("public_text", asked.said)):
        shown = asked.texts.get(name)
        if shown is not None and not is_blotted(original, shown):
            raise WrongField("RATING_NOT_BLOTTED", f"texts.{name}")
        if shown is not None and has_number(shown):
            raise WrongField("RATING_SHOWS_NUMBER", f"texts.{name}")


def _is_shown(asked: Asked) -> None:
    if asked.case["published_ms"] is None:
        raise RefusedByRule("RATING_NOT_SHOWN", "move")


_WHILE_PROPOSED: Final = frozenset({Move.CHANGE_GRADE, Move.CONTACT, Move.CONFIRM_INVALID, Move.DECLINE_INVALID})
GUARDS: Final[Mapping[Move, tuple[Guard, ...]]] = {
    Move.CLOSE_SILENT: (_nothing_written,),
    Move.CONFIRM_INVALID: (_proposed, _second_person),
    Move.DECLINE_INVALID: (_proposed,),
    Move.CLOSE: (_content_or_why,),
    Move.PUBLISH: (_not_ones_own_reply, _only_blotted),
    Move.WITHDRAW: (_is_shown,),
}
