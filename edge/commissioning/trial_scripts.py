"""What is done with a device of each kind to see that it works: orders to it, and which of its reports prove it.

One function for each kind; nothing here waits or opens. A gate or an amplifier may hang on a relay: those scripts say
that somebody must allow them first. A card's and a code's content is looked at by length only and let go at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from drivers.driver import Order, Report
from drivers.id_card_reader import CardRead, CardRemoved, CardUnreadable
from drivers.kind import Kind
from drivers.kinds.call_terminal import Action, AskGrade, Beep, GradePressed, ShowNumbers, TerminalAsked
from drivers.kinds.camera import PictureTaken, TakePicture
from drivers.kinds.code_reader import CodeRefused, CodeScanned, Scan
from drivers.kinds.display import DisplayState
from drivers.kinds.inputs import ButtonPressed, ContactMoved, InputMoved, LightLamp
from drivers.kinds.printer import NotPrinted, PaperLow, Print, Printed
from drivers.kinds.relays import PulseRelay, RelaysRead, SwitchRelays
from drivers.kinds.sign import ShowText
from drivers.kinds.slip import Feed, Qr, Rule, Text
from drivers.kinds.speaker import Play, PlayFinished, PlayStarted
from edge.commissioning.trial_words import Said, Verdict, reason_words, said
from hall_config.models import DevicePart
from hall_config.wording import LANGUAGES, Language, clock_words, date_words, say

HAND_S: Final = 20.0  # for an engineer to walk to the device and press or tap
_SHORT_S: Final = 15.0
_PULSE_TENTHS: Final = 5
_ZONES_LONGEST_S: Final = 15.0  # longer than a call
_ZONES_OPEN_S: Final = 0.7  # relay and amplifier unmute

Outcome = tuple[Verdict | None, Said]
Hear = Callable[[Report], Outcome | None]


@dataclass(frozen=True, slots=True)
class Place:
    """What a script may know beside the device: the hall's words, the time, a sound, the amplifier's zones."""

    hall_zh: str
    hall_en: str
    wall_ms: int
    job: str
    sound: Callable[[], bytes]
    zones: tuple[tuple[str, frozenset[int]], ...] = ()  # boards and relays that a call opens
    channel: int = 0  # which relay is pulsed
    keep_picture: Callable[[bytes], object] | None = None


def _nothing(_: Report) -> Outcome | None:
    return None


@dataclass(frozen=True, slots=True)
class Script:
    """One test. ``orders`` are given in turn, ``hear`` judges reports; ``proof`` is the order whose being done is the
    proof. ``takes`` are reports that must not reach the hall meanwhile."""

    asks: Said
    orders: tuple[Order, ...] = ()
    optional: tuple[Order, ...] = ()  # a device that refuses these is not at fault
    closing: tuple[Order, ...] = ()
    hear: Hear = _nothing
    proof: Outcome | None = None
    at_once: Outcome | None = None  # the device's having answered the line is proof enough
    takes: tuple[type[Report], ...] = ()
    longest_s: float = _SHORT_S
    settle_s: float = 0.0  # between the optional orders and the others
    linger_s: float = 0.0  # so long the result stays on the device before the hall has it back


def key_words(action: Action) -> dict[Language, str]:
    """What a key of a terminal is called."""
    return {language: say(f"commissioning.key.{action.value}", language) for language in LANGUAGES}


def needs_permission(kind: str) -> bool:
    """Whether something may open or move."""
    return kind == Kind.RELAYS


def script_for(kind: Kind, device: DevicePart, place: Place) -> Script:
    return _SCRIPTS[kind](device, place)


def _printer(device: DevicePart, place: Place) -> Script:
    when = f"{date_words(place.wall_ms)} {clock_words(place.wall_ms)}"
    parts = (
        Text(place.hall_zh, align="center", high=2),
        Text(place.hall_en, align="center"),
        Rule(),
        Text("测试  TEST", align="center", wide=2, high=2),
        Text("A000", align="center", wide=4, high=4),
        Text(f"{device.id} · {device.driver}", align="center"),
        Text(when, align="center"),
        Rule(),
        Text(say("commissioning.slip.columns") + "1234567890ABCDEFGHIJ"),
        Qr(f"legal-hall test {device.id}"),
        Text(say("commissioning.slip.scan"), align="center"),
        Text(say("commissioning.slip.scan", "en"), align="center"),
        Feed(2),
    )

    def hear(report: Report) -> Outcome | None:
        match report:
            case Printed(job=place.job, replaced=replaced):
                return Verdict.PASSED, said("printed", replaced=replaced)
            case NotPrinted(job=place.job, code=code):
                silent = code in ("no_reply", "line_lost")
                return (Verdict.SILENT if silent else Verdict.FAILED), said("not_printed", reason=reason_words(code))
            case PaperLow(low=True):
                return None, said("paper_low")
        return None

    return Script(said("printing"), (Print(device.id, place.job, parts),), hear=hear, longest_s=30.0)


def _sign(device: DevicePart, _place: Place) -> Script:
    pages = ("测试", f"{device.window}号" if device.window is not None else "TEST")
    order = ShowText(device.id, pages, slot="face")
    done = Verdict.PASSED, said("sign_shows", text=" / ".join(pages))
    return Script(said("lighting"), (order,), proof=done, linger_s=8.0)


def _card_reader(_device: DevicePart, _place: Place) -> Script:
    def hear(report: Report) -> Outcome | None:
        match report:
            case CardRead(card=card):
                card.wipe()  # that it was read says that its number's check holds: the driver tells no other card
                return Verdict.PASSED, said("card_read")
            case CardUnreadable(code=code):
                return None, said("card_unreadable", reason=reason_words(code))
        return None

    return Script(said("tap_card"), hear=hear, takes=(CardRead, CardUnreadable, CardRemoved), longest_s=HAND_S)


def _call_terminal(device: DevicePart, _place: Place) -> Script:
    def hear(report: Report) -> Outcome | None:
        match report:
            case TerminalAsked(action=action):
                return Verdict.PASSED, said("key_pressed", action=key_words(action))
            case GradePressed(grade=grade):
                return Verdict.PASSED, said("grade_pressed", grade=grade)
        return None

    return Script(
        said("press_key"),
        optional=(ShowNumbers(device.id, 12, "345", slot="numbers"), Beep(device.id), AskGrade(device.id)),
        hear=hear,
        takes=(TerminalAsked, GradePressed),
        longest_s=HAND_S,
    )


def _relays(device: DevicePart, place: Place) -> Script:
    is_zone = place.channel in dict(place.zones).get(device.id, ())
    # a relay that was pulsed is a lock for its board from then on, and no call would open it
    order: Order = (
        SwitchRelays(device.id, frozenset({place.channel}), _PULSE_TENTHS / 10)
        if is_zone
        else PulseRelay(device.id, place.channel, _PULSE_TENTHS)
    )

    def hear(report: Report) -> Outcome | None:
        match report:
            case RelaysRead(on=on):
                return None, said("relays_on", relays=", ".join(str(one + 1) for one in sorted(on)) or "-")
        return None

    done = Verdict.PASSED, said("pulsed", relay=place.channel + 1)
    return Script(said("pulsing", relay=place.channel + 1), (order,), hear=hear, proof=done)


def _inputs(device: DevicePart, _place: Place) -> Script:
    return _moved(device, said("move_input"))


def _button(device: DevicePart, _place: Place) -> Script:
    return _moved(device, said("press_button"))


def _contact(device: DevicePart, _place: Place) -> Script:
    return _moved(device, said("move_door"))


def _moved(device: DevicePart, asks: Said) -> Script:
    lamp = "lamp" in device.options

    def hear(report: Report) -> Outcome | None:
        match report:
            case InputMoved(channel=channel, on=on, first=first):
                return (None if first else Verdict.PASSED), said("input_on" if on else "input_off", channel=channel + 1)
            case ContactMoved(open=is_open):
                return Verdict.PASSED, said("contact_open" if is_open else "contact_closed")
            case ButtonPressed():
                return Verdict.PASSED, said("button_pressed")
        return None

    return Script(
        asks,
        optional=(LightLamp(device.id, True, slot="lamp"),) if lamp else (),
        closing=(LightLamp(device.id, False, slot="lamp"),) if lamp else (),
        hear=hear,
        takes=(ButtonPressed,),  # contacts and inputs go to the hall too: it must know how a door stands
        longest_s=HAND_S,
    )


def _speaker(device: DevicePart, place: Place) -> Script:
    # nobody shuts them but the board's own driver when their time is over: a call that comes meanwhile keeps its zones
    zones = tuple(SwitchRelays(board, relays, _ZONES_LONGEST_S) for board, relays in place.zones)

    def hear(report: Report) -> Outcome | None:
        match report:
            case PlayStarted(job=place.job):
                return None, said("play_started")
            case PlayFinished(job=place.job, whole=whole):
                return (Verdict.PASSED, said("played")) if whole else (Verdict.FAILED, said("play_cut"))
        return None

    play = Play(device.id, place.job, place.sound())
    settle_s = _ZONES_OPEN_S if zones else 0.0
    return Script(said("playing"), (play,), optional=zones, settle_s=settle_s, hear=hear, longest_s=30.0)


def _code_reader(device: DevicePart, _place: Place) -> Script:
    def hear(report: Report) -> Outcome | None:
        match report:
            case CodeScanned(text=text):
                return Verdict.PASSED, said("code_scanned", length=len(text))
            case CodeRefused(code=code):
                return None, said("code_refused", reason=reason_words(code))
        return None

    on, off = Scan(device.id), Scan(device.id, False)
    takes = (CodeScanned, CodeRefused)
    return Script(said("show_code"), optional=(on,), closing=(off,), hear=hear, takes=takes, longest_s=HAND_S)


def _camera(device: DevicePart, place: Place) -> Script:
    def hear(report: Report) -> Outcome | None:
        match report:
            case PictureTaken(job=place.job, jpeg=jpeg, width=width, height=height):
                if place.keep_picture is not None:
                    place.keep_picture(jpeg)
                size = said("picture_taken", width=width, height=height, size=len(jpeg) // 1024)
                return Verdict.PASSED, size
        return None

    return Script(said("taking_picture"), (TakePicture(device.id, place.job),), hear=hear, longest_s=_SHORT_S)


def _display(_device: DevicePart, _place: Place) -> Script:
    def hear(report: Report) -> Outcome | None:
        match report:
            case DisplayState(power=power, faults=faults):
                words = [reason_words(f"display_{one.removesuffix('_warning')}") for one in faults]
                told = {language: ", ".join(one[language] for one in words) or "-" for language in LANGUAGES}
                return None, said("display_state", power=reason_words(power), faults=told)
        return None

    return Script(said("asking_display"), hear=hear, at_once=(Verdict.PASSED, said("display_answers")))


_SCRIPTS: Final[Mapping[Kind, Callable[[DevicePart, Place], Script]]] = {
    Kind.CARD_READER: _card_reader,
    Kind.PRINTER: _printer,
    Kind.SIGN: _sign,
    Kind.CALL_TERMINAL: _call_terminal,
    Kind.RELAYS: _relays,
    Kind.INPUTS: _inputs,
    Kind.SPEAKER: _speaker,
    Kind.BUTTON: _button,
    Kind.CONTACT: _contact,
    Kind.CODE_READER: _code_reader,
    Kind.CAMERA: _camera,
    Kind.DISPLAY: _display,
}
assert set(_SCRIPTS) == set(Kind)
