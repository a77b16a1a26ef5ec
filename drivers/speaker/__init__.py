"""The hall's speaker: what makes the sound out of words (voice, clips), and what carries it (sinks, driver)."""

from drivers.driver import Manifest
from drivers.speaker.clips import Clips, Pause, Piece, Sound
from drivers.speaker.driver import Play, PlayFinished, PlayStarted, Speaker, build
from drivers.speaker.sinks import open_channel

__all__ = [
    "MANIFEST",
    "Clips",
    "Pause",
    "Piece",
    "Play",
    "PlayFinished",
    "PlayStarted",
    "Sound",
    "Speaker",
    "build",
    "open_channel",
]

MANIFEST = Manifest(
    name="speaker",
    version="1",
    capabilities=("play",),
    default_baud=0,
    open_channel=open_channel,
    build=build,
)
