"""An ID-card reader from the reader's side: a SAM_V module, its field, and the card that lies in it.

Language, from the makers' document (EAST "SAM_V 通讯协议"):

    AA AA AA 96 69 | length 2 B big endian | CMD PARA data (asked)  or  SW1 SW2 SW3 data (answered) | XOR

    10 FF reset   11 FF status   12 FF its number   20 01 find (9F)   20 02 select   30 01 text and photo
    30 10 with fingerprints   30 03 newest address   30 05 card management number   60 nn speed   61 FF nn radio bytes

Behaviour: a card is found, then selected, then read, in that order and no other; once read it is not found again until
it was taken off. What arrives with a wrong check is answered 10, with an impossible length 11, an unknown command 21.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any, Final

from simulators.device import Send, WrongArgument, no_others
from simulators.device_actions import unknown_action
from simulators.people import GIVEN_FIELDS, TRAY, Person, card_text, given_person, person

_START: Final = bytes((0xAA, 0xAA, 0xAA, 0x96, 0x69))
_LONGEST_REQUEST: Final = 64  # no command has more than a few bytes
_OK, _FOUND, _NOTHING_MORE = 0x90, 0x9F, 0x91
_SAW_WRONG_SUM, _SAW_WRONG_LENGTH, _SAW_UNKNOWN = 0x10, 0x11, 0x21
_NO_CARD, _CANNOT_SELECT, _OTHER_CARD, _CANNOT_READ = 0x80, 0x81, 0x40, 0x41
_PHOTO_BYTES: Final = 1024
_FINGERPRINT_BYTES: Final = 512
_OPTIONS: Final[Mapping[str, Any]] = {
    "card_stay_s": 1.5,  # how long a hand holds the card there; 0: until remove_card
    "found_again": False,  # some readers find a card again that they have read
    "bus_card_status": _OTHER_CARD,  # readers differ: 40 or 80
    "zero_filled": False,  # some cards are filled with U+0000
    "fingerprints": 2,
}


class RequestEar:
    """Finds requests in bytes; gives ``(request, None)`` or ``(b"", status)`` for one that has to be refused."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[tuple[bytes, int | None]]:
        heard = []
        for byte in data:
            self._held.append(byte)
            if (request := self._request()) is not None:
                heard.append(request)
        return heard

    def _request(self) -> tuple[bytes, int | None] | None:
        held = self._held
        while held and not _START.startswith(held[: len(_START)]):
            del held[0]
        if len(held) < 7:
            return None
        length = held[5] * 256 + held[6]
        if not 3 <= length <= _LONGEST_REQUEST:
            del held[:]
            return b"", _SAW_WRONG_LENGTH
        if len(held) < 7 + length:
            return None
        total, request = 0, bytes(held[7:-1])
        for byte in held[5:]:
            total ^= byte
        del held[:]
        return (request, None) if total == 0 else (b"", _SAW_WRONG_SUM)


class SimulatedSamReader:
    """One reader. See `simulators.device.Device`."""

    kind = "sam-id-card"

    def __init__(
        self,
        device_id: str,
        *,
        address: int = 1,
        window: int | None = None,
        seed: int = 0,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.id = device_id
        self.window = window
        self._options = {name: (options or {}).get(name, value) for name, value in _OPTIONS.items()}
        self._chance = random.Random(f"{seed}/{device_id}")  # noqa: S311 - only pictures of noise come of it
        self._send: Send = lambda data: None
        self._ear = RequestEar()
        self._card: Person | None = None
        self._card_state = "none"  # none, lying, found, selected, read
        self._away_at_s: float | None = None
        self._now_s = 0.0
        self._faults: list[tuple[int, int]] = []  # status, CMD that it waits for (0: any)
        self._reads = 0
        self._taps = 0

    def attach(self, send: Send) -> None:
        self._send = send

    def hear(self, data: bytes) -> None:
        for request, refusal in self._ear.feed(data):
            if refusal is not None:
                self._answer(refusal)
            else:
                self._answer_request(request)

    def tick(self, steady_s: float) -> None:
        self._now_s = steady_s
        if self._away_at_s is not None and steady_s >= self._away_at_s:
            self._take_off()

    def do(self, action: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        match action:
            case "tap_card":
                return self._tap(arguments)
            case "remove_card":
                self._take_off()
            case "answer_fault":
                self._plan_fault(arguments)
            case "clear_faults":
                self._faults.clear()
            case "reset":
                self._take_off()
                self._faults.clear()
                self._ear = RequestEar()
            case _:
                raise unknown_action("a card reader", self.kind, action)
        return {}

    def show(self) -> dict[str, Any]:
        card = self._card
        return {
            "card": None if card is None else {"person": card.id, "kind": card.kind, "fault": card.fault},
            "state": self._card_state,
            "taps": self._taps,
            "reads": self._reads,
            "faults_waiting": [f"{status:02X}" for status, _ in self._faults],
            "tray": [
                {"person": one.id, "label_zh": one.label_zh, "label_en": one.label_en, "kind": one.kind} for one in TRAY
            ],
        }

    def picture(self) -> bytes | None:
        return None

    def audio(self) -> bytes | None:
        return None

    # the card in the field

    def _tap(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        no_others(arguments, "person", "stay_s", *GIVEN_FIELDS)
        stay_s = arguments.get("stay_s", self._options["card_stay_s"])
        if isinstance(stay_s, bool) or not isinstance(stay_s, int | float) or not 0 <= stay_s <= 3600:
            raise WrongArgument("stay_s", "stay_s is a number of seconds from 0 (until remove_card) to 3600")
        self._card = self._chosen(arguments)
        self._card_state = "lying"
        self._away_at_s = self._now_s + stay_s if stay_s else None
        self._taps += 1
        return {"person": self._card.id, "kind": self._card.kind}

    @staticmethod
    def _chosen(arguments: Mapping[str, Any]) -> Person:
        given = {key: value for key, value in arguments.items() if key not in {"person", "stay_s"}}
        for name, value in arguments.items():
            if name != "stay_s" and not isinstance(value, str):
                raise WrongArgument(name, f"{name} is a text")
        if "person" in arguments and given:
            raise WrongArgument("person", "tap_card takes a person of the tray or given fields, not both")
        if "person" in arguments:
            found = person(arguments["person"])
            if found is None:
                names = ", ".join(one.id for one in TRAY)
                raise WrongArgument("person", f"no such card; the tray holds {names}, and visitor-0 to visitor-999999")
            return found
        if not given:
            return TRAY[3]
        try:
            return given_person(given)
        except ValueError as problem:
            raise WrongArgument("number", str(problem)) from None

    def _take_off(self) -> None:
        self._card, self._card_state, self._away_at_s = None, "none", None

    def _plan_fault(self, arguments: Mapping[str, Any]) -> None:
        no_others(arguments, "status", "count", "command")
        status = _byte(arguments.get("status", "41"), "status")
        command = _byte(arguments.get("command", "00"), "command")
        count = arguments.get("count", 1)
        if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 1000:
            raise WrongArgument("count", "count is a whole number from 1 to 1000")
        self._faults += [(status, command)] * count

    # the language

    def _answer(self, status: int, data: bytes = b"") -> None:
        content = bytes((0, 0, status)) + data
        counted = (len(content) + 1).to_bytes(2, "big") + content
        check = 0
        for byte in counted:
            check ^= byte
        self._send(_START + counted + bytes((check,)))

    def _answer_request(self, request: bytes) -> None:
        for index, (status, command) in enumerate(self._faults):
            if command in {0, request[0]}:
                del self._faults[index]
                self._answer(status)
                return
        answers: Mapping[bytes, Callable[[], None]] = {
            b"\x10\xff": self._reset_sam,
            b"\x11\xff": lambda: self._answer(_OK),
            b"\x12\xff": lambda: self._answer(_OK, self._sam_number()),
            b"\x20\x01": self._find,
            b"\x20\x02": self._select,
            b"\x30\x01": lambda: self._read((_PHOTO_BYTES,)),
            b"\x30\x10": lambda: self._read((_PHOTO_BYTES, _FINGERPRINT_BYTES * int(self._options["fingerprints"]))),
            b"\x30\x03": lambda: self._answer(_NOTHING_MORE if self._card_state in {"selected", "read"} else _NO_CARD),
            b"\x30\x05": self._management_number,
        }
        if (request[0] == 0x60 and request[1] <= 4) or (request[:2] == b"\x61\xff" and len(request) == 3):
            self._answer(_OK)
        elif request in answers:
            answers[request]()
        else:
            self._answer(_SAW_UNKNOWN)

    def _reset_sam(self) -> None:
        if self._card is not None:
            self._card_state = "lying"
        self._answer(_OK)

    def _sam_number(self) -> bytes:
        parts = ((5, 2), (3, 2), (20240115, 4), (1234567, 4), (987654321, 4))
        return b"".join(value.to_bytes(size, "little") for value, size in parts)

    def _find(self) -> None:
        if self._card is None or (self._card_state == "read" and not self._options["found_again"]):
            self._answer(_NO_CARD)
        elif self._card.fault == "not_an_id_card":
            self._answer(int(self._options["bus_card_status"]))
        else:
            self._card_state = "found"
            self._answer(_FOUND, bytes(4))

    def _select(self) -> None:
        if self._card_state != "found":
            self._answer(_CANNOT_SELECT)
            return
        self._card_state = "selected"
        self._answer(_OK, bytes(8))

    def _management_number(self) -> None:
        if self._card_state in {"selected", "read"}:
            self._answer(_OK, bytes(28))
        else:
            self._answer(_CANNOT_READ)

    def _read(self, sizes: tuple[int, ...]) -> None:
        if self._card is None or self._card_state not in {"selected", "read"}:
            self._answer(_CANNOT_READ)
            return
        text = card_text(self._card, "\x00" if self._options["zero_filled"] else " ")
        others = [self._chance.randbytes(size) for size in sizes]
        others[0] = bytes.fromhex("574C6600") + others[0][4:]  # as a WLT picture begins; the rest is noise
        lengths = b"".join(len(part).to_bytes(2, "big") for part in (text, *others))
        self._card_state = "read"
        self._reads += 1
        self._answer(_OK, lengths + text + b"".join(others))


def _byte(value: Any, name: str) -> int:
    """A byte as two hex digits or as a number."""
    try:
        number = int(value, 16) if isinstance(value, str) else int(value)
    except (TypeError, ValueError):
        number = -1
    if isinstance(value, bool) or not 0 <= number <= 255:
        raise WrongArgument(name, f'{name} is a byte, such as "41"')
    return number
