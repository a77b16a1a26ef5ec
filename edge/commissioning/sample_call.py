"""The sound of a test: a call as the hall words it, with its own voice; where there is no voice, the chime alone."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from drivers.speaker import Clips, Piece
from edge.hall_voice import recorded_voice
from edge.spoken import SpokenWords
from hall.queue.words import Announce, Phrase
from hall_config.models import HallFile
from hall_config.plan import plan_of

_READY_S: Final = 5.0


def sample_call(file: HallFile, folder: Path) -> bytes:
    """A WAV: the first number of the first service class, called to the first window."""
    words = SpokenWords(plan_of(file), english=file.speech.english, digit_one=file.speech.digit_one)
    call = Announce(Phrase.CALL, f"{file.service[0].letter}001", file.window[0].number)
    parts = words.spoken(call).parts
    clips = Clips(folder, volume=file.speech.volume, recorded=recorded_voice(file))
    clips.prepare(part for part in parts if isinstance(part, Piece))
    try:
        clips.wait_ready(_READY_S)
        return clips.announcement(parts).wav
    finally:
        clips.close()
