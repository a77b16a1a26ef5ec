"""The hall's speaker: what makes the sound out of words (voice, clips), and what carries it (sinks, driver)."""

from drivers.driver import Manifest
from drivers.kind import Kind
from drivers.speaker.clips import Clips, Pause, Sound
from drivers.speaker.driver import Speaker, build
from drivers.speaker.shelf import Piece
from drivers.speaker.sinks import open_channel

__all__ = [
    "MANIFEST",
    "Clips",
    "Pause",
    "Piece",
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
    kind=Kind.SPEAKER,
    channel="sound",
    ports=("sound", "file", "network"),
    one_of_a_kind=True,
)
