"""``make fuzz``: atheris looks for bytes that break a parser, led by what code they reach, for as long as it is told.

Not part of ``make test``. Each parser has its process and its share of the time; what breaks one is written to
``build/fuzz`` and makes the exit code 1.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from tests.fuzz.parsers import CASES, MODBUS, SLICE, Case, held_bytes, messages

FOLDER = Path(__file__).parent.parent.parent / "build" / "fuzz"


def look_at(case: Case, data: bytes) -> None:
    """What must hold for any bytes; the first byte says how they are split."""
    step, data = data[0] + 1, data[1:]
    whole = messages(case.make().feed(data))
    if case.proof is not None:
        for message in whole:
            assert case.proof(message) in data, f"{case.name} accepted {message!r} without a check that holds"
    if case is MODBUS:
        return
    parser, split = case.make(), []
    for start in range(0, len(data), step):
        split += messages(parser.feed(data[start : start + step]))
        assert held_bytes(parser) <= case.longest + SLICE, f"{case.name} keeps {held_bytes(parser)} bytes"
    assert split == whole, f"{case.name} depends on how bytes are split"


def fuzz_one(case: Case, seconds: int) -> None:
    """Does not come back: libFuzzer ends the process."""
    import atheris

    folder = FOLDER / case.name
    folder.mkdir(parents=True, exist_ok=True)
    for number, frame in enumerate(case.frames()):
        (folder / f"frame-{number}").write_bytes(b"\x00" + frame)
    arguments = [sys.argv[0], f"-max_total_time={seconds}", "-max_len=2500", "-timeout=20", "-print_final_stats=1"]
    arguments += [f"-artifact_prefix={FOLDER}/broken-{case.name}-", str(folder)]
    atheris.Setup(arguments, lambda data: look_at(case, data) if data else None)
    atheris.Fuzz()


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--for", dest="seconds", type=int, default=120, help="seconds for all parsers together")
    asked.add_argument("--only", help="one parser by its name")
    given = asked.parse_args()
    cases = [case for case in (*CASES, MODBUS) if given.only in (None, case.name)]
    share = max(2, given.seconds // max(1, len(cases)))
    failed = []
    for case in cases:
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.guided_one", case.name, str(share)],
            env=os.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        runs = [line.split()[-1] for line in done.stderr.splitlines() if "number_of_executed_units" in line]
        print(f"{case.name}: {runs[0] if runs else 'no'} inputs in {share} s, exit {done.returncode}")
        if done.returncode:
            failed.append(case.name)
            print((done.stdout + done.stderr)[-2000:])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
