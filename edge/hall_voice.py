"""The announcer of a hall file: which speaker, which zones, which voice.

Knows the hall file. Must not know how anything is said.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from drivers.driver import Order
from drivers.kind import Kind
from drivers.speaker import Clips
from drivers.speaker.kokoro import Kokoro
from drivers.speaker.recorded import Recorded
from edge.announcer import Announcer
from edge.driver_registry import kind_of
from edge.loudness import Loudness
from edge.spoken import SpokenWords
from edge.zone_switch import amplifier_of
from hall.devices.words import ReportSpoken
from hall.plan import Plan
from hall_config.models import HallFile


def announcer_for(
    file: HallFile,
    plan: Plan,
    folder: Path,
    submit: Callable[[Order], None],
    report: Callable[[ReportSpoken], None],
    wall_ms: Callable[[], int],
) -> Announcer | None:
    """The announcer of a hall file, its clips in ``folder``; None when the hall has no speaker."""
    speakers = [device for device in file.device if kind_of(device) is Kind.SPEAKER]
    relays = [device.id for device in file.device if kind_of(device) is Kind.RELAYS]
    if not speakers:
        return None
    better = Kokoro(Path(file.data.folder) / "voices") if file.speech.voice == "kokoro" else None
    loudness = Loudness(file.speech, wall_ms)
    clips = Clips(folder, volume=loudness.now, recorded=recorded_voice(file), better=better, chimes=file.speech.chime)
    return Announcer(
        submit,
        speaker=speakers[0].id,
        amplifier=amplifier_of(file, relays),
        words=SpokenWords(plan, english=file.speech.english, digit_one=file.speech.digit_one),
        clips=clips,
        report=report,
        repeat=file.speech.repeat,
        full_volume=loudness.full,
    )


def recorded_voice(file: HallFile) -> Recorded | None:
    """The recordings, in every hall that did not choose to do without."""
    return Recorded() if file.speech.voice in ("recorded", "kokoro") else None
