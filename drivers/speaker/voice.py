"""Words to sound by espeak-ng: a small voice that needs no network and speaks Mandarin and English.

Knows espeak-ng and its slips of the tongue. Must not know tickets, nor keep what it made.

The Mandarin voice is ``cmn-latn-pinyin``: the plain ``cmn`` of espeak-ng 1.51 spells its dictionary's pinyin as if it
were English (号 becomes "hao four"). It takes characters, pinyin with tone digits and, in double square brackets, its
own phonemes in one text, which is how its wrong readings and its weak h are put right below. Letters are always said
by the English voice. Variant, speed and h are what a speech recogniser understood best (README, "Doubts").
"""

from __future__ import annotations

import shutil
import subprocess
from typing import Final, Literal

from drivers.errors import DeviceFault, NoReply, PortLost
from drivers.speaker.sound import Samples, samples_of

Language = Literal["zh", "en"]
PROGRAM: Final = "espeak-ng"
_VOICES: Final[dict[Language, str]] = {"zh": "cmn-latn-pinyin+f3", "en": "en"}
_WORDS_A_MINUTE: Final[dict[Language, int]] = {"zh": 150, "en": 150}
# What the voice reads wrongly, in the order in which it is replaced.
_READINGS: Final = (
    ("重新", " chong2 xin1 "),  # zhòng without it
    ("一次", " yi2 ci4 "),  # yī without it
    # Its h (phoneme X) is so weak that 号 is heard as 奥; the English h is not. Only characters of one reading.
    ("号", " [[h'Au51]] "),
    ("呼", " [[h'u55]] "),
    ("活", " [[h'uo35]] "),
    ("候", " [[h'ou51]] "),
    ("后", " [[h'ou51]] "),
)
MISSING: Final = (
    "没有语音合成程序，只响提示音：请安装软件包 espeak-ng / no voice, only the chime: install the package espeak-ng"
)


def missing() -> str | None:
    """Why there is no voice on this machine, or None when there is one."""
    return None if shutil.which(PROGRAM) else MISSING


def recipe(text: str, language: Language) -> str:
    """All that decides how this text sounds: what a stored clip is named by."""
    return "|".join(("1", PROGRAM, _VOICES[language], str(_WORDS_A_MINUTE[language]), _to_say(text, language)))


def speak(text: str, language: Language, *, limit_s: float = 5.0) -> Samples[int]:
    """The sound of ``text``; DriverError when there is none within ``limit_s``."""
    command = [PROGRAM, "-v", _VOICES[language], "-s", str(_WORDS_A_MINUTE[language])]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program; the text goes in by stdin, never as an argument
            [*command, "--stdin", "--stdout"],
            input=_to_say(text, language).encode(),
            capture_output=True,
            timeout=limit_s,
            check=False,
        )
    except FileNotFoundError as problem:
        raise PortLost(MISSING) from problem
    except subprocess.TimeoutExpired as problem:
        raise NoReply(f"{PROGRAM} needed longer than {limit_s} s") from problem
    if done.returncode != 0:
        raise DeviceFault("voice", f"{PROGRAM}: {done.stderr.decode(errors='replace').strip()[:200]}")
    try:
        return samples_of(done.stdout)
    except ValueError as problem:
        raise DeviceFault("voice", f"{PROGRAM} gave no sound for a text; is its data complete?") from problem


def _to_say(text: str, language: Language) -> str:
    if language == "zh":
        for characters, reading in _READINGS:
            text = text.replace(characters, reading)
    return text
