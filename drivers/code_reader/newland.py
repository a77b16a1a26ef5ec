"""Newland's unified commands, and Honeywell's trigger beside them. Bytes only.

    command  7E 01 30 30 30 30 │ 40 permanent, 23 temporary │ text │ 3B 03
    reply    02 01 30 30 30 30 │ the same sign │ text, perhaps more │ 06 done, 15 not now, 05 unknown │ 3B 03

    Honeywell: trigger 16 54 0D, release 16 55 0D; it answers nothing to either. Its menu commands (16 4D 0D │ tag │ !
    or .) change settings: they are never sent, the reader's own setting-up sheet does that.

At least 50 ms between two commands; an answer within 5 s. Source: Newland serial programming manual.
"""

from __future__ import annotations

from typing import Final

from drivers.code_reader.codec import Item, Language, Reply
from drivers.frames import FrameError

PAUSE_S: Final = 0.05
ANSWER_S: Final = 5.0
TRIGGER: Final = "SCNTRG1"
STOP: Final = "SCNTRG0"
WHO_ARE_YOU: Final = "QRYSYS"
HONEYWELL_TRIGGER: Final = b"\x16T\r"
HONEYWELL_RELEASE: Final = b"\x16U\r"

_COMMAND: Final = b"\x7e\x010000"
_REPLY: Final = b"\x02\x010000"
_SIGNS: Final = b"@#"
_END: Final = b";\x03"
_ANSWERS: Final = {0x06: "done", 0x15: "refused", 0x05: "unknown"}
_REPLY_LIMIT: Final = 512


def command(text: str, *, permanent: bool = False) -> bytes:
    """One command; a temporary one is forgotten when the reader loses its power."""
    raw = text.encode("ascii")
    if not raw or not raw.isalnum():
        raise ValueError(f"a command is letters and digits, not {text!r}")
    return _COMMAND + (b"@" if permanent else b"#") + raw + _END


def measure(data: bytes) -> int | None:
    head = data[: len(_REPLY)]
    if not _REPLY.startswith(head):
        return 0
    if len(data) > len(_REPLY) and data[len(_REPLY)] not in _SIGNS:
        return 0
    end = data.find(_END, len(_REPLY))
    if end < 0:
        return None if len(data) < _REPLY_LIMIT else 0
    return end + len(_END)


def read(raw: bytes) -> Item:
    """``Reply.data`` is the text of the command with whatever the reader added to it."""
    text = raw[len(_REPLY) + 1 : -len(_END)]
    kind = _ANSWERS.get(text[-1]) if text else None
    return Reply(kind, text[:-1]) if kind else FrameError("noise", len(raw))


LANGUAGE: Final = Language(b"\x02", measure, read)
